"""The proof with which a bureau's validator key takes its seat: it is at hand, and has followed the chain."""

from dataclasses import dataclass

from node.protocol.typed_data import Struct


@dataclass(frozen=True)
class Activation(Struct):
    """Signed by the validator's key itself, under the domain of Consortium."""

    TYPE = "Activation(bytes32 proposal,uint32 bureau,address validator,uint64 seenBlock,bytes32 seenHash)"

    proposal: bytes
    bureau: int
    validator: str
    seen_block: int  # one of the last 256
    seen_hash: bytes
