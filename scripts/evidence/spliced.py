"""Two genuine bundles spliced: each part of one in the other, and runs of parts that belong together."""

from collections.abc import Iterator
from functools import cache

from scripts.evidence.case import ALTERED, Case, Made, case, fresh
from scripts.evidence.signed import _ask
from tests import bundle_factory as factory

RECORD = ("header", "block_hash", "receipt")
SIGNED = ("report", "signatures")


@cache
def _other() -> Made:
    """Another seller's listing, recorded on the same chain."""
    return factory.full_bundle(sequence=2, ask=_ask(seller_id="S-2", listing_id="L-2"))


@cache
def _bureaus() -> Made:
    """The same listing, found by other bureaus."""
    return factory.bundle(bureaus=(1, 2, 4), sequence=2)


# parts taken from the other bundle, and the part to be named
TAKEN = [
    (("header",), "header"),
    (("block_hash",), "header"),
    (("receipt",), "receipt"),
    (RECORD, "report"),
    (("report",), "report"),
    (SIGNED, "report"),
    (("signatures",), "report"),
    (("ask",), "ask"),
    (("answers",), "ask"),
    (("ask", "answers"), "ask"),
    ((*RECORD, "report"), "report"),
    ((*RECORD, *SIGNED), "ask"),
    ((*RECORD, *SIGNED, "ask"), "ask"),
    (("anchors",), "anchors"),
    (("status",), "status"),
    (("recusals",), "recusals"),
    (("custody",), "custody"),
    ((*RECORD, *SIGNED, "ask", "answers"), "custody"),
    ((*RECORD, *SIGNED, "ask", "answers", "custody", "recusals", "anchors"), "status"),
]


def cases() -> Iterator[Case]:
    for parts, blamed in TAKEN:
        whole = "answers" in parts and "report" in parts  # then only what lies beside the record tells them apart
        made = fresh("full" if whole else "bare") | {part: _other()[part] for part in parts}
        yield case(f"spliced_{_words(parts)}", made, ALTERED, blamed)
    for parts, blamed in (
        (("answers",), "answers"),
        (("signatures",), "report"),
        (("report",), "report"),
        (SIGNED, "report"),
        (RECORD, "report"),
        ((*RECORD, *SIGNED), "answers"),
    ):
        made = fresh("bare") | {part: _bureaus()[part] for part in parts}
        yield case(f"spliced_bureaus_{_words(parts)}", made, ALTERED, blamed)


def _words(parts: tuple[str, ...]) -> str:
    if len(parts) < 4:
        return "_and_".join(parts)
    return f"record_and_{len(parts) - 3}_more_to_{parts[-1]}"
