"""Whether a brand's name may go on chain: in words, before the transaction, which registered brand it looks like.

A name that reads like another's has the same key, and the chain refuses it. A name that only resembles one goes on once
an officer has reviewed it; this look needs the plain facts of the other brands, which bureaus share.
"""

from collections.abc import Iterable

from node.chain.contracts import Contracts
from node.protocol.brand_name import name_key, name_keys
from node.protocol.canonical import to_hex
from node.protocol.errors import UnreadableError
from node.services.errors import NameTaken
from node.services.facts import BrandFacts
from node.services.resemblance import resembling
from node.store import products
from node.store.session import Store


class Names:
    """The names on chain, and those that are about to go there. `reviewed` are names that an officer let pass."""

    def __init__(self, store: Store, contracts: Contracts, reviewed: Iterable[str] = ()) -> None:
        with store.read() as session:
            self._known = {row.id: row.name for row in products.all_brand_facts(session)}
        self._contracts = contracts
        self._reviewed = frozenset(reviewed)
        self._taken: dict[bytes, bytes] = {}  # brand ids by key, on their way to the chain

    def take(self, brand: BrandFacts) -> None:
        """Keep a name for a brand. Raises `NameTaken` when it looks like another's."""
        brand_id = brand.brand_id()
        for key in name_keys(brand.name):
            holder = self._taken.get(key) or self._contracts.brand_of_name(key)
            if holder not in (bytes(32), brand_id):
                raise self._looks_like(brand.name, holder, "the chain refuses it as it stands")
        if brand.name not in self._reviewed:
            for other, name in self._known.items():
                if other != brand_id and _resemble(brand.name, name) and self._registered(other):
                    raise self._looks_like(brand.name, other, "an officer may let it pass")
        self._taken[name_key(brand.name)] = brand_id
        self._known[brand_id] = brand.name

    def _registered(self, brand_id: bytes) -> bool:
        return brand_id in self._taken.values() or self._contracts.brand_exists(brand_id)

    def _looks_like(self, name: str, other: bytes, outlook: str) -> NameTaken:
        shown = self._known.get(other, to_hex(other))
        return NameTaken(
            f"expected a name of its own, got {name!r}, which looks like the registered brand {shown!r}: "
            f"needs review; {outlook}"
        )


def _resemble(name: str, other: str) -> bool:
    try:
        return resembling(name) == resembling(other)
    except UnreadableError:  # another bureau's facts may hold anything
        return False
