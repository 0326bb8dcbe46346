"""`touchstone vote …`: a bureau's officer proposes, votes, and has done what was decided; a candidate proves its key."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from touchstone.desk import Desk
from touchstone.errors import CommandError
from touchstone.network import JsonFlag, PasswordFile, Through
from touchstone.standing import proposal_id, show

vote_app = typer.Typer(no_args_is_help=True, help="Decide about the consortium: propose, vote, execute, activate.")

Directory = Annotated[Path, typer.Option("--network", help="The network's folder, with the bureau's keys in it.")]
Bureau = Annotated[int, typer.Option("--bureau", help="The bureau that acts.")]
ProposalId = Annotated[str, typer.Argument(help="The proposal's id, 0x…, as the proposing command printed it.")]
Threshold = Annotated[int, typer.Option(help="How many must sign a report from then on; 0: as now.")]
Paper = Annotated[Path | None, typer.Option(help="The signed paper behind it; its digest goes on record.")]


class Role(StrEnum):
    """What a bureau's key is for."""

    VALIDATOR = "validator"
    ORACLE = "oracle"
    SENDER = "sender"
    OFFICER = "officer"


@vote_app.command("admit")
def propose_admission(
    directory: Directory,
    bureau: Bureau,
    candidate: Annotated[Path, typer.Option(help="What `network add` printed for the candidate.")],
    threshold: Threshold = 0,
    paper: Paper = None,
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Propose to admit a bureau."""
    from node.chain.governance import Actions
    from node.protocol.canonical import parse
    from node.protocol.configuration import Bureau as Member
    from node.protocol.errors import ProtocolError

    try:
        value = parse(candidate.read_bytes())
        told = value if isinstance(value, dict) else {}
        member = Member.from_json({key: item for key, item in told.items() if key not in ("bureau", "folder")})
    except ProtocolError as exc:
        raise CommandError(
            f"expected a bureau in {candidate}, got something else: {exc}. Nothing was proposed."
        ) from exc
    _propose(Desk(directory, bureau, node, password_file), Actions.admit_bureau(member, threshold), paper, as_json)


@vote_app.command("remove")
def propose_removal(
    directory: Directory,
    bureau: Bureau,
    member: Annotated[int, typer.Option(help="The bureau that is to leave.")],
    threshold: Threshold = 0,
    paper: Paper = None,
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Propose that a bureau leaves."""
    from node.chain.governance import Actions

    _propose(Desk(directory, bureau, node, password_file), Actions.remove_bureau(member, threshold), paper, as_json)


@vote_app.command("replace-key")
def propose_replacement(
    directory: Directory,
    bureau: Bureau,
    member: Annotated[int, typer.Option(help="The bureau whose key is replaced.")],
    role: Annotated[Role, typer.Option(help="What the key is for. A validator's takes effect by `vote activate`.")],
    key: Annotated[str, typer.Option(help="The new key's address, 0x…")],
    revoke: Annotated[
        bool, typer.Option("--revoke", help="The old key was stolen: what it signs later is void.")
    ] = False,
    paper: Paper = None,
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Propose a new key for a bureau."""
    from node.chain.governance import Actions, KeyRole

    action = Actions.replace_key(member, KeyRole[role.name], _address(key), revoke)
    _propose(Desk(directory, bureau, node, password_file), action, paper, as_json)


@vote_app.command("revoke-key")
def revoke_own_key(
    directory: Directory,
    bureau: Bureau,
    role: Annotated[Role, typer.Option(help="oracle, sender or officer.")],
    node: Through = None,
    password_file: PasswordFile = None,
) -> None:
    """End a stolen key of one's own bureau at once, without a vote; a new one takes a vote."""
    from node.chain.governance import KeyRole
    from node.services import governance as votes

    if role is Role.VALIDATOR:
        raise CommandError("expected oracle, sender or officer, got validator: replace it by a vote. Nothing was sent.")
    votes.revoke_key(Desk(directory, bureau, node, password_file).sender("officer"), KeyRole[role.name])
    print(f"revoked 已吊销  the {role} key of bureau {bureau} · 第 {bureau} 号机构的密钥")


@vote_app.command("cast")
def cast_vote(
    proposal: ProposalId,
    directory: Directory,
    bureau: Bureau,
    yes: Annotated[bool, typer.Option("--yes/--no", help="For or against.")],
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Cast the bureau's vote; it stands once cast."""
    from node.services import governance as votes

    desk = Desk(directory, bureau, node, password_file)
    votes.vote(desk.sender("officer"), proposal_id(proposal), yes)
    show(desk, proposal, as_json)


@vote_app.command("execute")
def execute_proposal(
    proposal: ProposalId,
    directory: Directory,
    bureau: Bureau,
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Have a passed proposal done, once its delay is over. Anyone may."""
    from node.services import governance as votes

    desk = Desk(directory, bureau, node, password_file)
    votes.execute(desk.sender("sender"), proposal_id(proposal))
    show(desk, proposal, as_json)


@vote_app.command("activate")
def activate_validator(
    proposal: ProposalId,
    directory: Directory,
    bureau: Bureau,
    node: Through = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Prove that the bureau holds its new validator key, and take its seat. The bureau itself does this.

    The key is that of its own node, or of the one that --node names.
    """
    from node.services import governance as votes

    desk = Desk(directory, bureau, node, password_file)
    proof, signature = votes.sign_activation(desk.governance, proposal_id(proposal), bureau, desk.validator())
    votes.activate(desk.sender("sender"), proof, signature)
    show(desk, proposal, as_json)


@vote_app.command("show")
def show_proposal(
    proposal: ProposalId, directory: Directory, bureau: Bureau = 1, node: Through = None, as_json: JsonFlag = False
) -> None:
    """What a proposal asks for, and how it stands."""
    show(Desk(directory, bureau, node), proposal, as_json)


@vote_app.command("members")
def show_members(directory: Directory, bureau: Bureau = 1, node: Through = None, as_json: JsonFlag = False) -> None:
    """The configuration in force: members, threshold, contracts."""
    found = Desk(directory, bureau, node).governance.configuration()
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


def _propose(desk: Desk, action: bytes, paper: Path | None, as_json: bool) -> None:
    from node.protocol.canonical import sha256
    from node.services import governance as votes

    digest = sha256(paper.read_bytes() if paper else b"")
    made = votes.propose(desk.governance, desk.sender("officer"), action, digest)
    show(desk, "0x" + made.hex(), as_json)


def _address(text: str) -> str:
    from node.protocol.canonical import from_hex
    from node.protocol.identifiers import checksummed

    spelt = checksummed(from_hex(text.lower(), 20))
    if text not in (spelt, spelt.lower()):
        raise CommandError(
            f"expected an address with the right checksum, got {text}: a digit is wrong. Nothing was sent."
        )
    return spelt
