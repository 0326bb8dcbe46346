"""Cases: a ruling comes from an active court, in its time, and is what the finding's status then says."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from eth_abi.abi import encode
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from node.chain.contracts import Contracts
from node.chain.decode import function_entry
from node.chain.governance import Actions, KeyRole
from node.protocol.canonical import keccak256
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ROLES, ZERO
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import digest as signed_digest
from tests.chain.conftest import key
from tests.invariants.chain_machine import DAY, ChainMachine, Outcome, address, always, digest, walk
from tests.invariants.test_findings import (
    CONTESTED,
    EDGES,
    OVERTURNED,
    RECORDED,
    REGISTRY,
    SUPERSEDED,
    UPHELD,
    WITHDRAWN,
)

NONE, OPEN, ANSWERED, RULED, APPEALED, CLOSED = range(6)
ANSWER, EVIDENCE, APPEAL, RULING = 15 * DAY, 30 * DAY, 15 * DAY, 180 * DAY  # CaseRegistry's periods
PARTIES = [digest("seller"), digest("platform")]
LISTINGS = 3
OFFICERS = ["1.officer", "2.officer", "3.officer"]


@dataclass
class Case:
    """A case, in the model."""

    finding: int  # position among all that were recorded
    party: bytes
    state: int = OPEN
    answer_until: int = 0
    cutoff: int = 0
    appeal_until: int = 0
    court: int = 0  # that ruled first
    decision: int = 0
    rulings: list[tuple[int, bytes]] = field(default_factory=list)
    manifest: bytes = ZERO
    items: int = 0
    recused: set[int] = field(default_factory=set)


class CasesMachine(ChainMachine):
    """Three findings, two parties, two courts; officers, courts and strangers try every step at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[Case] = []
        self.findings: list[Finding] = []  # every one ever recorded
        self.status: list[int] = []  # of each
        self.before: list[int] = []  # its status when it was last looked at
        self.courts = {1: "court", 2: "court 2"}
        self.ended = ["court 3"]  # keys of courts that are in use no more, or never were

    @initialize()
    def record(self) -> None:
        self.submit([self.finding(n, ZERO) for n in range(LISTINGS)])

    def finding(self, number: int, supersedes: bytes) -> Finding:
        named = {name: digest(name) for name in ("policy_digest", "evidence_root", "model", "explanation")}
        return Finding(
            subject=digest("seller"),
            listing=digest(f"listing {number}"),
            product=ZERO,
            kind=1,
            period=202607,
            score_bps=9_000,
            spread_bps=100,
            observed_at=1_785_000_000,
            config_digest=self.chain.contracts.config_digest(),
            supersedes=supersedes,
            **named,
        )

    def submit(self, findings: list[Finding]) -> None:
        self.must(self.send_report(findings))
        self.findings += findings
        self.status += [RECORDED] * len(findings)
        self.before += [RECORDED] * len(findings)

    def send_report(self, findings: list[Finding]) -> Outcome:
        sequence = self.chain.contracts.last_sequence(1) + 1
        report = Report(1, sequence, self.chain.contracts.config_digest(), (1, 2, 3), tuple(findings))
        told = signed_digest(REGISTRY, report.struct_hash())
        signatures = [LocalSigner(key(f"{bureau}.oracle")).sign(told) for bureau in report.signers]
        return self.send("stranger", "FindingRegistry", Contracts.submit_data(report, signatures))

    # --- the model ----------------------------------------------------------------------------------------------------------

    def open_case_of(self, finding: int) -> int:
        """The number of the open case on a finding, zero for none. Cases count from 1."""
        return next((n for n, case in enumerate(self.cases, 1) if case.finding == finding and case.state != CLOSED), 0)

    def leads(self, case: Case, to: int) -> bool:
        """Whether the finding's status may become `to`; where it stays as it is, it may."""
        now = self.status[case.finding]
        return now == to or now >= SUPERSEDED or to in EDGES[now]

    def move(self, case: Case, to: int) -> None:
        if self.status[case.finding] < SUPERSEDED:
            self.status[case.finding] = to

    def chosen(self, number: int) -> tuple[int, Case | None]:
        """Most numbers name the newest cases, some none."""
        case_id = max(len(self.cases) + 1 - number, 1)
        return case_id, self.cases[case_id - 1] if case_id <= len(self.cases) else None

    # --- officers -----------------------------------------------------------------------------------------------------------

    @rule(
        back=st.integers(1, LISTINGS + 1),
        party=st.sampled_from(PARTIES),
        by=st.sampled_from([*OFFICERS, "court", "1.sender"]),
    )
    def open(self, back: int, party: bytes, by: str) -> None:
        finding = max(len(self.findings) - back, 0)
        refusals = set() if by in OFFICERS else {"CaseRegistryNotAnOfficer"}
        if self.status[finding] not in (RECORDED, CONTESTED, UPHELD, OVERTURNED):
            refusals.add("CaseRegistryNoLiveFinding")
        if self.open_case_of(finding):
            refusals.add("CaseRegistryOpenAlready")
        told = self.findings[finding]
        outcome = self.call(by, "CaseRegistry", "open", told.clue_key(), told.id(), party, digest("notice"))
        if self.expect(outcome, refusals):
            self.cases.append(Case(finding, party, answer_until=self.now + ANSWER))

    @rule(number=st.integers(0, 3), by=st.sampled_from([*OFFICERS, "court", "stranger"]))
    def answer(self, number: int, by: str) -> None:
        case_id, case = self.chosen(number)
        refusals = set() if by in OFFICERS else {"CaseRegistryNotAnOfficer"}
        if case is None or case.state != OPEN:
            refusals.add("CaseRegistryWrongState")
        elif self.now + 1 > case.answer_until:
            refusals.add("CaseRegistryTooLate")
        outcome = self.call(by, "CaseRegistry", "answer", case_id, digest("answer"))
        if self.expect(outcome, refusals) and case is not None:
            case.state, case.cutoff = ANSWERED, self.now + EVIDENCE
            self.move(case, CONTESTED)

    @rule(number=st.integers(0, 3), by=st.sampled_from([*OFFICERS, "court", "court 2", "1.oracle"]))
    def add_evidence(self, number: int, by: str) -> None:
        case_id, case = self.chosen(number)
        refusals = set() if by in (*OFFICERS, *self.courts.values()) else {"CaseRegistryNotAnOfficer"}
        if case is None or case.state not in (ANSWERED, APPEALED):
            refusals.add("CaseRegistryWrongState")
        outcome = self.call(by, "CaseRegistry", "addEvidence", case_id, digest(f"item {self.now}"), 2)
        if self.expect(outcome, refusals) and case is not None:
            late = self.now > case.cutoff
            assert outcome.events[0].args["late"] is late
            case.items += 1
            if not late:
                item = encode(["bytes32", "bytes32", "uint64"], [case.manifest, digest(f"item {self.now - 1}"), 2])
                case.manifest = keccak256(item)

    @rule(number=st.integers(0, 3), by=st.sampled_from([*OFFICERS, "court 2"]))
    def appeal(self, number: int, by: str) -> None:
        case_id, case = self.chosen(number)
        refusals = set() if by in OFFICERS else {"CaseRegistryNotAnOfficer"}
        if case is None or case.state != RULED:
            refusals.add("CaseRegistryWrongState")
        elif self.now + 1 > case.appeal_until:
            refusals.add("CaseRegistryTooLate")
        outcome = self.call(by, "CaseRegistry", "appeal", case_id, digest("appeal"))
        if self.expect(outcome, refusals) and case is not None:
            case.state, case.cutoff = APPEALED, self.now + EVIDENCE
            self.move(case, CONTESTED)

    # --- courts -------------------------------------------------------------------------------------------------------------

    @rule(
        number=st.integers(0, 3),
        court=st.sampled_from([1, 2]),
        decision=st.sampled_from([UPHELD, OVERTURNED, WITHDRAWN]),
    )
    def rule_on(self, number: int, court: int, decision: int) -> None:
        case_id, case = self.chosen(number)
        for no_decision in (RECORDED, CONTESTED, SUPERSEDED):
            self.decide_case(self.courts[court], court, case_id, case, no_decision)
        self.decide_case(self.courts[court], court, case_id, case, decision)

    @rule(number=st.integers(0, 2))
    def rule_without_a_court(self, number: int) -> None:
        case_id, case = self.chosen(number)
        for by in ("1.officer", "1.oracle", "stranger", self.ended[-1]):
            self.decide_case(by, 0, case_id, case, UPHELD)

    def decide_case(self, by: str, court: int, case_id: int, case: Case | None, decision: int) -> None:
        refusals = set() if court else {"CaseRegistryNotACourt"}
        if decision not in (UPHELD, OVERTURNED, WITHDRAWN):
            refusals.add("CaseRegistryBadDecision")
        if case is None or case.state not in (OPEN, ANSWERED, APPEALED):
            refusals.add("CaseRegistryWrongState")
        else:
            if self.now + 1 <= (case.answer_until if case.state == OPEN else case.cutoff):
                refusals.add("CaseRegistryTooEarly")
            if court in case.recused or (court and court == case.court):
                refusals.add("CaseRegistryNotThisCourt")
            if not self.leads(case, decision):
                refusals.add("FindingRegistryBadTransition")
        ruling = digest(f"ruling {self.now}")
        if self.expect(self.call(by, "CaseRegistry", "rule", case_id, decision, ruling), refusals) and case is not None:
            final = case.state == APPEALED or decision == WITHDRAWN
            case.court = case.court if case.state == APPEALED else court
            case.decision, case.appeal_until = decision, self.now + APPEAL
            case.rulings.append((decision, ruling))
            case.state = CLOSED if final else RULED
            self.move(case, decision)

    @rule(number=st.integers(0, 3), court=st.sampled_from([1, 2]))
    def recuse(self, number: int, court: int) -> None:
        case_id, case = self.chosen(number)
        refusals = set()
        if case is None or case.state == CLOSED:
            refusals.add("CaseRegistryWrongState")
        elif court in case.recused:
            refusals.add("CaseRegistryNotThisCourt")
        outcome = self.call(self.courts[court], "CaseRegistry", "recuse", case_id, digest("kinship"))
        if self.expect(outcome, refusals) and case is not None:
            case.recused.add(court)

    @rule(number=st.integers(0, 3))
    def close(self, number: int) -> None:
        case_id, case = self.chosen(number)
        refusals = set()
        if case is None or case.state == CLOSED:
            refusals.add("CaseRegistryWrongState")
        else:
            over = {OPEN: case.answer_until + RULING, RULED: case.appeal_until}.get(case.state, case.cutoff + RULING)
            if self.now + 1 <= over:
                refusals.add("CaseRegistryTooEarly")
        outcome = self.call("stranger", "CaseRegistry", "close", case_id)
        if self.expect(outcome, refusals) and case is not None:
            if case.state == APPEALED:  # undecided: the first ruling stands
                self.move(case, case.decision)
            case.state = CLOSED

    # --- what happens meanwhile -----------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 10, 16, 31, 31, 31, 200]))
    def wait(self, days: int) -> None:
        self.pass_time(days * DAY)

    @rule(back=st.integers(1, LISTINGS))
    def tell_anew(self, back: int) -> None:
        """A report replaces a finding while a case on it may be open, or takes the place of a withdrawn one."""
        finding = len(self.findings) - back
        old, status = self.findings[finding], self.status[finding]
        config_digest = self.chain.contracts.config_digest()
        if status in (RECORDED, CONTESTED, UPHELD):
            self.submit([replace(old, supersedes=old.id(), config_digest=config_digest)])
            self.status[finding] = SUPERSEDED  # beyond any ruling from now on
        elif status == WITHDRAWN and all(other.clue_key() != old.clue_key() for other in self.findings[finding + 1 :]):
            evidence = digest(f"evidence {len(self.findings)}")
            self.submit([replace(old, supersedes=ZERO, evidence_root=evidence, config_digest=config_digest)])

    @rule(back=st.integers(1, 2 * LISTINGS))
    def tell_the_same_again(self, back: int) -> None:
        """Whatever became of it: a finding is recorded once."""
        told = self.findings[max(len(self.findings) - back, 0)]
        changed = told.config_digest != self.chain.contracts.config_digest()
        error = "FindingRegistryWrongConfigDigest" if changed else "FindingRegistryFindingExists"
        self.expect(self.send_report([told]), {error})

    @rule(
        back=st.integers(1, LISTINGS),
        court=st.sampled_from([1, 2]),
        decision=st.sampled_from([UPHELD, OVERTURNED]),
        delay=st.sampled_from([0, 0, 16]),
        appealed=st.booleans(),
    )
    def dispute(self, back: int, court: int, decision: int, delay: int, appealed: bool) -> None:
        """One that goes its way, or is answered too late; what stands in it is checked as in each step."""
        self.open(back=back, party=PARTIES[0], by="1.officer")
        self.wait(days=delay)
        self.answer(number=1, by="2.officer")
        self.add_evidence(number=1, by="1.officer")
        self.wait(days=31)
        self.rule_on(number=1, court=court, decision=decision)
        if appealed:
            self.appeal(number=1, by="3.officer")
            self.add_evidence(number=1, by="court 2")

    @precondition(lambda self: len(self.cases) > 1)
    @rule(court=st.sampled_from([1, 2]))
    def replace_court_key(self, court: int) -> None:
        """The key that ruled before rules no more."""
        name = f"court {court} in block {self.chain.client.head()}"
        self.must(self.decide(Actions.replace_key(court, KeyRole.COURT, address(name)), OFFICERS))
        self.ended.append(self.courts[court])
        self.courts[court] = name

    @rule()
    def pause_cases(self) -> None:
        """While the role is paused no case is opened; those that run go on, so that rulings are never stopped."""
        self.must(self.decide(Actions.pause(ROLES["CaseRegistry"], self.now + 30 * DAY), OFFICERS, wait=0))
        told = self.findings[0]
        outcome = self.call("1.officer", "CaseRegistry", "open", told.clue_key(), told.id(), PARTIES[0], digest("n"))
        self.expect(outcome, {"CaseRegistryNotInForce"})
        self.must(self.decide(Actions.resume(ROLES["CaseRegistry"]), OFFICERS, wait=0))

    def tour(self) -> Iterator[None]:
        """A case by the book, one that is answered too late, one whose finding is replaced, and one that is withdrawn."""
        self.record()
        self.dispute(back=1, court=1, decision=OVERTURNED, delay=0, appealed=True)
        yield
        self.dispute(back=2, court=1, decision=OVERTURNED, delay=16, appealed=False)
        yield
        self.rule_on(number=2, court=1, decision=UPHELD)  # it ruled on it before
        self.recuse(number=2, court=1)
        self.rule_on(number=2, court=2, decision=UPHELD)
        yield
        self.dispute(back=1, court=1, decision=UPHELD, delay=0, appealed=True)
        self.wait(days=31)
        self.add_evidence(number=1, by="1.officer")  # after the cut-off
        yield
        self.close(number=2)
        self.open(back=3, party=PARTIES[1], by="1.officer")
        self.tell_anew(back=3)
        self.answer(number=1, by="1.officer")
        yield
        self.open(back=4, party=PARTIES[1], by="1.officer")  # it was replaced
        for _ in range(2):
            self.wait(days=200)
        self.close(number=1)
        self.open(back=1, party=PARTIES[0], by="1.officer")
        self.wait(days=16)
        self.rule_on(number=1, court=1, decision=WITHDRAWN)
        yield
        self.tell_the_same_again(back=4)  # what stood on these facts before the withdrawn one
        self.tell_anew(back=1)
        yield
        self.dispute(back=1, court=1, decision=UPHELD, delay=0, appealed=True)
        for _ in range(2):
            self.wait(days=200)
        self.close(number=1)  # nobody decided on the appeal
        yield
        self.open(back=1, party=PARTIES[0], by="1.officer")
        self.wait(days=200)
        self.close(number=1)  # nobody answered or ruled
        yield
        self.pause_cases()
        self.rule_without_a_court(number=1)
        yield

    # --- what always holds ----------------------------------------------------------------------------------------------------

    @always
    def a_finding_has_the_status_that_its_cases_gave_it(self) -> None:
        for finding, status in zip(self.findings, self.status, strict=True):
            assert self.read("FindingRegistry", "statusOf", finding.id(), finding.clue_key()) == status

    @always
    def status_moves_only_along_allowed_edges(self) -> None:
        for place, finding in enumerate(self.findings):
            now = self.read("FindingRegistry", "statusOf", finding.id(), finding.clue_key())
            before, self.before[place] = self.before[place], now
            # A step may go two edges: what is answered and ruled in one go.
            assert now == before or now in EDGES[before] or any(now in EDGES[between] for between in EDGES[before])

    @always
    def a_final_ruling_is_the_findings_status_until_a_new_case_or_report(self) -> None:
        for number, case in enumerate(self.cases):
            later = any(other.finding == case.finding for other in self.cases[number + 1 :])
            if case.state == CLOSED and case.decision and not later:
                assert self.status[case.finding] in (case.decision, SUPERSEDED)

    @always
    def every_case_is_as_the_model_has_it(self) -> None:
        assert self.read("CaseRegistry", "caseCount") == len(self.cases)
        for number, case in enumerate(self.cases, 1):
            kept = self.case(number)
            assert kept["findingId"] == self.findings[case.finding].id()
            assert (kept["party"], kept["state"], kept["items"]) == (case.party, case.state, case.items)
            assert (kept["manifest"], kept["decision"], kept["court"]) == (case.manifest, case.decision, case.court)
            assert kept["ruling"] == (case.rulings[-1][1] if case.rulings else ZERO)

    @always
    def at_most_one_case_on_a_finding_is_open(self) -> None:
        for place, finding in enumerate(self.findings):
            open_cases = [
                number for number, case in enumerate(self.cases, 1) if case.finding == place and case.state != CLOSED
            ]
            assert len(open_cases) <= 1
            assert self.read("CaseRegistry", "openCaseOf", finding.id()) == self.open_case_of(place)

    @always
    def a_case_has_two_rulings_at_most_and_by_two_courts(self) -> None:
        assert all(len(case.rulings) <= 2 for case in self.cases)

    def case(self, number: int) -> dict[str, Any]:
        [struct] = function_entry("CaseRegistry", "caseOf")["outputs"]
        return dict(
            zip(
                [part["name"] for part in struct["components"]],
                self.read("CaseRegistry", "caseOf", number),
                strict=True,
            )
        )


REACHED = {
    "FindingRegistryFindingExists",
    "CaseOpened",
    "CaseAnswered",
    "EvidenceAdded",
    "CaseRuled",
    "CaseAppealed",
    "CaseClosed",
    "CourtRecused",
    "FindingStatusChanged",
    "CaseRegistryNotInForce",
    "CaseRegistryNotAnOfficer",
    "CaseRegistryNotACourt",
    "CaseRegistryNoLiveFinding",
    "CaseRegistryOpenAlready",
    "CaseRegistryWrongState",
    "CaseRegistryTooLate",
    "CaseRegistryTooEarly",
    "CaseRegistryBadDecision",
    "CaseRegistryNotThisCourt",
}


def test_cases() -> None:
    walk(CasesMachine, REACHED)
