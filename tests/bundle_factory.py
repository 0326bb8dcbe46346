"""Makes genuine bundles and the trust roots that go with them: four validators, four bureaus, one small block."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trie import HexaryTrie

from node.protocol import rlp
from node.protocol.answer import Ask, Explanation, SignedAnswer, observation_root
from node.protocol.bundle import MEDIA_TYPE, encode_file
from node.protocol.canonical import canonical, from_hex, keccak256, sha256, to_hex
from node.protocol.configuration import Configuration
from node.protocol.cosigning import compose_finding
from node.protocol.finding import Anchor, Answer, Finding, Report
from node.protocol.header import MIX_HASH, OMMERS_HASH, Header, extra_data
from node.protocol.identifiers import ADDRESSES, address_bytes
from node.protocol.manifest import ModelManifest
from node.protocol.merkle import leaf_hash, path, root
from node.protocol.observation import Observation
from node.protocol.scorer import ReferenceScorer, micro, thresholds_from_hex
from node.protocol.signing import LocalSigner
from node.protocol.trust import ContractInForce, KnownConfiguration, TrustRoot, ValidatorSet
from node.protocol.typed_data import digest
from tests.life_factory import life
from tests.protocol.consortium import ASK, CONFIGURATION, DOMAIN, NOW, POLICY, key

VECTORS = json.loads((Path(__file__).parent / "vectors" / "scorer.json").read_text("utf-8"))
VALIDATORS = tuple(key(f"validator {number}") for number in (1, 2, 3, 4))
CODE_HASH = keccak256(b"code")
BLOCK = 7
PAYLOAD = b'{"listing":"L-1"}'
ZERO_WORD = bytes(32)


@dataclass(frozen=True)
class Files:
    """A model with its files."""

    manifest: ModelManifest
    model: bytes
    features: bytes
    thresholds: bytes
    scorer: ReferenceScorer

    @property
    def names(self) -> list[str]:
        return list(self.scorer.names)

    def part(self) -> dict[str, Any]:
        files = {name: encode_file(getattr(self, name)) for name in ("model", "features", "thresholds")}
        return {"manifest": self.manifest.to_json(), **files}


def model_files() -> Files:
    model, names = VECTORS["model"].encode(), VECTORS["features"]
    features = canonical([{"name": name, "scope": "own"} for name in names])
    thresholds = VECTORS["thresholds"].encode()
    manifest = ModelManifest(ASK.kind, sha256(model), sha256(features), sha256(thresholds), sha256(b"training"))
    scorer = ReferenceScorer.load(model, names, thresholds_from_hex(VECTORS["thresholds"]))
    return Files(manifest, model, features, thresholds, scorer)


FILES = model_files()


def answer_of(number: int, ask: Ask = ASK, files: Files = FILES) -> SignedAnswer:
    """Bureau `number`'s answer, scored by the model."""
    vector = VECTORS["cases"][number]["vector"]
    margin = files.scorer.margin(vector)
    lines = (*((name, 0) for name in files.names), ("bias", micro(margin)), ("rounding", 0))
    reasons = Explanation(
        model=files.manifest.id(),
        features=tuple((name, "own", value) for name, value in zip(files.names, vector, strict=True)),
        score_bps=files.scorer.score_bps(margin),
        margin_micro=micro(margin),
        contributions=lines,
    )
    values = {
        "type": "listing",
        "marketplace": ask.marketplace,
        "listing_id": ask.listing_id,
        "seller_id": ask.seller_id,
        "title": "Neck massager “N2”, 岚屿",
        "price_raw": "489.00" if number < 3 else "459.00",
        "brand_raw": None,
        "payload": sha256(PAYLOAD).hex(),
    }
    seen = (Observation.make(values, lambda: sha256(b"salt %d" % number)),)
    answer = Answer(
        clue=ask.clue,
        attempt=ask.attempt,
        leader=ask.leader,
        bureau=number,
        observation_root=observation_root(seen),
        score_bps=reasons.score_bps,
        model=reasons.model,
        context=sha256(b"snapshot %d" % number),
        explanation=reasons.digest(),
        config_digest=CONFIGURATION.digest(),
        deadline=ask.deadline,
    )
    return SignedAnswer(answer, key(f"oracle {number}").sign(digest(DOMAIN, answer.struct_hash())), seen, reasons)


