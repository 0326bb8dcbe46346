"""One file with everything a verifier needs about a finding: from rows, kept answers and proofs of the chain.

Receipt proofs can be made at any time; state proofs expire on real networks, so `capture` keeps one when a finding is
recorded, and `export_bundle` prefers a fresh one. Optional parts that were not kept here are left out. What the chain
says today about an old finding can be put into a copy of its bundle: `refresh_bundle`.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from node.chain.client import ChainClient
from node.chain.errors import ChainError
from node.chain.proofs import header_part, receipt_proof, state_proof
from node.protocol.answer import SignedAnswer
from node.protocol.bundle import Bundle
from node.protocol.canonical import Json, canonical, from_hex, keccak256, parse, to_hex
from node.protocol.configuration import Configuration
from node.protocol.finding import Report
from node.protocol.history import extend
from node.protocol.identifiers import ADDRESSES
from node.protocol.life import Peers
from node.protocol.manifest import ModelManifest
from node.protocol.redaction import payloads_of
from node.protocol.trust import TrustRoot
from node.services.block_anchors import chain_parts
from node.services.errors import NotFound
from node.services.history import configuration_with, keep_history, step_at, steps_of
from node.services.inclusion import inclusion
from node.services.life import Account, Keeper, life_parts
from node.services.queries import kept_answers
from node.store import cosigning, evidence, findings
from node.store.session import Session, Store
from node.store.tables import AnchorRow, FindingRow, ReportRow

BUNDLE_TYPE = "application/vnd.touchstone.bundle+json;version=1"
TRUST_TYPE = "application/vnd.touchstone.trust-root+json;version=1"
PAYLOAD_CAP = 256 * 1024  # bytes of one payload in a bundle; larger ones are named by their digest only
RECORDS_SLOT = 0  # FindingRegistry: mapping(bytes32 => record), docs/decisions/0001


@dataclass(frozen=True)
class Sources:
    """Where a bundle's parts come from. `configuration` is the founding's, later ones are kept with the history;
    `payload` gives a stored payload by its SHA-256 in hex, or None.

    `keeper` accounts for this bureau's own part in a finding's life, `accounts` are those that other bureaus gave, `peers`
    the observations behind context factors.
    """

    store: Store
    client: ChainClient
    configuration: Configuration
    payload: Callable[[str], bytes | None] = lambda name: None
    notes: Mapping[str, Json] = field(default_factory=dict)
    keeper: Keeper | None = None
    accounts: Callable[[bytes], Iterable[Account]] = lambda finding_id: ()
    peers: Callable[[bytes], Iterable[Peers]] = lambda finding_id: ()


def keep_model(store: Store, manifest: bytes, model: bytes, features: bytes, thresholds: str) -> bytes:
    """Keep the files of a model under its id, for bundles. Raises when the manifest names other files."""
    read = ModelManifest.parse(manifest)
    files = {
        "model_sha256": model,
        "features_sha256": features,
        "thresholds_sha256": thresholds.encode("ascii"),
    }
    read.check_files(files)
    with store.write() as session:
        evidence.keep_model(session, read.id(), manifest.decode("utf-8"), model, features.decode("utf-8"), thresholds)
    return read.id()


def capture(sources: Sources, finding_ids: Iterable[bytes] | None = None) -> int:
    """Keep what can expire: steps of the chain's history, and a status proof at the head for these findings (all that
    have none, when not named). Returns how many findings.
    """
    keep_history(sources.store, sources.client)
    with sources.store.read() as session:
        wanted = evidence.without_capture(session) if finding_ids is None else list(finding_ids)
        rows = [row for row in (findings.get(session, item) for item in wanted) if row is not None]
    head = sources.client.head()
    header = _header(sources.client, head)
    proofs = [(row.id, canonical(_status_proof(sources.client, row, head, header)).decode("utf-8")) for row in rows]
    with sources.store.write() as session:
        for finding_id, status in proofs:
            evidence.keep_capture(session, finding_id, head, status)
    return len(proofs)


def export_bundle(sources: Sources, finding_id: bytes) -> bytes:
    """The evidence file of a finding, canonical. Raises `NotFound` when it, or its report, is not known here."""
    with sources.store.read() as session:
        row = findings.get(session, finding_id)
        told = None if row is None else findings.report(session, row.leader, row.report_sequence)
        if row is None or told is None:
            raise NotFound(f"no finding {finding_id.hex()} with its report is on record here")
        answers = kept_answers(session, row, told)
        parts: dict[str, Json] = {
            "mediaType": BUNDLE_TYPE,
            **_record(sources.client, row, told),
            "configuration": _configuration(sources, session, told).to_json(),
            **_answers(session, row, answers),
            **_model(session, row),
            **_optional("anchors", _anchors(sources.client, session, answers)),
            **_optional("payloads", _payloads(sources, answers)),
            **_optional("notes", dict(sources.notes)),
            **_life(sources, session, row, answers),
        }
        parts |= _today(sources, session, row, parts)
    return canonical(parts)


def _life(sources: Sources, session: Session, row: FindingRow, answers: list[SignedAnswer]) -> dict[str, Json]:
    """The time before; that the evidence leaves the house is noted first."""
    accounts = list(sources.accounts(row.id))
    if sources.keeper is not None:
        sources.keeper.export(row.id)
        accounts.insert(0, sources.keeper.account(row.id))
    return life_parts(session, sources.configuration, row, answers, accounts, sources.peers(row.id))


def refresh_bundle(sources: Sources, data: bytes) -> bytes:
    """A copy of a bundle with what the chain says today: status, history, what vouches for its blocks. The rest stays.

    Raises `ProtocolError` for what is no bundle, `NotFound` for a finding that is not on record here.
    """
    bundle = Bundle.parse(data)
    with sources.store.read() as session:
        row = findings.get(session, bundle.finding.id())
        if row is None:
            raise NotFound(f"finding {bundle.finding.id().hex()} is not on record here")
        return canonical(dict(bundle.parts) | _today(sources, session, row, bundle.parts))


def _today(sources: Sources, session: Session, row: FindingRow, parts: Mapping[str, Json]) -> dict[str, Json]:
    """The parts that grow old: the finding's status, how the chain led here, and what vouches for the blocks shown."""
    client = sources.client
    head = client.head()
    steps = [*steps_of(session), step_at(client, head, with_configuration=True)]
    return {
        **_optional("status", _status(client, session, row)),
        **chain_parts(client, sources.store, Bundle, parts, steps),
    }


