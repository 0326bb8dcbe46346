"""Membership and votes: who belongs, with which keys, and what the consortium may decide, when and by whom."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from node.chain.contracts import calldata
from node.chain.governance import Actions, Governance, KeyRole, KeyState, ProposalState
from node.protocol.activation import Activation
from node.protocol.configuration import NO_KEY, Bureau, Configuration, Court
from node.protocol.identifiers import ADDRESSES
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import Domain
from node.protocol.typed_data import digest as signed_digest
from tests.chain.conftest import CHAIN_ID, key
from tests.invariants.chain_machine import DAY, ChainMachine, Outcome, address, always, digest, genesis, newcomer, walk

VOTING, DELAY, EXECUTION = 7 * DAY, DAY, 30 * DAY  # Ballot's periods
INTERVAL, FLOOR, MIN_THRESHOLD = 30, 4, 3
CONSORTIUM = Domain(CHAIN_ID, ADDRESSES["Consortium"])
ROLES = {KeyRole.VALIDATOR: "validator", KeyRole.ORACLE: "oracle", KeyRole.SENDER: "sender", KeyRole.OFFICER: "officer"}
KINDS = ("admit", "remove", "replace", "threshold", "court", "witness")
FOUNDERS = (1, 2, 3, 4)
NEWCOMERS = (5, 6, 7)
SPARES = [f"spare validator {n}" for n in range(4)]


class Action(NamedTuple):
    """What a proposal would do: the call, and what the model needs to foresee it."""

    kind: str
    values: tuple[Any, ...]
    call: bytes
    seat: tuple[int, str] | None = None  # the bureau and the name of the key that must prove itself


@dataclass
class Key:
    """A key's life, in the model."""

    member: int
    role: KeyRole
    state: KeyState = KeyState.CURRENT


@dataclass
class Proposal:
    """A proposal, in the model."""

    proposer: int
    action: Action
    electorate: frozenset[int]
    quota: int
    votable_until: int
    votes: dict[int, bool] = field(default_factory=dict)
    executable_from: int = 0
    outcome: ProposalState = ProposalState.NONE
    executions: int = 0

    def state(self, now: int) -> ProposalState:
        if self.outcome:
            return self.outcome
        if self.executable_from:
            return ProposalState.EXPIRED if now > self.executable_from + EXECUTION else ProposalState.PASSED
        return ProposalState.EXPIRED if now > self.votable_until else ProposalState.OPEN

    def count(self, yes: bool) -> int:
        return sum(vote is yes for vote in self.votes.values())


