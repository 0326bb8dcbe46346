"""`touchstone trust`: look at a trust root, lead it on by proofs, and pin the one that others read out to you."""

import json
import re
import ssl
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from node.chain.client import ChainClient
from node.chain.decode import decode_log
from node.protocol.bundle import MAX_BYTES, NamedHeader
from node.protocol.canonical import Json, parse, to_hex
from node.protocol.dating import Dating, Vouching, read_anchors
from node.protocol.errors import ProtocolError
from node.protocol.history import HistoryStep, extend, read_history
from node.protocol.trust import PinnedBlock, TrustRoot
from node.protocol.verdict import StepFailed
from node.protocol.wording import moment
from node.services.files import write_whole
from node.services.history import step_at
from node.store.history import CHANGES
from touchstone.errors import CommandError

trust_app = typer.Typer(no_args_is_help=True, help="Trust roots: show, extend by proofs, pin.")

RootFile = Annotated[Path, typer.Argument(help="A trust root.")]
PINNED = Path("~/.config/touchstone/trust.json")


def pinned_path() -> Path:
    """Where the pinned trust root lies; `verify` uses it when none is named."""
    return PINNED.expanduser()


def read_root(path: Path) -> TrustRoot:
    """The trust root in a file. Raises `CommandError`."""
    try:
        return TrustRoot.parse(read(path, "trust root"))
    except ProtocolError as exc:
        raise CommandError(f"expected a trust root in {path}, got something else: {exc}") from exc


def read(path: Path, what: str) -> bytes:
    """A file that a person named, one byte above the cap at most. Raises `CommandError`."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise CommandError(f"expected to read the {what} {path}, got: {exc.strerror}. Check the path.") from exc


@trust_app.command("show")
def show(
    root: RootFile, as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False
) -> None:
    """Say what a trust root vouches for, and its id to compare over the telephone."""
    trust = read_root(root)
    told: dict[str, Json] = {"id": to_hex(trust.id()), "spoken_id": trust.spoken_id(), "trust_root": trust.to_json()}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    console = Console()
    console.print(f"id 编号              {to_hex(trust.id())}", soft_wrap=True, highlight=False)
    console.print(f"read it out 电话核对  [bold]{trust.spoken_id()}[/bold]", highlight=False)
    table = Table(show_header=False)
    for row in _rows(trust):
        table.add_row(*row)
    console.print(table)


@trust_app.command("extend")
def extend_root(
    root: RootFile,
    out: Annotated[Path, typer.Option(help="Where the extended trust root goes; must not be there yet.")],
    proofs: Annotated[
        Path | None, typer.Option("--with", help="A bundle or a file of proofs (history, block_anchors).")
    ] = None,
    rpc: Annotated[str | None, typer.Option(help="Or: a node whose chain's changes are proven step by step.")] = None,
    own_node: Annotated[
        bool, typer.Option("--own-node", help="The node is yours and followed the chain: that vouches for the changes.")
    ] = False,
) -> None:
    """Lead a trust root on by proofs; nothing is believed that is not sealed, proven and, past a change, vouched for."""
    trust = read_root(root)
    if (proofs is None) == (rpc is None):
        raise CommandError("expected either --with or --rpc, got both or none")
    _check_free(out)
    steps, dating = _steps_from(ChainClient.at(rpc), trust) if rpc else _steps_in(proofs or root)

    if not steps or steps[-1].configuration is None:
        raise CommandError(
            "expected proofs whose last step shows the configuration: without it the trust root would not know "
            "which contracts are in force where it ends. Nothing was changed; ask for a newer bundle."
        )

    vouching = Vouching(dating)
    try:
        led = extend(trust, steps, lambda named, known: own_node or vouching(named, known))
    except StepFailed as exc:
        raise CommandError(f"the proofs do not lead the trust root on: {exc}. Nothing was changed.") from exc
    led = _pin(led, [step.named for step in steps if step.named.header.number >= trust.complete_to][-1:])
    write_whole(out, led.to_bytes())
    changes = len(led.validator_sets) - len(trust.validator_sets)
    print(
        f"from block {trust.complete_to} to {led.complete_to}, {changes} changes of validators: {out} · "
        f"自第 {trust.complete_to} 号至第 {led.complete_to} 号区块，验证节点变更 {changes} 次\n{led.spoken_id()}"
    )
    if vouching.changed(trust, led):
        print(
            "A change of the validators rests on a time-stamp alone: those who left can have one of today stamped. "
            "Ask a bureau when it was made, and compare · 有一次验证节点变更仅以时间戳为据，请向机关核实变更时间",
            file=sys.stderr,
        )


@trust_app.command("add")
def add(
    root: RootFile,
    out: Annotated[Path, typer.Option(help="Where the copy goes; must not be there yet.")],
    witness: Annotated[
        list[str] | None, typer.Option(help="A witness's key, name+hash+key; may be given often.")
    ] = None,
    threshold: Annotated[
        int | None, typer.Option(min=1, help="How many witnesses must have signed. Default: as before, or 1.")
    ] = None,
    authority: Annotated[
        list[Path] | None, typer.Option(help="A time-stamping authority's certificate, or its issuer's: DER or PEM.")
    ] = None,
) -> None:
    """Write a copy of a trust root that names further witnesses and time-stamping authorities. Its id is another one."""
    trust = read_root(root)
    _check_free(out)
    witnesses = (*trust.witnesses, *(each for each in witness or () if each not in trust.witnesses))
    known = trust.timestamp_certificates
    read_in = [_certificate(path) for path in authority or ()]
    try:
        more = replace(
            trust,
            witnesses=witnesses,
            witness_threshold=threshold or trust.witness_threshold or min(1, len(witnesses)),
            timestamp_certificates=(*known, *(each for each in dict.fromkeys(read_in) if each not in known)),
        )
    except ProtocolError as exc:
        raise CommandError(f"expected keys and certificates in their form: {exc}. Nothing was written.") from exc
    write_whole(out, more.to_bytes())
    print(f"{out}\n{more.spoken_id()}")


@trust_app.command("pin")
def pin(
    root: RootFile,
    id_: Annotated[str, typer.Option("--id", help="The id as somebody you trust read it out: 30 digits, or its hex.")],
    over: Annotated[bool, typer.Option("--replace", help="Put it in the place of the one that is pinned.")] = False,
) -> None:
    """Compare a trust root with an id that came another way, and make it the one that `verify` uses."""
    trust, place = read_root(root), pinned_path()
    told = re.sub(r"[\s-]", "", id_).lower().removeprefix("0x")
    if told not in (trust.spoken_id().replace(" ", ""), trust.id().hex()):
        raise CommandError(
            f"expected the id {trust.spoken_id()} for this file, got {id_}. Nothing was pinned: "
            "either a digit was misheard, or this is not the file that was meant."
        )
    if place.exists() and place.read_bytes() != trust.to_bytes() and not over:
        raise CommandError(
            f"another trust root is pinned in {place}. Nothing was changed; --replace puts this one there."
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, trust.to_bytes())
    print(f"pinned · 已固定: {place}")


def _check_free(out: Path) -> None:
    if out.exists():
        raise CommandError(f"expected {out} not to exist yet, got a file. Nothing was changed; choose another name.")


def _certificate(path: Path) -> bytes:
    """A certificate file's DER."""
    data = read(path, "certificate")
    if not data.startswith(b"-----BEGIN CERTIFICATE-----"):
        return data
    try:
        return ssl.PEM_cert_to_DER_cert(data.decode("ascii").strip())
    except ValueError as exc:
        raise CommandError(
            f"expected a certificate in {path}, got something else: {exc}. Nothing was written."
        ) from exc


