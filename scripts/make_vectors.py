"""Write the vectors of tests/vectors that bind Python, Solidity and JavaScript to the same bytes.

    python -m scripts.make_vectors

Everything is fixed: running it again writes the same files, and a test compares. The merkle_*.json are foreign data and
timestamps/ comes from tests/timestamp_cases.py (see tests/vectors/README.md); they are not written here.
"""

import itertools
import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from node.protocol.canonical import Json, canonical, parse, sha256, to_hex
from node.protocol.capture import CaptureReport, Check
from node.protocol.configuration import Bureau, Configuration, ContractVersion, Court
from node.protocol.finding import Anchor, Answer, Finding, Refusal, Report
from node.protocol.identifiers import ADDRESSES, ROLES, Kind, listing_digest, period_of, product_id, subject_id
from node.protocol.life import Act, Custody, Recusal
from node.protocol.observation import Observation, Scalar
from node.protocol.scorer import ReferenceScorer, float32, micro, thresholds_to_hex
from node.protocol.signing import LocalSigner
from node.protocol.subject_statement import SubjectStatement
from node.protocol.typed_data import Domain, Struct, digest
from scripts import registry_vectors
from scripts.checkpoint_vectors import checkpoints

FOLDER = Path(__file__).parent.parent / "tests" / "vectors"
CHAIN_ID = 20262
OBSERVED_AT = 1_785_542_399  # 2026-07-31T23:59:59Z

# A leaf, or (feature, threshold, default left, left, right).
Tree = float | tuple[int, float, bool, Any, Any]


def named(text: str) -> bytes:
    """A fixed 32-byte value for a name."""
    return sha256(f"touchstone vectors: {text}".encode())


def key(text: str) -> LocalSigner:
    return LocalSigner(named(f"key of {text}"))


def configuration_of(bureaus: int, courts: int, contracts: int, threshold: int) -> Configuration:
    return Configuration(
        chain_id=CHAIN_ID,
        consortium=ADDRESSES["Consortium"],
        version=1,
        threshold=threshold,
        bureaus=tuple(
            Bureau(
                id=number,
                name_digest=named(f"name {number}"),
                jurisdiction=named(f"jurisdiction {number}"),
                accession=named(f"accession {number}"),
                validator=key(f"validator {number}").address,
                oracle=key(f"oracle {number}").address,
                sender=key(f"sender {number}").address,
                officer=key(f"officer {number}").address,
                epoch=1,
            )
            for number in range(1, bureaus + 1)
        ),
        courts=tuple(Court(n, named(f"court {n}"), key(f"court {n}").address) for n in range(1, courts + 1)),
        contracts=tuple(ContractVersion(role, ADDRESSES[name], 0) for name, role in list(ROLES.items())[:contracts]),
    )


def finding_of(number: int, config_digest: bytes) -> Finding:
    salt = named(f"subject salt {number}")
    return Finding(
        subject=subject_id(salt, "grand-mall", f"seller-{number}"),
        listing=listing_digest(salt, "grand-mall", f"listing-{number}"),
        product=product_id("06901234567892"),
        kind=Kind(1 + number % 5),
        period=period_of(OBSERVED_AT),
        score_bps=9_000 + number,
        spread_bps=120,
        policy_digest=named("policy"),
        evidence_root=named(f"evidence {number}"),
        model=named("model"),
        explanation=named(f"explanation {number}"),
        observed_at=OBSERVED_AT,
        config_digest=config_digest,
        supersedes=bytes(32),
    )


def typed_data() -> Json:
    config_digest = configuration_of(4, 1, 9, 3).digest()
    findings = (finding_of(1, config_digest), finding_of(2, config_digest))
    answer = Answer(
        clue=findings[0].clue_key(),
        attempt=1,
        leader=1,
        bureau=2,
        observation_root=named("observations"),
        score_bps=9_001,
        model=named("model"),
        context=named("snapshot"),
        explanation=named("explanation 1"),
        config_digest=config_digest,
        deadline=OBSERVED_AT + 3600,
    )
    refusal = Refusal(answer.clue, 1, 1, 3, 2, config_digest, OBSERVED_AT + 3600)
    report = Report(leader=1, sequence=7, config_digest=config_digest, signers=(1, 2, 4), findings=findings)
    anchor = Anchor(bureau=2, sequence=1, previous_root=bytes(32), root=named("batch"), size=1000)
    statement = SubjectStatement.make(
        named("subject salt 1"), "grand-mall", "卖家 seller-1", config_digest, signers=(1, 2, 4)
    )
    captured = Custody(bytes(32), capture_report().payload, Act.CAPTURED, 2, OBSERVED_AT)
    cases: list[Struct] = [
        *findings,
        report,
        Report(1, 8, config_digest, (1, 2, 3), findings[:1]),
        answer,
        refusal,
        statement,
        anchor,
        capture_report().statement(2),
        captured,
        Custody(captured.struct_hash(), findings[0].id(), Act.EXPORTED, 2, OBSERVED_AT + 60),
        Recusal(2, findings[0].subject, named("reason")),
    ]
    return [_signed(value) for value in cases]


