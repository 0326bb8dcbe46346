"""Findings: what is recorded stays, status moves along its edges, and only whole, fresh, co-signed reports are taken."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from node.chain.contracts import Contracts
from node.chain.decode import decode_submit
from node.chain.governance import Actions, KeyRole, KeyState
from node.protocol.canonical import keccak256
from node.protocol.configuration import NO_KEY
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES, ROLES, ZERO
from node.protocol.signing import ORDER, LocalSigner, recover
from node.protocol.typed_data import Domain, Struct
from node.protocol.typed_data import digest as signed_digest
from tests.chain.conftest import CHAIN_ID, key
from tests.invariants.chain_machine import DAY, ChainMachine, Outcome, address, always, digest, walk

RECORDED, CONTESTED, UPHELD, OVERTURNED, SUPERSEDED, WITHDRAWN = range(1, 7)
# The status lattice (DESIGN section 4), told once more: from each status, where a ruling or a report may lead.
EDGES = {
    RECORDED: {CONTESTED, UPHELD, OVERTURNED, SUPERSEDED, WITHDRAWN},
    CONTESTED: {UPHELD, OVERTURNED, SUPERSEDED, WITHDRAWN},
    UPHELD: {CONTESTED, OVERTURNED, SUPERSEDED, WITHDRAWN},
    OVERTURNED: {CONTESTED, UPHELD},
    SUPERSEDED: set(),
    WITHDRAWN: set(),
}
REGISTRY = Domain(CHAIN_ID, ADDRESSES["FindingRegistry"])
SUBJECTS = [digest(f"seller {n}") for n in range(2)]
LISTINGS = [ZERO, digest("listing")]
BUREAUS = (1, 2, 3, 4)
OFFICERS = [f"{bureau}.officer" for bureau in BUREAUS]


@dataclass(frozen=True)
class Recusal(Struct):
    """A bureau's declared interest in a subject, signed by its officer."""

    TYPE = "Recusal(uint32 bureau,bytes32 subject,bytes32 reason)"

    bureau: int
    subject: bytes
    reason: bytes


class Draft(NamedTuple):
    """What varies from finding to finding; few values each, so that they meet."""

    subject: int
    listing: int
    kind: int
    variant: int
    supersedes: str  # nothing, the live one, another


DRAFTS = st.builds(
    Draft,
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(1, 2),
    st.integers(0, 3),
    st.sampled_from(["nothing", "nothing", "live", "other"]),
)


@dataclass
class Entry:
    """A recorded finding, in the model."""

    finding: Finding
    status: int
    recorded_at: int
    index: int  # among the subject's
    sequence: int  # of its report's event

    def onchain(self) -> tuple[Any, ...]:
        return (self.status, self.recorded_at, self.index, self.sequence, self.finding.id()[:16])


class Book:
    """The model of the registry."""

    def __init__(self) -> None:
        self.entries: dict[bytes, Entry] = {}  # by finding id: every one that was ever recorded
        self.live: dict[bytes, bytes] = {}  # clue key: id of its last finding
        self.subjects: dict[bytes, list[bytes]] = {subject: [] for subject in SUBJECTS}
        self.leaders: dict[int, int] = {}
        self.recused: set[tuple[int, bytes]] = set()

    def take(self, report: Report, time: int, sequence: int) -> set[str]:
        """Take a report's findings in their order; returns why the registry refuses one, nothing when it takes all."""
        for finding in report.findings:
            problems = self._problems(report, finding)
            if problems:
                return problems
            finding_id, subject = finding.id(), finding.subject
            if finding.supersedes != ZERO:
                self.entries[finding.supersedes].status = SUPERSEDED
            index = len(self.subjects[subject])
            self.subjects[subject].append(finding_id)
            self.live[finding.clue_key()] = finding_id
            self.entries[finding_id] = Entry(finding, RECORDED, time, index, sequence)
        return set()

    def _problems(self, report: Report, finding: Finding) -> set[str]:
        if finding.config_digest != report.config_digest:
            return {"FindingRegistryWrongConfigDigest"}
        if finding.score_bps > 10_000:
            return {"FindingRegistryBadScore"}
        if finding.subject == ZERO:
            return {"FindingRegistryNoSubject"}
        standing = self.live.get(finding.clue_key())
        if finding.id() in self.entries:
            return {"FindingRegistryFindingExists"}
        if finding.supersedes == ZERO:
            if standing is not None and self.entries[standing].status != WITHDRAWN:
                return {"FindingRegistryFindingExists"}
        elif standing != finding.supersedes:
            return {"FindingRegistryNotLive"}
        elif SUPERSEDED not in EDGES[self.entries[standing].status]:
            return {"FindingRegistryBadTransition"}
        if any((bureau, finding.subject) in self.recused for bureau in report.signers):
            return {"FindingRegistryInterestedSigner"}
        return set()


