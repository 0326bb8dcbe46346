"""What vouches for a block besides the seals of its own validators.

A quorum of former validators can seal their own past again, so seals alone do not date a block. It counts as anchored
when the trust root pins it, when enough pinned witnesses signed a checkpoint that holds it, or a pinned authority
time-stamped its hash, within a day of block time, or when BlockLog links it to a later block that is anchored itself.
For statements about the present a later block of the set in force now is as good: those validators answer for it today.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from node.protocol.bundle import NamedHeader, encode_file, named_header, trie_nodes
from node.protocol.canonical import Json, from_hex, keccak256, to_hex
from node.protocol.checkpoint import CheckpointProof, check_in_checkpoints, witness_keys
from node.protocol.errors import ProtocolError, TooFewWitnesses, TrieError, UnknownAuthority, UnreadableError
from node.protocol.merkle import check_inclusion, leaf_hash
from node.protocol.note import Note, origin_of
from node.protocol.onchain import (
    account_at,
    check_code,
    check_form,
    check_sealed,
    contract_named,
    is_pinned,
    storage_at,
)
from node.protocol.reading import file_of, integer_of, list_of, object_of, text_of
from node.protocol.timestamp import check_chain
from node.protocol.trust import Outsiders, TrustRoot
from node.protocol.verdict import StepFailed, Words, altered
from node.protocol.wording import moment

PART = "block_anchors"
BLOCK_LOG = "BlockLog"
MAX_ANCHORS, MAX_PROOFS, MAX_PATH = 1000, 16, 64
MAX_TOKENS, MAX_NOTES, MAX_LINKS = 100, 200, 1000  # in one file: each takes time to judge
MAX_WAY = 100  # links one after another; one leads to any block of today
DAY = 24 * 3600  # seconds after block time within which others must have vouched
SKEW = 60  # seconds by which a block's time may be ahead of everybody else's clock
_RUNS = int.from_bytes(keccak256(bytes(32)))  # of BlockLog: where the elements of the array at slot 0 begin


def root_slot(run: int) -> int:
    """BlockLog's slot of a run's root."""
    return _RUNS + 2 * run


def range_slot(run: int) -> int:
    """BlockLog's slot of a run's first block (low 64 bits) and size (the 64 above)."""
    return root_slot(run) + 1


@dataclass(frozen=True)
class BlockLogLink:
    """The block's hash in a run of BlockLog, in the state after a later block."""

    run: int
    path: tuple[bytes, ...]
    later: NamedHeader
    account_nodes: tuple[bytes, ...]
    root_nodes: tuple[bytes, ...]
    range_nodes: tuple[bytes, ...]

    def to_json(self) -> Json:
        return {
            "run": self.run,
            "path": [to_hex(item) for item in self.path],
            "header": to_hex(self.later.header.rlp()),
            "block_hash": to_hex(self.later.block_hash),
            "account_nodes": [to_hex(node) for node in self.account_nodes],
            "root_nodes": [to_hex(node) for node in self.root_nodes],
            "range_nodes": [to_hex(node) for node in self.range_nodes],
        }


