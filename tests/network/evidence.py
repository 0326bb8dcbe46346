"""An evidence bundle about a finding that was recorded on a real network, made by the real keys of its bureaus."""

from dataclasses import replace
from typing import Any

from node.chain.client import ChainClient
from node.chain.proofs import header_part, receipt_proof
from node.protocol.answer import Ask, SignedAnswer
from node.protocol.bundle import MEDIA_TYPE
from node.protocol.canonical import to_hex
from node.protocol.configuration import Configuration
from node.protocol.cosigning import compose_finding
from node.protocol.finding import Report
from node.protocol.identifiers import ADDRESSES
from node.protocol.typed_data import Domain, digest
from tests import bundle_factory as factory
from tests.network.conftest import Real
from tests.protocol.consortium import ASK, POLICY

SIGNERS = (1, 2, 3)


def recorded(real: Real, configuration: Configuration, sequence: int) -> dict[str, Any]:
    """Record a finding that three bureaus answered for; returns its bundle without what is said of it later."""
    domain = Domain(real.network.chain_id, ADDRESSES["FindingRegistry"])
    answers = [_answer(real, configuration, domain, bureau) for bureau in SIGNERS]
    finding = compose_finding(ASK, answers, POLICY, configuration.digest())
    report = Report(SIGNERS[0], sequence, configuration.digest(), SIGNERS, (finding,))
    hashed = digest(domain, report.struct_hash())
    signatures = [real.signer(bureau, "oracle").sign(hashed) for bureau in SIGNERS]
    sender = real.sender(1)
    receipt = sender.wait(sender.send(ADDRESSES["FindingRegistry"], real.contracts().submit_data(report, signatures)))
    return {
        "mediaType": MEDIA_TYPE,
        **_where(real.client(), int(receipt["blockNumber"], 16), int(receipt["transactionIndex"], 16)),
        "report": report.to_json(),
        "signatures": [to_hex(signature) for signature in signatures],
        "finding": 0,
        "configuration": configuration.to_json(),
        "ask": ASK.to_json(),
        "answers": [answer.to_json() for answer in answers],
        "model": factory.FILES.part(),
    }


def _answer(real: Real, configuration: Configuration, domain: Domain, bureau: int, ask: Ask = ASK) -> SignedAnswer:
    made = factory.answer_of(bureau, ask)
    answer = replace(made.answer, config_digest=configuration.digest())
    return replace(
        made, answer=answer, signature=real.signer(bureau, "oracle").sign(digest(domain, answer.struct_hash()))
    )


def _where(client: ChainClient, block: int, index: int) -> dict[str, Any]:
    nodes = [to_hex(node) for node in receipt_proof(client, block, index)]
    return {**header_part(client, block), "receipt": {"index": index, "nodes": nodes, "log_index": 0}}
