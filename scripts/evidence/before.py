"""The time before recording: anchored batches, captures, custody, recusals, the model's record, peers."""

from collections.abc import Iterator

from node.protocol.canonical import keccak256, sha256, to_hex
from node.protocol.finding import Finding, Report
from node.protocol.life import Act, Recusal, Signed
from scripts.evidence.case import ALTERED, Case, Change, case, changed, flip, fresh, with_parts
from tests import bundle_factory as factory
from tests import life_factory as lives
from tests.protocol.consortium import NOW

PAYLOAD = sha256(factory.PAYLOAD)
FOREIGN = sha256(b"another payload")


def cases() -> Iterator[Case]:
    for name, change in ANCHORS:
        yield changed(f"anchors_{name}", with_parts("anchors"), "anchors", change)
    for part, name, change in LIFE:
        yield changed(f"{part}_{name}", with_parts(part), part, change)
    yield from _signed_wrongly()
    yield from _good()


def _finding() -> Finding:
    return Report.from_json(fresh("full")["report"]).findings[0]


def _anchor(**members: object) -> Change:
    return lambda b: b["anchors"][0].update(members)


ANCHORS: list[tuple[str, Change]] = [
    ("other_index", _anchor(index=0)),
    ("index_beyond_the_size", _anchor(index=3)),
    ("other_size", lambda b: b["anchors"][0]["batch"].update(size=4)),
    ("other_path", lambda b: b["anchors"][0]["path"].reverse()),
    ("path_too_short", lambda b: b["anchors"][0]["path"].pop()),
    ("other_batch_sequence", lambda b: b["anchors"][0]["batch"].update(sequence=5)),
    ("other_batch_bureau", lambda b: b["anchors"][0]["batch"].update(bureau=2)),
    ("other_observation", _anchor(observation_root="0x" + "11" * 32)),
    ("other_transaction", lambda b: b["anchors"][0]["receipt"].update(index=0)),
    ("other_block_hash", lambda b: b["anchors"][0].update(block_hash=flip(b["anchors"][0]["block_hash"]))),
    ("of_the_findings_block", lambda b: b["anchors"][0].update(header=b["header"], block_hash=b["block_hash"])),
    (
        "with_the_findings_receipt",
        lambda b: b["anchors"][0].update({n: b[n] for n in ("header", "block_hash", "receipt")}),
    ),
    (
        "too_few_seals",
        lambda b: b["anchors"][0].update(factory.named(factory.header(6, signers=factory.VALIDATORS[:2]))),
    ),
]


def _branched() -> list[dict[str, object]]:
    """A log of bureau 1 that begins as the one in the file and goes on otherwise."""
    return lives.log(1, (Act.CAPTURED, PAYLOAD, NOW), (Act.KEPT, PAYLOAD, NOW + 2))


LIFE: list[tuple[str, str, Change]] = [
    ("captures", "of_another_payload", lambda b: b.update(captures=[lives.capture(1, FOREIGN)])),
    ("captures", "of_a_bureau_that_did_not_observe", lambda b: b.update(captures=[lives.capture(4, PAYLOAD)])),
    ("captures", "another_tool", lambda b: b["captures"][0]["report"].update(tool="other")),
    ("captures", "another_time", lambda b: b["captures"][0]["report"].update(captured_at=NOW + 1)),
    ("captures", "check_dropped", lambda b: b["captures"][0]["report"]["checks"].pop()),
    ("captures", "failed_check_told_as_passed", lambda b: b["captures"][0]["report"]["checks"][1].update(ok=True)),
    ("captures", "twice", lambda b: b["captures"].append(b["captures"][0])),
    ("custody", "entry_dropped_within", lambda b: b["custody"].pop(1)),
    ("custody", "entry_twice", lambda b: b["custody"].insert(2, b["custody"][1])),
    ("custody", "log_twice", lambda b: b.update(custody=b["custody"] * 2)),
    ("custody", "two_logs_with_one_start", lambda b: b["custody"].extend(_branched())),
    ("custody", "entries_exchanged", lambda b: b["custody"].insert(0, b["custody"].pop(1))),
    ("custody", "times_that_fall", lambda b: b.update(custody=lives.log(1, (1, PAYLOAD, NOW), (2, PAYLOAD, NOW - 1)))),
    ("custody", "of_another_item", lambda b: b.update(custody=lives.log(1, (1, FOREIGN, NOW)))),
    ("custody", "of_a_stranger", lambda b: b.update(custody=lives.log(9, (1, PAYLOAD, NOW)))),
    ("custody", "another_time", lambda b: b["custody"][0]["entry"].update(at=NOW - 1)),
    ("recusals", "about_another_subject", lambda b: b.update(recusals=[lives.recusal(4, FOREIGN)])),
    ("recusals", "another_reason", lambda b: b["recusals"][0]["recusal"].update(reason="0x" + "11" * 32)),
    ("recusals", "twice", lambda b: b["recusals"].append(b["recusals"][0])),
    ("quality", "of_another_model", lambda b: b.update(quality=lives.quality(FOREIGN))),
    ("quality", "more_found_than_planted", lambda b: b["quality"]["canaries"].update(found=11)),
    ("peers", "of_a_stranger", lambda b: b.update(peers=[lives.peers(9)])),
    ("peers", "salt_too_short", lambda b: b["peers"][0]["observations"][0][0].__setitem__(0, "00")),
]