def _configuration(sources: Sources, session: Session, told: ReportRow) -> Configuration:
    """The configuration that a report binds."""
    wanted = Report.from_json(parse(told.report.encode("utf-8"))).config_digest
    if sources.configuration.digest() == wanted:
        return sources.configuration
    found = configuration_with(session, wanted)
    if found is None:
        raise NotFound(f"the configuration {wanted.hex()} that the report binds is not kept here")
    return found


def founding_root(client: ChainClient, configuration: Configuration, custody: str = "one party") -> TrustRoot:
    """The trust root of a chain on which nothing changed since its genesis, as the node behind `client` serves it."""
    codes = {name: client.code(address) for name, address in ADDRESSES.items()}
    return TrustRoot.founding(client.genesis_hash, configuration, codes, custody, client.head())


def trust_root(sources: Sources, custody: str = "one party") -> TrustRoot:
    """What a verifier brings, as this node knows it: the founding, led on through the history that was kept here."""
    founding = founding_root(sources.client, sources.configuration, custody)
    with sources.store.read() as session:
        steps = steps_of(session)
    vouched = extend(
        replace(founding, complete_to=0), steps, vouched=lambda named, trust: True
    )  # it followed the chain
    return replace(vouched, complete_to=max(vouched.complete_to, founding.complete_to))


def _record(client: ChainClient, row: FindingRow, told: ReportRow) -> dict[str, Json]:
    """Header, receipt, report and signatures: what shows that the finding is on record."""
    signatures = parse(told.signatures.encode("utf-8"))
    return {
        **_header(client, row.block_number),
        "receipt": _receipt(client, row.block_number, told.tx_index, row.log_index),
        "report": parse(told.report.encode("utf-8")),
        "signatures": signatures,
        "finding": row.position,
    }


