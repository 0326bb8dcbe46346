"""Our contracts, typed: what to send them and what they say. Calldata is built here and nowhere else."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from eth_abi.abi import decode, encode

from node.chain.artifacts import canonical_type
from node.chain.client import ChainClient
from node.chain.decode import function_entry, selector
from node.protocol.authority import Authority, Right
from node.protocol.finding import Anchor, Report
from node.protocol.identifiers import ADDRESSES, checksummed
from node.protocol.products import Product


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


@dataclass(frozen=True)
class ProductTree:
    """A brand's products under one root (contracts/types/Product.sol)."""

    root: bytes
    brand_id: bytes
    manifest_digest: bytes
    count: int
    registered_at: int


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
    def register_brand_data(brand_id: bytes, owner: str, name_key: bytes, name_digest: bytes, right: Right) -> bytes:
        """BrandRegistry.registerBrand."""
        return calldata("BrandRegistry", "registerBrand", brand_id, owner, name_key, name_digest, astuple(right))

    @staticmethod
    def register_by_authority_data(authority: Authority, right: Right, signature: bytes) -> bytes:
        """BrandRegistry.registerByAuthority."""
        return calldata("BrandRegistry", "registerByAuthority", astuple(authority), astuple(right), signature)

    @staticmethod
    def register_products_data(brand_id: bytes, products: Sequence[Product]) -> bytes:
        """ProductRegistry.registerProducts."""
        return calldata("ProductRegistry", "registerProducts", brand_id, [_onchain(product) for product in products])

    @staticmethod
    def register_tree_data(brand_id: bytes, root: bytes, count: int, manifest_digest: bytes) -> bytes:
        """ProductRegistry.registerTree."""
        return calldata("ProductRegistry", "registerTree", brand_id, root, count, manifest_digest)

    @staticmethod
    def prove_product_data(tree: int, product: Product, index: int, path: Sequence[bytes]) -> bytes:
        """ProductRegistry.proveProduct."""
        return calldata("ProductRegistry", "proveProduct", tree, _onchain(product), index, list(path))

    @staticmethod
    def check_product_data(tree: int, product: Product, index: int, path: Sequence[bytes]) -> bytes:
        """ProductRegistry.checkProduct."""
        return calldata("ProductRegistry", "checkProduct", tree, _onchain(product), index, list(path))

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

    def brand_of_name(self, name_key: bytes) -> bytes:
        """The brand that holds a name (node/protocol/brand_name.py); zeros when none does."""
        return bytes(self._read("BrandRegistry", "brandOfName", name_key)[0])

    def product_claimed(self, gtin: int, brand_id: bytes) -> bool:
        """Whether this brand has put this GTIN on record."""
        return brand_id in self._read("ProductRegistry", "claims", gtin)[1]

    def trees(self) -> int:
        """How many product trees are on record."""
        return int(self._read("ProductRegistry", "treeCount")[0])

    def tree(self, tree: int) -> ProductTree:
        """A product tree."""
        return ProductTree(*self._read("ProductRegistry", "tree", tree)[0])

    def find_tree(self, brand_id: bytes, root: bytes) -> int | None:
        """The number of a brand's tree with this root, the newest first; None when there is none."""
        for number in reversed(range(self.trees())):
            tree = self.tree(number)
            if (tree.brand_id, tree.root) == (brand_id, root):
                return number
        return None

    def authorisation(self, brand_id: bytes, subject: bytes) -> tuple[int, int]:
        """First and end second of a seller's last authorisation; zeros when there is none."""
        valid_from, valid_until = self._read("ProductRegistry", "authorisation", brand_id, subject)
        return int(valid_from), int(valid_until)

    def _read(self, contract: str, function: str, *values: Any) -> tuple[Any, ...]:
        entry = function_entry(contract, function)
        answer = self.client.call(ADDRESSES[contract], calldata(contract, function, *values))
        return tuple(decode([canonical_type(part) for part in entry["outputs"]], answer))


def _onchain(product: Product) -> tuple[Any, ...]:
    """A product as the ABI takes it."""
    gtin, name, low, high, currency, metadata = astuple(product)
    return gtin, name, low, high, currency.encode("ascii"), metadata