class FindingsMachine(ChainMachine):
    """Reports by bureaus whose keys come and go, under a threshold that changes and a role that is paused at times."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.oracles: dict[int, str | None] = {bureau: f"{bureau}.oracle" for bureau in BUREAUS}
        self.retired: list[tuple[int, str]] = []
        self.threshold = 3
        self.paused_until = 0
        self.recorded = 0  # findings that the events tell of
        self.statuses: dict[bytes, int] = {}  # as last seen

    def status(self, finding_id: bytes, entry: Entry) -> int:
        return int(self.read("FindingRegistry", "statusOf", finding_id, entry.finding.clue_key()))

    # --- reports ----------------------------------------------------------------------------------------------------------

    def finding(self, draft: Draft, config_digest: bytes) -> Finding:
        made = Finding(
            subject=SUBJECTS[draft.subject],
            listing=LISTINGS[draft.listing],
            product=ZERO,
            kind=draft.kind,
            period=202607,
            score_bps=9_000 + draft.variant,
            spread_bps=100,
            policy_digest=digest("policy"),
            evidence_root=digest("evidence"),
            model=digest("model"),
            explanation=digest("explanation"),
            observed_at=1_785_000_000,
            config_digest=config_digest,
            supersedes=ZERO,
        )
        if draft.supersedes == "live":
            return replace(made, supersedes=self.book.live.get(made.clue_key(), ZERO))
        if draft.supersedes == "other":
            return replace(made, supersedes=next(iter(self.book.entries), digest("no finding")))
        return made

    def report(self, drafts: list[Draft], signers: tuple[int, ...], leader: int, ahead: int) -> Report:
        config_digest = self.chain.contracts.config_digest()
        findings = tuple(self.finding(draft, config_digest) for draft in drafts)
        return Report(leader, self.book.leaders.get(leader, 0) + ahead, config_digest, signers, findings)

    def signatures(self, report: Report, domain: Domain = REGISTRY) -> list[bytes]:
        """One by each signer's current key; by a stranger's where it has none."""
        told = signed_digest(domain, report.struct_hash())
        names = [self.oracles.get(bureau) or "stranger" for bureau in report.signers]
        return [LocalSigner(key(name)).sign(told) for name in names]

    def problems(self, report: Report) -> set[str]:
        """Why the registry refuses a report whose signatures are what they seem."""
        found = set()
        if self.now + 1 < self.paused_until:
            found.add("FindingRegistryNotInForce")
        if len(report.signers) < self.threshold:
            found.add("FindingRegistryTooFew")
        if any(self.oracles.get(bureau) is None for bureau in report.signers):
            found.add("FindingRegistryUnknownSigner")
        if report.leader not in report.signers:
            found.add("FindingRegistryLeaderNotASigner")
        if report.sequence <= self.book.leaders.get(report.leader, 0):
            found.add("FindingRegistryOldSequence")
        return found

    def submit(self, report: Report, signatures: list[bytes], faults: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        trial = copy.deepcopy(self.book)
        sequence = self._sequences[ADDRESSES["FindingRegistry"]] + 1
        refusals = set(faults) | self.problems(report) | trial.take(report, self.now + 1, sequence)
        outcome = self.send("stranger", "FindingRegistry", Contracts.submit_data(report, signatures))
        if not self.expect(outcome, refusals):
            return
        self.book = trial
        self.book.leaders[report.leader] = report.sequence
        self.check_recorded(report, outcome)

    def check_recorded(self, report: Report, outcome: Outcome) -> None:
        """The events name the findings; the chain's own bytes carry a signature of each signer's key under this domain."""
        assert outcome.events[0].name == "ReportRecorded"
        ids = [finding.id() for finding in report.findings]
        assert list(outcome.events[0].args["findingIds"]) == ids
        self.recorded += len(ids)
        [transaction] = self.chain.client.block(outcome.block)["transactions"]
        kept, signatures = decode_submit(bytes.fromhex(transaction["input"][2:]))
        told = signed_digest(REGISTRY, kept.struct_hash())
        signers = [recover(told, signature) for signature in signatures]
        assert len(set(signers)) == len(signers) >= self.threshold
        for bureau, signer in zip(kept.signers, signers, strict=True):
            member, role, state, *_ = self.read("Consortium", "keyRecord", signer)
            assert (member, role, state) == (bureau, KeyRole.ORACLE, KeyState.CURRENT)

    @rule(drafts=st.lists(DRAFTS, min_size=1, max_size=4), signers=st.sampled_from([(1, 2, 3), (1, 2, 3, 4)]))
    def submit_good_report(self, drafts: list[Draft], signers: tuple[int, ...]) -> None:
        report = self.report(drafts, signers, 1, 1)
        self.submit(report, self.signatures(report))

    @rule(
        drafts=st.lists(DRAFTS, min_size=1, max_size=4),
        signers=st.sampled_from([(1, 2, 3), (1, 2, 3, 4), (2, 3, 4), (1, 3, 4), (1, 2, 4), (1, 2), (1, 2, 5)]),
        leader=st.integers(0, 3),
        ahead=st.sampled_from([1, 1, 1, 5, 0]),
    )
    def submit_report(self, drafts: list[Draft], signers: tuple[int, ...], leader: int, ahead: int) -> None:
        report = self.report(drafts, signers, signers[leader % len(signers)], ahead)
        self.submit(report, self.signatures(report))

    @rule(draft=DRAFTS)
    def submit_with_bad_signatures(self, draft: Draft) -> None:
        report = self.report([draft], (1, 2, 3), 1, 1)
        good = self.signatures(report)
        r, s, v = good[1][:32], int.from_bytes(good[1][32:64], "big"), good[1][64]
        other_key = LocalSigner(key("2.sender")).sign(signed_digest(REGISTRY, report.struct_hash()))
        for bad, error in [
            (self.signatures(report, Domain(CHAIN_ID + 1, ADDRESSES["FindingRegistry"])), "UnknownSigner"),
            (self.signatures(report, Domain(CHAIN_ID, ADDRESSES["ObservationLog"])), "UnknownSigner"),
            ([good[0], other_key, good[2]], "UnknownSigner"),
            ([good[1], good[0], good[2]], "UnknownSigner"),
            ([good[0], r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v]), good[2]], "BadSignature"),
            ([good[0], good[1][:64] + bytes([v - 27]), good[2]], "BadSignature"),
            ([good[0], good[1] + b"\0", good[2]], "BadSignature"),
            ([good[0], bytes(65), good[2]], "BadSignature"),
            (good[:2], "WrongSignatureCount"),
        ]:
            self.submit(report, bad, {f"FindingRegistry{error}"})

    @rule(draft=DRAFTS)
    def submit_malformed(self, draft: Draft) -> None:
        """Among them values that the Python twin refuses to make: they are put in afterwards."""
        report = self.report([draft], (1, 2, 3), 1, 1)
        [finding] = report.findings
        other = digest("another configuration")
        cases: list[tuple[dict[str, Any], str]] = [
            ({"signers": (1, 1, 2)}, "NotUnique"),
            ({"signers": (2, 1, 3)}, "NotUnique"),
            ({"leader": 4, "sequence": self.book.leaders.get(4, 0) + 1}, "LeaderNotASigner"),
            ({"config_digest": other}, "WrongConfigDigest"),
            ({"findings": ()}, "BadCount"),
            ({"findings": (replace(finding, config_digest=other),)}, "WrongConfigDigest"),
            ({"findings": (_forced(finding, score_bps=10_001),)}, "BadScore"),
            ({"findings": (replace(finding, subject=ZERO),)}, "NoSubject"),
        ]
        for changes, error in cases:
            changed = replace(report, **changes)
            self.submit(changed, self.signatures(changed), {f"FindingRegistry{error}"})

    @precondition(lambda self: self.book.entries)
    @rule(data=st.data(), to=st.integers(1, 6))
    def set_status_from_outside(self, data: st.DataObject, to: int) -> None:
        """Nobody but the registry of cases, whatever key."""
        self.set_status_from_outside_for(data.draw(st.sampled_from(sorted(self.book.entries))), to)

    def set_status_from_outside_for(self, chosen: bytes, to: int) -> None:
        clue = self.book.entries[chosen].finding.clue_key()
        for who in ("1.officer", "court", "1.oracle", "stranger"):
            outcome = self.call(who, "FindingRegistry", "setStatus", clue, chosen, to, digest("reason"))
            self.expect(outcome, {"FindingRegistryNotTheCaseRegistry"})

    @rule(
        bureau=st.integers(1, 5),
        subject=st.sampled_from(SUBJECTS),
        by=st.sampled_from(["officer", "officer", "oracle"]),
    )
    def recuse(self, bureau: int, subject: bytes, by: str) -> None:
        statement = Recusal(bureau, subject, digest("family"))
        signature = LocalSigner(key(f"{bureau}.{by}")).sign(signed_digest(REGISTRY, statement.struct_hash()))
        refusals = set()
        if by != "officer" or bureau == 5:
            refusals.add("FindingRegistryNotTheOfficer")
        if (bureau, subject) in self.book.recused:
            refusals.add("FindingRegistryRecusedAlready")
        outcome = self.call("stranger", "FindingRegistry", "recuse", bureau, subject, digest("family"), signature)
        if self.expect(outcome, refusals):
            self.book.recused.add((bureau, subject))

    # --- the consortium changes meanwhile -------------------------------------------------------------------------------------

    @rule(bureau=st.sampled_from(BUREAUS))
    def revoke_oracle(self, bureau: int) -> None:
        """A bureau may always end its own key, paused or not; what it signed keeps its status."""
        name = self.oracles[bureau]
        outcome = self.call(f"{bureau}.officer", "Consortium", "revokeKey", KeyRole.ORACLE)
        if self.expect(outcome, () if name else {"ConsortiumNoKey"}):
            self.oracles[bureau] = None
            self.retired.append((bureau, str(name)))

    @rule(bureau=st.sampled_from(BUREAUS))
    def replace_oracle(self, bureau: int) -> None:
        name = f"{bureau}.oracle in block {self.chain.client.head()}"
        self.must(self.decide(Actions.replace_key(bureau, KeyRole.ORACLE, address(name)), OFFICERS[:3]))
        if (before := self.oracles[bureau]) is not None:
            self.retired.append((bureau, before))
        self.oracles[bureau] = name

    @precondition(lambda self: self.retired)
    @rule(draft=DRAFTS)
    def submit_with_an_ended_key(self, draft: Draft) -> None:
        bureau, name = self.retired[-1]
        others = [other for other in BUREAUS if other != bureau][:3]
        report = self.report([draft], tuple(sorted([bureau, *others])), bureau, 1)
        signatures = self.signatures(report)
        place = report.signers.index(bureau)
        signatures[place] = LocalSigner(key(name)).sign(signed_digest(REGISTRY, report.struct_hash()))
        self.submit(report, signatures, {"FindingRegistryUnknownSigner"})

    @rule(what=st.sampled_from(["threshold 3", "threshold 4", "pause", "resume", "nothing"]))
    def decide_or_wait(self, what: str) -> None:
        if what.startswith("threshold"):
            self.threshold = int(what[-1])
            self.must(self.decide(Actions.set_threshold(self.threshold), OFFICERS[:3]))
        elif what == "pause":
            self.paused_until = self.now + 2 * DAY
            self.must(self.decide(Actions.pause(ROLES["FindingRegistry"], self.paused_until), OFFICERS[:3], wait=0))
        elif what == "resume" and self.now + 10 < self.paused_until:
            self.must(self.decide(Actions.resume(ROLES["FindingRegistry"]), OFFICERS[:3], wait=0))
            self.paused_until = self.now
        else:
            self.pass_time(DAY)

    def tour(self) -> Iterator[None]:
        """A finding is told, replaced and told again; the registry is paused and a key is lost meanwhile."""
        told = Draft(0, 0, 1, 0, "nothing")
        for draft in (
            told,
            told,
            told._replace(variant=1, supersedes="live"),
            told,
            told._replace(variant=2, supersedes="other"),
        ):
            self.submit_good_report(drafts=[draft], signers=(1, 2, 3))
            yield
        self.submit_malformed(draft=told)
        self.submit_with_bad_signatures(draft=told)
        self.set_status_from_outside_for(next(iter(self.book.entries)), UPHELD)
        self.decide_or_wait(what="pause")
        self.submit_good_report(drafts=[told._replace(kind=2)], signers=(1, 2, 3))
        self.decide_or_wait(what="resume")
        self.revoke_oracle(bureau=1)
        self.submit_with_an_ended_key(draft=told._replace(kind=2))
        self.recuse(bureau=2, subject=SUBJECTS[0], by="officer")
        yield

    # --- what always holds ----------------------------------------------------------------------------------------------------

    @always
    def records_are_never_changed_but_in_status(self) -> None:
        for clue, finding_id in self.book.live.items():
            assert self.read("FindingRegistry", "record", clue) == self.book.entries[finding_id].onchain()

    @always
    def every_finding_keeps_its_status_whatever_follows_it(self) -> None:
        for finding_id, entry in self.book.entries.items():
            assert self.status(finding_id, entry) == entry.status

    @always
    def status_moves_only_along_allowed_edges(self) -> None:
        for finding_id, entry in self.book.entries.items():
            now = self.status(finding_id, entry)
            before = self.statuses.get(finding_id, now)
            assert now == before or now in EDGES[before]
            self.statuses[finding_id] = now

    @always
    def all_findings_on_a_subject_and_none_more(self) -> None:
        for subject, ids in self.book.subjects.items():
            rolling = bytes(28)
            for finding_id in ids:
                rolling = keccak256(rolling + bytes(4) + finding_id)[:28]
            assert self.read("FindingRegistry", "subject", subject) == (len(ids), rolling)

    @always
    def as_many_findings_as_the_events_tell(self) -> None:
        counts = [self.read("FindingRegistry", "subject", subject)[0] for subject in SUBJECTS]
        assert sum(counts) == self.recorded == len(self.book.entries)

    @always
    def a_leaders_sequence_never_falls(self) -> None:
        for leader in BUREAUS:
            assert self.read("FindingRegistry", "lastSequence", leader) == self.book.leaders.get(leader, 0)

    @always
    def an_ended_key_is_nobodys(self) -> None:
        for bureau, name in self.oracles.items():
            assert self.read("Consortium", "bureau", bureau)[5] == (address(name).lower() if name else NO_KEY)
        for _, name in self.retired:
            assert self.read("Consortium", "bureauOfOracle", address(name)) == 0


def _forced(finding: Finding, **values: Any) -> Finding:
    """A finding with values that its own checks refuse."""
    forced = copy.copy(finding)
    for name, value in values.items():
        object.__setattr__(forced, name, value)
    for remembered in ("_words", "_struct_hash"):
        forced.__dict__.pop(remembered, None)
    return forced


REACHED = {
    "ReportRecorded",
    "FindingStatusChanged",
    "Recused",
    "KeyEnded",
    "RolePaused",
    "FindingRegistryNotInForce",
    "FindingRegistryWrongConfigDigest",
    "FindingRegistryWrongSignatureCount",
    "FindingRegistryNotUnique",
    "FindingRegistryTooFew",
    "FindingRegistryBadSignature",
    "FindingRegistryUnknownSigner",
    "FindingRegistryLeaderNotASigner",
    "FindingRegistryOldSequence",
    "FindingRegistryBadCount",
    "FindingRegistryBadScore",
    "FindingRegistryNoSubject",
    "FindingRegistryFindingExists",
    "FindingRegistryNotLive",
    "FindingRegistryNotTheCaseRegistry",
    "FindingRegistryInterestedSigner",
    "FindingRegistryRecusedAlready",
    "FindingRegistryNotTheOfficer",
}


def test_findings() -> None:
    walk(FindingsMachine, REACHED)
