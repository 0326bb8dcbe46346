"""Receipts and tries: the event that recorded the finding, and proofs that are none."""

from collections.abc import Iterator

from node.protocol import rlp
from node.protocol.canonical import from_hex, keccak256, to_hex
from node.protocol.identifiers import ADDRESSES, address_bytes
from scripts.evidence.blocks import event_log, with_items, with_log, with_receipt
from scripts.evidence.case import ALTERED, Case, case, changed, flip, fresh, with_parts
from tests import bundle_factory as factory

OTHER = (ADDRESSES["ProductRegistry"], [keccak256(b"Other()")], b"")


def cases() -> Iterator[Case]:
    yield from _good()
    yield from _receipts()
    yield from _events()
    yield from _tries()
    yield from _states()


def _good() -> Iterator[Case]:
    made = fresh("bare")
    log = event_log(made)
    yield case("receipt_untyped", with_receipt(fresh("bare"), factory.receipt_of([log])))
    for kind in (1, 0x7F):
        body = bytes([kind]) + factory.receipt_of([log])
        yield case(f"receipt_of_type_{kind}", with_receipt(fresh("bare"), body))
    both = factory.receipt_of([OTHER, log], typed=True)
    yield case("receipt_second_log", with_receipt(fresh("bare"), both, log_index=1))
    for index in (2,):
        yield case(f"receipt_of_transaction_{index}", with_receipt(fresh("bare"), factory.receipt_of([log]), index))
    yield case("receipt_first_log_is_another", with_receipt(fresh("bare"), both, log_index=0), ALTERED, "receipt")
    yield case("receipt_log_beyond_the_last", with_receipt(fresh("bare"), both, log_index=2), ALTERED, "receipt")


def _receipts() -> Iterator[Case]:
    log = event_log(fresh("bare"))
    address, topics, data = address_bytes(log[0]), list(log[1]), log[2]
    good: list[rlp.Item] = [b"\x01", rlp.minimal(21000), bytes(256), [[address, topics, data]]]
    for name, receipt in (
        ("failed_transaction", factory.receipt_of([log], typed=True, status=b"")),
        ("state_root_instead_of_status", factory.receipt_of([log], status=bytes(32))),
        ("without_logs", factory.receipt_of([], typed=True)),
        ("of_five_items", rlp.encode([*good, b""])),
        ("address_of_21_bytes", rlp.encode([*good[:3], [[b"\0" + address, topics, data]]])),
        ("topic_of_31_bytes", rlp.encode([*good[:3], [[address, [*topics[:2], topics[2][1:]], data]]])),
        ("trailing_byte", rlp.encode(good) + b"\0"),
        ("type_byte_above_7f", b"\x80" + rlp.encode(good)),
    ):
        yield case(f"receipt_{name}", with_receipt(fresh("bare"), receipt), ALTERED, "receipt")


def _events() -> Iterator[Case]:
    made = fresh("bare")
    address, topics, data = event_log(made)
    for name, log in (
        ("of_another_contract", (ADDRESSES["CaseRegistry"], topics, data)),
        ("of_another_name", (address, [keccak256(b"ReportRejected()"), *topics[1:]], data)),
        ("with_four_topics", (address, [*topics, bytes(32)], data)),
        ("with_half_a_word", (address, topics, data + bytes(16))),
    ):
        yield case(f"event_{name}", with_log(fresh("bare"), log), ALTERED, "receipt")
    word = (2).to_bytes(32, "big")
    for name, log in (
        ("of_another_leader", (address, [topics[0], word, topics[2]], data)),
        ("of_another_sequence", (address, [*topics[:2], word], data)),
        ("of_another_finding", event_log(made, ids=keccak256(b"another finding"))),
        ("of_two_findings", (address, topics, data[:64] + word + data[96:] + bytes(32))),
        ("list_elsewhere", (address, topics, (96).to_bytes(32, "big") + data[32:])),
        ("data_empty", (address, topics, b"")),
        ("data_with_a_further_word", (address, topics, data + bytes(32))),
    ):
        yield case(f"event_{name}", with_log(fresh("bare"), log), ALTERED, "report")


