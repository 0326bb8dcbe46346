"""From sources to the lake: every payload is kept before it is read, and everything is accounted for.

Payloads are gathered into batches named by the source and by their digests. A payload whose batch is in the lake is
not done again and keeps its salts, so a run that was cut off goes on where it stopped; its counts are those of the
first time. Always `records == ok + quarantined`: a payload that cannot be read, and an address that cannot be fetched,
count as one rejected record each.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from node.protocol.observation import Observation
from oracle.connectors import Source, normalize, pull
from oracle.errors import FetchError
from oracle.fetch import Fetcher
from oracle.lake import Lake, Quarantined
from oracle.payload import Missed, RawPayload
from oracle.record import Record, Rejected

BATCH_RECORDS, BATCH_PAYLOADS = 10_000, 1_000
Progress = Callable[[int, int], None]


class Payloads(Protocol):
    """Where payloads are kept."""

    def keep(self, body: bytes) -> str: ...


@dataclass(frozen=True)
class SourceCounts:
    """What one source gave."""

    payloads: int = 0
    ok: int = 0
    quarantined: int = 0
    missed: int = 0  # addresses that could not be fetched, among the quarantined
    known: int = 0  # payloads that were in the lake before

    @property
    def records(self) -> int:
        return self.ok + self.quarantined


@dataclass(frozen=True)
class Counts:
    """What a run gave, in all and by source (`connector:marketplace`)."""

    payloads: int
    records: int
    ok: int
    quarantined: int
    sources: Mapping[str, SourceCounts]


def ingest(
    sources: Iterable[Source],
    fetcher: Fetcher,
    payloads: Payloads,
    lake: Lake,
    clock: Callable[[], int],
    progress: Progress = lambda done, total: None,
) -> Counts:
    """Pull every source into the lake. `progress(records so far, the same)` is called for each payload."""
    found: dict[str, SourceCounts] = {}
    before = 0
    for source in sources:
        name = f"{source.connector}:{source.market}"
        pulling = _Pulling(name, source, payloads, lake, lake.known_payloads(name))
        try:
            for item in pull(source, fetcher, clock):
                pulling.take(item)
                progress(before + pulling.records, before + pulling.records)
        except FetchError as exc:  # clients report these as `Missed`; whatever slips through costs its source only
            pulling.take(Missed(source.url, exc.reason, str(exc)))
        pulling.flush()
        found[f"{name}#{len(found)}" if name in found else name] = pulling.counts()
        before += pulling.records
    ok, bad = sum(one.ok for one in found.values()), sum(one.quarantined for one in found.values())
    return Counts(sum(one.payloads for one in found.values()), ok + bad, ok, bad, found)


@dataclass
class _Pulling:
    """One source's run: what is gathered for the next batch, and the counts so far."""

    name: str
    source: Source
    payloads: Payloads
    lake: Lake
    known: dict[str, tuple[int, int]]
    _observations: list[Observation] = field(default_factory=list)
    _rejected: list[Quarantined] = field(default_factory=list)
    _unfetched: list[Quarantined] = field(default_factory=list)
    _batch: dict[str, tuple[int, int]] = field(default_factory=dict)
    _seen: int = 0
    _ok: int = 0
    _bad: int = 0
    _missed: int = 0
    _old: int = 0

    @property
    def records(self) -> int:
        return self._ok + self._bad

    def counts(self) -> SourceCounts:
        return SourceCounts(self._seen, self._ok, self._bad, self._missed, self._old)

    def take(self, item: RawPayload | Missed) -> None:
        """Account for one payload, or for one address without."""
        if isinstance(item, Missed):
            self._missed += 1
            self._bad += 1
            rejected = Rejected(item.reason, "an answer", item.words, kept="nothing")
            self._unfetched.append(Quarantined(self.name, "", item.url, rejected))
            return
        name = self.payloads.keep(item.body)
        self._seen += 1
        key = f"{name} {item.url}"  # the same bytes at two addresses are two statements
        counted = self.known.get(key)
        if counted is None:
            counted = self.known[key] = self._batch[key] = self._read(item)
        else:
            self._old += 1
        self._ok += counted[0]
        self._bad += counted[1]
        if len(self._observations) >= BATCH_RECORDS or len(self._batch) >= BATCH_PAYLOADS:
            self.flush()

    def _read(self, payload: RawPayload) -> tuple[int, int]:
        ok = bad = 0
        for outcome in normalize(payload):
            if isinstance(outcome, Record):
                try:
                    self._observations.append(Observation.make(outcome.values))
                    ok += 1
                    continue
                except Exception as exc:  # a value that has no canonical form
                    outcome = Rejected.because(exc)
            self._rejected.append(Quarantined(self.name, payload.sha256, payload.url, outcome))
            bad += 1
        return ok, bad

    def flush(self) -> None:
        """Write what is gathered as one batch."""
        if self._unfetched:
            named = self._named("missed-", [f"{row.rejected.reason} {row.url}" for row in self._unfetched])
            self.lake.quarantine(named, self._unfetched)
        if self._batch:
            named = self._named("", self._batch)
            self.lake.quarantine(named, self._rejected)
            self.lake.write(named, self._observations, self.name, self._batch)
        self._observations, self._rejected, self._unfetched, self._batch = [], [], [], {}

    def _named(self, what: str, parts: Iterable[str]) -> str:
        """The id of a batch of these parts."""
        digest = hashlib.sha256("\n".join([self.name, *parts]).encode()).hexdigest()
        return f"{self.source.connector}-{what}{digest[:32]}"
