"""What pages get to read: findings with answers and factors, search, and what the public may not see."""

from collections.abc import Callable

import pytest

from node.protocol.canonical import to_hex
from node.services.cosigning import Clue
from node.services.errors import NotFound
from node.services.facts import BrandFacts, ProductFacts, take_over_facts
from node.services.queries import Audience, Queries
from node.store import findings
from tests.services.house import House, record

Make = Callable[..., Clue]
BRAND = BrandFacts("Aurora", "0x0000000000000000000000000000000000000001", "TM1", "CN", (9,), 1, 2)
SPEAKER = ProductFacts("06901234567892", "Aurora Speaker 极光音箱", "audio", 49900, 59900)


@pytest.fixture
def told(house: House, make_clue: Make) -> tuple[House, list[bytes]]:
    house.officers[4].doubted = {"l2"}
    house.leader().run([make_clue("l1"), make_clue("l2", kind=5), make_clue("l3", seller="s2")])
    for store in house.stores.values():
        take_over_facts(store, [BRAND], {"Aurora": [SPEAKER]})
    return house, record(house)


def test_a_finding_shows_every_signer_with_factors(told: tuple[House, list[bytes]]) -> None:
    house, ids = told
    page = Queries(house.stores[1]).finding(ids[-1])
    assert [answer.bureau for answer in page.answers] in ([1, 2, 3], [1, 2, 3, 4])
    assert [factor.name for factor in page.answers[0].factors] == ["price_gap_bps", "peer_gap_bps"]
    assert page.line.product == "Aurora Speaker 极光音箱" and page.line.seller == "Shop One"
    prices = next(row for row in page.facts if row.name == "price_raw")
    assert not prices.equal and prices.values[:3] == ["¥81.00", "¥82.00", "¥83.00"]
    assert [row.name for row in page.features] == ["price_gap_bps"]


def test_every_signer_can_show_the_same_finding(told: tuple[House, list[bytes]]) -> None:
    house, ids = told
    pages = [Queries(house.stores[n]).finding(ids[0]) for n in (1, 2, 3)]
    assert pages[0].answers == pages[1].answers == pages[2].answers


def test_the_search_finds_products_shops_and_their_findings(told: tuple[House, list[bytes]]) -> None:
    house, _ = told
    queries = Queries(house.stores[1])
    assert [line.gtin for line in queries.search("极光").products] == ["06901234567892"]
    assert [line.name for line in queries.search("6901234567892").products] == ["Aurora Speaker 极光音箱"]
    found = queries.search("Shop One")
    assert {line.seller_id for line in found.sellers} == {"s1", "s2"} and len(found.findings) == 3
    assert queries.search("no such thing").findings == []


def test_findings_are_filtered(told: tuple[House, list[bytes]]) -> None:
    queries = Queries(told[0].stores[1])
    assert queries.findings().total == 3
    assert queries.findings(kind=5).total == 1
    assert queries.findings(least_score_bps=9000).total == 0
    assert queries.findings(first_block=8).total == 0 and queries.findings(last_block=7).total == 3
    assert queries.findings(page=9).findings == []


def test_the_public_sees_upheld_findings_only(told: tuple[House, list[bytes]]) -> None:
    house, ids = told
    public = Queries(house.stores[1], Audience.PUBLIC)
    assert public.findings().total == 0 and public.search("Shop One").sellers == []
    with pytest.raises(NotFound):
        public.finding(ids[0])
    with house.stores[1].write() as session:
        row = findings.get(session, ids[0])
        assert row is not None
        row.status = findings.UPHELD
    assert public.finding(ids[0]).line.id == to_hex(ids[0])


def test_an_unknown_product_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="no product"):
        Queries(house.stores[1]).product("1234567890123")