def capture_report() -> CaptureReport:
    """A report with one check that failed."""
    return CaptureReport(
        tool="touchstone 0.1.0",
        url="https://shop.example/item/1",
        payload=named("payload"),
        captured_at=OBSERVED_AT,
        checks=(
            Check("clock", "server_time", False, "own clock 600 s ahead of the server's"),
            Check("cleanliness", "no_session", True, "no cookie and no credential was sent"),
        ),
    )


def _signed(value: Struct) -> Json:
    contract = "ObservationLog" if isinstance(value, Anchor) else "FindingRegistry"
    domain, signer = (
        Domain(CHAIN_ID, ADDRESSES[contract]),
        key(f"{'officer' if isinstance(value, Recusal) else 'oracle'} 2"),
    )
    wanted = digest(domain, value.struct_hash())
    return {
        "primaryType": type(value).__name__,
        "type": value.TYPE,
        "domain": {
            "name": "Touchstone",
            "version": "1",
            "chainId": CHAIN_ID,
            "verifyingContract": domain.verifying_contract,
        },
        "message": value.to_json(),
        "structHash": to_hex(value.struct_hash()),
        "digest": to_hex(wanted),
        "signer": signer.address,
        "signature": to_hex(signer.sign(wanted)),
        "clueKey": to_hex(value.clue_key()) if isinstance(value, Finding) else None,
    }


def configuration() -> Json:
    shapes = [(4, 1, 9, 3), (1, 0, 0, 1), (7, 2, 3, 5), (0, 0, 0, 0)]
    return [
        {"configuration": c.to_json(), "digest": to_hex(c.digest())}
        for c in itertools.starmap(configuration_of, shapes)
    ]


def canonical_cases() -> Json:
    accepted = {
        "empty object": "{}",
        "spacing and key order": ' {"b" : [1, 2 ,3],\n"a":{"d":null,"c":true}} ',
        "chinese": '{"标题":"正品 面霜 ¥129.00"}',
        "escapes": '"\\u0041\\n\\u001f\\"\\\\\\/"',
        "surrogate pair": '"\\ud83d\\ude00"',
        "keys by utf-16": '{"\\ufb33":1,"😀":2,"é":3,"z":4}',
        "greatest integers": "[9007199254740991,-9007199254740991]",
        "numbers": "[0,-0,0.0,-0.0,1.0,1e1,1E-7,0.000001,1e15,4.5,333333333.33333329,5e-324]",
        "64 levels": "[" * 64 + "]" * 64,
    }
    refused: dict[str, str | bytes] = {
        "duplicate key": '{"a":1,"a":1}',
        "duplicate key, escaped": '{"a":1,"\\u0061":2}',
        "NaN": "NaN",
        "infinity": "[-Infinity]",
        "infinite by size": "1e400",
        "number beyond 2^53 - 1": "9007199254740992.0",
        "integer beyond 2^53 - 1": "9007199254740992",
        "lone high surrogate": '"\\ud800"',
        "lone low surrogate in key": '{"\\udc00":1}',
        "65 levels": "[" * 65 + "]" * 65,
        "trailing comma": "[1,]",
        "trailing text": "{} {}",
        "byte order mark": "\ufeff{}",
        "control character": '"\n"',
        "leading zero": "01",
        "single quotes": "{'a':1}",
        "empty": "",
        "not utf-8": b'"\xff"',
        "surrogate in utf-8": b'"\xed\xa0\x80"',
    }
    return {
        "accepted": [
            {"name": name, "input": to_hex(text.encode()), **_canonical_of(text.encode())}
            for name, text in accepted.items()
        ],
        "refused": [
            {"name": name, "input": to_hex(text if isinstance(text, bytes) else text.encode())}
            for name, text in refused.items()
        ],
    }


def _canonical_of(data: bytes) -> dict[str, Json]:
    form = canonical(parse(data))
    return {"canonical": to_hex(form), "sha256": to_hex(sha256(form))}


def observation() -> Json:
    listing: dict[str, Scalar] = {
        "type": "listing",
        "schema": "1",
        "marketplace": "grand-mall",
        "listing_id": "listing-1",
        "title": "正品 “Aurora” 面霜 50ml 😀",
        "price_fen": 12_900,
        "available": True,
        "gtin": None,
    }
    numbers = itertools.count(1)
    whole = Observation.make(listing, lambda: named(f"field salt {next(numbers)}"))
    single = Observation.make({"type": "seller"}, lambda: named("single"))
    copies = {
        "whole": whole,
        "two fields hidden": whole.redact(["title", "price_fen"]),
        "all hidden": whole.redact(sorted(listing)),
        "one field erased, one hidden": whole.erase(["title"]).redact(["price_fen"]),
        "one field": single,
    }
    return [
        {
            "name": name,
            "observation": copy.to_json(),
            "leaves": [to_hex(field.leaf) for field in copy.fields],
            "root": to_hex(copy.root()),
            "values": copy.values(),
        }
        for name, copy in copies.items()
    ]


