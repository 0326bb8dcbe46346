"""A copy of a bundle with fields of its observations hidden: the same roots, so it verifies like the original.

Only observations have salted fields. The question, each bureau's vector and the finding stay as they are, and where a
hidden value stands there in plain sight, the result says so. A payload shows what the observations read from it hide,
so it is left out.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from node.protocol.answer import SignedAnswer
from node.protocol.bundle import Bundle, encode_file
from node.protocol.canonical import Json, canonical
from node.protocol.errors import UnreadableError
from node.protocol.observation import Field, Observation, Scalar

LEAST_TEXT, LEAST_NUMBER = 4, 1000  # shorter values stand in any file by chance


@dataclass(frozen=True)
class Redacted:
    """The copy, and what was done."""

    bundle: Bundle
    fields: int  # hidden now, over all answers
    observations: int  # that they were in
    payloads: int  # left out
    still: tuple[str, ...]  # hidden fields whose value stands elsewhere in the copy


def redact_bundle(bundle: Bundle, names: Collection[str]) -> Redacted:
    """A copy that hides the fields `names` in every observation that shows them. Raises `ProtocolError`."""
    before = _observations(bundle.answers)
    hidden = [field for each in before for field in each.fields if isinstance(field, Field) and field.name in names]
    missing = set(names) - {field.name for field in hidden}
    if missing or not names:
        shown = sorted({name for each in before for name in each.values()})
        raise UnreadableError(f"expected fields that the bundle shows, of {shown}, got {sorted(missing)}")
    answers = [_hide(signed, set(names)) for signed in bundle.answers]
    pairs = list(zip(before, _observations(answers), strict=True))
    left_out = payloads_of(original for original, copy in pairs if not copy.whole)
    given = {name.hex(): data for name, data in bundle.payloads.items()} if bundle.has("payloads") else {}
    kept = {name: data for name, data in given.items() if name not in left_out}
    copy = _copy(bundle, answers, kept)
    return Redacted(
        bundle=copy,
        fields=len(hidden),
        observations=sum(one != other for one, other in pairs),
        payloads=len(given) - len(kept),
        still=_still_there({(field.name, field.value) for field in hidden}, [copy.to_bytes(), *kept.values()]),
    )


def _copy(bundle: Bundle, answers: Sequence[SignedAnswer], payloads: Mapping[str, bytes]) -> Bundle:
    parts: dict[str, Json] = {name: part for name, part in bundle.parts.items() if name != "payloads"}
    parts["answers"] = [signed.to_json() for signed in answers]
    if payloads:
        parts["payloads"] = {name: encode_file(data) for name, data in payloads.items()}
    return Bundle(parts)


def payloads_of(observations: Iterable[Observation]) -> set[str]:
    """The names of the payloads that these observations say they were read from."""
    return {str(name) for name in (each.values().get("payload") for each in observations) if name is not None}


def _observations(answers: Iterable[SignedAnswer]) -> list[Observation]:
    return [observation for signed in answers for observation in signed.observations]


def _hide(signed: SignedAnswer, names: set[str]) -> SignedAnswer:
    copies = tuple(each.redact(names & set(each.values())) for each in signed.observations)
    return replace(signed, observations=copies)


def _still_there(hidden: Collection[tuple[str, Scalar]], texts: Sequence[bytes]) -> tuple[str, ...]:
    """The names of those fields whose value is found in `texts`."""
    found = {name for name, value in hidden if any(_stands_in(value, text) for text in texts)}
    return tuple(sorted(found))


def _stands_in(value: Scalar, text: bytes) -> bool:
    if isinstance(value, str) and len(value) >= LEAST_TEXT:
        return canonical(value)[1:-1] in text
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LEAST_NUMBER:
        return re.search(rb"(?<![0-9a-zA-Z.-])%d(?![0-9a-zA-Z.])" % value, text) is not None
    return False
