from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from node.protocol.answer import Ask, SignedAnswer, SignedRefusal, observation_root
from node.protocol.capture import CaptureReport
from node.protocol.cosigning import check_about, check_scores
from node.protocol.identifiers import ADDRESSES, Kind
from node.protocol.observation import Observation
from node.protocol.signing import LocalSigner, recover
from node.protocol.typed_data import Domain, digest
from oracle.answering import Answerer, Reason, Values
from oracle.errors import FetchError
from oracle.features.build import CONTEXT, NAMES, OWN
from oracle.features.frame import SHAPES
from oracle.matching.matcher import Matcher
from oracle.payload import RawPayload, Transport
from oracle.pipeline import detect
from oracle.policy import POLICIES
from oracle.scoring.scorer import Models
from tests.oracle.small_market import DAY, GTIN, NOW, REGISTRY, listing, reviews, tables

MARKET: dict[str, dict[str, list[dict[str, Any]]]] = {
    "1": {
        "listing": [listing("1")],
        "review": reviews("1", ["good", "假货"]),
        "sales": [{"listing_id": "1", "orders_30d": 9}],
    },
    "2": {
        "listing": [listing("2", seller_id="s-new", price_fen=9_000, title="Lumina Trail Jacket 300 高仿", gtin=None)]
    },
    "3": {
        "listing": [
            listing("3", seller_id="s-new", title="Garden hose", brand_raw="Plain", gtin=None, category="garden")
        ]
    },
}
for offers in MARKET.values():
    offers["seller"] = [
        {"seller_id": offers["listing"][0]["seller_id"], "registered_at": NOW - 50 * DAY, "rating_centi": 460}
    ]


def whole() -> dict[str, Any]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for offers in MARKET.values():
        for kind, values in offers.items():
            rows.setdefault(kind, []).extend(values)
    return tables(**rows)


@dataclass
class Shelf:
    """Keeps payloads and observations in memory and remembers the order."""

    order: list[str] = field(default_factory=list)
    batches: dict[str, Sequence[Observation]] = field(default_factory=dict)
    reports: Mapping[Any, Sequence[CaptureReport]] = field(default_factory=dict)

    def keep(self, body: bytes) -> str:
        self.order.append(f"kept {body.decode()}")
        return ""

    def told(self, reports: Mapping[Any, Sequence[CaptureReport]]) -> None:
        self.reports = reports
        self.order.append("told")

    def write(self, batch_id: str, observations: Sequence[Observation]) -> None:
        self.batches[batch_id] = observations
        self.order.append("written")

    def read(self, type: str) -> Any:
        return whole()[type]


@dataclass
class Signing:
    """A signer that remembers when it signed."""

    shelf: Shelf
    inner: LocalSigner

    @property
    def address(self) -> str:
        return self.inner.address

    def sign(self, digest: bytes) -> bytes:
        self.shelf.order.append("signed")
        return self.inner.sign(digest)


def refetch(ask: Ask) -> Iterable[RawPayload]:
    if ask.listing_id == "down":
        raise FetchError("connection refused")
    if ask.listing_id == "broken":
        raise KeyError("price")
    yield RawPayload("fake", ask.marketplace, ask.url, "text/plain", NOW, str(ask.listing_id).encode())


def normalize(payload: RawPayload) -> Iterable[Values]:
    for kind, rows in MARKET.get(payload.body.decode(), {}).items():
        for row in rows:
            common = {
                "type": kind,
                "marketplace": "mall",
                "payload": payload.sha256,
                "observed_at": NOW,
                "url": payload.url,
            }
            yield dict.fromkeys(SHAPES[kind]) | common | row


@pytest.fixture(scope="module")
def models() -> Models:
    return Models.load()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def answerer(models: Models, shelf: Shelf) -> Answerer:
    return Answerer(
        bureau=2,
        signer=Signing(shelf, LocalSigner(b"\x07" * 32)),
        domain=Domain(20262, ADDRESSES["FindingRegistry"]),
        config_digest=b"\x01" * 32,
        refetch=refetch,
        normalize=normalize,
        payloads=shelf,
        lake=shelf,
        models=models,
        registry=REGISTRY,
        clock=lambda: NOW + 10,
        matcher=Matcher(REGISTRY),
    )


def ask(listing_id: str, seller_id: str = "s-good", gtin: str | None = GTIN, kind: int = 1, **changes: Any) -> Ask:
    return Ask.make(
        **{
            "attempt": 1,
            "leader": 1,
            "marketplace": "mall",
            "listing_id": listing_id,
            "seller_id": seller_id,
            "kind": kind,
            "gtin": gtin,
            "url": f"https://mall/{listing_id}",
            "subject_salt": b"\x05" * 32,
            "deadline": NOW + 600,
            "observed_at": NOW,
            "context": dict.fromkeys(CONTEXT),
            "context_digest": b"\x06" * 32,
        }
        | changes
    )


def test_answer_is_signed_and_rests_on_what_was_fetched(answerer: Answerer, models: Models) -> None:
    question = ask("1")
    (signed,) = answerer.answer([question])
    assert isinstance(signed, SignedAnswer)
    assert recover(digest(answerer.domain, signed.answer.struct_hash()), signed.signature) == answerer.signer.address
    assert signed.answer.observation_root == observation_root(signed.observations)
    assert len(signed.observations) == 5
    assert signed.answer.context == question.context_digest
    check_about(signed, question)
    check_scores(signed.explanation, models[1].reference)
    assert SignedAnswer.from_json(signed.to_json()) == signed


