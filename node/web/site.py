"""What the pages need from the rest of the node, handed in as values and functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from node.protocol.bundle import MAX_BYTES
from node.protocol.trust import TrustRoot
from node.protocol.verdict import Verification
from node.services.queries import Queries

MAX_BUNDLE = MAX_BYTES  # what may be uploaded is what the verifier takes

ReportMaker = Callable[[bytes, Verification, TrustRoot, int, str], bytes]  # file, verdict, trust root, time, language


@dataclass(frozen=True)
class Site:
    """One node's pages. `bundle` makes a finding's evidence file; uploads are held against `trust`."""

    queries: Queries
    bundle: Callable[[bytes], bytes]
    trust: Callable[[], TrustRoot]
    clock: Callable[[], int]
    bureau_names: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # English, Chinese
    feature_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    report: ReportMaker | None = None  # the printed report, in HTML
    max_bundle: int = MAX_BUNDLE
