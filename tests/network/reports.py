"""A signed report for a real network: one finding, three bureaus."""

import time

from node.protocol.canonical import sha256
from node.protocol.finding import Finding, Report
from node.protocol.identifiers import ADDRESSES, period_of
from node.protocol.typed_data import Domain, digest
from tests.network.conftest import Real


def signed_report(
    real: Real, name: str, sequence: int, config_digest: bytes, signers: tuple[int, ...] = (1, 2, 3)
) -> tuple[Report, list[bytes]]:
    now = int(time.time())
    finding = Finding(
        subject=sha256(f"subject {name}".encode()),
        listing=sha256(f"listing {name}".encode()),
        product=bytes(32),
        kind=1,
        period=period_of(now),
        score_bps=9000,
        spread_bps=0,
        policy_digest=sha256(b"policy"),
        evidence_root=sha256(f"evidence {name}".encode()),
        model=sha256(b"model"),
        explanation=sha256(b"explanation"),
        observed_at=now,
        config_digest=config_digest,
        supersedes=bytes(32),
    )
    report = Report(signers[0], sequence, config_digest, signers, (finding,))
    domain = Domain(real.network.chain_id, ADDRESSES["FindingRegistry"])
    hashed = digest(domain, report.struct_hash())
    return report, [real.signer(bureau, "oracle").sign(hashed) for bureau in signers]
