"""Four bureaus that answer a question about one listing: the smallest honest case, for tests to bend."""

import itertools
from collections.abc import Sequence

from node.protocol.answer import Ask, Explanation, SignedAnswer, observation_root
from node.protocol.canonical import sha256
from node.protocol.configuration import Bureau, Configuration, ContractVersion, Court
from node.protocol.finding import Answer
from node.protocol.identifiers import ADDRESSES, ROLES
from node.protocol.observation import Observation, Scalar
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import Domain, digest

NOW = 1_785_000_000
DOMAIN = Domain(20262, ADDRESSES["FindingRegistry"])
POLICY = sha256(b"policy")
MODEL = sha256(b"model")


def key(name: str) -> LocalSigner:
    return LocalSigner(sha256(b"test key of " + name.encode()))


def bureau(number: int) -> Bureau:
    keys = {role: key(f"{role} {number}").address for role in ("validator", "oracle", "sender", "officer")}
    return Bureau(number, sha256(b"n%d" % number), sha256(b"j%d" % number), sha256(b"a%d" % number), epoch=1, **keys)


CONFIGURATION = Configuration(
    chain_id=20262,
    consortium=ADDRESSES["Consortium"],
    version=1,
    threshold=3,
    bureaus=tuple(bureau(number) for number in (1, 2, 3, 4)),
    courts=(Court(1, sha256(b"court"), key("court").address),),
    contracts=tuple(ContractVersion(role, ADDRESSES[name], 0) for name, role in ROLES.items()),
)

ASK = Ask.make(
    attempt=1,
    leader=1,
    marketplace="grand-mall",
    listing_id="L-1",
    seller_id="S-1",
    kind=1,
    gtin="06901234567892",
    url="http://127.0.0.1/report/listing/grand-mall/L-1.jsonl",
    subject_salt=sha256(b"subject salt"),
    deadline=NOW + 600,
    observed_at=NOW,
    context={"seller_shops": 3, "ring_size": None},
    context_digest=sha256(b"snapshot"),
)


def asked(**changes: object) -> Ask:
    """The question with other members, and the clue that belongs to it."""
    return Ask.make(**{name: value for name, value in vars(ASK).items() if name != "clue"} | changes)


def observations(number: int) -> tuple[Observation, ...]:
    salts = itertools.count(1000 * number)

    def salt() -> bytes:
        return sha256(next(salts).to_bytes(8, "big"))

    listing: dict[str, Scalar] = {
        "type": "listing",
        "marketplace": "grand-mall",
        "listing_id": "L-1",
        "seller_id": "S-1",
        "price_fen": 9900,
    }
    seller: dict[str, Scalar] = {
        "type": "seller",
        "marketplace": "grand-mall",
        "seller_id": "S-1",
        "rating_centi": None,
    }
    return Observation.make(listing, salt), Observation.make(seller, salt)


def explanation(score_bps: int, model: bytes = MODEL) -> Explanation:
    return Explanation(
        model=model,
        features=(("price_ratio_bps", "own", 3300), ("seller_shops", "context", 3)),
        score_bps=score_bps,
        margin_micro=1_500_000,
        contributions=(("price_ratio_bps", 1_250_000), ("seller_shops", 249_990), ("bias", 0), ("rounding", 10)),
    )


def answered(number: int, score: int, ask: Ask = ASK, **changes: object) -> SignedAnswer:
    """The answer of bureau `number`, signed after `changes` were made to it."""
    seen, reasons = observations(number), explanation(score)
    members: dict[str, object] = {
        "clue": ask.clue,
        "attempt": ask.attempt,
        "leader": ask.leader,
        "bureau": number,
        "observation_root": observation_root(seen),
        "score_bps": score,
        "model": reasons.model,
        "context": sha256(b"snapshot of %d" % number),
        "explanation": reasons.digest(),
        "config_digest": CONFIGURATION.digest(),
        "deadline": ask.deadline,
    }
    answer = Answer(**(members | changes))  # type: ignore[arg-type]
    signature = key(f"oracle {number}").sign(digest(DOMAIN, answer.struct_hash()))
    return SignedAnswer(answer, signature, seen, reasons)


def all_answers(scores: Sequence[int] = (9100, 9000, 9400)) -> list[SignedAnswer]:
    return [answered(number, score) for number, score in enumerate(scores, start=1)]
