"""Makes the parts of a bundle about the time before it was recorded."""

from collections.abc import Sequence
from typing import Any

from node.protocol.answer import SignedAnswer
from node.protocol.canonical import sha256, to_hex
from node.protocol.capture import CaptureReport, Check, SignedCapture
from node.protocol.finding import Finding
from node.protocol.life import Act, Custody, Peers, Recusal, Signed
from node.protocol.observation import Observation
from node.protocol.typed_data import Struct, digest
from tests.protocol.consortium import DOMAIN, NOW, key

CHECKS = (
    Check("clock", "server_time", True, "own clock 0 s ahead of the server's"),
    Check("network", "tls", False, "no TLS: nothing shows who answered"),
    Check("cleanliness", "no_session", True, "no cookie and no credential was sent"),
    Check("carrier", "kept_whole", True, "kept under its SHA-256 before anything read it"),
)


def signed(statement: Struct, signer: str) -> bytes:
    return key(signer).sign(digest(DOMAIN, statement.struct_hash()))


def capture(bureau: int, payload: bytes, checks: Sequence[Check] = CHECKS, **changes: Any) -> dict[str, Any]:
    """A capture report signed by the bureau."""
    members = {"tool": "test 1", "url": "http://127.0.0.1/item", "payload": payload, "captured_at": NOW}
    report = CaptureReport(**members | {"checks": tuple(checks)} | changes)
    return SignedCapture(report, bureau, signed(report.statement(bureau), f"oracle {bureau}")).to_json()


def log(bureau: int, *lines: tuple[int, bytes, int]) -> list[dict[str, Any]]:
    """A custody log of (act, item, at) by one bureau."""
    previous, found = bytes(32), []
    for act, item, at in lines:
        entry = Custody(previous, item, act, bureau, at)
        found.append(Signed(entry, signed(entry, f"oracle {bureau}")).to_json("entry"))
        previous = entry.struct_hash()
    return found


def recusal(bureau: int, subject: bytes) -> dict[str, Any]:
    """A declaration of interest signed by the bureau's officer."""
    value = Recusal(bureau, subject, sha256(b"kinship"))
    return Signed(value, signed(value, f"officer {bureau}")).to_json("recusal")


def quality(model: bytes, **changes: Any) -> dict[str, Any]:
    counts = {"recorded": 90, "contested": 2, "upheld": 7, "overturned": 1, "superseded": 0, "withdrawn": 3}
    canaries = {"planted": 10, "found": 9, "period": 202607}
    return {"model": to_hex(model), "block_number": 12, **counts, "canaries": canaries} | changes


def peers(bureau: int = 1) -> dict[str, Any]:
    seen = Observation.make({"type": "listing", "price_fen": 129_00}, lambda: sha256(b"salt of a peer"))
    return Peers(bureau, (seen,)).to_json()


def life(answers: Sequence[SignedAnswer], finding: Finding, payload: bytes) -> dict[str, Any]:
    """All parts, for signers who each fetched `payload`; bureau 4 has an interest and did not sign."""
    bureaus = [answer.answer.bureau for answer in answers]
    kept = [log(bureau, (Act.CAPTURED, payload, NOW), (Act.KEPT, payload, NOW + 1)) for bureau in bureaus[1:]]
    exported = (Act.EXPORTED, finding.id(), NOW + 90)
    own = log(bureaus[0], (Act.CAPTURED, payload, NOW), (Act.KEPT, payload, NOW + 1), exported)
    return {
        "captures": [capture(bureau, payload) for bureau in bureaus],
        "custody": [*own, *(entry for each in kept for entry in each)],
        "recusals": [recusal(4, finding.subject)],
        "quality": quality(finding.model),
        "peers": [peers()],
    }
