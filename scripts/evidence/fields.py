"""Parts changed by hand, one class of field after another, and salted fields that were tampered with."""

import base64
import gzip
from collections.abc import Callable, Iterator
from typing import Any

from node.protocol.bundle import REQUIRED
from node.protocol.canonical import keccak256, sha256, to_hex
from node.protocol.observation import Observation
from scripts.evidence.case import ALTERED, Case, Change, Made, case, changed, flip, fresh, with_parts
from tests.protocol.consortium import key


def cases() -> Iterator[Case]:
    yield case("bare", fresh("bare"))
    yield case("full", fresh("full"))
    yield case("aged", fresh("aged"))
    for part, name, change in CHANGES:
        yield changed(f"altered_{part}_{name}", with_parts(*{part} - set(REQUIRED)), part, change)
    made = fresh("full")
    _finding(scoreBps=10_000)(made)
    yield case("altered_report_score_beside_a_status", made, ALTERED, "report", ["superseded"])
    yield from _shown()
    yield from _salted()
    yield from _optional()


def _finding(**members: Any) -> Change:
    return lambda b: b["report"]["findings"][0].update(members)


def _add(part: str, place: int, member: str) -> Change:
    def change(made: Made) -> None:
        holder = made[part][place]["answer"] if part == "answers" else made[part]
        holder[member] += 1

    return change


# part, what is changed, how: a change in each field class (digest, number, address, text, list, file, choice)
CHANGES: list[tuple[str, str, Change]] = [
    ("header", "byte", lambda b: b.update(header=flip(b["header"], 90))),
    ("header", "hash", lambda b: b.update(block_hash=flip(b["block_hash"]))),
    ("header", "upper_case_hex", lambda b: b.update(block_hash=b["block_hash"].upper().replace("0X", "0x"))),
    ("header", "without_0x", lambda b: b.update(header=b["header"][2:])),
    ("header", "empty", lambda b: b.update(header="0x")),
    ("receipt", "unknown_member", lambda b: b["receipt"].update(extra=1)),
    ("receipt", "index_as_truth", lambda b: b["receipt"].update(index=True)),
    ("receipt", "index_as_fraction", lambda b: b["receipt"].update(index=1.5)),
    ("report", "subject", _finding(subject="0x" + "11" * 32)),
    ("report", "listing", _finding(listing="0x" + "11" * 32)),
    ("report", "product", _finding(product="0x" + "00" * 32)),
    ("report", "kind", _finding(kind=2)),
    ("report", "period", _finding(period=202608)),
    ("report", "score", _finding(scoreBps=10_000)),
    ("report", "spread", _finding(spreadBps=0)),
    ("report", "policy", _finding(policyDigest="0x" + "11" * 32)),
    ("report", "evidence_root", _finding(evidenceRoot="0x" + "11" * 32)),
    ("report", "model", _finding(model="0x" + "11" * 32)),
    ("report", "explanation", _finding(explanation="0x" + "11" * 32)),
    ("report", "observed_at", _finding(observedAt=1)),
    ("report", "supersedes", _finding(supersedes="0x" + "11" * 32)),
    ("report", "leader", lambda b: b["report"].update(leader=2)),
    ("report", "sequence", lambda b: b["report"].update(sequence=2)),
    ("report", "config_digest", lambda b: b["report"].update(configDigest="0x" + "11" * 32)),
    ("report", "signer_exchanged", lambda b: b["report"].update(signers=[1, 2, 4])),
    ("report", "signer_twice", lambda b: b["report"].update(signers=[1, 2, 2])),
    ("report", "signer_dropped", lambda b: b["report"].update(signers=[1, 2])),
    ("report", "finding_dropped", lambda b: b["report"].update(findings=[])),
    ("report", "finding_twice", lambda b: b["report"]["findings"].append(b["report"]["findings"][0])),
    ("report", "missing_member", lambda b: b["report"].pop("leader")),
    ("finding", "beyond_the_list", lambda b: b.update(finding=1)),
    ("finding", "negative", lambda b: b.update(finding=-1)),
    ("signatures", "byte", lambda b: b["signatures"].__setitem__(0, flip(b["signatures"][0], 20))),
    ("signatures", "dropped", lambda b: b["signatures"].pop()),
    ("signatures", "added", lambda b: b["signatures"].append(b["signatures"][0])),
    ("signatures", "twice", lambda b: b["signatures"].__setitem__(1, b["signatures"][0])),
    ("signatures", "reordered", lambda b: b["signatures"].reverse()),
    ("signatures", "64_bytes", lambda b: b["signatures"].__setitem__(0, b["signatures"][0][:-2])),
    ("configuration", "threshold", lambda b: b["configuration"].update(threshold=4)),
    ("configuration", "chain", lambda b: b["configuration"].update(chainId=1)),
    ("configuration", "oracle_key", lambda b: b["configuration"]["bureaus"][0].update(oracle=key("thief").address)),
    ("configuration", "bureau_dropped", lambda b: b["configuration"]["bureaus"].pop()),
    ("configuration", "bureaus_reordered", lambda b: b["configuration"]["bureaus"].reverse()),
    ("configuration", "court", lambda b: b["configuration"]["courts"].clear()),
    ("ask", "seller", lambda b: b["ask"].update(seller_id="S-2")),
    ("ask", "marketplace", lambda b: b["ask"].update(marketplace="other-mall")),
    ("ask", "listing", lambda b: b["ask"].update(listing_id="L-2")),
    ("ask", "gtin", lambda b: b["ask"].update(gtin=None)),
    ("ask", "salt", lambda b: b["ask"].update(subject_salt="00" * 32)),
    ("ask", "deadline", lambda b: b["ask"].update(deadline=b["ask"]["deadline"] + 1)),
    ("ask", "observed_at", lambda b: b["ask"].update(observed_at=b["ask"]["observed_at"] + 1)),
    ("ask", "attempt", lambda b: b["ask"].update(attempt=2)),
    ("answers", "score", _add("answers", 1, "scoreBps")),
    ("answers", "observation_root", lambda b: b["answers"][0]["answer"].update(observationRoot="0x" + "11" * 32)),
    ("answers", "context", lambda b: b["answers"][0]["answer"].update(context="0x" + "11" * 32)),
    ("answers", "bureau", lambda b: b["answers"][0]["answer"].update(bureau=4)),
    ("answers", "signature", lambda b: b["answers"][0].update(signature=flip(b["answers"][0]["signature"], 20))),
    ("answers", "vector", lambda b: b["answers"][0]["explanation"]["features"][0].update(value=1)),
    ("answers", "scope", lambda b: b["answers"][0]["explanation"]["features"][0].update(scope="context")),
    ("answers", "margin", lambda b: b["answers"][0]["explanation"].update(margin_micro=1)),
    ("answers", "observation_dropped", lambda b: b["answers"][0].update(observations=[])),
    (
        "answers",
        "observation_twice",
        lambda b: b["answers"][0]["observations"].append(b["answers"][0]["observations"][0]),
    ),
    ("payloads", "other_bytes", lambda b: b["payloads"].update({next(iter(b["payloads"])): "eA=="})),
    ("payloads", "unnamed", lambda b: b["payloads"].update({sha256(b"x").hex(): "eA=="})),
    ("payloads", "base64_with_spare_bits", lambda b: b["payloads"].update({next(iter(b["payloads"])): "eB=="})),
    ("payloads", "name_in_upper_case", lambda b: b.update(payloads={n.upper(): d for n, d in b["payloads"].items()})),
]