class VotesMachine(ChainMachine):
    """Bureaus propose, vote, execute, come and go, change keys and lose them; others try to."""

    SPARE_VALIDATORS = (*(f"{n}.validator" for n in NEWCOMERS), *SPARES)

    def __init__(self) -> None:
        super().__init__()
        founded = Governance(self.chain.client).configuration()
        self.version, self.threshold = 1, founded.threshold
        self.bureaus = {bureau.id: bureau for bureau in founded.bureaus}
        self.courts = {court.id: court for court in founded.courts}
        self.contracts = founded.contracts
        self.keys: dict[str, Key] = {}
        for bureau in founded.bureaus:
            for role, name in ROLES.items():
                self.keys[getattr(bureau, name)] = Key(bureau.id, role)
        for court in founded.courts:
            self.keys[court.key] = Key(court.id, KeyRole.COURT)
        self.proven = {bureau.validator for bureau in founded.bureaus}
        self.joined = set(self.bureaus)  # every id that ever was
        self.officers = {
            bureau: f"{bureau}.officer" for bureau in FOUNDERS
        }  # names of the keys, also of those who left
        self.witnesses: list[bytes] = []
        self.proposals: dict[bytes, Proposal] = {}
        self.last_states: dict[bytes, ProposalState] = {}
        self.looked_at = 0  # version of the configuration
        self.changes: list[int] = [0]  # blocks that changed the validator set; the founding is block 0

    # --- the model ----------------------------------------------------------------------------------------------------------

    def next_block(self) -> int:
        return self.chain.client.head() + 1

    def house(self, size: int, threshold: int) -> set[str]:
        found = set()
        if threshold < MIN_THRESHOLD or threshold > size or threshold * 2 <= size:
            found.add("ConsortiumBadThreshold")
        if size < FLOOR:
            found.add("ConsortiumBelowFloor")
        return found

    def taken(self, addresses: list[str]) -> set[str]:
        used = any(one in self.keys for one in addresses) or len(set(addresses)) < len(addresses)
        return {"ConsortiumKeyTaken"} if used else set()

    def rests(self) -> set[str]:
        """Whether the validator set changed too lately: the new set sealed first in the block after the change."""
        return {"ConsortiumSetChangedLately"} if self.next_block() < self.changes[-1] + 1 + INTERVAL else set()

    def refused(self, action: Action, proven: tuple[int, str] | None) -> set[str]:
        """Why the consortium would refuse an action now, with the proof of possession that came along."""
        found: set[str] = set()
        if action.seat is not None and proven != action.seat:
            found.add("ConsortiumNotProven")
        match action.kind, *action.values:
            case "admit", Bureau() as bureau, int() as threshold:
                if bureau.id in self.joined:
                    found.add("ConsortiumIdTaken")
                found |= self.taken([bureau.validator, bureau.oracle, bureau.sender, bureau.officer])
                found |= self.rests() | self.house(len(self.bureaus) + 1, threshold or self.threshold)
            case "remove", int() as bureau_id, int() as threshold:
                if bureau_id not in self.bureaus:
                    found.add("ConsortiumUnknownBureau")
                found |= self.rests() | self.house(len(self.bureaus) - 1, threshold or self.threshold)
            case "replace", int() as member, KeyRole() as role, str() as name:
                if role == KeyRole.COURT and member not in self.courts:
                    found.add("ConsortiumUnknownCourt")
                if role != KeyRole.COURT and member not in self.bureaus:
                    found.add("ConsortiumUnknownBureau")
                found |= self.taken([address(name)])
                if role == KeyRole.VALIDATOR:
                    found |= self.rests()
            case "threshold", int() as threshold:
                found |= self.house(len(self.bureaus), threshold)
            case "court", Court() as court:
                if court.id in self.courts:
                    found.add("ConsortiumIdTaken")
                found |= self.taken([court.key])
            case "witness", bytes() as digest_:
                if digest_ in self.witnesses:
                    found.add("ConsortiumBadWitness")
        return found

    def end(self, address_: str, state: KeyState) -> None:
        if address_ != NO_KEY:
            self.keys[address_].state = state

    def apply(self, action: Action, block: int) -> None:
        """What an executed action changes."""
        if action.seat is not None or action.kind == "remove":
            self.changes.append(block)
        if action.kind != "witness":
            self.version += 1
        match action.kind, *action.values:
            case "admit", Bureau() as bureau, int() as threshold:
                self.threshold = threshold or self.threshold
                self.bureaus[bureau.id] = bureau
                self.joined.add(bureau.id)
                self.proven.add(bureau.validator)
                self.officers[bureau.id] = f"{bureau.id}.officer"
                for role, name in ROLES.items():
                    self.keys[getattr(bureau, name)] = Key(bureau.id, role)
            case "remove", int() as bureau_id, int() as threshold:
                self.threshold = threshold or self.threshold
                left = self.bureaus.pop(bureau_id)
                for name in ROLES.values():
                    self.end(getattr(left, name), KeyState.RETIRED)
            case "replace", int() as member, KeyRole() as role, str() as name:
                if role == KeyRole.COURT:
                    self.end(self.courts[member].key, KeyState.RETIRED)
                    self.courts[member] = dataclasses.replace(self.courts[member], key=address(name))
                else:
                    self.set_key(member, role, address(name), KeyState.RETIRED)
                self.keys[address(name)] = Key(member, role)
                if role == KeyRole.OFFICER:
                    self.officers[member] = name
                if role == KeyRole.VALIDATOR:
                    self.proven.add(address(name))
            case "threshold", int() as threshold:
                self.threshold = threshold
            case "court", Court() as court:
                self.courts[court.id] = court
                self.keys[court.key] = Key(court.id, KeyRole.COURT)
            case "witness", bytes() as digest_:
                self.witnesses.append(digest_)

    def set_key(self, bureau: int, role: KeyRole, new: str, ended: KeyState) -> None:
        before = self.bureaus[bureau]
        self.end(getattr(before, ROLES[role]), ended)
        self.bureaus[bureau] = dataclasses.replace(before, **{ROLES[role]: new, "epoch": before.epoch + 1})

    def votes_for(self, who: str) -> int:
        """The bureau that a key speaks for, zero for none."""
        held = self.keys.get(address(who))
        return held.member if held and held.role == KeyRole.OFFICER and held.state == KeyState.CURRENT else 0

    # --- steps ----------------------------------------------------------------------------------------------------------------

    def propose(self, who: str, action: Action) -> bytes | None:
        outcome = self.call(who, "Consortium", "propose", action.call, digest("paper"))
        proposer = self.votes_for(who)
        if not self.expect(outcome, () if proposer else {"ConsortiumNotAnOfficer"}):
            return None
        size = len(self.bureaus)
        made = outcome.events[0].args
        assert made["quota"] * 3 >= size * 2 and made["quota"] * 2 > size
        proposal = bytes(made["id"])
        assert proposal not in self.proposals
        self.proposals[proposal] = Proposal(
            proposer, action, frozenset(self.bureaus), -(-size * 2 // 3), self.now + VOTING
        )
        return proposal

    def vote(self, who: str, proposal: bytes, yes: bool) -> None:
        known, voter = self.proposals[proposal], self.votes_for(who)
        refusals = set() if voter else {"ConsortiumNotAnOfficer"}
        if known.state(self.now + 1) != ProposalState.OPEN:
            refusals.add("ConsortiumWrongState")
        if voter and voter not in known.electorate:
            refusals.add("ConsortiumNotInElectorate")
        if voter in known.votes:
            refusals.add("ConsortiumVotedAlready")
        if not self.expect(self.call(who, "Consortium", "vote", proposal, yes), refusals):
            return
        known.votes[voter] = yes
        if known.count(True) == known.quota:
            known.executable_from = self.now + (0 if known.action.kind == "pause" else DELAY)
        elif known.count(False) > len(known.electorate) - known.quota:
            known.outcome = ProposalState.DEFEATED

    def not_due(self, proposal: bytes) -> set[str]:
        known = self.proposals[proposal]
        if known.state(self.now + 1) != ProposalState.PASSED:
            return {"ConsortiumWrongState"}
        return {"ConsortiumTooEarly"} if self.now + 1 < known.executable_from else set()

    def executed(self, proposal: bytes, outcome: Outcome) -> None:
        known = self.proposals[proposal]
        known.outcome = ProposalState.EXECUTED
        known.executions += 1
        assert outcome.events[-1].name == "ProposalExecuted"
        self.apply(known.action, outcome.block)

    def execute(self, who: str, proposal: bytes) -> None:
        refusals = self.not_due(proposal) or self.refused(self.proposals[proposal].action, None)
        outcome = self.call(who, "Consortium", "execute", proposal)
        if self.expect(outcome, refusals):
            self.executed(proposal, outcome)

    def activate(self, proposal: bytes, bureau: int, name: str, signed_by: str | None = None, age: int = 1) -> None:
        head = self.chain.client.head()
        seen = max(head - age, 0)
        seen_hash = bytes.fromhex(self.chain.client.block(seen)["hash"][2:])
        proof = Activation(proposal, bureau, address(name), seen, seen_hash)
        signature = LocalSigner(key(signed_by or name)).sign(signed_digest(CONSORTIUM, proof.struct_hash()))
        refusals = set() if signed_by in (None, name) else {"ConsortiumBadProof"}
        refusals |= self.not_due(proposal) or self.refused(self.proposals[proposal].action, (bureau, name))
        outcome = self.call("stranger", "Consortium", "activate", proposal, bureau, address(name), seen, signature)
        if self.expect(outcome, refusals):
            self.executed(proposal, outcome)

    # --- rules ----------------------------------------------------------------------------------------------------------------

    def draw_action(self, data: st.DataObject, kind: str | None = None) -> Action:
        kind = kind or data.draw(st.sampled_from(KINDS))
        size = len(self.bureaus)
        ids = sorted(self.joined)
        match kind:
            case "admit":
                bureau = newcomer(data.draw(st.sampled_from(NEWCOMERS)))
                threshold = data.draw(st.sampled_from([0, (size + 1) // 2 + 1]))
                call = Actions.admit_bureau(bureau, threshold)
                return Action(kind, (bureau, threshold), call, (bureau.id, f"{bureau.id}.validator"))
            case "remove":
                values = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from([0, max(size // 2 + 1, 3)]))
                return Action(kind, values, Actions.remove_bureau(*values))
            case "replace":
                role = data.draw(st.sampled_from([*ROLES, KeyRole.OFFICER, KeyRole.COURT]))
                spare = data.draw(st.sampled_from(SPARES))
                others = [f"key {n}" for n in range(6)] + ["1.oracle", "court"]
                name = spare if role == KeyRole.VALIDATOR else data.draw(st.sampled_from(others))
                member = data.draw(st.sampled_from(ids))
                call = Actions.replace_key(member, role, address(name))
                return Action(kind, (member, role, name), call, (member, name) if role == KeyRole.VALIDATOR else None)
            case "threshold":
                value = data.draw(st.integers(2, size + 1))
                return Action(kind, (value,), Actions.set_threshold(value))
            case "court":
                number = data.draw(st.integers(1, 4))
                court = Court(number, digest("court"), address(f"court {number}"))
                return Action(kind, (court,), Actions.register_court(court))
            case _:
                witness = digest(f"witness {data.draw(st.integers(1, 3))}")
                return Action(kind, (witness,), Actions.register_witness(digest("name"), witness))

    def any_officer(self, data: st.DataObject) -> str:
        return self.officers[data.draw(st.sampled_from(sorted(self.joined)))]

    @rule(data=st.data())
    def make_proposal(self, data: st.DataObject) -> None:
        self.propose(self.any_officer(data), self.draw_action(data))

    @rule(
        who=st.sampled_from(["stranger", "court", "1.oracle", "1.sender", "1.validator", "9.officer"]), data=st.data()
    )
    def propose_without_office(self, who: str, data: st.DataObject) -> None:
        self.propose(who, self.draw_action(data))

    @precondition(lambda self: self.proposals)
    @rule(data=st.data(), yes=st.booleans())
    def cast_vote(self, data: st.DataObject, yes: bool) -> None:
        who, proposal = self.any_officer(data), data.draw(st.sampled_from(sorted(self.proposals)))
        self.vote(who, proposal, yes)
        self.vote(who, proposal, not yes)  # one vote a bureau: a second is refused

    @precondition(lambda self: self.proposals)
    @rule(data=st.data(), yes=st.sampled_from([True, True, False]))
    def all_vote(self, data: st.DataObject, yes: bool) -> None:
        proposal = data.draw(st.sampled_from(sorted(self.proposals)))
        for bureau in sorted(self.joined):
            self.vote(self.officers[bureau], proposal, yes)

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def try_to_execute(self, data: st.DataObject) -> None:
        self.execute("stranger", data.draw(st.sampled_from(sorted(self.proposals))))

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def try_to_activate(self, data: st.DataObject) -> None:
        """With the right key, and with those of others and of nobody."""
        proposal = data.draw(st.sampled_from(sorted(self.proposals)))
        bureau, name = self.proposals[proposal].action.seat or (5, "5.validator")
        self.activate(proposal, bureau, name, signed_by="1.validator" if name != "1.validator" else "2.validator")
        self.activate(proposal, bureau, SPARES[0] if name != SPARES[0] else SPARES[1])
        self.activate(proposal, bureau + 1, name)
        self.activate(proposal, bureau, name)

    @rule(data=st.data(), kind=st.sampled_from(["admit", *KINDS]), rest=st.booleans())
    def carry_through(self, data: st.DataObject, kind: str, rest: bool) -> None:
        """From the proposal to its effect, as far as the rules let it come."""
        action = self.draw_action(data, kind)
        proposal = next(filter(None, (self.propose(officer, action) for officer in self.officers.values())), None)
        if proposal is None:
            return
        for bureau in sorted(self.joined):
            self.vote(self.officers[bureau], proposal, True)
        self.propose(self.officers[self.proposals[proposal].proposer], action)  # the same once more: left open
        self.wait(hours=25)
        if rest and (action.seat or kind == "remove"):
            self.grow()
        if action.seat is None:
            self.execute("stranger", proposal)
        else:
            self.activate(proposal, *action.seat)
            for earlier in self.proposals:  # who came later has no vote in what was proposed before
                self.vote(self.officers.get(action.seat[0], "stranger"), earlier, True)

    @rule(data=st.data())
    def rehearse(self, data: st.DataObject) -> None:
        """What the consortium would say of an action now, asked read-only and without a vote."""
        for kind in KINDS:
            self.rehearse_one(self.draw_action(data, kind))

    def rehearse_one(self, action: Action) -> None:
        refused = Governance(self.chain.client).rehearse(action.call)
        if refused is not None:
            self.seen[refused.name] += 1
        self.expect(Outcome(refused and refused.name, (), 0), self.refused(action, None))

    @rule(
        data=st.data(),
        role=st.sampled_from([KeyRole.ORACLE, KeyRole.SENDER, KeyRole.OFFICER, KeyRole.VALIDATOR, KeyRole.COURT]),
    )
    def revoke(self, data: st.DataObject, role: KeyRole) -> None:
        """At once and by the bureau alone; a validator only by vote. Two officers stay, so that the walk goes on."""
        who = self.any_officer(data)
        bureau = self.votes_for(who)
        if role == KeyRole.OFFICER and sum(self.votes_for(name) > 0 for name in self.officers.values()) <= 3:
            return
        refusals = set()
        if not bureau:
            refusals.add("ConsortiumNotAnOfficer")
        if role not in (KeyRole.ORACLE, KeyRole.SENDER, KeyRole.OFFICER):
            refusals.add("ConsortiumNotRevocable")
        elif bureau and getattr(self.bureaus[bureau], ROLES[role]) == NO_KEY:
            refusals.add("ConsortiumNoKey")
        if self.expect(self.call(who, "Consortium", "revokeKey", role), refusals):
            self.set_key(bureau, role, NO_KEY, KeyState.REVOKED)
            self.version += 1

    @rule(who=st.sampled_from(["1.officer", "court", "1.sender", "stranger"]), data=st.data())
    def act_without_a_vote(self, who: str, data: st.DataObject) -> None:
        action = self.draw_action(data)
        self.expect(self.send(who, "Consortium", action.call), {"ConsortiumOnlyByVote"})
        change = calldata("ValidatorSet", "change", self.chain.contracts.validators()[1:])
        self.expect(self.send(who, "ValidatorSet", change), {"ValidatorSetNotTheGovernor"})
        hand_over = calldata("ValidatorSet", "handOver", ADDRESSES["BlockLog"])
        self.expect(self.send(who, "ValidatorSet", hand_over), {"ValidatorSetNotTheGovernor"})

    @rule(hours=st.sampled_from([1, 25, 8 * 24, 31 * 24]))
    def wait(self, hours: int) -> None:
        self.pass_time(hours * 3600)

    @precondition(lambda self: self.rests())
    @rule()
    def grow(self) -> None:
        """Blocks in which nothing happens, until the validators may change again."""
        while self.rests():
            self.must(self.call("stranger", "ValidatorSet", "setHash"))

    def teardown(self) -> None:
        self.each_key_is_held_as_it_was_granted_and_ended(at_the_end=True)
        super().teardown()

    def tour(self) -> Iterator[None]:
        """A bureau comes, votes, and leaves; what is wrong on the way is tried too."""
        self.rehearse_one(Action("remove", (3, 3), Actions.remove_bureau(3, 3)))  # three are too few
        fifth = newcomer(5)
        admission = Action("admit", (fifth, 0), Actions.admit_bureau(fifth), (5, "5.validator"))
        admit = self.passed(admission)
        self.activate(admit, 5, "5.validator")  # too early
        self.wait(hours=25)
        self.activate(admit, 5, "5.validator")  # the founding was lately
        yield
        self.grow()
        self.execute("stranger", admit)  # without a proof
        self.activate(admit, 5, "5.validator", signed_by="4.validator")
        before = self.propose("1.officer", Action("threshold", (4,), Actions.set_threshold(4)))
        self.activate(admit, 5, "5.validator")
        yield
        assert before is not None
        self.vote("5.officer", before, True)  # came after the proposal
        for officer in ("1.officer", "1.officer", "2.officer"):  # one vote a bureau
            self.vote(officer, before, False)
            yield
        self.grow()
        sixth = self.passed(Action("admit", (newcomer(6), 4), Actions.admit_bureau(newcomer(6), 4), (6, "6.validator")))
        self.wait(hours=25)
        self.activate(sixth, 6, "6.validator")
        for threshold in (3, 6, 7):  # half is no majority
            self.rehearse_one(Action("threshold", (threshold,), Actions.set_threshold(threshold)))
        yield
        remove = self.passed(Action("remove", (2, 0), Actions.remove_bureau(2)))
        self.wait(hours=25)
        self.execute("stranger", remove)  # the set changed lately
        self.grow()
        self.execute("stranger", remove)
        yield
        self.vote("2.officer", remove, False)  # left
        again = dataclasses.replace(newcomer(7), id=2)  # the number of one that left
        proposal = self.passed(Action("admit", (again, 4), Actions.admit_bureau(again, 4), (2, "7.validator")))
        self.wait(hours=25)
        self.grow()
        self.activate(proposal, 2, "7.validator")
        yield
        taken = Action(
            "replace", (1, KeyRole.ORACLE, "3.oracle"), Actions.replace_key(1, KeyRole.ORACLE, address("3.oracle"))
        )
        court = Court(3, digest("court"), address("court 3"))
        witness = digest("witness")
        for action in (
            taken,
            Action("threshold", (2,), Actions.set_threshold(2)),
            Action("threshold", (4,), Actions.set_threshold(4)),
            Action("court", (court,), Actions.register_court(court)),
            Action("witness", (witness,), Actions.register_witness(digest("name"), witness)),
            Action("witness", (witness,), Actions.register_witness(digest("name"), witness)),
        ):
            proposal = self.passed(action)
            self.wait(hours=25)
            self.execute("stranger", proposal)
            yield
        self.wait(hours=31 * 24)
        self.execute("stranger", proposal)  # expired
        yield

    def passed(self, action: Action) -> bytes:
        """A proposal of the first bureau that all said yes to."""
        proposal = self.propose("1.officer", action)
        assert proposal is not None
        for bureau in sorted(self.bureaus):
            self.vote(self.officers[bureau], proposal, True)
        return proposal

    # --- what always holds: membership ------------------------------------------------------------------------------------------

    @always
    def the_validators_are_one_for_each_bureau_none_twice_none_zero(self) -> None:
        found = self.read("ValidatorSet", "getValidators")
        assert FLOOR <= len(found) <= 100
        assert list(found) == sorted(set(found))  # lower case: in the order of the numbers
        assert NO_KEY not in found
        assert sorted(found) == sorted(bureau.validator.lower() for bureau in self.bureaus.values())

    @always
    def every_validator_proved_its_key(self) -> None:
        assert {bureau.validator for bureau in self.bureaus.values()} <= self.proven

    @always
    def the_set_changes_only_by_what_was_decided_and_rests_between(self) -> None:
        count = self.read("ValidatorSet", "epochCount")
        assert count == len(self.changes)
        since = [self.read("ValidatorSet", "epoch", index)[0] for index in range(count)]
        assert since == [block + 1 for block in self.changes]
        assert all(later - earlier >= INTERVAL for earlier, later in zip(since, since[1:], strict=False))

    @always
    def the_house_stays_above_its_floors(self) -> None:
        assert len(self.bureaus) >= FLOOR
        assert len(self.bureaus) >= self.threshold >= MIN_THRESHOLD
        assert self.threshold * 2 > len(self.bureaus)

    @always
    def the_configuration_is_the_models_to_the_digest(self) -> None:
        bureaus = tuple(self.bureaus[number] for number in sorted(self.bureaus))
        courts = tuple(self.courts[number] for number in sorted(self.courts))
        at = ADDRESSES["Consortium"]
        expected = Configuration(CHAIN_ID, at, self.version, self.threshold, bureaus, courts, self.contracts)
        assert self.read("Consortium", "configDigest") == expected.digest()
        assert genesis().chain_id == CHAIN_ID

    @always
    def each_key_is_held_as_it_was_granted_and_ended(self, at_the_end: bool = False) -> None:
        """Looked at with each version of the configuration, and once more at the end of the walk."""
        if self.looked_at == self.version and not at_the_end:
            return
        self.looked_at = self.version
        for address_, held in self.keys.items():
            member, role, state, *_ = self.read("Consortium", "keyRecord", address_)
            assert (member, role, state) == (held.member, held.role, held.state)
            if held.role in (KeyRole.ORACLE, KeyRole.SENDER, KeyRole.OFFICER):
                spoken_for = self.read("Consortium", f"bureauOf{held.role.name.title()}", address_)
                assert spoken_for == (held.member if held.state == KeyState.CURRENT else 0)

    @always
    def who_left_is_no_member_and_its_number_is_not_used_again(self) -> None:
        found = self.read("Consortium", "configuration")[2]
        assert [bureau[0] for bureau in found] == sorted(self.bureaus)
        assert set(self.bureaus) <= self.joined

    # --- what always holds: votes -------------------------------------------------------------------------------------------------

    @always
    def each_tally_is_of_distinct_bureaus_of_its_electorate(self) -> None:
        for proposal, known in self.proposals.items():
            kept = Governance(self.chain.client).proposal(proposal) if self.moved(proposal) else None
            if kept is not None:
                assert (kept.yes, kept.no) == (known.count(True), known.count(False))
                assert set(known.votes) <= known.electorate
                assert (kept.electorate, kept.quota) == (len(known.electorate), known.quota)
                assert kept.proposer == known.proposer

    def moved(self, proposal: bytes) -> bool:
        """Once a block: a tally changes in none without a transaction."""
        asked = ("proposal", proposal)
        first = asked not in self._reads
        self._reads[asked] = True
        return first

    @always
    def what_is_decided_stays_decided(self) -> None:
        final = (ProposalState.DEFEATED, ProposalState.EXPIRED, ProposalState.EXECUTED)
        view_time = max(self.chain.engine.head().timestamp + 1, self.now)
        for proposal, known in self.proposals.items():
            state = ProposalState(self.read_now("Consortium", "stateOf", proposal))
            assert state == known.state(view_time)
            before = self.last_states.get(proposal, ProposalState.OPEN)
            assert state == before if before in final else state >= before
            self.last_states[proposal] = state

    @always
    def nothing_is_executed_twice_or_without_its_quota(self) -> None:
        for known in self.proposals.values():
            assert known.executions <= 1
            if known.executions:
                assert known.count(True) >= known.quota


REACHED = {
    "ProposalMade",
    "VoteCast",
    "ProposalPassed",
    "ProposalDefeated",
    "ProposalExecuted",
    "BureauAdmitted",
    "BureauRemoved",
    "ValidatorsChanged",
    "KeyHeld",
    "KeyEnded",
    "CourtRegistered",
    "WitnessRegistered",
    "ConsortiumNotAnOfficer",
    "ConsortiumWrongState",
    "ConsortiumNotInElectorate",
    "ConsortiumVotedAlready",
    "ConsortiumTooEarly",
    "ConsortiumNotProven",
    "ConsortiumBadProof",
    "ConsortiumSetChangedLately",
    "ConsortiumBadThreshold",
    "ConsortiumKeyTaken",
    "ConsortiumOnlyByVote",
    "ConsortiumBelowFloor",
    "ConsortiumBadWitness",
    "ValidatorSetNotTheGovernor",
    "ConsortiumNotRevocable",
}


def test_votes() -> None:
    walk(VotesMachine, REACHED)
