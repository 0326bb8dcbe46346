"""`touchstone vote …`: a bureau's officer proposes, votes, and has done what was decided; a candidate proves its key."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from touchstone.errors import CommandError
from touchstone.keys import bureau_key
from touchstone.network import JsonFlag, PasswordFile

vote_app = typer.Typer(no_args_is_help=True, help="Decide about the consortium: propose, vote, execute, activate.")

Directory = Annotated[Path, typer.Option("--network", help="The network's folder, with the bureau's keys in it.")]
Bureau = Annotated[int, typer.Option("--bureau", help="The bureau that acts.")]
ProposalId = Annotated[str, typer.Argument(help="The proposal's id, 0x…")]
Paper = Annotated[Path | None, typer.Option(help="The signed paper behind it; its digest goes on record.")]


@vote_app.command("admit")
def propose_admission(
    directory: Directory,
    bureau: Bureau,
    candidate: Annotated[Path, typer.Option(help="What `network add` printed for the candidate.")],
    threshold: Annotated[int, typer.Option(help="How many must sign a report from then on; 0: as now.")] = 0,
    paper: Paper = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Propose to admit a bureau."""
    from node.chain.governance import Actions
    from node.protocol.canonical import parse
    from node.protocol.configuration import Bureau as Member

    value = parse(candidate.read_bytes())
    if not isinstance(value, dict):
        raise CommandError(f"expected a bureau in {candidate}, got something else. Nothing was proposed.")
    member = Member.from_json({key: item for key, item in value.items() if key not in ("bureau", "folder")})
    _propose(directory, bureau, Actions.admit_bureau(member, threshold), paper, password_file, as_json)


@vote_app.command("remove")
def propose_removal(
    directory: Directory,
    bureau: Bureau,
    member: Annotated[int, typer.Option(help="The bureau that is to leave.")],
    threshold: Annotated[int, typer.Option(help="How many must sign a report from then on; 0: as now.")] = 0,
    paper: Paper = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Propose that a bureau leaves."""
    from node.chain.governance import Actions

    _propose(directory, bureau, Actions.remove_bureau(member, threshold), paper, password_file, as_json)


@vote_app.command("cast")
def cast_vote(
    proposal: ProposalId,
    directory: Directory,
    bureau: Bureau,
    yes: Annotated[bool, typer.Option("--yes/--no", help="For or against.")],
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Cast the bureau's vote; it stands once cast."""
    from node.services import governance as votes

    votes.vote(_sender(directory, bureau, "officer", password_file), _id(proposal), yes)
    _show(directory, bureau, proposal, as_json)


@vote_app.command("execute")
def execute_proposal(
    proposal: ProposalId,
    directory: Directory,
    bureau: Bureau,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Have a passed proposal done, once its delay is over. Anyone may."""
    from node.services import governance as votes

    votes.execute(_sender(directory, bureau, "sender", password_file), _id(proposal))
    _show(directory, bureau, proposal, as_json)


@vote_app.command("activate")
def activate_validator(
    proposal: ProposalId,
    directory: Directory,
    bureau: Bureau,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Prove that the admitted bureau holds its validator key, and take its seat. The bureau itself does this."""
    from node.chain.governance import Governance
    from node.chain.network.layout import Network
    from node.chain.network.processes import client_of
    from node.protocol.signing import LocalSigner
    from node.services import governance as votes

    network = Network.load(directory)
    node = network.node(bureau)
    key = bytes.fromhex((network.folder(node) / "node.key").read_text().strip())
    proof, signature = votes.sign_activation(Governance(client_of(node)), _id(proposal), bureau, LocalSigner(key))
    votes.activate(_sender(directory, bureau, "sender", password_file), proof, signature)
    _show(directory, bureau, proposal, as_json)


@vote_app.command("show")
def show_proposal(proposal: ProposalId, directory: Directory, bureau: Bureau = 1, as_json: JsonFlag = False) -> None:
    """How a proposal stands."""
    _show(directory, bureau, proposal, as_json)


@vote_app.command("members")
def show_members(directory: Directory, bureau: Bureau = 1, as_json: JsonFlag = False) -> None:
    """The configuration in force: members, threshold, contracts."""
    from node.chain.governance import Governance

    found = Governance(_client(directory, bureau)).configuration()
    if as_json:
        print(json.dumps({**found.to_json(), "digest": found.digest().hex()}))
        return
    table = Table(title=f"configuration 配置 {found.version}, {found.digest().hex()}", title_justify="left")
    for heading in ("bureau 机构", "validator 验证节点", "oracle 预言机", "epoch 轮次"):
        table.add_column(heading, overflow="fold")
    for member in found.bureaus:
        table.add_row(str(member.id), member.validator, member.oracle, str(member.epoch))
    Console().print(table)
    print(f"{found.threshold} of {len(found.bureaus)} must sign a report · 报告须有 {found.threshold} 家签名")


def _propose(
    directory: Path, bureau: int, action: bytes, paper: Path | None, password_file: Path | None, as_json: bool
) -> None:
    from node.chain.governance import Governance
    from node.protocol.canonical import sha256
    from node.services import governance as votes

    digest = sha256(paper.read_bytes() if paper else b"")
    governance = Governance(_client(directory, bureau))
    made = votes.propose(governance, _sender(directory, bureau, "officer", password_file), action, digest)
    _show(directory, bureau, "0x" + made.hex(), as_json)


def _show(directory: Path, bureau: int, proposal: str, as_json: bool) -> None:
    from node.chain.governance import Governance

    governance = Governance(_client(directory, bureau))
    kept, state = governance.proposal(_id(proposal)), governance.state_of(_id(proposal)).name.lower()
    if as_json:
        told = {name: "0x" + v.hex() if isinstance(v, bytes) else v for name, v in asdict(kept).items()}
        print(json.dumps({"id": proposal, "state": state, **told}))
        return
    print(f"proposal 提案   {proposal}")
    print(
        f"state 状态      {state}: {kept.yes} yes 赞成, {kept.no} no 反对; {kept.quota} of {kept.electorate} needed 需要"
    )
    if kept.executable_from:
        print(f"from 起         {kept.executable_from} until 至 {kept.executable_until} (UTC seconds)")


def _client(directory: Path, bureau: int):  # type: ignore[no-untyped-def]  # web3 is imported late
    from node.chain.network.layout import Network
    from node.chain.network.processes import client_of

    return client_of(Network.load(directory).node(bureau))


def _sender(directory: Path, bureau: int, role: str, password_file: Path | None):  # type: ignore[no-untyped-def]
    from node.chain.network.layout import Network
    from node.chain.sender import Sender

    return Sender(_client(directory, bureau), bureau_key(Network.load(directory), bureau, role, password_file))


def _id(text: str) -> bytes:
    from node.protocol.canonical import from_hex

    return from_hex(text.lower(), 32)
