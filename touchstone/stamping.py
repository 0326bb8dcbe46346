"""`touchstone timestamp …`: RFC 3161 time-stamps over the hashes of blocks, by network or by files carried by hand."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.errors import CommandError

if TYPE_CHECKING:
    from node.chain.client import ChainClient
    from node.protocol.timestamp import Stamp
    from node.services.timestamping import Stamps
    from node.store.session import Store

timestamp_app = typer.Typer(no_args_is_help=True, help="Have blocks time-stamped by an authority (RFC 3161).")

Block = Annotated[int, typer.Argument(min=0, help="The block's number.")]
StoreFile = Annotated[Path, typer.Option("--store", help="The database of the bureau's node.")]
TrustFile = Annotated[Path, typer.Option("--trust", help="The trust root, which names the authorities.")]
Node = Annotated[str | None, typer.Option("--rpc", help="JSON-RPC of the bureau's own node; default: what is indexed.")]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]
REPLY_CAP = 2**17  # bytes: a token and its wrapping
DAY = 86_400


@timestamp_app.command("request")
def request(
    block: Block,
    trust: TrustFile,
    store: StoreFile,
    out: Annotated[Path, typer.Option(help="Where the request goes (.tsq); keep it to check the answer.")],
    rpc: Node = None,
) -> None:
    """Write a request over a block's hash, or, where it is stamped already, over its last token to renew it."""
    from node.services.files import write_whole

    with _stamps(store, trust, rpc) as stamps:
        write_whole(out, stamps.request(block))
        known = len(stamps.tokens(block))
    print(f"{'a renewal' if known else 'a time-stamp'} for block {block} is asked for in {out} · 请求已写入")


@timestamp_app.command("add")
def add(
    block: Block,
    trust: TrustFile,
    store: StoreFile,
    asked: Annotated[Path, typer.Option("--request", help="The request that went out (.tsq).")],
    answer: Annotated[Path, typer.Option(help="What the authority answered (.tsr).")],
    rpc: Node = None,
    as_json: JsonFlag = False,
) -> None:
    """Check an authority's answer to a request, and keep the token."""
    from touchstone.trusting import read

    with _stamps(store, trust, rpc) as stamps:
        _show(block, stamps.accept(block, read(asked, "request"), read(answer, "answer")), as_json)


@timestamp_app.command("fetch")
def fetch(
    block: Block,
    trust: TrustFile,
    store: StoreFile,
    url: Annotated[str, typer.Option(help="The authority's address (RFC 3161 over HTTP).")],
    rpc: Node = None,
    allow_loopback: Annotated[
        bool, typer.Option("--allow-loopback", help="Also ask an authority on this machine, for trying out.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Ask an authority over the network, check its answer, and keep the token."""
    with _stamps(store, trust, rpc) as stamps:
        _show(block, stamps.fetch(block, _post(url, allow_loopback)), as_json)


@timestamp_app.command("due")
def due(
    store: StoreFile,
    trust: TrustFile,
    days: Annotated[int, typer.Option(min=0, help="How far to look ahead.")] = 90,
    as_json: JsonFlag = False,
) -> None:
    """List the blocks whose tokens need a renewal soon. Exit code 1 when there are any."""
    with _stamps(store, trust, None) as stamps:
        found = stamps.ending(int(time.time()) + days * DAY)
    print(json.dumps({"blocks": found}) if as_json else "\n".join(map(str, found)) or "none · 无")
    raise typer.Exit(1 if found else 0)


@contextmanager
def _stamps(store: Path, trust: Path, rpc: str | None) -> Iterator["Stamps"]:
    from node.chain.client import ChainClient
    from node.services.timestamping import Stamps
    from node.store.session import open_store
    from touchstone.trusting import read_root

    certificates = read_root(trust).timestamp_certificates
    opened = open_store(store)
    try:
        yield Stamps(opened, _of_node(ChainClient.at(rpc)) if rpc else _indexed(opened), certificates)
    finally:
        opened.close()


def _of_node(client: "ChainClient") -> Callable[[int], bytes]:
    return lambda number: bytes.fromhex(client.block(number)["hash"][2:])


def _indexed(store: "Store") -> Callable[[int], bytes]:
    from node.store import blocks

    def hash_of(number: int) -> bytes:
        with store.read() as session:
            row = blocks.get(session, number)
        if row is None:
            raise CommandError(f"expected block {number} among those indexed, got none. Give the node with --rpc.")
        return row.hash

    return hash_of


def _post(url: str, allow_loopback: bool) -> Callable[[bytes], bytes]:
    """A way to the authority through the guarded door."""
    from urllib.parse import urlsplit

    from node.services.timestamping import QUERY_TYPE
    from oracle.fetch import Fetcher

    door = Fetcher({urlsplit(url).netloc}, allow_loopback, max_bytes=REPLY_CAP)
    return lambda request: door.post(url, request, QUERY_TYPE).body


def _show(block: int, stamp: "Stamp", as_json: bool) -> None:
    from node.protocol.wording import moment

    if as_json:
        told = {"block": block, "time": stamp.time, "good_until": stamp.good_until, "policy": stamp.policy}
        print(json.dumps({**told, "signer": stamp.signer.hex()}))
        return
    print(f"block 区块 {block}: stamped 时间戳 {moment(stamp.time)}, good until 有效至 {moment(stamp.good_until)}")
