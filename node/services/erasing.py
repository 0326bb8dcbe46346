"""Erasure at this bureau: values and salts of observation fields are destroyed, the leaves and all signatures stand.

What is erased are the answers kept in this node's store, its own and those that other bureaus gave it. Bundles made
afterwards show `{"erased": leaf}` and leave out the payload behind it. Out of reach, and said in every receipt: what
other bureaus keep, bundles handed out before, the question's own words, and the oracle's lake and payloads.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from node.protocol.answer import Ask, SignedAnswer
from node.protocol.canonical import Json, canonical, parse, to_hex
from node.protocol.errors import UnreadableError
from node.store import cosigning, erasures, findings
from node.store.session import Session, Store
from node.store.tables import AnswerRow

NOT_REACHED = (
    "what other bureaus keep",
    "bundles handed out before",
    "the words of the question: marketplace, listing, seller, address",
    "the oracle's lake and payloads",
)

Hold = Callable[[bytes], str]  # why the evidence on a clue must stay, such as a legal hold; empty when it may go


def no_hold(clue: bytes) -> str:
    """Nothing is held."""
    return ""


@dataclass(frozen=True)
class Refused:
    """A clue whose evidence was left as it is, and why."""

    clue: bytes
    words: str


@dataclass(frozen=True)
class ErasureReceipt:
    """What was erased, in numbers; nothing of what it said."""

    erased_at: int
    names: tuple[str, ...]
    clues: int
    answers: int
    observations: int
    fields: int
    refused: tuple[Refused, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "erased_at": self.erased_at,
            "names": list(self.names),
            "clues": self.clues,
            "answers": self.answers,
            "observations": self.observations,
            "fields": self.fields,
            "refused": [{"clue": to_hex(each.clue), "words": each.words} for each in self.refused],
            "not_reached": list(NOT_REACHED),
        }


def erase_fields(
    store: Store, marketplace: str, seller_id: str, names: Collection[str], now: int, hold: Hold = no_hold
) -> ErasureReceipt:
    """Erase the fields `names` in all observations kept here about a seller; the receipt is kept, and counts.

    Evidence that is held, or that co-signing still needs, stays, and the receipt says why. Raises `StoreBusy` when the
    fields are erased but a reader keeps their old pages on the disk: scrub again.
    """
    if not names:
        raise UnreadableError("expected names of fields to erase, got none")
    done, refused = _Counts(), []
    with store.write() as session:
        for clue, deadline in sorted(_clues(session, marketplace, seller_id).items()):
            in_use = deadline >= now and not findings.of_clue(session, clue)
            words = hold(clue) or (f"its answers may still be signed until {deadline}" if in_use else "")
            if words:
                refused.append(Refused(clue, words))
            else:
                done.clues += _erase_on(session, clue, set(names), done)
        receipt = ErasureReceipt(now, tuple(sorted(names)), **vars(done), refused=tuple(refused))
        erasures.keep(session, now, canonical(receipt.to_json()).decode("utf-8"))
    store.scrub()
    return receipt


@dataclass
class _Counts:
    clues: int = 0
    answers: int = 0
    observations: int = 0
    fields: int = 0


def _clues(session: Session, marketplace: str, seller_id: str) -> dict[bytes, int]:
    """The clues about a seller on which this bureau asked or was asked, each with its last deadline."""
    asks = [Ask.from_json(parse(row.ask.encode("utf-8"))) for row in cosigning.asks(session)]
    found: dict[bytes, int] = {}
    for ask in asks:
        if (ask.marketplace, ask.seller_id) == (marketplace, seller_id):
            found[ask.clue] = max(ask.deadline, found.get(ask.clue, 0))
    return found


def _erase_on(session: Session, clue: bytes, names: set[str], done: _Counts) -> bool:
    """Erase in the answers on one clue; says whether there was anything to erase."""
    before = done.fields
    for row in cosigning.answers_on(session, clue):
        _erase_in(row, names, done)
    return done.fields > before


def _erase_in(row: AnswerRow, names: set[str], done: _Counts) -> None:
    signed = SignedAnswer.from_json(parse(row.answer.encode("utf-8")))
    copies = tuple(each.erase(names & set(each.values())) for each in signed.observations)
    fields = sum(copy.erased - each.erased for copy, each in zip(copies, signed.observations, strict=True))
    if fields:
        row.answer = replace(signed, observations=copies).text
        done.answers += 1
        done.observations += sum(copy != each for copy, each in zip(copies, signed.observations, strict=True))
        done.fields += fields