def _observation(made: Made, number: int = 0) -> Observation:
    return Observation.from_json(made["answers"][number]["observations"][0])


def _shown() -> Iterator[Case]:
    """Fields not shown, which is the exporter's right, and erased ones."""
    for word, cut in (("redacted", Observation.redact), ("erased", Observation.erase)):
        names = list(_observation(fresh("bare")).values())
        for label, chosen in (("one_field", names[:1]), ("all_fields", names)):
            made = fresh("bare")
            made["answers"][0]["observations"][0] = cut(_observation(made), chosen).to_json()
            yield case(f"{word}_{label}", made)
    made = fresh("full")
    for number, answer in enumerate(made["answers"]):
        answer["observations"][0] = _observation(made, number).redact(["payload"]).to_json()
    del made["payloads"]
    yield case("redacted_payload_names_with_captures", made)
    made = fresh("full")
    made["answers"][0]["observations"][0][0] = [made["answers"][0]["observations"][0][0]]
    yield case("redacted_in_another_shape", made, ALTERED, "answers")


def _field(change: Callable[[list[Any]], Any]) -> Change:
    return lambda b: change(b["answers"][0]["observations"][0])


def _swap_salts(made: Made) -> None:
    """The salts of two bureaus' observations of one field."""
    one, two = (made["answers"][place]["observations"][0][0] for place in (0, 1))
    one[0], two[0] = two[0], one[0]


def _swap_values(fields: list[Any]) -> None:
    fields[0][2], fields[2][2] = fields[2][2], fields[0][2]


def _leaf_twice(fields: list[Any]) -> None:
    fields[1] = to_hex(keccak256(b"leaf"))


def _salted() -> Iterator[Case]:
    for name, change in (
        ("value_moved", _swap_values),
        ("value_changed", lambda f: f[0].__setitem__(2, "L-9")),
        ("value_type_changed", lambda f: f[0].__setitem__(2, 1)),
        ("value_nested", lambda f: f[0].__setitem__(2, ["L-1"])),
        ("name_twice", lambda f: f.insert(1, f[0])),
        ("names_out_of_order", lambda f: f.reverse()),
        ("salt_of_31_bytes", lambda f: f[0].__setitem__(0, f[0][0][:-2])),
        ("salt_with_0x", lambda f: f[0].__setitem__(0, "0x" + f[0][0])),
        ("field_dropped", lambda f: f.pop()),
        ("field_added", lambda f: f.append(["00" * 32, "zzz", 1])),
        ("hidden_leaf_of_its_own", _leaf_twice),
        ("erased_leaf_of_its_own", lambda f: f.__setitem__(0, {"erased": "0x" + "11" * 32})),
        ("erased_with_a_value", lambda f: f.__setitem__(0, {"erased": "0x" + "11" * 32, "value": 1})),
    ):
        yield changed(f"salted_{name}", fresh("bare"), "answers", _field(change))
    yield changed("salted_salts_swapped", fresh("bare"), "answers", _swap_salts)


def _optional() -> Iterator[Case]:
    """Each optional part may be left out; notes are never believed."""
    for part in ("captures", "status"):
        yield case(f"full_without_{part}", {name: value for name, value in fresh("full").items() if name != part})
    told = {"verdict": "altered", "deep": [1, {"x": None}], "text": "已被改动"}
    yield case("bare_with_notes", fresh("bare") | {"notes": told})
    packed = base64.b64encode(gzip.compress(b"{}", mtime=0)).decode()
    made = with_parts("payloads")
    made["payloads"] = dict.fromkeys(made["payloads"], packed)
    yield case("altered_payloads_compressed", made, ALTERED, "payloads")
