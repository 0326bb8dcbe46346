"""A brand's whole catalogue under one root: one transaction however many products, each provable from then on.

Whoever holds the leaves makes the proofs; the chain keeps the root, the count and the digest of a manifest that says where the
leaves are kept.
"""

from collections import Counter
from collections.abc import Sequence

from node.chain.contracts import Contracts
from node.chain.sender import Sender
from node.protocol.canonical import Json, digest_of, to_hex
from node.protocol.errors import UnreadableError
from node.protocol.identifiers import ADDRESSES
from node.protocol.merkle_tree import MerkleTree
from node.protocol.products import Product

REGISTRY = ADDRESSES["ProductRegistry"]


class Catalogue:
    """Products in an order, and the tree over them. Raises `UnreadableError` when a GTIN stands there twice."""

    def __init__(self, products: Sequence[Product]) -> None:
        self.products = tuple(products)
        gtin, times = Counter(product.gtin for product in self.products).most_common(1)[0] if products else (0, 0)
        if times != 1:
            raise UnreadableError(f"expected products, each GTIN once, got {gtin} {times} times")
        self.tree = MerkleTree([product.leaf() for product in self.products])

    def manifest(self, where: str) -> dict[str, Json]:
        """What goes on record as a digest; `where` says in words or by URL where the leaves are kept."""
        return {"root": to_hex(self.tree.root), "count": len(self.products), "where": where}

    def register(self, brand_id: bytes, where: str, contracts: Contracts, sender: Sender) -> int:
        """Put the root on record with the brand owner's key; returns the tree's number. Twice gives the same number."""
        known = contracts.find_tree(brand_id, self.tree.root)
        if known is not None:
            return known
        manifest_digest = digest_of(self.manifest(where))
        data = contracts.register_tree_data(brand_id, self.tree.root, len(self.products), manifest_digest)
        sender.send_all([(REGISTRY, data)])
        found = contracts.find_tree(brand_id, self.tree.root)
        assert found is not None  # the transaction went through
        return found

    def check(self, tree: int, index: int, contracts: Contracts) -> bytes:
        """Ask the chain whether the product at `index` stands in its tree; returns the brand. Raises `Reverted`."""
        data = contracts.check_product_data(tree, self.products[index], index, self.tree.path(index))
        return contracts.client.call(REGISTRY, data)

    def prove(self, tree: int, index: int, contracts: Contracts, sender: Sender) -> None:
        """Put the product at `index` on record by its proof. Anyone may; raises `Reverted`."""
        data = contracts.prove_product_data(tree, self.products[index], index, self.tree.path(index))
        sender.send_all([(REGISTRY, data)])
