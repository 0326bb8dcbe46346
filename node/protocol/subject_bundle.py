"""The subject file: all findings on one subject at one block, over every version of the registry, and none more.

A second kind of evidence file beside the bundle of one finding. `statement` ties the subject to a seller; where no
bureaus signed it (`signers` is empty), the file still proves what is recorded on the subject, but not whose it is.
"""

from dataclasses import dataclass
from functools import cached_property

from node.protocol.bundle import CONFIGURATIONS, EvidenceFile, trie_nodes
from node.protocol.canonical import Json, from_hex
from node.protocol.configuration import MAX_BUREAUS, Configuration
from node.protocol.finding import Finding
from node.protocol.identifiers import address_bytes
from node.protocol.reading import list_of, object_of, text_of
from node.protocol.subject_statement import SubjectStatement

MEDIA_TYPE = "application/vnd.touchstone.subject+json;version=1"
MAX_REGISTRIES = 100
MAX_ON_SUBJECT = 4000  # findings; as many as fit into a file
REQUIRED = (
    *("mediaType", "header", "block_hash", "configuration", "statement", "marketplace", "seller_id"),
    *("signatures", "registries"),
)
OPTIONAL = ("history", "block_anchors", "notes")


@dataclass(frozen=True)
class FindingProof:
    """A finding in its own words, and the record of its status under `key`: its clue key, or its id."""

    finding: Finding
    key: bytes
    record_nodes: tuple[bytes, ...]


@dataclass(frozen=True)
class RegistryProof:
    """One version of the registry: its account, the subject's count, and all findings in the order they were counted."""

    address: str
    account_nodes: tuple[bytes, ...]
    subject_nodes: tuple[bytes, ...]
    findings: tuple[FindingProof, ...]


@dataclass(frozen=True)
class SubjectBundle(EvidenceFile):
    """The named parts. Decoded parts raise `StepFailed` when they are malformed."""

    MEDIA_TYPE = MEDIA_TYPE
    REQUIRED = REQUIRED
    OPTIONAL = OPTIONAL

    @cached_property
    def configuration(self) -> Configuration:
        return self._part("configuration", CONFIGURATIONS)

    @cached_property
    def statement(self) -> SubjectStatement:
        return self._part("statement", SubjectStatement.from_json)

    @cached_property
    def marketplace(self) -> str:
        return self._part("marketplace", text_of)

    @cached_property
    def seller_id(self) -> str:
        return self._part("seller_id", text_of)

    @cached_property
    def signatures(self) -> tuple[bytes, ...]:
        return self._part("signatures", lambda v: tuple(from_hex(item, 65) for item in list_of(v, MAX_BUREAUS)))

    @cached_property
    def registries(self) -> tuple[RegistryProof, ...]:
        return self._part("registries", lambda v: tuple(_registry(item) for item in list_of(v, MAX_REGISTRIES)))


def _registry(value: Json) -> RegistryProof:
    row = object_of(value, ("address", "account_nodes", "subject_nodes", "findings"))
    address = text_of(row["address"])
    address_bytes(address)
    findings = tuple(_finding(item) for item in list_of(row["findings"], MAX_ON_SUBJECT))
    return RegistryProof(address, trie_nodes(row["account_nodes"]), trie_nodes(row["subject_nodes"]), findings)


def _finding(value: Json) -> FindingProof:
    row = object_of(value, ("finding", "key", "record_nodes"))
    return FindingProof(Finding.from_json(row["finding"]), from_hex(row["key"], 32), trie_nodes(row["record_nodes"]))
