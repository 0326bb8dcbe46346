"""Whole worlds, each signed and sealed anew: unusual but well made, so that a verifier goes all the way through."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from node.protocol import rlp
from node.protocol.answer import Ask, SignedAnswer
from node.protocol.canonical import keccak256, sha256, to_hex
from node.protocol.finding import Report
from node.protocol.header import Header
from node.protocol.identifiers import ADDRESSES, MAX_TIME
from node.protocol.manifest import ModelManifest
from node.protocol.trust import ContractInForce, TrustRoot, ValidatorSet
from node.protocol.typed_data import digest
from tests import bundle_factory as factory
from tests.protocol.consortium import ASK, CONFIGURATION, DOMAIN, NOW, key
from tests.verifier.mutations import in_bytes, in_spelling, in_values, paths_of

NUMBERS = (0, 1, 99, 100, 101, 2**32, 2**53 - 1, 2**53 + 1, 2**70, 2**255)
TIMES = (0, MAX_TIME, MAX_TIME + 1, 2**39, 2**40 + NOW + 60, 2**64, 2**200)
ALL = tuple(signer.address for signer in factory.VALIDATORS)
FIFTH = key("validator 5").address
T = TypeVar("T")
MEMBERS = {name: value for name, value in vars(ASK).items() if name != "clue"}


def rarely(choose: random.Random, usual: T, *odd: T, chance: float = 0.06) -> T:
    """Mostly the usual value, so that few things are odd at once."""
    return choose.choice(odd) if choose.random() < chance else usual


def world(choose: random.Random) -> tuple[dict[str, Any], TrustRoot, int | None]:
    """A bundle, a trust root and a time."""
    ask, number, time = ask_of(choose), rarely(choose, factory.BLOCK, *NUMBERS), rarely(choose, NOW + 60, *TIMES)
    files = files_of(choose, ask.kind) if choose.random() < 0.15 else of_kind(rarely(choose, ask.kind, 1))
    made = bundle(choose, ask, files, number, time)
    finding = Report.from_json(made["report"]).findings[0]
    if choose.random() < 0.5:
        made["anchors"] = factory.anchors([SignedAnswer.from_json(item) for item in made["answers"]])
        made["anchors"] *= choose.choice((1, 1, 2))
    if choose.random() < 0.5:
        made["payloads"] = {sha256(factory.PAYLOAD).hex(): factory.encode_file(factory.PAYLOAD)}
    if choose.random() < 0.7:
        made["status"] = status_of(choose, finding, number, time)
    if choose.random() < 0.4:
        redact(choose, made)
    at = choose.choice((None, NOW, NOW + 3600 + 30 * 86400, NOW + 3601 + 30 * 86400, 0, 2**53 - 1))
    return made, trust_of(choose, number), at


def ask_of(choose: random.Random) -> Ask:
    """A question about another listing, seller, kind or month."""
    changes: dict[str, Any] = {
        "listing_id": choose.choice(("L-1", "L-1", None, "列表-7", '𝒳\u2028"\\\u0001')),
        "seller_id": choose.choice(("S-1", "卖家", "\U0010ffff")),
        "kind": rarely(choose, 1, 2, 3, 4, 5, 0, 6, 65535),
        "gtin": choose.choice(("06901234567892", None, "12345678", "012345678905", "99999999999999")),
        "observed_at": choose.choice((NOW, NOW, 0, 951782400, MAX_TIME)),
        "leader": rarely(choose, 1, 2, 4),
    }
    return Ask.make(**MEMBERS | changes)


def of_kind(kind: int) -> factory.Files:
    """The model, said to be for this kind."""
    return replace(factory.FILES, manifest=replace(factory.FILES.manifest, kind=kind))


def files_of(choose: random.Random, kind: int) -> factory.Files:
    """The model with one file changed and named anew by its manifest; its scores are those of the model before."""
    model, features, thresholds = factory.FILES.model, factory.FILES.features, factory.FILES.thresholds
    which = choose.choice(("model", "model", "features", "thresholds"))
    if which == "thresholds":
        thresholds = choose.choice(
            (thresholds + b"\n", thresholds + b"\n\n", thresholds.upper(), b"", in_bytes(thresholds, choose))
        )
    else:
        data = model if which == "model" else features
        document = json.loads(data)
        paths = list(paths_of(document))
        spelled = choose.random() < 0.5
        changed = in_spelling(document, choose, paths) if spelled else _dumped(in_values(document, choose, paths))
        model, features = (changed, features) if which == "model" else (model, changed)
    digests = (sha256(model), sha256(features), sha256(thresholds), sha256(b"training"))
    manifest = ModelManifest(kind, *digests, xgboost=choose.choice(("3.2.0", "2.0.10")))
    return replace(factory.FILES, manifest=manifest, model=model, features=features, thresholds=thresholds)


def bundle(choose: random.Random, ask: Ask, files: factory.Files, number: int, time: int) -> dict[str, Any]:
    """The required parts, about two findings at times."""
    bureaus = rarely(choose, choose.choice(((1, 2, 3), (1, 2, 4), (1, 2, 3, 4))), (1, 2))
    answers = [factory.answer_of(each, ask, files) for each in bureaus]
    findings = [factory.finding_of(answers, ask)] * choose.choice((1, 1, 2))
    leader, sequence = rarely(choose, ask.leader, 2), choose.choice((1, 2**53 - 1))
    report = Report(leader, sequence, CONFIGURATION.digest(), bureaus, tuple(findings))
    receipts_root, nodes = factory.receipts(receipt(choose, report), 1)
    statement = digest(DOMAIN, report.struct_hash())
    return {
        "mediaType": factory.MEDIA_TYPE,
        **factory.named(header(choose, receipts_root, number, time)),
        "receipt": {"index": 1, "nodes": nodes, "log_index": 0},
        "report": report.to_json(),
        "signatures": [to_hex(key(f"oracle {each}").sign(statement)) for each in bureaus],
        "finding": choose.randrange(len(findings)),
        "configuration": CONFIGURATION.to_json(),
        "ask": ask.to_json(),
        "answers": [answer.to_json() for answer in answers],
        "model": files.part(),
    }


def receipt(choose: random.Random, report: Report) -> bytes:
    """The receipt of the report's event, in forms that are right and wrong."""
    event = keccak256(b"ReportRecorded(uint32,uint64,bytes32[],uint64)")
    topics = [event, report.leader.to_bytes(32, "big"), report.sequence.to_bytes(32, "big")]
    ids = [finding.id() for finding in report.findings]
    words = [word.to_bytes(32, "big") for word in (64, rarely(choose, 1, 0, 2**200), len(ids))] + ids
    if choose.random() < 0.05:
        words = choose.choice((words[:1], words[:-1], words[1:], [], [*words, bytes(32)], [*words[:-1], bytes(31)]))
    log = (ADDRESSES["FindingRegistry"], topics, b"".join(words))
    typed, status = choose.random() < 0.5, rarely(choose, b"\x01", b"", b"\x02")
    data = factory.receipt_of([log], typed=typed, status=status)
    return choose.choice((b"\x00", b"\x7f")) + data[1:] if typed and choose.random() < 0.3 else data


