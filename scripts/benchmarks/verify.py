"""How long a verdict takes, against one recovery of a key with the same library, and against the packages trie and rlp.

All in one process, interleaved, processor time, medians over the rounds. *Cold* means that nothing is remembered from
another bundle. The bundle has five seals of seven validators and three signers with their answers, so eleven keys must
be recovered. The hundred of one block are the findings of one report of a hundred, each with its own question and
answers; cold, each of them is read as if alone. Synthetic, from the tests' own factory; no network.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

import rlp as other_rlp
from trie import HexaryTrie

from node.protocol import bundle as bundles
from node.protocol import header as headers
from node.protocol import identifiers, signing, steps_answers
from node.protocol.bundle import Bundle
from node.protocol.canonical import canonical, keccak256
from node.protocol.identifiers import ADDRESSES, address_bytes
from node.protocol.onchain import account_at, log_at, storage_at
from node.protocol.rlp import encode, minimal
from node.protocol.signing import recover
from node.protocol.trust import ValidatorSet
from node.protocol.verdict import VerdictCode
from node.protocol.verify import verify_bundle
from tests import bundle_factory as factory
from tests.protocol.consortium import NOW, asked, key

ROUNDS, BUNDLES = 30, 100
REMEMBERED = (signing._recover, identifiers._checksummed, identifiers._address_bytes, headers._remembered)
SEALERS = tuple(key(f"validator {number}") for number in range(1, 8))
TRUST = factory.trust_root(validator_sets=(ValidatorSet(1, None, tuple(each.address for each in SEALERS)),))


def forget() -> None:
    for remembered in REMEMBERED:
        remembered.cache_clear()
    steps_answers._SCORERS.clear()
    for reader in (bundles.REPORTS, bundles.CONFIGURATIONS):
        reader.forget()


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def big_state() -> tuple[bytes, list[bytes], list[bytes], bytes]:
    """A state of a thousand accounts, ours with four thousand slots: root, account nodes, storage nodes, slot."""
    slot = keccak256(b"wanted" + bytes(32))
    storage = {keccak256(b"slot %d" % n): other_rlp.encode(b"\x01" + n.to_bytes(4, "big")) for n in range(4000)}
    storage[keccak256(slot)] = other_rlp.encode(b"\x07" * 20)
    tree = HexaryTrie({})
    for name, value in storage.items():
        tree[name] = value
    account = other_rlp.encode([b"\x01", b"", bytes(tree.root_hash), factory.CODE_HASH])
    accounts = HexaryTrie({})
    for n in range(1000):
        accounts[keccak256(b"account %d" % n)] = other_rlp.encode([b"", b"", bytes(32), bytes(32)])
    at = keccak256(address_bytes(ADDRESSES["FindingRegistry"]))
    accounts[at] = account
    nodes = [
        [other_rlp.encode(node) for node in found.get_proof(path)]
        for found, path in ((accounts, at), (tree, keccak256(slot)))
    ]
    return bytes(accounts.root_hash), nodes[0], nodes[1], slot


def main() -> None:
    data = canonical(factory.bundle(signers=SEALERS[:5]))
    found = verify_bundle(data, TRUST, NOW)
    assert found.verdict is VerdictCode.GENUINE, found.to_json()
    digest, signature = keccak256(b"digest"), key("anybody").sign(keccak256(b"digest"))

    def once() -> object:
        signing._recover.cache_clear()
        return recover(digest, signature)

    def cold() -> object:
        forget()
        return verify_bundle(data, TRUST, NOW)

    bundle = Bundle.parse(data)
    state_root, account_nodes, storage_nodes, slot = big_state()
    header, receipt = bundle.named.header, bundle.receipt
    path = encode(minimal(receipt.index))

    def lean() -> None:
        log_at(bundle.named, receipt)
        storage_at(
            account_at(state_root, ADDRESSES["FindingRegistry"], tuple(account_nodes)), slot, tuple(storage_nodes)
        )
        header.block_hash(), header.commit_hash()

    def packages() -> None:
        nodes = [other_rlp.decode(node) for node in receipt.nodes]
        other_rlp.decode(HexaryTrie.get_from_proof(header.receipts_root, path, nodes)[1:])  # after the type (EIP-2718)
        account = other_rlp.decode(
            HexaryTrie.get_from_proof(
                state_root,
                keccak256(address_bytes(ADDRESSES["FindingRegistry"])),
                [other_rlp.decode(n) for n in account_nodes],
            )
        )
        HexaryTrie.get_from_proof(account[2], keccak256(slot), [other_rlp.decode(node) for node in storage_nodes])
        items, extra = list(header.items), other_rlp.decode(header.items[12])
        for round_item in (b"", extra[3]):
            items[12] = other_rlp.encode([extra[0], [], [], round_item, []])
            keccak256(other_rlp.encode(items))

    asks = [asked(listing_id=f"L-{number}") for number in range(1, BUNDLES + 1)]
    siblings = [canonical(made) for made in factory.bundles(asks, SEALERS[:5])]
    assert {verify_bundle(each, TRUST, NOW).verdict for each in siblings} == {VerdictCode.GENUINE}

    def many(clear: bool) -> None:
        forget()
        for each in siblings:
            if clear:
                forget()
            verify_bundle(each, TRUST, NOW)

    kinds: dict[str, tuple[Callable[[], object], int]] = {
        "ecrecover": (once, 50),
        "cold": (cold, 3),
        "lean": (lean, 20),
        "packages": (packages, 5),
    }
    spent: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(ROUNDS):
        for name, (work, times) in kinds.items():
            spent[name].append(timed(lambda work=work, times=times: [work() for _ in range(times)]) / times)  # type: ignore[misc]
        print(f"\rround {number + 1}/{ROUNDS}", end="", file=sys.stderr)
    shared = [timed(lambda: many(False)) / timed(lambda: many(True)) for _ in range(3)]
    print(file=sys.stderr)
    middle = {name: statistics.median(values) for name, values in spent.items()}
    recoveries = 11 * middle["ecrecover"]
    print(
        json.dumps(
            {
                "bundle_bytes": len(data),
                "ecrecover_us": round(middle["ecrecover"] * 1e6, 1),
                "cold_us": round(middle["cold"] * 1e6, 1),
                "cold_ratio": round(middle["cold"] / middle["ecrecover"], 1),
                "cold_ratio_quartiles": [
                    round(each / middle["ecrecover"], 1) for each in statistics.quantiles(spent["cold"], n=4)
                ],
                "cold_ratio_without_recoveries": round((middle["cold"] - recoveries) / middle["ecrecover"], 1),
                "packages_over_lean": round(middle["packages"] / middle["lean"], 2),
                "packages_over_lean_whole": round((middle["packages"] + recoveries) / (middle["lean"] + recoveries), 2),
                "hundred_of_one_block": round(statistics.median(shared), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
