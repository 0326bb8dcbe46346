"""A bureau's part in the votes: propose, vote, execute, seat its validator, revoke a key.

An officer's account sends what speaks for a bureau; whatever anyone may carry goes with any account.
"""

from typing import Any

from node.chain.contracts import calldata
from node.chain.decode import decode_log
from node.chain.governance import CONSORTIUM, Governance, KeyRole
from node.chain.sender import Sender
from node.protocol.activation import Activation
from node.protocol.signing import Signer
from node.protocol.typed_data import Domain, digest


def propose(governance: Governance, officer: Sender, action: bytes, paper: bytes) -> bytes:
    """Propose an action (`node.chain.governance.Actions`) with the digest of its paper; returns the proposal's id.

    Raises `Reverted` at once for what the consortium would refuse as it stands, so that nobody votes in vain. What only
    waits (a proof that comes later, a rest between two changes of the validators) may be proposed.
    """
    refusal = governance.rehearse(action)
    if refusal is not None and refusal.name not in ("ConsortiumNotProven", "ConsortiumSetChangedLately"):
        raise refusal
    made = [event for raw in _send(officer, "propose", action, paper)["logs"] if (event := decode_log(raw)) is not None]
    return bytes(made[0].args["id"])


def vote(officer: Sender, proposal: bytes, yes: bool) -> None:
    """Cast one's bureau's vote. Raises `Reverted`."""
    _send(officer, "vote", proposal, yes)


def execute(sender: Sender, proposal: bytes) -> None:
    """Have a passed proposal done, once its delay is over. Raises `Reverted`."""
    _send(sender, "execute", proposal)


def sign_activation(
    governance: Governance, proposal: bytes, bureau: int, validator: Signer
) -> tuple[Activation, bytes]:
    """The proof that a validator's key is at hand and has seen this chain lately."""
    client = governance.client
    seen = max(client.head() - 1, 0)  # a call is tried as part of the newest block, which does not know its own hash
    seen_hash = bytes.fromhex(client.block(seen)["hash"][2:])
    proof = Activation(proposal, bureau, validator.address, seen, seen_hash)
    return proof, validator.sign(digest(Domain(client.chain_id, CONSORTIUM), proof.struct_hash()))


def activate(sender: Sender, proof: Activation, signature: bytes) -> None:
    """Have a passed proposal done that seats a validator. Raises `Reverted`."""
    _send(sender, "activate", proof.proposal, proof.bureau, proof.validator, proof.seen_block, signature)


def revoke_key(officer: Sender, role: KeyRole) -> None:
    """End the own bureau's oracle, sender or officer key at once. Raises `Reverted`."""
    _send(officer, "revokeKey", role)


def hand_over(sender: Sender) -> None:
    """Give the validator set to the nominated successor, once its delay is over. Raises `Reverted`."""
    _send(sender, "handOver")


def _send(sender: Sender, function: str, *values: object) -> dict[str, Any]:
    return sender.wait(sender.send(CONSORTIUM, calldata("Consortium", function, *values)))