def header(choose: random.Random, receipts_root: bytes, number: int, time: int) -> Header:
    """A header by some validators, in some round, before or after London."""
    thief = key("thief")
    some = choose.choice((factory.VALIDATORS, factory.VALIDATORS[:3], factory.VALIDATORS[::-1]))
    signers = rarely(choose, some, (*some, thief), some[:2], (*some, some[0]))
    return factory.header(
        number, receipts_root, time=time, signers=signers, round_number=choose.choice((0, 1, 255, 2**32 - 1))
    )


def status_of(choose: random.Random, finding: Any, number: int, time: int) -> dict[str, Any]:
    """A record of the finding, of another, or none, under its key or id."""
    stated = choose.choice((1, 1, 2, 3, 4, 5, 6, 0, 7, 255))
    record = factory.record(finding.id(), stated, rarely(choose, 1, 2), rarely(choose, time % 2**40, NOW))
    packed = rarely(choose, record, factory.record(sha256(b"other"), 1), 0, 1, 2**256 - 1, chance=0.2)
    made = factory.status(
        choose.choice((finding.clue_key(), finding.clue_key(), finding.id())),
        packed,
        rarely(choose, NOW + 3600, MAX_TIME + 1, 2**100),
        rarely(choose, factory.CODE_HASH, sha256(b"other"), b""),
    )
    if number > factory.BLOCK + 3 or choose.random() < 0.1:
        old = Header.from_rlp(bytes.fromhex(made["header"][2:]))
        later = factory.header(choose.choice((number, number + 1, 5)), state_root=old.state_root, time=old.time)
        made |= factory.named(later)
    return made