def test_payloads_come_before_observations_and_those_before_signatures(answerer: Answerer, shelf: Shelf) -> None:
    answerer.answer([ask("1"), ask("2", "s-new"), ask("1", kind=3)])
    assert shelf.order == ["kept 1", "kept 2", "written", "signed", "signed", "signed"]
    (batch,) = shelf.batches.values()
    assert len(batch) == 7


def test_own_features_equal_those_of_the_leaders_lake(answerer: Answerer, models: Models, shelf: Shelf) -> None:
    found = detect(shelf, REGISTRY, models, POLICIES, NOW)
    replies = answerer.answer(
        [ask("1", context=found.context("mall", "1")), ask("2", "s-new", context=found.context("mall", "2"))]
    )
    for reply, name in zip(replies, "12", strict=True):
        row = found.row("mall", name)
        assert isinstance(reply, SignedAnswer) and row is not None
        vector = {feature: value for feature, _, value in reply.explanation.features}
        assert list(vector) == list(NAMES)
        assert {feature: vector[feature] for feature in OWN} == {feature: row[feature] for feature in OWN}
        number = found.table.column("listing_id").to_pylist().index(name)
        assert reply.explanation.score_bps == int(found.scores[Kind.COUNTERFEIT][number])


@pytest.mark.parametrize(
    ("question", "reason", "words"),
    [
        (ask("down"), Reason.UNREACHABLE, "connection refused"),
        (ask("broken"), Reason.FAILED, "KeyError"),
        (ask("9"), Reason.GONE, "is not at"),
        (ask("1", "s-else"), Reason.SELLER_DIFFERS, "expected seller s-else"),
        (ask("3", "s-new"), Reason.UNMATCHED, "our match is None"),
        (ask("1", deadline=NOW), Reason.LATE, "has passed"),
        (ask("1", kind=99), Reason.UNSUITABLE, "kind 99"),
        (ask("1", context={}), Reason.UNSUITABLE, "context features"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(
    answerer: Answerer, question: Ask, reason: Reason, words: str
) -> None:
    first, refused, last = answerer.answer([ask("1"), question, ask("2", "s-new")])
    assert isinstance(first, SignedAnswer) and isinstance(last, SignedAnswer)
    assert isinstance(refused, SignedRefusal)
    assert refused.refusal.reason == reason
    assert words in refused.words
    assert recover(digest(answerer.domain, refused.refusal.struct_hash()), refused.signature) == answerer.signer.address


def test_asks_of_one_seller_do_not_mix(answerer: Answerer) -> None:
    both = answerer.answer([ask("2", "s-new"), ask("3", "s-new", gtin=None)])
    alone = [answerer.answer([question])[0] for question in (ask("2", "s-new"), ask("3", "s-new", gtin=None))]
    assert [reply.explanation for reply in both] == [reply.explanation for reply in alone]  # type: ignore[union-attr]


def test_nothing_asked_nothing_done(answerer: Answerer, shelf: Shelf) -> None:
    assert answerer.answer([]) == []
    assert shelf.order == []


def test_late_answer_of_own_clock(answerer: Answerer) -> None:
    (reply,) = replace(answerer, clock=lambda: NOW + 601).answer([ask("1")])
    assert isinstance(reply, SignedRefusal)


@dataclass
class Telling:
    """Keeps capture reports on the shelf."""

    shelf: Shelf

    def keep(self, reports: Mapping[Any, Sequence[CaptureReport]]) -> None:
        self.shelf.told(reports)


def over_the_network(question: Ask) -> Iterable[RawPayload]:
    way = Transport("shop.example", "93.184.216.34", "TLSv1.3", NOW + 5, 0, 0, NOW + 5, ("host",))
    return (replace(payload, transport=way) for payload in refetch(question))


def test_how_payloads_came_is_kept_before_anything_is_signed(answerer: Answerer, shelf: Shelf) -> None:
    reporting = replace(answerer, captures=Telling(shelf), refetch=over_the_network)
    asks = [ask("1"), ask("down"), ask("1", kind=3)]
    replies = reporting.answer(asks)
    assert [isinstance(reply, SignedAnswer) for reply in replies] == [True, False, True]
    answered = [asks[0], asks[2]]
    assert set(shelf.reports) == {(question.clue, question.attempt) for question in answered}
    for question in answered:
        (report,) = shelf.reports[question.clue, question.attempt]
        assert (report.url, report.captured_at) == (asks[0].url, NOW + 5)
        assert [check.name for check in report.failed] == ["kept_whole"]  # this shelf names nothing
    order = [step for step in shelf.order if step != "signed"]
    assert order == ["kept 1", "written", "told"]
    assert shelf.order.index("told") < shelf.order.index("signed", shelf.order.index("written"))


def test_what_did_not_come_over_the_network_has_no_report(answerer: Answerer, shelf: Shelf) -> None:
    replace(answerer, captures=Telling(shelf)).answer([ask("1")])
    assert list(shelf.reports.values()) == [[]]