def _tries() -> Iterator[Case]:
    made = fresh("bare")
    nodes = made["receipt"]["nodes"]
    root = rlp.decode(from_hex(nodes[0]))
    assert isinstance(root, list)
    for name, other in (
        ("extra_node", [*nodes, nodes[-1]]),
        ("missing_first", nodes[1:]),
        ("missing_last", nodes[:-1]),
        ("reordered", nodes[::-1]),
        ("no_nodes", []),
        ("changed_node", [flip(nodes[0], 40), *nodes[1:]]),
        ("trailing_byte_in_a_node", [*nodes[:-1], nodes[-1] + "00"]),
        ("81_nodes", [nodes[0]] * 81),
    ):
        yield case(f"trie_{name}", made | {"receipt": made["receipt"] | {"nodes": other}}, ALTERED, "receipt")
    for name, change in (
        ("index_of_another_transaction", {"index": 0}),
        ("index_of_a_prefix", {"index": 256}),
    ):
        yield case(f"trie_{name}", made | {"receipt": made["receipt"] | change}, ALTERED, "receipt")
    _, theirs = factory.receipts(factory.receipt_of([event_log(made)], typed=True), 1)
    other = factory.receipts(factory.receipt_of([event_log(made)], typed=True), 2)[1]
    swapped = made | {"receipt": {"index": 1, "nodes": [theirs[0], *other[1:]], "log_index": 0}}
    yield case(
        "trie_another_transactions_proof",
        swapped | {"receipt": {**swapped["receipt"], "nodes": other}},
        ALTERED,
        "receipt",
    )
    yield from _forged(made, nodes)


def _forged(made: dict[str, object], nodes: list[str]) -> Iterator[Case]:
    """Proofs under roots of their own: a block's header can name any root, so only the walk itself refuses them."""
    key, value = rlp.encode(rlp.minimal(1)), factory.receipt_of([event_log(made)], typed=True)
    path = [key[0] >> 4, key[0] & 15]
    leaf = rlp.encode([b"\x20" + key, value])
    tail = rlp.encode([bytes([0x30 | path[1]]), value])
    branch: list[rlp.Item] = [b""] * 17
    branch[path[0]] = keccak256(tail)
    onward = rlp.encode(branch)
    tiny: list[rlp.Item] = [b""] * 17
    tiny[path[0]] = keccak256(rlp.encode([bytes([0x30 | path[1]]), b"\x01"]))
    whole: list[rlp.Item] = [b""] * 17
    whole[path[0]] = [bytes([0x30 | path[1]]), value]
    empty = rlp.encode([b"\x00", keccak256(onward)])
    noncanonical = b"\xfa\x00" + leaf[1:] if leaf[0] == 0xF9 else leaf
    for name, proof in (
        ("inline_node_by_hash", [rlp.encode(tiny), rlp.encode([bytes([0x30 | path[1]]), b"\x01"])]),
        ("long_node_inline", [rlp.encode(whole)]),
        ("extension_of_nothing", [empty, onward, tail]),
        ("non_canonical_rlp", [noncanonical]),
        ("bad_padding", [rlp.encode([b"\x21" + key, value])]),
        ("bad_flag", [rlp.encode([b"\x60" + key, value])]),
        ("node_of_bytes", [rlp.encode(value)]),
        ("leaf_of_another_key", [rlp.encode([b"\x20\x02", value])]),
        ("hash_of_31_bytes", [rlp.encode([*[b""] * path[0], keccak256(tail)[:31], *[b""] * (16 - path[0])]), tail]),
    ):
        forged = with_items(fresh("bare"), {5: keccak256(proof[0])})
        forged["receipt"] = {"index": 1, "nodes": [to_hex(node) for node in proof], "log_index": 0}
        yield case(f"trie_forged_{name}", forged, ALTERED, "receipt")
    lone = with_items(fresh("bare"), {5: keccak256(leaf)})
    lone["receipt"] = {"index": 1, "nodes": [to_hex(leaf)], "log_index": 0}
    yield case("trie_of_one_transaction", lone)
    two = with_items(fresh("bare"), {5: keccak256(onward)})
    two["receipt"] = {"index": 1, "nodes": [to_hex(onward), to_hex(tail)], "log_index": 0}
    yield case("trie_of_branch_and_leaf", two)


def _states() -> Iterator[Case]:
    for name, change in (
        ("account_node_missing", lambda s: s["account_nodes"].pop()),
        ("account_node_twice", lambda s: s["account_nodes"].append(s["account_nodes"][-1])),
        ("account_nodes_reordered", lambda s: s["account_nodes"].reverse()),
        ("storage_node_missing", lambda s: s["storage_nodes"].pop()),
        ("storage_node_twice", lambda s: s["storage_nodes"].append(s["storage_nodes"][-1])),
        (
            "storage_and_account_exchanged",
            lambda s: s.update(account_nodes=s["storage_nodes"], storage_nodes=s["account_nodes"]),
        ),
        ("other_key", lambda s: s.update(key="0x" + "22" * 32)),
        ("block_hash", lambda s: s.update(block_hash=flip(s["block_hash"]))),
        ("before_the_record", lambda s: s.update(factory.named(factory.header(2)))),
    ):
        yield changed(
            f"status_{name}", with_parts("status"), "status", lambda made, change=change: change(made["status"])
        )
