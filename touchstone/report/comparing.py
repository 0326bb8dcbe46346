"""The report's sections for whoever checks it: values to compare, words explained, how to repeat, room for notes."""

from collections.abc import Mapping
from datetime import UTC, datetime

from node.protocol.canonical import to_hex
from node.protocol.identifiers import MAX_TIME
from touchstone.report.document import Blanks, Block, Cell, Digest, Instruction, Instructions, Paragraph, Rows
from touchstone.report.judged import Judged
from touchstone.report.speech import Speech

WORDS = ("finding", "block", "validator", "hash", "trust")
HASHING = ("certutil -hashfile FILE SHA256    (Windows)", "sha256sum FILE    (Linux)", "shasum -a 256 FILE    (macOS)")
FROM_FACTS = (
    *("finding_id", "block_hash", "evidence_root", "model", "explanation", "policy", "configuration"),
    *("subject", "listing", "supersedes", "registry"),
)
NOTE_LINES = 6


def values(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """Everything that a second check can be compared with."""
    rows: list[tuple[str, Cell]] = [
        (say("file"), Digest(judged.sha256) if judged.sha256 else say("too_large")),
        (say("trust"), Digest(trust_id(judged))),
        (say("genesis"), Digest(to_hex(judged.trust.genesis_hash))),
        *((say(key), Digest(value)) for key, value in _proven(judged).items()),
    ]
    if judged.sha256:
        rows.insert(1, (say("size_of_file"), say("bytes", count=judged.size)))
    return [Rows(tuple(rows)), Paragraph(say("values_note"))]


def known(judged: Judged) -> set[str]:
    """The long values that the report gives in full."""
    return {*_proven(judged).values(), trust_id(judged)}


def glossary(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """What a reader needs to know of chains."""
    file = ("subject_file", "subject") if judged.is_subject_file else ("bundle",)
    return [Rows(tuple((say(f"word_{name}"), say(f"word_{name}_text")) for name in (*file, *WORDS)))]


def instructions(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """The way to the same verdict without whoever made this report."""
    compare = "repeat_failed" if not judged.proves else "repeat_subject" if judged.subject else "repeat_compare"
    return [
        Instructions(
            (
                Instruction(say("repeat_hash", values=numbers["values"]), HASHING),
                Instruction(say("repeat_trust", values=numbers["values"])),
                Instruction(
                    say("repeat_page"), (f"touchstone verify FILE --trust TRUST-ROOT --at {_instant(judged.at)}",)
                ),
                Instruction(say(compare)),
            )
        )
    ]


def notes(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """Room for the expert."""
    return [Blanks(NOTE_LINES, tuple(say(key) for key in ("name", "signature", "date")))]


def code(judged: Judged) -> str:
    """What the square code says: the file, and what it proves something of. Empty for a file too large to name."""
    if not judged.sha256:
        return ""
    name, value = about(judged)
    return f"touchstone:{judged.sha256}" + (f":{value}" if name else "")


def about(judged: Judged) -> tuple[str, str]:
    """Of what the file proves something: finding_id or subject, with its value. Empty where nothing is proven."""
    facts = judged.verification.facts
    name = "" if facts is None else "subject" if judged.subject else "finding_id"
    return name, getattr(facts, name) if name else ""


def ends(digest: str) -> str:
    """A digest by its ends."""
    return f"{digest[:8]}…{digest[-8:]}" if digest else "–"


def trust_id(judged: Judged) -> str:
    return to_hex(judged.verification.trust_id)


def _proven(judged: Judged) -> dict[str, str]:
    facts = judged.verification.facts
    return {name: value for name in FROM_FACTS if (value := getattr(facts, name, ""))}


def _instant(seconds: int) -> str:
    """As `--at` takes it."""
    moment = datetime.fromtimestamp(min(max(seconds, 0), MAX_TIME), tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