def trie_proof(entries: dict[bytes, bytes], wanted: bytes) -> tuple[bytes, list[str]]:
    """The root over the entries, and the nodes on the way to one of them, as another implementation makes them."""
    tree = HexaryTrie({})
    for name, value in entries.items():
        tree[name] = value
    import rlp as other_rlp

    nodes = [other_rlp.encode(node) for node in tree.get_proof(wanted)]
    return bytes(tree.root_hash), [to_hex(bytes(node)) for node in nodes if len(node) >= 32 or node == nodes[0]]


def receipt_of(
    logs: Sequence[tuple[str, Sequence[bytes], bytes]], typed: bool = False, status: bytes = b"\x01"
) -> bytes:
    items: list[rlp.Item] = [[address_bytes(at), list(topics), data] for at, topics, data in logs]
    body = rlp.encode([status, rlp.minimal(21000), bytes(256), items])
    return (b"\x02" if typed else b"") + body


def receipts(target: bytes, index: int = 1) -> tuple[bytes, list[str]]:
    """A block of three transactions, ours at `index`."""
    other = receipt_of([(ADDRESSES["ProductRegistry"], [keccak256(b"Other()")], b"")], typed=True)
    values = [other, other, other]
    values[index] = target
    return trie_proof(
        {rlp.encode(rlp.minimal(n)): value for n, value in enumerate(values)}, rlp.encode(rlp.minimal(index))
    )


def header(
    number: int = BLOCK,
    receipts_root: bytes = bytes(32),
    state_root: bytes = bytes(32),
    time: int = NOW + 60,
    signers: Sequence[LocalSigner] = VALIDATORS,
    round_number: int = 1,
) -> Header:
    """A sealed header."""
    items = [
        *(keccak256(b"parent"), OMMERS_HASH, address_bytes(signers[0].address), state_root, bytes(32), receipts_root),
        *(bytes(256), b"\x01", rlp.minimal(number), rlp.minimal(30_000_000), b"", rlp.minimal(time)),
        *(extra_data(round_number), MIX_HASH, bytes(8), b""),
    ]
    bare = Header(tuple(items))
    seals = [signer.sign(bare.commit_hash()) for signer in signers]
    items[12] = extra_data(round_number, [seal[:64] + bytes([seal[64] - 27]) for seal in seals])
    return Header(tuple(items))


def named(made: Header) -> dict[str, Any]:
    return {"header": to_hex(made.rlp()), "block_hash": to_hex(made.block_hash())}


def trust_root(**changes: Any) -> TrustRoot:
    held = TrustRoot(
        chain_id=20262,
        genesis_hash=keccak256(b"genesis"),
        custody="one party",
        contracts={name: (ContractInForce(at, CODE_HASH, 0),) for name, at in ADDRESSES.items()},
        validator_sets=(ValidatorSet(1, None, tuple(signer.address for signer in VALIDATORS)),),
        config_digests=(KnownConfiguration(CONFIGURATION.digest(), 0),),
        complete_to=100,
    )
    return replace(held, **changes)


def finding_of(answers: Sequence[SignedAnswer], ask: Ask = ASK) -> Finding:
    return compose_finding(ask, answers, POLICY, CONFIGURATION.digest())


def bundle(
    signers: Sequence[LocalSigner] = VALIDATORS,
    sequence: int = 1,
    bureaus: Sequence[int] = (1, 2, 3),
    ask: Ask = ASK,
    files: Files = FILES,
) -> dict[str, Any]:
    """The required parts of a genuine bundle, as JSON."""
    return bundles([ask], signers, sequence, bureaus, files)[0]


def bundles(
    asks: Sequence[Ask],
    signers: Sequence[LocalSigner] = VALIDATORS,
    sequence: int = 1,
    bureaus: Sequence[int] = (1, 2, 3),
    files: Files = FILES,
) -> list[dict[str, Any]]:
    """The bundles of all findings of one report, one for each question."""
    answers = [[answer_of(number, ask, files) for number in bureaus] for ask in asks]
    findings = tuple(finding_of(given, ask) for ask, given in zip(asks, answers, strict=True))
    report = Report(1, sequence, CONFIGURATION.digest(), tuple(bureaus), findings)
    event = keccak256(b"ReportRecorded(uint32,uint64,bytes32[],uint64)")
    topics = [event, (1).to_bytes(32, "big"), sequence.to_bytes(32, "big")]
    words = b"".join(word.to_bytes(32, "big") for word in (64, sequence, len(findings)))
    log = (ADDRESSES["FindingRegistry"], topics, words + b"".join(finding.id() for finding in findings))
    receipts_root, nodes = receipts(receipt_of([log], typed=True))
    statement = digest(DOMAIN, report.struct_hash())
    shared = {
        "mediaType": MEDIA_TYPE,
        **named(header(receipts_root=receipts_root, signers=signers)),
        "receipt": {"index": 1, "nodes": nodes, "log_index": 0},
        "report": report.to_json(),
        "signatures": [to_hex(key(f"oracle {number}").sign(statement)) for number in bureaus],
        "configuration": CONFIGURATION.to_json(),
        "model": files.part(),
    }
    return [
        shared | {"finding": place, "ask": ask.to_json(), "answers": [each.to_json() for each in given]}
        for place, (ask, given) in enumerate(zip(asks, answers, strict=True))
    ]


