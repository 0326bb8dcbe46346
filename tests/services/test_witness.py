"""A witness believes no node, and never signs two histories: not after a crash, a copy put back, or a fork."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.protocol.checkpoint import (
    Checkpoint,
    CheckpointProof,
    Note,
    WitnessKey,
    check_in_checkpoints,
    cosign,
    cosigned_at,
    origin_of,
)
from node.protocol.errors import CheckpointError
from node.protocol.merkle import check_consistency, consistency_path, leaf_hash, path, root
from node.protocol.trust import PinnedBlock, TrustRoot, ValidatorSet
from node.services import monitoring
from node.services import witness as module
from node.services.errors import WitnessRefused
from node.services.evidence import founding_root
from node.services.witness import AHEAD, Witness
from node.services.witness_state import State, WitnessFolder
from node.store.session import Store, open_store
from tests.services.chain import Chain, open_chain
from tests.services.house import NOW, make_configuration, signer
from tests.services.test_monitoring import Source, grow

NAME = "notary.example"


class Time:
    """A clock well after the chain's own, which moves on by a second with every block."""

    now = NOW + 100_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    (tmp_path / "chain").mkdir()
    with open_chain(tmp_path / "chain") as opened:
        grow(opened, 4)
        yield opened


@pytest.fixture
def trust(chain: Chain) -> TrustRoot:
    return founding_root(chain.client, make_configuration())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    WitnessFolder.make(tmp_path / "witness", NAME)
    return tmp_path / "witness"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "node.sqlite")
    yield opened
    opened.close()


def key(folder: Path) -> WitnessKey:
    return WitnessKey.parse((folder / "witness.vkey").read_text().strip())


def witness(
    folder: Path, trust: TrustRoot, clock: Time | None = None, notes: tuple[Note, ...] = (), **sources: ChainClient
) -> Witness:
    return Witness(folder, trust, sources, clock or Time(), notes=notes)


def hashes(client: ChainClient, size: int) -> list[bytes]:
    return [bytes.fromhex(client.block(number)["hash"][2:]) for number in range(size)]


def leaves(client: ChainClient, size: int) -> list[bytes]:
    return [leaf_hash(each) for each in hashes(client, size)]


def untouched(folder: Path) -> tuple[bytes, list[str]]:
    """What a refusal must leave as it was: what was signed, and the notes."""
    state = State.parse((folder / "state.json").read_bytes())
    return bytes([state.size, *state.root[:4]]), sorted(file.name for file in (folder / "signed").iterdir())


# --- signing ----------------------------------------------------------------------------------------------------------