def scorer() -> Json:
    names = ["price_ratio_bps", "seller_age_days", "return_rate_bps"]
    trees: list[Tree] = [
        (0, 4500.0, True, (1, 90.5, False, 1.25, 0.3333333333), (2, 800.0, False, -0.75, 0.1)),
        (1, 30.0, True, 0.7, (0, -16777216.0, False, 5.0, -0.2000001)),
        -0.0123456,
        (2, 1500.25, False, (2, 1500.0, True, -0.1, 0.05), 0.9),
    ]
    model = json.dumps(_model(names, trees), separators=(",", ":"))
    thresholds = [float32(-2.0 + step / 16) for step in range(80)] + [float32(3.0)] * 3
    reference = ReferenceScorer.load(model.encode(), names, thresholds)
    choices: list[list[int | None]] = [
        [None, -(2**24), 4499, 4500, 2**24],
        [None, 0, 29, 30, 90, 91],
        [None, 799, 800, 1500, 1501],
    ]
    return {
        "model": model,
        "features": list(names),
        "thresholds": thresholds_to_hex(thresholds),
        "cases": [
            {
                "vector": list(vector),
                "margin": struct.pack(">f", margin).hex(),
                "micro": micro(margin),
                "scoreBps": reference.score_bps(margin),
            }
            for vector in itertools.product(*choices)
            for margin in [reference.margin(vector)]
        ],
    }


def _model(names: list[str], trees: list[Tree]) -> dict[str, Any]:
    """An XGBoost 3.2 model file with these trees."""
    return {
        "learner": {
            "attributes": {},
            "feature_names": names,
            "feature_types": [],
            "gradient_booster": {
                "model": {
                    "cats": {"enc": [], "feature_segments": [], "sorted_idx": []},
                    "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(len(trees))},
                    "iteration_indptr": list(range(len(trees) + 1)),
                    "tree_info": [0] * len(trees),
                    "trees": [_tree(number, tree, len(names)) for number, tree in enumerate(trees)],
                },
                "name": "gbtree",
            },
            "learner_model_param": {
                "base_score": "[5E-1]",
                "boost_from_average": "0",
                "num_class": "0",
                "num_feature": str(len(names)),
                "num_target": "1",
            },
            "objective": {"name": "binary:logistic", "reg_loss_param": {"scale_pos_weight": "1"}},
        },
        "version": [3, 2, 0],
    }


def _tree(number: int, tree: Tree, features: int) -> dict[str, Any]:
    rows: list[list[Any]] = []  # parent, feature, value, default left, left, right
    rows.append([])
    _fill(rows, 0, tree, 2**31 - 1)
    parents, indices, values, defaults, lefts, rights = (list(column) for column in zip(*rows, strict=True))
    count = len(rows)
    return {
        "base_weights": values,
        "categories": [],
        "categories_nodes": [],
        "categories_segments": [],
        "categories_sizes": [],
        "default_left": defaults,
        "id": number,
        "left_children": lefts,
        "loss_changes": [0.0] * count,
        "parents": parents,
        "right_children": rights,
        "split_conditions": values,
        "split_indices": indices,
        "split_type": [0] * count,
        "sum_hessian": [1.0] * count,
        "tree_param": {
            "num_deleted": "0",
            "num_feature": str(features),
            "num_nodes": str(count),
            "size_leaf_vector": "1",
        },
    }


def _fill(rows: list[list[Any]], index: int, tree: Tree, parent: int) -> None:
    """Put `tree` at `index`; children stand side by side, as XGBoost's predictor takes for granted."""
    if isinstance(tree, float):
        rows[index] = [parent, 0, tree, 0, -1, -1]
        return
    feature, threshold, default_left, left, right = tree
    beside = len(rows)
    rows[index] = [parent, feature, threshold, int(default_left), beside, beside + 1]
    rows += [[], []]
    _fill(rows, beside, left, index)
    _fill(rows, beside + 1, right, index)


MAKERS: Mapping[str, Callable[[], Json]] = {
    "typed_data.json": typed_data,
    "brand_names.json": registry_vectors.brand_names,
    "authority.json": registry_vectors.authority,
    "product_tree.json": registry_vectors.product_tree,
    "configuration.json": configuration,
    "canonical.json": canonical_cases,
    "observation.json": observation,
    "scorer.json": scorer,
    "checkpoints.json": checkpoints,
}


def text_of(name: str) -> str:
    """The text of one vector file; characters that nobody can see are escaped."""
    text = json.dumps(MAKERS[name](), ensure_ascii=False, indent=1) + "\n"
    return "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in text)


def main() -> None:
    for name in MAKERS:
        (FOLDER / name).write_text(text_of(name), "utf-8")


if __name__ == "__main__":
    main()
