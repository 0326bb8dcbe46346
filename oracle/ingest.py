"""Sources into the lake: payloads kept first, then read; what cannot be read is quarantined. In = ok + quarantined, always."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from node.protocol.observation import Observation
from oracle.connectors import Source, normalize, pull
from oracle.errors import FetchError
from oracle.fetch import Fetcher
from oracle.lake import Lake
from oracle.payload import PayloadStore, RawPayload
from oracle.record import Record, Rejected

Progress = Callable[[int, int], None]


@dataclass
class Counts:
    """What came in. `failed` names the sources that could not be pulled to their end, with the reason."""

    payloads: int = 0
    records: int = 0
    ok: int = 0
    quarantined: int = 0
    by_source: dict[str, dict[str, int]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, facts: dict[str, int]) -> None:
        """Add one source's facts."""
        self.by_source[name] = facts
        self.payloads += facts["payloads"]
        self.records += facts["records"]
        self.ok += facts["ok"]
        self.quarantined += facts["quarantined"]


def ingest(
    sources: Sequence[Source],
    fetcher: Fetcher,
    payloads: PayloadStore,
    lake: Lake,
    clock: Callable[[], int],
    progress: Progress = lambda done, total: None,
    run: str = "pull",
) -> Counts:
    """Pull `sources` in one `run`; a source that a run has brought in already is not pulled again.

    A source is one batch: a crash before it is whole leaves its payloads, and the next run reads it anew. A source that
    breaks off is kept as far as it came, and named in `failed`.
    """
    counts = Counts()
    for number, source in enumerate(sources):
        name = f"{run}-{source.connector}-{source.marketplace}"
        if not lake.has(name):
            _pull(name, source, fetcher, payloads, lake, clock, counts)
        counts.add(name, lake.facts(name))
        progress(number + 1, len(sources))
    return counts


def _pull(
    name: str,
    source: Source,
    fetcher: Fetcher,
    payloads: PayloadStore,
    lake: Lake,
    clock: Callable[[], int],
    counts: Counts,
) -> None:
    kept = 0
    observations: list[Observation] = []
    rejected: list[tuple[RawPayload, Rejected]] = []
    try:
        for payload in pull(source, fetcher, clock):
            payloads.keep(payload.body)
            kept += 1
            read(payload, observations, rejected)
    except FetchError as exc:
        counts.failed[name] = str(exc)
    facts = {
        "payloads": kept,
        "records": len(observations) + len(rejected),
        "ok": len(observations),
        "quarantined": len(rejected),
    }
    lake.write(name, observations, rejected, facts)


def read(payload: RawPayload, observations: list[Observation], rejected: list[tuple[RawPayload, Rejected]]) -> None:
    """Add what `payload` holds to `observations`, and what could not be read to `rejected`."""
    for item in normalize(payload):
        if isinstance(item, Record):
            try:
                observations.append(Observation.make(item.values))
            except Exception as exc:  # a value that the protocol does not take
                rejected.append((payload, Rejected("UNREADABLE", str(exc)[:400], str(dict(item.values))[:400])))
        else:
            rejected.append((payload, item))
