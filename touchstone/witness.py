"""`touchstone witness …`: a party outside the consortium cosigns the chain's history; a bureau keeps what it cosigned."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from touchstone.errors import CommandError

if TYPE_CHECKING:
    from node.protocol.checkpoint import Note
    from node.services.monitoring import Alarm

witness_app = typer.Typer(
    no_args_is_help=True, help="Cosign the chain's history from outside the consortium, and keep what was cosigned."
)

Directory = Annotated[Path, typer.Argument(help="The witness's folder: its key and what it must not forget.")]
TrustFile = Annotated[Path, typer.Option("--trust", help="The trust root that you hold.")]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]


@witness_app.command("init")
def init(
    directory: Directory,
    name: Annotated[str, typer.Option(help="Whom the key speaks for: a name of your domain, such as notary.example.")],
) -> None:
    """Make a key, and print its public form for the trust roots."""
    from node.services.witness_state import WitnessFolder

    public, _ = WitnessFolder.make(directory, name).key()
    print(public.vkey())
    print(
        f"the key is in {directory}, mode 0600. Never copy this folder back: a witness that forgot what it signed has to "
        "retire · 密钥在上述文件夹内。切勿用旧备份覆盖：忘记签过什么的见证方必须更换密钥",
        file=sys.stderr,
    )


@witness_app.command("show")
def show(directory: Directory, as_json: JsonFlag = False) -> None:
    """Print the public key, and what was signed last."""
    from node.services.witness_state import WitnessFolder

    folder = WitnessFolder(directory)
    public, _ = folder.key()
    state = folder.load()
    if as_json:
        signed = {"origin": state.origin, "size": state.size, "root": state.root.hex(), "time": state.time}
        print(json.dumps({"vkey": public.vkey(), "signed": signed if state.size else None}))
        return
    print(public.vkey())
    said = f"block {state.size - 1} of {state.origin}, at {state.time}" if state.size else "nothing · 尚未签署"
    print(f"signed last 最近签署: {said}")


@witness_app.command("sign")
def sign(
    directory: Directory,
    trust: TrustFile,
    rpc: Annotated[list[str], typer.Option(help="A node's JSON-RPC; give several, best of different bureaus.")],
    out: Annotated[Path | None, typer.Option(help="Where the note goes; default: stdout.")] = None,
    seen: Annotated[
        list[Path] | None, typer.Option(help="Notes of this witness that others hold: never to be contradicted.")
    ] = None,
    period: Annotated[int, typer.Option(min=1, help="Seconds between blocks, to tell a stall.")] = 2,
    as_json: JsonFlag = False,
) -> None:
    """Follow the chain to its head, believing no node, and cosign a checkpoint of all block hashes."""
    from node.chain.client import ChainClient
    from node.services.files import write_whole
    from node.services.witness import Witness
    from touchstone.trusting import read_root

    held = [*(seen or []), *([out] if out is not None and out.exists() else [])]
    notes = tuple(_note(path) for path in held)
    sources = {url: ChainClient.at(url) for url in rpc}
    witness = Witness(directory, read_root(trust), sources, lambda: int(time.time()), period, notes)
    console = Console(stderr=True)

    def told(alarm: "Alarm") -> None:
        console.print(f"[red]✗ {alarm.kind}[/red] block 区块 {alarm.block}: {alarm.words[0]} · {alarm.words[1]}")

    with console.status("following · 跟随中") as status:
        note = witness.sign(told, lambda block: status.update(f"block 区块 {block}"))
    if out is not None:
        write_whole(out, note.to_bytes())
    if as_json:
        signed = note.checkpoint
        print(json.dumps({"origin": signed.origin, "size": signed.size, "note": note.to_bytes().decode()}))
    elif out is None:
        sys.stdout.buffer.write(note.to_bytes())
    else:
        print(f"cosigned to block {note.checkpoint.size - 1}: {out} · 已签署至第 {note.checkpoint.size - 1} 号区块")


@witness_app.command("keep")
def keep(
    notes: Annotated[list[Path], typer.Argument(help="Notes that witnesses handed over.")],
    trust: TrustFile,
    rpc: Annotated[str, typer.Option(help="JSON-RPC of the bureau's own node.")],
    store: Annotated[Path, typer.Option(help="The database of the bureau's node.")],
    as_json: JsonFlag = False,
) -> None:
    """Check cosigned checkpoints against the bureau's own blocks and the trust root's witnesses, and keep them for bundles."""
    from node.chain.client import ChainClient
    from node.protocol.checkpoint import WitnessKey
    from node.services.checkpoints import CheckpointLog
    from node.store.session import open_store
    from touchstone.trusting import read_root

    witnesses = [WitnessKey.parse(vkey) for vkey in read_root(trust).witnesses]
    if not witnesses:
        raise CommandError(f"expected witnesses in the trust root {trust}, got none. Nothing was kept.")
    read = [_note(path) for path in notes]
    opened = open_store(store)
    try:
        log = CheckpointLog(opened, ChainClient.at(rpc))
        log.extend()
        kept = [log.keep(note.to_bytes(), witnesses) for note in read]
    finally:
        opened.close()
    told = [{"size": note.checkpoint.size, "witnesses": [line.name for line in note.lines]} for note in kept]
    if as_json:
        print(json.dumps({"kept": told}))
        return
    for note in kept:
        names = ", ".join(line.name for line in note.lines)
        print(f"kept to block {note.checkpoint.size - 1}, by {names} · 已保存至第 {note.checkpoint.size - 1} 号区块")


def _note(path: Path) -> "Note":
    from node.protocol.checkpoint import Note
    from node.protocol.errors import ProtocolError
    from touchstone.trusting import read

    try:
        return Note.parse(read(path, "note"))
    except ProtocolError as exc:
        raise CommandError(f"expected a cosigned checkpoint in {path}, got something else: {exc}") from exc
