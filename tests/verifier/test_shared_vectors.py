"""The vectors that bind Python and Solidity bind the browser's verifier too."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.javascript import needs_node
from tests.verifier.probing import STRUCTS, Question, encoded, theirs

pytestmark = needs_node
FOLDER = Path(__file__).parent.parent / "vectors"
Expected = tuple[Question, dict[str, Any]]


def vectors(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def of_canonical() -> list[Expected]:
    found = vectors("canonical")
    good = [(("canonical", case["input"]), {"ok": case["canonical"]}) for case in found["accepted"]]
    return good + [(("canonical", case["input"]), {"error": "CanonicalError"}) for case in found["refused"]]


def of_inclusion() -> list[Expected]:
    return [
        (
            ("inclusion", case["leafHash"], case["leafIdx"], case["treeSize"], case["proof"], case["root"]),
            {"error": "InclusionError"} if case["wantErr"] else {"ok": None},
        )
        for case in vectors("merkle_inclusion")
    ]


def of_headers() -> list[Expected]:
    found: list[Expected] = []
    for case in vectors("headers")["cases"]:
        call = ("header", case["rlp"])
        if not case["accepted"]:
            found.append((call, {"error": "HeaderError"}))
            continue
        (answer,) = theirs([call])
        assert answer["ok"][3:] == [case["blockHash"], case["commitHash"]]
        found.append((("constants", case["rlp"]), {"ok": None}))
    return found


def of_observations() -> list[Expected]:
    return [
        (
            ("observation", encoded(case["observation"])),
            {"ok": [case["root"], sum(isinstance(item, str) for item in case["observation"]), sorted(case["values"])]},
        )
        for case in vectors("observation")
    ]


def of_typed_data() -> list[Expected]:
    found: list[Expected] = []
    for case in vectors("typed_data"):
        domain = case["domain"]
        if case["primaryType"] in STRUCTS:
            call = ("struct", case["primaryType"], encoded(case["message"]))
            found.append((call, {"ok": case["structHash"]}))
        signed = ("signed", domain["chainId"], domain["verifyingContract"], case["structHash"])
        found.append((signed, {"ok": case["digest"]}))
        found.append((("recover", case["digest"], case["signature"]), {"ok": case["signer"]}))
    return found


def of_configurations() -> list[Expected]:
    return [
        (("configuration", encoded(case["configuration"])), {"ok": case["digest"]}) for case in vectors("configuration")
    ]


def of_scores() -> list[Expected]:
    found = vectors("scorer")
    model, cases = "0x" + found["model"].encode().hex(), found["cases"]
    call = ("scores", model, found["features"], found["thresholds"], [case["vector"] for case in cases])
    margins = [struct.unpack(">f", bytes.fromhex(case["margin"]))[0] for case in cases]
    return [(call, {"ok": [[m, case["micro"], case["scoreBps"]] for m, case in zip(margins, cases, strict=True)]})]


@pytest.mark.parametrize(
    "source",
    [of_canonical, of_inclusion, of_headers, of_observations, of_typed_data, of_configurations, of_scores],
    ids=lambda each: each.__name__,
)
def test_the_shared_vectors_hold(source: Any) -> None:
    expected = source()
    assert expected
    answers = theirs([question for question, _ in expected])
    wrong = [(q[:3], want, got) for (q, want), got in zip(expected, answers, strict=True) if want != got]
    assert wrong == []