def _receipt(client: ChainClient, block_number: int, tx_index: int, log_index: int) -> Json:
    """A receipt's proof; `log_index` becomes the log's place in that receipt."""
    nodes = receipt_proof(client, block_number, tx_index)
    logs = client.receipts(block_number)[tx_index]["logs"]
    place = [_number(log["logIndex"]) for log in logs].index(log_index)
    return {"index": tx_index, "nodes": [to_hex(node) for node in nodes], "log_index": place}


def _answers(session: Session, row: FindingRow, answers: list[SignedAnswer]) -> dict[str, Json]:
    """The leader's question and every signer's answer."""
    attempt = cosigning.attempt_of(session, row.leader, row.report_sequence, row.position)
    ask = None if attempt is None else cosigning.ask(session, row.clue, attempt)
    if ask is None or not answers:
        raise NotFound(f"the answers behind finding {row.id.hex()} are kept by the bureaus that signed it, not here")
    return {"ask": parse(ask.ask.encode("utf-8")), "answers": [signed.to_json() for signed in answers]}


def _model(session: Session, row: FindingRow) -> dict[str, Json]:
    kept = evidence.model(session, row.model)
    if kept is None:
        raise NotFound(f"the files of model {row.model.hex()} are not kept here; add them with keep_model")
    return {
        "model": {
            "manifest": parse(kept.manifest.encode("utf-8")),
            "model": _base64(kept.model),
            "features": _base64(kept.features.encode("utf-8")),
            "thresholds": _base64(kept.thresholds.encode("ascii")),
        }
    }


def _anchors(client: ChainClient, session: Session, answers: list[SignedAnswer]) -> list[Json]:
    """The anchored batches that hold the observations behind the answers, as far as they are kept here."""
    found: list[Json] = []
    for root in dict.fromkeys(o.root() for signed in answers for o in signed.observations):
        proof = inclusion(session, root)
        row = None if proof is None else evidence.anchor(session, proof.anchor.bureau, proof.anchor.sequence)
        if proof is not None and row is not None:
            found.append(
                {
                    "batch": proof.anchor.to_json(),
                    "index": proof.index,
                    "path": [to_hex(sibling) for sibling in proof.path],
                    "observation_root": to_hex(root),
                    **_header(client, row.block_number),
                    "receipt": _receipt(client, row.block_number, _tx_index(client, row), row.log_index),
                }
            )
    return found


def _tx_index(client: ChainClient, row: AnchorRow) -> int:
    receipts = client.receipts(row.block_number)
    return [from_hex(receipt["transactionHash"]) for receipt in receipts].index(row.tx_hash)


def _payloads(sources: Sources, answers: list[SignedAnswer]) -> dict[str, Json]:
    """The payloads that whole observations name, where they are small and still kept; others would show what is gone."""
    seen = [observation for signed in answers for observation in signed.observations]
    names = payloads_of(each for each in seen if each.whole) - payloads_of(each for each in seen if not each.whole)
    bodies = {name: sources.payload(name) for name in sorted(names) if name}
    return {name: _base64(body) for name, body in bodies.items() if body is not None and len(body) <= PAYLOAD_CAP}


def _status(client: ChainClient, session: Session, row: FindingRow) -> Json:
    """The status proof at the head; where the chain gives none, the one that was kept."""
    try:
        head = client.head()
        return _status_proof(client, row, head, _header(client, head))
    except ChainError:
        kept = evidence.capture(session, row.id)
        return None if kept is None else parse(kept.status.encode("utf-8"))


def _status_proof(client: ChainClient, row: FindingRow, block_number: int, header: Mapping[str, Json]) -> Json:
    key = row.clue if row.status in findings.LIVE else row.id  # docs/decisions/0001: live under the clue key
    slot = int.from_bytes(keccak256(key + RECORDS_SLOT.to_bytes(32, "big")), "big")
    account, (storage,) = state_proof(client, ADDRESSES["FindingRegistry"], [slot], block_number)
    return {
        **header,
        "key": to_hex(key),
        "account_nodes": [to_hex(node) for node in account],
        "storage_nodes": [to_hex(node) for node in storage],
    }


def _header(client: ChainClient, block_number: int) -> dict[str, Json]:
    return header_part(client, block_number)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _optional(name: str, value: Json) -> dict[str, Json]:
    return {name: value} if value else {}


def _number(value: Any) -> int:
    return int(value, 16) if isinstance(value, str) else int(value)
