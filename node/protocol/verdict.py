"""What a verifier answers: one verdict, the steps that led to it, and plain words in English and Chinese."""

from dataclasses import dataclass
from enum import IntEnum

from node.protocol.canonical import Json, to_hex
from node.protocol.errors import VerificationError
from node.protocol.facts import Facts, SubjectFacts

Words = tuple[str, str]  # English, Chinese

PROVEN, LINKED, INFORMATIVE = "proven", "linked", "informative"


class VerdictCode(IntEnum):
    """The verdicts, by exit code."""

    GENUINE = 0
    UNREADABLE = 2
    ALTERED = 10
    NOT_TRUSTED = 11
    UNKNOWN = 12
    STALE = 13
    SUPERSEDED = 14
    OVERTURNED = 15


# The first of these that holds is the verdict; the others are listed beside it.
PRECEDENCE = (
    VerdictCode.UNREADABLE,
    VerdictCode.ALTERED,
    VerdictCode.NOT_TRUSTED,
    VerdictCode.UNKNOWN,
    VerdictCode.OVERTURNED,
    VerdictCode.SUPERSEDED,
    VerdictCode.STALE,
    VerdictCode.GENUINE,
)
WITHOUT_CLAIMS = PRECEDENCE[:4]  # under these nothing is proven

VERDICT_WORDS: dict[VerdictCode, Words] = {
    VerdictCode.GENUINE: ("Genuine: everything that can be checked holds.", "真实：所有可核验的内容均成立。"),
    VerdictCode.UNREADABLE: ("No verdict: this file is not an evidence bundle.", "无法判定：此文件不是证据包。"),
    VerdictCode.ALTERED: (
        "Altered: a part of this bundle does not fit the rest.",
        "已被改动：证据包中有一部分与其余内容不符。",
    ),
    VerdictCode.NOT_TRUSTED: (
        "Not trusted: it does not rest on validators and contracts that your trust root vouches for.",
        "不可信：其依据的验证节点或合约未得到您的信任根的担保。",
    ),
    VerdictCode.UNKNOWN: (
        "Unknown: your trust root does not reach this block, chain or kind.",
        "未知：您的信任根未涵盖此区块、链或违法类型。",
    ),
    VerdictCode.STALE: (
        "Stale: the status shown is more than 30 days old.",
        "已过时：所示状态距今超过三十天。",
    ),
    VerdictCode.SUPERSEDED: (
        "Superseded: the finding was replaced or withdrawn.",
        "已被取代：该认定已被替换或撤回。",
    ),
    VerdictCode.OVERTURNED: ("Overturned: the finding was overturned.", "已被推翻：该认定已被推翻。"),
}


class StepFailed(VerificationError):
    """A step does not hold; says which verdict follows and which part is concerned."""

    def __init__(self, code: VerdictCode, part: str, words: str, words_zh: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.part = part
        self.words: Words = (words, words_zh or f"此项核验不成立（{words}）")


def altered(part: str, words: str, words_zh: str = "") -> StepFailed:
    """The failure that means: somebody changed this part."""
    return StepFailed(VerdictCode.ALTERED, part, words, words_zh)


@dataclass(frozen=True)
class Step:
    """One step of the verification, as it went."""

    number: int
    part: str
    standing: str  # proven, linked or informative
    ok: bool
    words_en: str
    words_zh: str

    def to_json(self) -> dict[str, Json]:
        return {
            "number": self.number,
            "part": self.part,
            "standing": self.standing,
            "ok": self.ok,
            "words_en": self.words_en,
            "words_zh": self.words_zh,
        }


@dataclass(frozen=True)
class Verification:
    """The whole answer."""

    verdict: VerdictCode
    part: str | None  # which part is altered
    also: tuple[VerdictCode, ...]  # other verdicts that hold
    steps: tuple[Step, ...]
    claims: tuple[Words, ...]  # from proven bytes only
    not_proven: tuple[Words, ...]
    custody: Words
    trust_id: bytes
    facts: Facts | SubjectFacts | None  # none where nothing is proven

    @property
    def exit_code(self) -> int:
        return int(self.verdict)

    @property
    def words(self) -> Words:
        """The verdict in plain words."""
        return VERDICT_WORDS[self.verdict]

    def to_json(self) -> dict[str, Json]:
        return {
            "verdict": self.verdict.name.lower(),
            "exit_code": self.exit_code,
            "words": _pair(self.words),
            "part": self.part,
            "also": [code.name.lower() for code in self.also],
            "steps": [step.to_json() for step in self.steps],
            "claims": [_pair(words) for words in self.claims],
            "not_proven": [_pair(words) for words in self.not_proven],
            "custody": _pair(self.custody),
            "trust_root": to_hex(self.trust_id),
            "facts": None if self.facts is None else self.facts.to_json(),
        }


def _pair(words: Words) -> Json:
    return {"en": words[0], "zh": words[1]}
