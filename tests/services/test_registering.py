"""Brands, products and sellers are registered once, with their plain facts kept under the digests on chain."""

import dataclasses

import pytest

from node.chain.errors import Reverted
from node.protocol.brand_name import name_key
from node.protocol.canonical import digest_of, sha256
from node.protocol.errors import UnreadableError
from node.protocol.identifiers import ADDRESSES
from node.protocol.typed_data import Domain, digest
from node.services.errors import NameTaken
from node.services.queries import Queries
from node.services.registering import (
    BrandFacts,
    ProductFacts,
    Registrar,
    Seller,
    share_subjects,
    take_over_facts,
    take_over_subjects,
)
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


@pytest.mark.parametrize("name", ["Αurora", "AUR0RA", "Ａｕｒｏｒａ", "Au-ro\u200bra®", "Aurora"])
def test_a_look_alike_is_refused_in_words_and_then_by_the_chain(house: House, chain: Chain, name: str) -> None:
    registrar, bureau = Registrar(house.stores[1], chain.contracts), chain.sender("sender 1")
    registrar.brands([brand()], bureau)
    copy = dataclasses.replace(brand(name, "owner 2"), trademark_number="TM of another")
    with pytest.raises(NameTaken, match="looks like the registered brand 'Aurora': needs review; the chain refuses it"):
        registrar.brands([copy], bureau, reviewed=[name])
    assert not chain.contracts.brand_exists(copy.brand_id())
    with house.stores[1].read() as session:
        assert products.brand_facts(session, copy.brand_id()) is None
    data = chain.contracts.register_brand_data(
        copy.brand_id(), copy.owner, name_key(name), sha256(name.encode()), copy.right()
    )
    with pytest.raises(Reverted, match="BrandRegistryNameTaken"):
        bureau.send(ADDRESSES["BrandRegistry"], data)


def test_two_new_brands_of_one_look_are_seen_before_either_is_sent(house: House, chain: Chain) -> None:
    with pytest.raises(NameTaken, match="'Аurоrа', which looks like the registered brand 'Aurora'"):
        registrar = Registrar(house.stores[1], chain.contracts)
        registrar.brands([brand(), brand("Аurоrа")], chain.sender("sender 1"))
    assert not chain.contracts.brand_exists(brand().brand_id())


def test_the_other_case_of_a_greek_name_is_seen(house: House, chain: Chain) -> None:
    registrar = Registrar(house.stores[1], chain.contracts)
    registrar.brands([brand("ΝΙΚΗ")], chain.sender("sender 1"))
    assert name_key("νίκη") != name_key("ΝΙΚΗ")
    with pytest.raises(NameTaken, match="looks like the registered brand 'ΝΙΚΗ'"):
        registrar.brands([brand("νίκη")], chain.sender("sender 1"))


@pytest.mark.parametrize(("name", "like"), [("康师傅", "康帅傅"), ("岚屿", "嵐嶼"), ("Aurora", "Aur0r4")])
def test_what_only_resembles_goes_on_once_an_officer_reviewed_it(
    house: House, chain: Chain, name: str, like: str
) -> None:
    registrar, bureau = Registrar(house.stores[1], chain.contracts), chain.sender("sender 1")
    registrar.brands([brand(name)], bureau)
    with pytest.raises(NameTaken, match=f"looks like the registered brand '{name}': needs review; an officer may"):
        registrar.brands([brand(like)], bureau)
    assert registrar.brands([brand(like)], bureau, reviewed=[like]) == 1


def test_a_brand_that_never_went_on_chain_stands_in_nobodys_way(house: House, chain: Chain) -> None:
    registrar = Registrar(house.stores[1], chain.contracts)
    take_over_facts(house.stores[1], [brand("康师傅"), brand("!")], {})
    assert registrar.brands([brand("康帅傅")], chain.sender("sender 1")) == 1


def test_anyone_carries_a_brand_by_an_officers_word(house: House, chain: Chain) -> None:
    registrar, carrier = Registrar(house.stores[1], chain.contracts), chain.sender("stranger")
    where = Domain(chain.client.chain_id, ADDRESSES["BrandRegistry"])
    words = digest(where, brand().authority(NOW + YEAR).struct_hash())
    with pytest.raises(Reverted, match="BrandRegistryNotAnOfficer"):
        registrar.brand_by_authority(brand(), NOW + YEAR, signer("owner 1").sign(words), carrier)
    for wanted in (1, 0):
        signature = signer("officer 2").sign(words)
        assert registrar.brand_by_authority(brand(), NOW + YEAR, signature, carrier) == wanted
    assert chain.contracts.brand_of_name(name_key("AURORA")) == brand().brand_id()


def test_a_catalogue_is_one_transaction_and_each_product_is_provable(house: House, chain: Chain) -> None:
    registrar, owner = Registrar(house.stores[1], chain.contracts), chain.sender("owner 1")
    registrar.brands([brand()], chain.sender("sender 1"))
    tree, catalogue = registrar.catalogue(brand(), [SPEAKER, LAMP], "at the brand's", owner)
    assert registrar.catalogue(brand(), [SPEAKER, LAMP], "at the brand's", owner)[0] == tree == 0
    assert chain.contracts.tree(tree).manifest_digest == digest_of(catalogue.manifest("at the brand's"))
    assert catalogue.check(tree, 1, chain.contracts) == brand().brand_id()
    assert not chain.contracts.product_claimed(int(LAMP.gtin), brand().brand_id())
    catalogue.prove(tree, 1, chain.contracts, chain.sender("stranger"))
    chain.indexer(house).run()
    claims = Queries(house.stores[1]).product(LAMP.gtin).claims
    assert [(line.on_chain, line.brand) for line in claims] == [(True, "Aurora")]


def test_a_catalogue_holds_each_gtin_once(house: House, chain: Chain) -> None:
    registrar = Registrar(house.stores[1], chain.contracts)
    for listed, words in (([LAMP, LAMP], "4006381333931 2 times"), ([], "0 0 times")):
        with pytest.raises(UnreadableError, match=f"expected products, each GTIN once, got {words}"):
            registrar.catalogue(brand(), listed, "here", chain.sender("owner 1"))