def anchors(answers: Sequence[SignedAnswer]) -> list[dict[str, Any]]:
    """The first answer's observation in a batch of three."""
    seen = answers[0].observations[0].root()
    leaves = [leaf_hash(item) for item in (sha256(b"one"), seen, sha256(b"three"))]
    batch = Anchor(answers[0].answer.bureau, 4, sha256(b"before"), root(leaves), 3)
    event = keccak256(b"BatchAnchored(uint32,uint64,bytes32,uint64,uint64)")
    words = batch.root + batch.size.to_bytes(32, "big") + (9).to_bytes(32, "big")
    topics = [event, batch.bureau.to_bytes(32, "big"), batch.sequence.to_bytes(32, "big")]
    receipts_root, nodes = receipts(receipt_of([(ADDRESSES["ObservationLog"], topics, words)]), 2)
    return [
        {
            "batch": batch.to_json(),
            "index": 1,
            "path": [to_hex(item) for item in path(leaves, 1)],
            "observation_root": to_hex(seen),
            **named(header(BLOCK - 1, receipts_root=receipts_root)),
            "receipt": {"index": 2, "nodes": nodes, "log_index": 0},
        }
    ]


def record(finding_id: bytes, status: int, sequence: int = 1, time: int = NOW + 60) -> int:
    return int.from_bytes(finding_id[:16], "big") << 128 | sequence << 80 | time << 8 | status


def status(key_bytes: bytes, packed: int, time: int = NOW + 3600, code_hash: bytes = CODE_HASH) -> dict[str, Any]:
    """A state with one record under a key among two others; no record at all when `packed` is zero."""
    slot = keccak256(key_bytes + ZERO_WORD)
    storage = {keccak256(b"a"): rlp.encode(b"\x05"), keccak256(b"b"): rlp.encode(b"\x06")}
    if packed:
        storage[keccak256(slot)] = rlp.encode(rlp.minimal(packed))
    storage_root, storage_nodes = trie_proof(storage, keccak256(slot))
    account = rlp.encode([b"\x01", b"", storage_root, code_hash])
    at = keccak256(address_bytes(ADDRESSES["FindingRegistry"]))
    state_root, account_nodes = trie_proof(
        {at: account, keccak256(b"c"): rlp.encode([b"", b"", bytes(32), bytes(32)])}, at
    )
    return {
        **named(header(BLOCK + 3, state_root=state_root, time=time)),
        "account_nodes": account_nodes,
        "storage_nodes": storage_nodes,
        "key": to_hex(key_bytes),
    }


def contract_states(storages: dict[str, dict[int, int]]) -> tuple[bytes, dict[str, tuple[list[str], list[list[str]]]]]:
    """A state with these contracts' storages beside another account: root, then account nodes and each slot's nodes."""
    accounts, slots = {keccak256(b"c"): rlp.encode([b"", b"", bytes(32), bytes(32)])}, {}
    for name, storage in storages.items():
        entries = {
            keccak256(slot.to_bytes(32, "big")): rlp.encode(rlp.minimal(value)) for slot, value in storage.items()
        }
        proofs = [trie_proof(entries, keccak256(slot.to_bytes(32, "big"))) for slot in storage]
        accounts[_place(name)] = rlp.encode([b"\x01", b"", proofs[0][0], CODE_HASH])
        slots[name] = [nodes for _, nodes in proofs]
    state_root, _ = trie_proof(accounts, keccak256(b"c"))
    return state_root, {name: (trie_proof(accounts, _place(name))[1], slots[name]) for name in storages}


def contract_state(name: str, storage: dict[int, int]) -> tuple[bytes, list[str], list[list[str]]]:
    """A state with one contract's storage: root, account nodes, the nodes of each slot."""
    state_root, found = contract_states({name: storage})
    return state_root, *found[name]


def _place(name: str) -> bytes:
    return keccak256(address_bytes(ADDRESSES[name]))


