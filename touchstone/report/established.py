"""The report's sections of what is proven: who recorded the finding and when, and who sealed it."""

from collections.abc import Mapping

from node.protocol.facts import Facts, SignerFact, ValidatorFact
from node.protocol.steps_history import STATUS_WORDS
from touchstone.report.document import Block, Cell, Digest, Paragraph, Rows, Table
from touchstone.report.judged import Judged
from touchstone.report.speech import Speech, points


def record(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """Who recorded the finding, and when; the signers with their scores."""
    facts = judged.facts
    heads = tuple(say(key) for key in ("bureau", "division", "score", "name_digest"))
    return [
        Rows(tuple((say(key), value) for key, value in _record_rows(facts, say))),
        Table(heads, tuple(_signer(each, say) for each in facts.signers), (26, 26, 22, 96)),
        Paragraph(say("spread", score=say.percent(facts.score_bps), spread=points(facts.spread_bps))),
        Paragraph(say("names")),
    ]


def seals(judged: Judged, say: Speech, numbers: Mapping[str, int]) -> list[Block]:
    """Which validators sealed the block, and who holds their keys."""
    heads = tuple(say(key) for key in ("validator", "held_by", "sealed"))
    return [
        Paragraph(say.pick(judged.verification.custody)),
        Table(heads, tuple(_validator(each, say) for each in judged.chain.validators), (92, 42, 36)),
    ]


def _record_rows(facts: Facts, say: Speech) -> list[tuple[str, str]]:
    signed, observations = len(facts.signers), facts.anchored + facts.unanchored
    rows = [
        (
            "recorded_by",
            say(
                "recorded_by_value",
                leader=facts.leader,
                sequence=facts.sequence,
                signed=signed,
                bureaus=facts.bureaus,
            ),
        ),
        ("block", say("block_value", number=facts.block_number, chain=facts.chain_id)),
        ("block_time", say.when(facts.block_time)),
        ("observed", say("observed_value", when=say.when(facts.observed_at))),
        ("anchored", _anchored(facts, observations, say)),
        ("status", _status(facts, say)),
    ]
    rows += [("hidden", say("hidden_value", count=facts.hidden))] if facts.hidden else []
    return [*rows, ("erased", say("erased_value", count=facts.erased))] if facts.erased else rows


def _anchored(facts: Facts, observations: int, say: Speech) -> str:
    if not facts.anchored:
        return say("anchored_none")
    return say("anchored_value", anchored=facts.anchored, all=observations, when=say.when(facts.anchored_time))


def _status(facts: Facts, say: Speech) -> str:
    if facts.status is None or facts.status_block is None or facts.status_time is None:
        return say("status_none")
    words = say.pick(STATUS_WORDS.get(facts.status, (str(facts.status), str(facts.status))))
    return say("status_value", status=words, block=facts.status_block, when=say.when(facts.status_time))


def _signer(signer: SignerFact, say: Speech) -> tuple[Cell, ...]:
    name = say("leads" if signer.leads else "bureau_value", number=signer.bureau)
    return name, signer.division or "–", say.percent(signer.score_bps), Digest(signer.name_digest)


def _validator(validator: ValidatorFact, say: Speech) -> tuple[Cell, ...]:
    owner = say("unknown") if validator.bureau is None else say("key_value", number=validator.bureau)
    return Digest(validator.address), owner, say("yes") if validator.sealed else say("no")
