"""The policy of judgement: each kind's threshold, legal basis as recorded by the consortium, and who confirms.

A finding names the digest of this policy, so that a reader knows by which rule it was made. The thresholds were chosen
on simulated markets that neither the models nor their calibration had seen (see the cards of the models).
"""

from dataclasses import dataclass

from node.protocol.canonical import Json, digest_of
from node.protocol.identifiers import KIND_NAMES, Kind

FORMAT = "touchstone-policy/1"
NOTE_EN = "Legal basis as recorded by the consortium; a score is a suspicion, an officer decides."
NOTE_ZH = "法律依据按联盟记录;评分只是嫌疑,由执法人员决定。"


@dataclass(frozen=True)
class Policy:
    """How one kind of violation is judged."""

    kind: Kind
    threshold_bps: int
    basis_en: str
    basis_zh: str
    confirms_en: str = "an officer of each signing bureau"
    confirms_zh: str = "每个签署局的一名执法人员"

    @property
    def names(self) -> tuple[str, str]:
        """English and Chinese name of the kind."""
        return KIND_NAMES[self.kind]

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": int(self.kind),
            "threshold_bps": self.threshold_bps,
            "basis": {"en": self.basis_en, "zh": self.basis_zh},
            "confirms": {"en": self.confirms_en, "zh": self.confirms_zh},
        }


@dataclass(frozen=True)
class Policies:
    """The policy in force: one entry for each kind."""

    entries: tuple[Policy, ...]

    def __getitem__(self, kind: int) -> Policy:
        return next(policy for policy in self.entries if policy.kind == kind)

    def to_json(self) -> dict[str, Json]:
        policies: list[Json] = [policy.to_json() for policy in sorted(self.entries, key=lambda policy: policy.kind)]
        return {"format": FORMAT, "note": {"en": NOTE_EN, "zh": NOTE_ZH}, "policies": policies}

    def digest(self) -> bytes:
        """The `policyDigest` of findings made under this policy."""
        return digest_of(self.to_json())


POLICIES = Policies(
    (
        Policy(
            Kind.COUNTERFEIT,
            5000,
            "Trademark Law of the PRC, article 57; E-Commerce Law of the PRC, articles 42 and 45",
            "《中华人民共和国商标法》第五十七条;《中华人民共和国电子商务法》第四十二条、第四十五条",
        ),
        Policy(
            Kind.GREY_MARKET,
            5000,
            "Anti-Unfair Competition Law of the PRC, article 2; E-Commerce Law of the PRC, article 39",
            "《中华人民共和国反不正当竞争法》第二条;《中华人民共和国电子商务法》第三十九条",
        ),
        Policy(
            Kind.BRUSHING,
            5000,
            "E-Commerce Law of the PRC, article 17 (fictitious transactions, made-up reviews)",
            "《中华人民共和国电子商务法》第十七条(虚构交易、编造用户评价)",
        ),
        Policy(
            Kind.FALSE_ADVERTISING,
            6500,
            "Advertising Law of the PRC, articles 9 (absolute terms) and 28 (false advertising)",
            "《中华人民共和国广告法》第九条(绝对化用语)、第二十八条(虚假广告)",
        ),
        Policy(
            Kind.PRICE_FRAUD,
            5000,
            "Price Law of the PRC, article 14; Provisions on Clearly Marking Prices and Prohibiting Price Fraud",
            "《中华人民共和国价格法》第十四条;《明码标价和禁止价格欺诈规定》",
        ),
    )
)