def history_step(
    number: int,
    signers: Sequence[LocalSigner] = VALIDATORS,
    following: Sequence[LocalSigner] = VALIDATORS,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """A block of `signers` after whose state `following` are the validators, and a configuration in force if one is named."""
    first = int.from_bytes(keccak256(bytes(32)), "big")
    members = sorted(int.from_bytes(address_bytes(signer.address), "big") for signer in following)
    storages = {"ValidatorSet": {0: len(members)} | {first + place: member for place, member in enumerate(members)}}
    if configuration is not None:
        storages["Consortium"] = {0: int.from_bytes(configuration.digest(), "big")}
    state_root, found = contract_states(storages)
    made = header(number, state_root=state_root, time=NOW + 60 * number, signers=signers)
    account_nodes, slot_nodes = found["ValidatorSet"]
    step = {**named(made), "account_nodes": account_nodes, "slot_nodes": slot_nodes}
    if configuration is not None:
        nodes, (storage,) = found["Consortium"]
        told = {"configuration": configuration.to_json(), "account_nodes": nodes, "storage_nodes": storage, "codes": []}
        step["configuration"] = told
    return step


def bundle_of_the_change() -> dict[str, Any]:
    """A bundle whose own block put its configuration in force, before the report in the order of its transactions."""
    made, step = bundle(), history_step(BLOCK, configuration=CONFIGURATION)
    recorded, changed = (Header.from_rlp(from_hex(each["header"])) for each in (made, step))
    block = named(header(receipts_root=recorded.receipts_root, state_root=changed.state_root))
    return made | block | {"history": [step | block]}


def block_log_link(
    number: int, block_hash: bytes, later: int, signers: Sequence[LocalSigner] = VALIDATORS, first: int = 0
) -> dict[str, Any]:
    """A block in the first run of BlockLog, of eight blocks from `first` on, in the state after a later block."""
    numbers = range(first, first + 8)
    leaves = [leaf_hash(block_hash if each == number else sha256(b"block %d" % each)) for each in numbers]
    slot = int.from_bytes(keccak256(bytes(32)), "big")
    storage = {slot: int.from_bytes(root(leaves), "big"), slot + 1: len(leaves) << 64 | first}
    state_root, account_nodes, (root_nodes, range_nodes) = contract_state("BlockLog", storage)
    made = header(later, state_root=state_root, time=NOW + 60 * later, signers=signers)
    return {
        "run": 0,
        "path": [to_hex(item) for item in path(leaves, number - first)],
        **named(made),
        "account_nodes": account_nodes,
        "root_nodes": root_nodes,
        "range_nodes": range_nodes,
    }


def block_anchor(made: dict[str, Any], later: int = 95) -> dict[str, Any]:
    """An anchor of a bundle's own block by BlockLog."""
    link = block_log_link(BLOCK, from_hex(made["block_hash"], 32), later)
    return {"block_hash": made["block_hash"], "checkpoints": [], "timestamps": [], "block_log": [link]}


def full_bundle(
    live: int = 1, time: int = NOW + 3600, sequence: int = 1, ask: Ask = ASK, files: Files = FILES
) -> dict[str, Any]:
    """A bundle with every optional part."""
    made = bundle(sequence=sequence, ask=ask, files=files)
    answers = [SignedAnswer.from_json(item) for item in made["answers"]]
    finding = Report.from_json(made["report"]).findings[0]
    made["anchors"] = anchors(answers)
    made["payloads"] = {sha256(PAYLOAD).hex(): base64.b64encode(PAYLOAD).decode()}
    made["status"] = status(finding.clue_key(), record(finding.id(), live, sequence), time)
    made |= life(answers, finding, sha256(PAYLOAD))
    made["notes"] = {"exporter": "test"}
    return made


def aged_bundle() -> dict[str, Any]:
    """A bundle that was looked up again later: with the chain's history, and what vouches for its block."""
    made = full_bundle()
    return made | {"history": [history_step(90, configuration=CONFIGURATION)], "block_anchors": [block_anchor(made)]}


def one_hash_for_two() -> dict[str, Any]:
    """A bundle with a history of two steps: a block that is linked, and a header of another number under its hash."""
    step = history_step(90)
    block_hash, state_root = from_hex(step["block_hash"], 32), Header.from_rlp(from_hex(step["header"])).state_root
    way = block_log_link(90, block_hash, 120, first=88)
    other = step | {"header": to_hex(header(99, state_root=state_root).rlp())}
    anchor = {"block_hash": step["block_hash"], "checkpoints": [], "timestamps": [], "block_log": [way]}
    return full_bundle() | {"history": [step, other], "block_anchors": [anchor]}
