"""The lake: observations as Parquet, by type, marketplace and day; any engine can read it.

A row holds an observation's values, its root, and its salts in field-name order, so the observation can be made again
with the same root. A batch is written whole or not at all, once: its salts never change. What was rejected stands in
quarantine beside it, with the reason and the digest of the payload that holds the bytes.
"""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from node.protocol.observation import Field, Observation
from oracle.payload import RawPayload
from oracle.record import Rejected

TEXT, INTEGER, FLAG = pa.string(), pa.int64(), pa.bool_()
_COMMON = dict.fromkeys(("type", "schema", "marketplace", "connector", "payload", "url"), TEXT) | {
    "observed_at": INTEGER
}


def _columns(texts: str = "", integers: str = "", flags: str = "") -> dict[str, pa.DataType]:
    kinds = ((texts, TEXT), (integers, INTEGER), (flags, FLAG))
    return _COMMON | {name: kind for names, kind in kinds for name in names.split()}


COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "listing": _columns(
        "listing_id title brand_raw gtin_raw gtin sku seller_id seller_name price_raw currency list_price_raw "
        "description image category",
        "price_fen list_price_fen published_at",
        "available",
    ),
    "seller": _columns("seller_id seller_name location shop_url", "registered_at rating_centi"),
    "sales": _columns("listing_id month", "units_30d orders_30d buyers_30d visits_30d"),
    "review": _columns("review_id listing_id reviewer_id text", "rating posted_at"),
    "return": _columns("return_id listing_id reason text", "returned_at"),
    "promotion": _columns(
        "promotion_id listing_id text claimed_price_raw list_price_raw",
        "claimed_price_fen list_price_fen starts_at ends_at",
    ),
}
QUARANTINE = dict.fromkeys(("payload", "connector", "marketplace", "url", "code", "words", "excerpt"), TEXT) | {
    "observed_at": INTEGER
}
PROOF = {"batch": TEXT, "position": INTEGER, "root": pa.binary(32), "salts": pa.binary()}


class Lake:
    """Observations and quarantine in a folder."""

    def __init__(self, root: Path) -> None:
        self._batches = root / "batches"

    def write(
        self,
        batch_id: str,
        observations: Sequence[Observation],
        rejected: Sequence[tuple[RawPayload, Rejected]] = (),
        facts: Mapping[str, int] | None = None,
    ) -> Path:
        """Write a batch; one that is there already stays as it is. `facts` are kept with it."""
        target = self._batches / _safe(batch_id)
        if target.exists():
            return target
        part = self._batches / f".{target.name}.{os.getpid()}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for place, rows in _partition(batch_id, observations).items():
            kind = place.split("/")[0].removeprefix("type=")
            schema = pa.schema([*COLUMNS[kind].items(), *PROOF.items()])
            _store(pa.Table.from_pylist(rows, schema=schema), part / place / "rows.parquet")
        if rejected:
            rows = [_quarantined(payload, reason) for payload, reason in rejected]
            _store(pa.Table.from_pylist(rows, schema=pa.schema(list(QUARANTINE.items()))), part / "quarantine.parquet")
        _sync(part / "batch.json", json.dumps({"id": batch_id, "facts": dict(facts or {})}).encode())
        part.rename(target)
        _sync_folder(self._batches)
        return target

    def has(self, batch_id: str) -> bool:
        """Whether a batch was written."""
        return (self._batches / _safe(batch_id)).exists()

    def facts(self, batch_id: str) -> dict[str, int]:
        """The facts kept with a batch."""
        return dict(json.loads((self._batches / _safe(batch_id) / "batch.json").read_bytes())["facts"])

    def batches(self) -> list[str]:
        """The ids of all batches, in order of name."""
        found = sorted(self._batches.glob("*/batch.json"))
        return [json.loads(file.read_bytes())["id"] for file in found if not file.parent.name.startswith(".")]

    def read(self, type: str) -> pa.Table:
        """All rows of a type over all batches: values, and batch, position, root, salts."""
        schema = pa.schema([*COLUMNS[type].items(), *PROOF.items()])
        files = [str(f) for f in sorted(self._batches.glob(f"[!.]*/type={type}/*/*/rows.parquet"))]
        if not files:
            return schema.empty_table()
        return ds.dataset(files, schema=schema, format="parquet").to_table()

    def quarantine(self) -> pa.Table:
        """What could not be read, with the reason."""
        files = sorted(self._batches.glob("[!.]*/quarantine.parquet"))
        schema = pa.schema(list(QUARANTINE.items()))
        return pa.concat_tables([schema.empty_table(), *(pq.read_table(file, schema=schema) for file in files)])

    def roots(self, batch_id: str) -> list[bytes]:
        """The observation roots of a batch, in its order."""
        rows = [row for table in self._tables(batch_id, ["position", "root"]) for row in table.to_pylist()]
        return [row["root"] for row in sorted(rows, key=lambda row: row["position"])]

    def observations(self, batch_id: str) -> list[Observation]:
        """The observations of a batch, in its order, with the salts they were made with."""
        rows = [row for table in self._tables(batch_id, None) for row in table.to_pylist()]
        return [_observation(row) for row in sorted(rows, key=lambda row: row["position"])]

    def _tables(self, batch_id: str, columns: list[str] | None) -> Iterator[pa.Table]:
        for file in sorted((self._batches / _safe(batch_id)).glob("type=*/*/*/rows.parquet")):
            yield pq.ParquetFile(file).read(columns=columns)


def _partition(batch_id: str, observations: Sequence[Observation]) -> dict[str, list[dict[str, Any]]]:
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for position, observation in enumerate(observations):
        values = observation.values()
        observed_at = values["observed_at"]
        assert isinstance(observed_at, int)
        day = datetime.fromtimestamp(observed_at, UTC).date().isoformat()
        place = f"type={values['type']}/marketplace={_safe(str(values['marketplace']))}/day={day}"
        salts = b"".join(field.salt for field in observation.fields if isinstance(field, Field))
        proof = {"batch": batch_id, "position": position, "root": observation.root(), "salts": salts}
        places[place].append(values | proof)
    return places


def _observation(row: Mapping[str, Any]) -> Observation:
    names = sorted(COLUMNS[row["type"]])
    salts = row["salts"]
    return Observation(tuple(Field(name, salts[32 * n : 32 * n + 32], row[name]) for n, name in enumerate(names)))


def _quarantined(payload: RawPayload, reason: Rejected) -> dict[str, Any]:
    return {
        "payload": payload.sha256,
        "connector": payload.connector,
        "marketplace": payload.marketplace,
        "url": payload.url,
        "observed_at": payload.fetched_at,
        "code": reason.code,
        "words": reason.words,
        "excerpt": reason.excerpt.encode("utf-8", "replace").decode("utf-8"),
    }


def _safe(name: str) -> str:
    """A name as a folder: other characters than letters, digits, dot, dash become %XX."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-.") else f"%{ord(c):02X}" for c in name)[:200]


def _store(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