def _signed_wrongly() -> Iterator[Case]:
    made = fresh("full")
    value = Recusal(4, _finding().subject, sha256(b"kinship"))
    made["recusals"] = [Signed(value, lives.signed(value, "oracle 4")).to_json("recusal")]
    yield case("recusals_signed_by_the_oracle_key", made, ALTERED, "recusals")
    made = with_parts("captures")
    report = lives.SignedCapture.from_json(made["captures"][0]).report
    made["captures"][0]["signature"] = to_hex(lives.signed(report.statement(1), "officer 1"))
    yield case("captures_signed_by_an_officer", made, ALTERED, "captures")


def _good() -> Iterator[Case]:
    made = with_parts("anchors")
    subject = _finding().subject
    recused = [lives.recusal(2, subject), lives.recusal(4, subject)]
    yield case("recusals_of_a_signer", made | {"recusals": recused})
    slow = lives.Check("clock", "server_time", False, "own clock 600 s behind the server's")
    wrong = lives.capture(2, PAYLOAD, (slow, *lives.CHECKS[1:]))
    yield case("captures_with_a_wrong_clock", made | {"captures": [wrong]})
    yield case(
        "captures_dated_after_the_record", made | {"captures": [lives.capture(1, PAYLOAD, captured_at=NOW + 61)]}
    )
    yield case("quality_without_rulings", made | {"quality": _quality(upheld=0, overturned=0, canaries=None)})
    yield case("quality_as_the_exporter_says", made | {"quality": _quality(overturned=0)})
    yield case("peers_twice", made | {"peers": [lives.peers(1), lives.peers(1), lives.peers(2)]})
    yield case("custody_of_an_unnamed_act", made | {"custody": lives.log(3, (77, PAYLOAD, NOW - 5))})
    yield case("custody_handed_over", made | {"custody": _handed_over()})
    yield case("custody_empty", made | {"custody": []})
    yield case("anchors_empty", made | {"anchors": []})
    yield case("anchors_twice", made | {"anchors": made["anchors"] * 2})
    before = with_parts("anchors")
    before["anchors"][0]["batch"]["previousRoot"] = to_hex(keccak256(b"unbound"))
    yield case("anchors_another_root_before", before)


def _quality(**changes: object) -> object:
    return lives.quality(_finding().model, **changes)


def _handed_over() -> list[object]:
    """A log that begins with one bureau and goes on with another."""
    log: list[object] = list(lives.log(1, (Act.CAPTURED, PAYLOAD, NOW), (Act.HANDED_OVER, PAYLOAD, NOW + 5)))
    last = lives.log(1, (Act.CAPTURED, PAYLOAD, NOW), (Act.HANDED_OVER, PAYLOAD, NOW + 5))[-1]["entry"]
    received = lives.Custody(lives.Custody.from_json(last).struct_hash(), PAYLOAD, Act.RECEIVED, 2, NOW + 6)
    log.append(Signed(received, lives.signed(received, "oracle 2")).to_json("entry"))
    return log
