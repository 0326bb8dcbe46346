"""`touchstone oracle run` and `normalize`: pull real sources into a lake of one's own, or read one saved payload."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from oracle.connectors import CONNECTORS, Source, normalize
from oracle.errors import OracleError
from oracle.fetch import Fetched, Fetcher
from oracle.ingest import ingest
from oracle.lake import Lake
from oracle.payload import PayloadStore, RawPayload
from oracle.record import FIELDS, Record
from touchstone.errors import CommandError
from touchstone.stages import Stages

FILE_CAP = 64 * 1024 * 1024  # as much as is fetched


def parse_source(text: str) -> Source:
    """A source as it is written on the command line: connector=URL, or connector=FILE."""
    try:
        source = Source.parse(text)
    except OracleError as exc:
        raise CommandError(
            f"expected a source such as shopify=https://shop.example, got {text!r}. Connectors: {', '.join(CONNECTORS)}."
        ) from exc
    if not source.url:
        raise CommandError(f"expected an address or a file after {text!r}. Nothing was fetched.")
    return source if source.marketplace or is_remote(source) else replace(source, marketplace=Path(source.url).stem)


def is_remote(source: Source) -> bool:
    """Whether the source is an address, not a file."""
    return source.url.startswith(("http://", "https://"))


def run_sources(
    texts: list[str], home: Path, allow_loopback: bool, console: Console, clock: Callable[[], int]
) -> dict[str, Any]:
    """Pull all sources into the home; returns the counts, what was quarantined and why, and where everything lies."""
    sources = [parse_source(text) for text in texts]
    payloads, lake = PayloadStore(home / "payloads"), Lake(home / "lake")
    stages = Stages(console)
    with stages("pull", "采集") as stage:
        hosts = {urlsplit(source.url).netloc for source in sources if is_remote(source)}
        files = {source.url: _read(Path(source.url)) for source in sources if not is_remote(source)}
        fetcher = Fetcher(hosts, allow_loopback=allow_loopback)
        counts = ingest(sources, WithFiles(fetcher, files), payloads, lake, clock, stage.advance)
        stage.result = (
            f"{counts.payloads} payloads, {counts.records} records = {counts.ok} observations "
            f"+ {counts.quarantined} quarantined"
        )
    reasons = Counter(row["reason"] for row in lake.rejected().to_pylist())
    return {
        "payloads": counts.payloads,
        "records": counts.records,
        "observations": counts.ok,
        "quarantined": counts.quarantined,
        "by_type": {name: held for name in FIELDS if (held := lake.read(name).num_rows)},
        "reasons": dict(sorted(reasons.items())),
        "by_source": {name: asdict(one) | {"records": one.records} for name, one in counts.sources.items()},
        "home": str(home),
    }


def show_pulled(console: Console, report: Mapping[str, Any]) -> None:
    """What `run_sources` returned, as a person likes to read it."""
    sources = Table(title="What came of each source · 各来源结果", title_justify="left")
    for heading in ("source 来源", "payloads 载荷", "records 记录", "observations 采集记录", "quarantined 隔离"):
        sources.add_column(heading, justify="left" if heading.startswith("source") else "right", overflow="fold")
    for name, one in report["by_source"].items():
        sources.add_row(name, *(f"{one[key]:,}" for key in ("payloads", "records", "ok", "quarantined")))
    console.print(sources)
    held = Table(title="What the lake holds now · 数据湖现有", title_justify="left")
    held.add_column("kind of observation or reason of quarantine 记录类型或隔离原因", overflow="fold")
    held.add_column("rows 条", justify="right")
    for name, rows in (*report["by_type"].items(), *report["reasons"].items()):
        held.add_row(name, f"{rows:,}")
    console.print(held)
    console.print(f"payloads, lake and quarantine 数据位置   {report['home']}", soft_wrap=True, highlight=False)


class WithFiles(Fetcher):
    """A fetcher for which the files named on the command line are addresses too; everything else goes through the door."""

    def __init__(self, fetcher: Fetcher, files: Mapping[str, bytes]) -> None:
        self._door = fetcher
        self._files = files

    def get(self, url: str, max_bytes: int | None = None) -> Fetched:
        """A file's bytes, or what the door gives."""
        if url in self._files:
            return Fetched(self._files[url], "")
        return self._door.get(url) if max_bytes is None else self._door.get(url, max_bytes=max_bytes)


def normalize_file(connector: str, file: Path) -> tuple[int, int]:
    """Print the observations in a saved payload as JSON Lines; returns how many were read and how many not."""
    if connector not in CONNECTORS:
        raise CommandError(f"expected a connector of {', '.join(CONNECTORS)}, got {connector!r}")
    payload = RawPayload(connector, file.stem, str(file), "", int(time.time()), _read(file))
    ok = rejected = 0
    for item in normalize(payload):
        if isinstance(item, Record):
            ok += 1
            print(json.dumps(item.values, ensure_ascii=False, sort_keys=True))
        else:
            rejected += 1
            words = f"{item.reason}: expected {item.expected}, got {item.got}"
            print(f"quarantined: {words} | {item.place} {item.excerpt[:120]}", file=sys.stderr)
    return ok, rejected


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > FILE_CAP:
            raise CommandError(
                f"expected a payload of at most {FILE_CAP} bytes in {file}, got {size}. Nothing was kept; split the file."
            )
        return file.read_bytes()
    except OSError as exc:
        raise CommandError(f"expected to read {file}, got: {exc.strerror}. Check the path.") from exc
