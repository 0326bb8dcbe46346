import random

import pyarrow as pa
import pytest

from oracle.features.build import CONTEXT, FEATURES, NAMES, OWN, bounded, build
from oracle.features.schema import LIMIT, Feature, schema_digest
from tests.oracle.small_market import DAY, NOW, REGISTRY, features, listing, matches, reviews, tables


@pytest.fixture(scope="module")
def market() -> dict[str, pa.Table]:
    """Listings with all kinds of observations, some missing."""
    draw = random.Random(5)
    rows: dict[str, list[dict[str, object]]] = {
        kind: [] for kind in ("listing", "seller", "sales", "review", "returns", "promotion")
    }
    for number in range(40):
        name = str(number)
        seller = f"s{number % 7}"
        rows["listing"].append(
            listing(
                name,
                seller_id=seller,
                price_fen=draw.choice([None, 0, 30_000, 10**15]),
                published_at=NOW - number * DAY,
            )
        )
        rows["seller"].append(
            {
                "seller_id": seller,
                "registered_at": NOW - number % 7 * 90 * DAY,
                "rating_centi": 480,
                "observed_at": NOW - 5,
            }
        )
        if number % 3:
            rows["sales"].append(
                {"listing_id": name, "orders_30d": draw.randrange(3), "visits_30d": 100, "units_30d": 2**40}
            )
            words = [draw.choice(["good", "fake!", "很好很好很好很好", "cash back"]) for _ in range(draw.randrange(9))]
            rows["review"] += reviews(name, words, [f"r{draw.randrange(12)}" for _ in words])
        if number % 4 == 0:
            rows["returns"].append({"return_id": "a", "listing_id": name, "reason": "fake", "text": None})
            rows["promotion"].append(
                {"promotion_id": "p", "listing_id": name, "text": "best", "list_price_fen": 10**14}
            )
    return tables(**rows)


def test_all_values_are_integers_in_range(market: dict[str, pa.Table]) -> None:
    table = build(market, REGISTRY, matches(market["listing"]), NOW)
    assert table.num_rows == 40
    for name in NAMES:
        assert table.schema.field(name).type == pa.int32()
        assert all(value is None or abs(value) <= LIMIT for value in table.column(name).to_pylist()), name


def test_own_features_of_one_refetched_listing_equal_those_in_the_whole_lake(market: dict[str, pa.Table]) -> None:
    whole = {row["listing_id"]: row for row in build(market, REGISTRY, matches(market["listing"]), NOW).to_pylist()}
    for name in ("0", "3", "4", "7", "31"):
        seller = whole[name]["seller_id"]
        alone = {
            kind: table.filter(
                pa.compute.equal(
                    table.column("seller_id" if kind == "seller" else "listing_id"),
                    seller if kind == "seller" else name,
                )
            )
            for kind, table in market.items()
        }
        row = build(alone, REGISTRY, matches(alone["listing"]), {("mall", name): NOW}).to_pylist()[0]
        assert {key: row[key] for key in OWN} == {key: whole[name][key] for key in OWN}


def test_same_tables_in_another_order_give_the_same_features(market: dict[str, pa.Table]) -> None:
    turned = {kind: table.take(list(reversed(range(table.num_rows)))) for kind, table in market.items()}
    first, second = (build(made, REGISTRY, matches(made["listing"]), NOW) for made in (market, turned))
    assert first.equals(second)


def test_schema_names_are_unique_and_the_digest_follows_every_change() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(OWN) + len(CONTEXT)
    assert schema_digest(FEATURES) == schema_digest(tuple(FEATURES))
    assert schema_digest(FEATURES) != schema_digest((Feature(NAMES[0], "context"), *FEATURES[1:]))


def test_bounded_caps_and_keeps_missing() -> None:
    assert bounded(pa.chunked_array([[2**40, None, -(2**30), 5]])).to_pylist() == [LIMIT, None, -LIMIT, 5]


def test_empty_lake_gives_an_empty_table() -> None:
    assert features() == {}