def redact(choose: random.Random, made: dict[str, Any]) -> None:
    """Hide some fields of some observations."""
    for answer in made["answers"]:
        if choose.random() < 0.5:
            seen = factory.Observation.from_json(answer["observations"][0])
            names = choose.sample(sorted(seen.values()), choose.randrange(4))
            answer["observations"][0] = seen.redact(names).to_json()


def trust_of(choose: random.Random, number: int) -> TrustRoot:
    """A trust root that reaches the block, nearly, or not; whose validators stay, change or are others."""
    reach = min(rarely(choose, max(100, number + 5), number, max(number - 1, 0), 2**53 - 1), 2**53 - 1)
    change = min(choose.choice((number, number + 1, factory.BLOCK, factory.BLOCK + 2)), 2**53 - 2)
    late: Sequence[ValidatorSet] = (ValidatorSet(0, change, ALL), ValidatorSet(change + 1, None, (*ALL, FIFTH)))
    turned = (ValidatorSet(0, change, ALL), ValidatorSet(change + 1, None, ALL[::-1]))
    former = (ValidatorSet(0, change, (*ALL[:3], FIFTH)), ValidatorSet(change + 1, None, ALL))
    one = (ValidatorSet(0, None, ALL),)
    others = (ValidatorSet(0, None, tuple(key(f"new {each}").address for each in range(4))),)
    contracts = dict(factory.trust_root().contracts)
    if choose.random() < 0.1:
        at, new = ADDRESSES["FindingRegistry"], ADDRESSES["CaseRegistry"]
        versions = (ContractInForce(at, factory.CODE_HASH, 0, change), ContractInForce(new, sha256(b"new"), change + 1))
        contracts["FindingRegistry"] = choose.choice((versions, (), versions[1:]))
    if choose.random() < 0.04:
        del contracts["ObservationLog"]
    return factory.trust_root(
        chain_id=rarely(choose, 20262, 1),
        custody=choose.choice(("one party", "consortium")),
        validator_sets=rarely(choose, one, late, turned, former, others, (), chance=0.3),
        config_digests=rarely(choose, factory.trust_root().config_digests, ()),
        contracts=contracts,
        complete_to=reach,
    )


def resealed(choose: random.Random, made: dict[str, Any], part: dict[str, Any]) -> None:
    """Change items of a header and seal it again, so that what is odd is not the seal."""
    items = list(Header.from_rlp(bytes.fromhex(part["header"][2:])).items)
    at = choose.choice((0, 1, 2, 6, 7, 8, 9, 10, 11, 13, 14))
    items[at] = in_bytes(items[at] or b"\x00", choose)
    if choose.random() < 0.2:
        items.append(rlp.minimal(choose.randrange(3)))
    raw = rlp.encode(items)
    part["header"] = to_hex(raw)
    try:
        bare = Header(tuple(items))
    except Exception:  # noqa: BLE001 - an odd header stays as it is
        return
    seals = [signer.sign(bare.commit_hash()) for signer in factory.VALIDATORS]
    items[12] = factory.extra_data(1, [seal[:64] + bytes([seal[64] - 27]) for seal in seals])
    part |= factory.named(Header(tuple(items)))


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
