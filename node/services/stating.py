"""Whose subject it is, stated by bureaus: each signs one subject per seller, the one that it holds itself.

A bureau's salts are never redrawn (`node.store.subjects`), so what it once signed it cannot sign otherwise later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.protocol.configuration import Configuration
from node.protocol.errors import ProtocolError
from node.protocol.signing import Signer, recover
from node.protocol.subject_statement import SubjectStatement
from node.protocol.typed_data import Domain, digest
from node.services.errors import PeerUnavailable
from node.services.ports import CoSignature, Objection, SubjectNode, SubjectQuestion
from node.store import subjects
from node.store.session import Store


@dataclass(frozen=True)
class SubjectSigner:
    """One bureau's side: it signs what its own table of subjects says, and nothing else."""

    store: Store
    number: int
    signer: Signer
    domain: Domain
    configuration: Configuration

    def sign_subject(self, question: SubjectQuestion) -> CoSignature | Objection:
        """A signature over a statement that holds here, or the reason why not."""
        words = self._objection(question)
        if words:
            return Objection(self.number, words)
        wanted = digest(self.domain, question.statement.struct_hash())
        return CoSignature(self.number, self.signer.sign(wanted))

    def _objection(self, question: SubjectQuestion) -> str:
        statement, seller = question.statement, f"seller {question.seller_id} at {question.marketplace}"
        if statement.config_digest != self.configuration.digest():
            return "expected the configuration in force, got another"
        if self.number not in statement.signers:
            return f"expected bureau {self.number} among the signers, got {list(statement.signers)}"
        try:
            statement.check_seller(question.marketplace, question.seller_id)
        except ProtocolError as exc:
            return str(exc)
        with self.store.read() as session:
            known = subjects.get(session, question.marketplace, question.seller_id)
        if known is None:
            return f"{seller} is not known here"
        if known.subject != statement.subject or known.salt != statement.salt:
            return f"expected the one subject that this bureau holds of {seller}, got another"
        return ""


@dataclass(frozen=True)
class Stated:
    """A statement, the signatures of the bureaus that it names, and why others did not sign."""

    statement: SubjectStatement
    signatures: tuple[bytes, ...]
    objections: tuple[Objection, ...]


def gather_statement(
    nodes: Sequence[SubjectNode],
    salt: bytes,
    marketplace: str,
    seller_id: str,
    domain: Domain,
    configuration: Configuration,
) -> Stated:
    """Have a statement signed by all bureaus that will; as every signer signs who signs, it takes a round for each refusal."""
    objections: list[Objection] = []
    willing = {node.number: node for node in nodes if configuration.bureau(node.number) is not None}
    while True:
        statement = SubjectStatement.make(salt, marketplace, seller_id, configuration.digest(), sorted(willing))
        question = SubjectQuestion(statement, marketplace, seller_id)
        replies = [_signed(willing[number], question, domain, configuration) for number in statement.signers]
        refused = [reply for reply in replies if isinstance(reply, Objection)]
        if not refused:
            signatures = tuple(reply.signature for reply in replies if isinstance(reply, CoSignature))
            return Stated(statement, signatures, tuple(objections))
        objections += refused
        for objection in refused:
            del willing[objection.bureau]


def _signed(
    node: SubjectNode, question: SubjectQuestion, domain: Domain, configuration: Configuration
) -> CoSignature | Objection:
    """What the bureau replied, if the signature is its own."""
    try:
        reply = node.sign_subject(question)
        if isinstance(reply, Objection):
            return Objection(node.number, reply.words)
        signer = recover(digest(domain, question.statement.struct_hash()), reply.signature)
    except (PeerUnavailable, ProtocolError) as exc:
        return Objection(node.number, str(exc))
    bureau = configuration.bureau(node.number)
    if bureau is None or signer != bureau.oracle:
        return Objection(node.number, f"expected its oracle key's signature, got one by {signer}")
    return reply
