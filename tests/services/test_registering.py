"""Brands, products and sellers are registered once, with their plain facts kept under the digests on chain."""

import pytest

from node.chain.errors import Reverted
from node.protocol.canonical import digest_of, sha256
from node.services.queries import Queries
from node.services.registering import BrandFacts, ProductFacts, Registrar, Seller, share_subjects, take_over_subjects
from node.store import products
from tests.services.chain import Chain
from tests.services.house import NOW, House, signer

YEAR = 31_536_000
SPEAKER = ProductFacts("06901234567892", "Aurora Speaker", "audio", 49900, 59900, other_names=("极光音箱",))
LAMP = ProductFacts("04006381333931", "Aurora Lamp", "light", 9900, 12900)


def brand(name: str = "Aurora", owner: str = "owner 1") -> BrandFacts:
    return BrandFacts(name, signer(owner).address, f"TM {name}", "CN", (9, 11), NOW - YEAR, NOW + YEAR)


def test_everything_is_registered_once(house: House, chain: Chain) -> None:
    registrar = Registrar(house.stores[1], chain.contracts)
    bureau, owner = chain.sender("sender 1"), chain.sender("owner 1")
    for wanted in (1, 0):
        assert registrar.brands([brand()], bureau) == wanted
        assert registrar.products(brand(), [SPEAKER, LAMP], owner) == 2 * wanted
        sellers = [Seller("aurora-shop", "s1", "Shop One"), Seller("bazaar-pages", "s9")]
        assert registrar.sellers(brand(), sellers, NOW + 5000, NOW + YEAR, owner) == 2 * wanted
    chain.indexer(house).run()
    page = Queries(house.stores[1]).product("06901234567892")
    assert [(line.on_chain, line.contested, line.brand) for line in page.claims] == [(True, False, "Aurora")]
    with house.stores[1].read() as session:
        assert {row.valid_from for row in products.authorisations(session, brand().brand_id())} == {NOW + 5000}
        facts = products.facts(session, 4006381333931)[0]
    assert digest_of(LAMP.to_json("Aurora")) == sha256(facts.facts.encode())


def test_a_rival_claim_makes_the_product_contested(house: House, chain: Chain) -> None:
    registrar = Registrar(house.stores[1], chain.contracts)
    rival = brand("Borealis", "owner 2")
    registrar.brands([brand(), rival], chain.sender("sender 1"))
    registrar.products(brand(), [SPEAKER], chain.sender("owner 1"))
    registrar.products(rival, [SPEAKER], chain.sender("owner 2"))
    chain.indexer(house).run()
    claims = Queries(house.stores[1]).product("06901234567892").claims
    assert {line.brand for line in claims} == {"Aurora", "Borealis"} and all(line.contested for line in claims)


def test_only_the_owner_registers_products(house: House, chain: Chain) -> None:
    registrar = Registrar(house.stores[1], chain.contracts)
    registrar.brands([brand()], chain.sender("sender 1"))
    with pytest.raises(Reverted, match="Owner"):
        registrar.products(brand(), [SPEAKER], chain.sender("owner 2"))


def test_salts_are_kept_before_they_are_used_and_shared(house: House, chain: Chain) -> None:
    first = Registrar(house.stores[1], chain.contracts).subjects([Seller("aurora-shop", "s1")])
    assert Registrar(house.stores[1], chain.contracts).subjects([Seller("aurora-shop", "s1")]) == first
    take_over_subjects(house.stores[2], share_subjects(house.stores[1]))
    assert Registrar(house.stores[2], chain.contracts).subjects([Seller("aurora-shop", "s1")]) == first
