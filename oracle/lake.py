"""The lake: observations as Parquet, by type, marketplace and day; any engine can read it.

    observations/type=<type>/marketplace=<name>/day=<YYYY-MM-DD>/<batch id>.<n>.parquet
    quarantine/<batch id>.parquet
    batches/<batch id>.json          what the batch holds; a batch without this file does not exist

A row holds the observation's values under their names, its `root`, and `salts`, the 32-byte salts in field-name order,
so that the observation can be made again bit for bit. A batch is written once: writing it again changes nothing and
keeps its salts. `batches/` is written last, so that a crash leaves a whole batch or none.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from node.protocol.observation import Field, Observation, Scalar
from oracle.errors import LakeError
from oracle.payload import sync_folder, write_whole
from oracle.record import FIELDS, Rejected

ROOT, SALTS = "root", "salts"
EXTRA = {ROOT: pa.binary(32), SALTS: pa.binary()}
ARROW = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
QUARANTINE = ("batch", "source", "payload", "url", "reason", "expected", "got", "kept", "place", "excerpt")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")


@dataclass(frozen=True)
class Quarantined:
    """A rejection and where it came from."""

    source: str
    payload: str
    url: str
    rejected: Rejected


@dataclass(frozen=True)
class Batch:
    """What one batch holds: its files in order, and the payloads it was made of, each with its counts."""

    id: str
    files: tuple[str, ...]
    rows: int
    source: str = ""
    payloads: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # digest and address: (well, rejected)


@dataclass(frozen=True)
class Lake:
    """A lake in a local folder."""

    root: Path

    def write(
        self,
        batch_id: str,
        observations: Sequence[Observation],
        source: str = "",
        payloads: Mapping[str, tuple[int, int]] | None = None,
    ) -> Batch:
        """Write a batch, or find it written. `source` and `payloads` say what it was made of."""
        if (known := self._batch(batch_id)) is not None:
            return known
        parts = sorted(_parts(observations).items())
        files = tuple(
            self._write_part(batch_id, number, folder, group) for number, ((folder, _), group) in enumerate(parts)
        )
        batch = Batch(batch_id, files, len(observations), source, dict(payloads or {}))
        write_whole(self._mark(batch_id), json.dumps(batch.__dict__, sort_keys=True).encode())
        return batch

    def quarantine(self, batch_id: str, rows: Sequence[Quarantined]) -> None:
        """Keep what was rejected in a batch; the same batch again replaces the same file."""
        if rows:
            values = [
                {
                    "batch": batch_id,
                    "source": row.source,
                    "payload": row.payload,
                    "url": row.url,
                    **row.rejected.__dict__,
                }
                for row in rows
            ]
            table = pa.table({name: pa.array([str(v[name]) for v in values], pa.string()) for name in QUARANTINE})
            self._write_table(self.root / "quarantine" / f"{_checked(batch_id)}.parquet", table)

    def read(self, type: str) -> pa.Table:
        """All observations of a type: values, `root` and `salts`. Columns of a known type are always there."""
        files = [name for batch in self._all() for name in batch.files if name.startswith(f"type={type}/")]
        schema = pa.schema([*((name, ARROW[kind]) for name, kind in FIELDS.get(type, {}).items()), *EXTRA.items()])
        if not files:
            return schema.empty_table()
        paths = [str(self.root / "observations" / name) for name in files]
        found = [pq.read_schema(path) for path in paths] if type not in FIELDS else []
        schema = pa.unify_schemas([schema, *found], promote_options="permissive") if found else schema
        return ds.dataset(paths, schema=schema, format="parquet").to_table()

    def rejected(self) -> pa.Table:
        """All quarantine rows."""
        files = [str(path) for path in sorted((self.root / "quarantine").glob("*.parquet"))]
        schema = pa.schema([(name, pa.string()) for name in QUARANTINE])
        return ds.dataset(files, schema=schema, format="parquet").to_table() if files else schema.empty_table()

    def batches(self) -> list[str]:
        """The ids of all batches, in order."""
        return [batch.id for batch in self._all()]

    def observations(self, batch_id: str) -> list[Observation]:
        """The observations of a batch, made again from values and salts. Raises `LakeError` if one has changed."""
        return [observation for table in self._tables(batch_id) for observation in _rebuilt(table)]

    def listings(self, keys: Collection[tuple[str, str]]) -> list[Observation]:
        """One observation of each listing (marketplace, listing id) that was observed, made again as by `observations`."""
        table = self.read("listing")
        places = zip(*(table.column(name).to_pylist() for name in ("marketplace", "listing_id")), strict=True)
        first = {key: row for row, key in reversed(list(enumerate(places))) if key in keys}
        return list(_rebuilt(table.take(pa.array(sorted(first.values()), pa.int64()))))

    def roots(self, batch_id: str) -> list[bytes]:
        """The roots of a batch, in the order of `observations`."""
        return [root for table in self._tables(batch_id, [ROOT]) for root in table.column(ROOT).to_pylist()]

    def known_payloads(self, source: str) -> dict[str, tuple[int, int]]:
        """Payloads of a source that are in the lake already, with their counts."""
        found: dict[str, tuple[int, int]] = {}
        for batch in self._all():
            if batch.source == source:
                found |= batch.payloads
        return found

    def _batch(self, batch_id: str) -> Batch | None:
        path = self._mark(batch_id)
        if not path.exists():
            return None
        try:
            found = json.loads(path.read_bytes())
            payloads = {name: (int(ok), int(bad)) for name, (ok, bad) in found["payloads"].items()}
            return Batch(found["id"], tuple(found["files"]), found["rows"], found["source"], payloads)
        except (ValueError, KeyError, TypeError) as exc:
            raise LakeError(f"expected the description of a batch in {path}, got {type(exc).__name__}: {exc}") from exc

    def _all(self) -> list[Batch]:
        names = sorted(path.stem for path in (self.root / "batches").glob("[!.]*.json"))
        return [batch for name in names if (batch := self._batch(name)) is not None]

    def _mark(self, batch_id: str) -> Path:
        return self.root / "batches" / f"{_checked(batch_id)}.json"

    def _write_part(self, batch_id: str, number: int, folder: str, group: Sequence[Observation]) -> str:
        name = f"{folder}/{batch_id}.{number}.parquet"
        self._write_table(self.root / "observations" / name, _table(group))
        return name

    def _write_table(self, path: Path, table: pa.Table) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}")
        pq.write_table(table, beside, compression="zstd")
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)

    def _tables(self, batch_id: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        batch = self._batch(batch_id)
        if batch is None:
            raise LakeError(f"expected a batch of this lake, got {batch_id}")
        for name in batch.files:
            yield pq.ParquetFile(self.root / "observations" / name).read(columns)


def _checked(batch_id: str) -> str:
    if not _NAME.fullmatch(batch_id):
        raise LakeError(f"expected a batch id of letters, digits, '.', '_' and '-', got {batch_id!r:.160}")
    return batch_id


def _parts(observations: Sequence[Observation]) -> dict[tuple[str, tuple[str, ...]], list[Observation]]:
    """Observations by folder and by the names of their fields: each part becomes one file."""
    parts: dict[tuple[str, tuple[str, ...]], list[Observation]] = defaultdict(list)
    folders: dict[tuple[Scalar, Scalar, int], str] = {}
    for observation in observations:
        if not observation.whole:
            raise LakeError("expected whole observations, got one with hidden or erased fields")
        values = observation.values()
        kind, marketplace, seen = values.get("type"), values.get("marketplace"), values.get("observed_at")
        if not isinstance(kind, str) or not isinstance(marketplace, str) or not isinstance(seen, int):
            raise LakeError(f"expected type, marketplace and observed_at, got {sorted(values)}")
        key = (kind, marketplace, seen // 86_400)
        if key not in folders:
            day = datetime.fromtimestamp(seen, UTC).date().isoformat()
            folders[key] = f"type={_folder(kind)}/marketplace={_folder(marketplace)}/day={day}"
        parts[folders[key], tuple(values)].append(observation)
    return parts


def _folder(name: str) -> str:
    """A name as one folder of a path."""
    return quote(name, safe="").replace(".", "%2E")[:150] or "%00"


def _table(group: Sequence[Observation]) -> pa.Table:
    """One part as columns."""
    rows = [observation.values() for observation in group]
    kind = str(rows[0]["type"])
    columns: dict[str, Any] = {}
    try:
        for name in rows[0]:
            known = FIELDS.get(kind, {}).get(name)
            columns[name] = pa.array([row[name] for row in rows], ARROW[known] if known else None)
        columns[ROOT] = pa.array([observation.root() for observation in group], EXTRA[ROOT])
        columns[SALTS] = pa.array([b"".join(f.salt for f in _shown(item)) for item in group], EXTRA[SALTS])
    except (pa.ArrowException, UnicodeEncodeError, OverflowError) as exc:
        raise LakeError(f"expected one kind of value in each field of {kind}, got: {exc}") from exc
    return pa.table(columns)


def _shown(observation: Observation) -> list[Field]:
    return [item for item in observation.fields if isinstance(item, Field)]


def _rebuilt(table: pa.Table) -> Iterator[Observation]:
    names = sorted(name for name in table.column_names if name not in EXTRA)
    columns = [table.column(name).to_pylist() for name in [*names, ROOT, SALTS]]
    for *values, root, salts in zip(*columns, strict=True):
        parts = (salts[at : at + 32] for at in range(0, len(salts), 32))
        observation = Observation(tuple(Field(*row) for row in zip(names, parts, values, strict=True)))
        if observation.root() != root:
            raise LakeError(f"expected the observation with root {root.hex()}, got {observation.root().hex()}")
        yield observation
