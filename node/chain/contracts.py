"""Our contracts, typed: what to send them and what they say. Calldata is built here and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from eth_abi.abi import decode, encode

from node.chain.artifacts import canonical_type
from node.chain.client import ChainClient
from node.chain.decode import function_entry, selector
from node.protocol.finding import Anchor, Report
from node.protocol.identifiers import ADDRESSES, checksummed


@dataclass(frozen=True)
class Record:
    """A finding's record on chain (contracts/interfaces/IFindingRegistry.sol)."""

    status: int
    recorded_at: int
    subject_index: int
    sequence: int
    id_head: bytes


@dataclass(frozen=True)
class LastAnchor:
    """A bureau's last batch; zeros when it has none."""

    sequence: int
    root: bytes
    size: int


def calldata(contract: str, function: str, *values: Any) -> bytes:
    """The calldata of one call."""
    types = [canonical_type(part) for part in function_entry(contract, function)["inputs"]]
    return selector(contract, function) + encode(types, values)


class Contracts:
    """Reads over a client, and calldata for senders."""

    def __init__(self, client: ChainClient) -> None:
        self.client = client

    # --- what to send ---------------------------------------------------------------------------------------------------

    @staticmethod
    def submit_data(report: Report, signatures: Sequence[bytes]) -> bytes:
        """FindingRegistry.submit."""
        findings = [astuple(finding) for finding in report.findings]
        packed = (report.leader, report.sequence, report.config_digest, list(report.signers), findings)
        return calldata("FindingRegistry", "submit", packed, list(signatures))

    @staticmethod
    def anchor_data(anchor: Anchor, signature: bytes) -> bytes:
        """ObservationLog.anchor."""
        return calldata("ObservationLog", "anchor", astuple(anchor), signature)

    @staticmethod
    def register_brand_data(
        brand_id: bytes, owner: str, name_key: bytes, name_digest: bytes, right: Mapping[str, Any]
    ) -> bytes:
        """BrandRegistry.registerBrand; `right` by the ABI's names."""
        names = ("numberDigest", "office", "niceClasses", "validFrom", "validUntil", "documentDigest")
        return calldata(
            "BrandRegistry", "registerBrand", brand_id, owner, name_key, name_digest, tuple(right[n] for n in names)
        )

    @staticmethod
    def register_products_data(brand_id: bytes, products: Sequence[Mapping[str, Any]]) -> bytes:
        """ProductRegistry.registerProducts; products by the ABI's names."""
        names = ("gtin", "nameDigest", "priceLowFen", "priceHighFen", "currency", "metadataDigest")
        return calldata(
            "ProductRegistry", "registerProducts", brand_id, [tuple(product[n] for n in names) for product in products]
        )

    @staticmethod
    def authorise_sellers_data(brand_id: bytes, subjects: Sequence[bytes], valid_from: int, valid_until: int) -> bytes:
        """ProductRegistry.authoriseSellers."""
        return calldata("ProductRegistry", "authoriseSellers", brand_id, list(subjects), valid_from, valid_until)

    # --- what they say --------------------------------------------------------------------------------------------------

    def config_digest(self) -> bytes:
        return bytes(self._read("Consortium", "configDigest")[0])

    def validators(self) -> list[str]:
        return [checksummed(bytes.fromhex(address[2:])) for address in self._read("ValidatorSet", "getValidators")[0]]

    def last_sequence(self, leader: int) -> int:
        return int(self._read("FindingRegistry", "lastSequence", leader)[0])

    def record(self, key: bytes) -> Record:
        """The record under a clue key (its last finding) or a finding's id (superseded, withdrawn)."""
        return Record(*self._read("FindingRegistry", "record", key)[0])

    def status_of(self, finding_id: bytes, clue_key: bytes) -> int:
        return int(self._read("FindingRegistry", "statusOf", finding_id, clue_key)[0])

    def subject(self, subject: bytes) -> tuple[int, bytes]:
        """How many findings a subject has had, and the rolling hash over their ids."""
        count, rolling = self._read("FindingRegistry", "subject", subject)
        return int(count), bytes(rolling)

    def last_anchor(self, bureau: int) -> LastAnchor:
        return LastAnchor(*self._read("ObservationLog", "last", bureau))

    def brand_exists(self, brand_id: bytes) -> bool:
        return int(self._read("BrandRegistry", "ownerOf", brand_id)[0], 16) != 0

    def product_claimed(self, gtin: int, brand_id: bytes) -> bool:
        """Whether this brand has put this GTIN on record."""
        return brand_id in self._read("ProductRegistry", "claims", gtin)[1]

    def authorisation(self, brand_id: bytes, subject: bytes) -> tuple[int, int]:
        """First and end second of a seller's last authorisation; zeros when there is none."""
        valid_from, valid_until = self._read("ProductRegistry", "authorisation", brand_id, subject)
        return int(valid_from), int(valid_until)

    def _read(self, contract: str, function: str, *values: Any) -> tuple[Any, ...]:
        entry = function_entry(contract, function)
        answer = self.client.call(ADDRESSES[contract], calldata(contract, function, *values))
        return tuple(decode([canonical_type(part) for part in entry["outputs"]], answer))
