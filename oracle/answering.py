"""Round 1 of co-signing: another bureau asks about clues; this one fetches, scores and signs for itself.

The steps, for many asks at once: (1) fetch each listing again, keeping payloads before they are read; (2) make salted
observations; (3) match and compute the *own* features from what was fetched alone, the *context* features come with the
ask; (4) score and explain; (5) store the observations, and how their payloads came; (6) sign. An ask that cannot be
answered gets a signed refusal with a reason; one bad ask never stops the others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

import pyarrow as pa

from node.protocol.answer import (
    MAX_OBSERVATIONS,
    Ask,
    Explanation,
    SignedAnswer,
    SignedRefusal,
    observation_root,
)
from node.protocol.canonical import sha256
from node.protocol.capture import CaptureReport
from node.protocol.errors import ProtocolError
from node.protocol.finding import Answer, Refusal
from node.protocol.identifiers import Kind
from node.protocol.observation import Observation, Scalar
from node.protocol.scorer import micro
from node.protocol.signing import Signer
from node.protocol.typed_data import Domain, digest
from oracle.capturing import Machine, capture_report, look_at_machine
from oracle.errors import FetchError, OracleError
from oracle.features.build import CONTEXT, NAMES, OWN, SCOPES, build
from oracle.features.frame import FLAG, INTEGER, SHAPES, TEXT, as_table
from oracle.features.schema import LIMIT
from oracle.matching.matcher import Matcher
from oracle.payload import RawPayload
from oracle.registry import Registry
from oracle.scoring.model import matrix
from oracle.scoring.scorer import Models

Values = Mapping[str, Scalar]
Refetch = Callable[[Ask], Iterable[RawPayload]]
Normalize = Callable[[RawPayload], Iterable[Values]]
Place = tuple[bytes, int]  # clue, attempt


class Reason(IntEnum):
    """Why a bureau does not answer: the `reason` of a Refusal."""

    UNREACHABLE = 1  # the listing could not be fetched
    GONE = 2  # fetched, but the listing is not there
    SELLER_DIFFERS = 3  # the listing is offered by somebody else now
    UNMATCHED = 4  # we do not find that it offers the product named
    LATE = 5  # the deadline has passed
    UNSUITABLE = 6  # the question itself: unknown kind, no listing, other context features, too much evidence
    FAILED = 9  # our own fault


class Declined(OracleError):
    """Why one ask is not answered."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason


class Payloads(Protocol):
    """Where payloads are kept before anything reads them."""

    def keep(self, body: bytes) -> str: ...


class Store(Protocol):
    """Where observations are kept before anything about them is signed."""

    def write(self, batch_id: str, observations: Sequence[Observation]) -> object: ...


class Captures(Protocol):
    """Where reports on how payloads were captured are kept, by question."""

    def keep(self, reports: Mapping[Place, Sequence[CaptureReport]]) -> object: ...


class Seen(NamedTuple):
    """What one fetch brought: observations, and how their payloads came."""

    observations: list[Observation]
    reports: list[CaptureReport]