def test_a_new_witness_has_a_key_of_its_own(tmp_path: Path) -> None:
    made = WitnessFolder.make(tmp_path / "w", NAME)
    public, _ = made.key()
    assert public.name == NAME and (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600
    assert made.load() == State()
    with pytest.raises(WitnessRefused, match=r"expected no folder or an empty one.*Nothing was changed"):
        WitnessFolder.make(tmp_path / "w", NAME)
    with pytest.raises(CheckpointError, match="expected a name"):
        WitnessFolder.make(tmp_path / "x", "no spaces")
    assert not (tmp_path / "x").exists()


def test_the_head_is_cosigned_and_a_verifier_finds_each_block_in_it(
    chain: Chain, trust: TrustRoot, folder: Path
) -> None:
    note = witness(folder, trust, a=chain.client, b=Source(chain.client)).sign()
    origin = origin_of(trust.chain_id, trust.genesis_hash)
    assert note.checkpoint == Checkpoint(origin, 5, root(leaves(chain.client, 5)))
    for number, block_hash in enumerate(hashes(chain.client, 5)):
        found = path(leaves(chain.client, 5), number)
        proofs = [CheckpointProof(note, found)]
        assert check_in_checkpoints(block_hash, number, proofs, origin, [key(folder)], 1) == Time.now
    assert Note.parse(next((folder / "signed").iterdir()).read_bytes()) == note


def test_a_later_checkpoint_continues_the_earlier_one(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    first = witness(folder, trust, a=chain.client).sign().checkpoint
    grow(chain, 3, b"more")
    second = witness(folder, trust, a=chain.client).sign().checkpoint
    proof = consistency_path(leaves(chain.client, 8), first.size)
    check_consistency(first.size, second.size, proof, first.root, second.root)
    assert (first.size, second.size) == (5, 8)


def test_the_same_head_may_be_signed_again(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    clock = Time()
    first = witness(folder, trust, clock, a=chain.client).sign()
    clock.now += 60
    second = witness(folder, trust, clock, a=chain.client).sign()
    assert first.checkpoint == second.checkpoint
    assert cosigned_at(second, key(folder)) == Time.now + 60


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strides of four blocks and six remembered, instead of 200 and 256."""
    monkeypatch.setattr(module, "STRIDE", 4)
    monkeypatch.setattr(monitoring, "REMEMBERED", 6)


@pytest.mark.usefixtures("short_memory")
def test_a_chain_longer_than_the_monitor_remembers(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    grow(chain, 13, b"many")
    reached: list[int] = []
    note = witness(folder, trust, a=chain.client).sign(moved=reached.append)
    assert (note.checkpoint.size, note.checkpoint.root) == (18, root(leaves(chain.client, 18)))
    assert reached == [3, 7, 11, 15, 17, 17], "the first stride ends before the trust root's last block"


# --- what was signed is on the disk first ------------------------------------------------------------------------------


def test_the_state_is_on_the_disk_before_the_signature_is_made(
    chain: Chain, trust: TrustRoot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def watched_sync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    def watched_cosign(*arguments: Any) -> Any:
        state = State.parse((folder / "state.json").read_bytes())
        assert (state.size, state.time) == (5, Time.now)
        assert ".state.json" in synced[-2] and synced[-1] == str(folder), "the file, then its name in the folder"
        assert list((folder / "signed").iterdir()) == []
        return cosign(*arguments)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(module, "cosign", watched_cosign)
    assert witness(folder, trust, a=chain.client).sign().checkpoint.size == 5


@pytest.mark.parametrize(("where", "signed"), [("save", 0), ("sign", 5), ("release", 5)])
def test_killed_on_the_way_to_a_signature(
    where: str, signed: int, chain: Chain, trust: TrustRoot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a kill the state is of the old size or the new one, no note has left, and the next one is consistent."""
    save = WitnessFolder.save

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def save_or_die(made: WitnessFolder, state: State) -> None:
        die() if state.size else save(made, state)

    child = os.fork()
    if child == 0:  # never comes back
        signal.alarm(60)
        monkeypatch.setattr(WitnessFolder, "save", save_or_die if where == "save" else save)
        monkeypatch.setattr(module, "cosign", die if where == "sign" else cosign)
        if where == "release":
            monkeypatch.setattr(WitnessFolder, "release", die)
        try:
            witness(folder, trust, a=chain.client).sign()
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert State.parse((folder / "state.json").read_bytes()).size == signed
    assert list((folder / "signed").iterdir()) == []
    assert witness(folder, trust, a=chain.client).sign().checkpoint.root == root(leaves(chain.client, 5))


# --- copies put back, files lost ----------------------------------------------------------------------------------------


def test_a_lost_state_retires_the_key(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    witness(folder, trust, a=chain.client).sign()
    (folder / "state.json").unlink()
    with pytest.raises(WitnessRefused, match="Nothing was signed. Retire this key"):
        witness(folder, trust, a=chain.client).sign()
    (folder / "state.json").write_bytes(b"{}")
    with pytest.raises(WitnessRefused, match="Nothing was signed. Retire this key"):
        witness(folder, trust, a=chain.client).sign()


@pytest.mark.parametrize("at", ["empty", "earlier"])
def test_an_older_state_put_back_retires_the_key(at: str, chain: Chain, trust: TrustRoot, folder: Path) -> None:
    """The notes that left are newer than the state, whatever the chain does."""
    if at == "earlier":
        witness(folder, trust, a=chain.client).sign()
        grow(chain, 1, b"more")
    old = (folder / "state.json").read_bytes()
    witness(folder, trust, a=chain.client).sign()
    (folder / "state.json").write_bytes(old)
    before = untouched(folder)
    with pytest.raises(
        WitnessRefused, match="the folder was put back from a copy. Nothing was signed. Retire this key"
    ):
        witness(folder, trust, a=chain.client).sign()
    assert untouched(folder) == before


def test_a_whole_folder_put_back_is_noticed_by_a_note_that_others_hold(
    chain: Chain, trust: TrustRoot, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    note = witness(folder, trust, a=chain.client).sign()
    shutil.rmtree(folder)
    (tmp_path / "copy").rename(folder)
    with pytest.raises(WitnessRefused, match="expected a state of size 5 at least"):
        witness(folder, trust, notes=(note,), a=chain.client).sign()
    stranger = Note(
        note.checkpoint, (cosign(note.checkpoint, NAME, WitnessFolder.make(tmp_path / "s", NAME).key()[1], 9),)
    )
    assert witness(folder, trust, notes=(stranger,), a=chain.client).sign().checkpoint == note.checkpoint


@pytest.mark.usefixtures("short_memory")
def test_a_state_much_older_than_the_monitors_notes_retires_the_key(
    chain: Chain, trust: TrustRoot, folder: Path
) -> None:
    old = (folder / "state.json").read_bytes()
    grow(chain, 4, b"many")
    witness(folder, trust, a=chain.client).sign()
    (folder / "state.json").write_bytes(old)
    shutil.rmtree(folder / "signed")
    (folder / "signed").mkdir()
    with pytest.raises(WitnessRefused, match="got one of 0 blocks: the folder was put back from a copy"):
        witness(folder, trust, a=chain.client).sign()


def test_the_monitors_notes_may_be_lost(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    """They are made again from the trust root; the log's last block has to be met again."""
    witness(folder, trust, a=chain.client).sign()
    shutil.rmtree(folder / "watch")
    grow(chain, 2, b"more")
    assert witness(folder, trust, a=chain.client).sign().checkpoint.root == root(leaves(chain.client, 7))


# --- two histories ------------------------------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Chain]:
    """The same validators tell another history from the same genesis: both are sealed by the rules."""
    (tmp_path / "other").mkdir()
    with open_chain(tmp_path / "other") as opened:
        grow(opened, 9, b"another past")
        yield opened


def test_two_histories_at_once_are_not_signed(chain: Chain, other: Chain, trust: TrustRoot, folder: Path) -> None:
    for _ in range(2):  # the alarm is told once, the refusal stays
        with pytest.raises(WitnessRefused, match="two blocks at one height were told; the evidence is in"):
            witness(folder, trust, a=chain.client, b=other.client).sign()
    with pytest.raises(WitnessRefused, match="two blocks at one height"):
        witness(folder, trust, a=chain.client).sign()
    for file in (folder / "watch" / "alarms").iterdir():
        file.unlink()
    assert witness(folder, trust, a=chain.client).sign().checkpoint.size == 5


def test_another_history_later_is_not_signed(chain: Chain, other: Chain, trust: TrustRoot, folder: Path) -> None:
    witness(folder, trust, a=chain.client).sign()
    before = untouched(folder)
    with pytest.raises(WitnessRefused, match="two blocks at one height were told"):
        witness(folder, trust, a=other.client).sign()
    assert untouched(folder) == before


def test_another_history_after_the_monitors_notes_were_lost(
    chain: Chain, other: Chain, trust: TrustRoot, folder: Path
) -> None:
    witness(folder, trust, a=chain.client).sign()
    before = untouched(folder)
    for _ in range(2):
        shutil.rmtree(folder / "watch")
        with pytest.raises(WitnessRefused, match="as it is in the log that this key signs, got .*: another history"):
            witness(folder, trust, a=other.client).sign()
    with pytest.raises(WitnessRefused, match="another history"):
        witness(folder, trust, a=other.client).sign()
    assert untouched(folder) == before


def test_another_chain_is_not_signed(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    witness(folder, trust, a=chain.client).sign()
    other = replace(trust, chain_id=trust.chain_id + 1)
    with pytest.raises(WitnessRefused, match="a witness of another chain has a folder and a key of its own"):
        witness(folder, other, a=chain.client).sign()


def test_validators_other_than_the_trust_roots_are_not_signed(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    """As it is when former validators tell, to somebody who comes new, that they never left."""
    sets = trust.validator_sets[0].validators
    later = (*sets[:3], signer("somebody new").address)
    changed = (ValidatorSet(1, 2, sets), ValidatorSet(3, None, tuple(sorted(later))))
    told = replace(trust, validator_sets=changed)
    for _ in range(2):
        with pytest.raises(
            WitnessRefused,
            match="expected the validators and blocks that the trust root names up to block 3, got others",
        ):
            witness(folder, told, a=chain.client).sign()


def test_a_block_other_than_the_pinned_one_is_not_signed(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    third = hashes(chain.client, 4)[3]
    false = replace(trust, pinned_blocks=(PinnedBlock(3, third[::-1]),))
    with pytest.raises(WitnessRefused, match="expected the validators and blocks that the trust root names"):
        witness(folder, false, a=chain.client).sign()
    true = replace(trust, pinned_blocks=(PinnedBlock(3, third),))
    assert witness(folder, true, a=chain.client).sign().checkpoint.size == 5


def test_a_chain_shorter_than_the_trust_root_is_not_signed(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    with pytest.raises(WitnessRefused, match="expected a node that proves the chain to block 6, came to 4"):
        witness(folder, replace(trust, complete_to=6), a=chain.client).sign()
    grow(chain, 2, b"more")
    assert witness(folder, replace(trust, complete_to=6), a=chain.client).sign().checkpoint.size == 7


# --- nodes and clocks ---------------------------------------------------------------------------------------------------


def silent(*_: Any) -> Any:
    raise ChainError("no answer")


def test_nothing_is_signed_when_no_node_answers(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    mute = Source(chain.client, eth_blockNumber=silent)
    with pytest.raises(WitnessRefused, match="expected a node that proves the chain to block 4, came to 0"):
        witness(folder, trust, a=mute).sign()
    witness(folder, trust, a=chain.client).sign()
    with pytest.raises(WitnessRefused, match="expected a node that proves the chain to block 4, came to 4"):
        witness(folder, trust, a=mute).sign()
    assert witness(folder, trust, a=mute, b=chain.client).sign().checkpoint.size == 5


def test_a_false_block_is_not_signed(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    def changed(block: dict[str, Any], *_: Any) -> dict[str, Any]:
        return {**block, "gasUsed": "0x1"} if int(block["number"], 16) == 3 else block

    told: list[str] = []
    liar = Source(chain.client, eth_getBlockByNumber=changed)
    with pytest.raises(WitnessRefused, match="came to 2"):
        witness(folder, trust, a=liar).sign(lambda alarm: told.append(alarm.kind))
    assert told == ["false_header"]
    assert witness(folder, trust, a=liar, b=chain.client).sign().checkpoint.size == 5


@pytest.mark.parametrize("wrong", [lambda block: block - AHEAD - 1, lambda block: Time.now - 1])
def test_a_clock_that_runs_behind_signs_nothing(
    wrong: Callable[[int], int], chain: Chain, trust: TrustRoot, folder: Path
) -> None:
    clock, head = Time(), int(chain.client.block(4)["timestamp"], 16)
    if wrong(head) > head:  # behind the last signature
        witness(folder, trust, clock, a=chain.client).sign()
    clock.now = wrong(head)
    with pytest.raises(WitnessRefused, match="expected a time after the last signature .*set the clock"):
        witness(folder, trust, clock, a=chain.client).sign()
    clock.now = Time.now
    assert witness(folder, trust, clock, a=chain.client).sign().checkpoint.size == 5


def test_one_process_at_a_time(chain: Chain, trust: TrustRoot, folder: Path) -> None:
    first, second = (witness(folder, trust, a=chain.client) for _ in range(2))

    def meanwhile(_: int) -> None:
        with pytest.raises(WitnessRefused, match="another process works in"):
            second.sign()

    first.sign(moved=meanwhile)
    assert second.sign().checkpoint.size == 5


def test_a_key_that_others_may_read_signs_nothing(chain: Chain, trust: TrustRoot, folder: Path, tmp_path: Path) -> None:
    (folder / "witness.key").chmod(0o644)
    with pytest.raises(WitnessRefused, match="expected mode 0600 on the key file"):
        witness(folder, trust, a=chain.client).sign()
    with pytest.raises(WitnessRefused, match="got no key"):
        witness(tmp_path / "nowhere", trust, a=chain.client).sign()
    foreign = WitnessFolder.make(tmp_path / "foreign", NAME)
    shutil.copy(foreign.path / "witness.key", folder / "witness.key")
    with pytest.raises(WitnessRefused, match=r"expected the key of notary\.example in .*, got another"):
        witness(folder, trust, a=chain.client).sign()
