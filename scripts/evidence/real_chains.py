"""The real chains of Besu and GoQuorum as trust roots: their headers, seals and storage proofs, client bytes throughout.

Nobody recorded a finding on them, so a bundle over their blocks is *unknown* at best: everything about the chain held,
and the trust root names no registry. What is wrong about the chain itself comes before that.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from node.protocol.canonical import to_hex
from node.protocol.configuration import Configuration
from node.protocol.trust import PinnedBlock, TrustRoot
from scripts.evidence.blocks import with_seals
from scripts.evidence.case import ALTERED, NOT_TRUSTED, UNKNOWN, Case, Made, case, fresh
from tests.bundle_factory import named
from tests.protocol.chains import CHAINS, Chain
from tests.protocol.test_history import changes_of, founding, steps_of


def cases() -> Iterator[Case]:
    for chain in CHAINS:
        yield from _of(chain)


def _bundle(chain: Chain, block: int, steps: list[Any]) -> Made:
    """A bundle that says it is of this chain, over one of its blocks, with steps of its history."""
    made = fresh("bare")
    made["configuration"]["chainId"] = chain.data["chain_id"]
    digest = to_hex(Configuration.from_json(made["configuration"]).digest())
    made["report"]["configDigest"] = made["report"]["findings"][0]["configDigest"] = digest
    return made | named(chain.headers[block]) | ({"history": steps} if steps else {})


def _pinned(chain: Chain) -> TrustRoot:
    """The founding, with the blocks pinned at which the set changed."""
    pins = [PinnedBlock(block, chain.headers[block].block_hash()) for block in changes_of(chain)]
    return replace(founding(chain), pinned_blocks=tuple(pins))


def _of(chain: Chain) -> Iterator[Case]:
    trust, steps, changes = _pinned(chain), [step.to_json() for step in steps_of(chain)], changes_of(chain)
    first, last = changes[0], changes[-1]
    count = len(chain.headers[last].items)
    name = f"real_{chain.name}"
    yield case(f"{name}_led_to_today_{count}_fields", _bundle(chain, last, steps), UNKNOWN, trust=trust)
    yield case(f"{name}_founding_set", _bundle(chain, first, []), UNKNOWN, trust=replace(trust, complete_to=first))
    turned: Made = _bundle(chain, last, [*steps[:-1], steps[-1] | {"slot_nodes": steps[-1]["slot_nodes"][::-1]}])
    yield case(f"{name}_slots_reordered", turned, ALTERED, "history", also=[UNKNOWN], trust=trust)
    bare = replace(trust, pinned_blocks=())
    yield case(f"{name}_change_unanchored", _bundle(chain, first, steps[:1]), NOT_TRUSTED, also=[UNKNOWN], trust=bare)
    header = chain.headers[first]
    few = _bundle(chain, first, []) | named(with_seals(header, header.seals[:1]))
    yield case(f"{name}_one_seal", few, ALTERED, "header", also=[UNKNOWN], trust=replace(trust, complete_to=first))
    above = [number for number, each in chain.headers.items() if each.round and each.number]
    if above:
        number = above[0]
        held = replace(trust, complete_to=number)
        known = set(chain.validators(number)) == set(trust.validator_sets[0].validators)
        if known:
            yield case(f"{name}_round_above_zero", _bundle(chain, number, []), UNKNOWN, trust=held)
