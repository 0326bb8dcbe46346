"""`touchstone oracle run` and `normalize`: pull real sources into a lake of one's own, or read one saved payload."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from oracle.connectors import CONNECTORS, Source, normalize
from oracle.fetch import Fetcher
from oracle.ingest import Counts, ingest, read
from oracle.lake import Lake
from oracle.payload import PayloadStore, RawPayload
from oracle.record import Record
from touchstone.errors import CommandError
from touchstone.stages import Stages

FILE_CAP = 64 * 1024 * 1024  # as much as is fetched


def parse_source(text: str) -> Source:
    """A source as it is written on the command line: connector=URL, or connector=FILE."""
    connector, equals, place = text.partition("=")
    if not equals or not place or connector not in CONNECTORS:
        raise CommandError(
            f"expected a source such as shopify=https://shop.example, got {text!r}. Connectors: {', '.join(CONNECTORS)}."
        )
    host = urlsplit(place).netloc if place.startswith(("http://", "https://")) else ""
    return Source(connector, place, host or Path(place).stem or "local")


def run_sources(
    texts: list[str], home: Path, allow_loopback: bool, console: Console, clock: Callable[[], int]
) -> dict[str, object]:
    """Pull all sources into the home; returns the counts, what was quarantined and why, and where everything lies."""
    sources = [parse_source(text) for text in texts]
    payloads, lake = PayloadStore(home / "payloads"), Lake(home / "lake")
    remote = [source for source in sources if source.url.startswith(("http://", "https://"))]
    run = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(clock()))
    stages = Stages(console)
    with stages("pull", "采集") as stage:
        fetcher = Fetcher({urlsplit(source.url).netloc for source in remote}, allow_loopback=allow_loopback)
        counts = ingest(remote, fetcher, payloads, lake, clock, stage.advance, run)
        for source in sources:
            if source not in remote:
                _ingest_file(source, payloads, lake, clock, counts, run)
        stage.result = f"{counts.payloads} payloads, {counts.records} records = {counts.ok} observations + {counts.quarantined} quarantined"
    for name, words in counts.failed.items():
        console.print(f"[red]{name}: {words}[/red]", highlight=False)
    reasons = Counter(row["code"] for row in lake.quarantine().to_pylist())
    return {
        "payloads": counts.payloads,
        "records": counts.records,
        "observations": counts.ok,
        "quarantined": counts.quarantined,
        "reasons": dict(sorted(reasons.items())),
        "failed": counts.failed,
        "by_source": counts.by_source,
        "home": str(home),
    }


def normalize_file(connector: str, file: Path) -> tuple[int, int]:
    """Print the observations in a saved payload as JSON Lines; returns how many were read and how many not."""
    if connector not in CONNECTORS:
        raise CommandError(f"expected a connector of {', '.join(CONNECTORS)}, got {connector!r}")
    payload = RawPayload(connector, file.stem, str(file), "", int(time.time()), _read(file))
    ok = rejected = 0
    for item in normalize(payload):
        if isinstance(item, Record):
            ok += 1
            print(json.dumps(dict(item.values), ensure_ascii=False, sort_keys=True))
        else:
            rejected += 1
            print(f"quarantined: {item.words} | {item.excerpt[:120]!r}", file=sys.stderr)
    return ok, rejected


def _ingest_file(
    source: Source, payloads: PayloadStore, lake: Lake, clock: Callable[[], int], counts: Counts, run: str
) -> None:
    file = Path(source.url)
    payload = RawPayload(source.connector, source.marketplace, str(file), "", clock(), _read(file))
    payloads.keep(payload.body)
    observations: list = []  # type: ignore[type-arg]
    rejected: list = []  # type: ignore[type-arg]
    read(payload, observations, rejected)
    name = f"{run}-{source.connector}-{source.marketplace}"
    facts = {
        "payloads": 1,
        "records": len(observations) + len(rejected),
        "ok": len(observations),
        "quarantined": len(rejected),
    }
    lake.write(name, observations, rejected, facts)
    counts.add(name, facts)


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