@dataclass(frozen=True)
class BlockAnchor:
    """All that vouches for one block."""

    block_hash: bytes
    checkpoints: tuple[CheckpointProof, ...] = ()
    timestamps: tuple[tuple[bytes, ...], ...] = ()  # each a token and its renewals, DER
    links: tuple[BlockLogLink, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "block_hash": to_hex(self.block_hash),
            "checkpoints": [
                {"note": proof.note.to_bytes().decode("utf-8"), "path": [to_hex(item) for item in proof.path]}
                for proof in self.checkpoints
            ],
            "timestamps": [[encode_file(token) for token in chain] for chain in self.timestamps],
            "block_log": [link.to_json() for link in self.links],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The anchor that `to_json` wrote. Raises `ProtocolError`."""
        row = object_of(value, ("block_hash", "checkpoints", "timestamps", "block_log"))
        return cls(
            from_hex(row["block_hash"], 32),
            tuple(_checkpoint(item) for item in list_of(row["checkpoints"], MAX_PROOFS)),
            tuple(
                tuple(file_of(token) for token in list_of(chain, MAX_PROOFS))
                for chain in list_of(row["timestamps"], MAX_PROOFS)
            ),
            tuple(_link(item) for item in list_of(row["block_log"], MAX_PROOFS)),
        )


def read_anchors(value: Json) -> tuple[BlockAnchor, ...]:
    """The anchors of a bundle or a file. Raises `ProtocolError`."""
    anchors = tuple(BlockAnchor.from_json(item) for item in list_of(value, MAX_ANCHORS))
    tokens = sum(len(chain) for anchor in anchors for chain in anchor.timestamps)
    notes = sum(len(anchor.checkpoints) for anchor in anchors)
    links = sum(len(anchor.links) for anchor in anchors)
    if tokens > MAX_TOKENS or notes > MAX_NOTES or links > MAX_LINKS:
        most = f"at most {MAX_TOKENS} tokens, {MAX_NOTES} notes and {MAX_LINKS} links"
        raise UnreadableError(f"expected {most}, got {tokens}, {notes} and {links}")
    return anchors


@dataclass(frozen=True)
class Voucher:
    """What a block rests on besides its own seals."""

    kind: str  # pinned, witnesses, timestamp, block_log
    words: Words
    stamped: bool = False  # in the end nothing but a time-stamp, which anybody gets for a block of today


class Dating:
    """The anchors at hand, by block. Their faults are the bundle's faults; what a trust root does not know is left out.

    `at` is the time to judge at (UTC seconds): a time-stamp whose certificates have ended since needs a renewal.
    """

    def __init__(self, anchors: Iterable[BlockAnchor], at: int | None = None) -> None:
        self._at = at
        # links that hold: which, for which block, by which BlockLog
        self._held: set[tuple[int, bytes, int, str]] = set()
        self._outside: dict[tuple[NamedHeader, Outsiders], Voucher | None] = {}  # by outsiders: proofs share blocks
        self._anchors: dict[bytes, BlockAnchor] = {}
        self._trust: TrustRoot | None = None  # for which `_known` holds
        self._way = 0  # how many links led to where we are
        # what vouches for later blocks: links may meet again
        self._known: dict[tuple[bytes, bool], Voucher | None] = {}
        for anchor in anchors:
            if anchor.block_hash in self._anchors:
                raise altered(PART, f"expected the anchors of block {anchor.block_hash.hex()} once, got them twice")
            self._anchors[anchor.block_hash] = anchor

    def blocks(self) -> set[bytes]:
        """The hashes of the blocks that are anchored, or said to be."""
        return set(self._anchors)

    def later(self) -> list[NamedHeader]:
        """The blocks that links of BlockLog lead to."""
        return [link.later for anchor in self._anchors.values() for link in anchor.links]

    def voucher(self, named: NamedHeader, trust: TrustRoot, current: bool = False) -> Voucher | None:
        """What vouches for a block, or None. With `current`, a later block of the set in force now may do so.

        Raises `StepFailed`: altered, when something given does not hold; unknown and not trusted, when a link rests on a
        BlockLog that the trust root does not name, or on other code.
        """
        number = named.header.number
        # (1) the holder of the trust root says so
        if is_pinned(named, trust, PART):
            return Voucher("pinned", ("the trust root pins this block", "信任根固定了此区块"))
        anchor = self._anchors.get(named.block_hash)
        if anchor is None:
            return None
        try:
            return self._by_outsiders(anchor, named, trust) or self._linked(anchor.links, named, trust, current)
        except StepFailed:
            raise
        except ProtocolError as exc:
            raise altered(PART, f"block {number}: {exc}") from exc

    def _by_outsiders(self, anchor: BlockAnchor, named: NamedHeader, trust: TrustRoot) -> Voucher | None:
        """(2), (3) judged once for each block: thousands of proofs may stand in one, and steps lead the trust root on."""
        key = named, trust.outsiders
        if key not in self._outside:
            witnessed = _witnessed(anchor.checkpoints, named, trust)
            self._outside[key] = witnessed or _stamped(anchor.timestamps, named, trust, self._at)
        return self._outside[key]

    def _linked(
        self, links: Sequence[BlockLogLink], named: NamedHeader, trust: TrustRoot, current: bool
    ) -> Voucher | None:
        """(4) a later block holds its hash, and something vouches for that one"""
        for link in links:
            later = link.later
            self._hold(link, named, trust)
            last = later.header.number
            behind = self._behind(later, trust, current)
            if behind is not None and (not behind.stamped or _is_sealed(later, trust)):
                words = (f"block {last}, which is anchored, holds its hash", f"已锚定的第 {last} 号区块载有其哈希")
                return Voucher("block_log", words, behind.stamped)
            if current and trust.is_current(last):
                check_sealed(later, trust, PART)
                words = (
                    f"block {last}, sealed by the validators in force now, holds its hash",
                    f"由现任验证节点封签的第 {last} 号区块载有其哈希",
                )
                return Voucher("block_log", words)
        return None

    def _hold(self, link: BlockLogLink, named: NamedHeader, trust: TrustRoot) -> None:
        """Check a link, once. Raises `StepFailed` or `ProtocolError`."""
        version = trust.contract_in_force(BLOCK_LOG, link.later.header.number)
        key = id(link), named.block_hash, named.header.number, "" if version is None else version.address
        if key not in self._held:
            check_form(link.later, PART)
            _check_link(link, named, trust)
            self._held.add(key)

    def _behind(self, named: NamedHeader, trust: TrustRoot, current: bool) -> Voucher | None:
        """What vouches for a later block of checked form. Each is asked about once, however many links lead to it."""
        if trust is not self._trust:
            self._trust, self._known = trust, {}
        key = named.block_hash, current
        if key not in self._known:
            if self._way == MAX_WAY:
                raise altered(PART, f"expected at most {MAX_WAY} links one after another, got more")
            self._way += 1
            try:
                self._known[key] = self.voucher(named, trust, current)
            finally:
                self._way -= 1
        return self._known[key]


class Vouching:
    """Tells `history.extend` whether something vouches for a block, and keeps for which blocks that is a stamp alone."""

    def __init__(self, dating: Dating) -> None:
        self._dating = dating
        self._stamped: set[int] = set()

    def __call__(self, named: NamedHeader, trust: TrustRoot) -> bool:
        voucher = self._dating.voucher(named, trust)
        if voucher is not None and voucher.stamped:
            self._stamped.add(named.header.number)
        return voucher is not None

    def changed(self, before: TrustRoot, after: TrustRoot) -> bool:
        """Does a change of the validators rest on a time-stamp alone? Those who left could have had it made later."""
        begun = after.validator_sets[len(before.validator_sets) :]
        return any(each.from_block - 1 in self._stamped for each in begun)


def _is_sealed(later: NamedHeader, trust: TrustRoot) -> bool:
    """Its validators sealed it: an authority stamps any bytes, also a header that nobody sealed. Raises `StepFailed`.

    A block that the trust root does not reach is unknown, and so counts for nothing.
    """
    if trust.set_for(later.header.number) is None:
        return False
    check_sealed(later, trust, PART)
    return True


def _witnessed(proofs: Sequence[CheckpointProof], named: NamedHeader, trust: TrustRoot) -> Voucher | None:
    """(2) as many pinned witnesses as the trust root asks for signed logs that hold the block"""
    if not proofs or not trust.witnesses:
        return None
    keys = witness_keys(trust.witnesses)
    origin, needed = origin_of(trust.chain_id, trust.genesis_hash), trust.witness_threshold
    try:
        at = check_in_checkpoints(named.block_hash, named.header.number, proofs, origin, keys, needed)
    except TooFewWitnesses:
        return None
    words = (
        f"{needed} witnesses whom the trust root names had signed the log that holds this block by {moment(at)}",
        f"至迟于 {moment(at)}，信任根所列的 {needed} 个见证方已签署载有此区块的日志",
    )
    return Voucher("witnesses", words) if _in_time(at, named) else None


def _stamped(
    chains: Sequence[Sequence[bytes]], named: NamedHeader, trust: TrustRoot, judged_at: int | None
) -> Voucher | None:
    """(3) an authority that the trust root names stamped the block's hash"""
    for chain in chains if trust.timestamp_certificates else ():
        try:
            stamp = check_chain(chain, named.block_hash, trust.timestamp_certificates)
        except UnknownAuthority:
            continue
        if _in_time(stamp.time, named) and (judged_at is None or judged_at <= stamp.good_until):
            words = (
                f"an authority whom the trust root names time-stamped its hash at {moment(stamp.time)}",
                f"信任根所列的时间戳机构于 {moment(stamp.time)} 对其哈希加盖时间戳",
            )
            return Voucher("timestamp", words, stamped=True)
    return None


def _in_time(at: int, named: NamedHeader) -> bool:
    return named.header.time - SKEW <= at <= named.header.time + DAY


def _check_link(link: BlockLogLink, named: NamedHeader, trust: TrustRoot) -> None:
    """The later block's state holds a run with this block's hash at its place. Raises `ProtocolError`."""
    number, later = named.header.number, link.later.header
    if later.number <= number:
        raise TrieError(f"expected a link to a block after {number}, got {later.number}")
    version = contract_named(trust, BLOCK_LOG, later.number, PART)
    account = account_at(later.state_root, version.address, link.account_nodes)
    check_code(account, version, BLOCK_LOG, PART)
    root = storage_at(account, root_slot(link.run).to_bytes(32, "big"), link.root_nodes)
    span = storage_at(account, range_slot(link.run).to_bytes(32, "big"), link.range_nodes)
    first, size = span & 2**64 - 1, span >> 64
    leaf = leaf_hash(named.block_hash)
    check_inclusion(leaf, number - first, size, link.path, root.to_bytes(32, "big"))


def _checkpoint(item: Json) -> CheckpointProof:
    row = object_of(item, ("note", "path"))
    return CheckpointProof(Note.parse(text_of(row["note"]).encode("utf-8")), _path(row["path"]))


def _link(item: Json) -> BlockLogLink:
    keys = ("run", "path", "header", "block_hash", "account_nodes", "root_nodes", "range_nodes")
    row = object_of(item, keys)
    return BlockLogLink(
        integer_of(row["run"], 0, 2**32 - 1),
        _path(row["path"]),
        named_header(row["header"], row["block_hash"]),
        trie_nodes(row["account_nodes"]),
        trie_nodes(row["root_nodes"]),
        trie_nodes(row["range_nodes"]),
    )


def _path(value: Json) -> tuple[bytes, ...]:
    return tuple(from_hex(item, 32) for item in list_of(value, MAX_PATH))
