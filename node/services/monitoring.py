"""Follows a network from a pinned trust root, block by block, without trusting the nodes that it reads from.

Every block must hash to what it says, follow its parent, and be sealed by a quorum of the set in force, which is itself
proven from the state of the block before. What does not fit becomes an alarm with the raw headers as evidence; a block
that fails is not followed. What was seen is remembered, so that another block at a height that was passed is noticed.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from node.chain.block_log import BLOCK_LOG
from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.chain.proofs import proven_validators, proven_words
from node.protocol.canonical import from_hex, to_hex
from node.protocol.dating import range_slot
from node.protocol.errors import HeaderError, ProtocolError, SealError
from node.protocol.header import Header, check_seals, seal_signers
from node.protocol.trust import TrustRoot
from node.services.errors import ConsensusConflict
from node.services.files import write_whole

REMEMBERED = 256  # blocks; older ones are vouched for by those that follow
SAVED_EVERY = 500  # blocks, on the way to a far head
STALL_PERIODS = 15
STATE = "watched.json"
REACH = 256  # blocks whose hashes the machine knows


@dataclass(frozen=True)
class Alarm:
    """Something that must not be. `headers` are the raw headers by source, as evidence."""

    kind: str  # false_header, broken_chain, bad_seals, unproven_set, two_blocks, double_seal, stall, log_gap, silent, foreign_chain
    block: int
    words: tuple[str, str]  # English, Chinese
    headers: Mapping[str, str] = field(default_factory=dict)
    signers: tuple[str, ...] = ()

    def name(self) -> str:
        """The same for the same evidence, so that an alarm is kept once."""
        told = json.dumps([self.kind, self.block, self.words[0], sorted(self.headers.values())])
        return f"{self.block:010d}-{self.kind}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


@dataclass
class Watched:
    """How far the chain was followed, and what was seen there."""

    block: int
    hashes: dict[int, str]
    headers: dict[int, str]  # raw, for evidence against another block at the same height
    validators: list[str]  # who seals the next block


class Monitor:
    """Follows one chain through one or more sources; keeps its state and alarms in `folder`."""

    def __init__(
        self,
        trust: TrustRoot,
        sources: Mapping[str, ChainClient],
        folder: Path,
        clock: Callable[[], int],
        period: int = 2,
    ) -> None:
        self._trust = trust
        self._sources = sources
        self._folder = folder
        self._clock = clock
        self._period = period
        self._moved_at = clock()
        (folder / "alarms").mkdir(parents=True, exist_ok=True)
        self.watched = self._load()

    def follow(self, limit: int | None = None) -> Iterator[Alarm]:
        """Follow to the head, at most `limit` blocks; yields new alarms as they are kept."""
        heads = yield from self._heads()
        yield from self._look_back(heads)
        last = max(heads.values(), default=0)
        if limit is not None:
            last = min(last, self.watched.block + limit)
        try:
            while self.watched.block < last:
                before = self.watched.block
                yield from self._next(heads)
                if self.watched.block == before:
                    break  # this height has no block that can be accepted; it is tried again next time
                self._moved_at = self._clock()
                if self.watched.block % SAVED_EVERY == 0:
                    self._save()
        finally:
            self._save()
        yield from self._stalled()
        yield from self._unlogged()

    # --- one height -----------------------------------------------------------------------------------------------------

    def _next(self, heads: Mapping[str, int]) -> Iterator[Alarm]:
        """Judge the next height as every source tells it; accept the one block that holds."""
        number = self.watched.block + 1
        accepted: dict[str, tuple[str, Header]] = {}  # by hash: a source and the header
        for name, head in heads.items():
            if head < number:
                continue
            try:
                header = self._header(name, number)
                words = self._fault(header)
            except ChainError:
                continue  # the source fell silent; `_heads` says so next time
            except HeaderError as exc:
                yield from self._keep(Alarm("false_header", number, (f"{name}: {exc}", f"{name}：区块头不成立")))
                continue
            if words is not None:
                kind, english, chinese = words
                told = (f"{name}: {english}", f"{name}：{chinese}")
                yield from self._keep(Alarm(kind, number, told, {name: to_hex(header.rlp())}))
            else:
                accepted.setdefault(to_hex(header.block_hash()), (name, header))
        if len(accepted) > 1:
            yield from self._two_blocks(number, [(name, header) for name, header in accepted.values()])
            return  # which of the two goes on is not for a monitor to choose
        for block_hash, (name, header) in accepted.items():
            try:
                validators = proven_validators(self._sources[name], header, self.watched.validators)
            except (ProtocolError, ChainError) as exc:
                words_zh = f"{name}：第 {number} 号区块后的验证节点集合未得到证明"
                yield from self._keep(Alarm("unproven_set", number, (f"{name}: {exc}", words_zh)))
                return
            self.watched.block = number
            self.watched.hashes[number], self.watched.headers[number] = block_hash, to_hex(header.rlp())
            self.watched.validators = list(validators)
            for old in [kept for kept in self.watched.headers if kept <= number - REMEMBERED]:
                del self.watched.headers[old]
            for old in [kept for kept in self.watched.hashes if kept <= number - REMEMBERED]:
                del self.watched.hashes[old]

    def _header(self, name: str, number: int) -> Header:
        block = self._sources[name].block(number)
        header = Header.from_rpc(block)
        if header.number != number or to_hex(header.block_hash()) != str(block["hash"]).lower():
            raise HeaderError(f"expected block {number} to have the hash stated, {block['hash']}")
        header.check_constants()
        return header

    def _fault(self, header: Header) -> tuple[str, str, str] | None:
        """Why a block cannot follow what was accepted: kind and words; None when it can."""
        parent = self.watched.hashes[self.watched.block]
        if to_hex(header.parent_hash) != parent:
            return ("broken_chain", f"expected parent {parent}, got another", "父区块不是已验证的区块")
        try:
            check_seals(header, self.watched.validators)
        except SealError as exc:
            return ("bad_seals", str(exc), "封签不足或出自当时验证节点之外")
        return None

    # --- what goes wrong over time --------------------------------------------------------------------------------------

    def _two_blocks(self, number: int, told: list[tuple[str, Header]]) -> Iterator[Alarm]:
        """Two blocks at one height, both sealed: whoever sealed both has broken the rules."""
        signers = [set(seal_signers(header)) for _, header in told]
        both = tuple(sorted(set.intersection(*signers)))
        headers = {name: to_hex(header.rlp()) for name, header in told}
        words = (
            f"two sealed blocks at height {number}; {len(both)} validators sealed both",
            f"第 {number} 号高度出现两个已封签区块；{len(both)} 个验证节点两者皆签",
        )
        yield from self._keep(Alarm("double_seal" if both else "two_blocks", number, words, headers, both))

    def _look_back(self, heads: Mapping[str, int]) -> Iterator[Alarm]:
        """The last accepted height again: a source that tells another block now has changed its past."""
        number = self.watched.block
        if number == 0:
            return
        for name, head in heads.items():
            if head < number:
                continue  # it lags; that alone is no fault
            try:
                header = self._header(name, number)
            except (ChainError, HeaderError):
                continue
            if to_hex(header.block_hash()) != self.watched.hashes[number]:
                known = Header.from_rlp(from_hex(self.watched.headers[number]))
                yield from self._two_blocks(number, [("seen before", known), (name, header)])

    def _heads(self) -> Generator[Alarm, None, dict[str, int]]:
        """The height of each source that answers and is on our chain. Yields alarms for the others."""
        heads: dict[str, int] = {}
        for name, client in self._sources.items():
            try:
                if client.genesis_hash != self._trust.genesis_hash or client.chain_id != self._trust.chain_id:
                    words = (f"{name} is on another chain than the trust root", f"{name} 与信任根不是同一条链")
                    yield from self._keep(Alarm("foreign_chain", 0, words))
                    continue
                heads[name] = client.head()
            except ChainError as exc:
                words = (f"{name} does not answer: {exc}", f"{name} 无应答")
                yield from self._keep(Alarm("silent", self.watched.block, words))
        return heads

    def _stalled(self) -> Iterator[Alarm]:
        waited = self._clock() - self._moved_at
        if waited > STALL_PERIODS * self._period:
            number = self.watched.block
            words = (
                f"no block after {number} for more than {STALL_PERIODS} periods",
                f"第 {number} 号区块之后超过 {STALL_PERIODS} 个出块周期没有新区块",
            )
            yield from self._keep(Alarm("stall", number, words))

    def _unlogged(self) -> Iterator[Alarm]:
        """Blocks whose hashes are out of the machine's reach and in no run of BlockLog, by proof."""
        number = self.watched.block
        if number <= REACH or number not in self.watched.headers:
            return
        header = Header.from_rlp(from_hex(self.watched.headers[number]))
        for client in self._sources.values():
            try:
                (runs,) = proven_words(client, header, BLOCK_LOG, [0])
                span = proven_words(client, header, BLOCK_LOG, [range_slot(runs - 1)])[0] if runs else 0
            except (ChainError, ProtocolError):
                continue  # another source may still have the state
            following = (span & 2**64 - 1) + (span >> 64)
            if following + REACH < number:
                words = (
                    f"the blocks from {following} on were not logged in time",
                    f"自第 {following} 号起的区块未及时载入区块日志",
                )
                yield from self._keep(Alarm("log_gap", following, words))
            return

    # --- what is kept ---------------------------------------------------------------------------------------------------

    def _keep(self, alarm: Alarm) -> Iterator[Alarm]:
        """Keep an alarm with its evidence; yields it unless it was kept before."""
        file = self._folder / "alarms" / f"{alarm.name()}.json"
        if not file.exists():
            write_whole(
                file, json.dumps({**asdict(alarm), "seen_at": self._clock()}, ensure_ascii=False, indent=1).encode()
            )
            yield alarm

    def _load(self) -> Watched:
        file = self._folder / STATE
        if file.exists():
            value = json.loads(file.read_bytes())
            if value["genesis_hash"] != to_hex(self._trust.genesis_hash):
                raise ConsensusConflict(
                    f"expected notes about the trust root's chain in {file}, got those of another. "
                    "Nothing was changed; give another folder"
                )
            hashes = {int(number): text for number, text in value["hashes"].items()}
            headers = {int(number): text for number, text in value["headers"].items()}
            return Watched(value["block"], hashes, headers, value["validators"])
        validators = self._trust.validator_sets[0].validators  # who seal block 1
        return Watched(0, {0: to_hex(self._trust.genesis_hash)}, {}, list(validators))

    def _save(self) -> None:
        kept = {"genesis_hash": to_hex(self._trust.genesis_hash), **asdict(self.watched)}
        write_whole(self._folder / STATE, json.dumps(kept).encode())