def _steps_in(path: Path) -> tuple[tuple[HistoryStep, ...], Dating]:
    """The proofs in a bundle, or in a file of their own."""
    try:
        parts = parse(read(path, "proofs"))
        if not isinstance(parts, dict) or "history" not in parts:
            raise CommandError(f"expected a part history in {path}, got none")
        return read_history(parts["history"]), Dating(read_anchors(parts.get("block_anchors", [])))
    except ProtocolError as exc:
        raise CommandError(f"expected proofs in {path}, got something else: {exc}") from exc


def _steps_from(client: ChainClient, trust: TrustRoot) -> tuple[tuple[HistoryStep, ...], Dating]:
    """The changes since the trust root's end, and the head, as a node proves them."""
    if client.genesis_hash != trust.genesis_hash or client.chain_id != trust.chain_id:
        raise CommandError("expected a node of the trust root's chain, got one of another. Nothing was changed.")
    head = client.head()
    events = [event for event in map(decode_log, client.logs(trust.complete_to, head)) if event is not None]
    blocks = sorted({event.block_number for event in events if event.name in CHANGES} | {head})
    return tuple(step_at(client, block, with_configuration=True) for block in blocks), Dating(())


def _pin(trust: TrustRoot, last: list[NamedHeader]) -> TrustRoot:
    """The trust root with the block pinned up to which it was led: nobody can tell another past under it."""
    known = {each.number for each in trust.pinned_blocks}
    new = [PinnedBlock(each.header.number, each.block_hash) for each in last if each.header.number not in known]
    return replace(trust, pinned_blocks=tuple(sorted((*trust.pinned_blocks, *new), key=lambda each: each.number)))


def _rows(trust: TrustRoot) -> list[tuple[str, str]]:
    rows = [
        ("chain 链", f"{trust.chain_id}"),
        ("genesis 创世区块", to_hex(trust.genesis_hash)),
        ("keys held by 密钥持有", trust.custody),
        ("speaks up to block 涵盖至区块", f"{trust.complete_to}"),
    ]
    for each in trust.validator_sets:
        upto = "…" if each.to_block is None else each.to_block
        until = [] if each.ended_at is None else [f"until 至 {moment(each.ended_at)}"]
        rows.append((f"validators 验证节点 {each.from_block}–{upto}", "\n".join([*each.validators, *until])))
    rows += [
        (name, "\n".join(f"{v.address} {v.from_block}–{'…' if v.to_block is None else v.to_block}" for v in versions))
        for name, versions in trust.contracts.items()
    ]
    rows += [(f"pinned block 固定区块 {each.number}", to_hex(each.block_hash)) for each in trust.pinned_blocks]
    if trust.witnesses:
        rows.append((f"witnesses 见证方 ({trust.witness_threshold} needed)", "\n".join(trust.witnesses)))
    if trust.timestamp_certificates:
        rows.append(("time-stamp certificates 时间戳证书", f"{len(trust.timestamp_certificates)}"))
    return rows
