from pathlib import Path

import pytest

from node.protocol.observation import Observation, Scalar
from oracle.errors import LakeError
from oracle.lake import Lake, Quarantined
from oracle.payload import RawPayload
from oracle.record import Record, Rejected

PAYLOAD = RawPayload("report", "grand-mall", "https://mall.example/r", "x", 1_767_225_600, b"{}")


def review(number: int, **values: Scalar) -> Observation:
    record = Record.of("review", PAYLOAD, review_id=f"r{number}", listing_id="1", **values)
    return Observation.make(record.values)


def test_observations_come_back_with_identical_roots(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    made = [review(1, rating=5, text="很好"), review(2, marketplace="a/../b"), review(3)]
    made.append(Observation.make({"type": "novel", "marketplace": "m", "observed_at": 0, "is_odd": True}))
    lake.write("batch-1", made)
    assert {o.root() for o in lake.observations("batch-1")} == {o.root() for o in made}
    assert lake.roots("batch-1") == [o.root() for o in lake.observations("batch-1")]
    assert {o.fields for o in lake.observations("batch-1")} == {o.fields for o in made}


def test_a_batch_is_written_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.write("batch-1", [review(1)])
    before = lake.roots("batch-1")
    lake.write("batch-1", [review(1)])
    assert lake.roots("batch-1") == before
    assert lake.batches() == ["batch-1"]
    assert lake.read("review").num_rows == 1


def test_a_batch_cut_off_before_its_end_does_not_exist(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.write("batch-1", [review(1)])
    (tmp_path / "batches" / "batch-1.json").unlink()
    assert lake.read("review").num_rows == 0
    lake.write("batch-1", [review(1)])
    assert lake.read("review").num_rows == 1


def test_reading_gives_values_roots_and_salts(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.write("batch-1", [made := review(1, text="好")])
    (row,) = lake.read("review").to_pylist()
    assert row["text"] == "好" and row["rating"] is None
    assert row["root"] == made.root()
    assert len(row["salts"]) == 32 * len(made.fields)
    assert lake.read("listing").num_rows == 0


def test_altered_value_is_noticed(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    lake = Lake(tmp_path)
    lake.write("batch-1", [review(1, text="a")])
    (path,) = (tmp_path / "observations").rglob("*.parquet")
    table = pq.ParquetFile(path).read()
    pq.write_table(table.set_column(table.column_names.index("text"), "text", [["b"]]), path)
    with pytest.raises(LakeError, match="expected the observation with root"):
        lake.observations("batch-1")


def test_redacted_observation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="hidden"):
        Lake(tmp_path).write("batch-1", [review(1).redact(["text"])])


def test_batch_id_cannot_leave_the_lake(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="batch id"):
        Lake(tmp_path).write("../x", [])


def test_quarantine_keeps_reason_and_place(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    row = Quarantined("report:m", "ab", "https://m", Rejected("NOT_JSON", "JSON", "x", "line 3", "x"))
    lake.quarantine("batch-1", [row])
    lake.quarantine("batch-1", [row])
    (found,) = lake.rejected().to_pylist()
    assert (found["reason"], found["place"], found["kept"]) == ("NOT_JSON", "line 3", "payload")


def listing(number: int, price_fen: int) -> Observation:
    payload = RawPayload("report", "grand-mall", "http://127.0.0.1/", "", 1_700_000_000, b"")
    values = {"listing_id": f"L-{number}", "title": "a", "price_fen": price_fen}
    return Observation.make(Record.of("listing", payload, **values).values)


def test_listings_are_found_once_each_and_made_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.listings({("grand-mall", "L-1")}) == []
    seen = [listing(1, 100), listing(2, 200), listing(1, 300)]
    lake.write("a", seen)
    lake.write("b", [listing(3, 400)])
    found = lake.listings({("grand-mall", "L-1"), ("grand-mall", "L-2"), ("other-mall", "L-3")})
    assert [observation.root() for observation in found] == [seen[0].root(), seen[1].root()]