@dataclass(frozen=True)
class Answerer:
    """One bureau's oracle, answering asks."""

    bureau: int
    signer: Signer
    domain: Domain
    config_digest: bytes
    refetch: Refetch
    normalize: Normalize
    payloads: Payloads
    lake: Store
    models: Models
    registry: Registry
    clock: Callable[[], int]
    matcher: Matcher
    captures: Captures | None = None  # none: no reports are made
    look: Callable[[], Machine] = look_at_machine

    def answer(self, asks: Sequence[Ask]) -> list[SignedAnswer | SignedRefusal]:
        """An answer or a refusal for each ask, in the same order."""
        fetched: dict[tuple[str, str | None, str], Seen | Declined] = {}
        evidence: dict[int, list[Observation]] = {}
        reports: dict[Place, list[CaptureReport]] = {}
        machine = self.look() if asks and self.captures is not None else None
        replies: dict[int, SignedAnswer | SignedRefusal] = {}
        for number, ask in enumerate(asks):
            try:
                self._check(ask)
                key = (ask.marketplace, ask.listing_id, ask.url)
                if key not in fetched:
                    fetched[key] = self._fetch(ask, machine)
                found = fetched[key]
                if isinstance(found, Declined):
                    raise found
                evidence[number], reports[ask.clue, ask.attempt] = _about(ask, found)
            except Declined as exc:
                replies[number] = self._refuse(ask, exc)
        rows = self._own(asks, evidence)
        if evidence:
            self._keep(evidence, reports)
        for number, row in rows.items():
            ask = asks[number]
            try:
                replies[number] = self._sign(ask, evidence[number], self._explain(ask, row))
            except Declined as exc:
                replies[number] = self._refuse(ask, exc)
            except (ProtocolError, OracleError, ValueError) as exc:
                replies[number] = self._refuse(ask, Declined(Reason.FAILED, f"scoring failed: {exc}"))
        return [replies[number] for number in range(len(asks))]

    def _check(self, ask: Ask) -> None:
        if ask.deadline < self.clock():
            raise Declined(Reason.LATE, f"the deadline {ask.deadline} has passed")
        if ask.kind not in set(Kind) or ask.listing_id is None:
            raise Declined(Reason.UNSUITABLE, f"expected a listing and a known kind, got kind {ask.kind}")
        if set(ask.context) != set(CONTEXT):
            raise Declined(Reason.UNSUITABLE, "expected the context features of this release's schema")

    def _fetch(self, ask: Ask, machine: Machine | None) -> Seen | Declined:
        """What is there now, as salted observations; payloads are kept before they are read."""
        found = Seen([], [])
        try:
            for payload in self.refetch(ask):
                kept = self.payloads.keep(payload.body) == payload.sha256
                if machine is not None and payload.transport is not None:
                    found.reports.append(capture_report(payload, payload.transport, machine, kept))
                found.observations.extend(Observation.make(values) for values in self.normalize(payload))
        except FetchError as exc:
            return Declined(Reason.UNREACHABLE, f"could not fetch {ask.url}: {exc}")
        except Exception as exc:  # hostile pages must not stop the other asks
            return Declined(Reason.FAILED, f"could not read {ask.url}: {type(exc).__name__}: {exc}")
        return found

    def _own(self, asks: Sequence[Ask], evidence: Mapping[int, Sequence[Observation]]) -> dict[int, Values]:
        """Feature rows by ask, in one pass. Each ask stands in a marketplace of its own name, so that nothing from one
        ask's fetch enters another's features.
        """
        rows: dict[str, list[Values]] = {kind: [] for kind in SHAPES}
        authorised, times = set(), {}
        for number, observations in evidence.items():
            ask, place = asks[number], str(number)
            for observation in observations:
                values = observation.values()
                rows[str(values["type"])].append({**values, "marketplace": place})
            authorised |= {
                (gtin, place, ask.seller_id) for gtin in self.registry.sold_by(ask.marketplace, ask.seller_id)
            }
            times[place, str(ask.listing_id)] = ask.observed_at
        tables = {kind: as_table(values, kind) for kind, values in rows.items()}
        registry = Registry(self.registry.products, frozenset(authorised))
        matches = self.matcher.match(tables["listing"])
        return {int(row["marketplace"]): row for row in build(tables, registry, matches, times).to_pylist()}

    def _explain(self, ask: Ask, row: Values) -> Explanation:
        if row["product"] != ask.gtin:
            raise Declined(Reason.UNMATCHED, f"expected product {ask.gtin}, our match is {row['product']}")
        model = self.models[ask.kind]
        values = {name: row[name] for name in OWN} | ask.context
        vector = [_integer(values[name]) for name in NAMES]
        rows = matrix([vector])
        margins = model.margins(rows)
        return Explanation(
            model=model.id,
            features=tuple((name, SCOPES[name], value) for name, value in zip(NAMES, vector, strict=True)),
            score_bps=int(model.score_bps(margins)[0]),
            margin_micro=micro(float(margins[0])),
            contributions=model.contributions(rows)[0],
        )

    def _keep(
        self, evidence: Mapping[int, Sequence[Observation]], reports: Mapping[Place, Sequence[CaptureReport]]
    ) -> None:
        """Store all observations of this round, each once, in one batch named by their roots; and how they came."""
        distinct = {observation.root(): observation for found in evidence.values() for observation in found}
        name = sha256(b"".join(sorted(distinct))).hex()
        self.lake.write(f"answers-{self.bureau}-{name[:32]}", list(distinct.values()))
        if self.captures is not None:
            self.captures.keep(reports)

    def _sign(self, ask: Ask, observations: Sequence[Observation], explanation: Explanation) -> SignedAnswer:
        answer = Answer(
            clue=ask.clue,
            attempt=ask.attempt,
            leader=ask.leader,
            bureau=self.bureau,
            observation_root=observation_root(observations),
            score_bps=explanation.score_bps,
            model=explanation.model,
            context=ask.context_digest,
            explanation=explanation.digest(),
            config_digest=self.config_digest,
            deadline=ask.deadline,
        )
        signature = self.signer.sign(digest(self.domain, answer.struct_hash()))
        return SignedAnswer(answer, signature, tuple(observations), explanation)

    def _refuse(self, ask: Ask, why: Declined) -> SignedRefusal:
        refusal = Refusal(
            clue=ask.clue,
            attempt=ask.attempt,
            leader=ask.leader,
            bureau=self.bureau,
            reason=int(why.reason),
            config_digest=self.config_digest,
            deadline=ask.deadline,
        )
        return SignedRefusal(refusal, self.signer.sign(digest(self.domain, refusal.struct_hash())), str(why))


def _about(ask: Ask, found: Seen) -> Seen:
    """Of what was fetched, what is about the listing and its seller. Raises `Declined` without the listing."""
    own, sellers, payloads = [], set(), set()
    for observation in found.observations:
        values = observation.values()
        kind, same = values["type"], values["marketplace"] == ask.marketplace
        subject = "seller_id" if kind == "seller" else "listing_id"
        if same and kind in SHAPES and values.get(subject) == getattr(ask, subject):
            _check_types(values, str(kind))
            own.append(observation)
            payloads.add(values.get("payload"))
            if kind == "listing":
                sellers.add(values["seller_id"])
    if not sellers:
        raise Declined(Reason.GONE, f"listing {ask.listing_id} is not at {ask.url}")
    if sellers - {None} != {ask.seller_id}:
        raise Declined(Reason.SELLER_DIFFERS, f"expected seller {ask.seller_id}, the listing names another")
    if len(own) > MAX_OBSERVATIONS:
        raise Declined(Reason.UNSUITABLE, f"expected at most {MAX_OBSERVATIONS} observations, got {len(own)}")
    return Seen(own, [report for report in found.reports if report.payload.hex() in payloads])


def _check_types(values: Values, kind: str) -> None:
    types: dict[pa.DataType, type] = {TEXT: str, INTEGER: int, FLAG: bool}
    for name, wanted in SHAPES[kind].items():
        value = values.get(name)
        if value is not None and type(value) is not types[wanted]:
            raise Declined(Reason.FAILED, f"expected {wanted} for {name}, got {type(value).__name__}")


def _integer(value: Scalar) -> int | None:
    if value is None or (isinstance(value, int) and abs(value) <= LIMIT):
        return value
    raise ValueError(f"expected an integer feature, got {value!r}")
