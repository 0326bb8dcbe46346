"""`touchstone network …`: found a network's folder, run its nodes on this machine, look at them."""

import json
import secrets
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from touchstone.desk import KEPT, Desk, kept_password, read_password
from touchstone.errors import CommandError

network_app = typer.Typer(no_args_is_help=True, help="A real QBFT network: found it, run its nodes here, look at them.")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]
Directory = Annotated[Path, typer.Argument(help="The network's folder.")]
Only = Annotated[list[int] | None, typer.Option("--only", help="This bureau's node alone; may be given often.")]
Through = Annotated[int | None, typer.Option("--node", help="The node to go through; default: the bureau's own.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        help="File with the password of the keystores; default: TOUCHSTONE_PASSWORD, or a new one, kept beside."
    ),
]


@network_app.command("create")
def create_network(
    out: Annotated[Path, typer.Option(help="Where to make the folder; nothing may be there.")],
    bureaus: Annotated[int, typer.Option(min=4, max=100, help="How many bureaus found the consortium.")] = 4,
    client: Annotated[str, typer.Option(help="besu or quorum.")] = "besu",
    period: Annotated[int, typer.Option(min=1, max=60, help="Seconds between blocks.")] = 2,
    chain_id: Annotated[int, typer.Option(min=1, max=2**53 - 1)] = 20262,
    first_port: Annotated[
        int, typer.Option(min=1024, max=60_000, help="Port of the first node; JSON-RPC 1000 above.")
    ] = 30300,
    delay: Annotated[
        int, typer.Option(min=0, max=2_592_000, help="Seconds from a passed vote to its execution.")
    ] = 86_400,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Make keys, genesis, trust root and every node's configuration. All keys are made here: for trying out."""
    from node.chain.network.clients import Client
    from node.chain.network.create import Plan, create

    if client not in list(Client):
        raise CommandError(f"expected a client of {', '.join(Client)}, got {client!r}. Nothing was made.")
    password, made = _password(read_password(password_file))
    console = Console(stderr=True)
    plan = Plan(out, bureaus, Client(client), chain_id, period, first_port, int(time.time()), password, delay)
    with console.status("founding · 创建网络") as status:
        trust = create(plan, status.update)
    if made:
        (out / KEPT).touch(mode=0o600)
        (out / KEPT).write_text(password)
    report = {"network": str(out), "client": client, "bureaus": bureaus, "trust_root": trust.id().hex()}
    if as_json:
        print(json.dumps(report))
        return
    print(f"network 网络        {out}: {bureaus} bureaus, {client}, a block every {period} s")
    print(f"trust root 信任根   {trust.id().hex()}   (compare it over another channel)")
    if made:
        print(f"password 密码       a new one, in {out / KEPT} (mode 0600)")
    print(f"next 下一步         scripts/touchstone network start {out} --bin PATH-OF-{client.upper()}")


@network_app.command("genesis")
def print_genesis(
    founding: Annotated[Path, typer.Option(help="The founding.json that all bureaus agreed on.")],
    client: Annotated[str, typer.Option(help="besu or quorum.")] = "besu",
    period: Annotated[int, typer.Option(min=1, max=60, help="Seconds between blocks.")] = 2,
) -> None:
    """Print the genesis file: the same bytes from the same founding, on every machine."""
    from node.chain.genesis import build_genesis
    from node.chain.network.clients import Client, genesis_json
    from node.chain.network.create import read_founding

    made = build_genesis(read_founding(founding.read_bytes()))
    print(json.dumps(genesis_json(made, Client(client), period), indent=1))


@network_app.command("start")
def start_network(
    directory: Directory,
    executable: Annotated[Path, typer.Option("--bin", help="The client program: Besu or GoQuorum.")],
    only: Only = None,
    as_json: JsonFlag = False,
) -> None:
    """Start the nodes on this machine; those that run already go on."""
    from node.chain.network import clients, processes
    from node.chain.network.layout import Network

    network = Network.load(directory)
    nodes = [network.node(number) for number in only] if only else list(network.nodes)
    console = Console(stderr=True)
    with console.status("starting · 启动节点"):
        begun = processes.start(
            network,
            clients.recognise(executable),
            nodes,
            lambda node: console.print(f"✓ bureau {node.bureau} at {node.url}", highlight=False),
        )
    _show(directory, as_json, started=[node.bureau for node in begun])


@network_app.command("stop")
def stop_network(directory: Directory, only: Only = None, as_json: JsonFlag = False) -> None:
    """Stop the nodes on this machine; their data stay."""
    from node.chain.network import processes
    from node.chain.network.layout import Network

    network = Network.load(directory)
    ended = processes.stop(network, [network.node(number) for number in only] if only else list(network.nodes))
    if as_json:
        print(json.dumps({"stopped": [node.bureau for node in ended]}))
    else:
        print(f"{len(ended)} nodes stopped · 已停止 {len(ended)} 个节点; their data are kept in {directory}")


@network_app.command("status")
def network_status(directory: Directory, as_json: JsonFlag = False) -> None:
    """How the nodes are doing. Exit code 1 when one does not run, or does not know who seals."""
    if not _show(directory, as_json):
        raise typer.Exit(1)


@network_app.command("add")
def add_node(directory: Directory, password_file: PasswordFile = None, as_json: JsonFlag = False) -> None:
    """Make keys and node files for a bureau that wants to join; it is voted in afterwards."""
    from node.chain.network.create import add_bureau
    from node.chain.network.layout import Network

    network = Network.load(directory)
    password, made = _password(kept_password(directory, password_file))
    if made:
        raise CommandError("expected a password for the new keys: give --password-file. Nothing was made.")
    node, bureau = add_bureau(network, password)
    report = {"bureau": node.bureau, "folder": str(network.folder(node)), **bureau.to_json()}
    print(json.dumps(report, indent=None if as_json else 1))


@network_app.command("keep")
def keep_block_log(
    directory: Directory,
    bureau: Annotated[int, typer.Option("--bureau", help="The bureau whose sender key is used.")],
    once: Annotated[bool, typer.Option("--once", help="Log what is due and end.")] = False,
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Log past blocks into BlockLog until stopped; with --json one object a run."""
    from node.chain.block_log import BlockLog
    from touchstone.keeping import keep

    desk = Desk(directory, bureau, node, password_file)
    keep(BlockLog(desk.client), desk.key("sender"), desk.network.chain_id, once, as_json)


def _show(directory: Path, as_json: bool, **more: object) -> bool:
    """Print how all nodes are doing; true when all run and know who seals."""
    from node.chain.network import processes
    from node.chain.network.layout import Network

    network = Network.load(directory)
    states = [processes.status(network, node, int(time.time())) for node in network.nodes]
    if as_json:
        print(json.dumps({**more, "nodes": [asdict(state) for state in states]}))
    else:
        table = Table(title=f"{directory} · {network.client} · chain {network.chain_id}", title_justify="left")
        for heading in ("bureau\n机构", "process\n进程", "block\n区块", "age s\n秒", "peers\n对等", "sealing\n封签"):
            table.add_column(heading, justify="right")
        table.add_column("JSON-RPC", no_wrap=True)
        for state in states:
            values = (state.pid, state.head, state.head_age, state.peers, state.validators)
            table.add_row(str(state.bureau), *("–" if value is None else str(value) for value in values), state.url)
        Console().print(table)
    return all(state.validators is not None for state in states)


def _password(known: str) -> tuple[str, bool]:
    """The password for new keys, and whether it was made just now: the known one, else the one typed at a terminal."""
    if known:
        return known, False
    if sys.stdin.isatty():
        return typer.prompt("password of the new keys · 新密钥的密码", hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(24), True
