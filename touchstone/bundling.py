"""`touchstone bundle …`: evidence files out of a home, and copies of them that show less."""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.errors import CommandError
from touchstone.network import JsonFlag

if TYPE_CHECKING:  # the libraries behind it take two seconds
    from touchstone.opened import OpenHome

bundle_app = typer.Typer(no_args_is_help=True, help="Export evidence files, and make copies that hide fields.")

Out = Annotated[Path, typer.Option("--out", help="The file to write.")]


@bundle_app.command("export")
def export(
    home: Annotated[Path, typer.Option(help="The home whose leader exports.")],
    out: Out,
    finding: Annotated[str | None, typer.Option(help="A finding's id, 0x…: its evidence bundle.")] = None,
    subject: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="MARKETPLACE SELLER_ID", help="A seller: all findings on it, or that there are none."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the evidence bundle of a finding, or the file of all findings on a seller."""
    if (finding is None) == (subject is None):
        raise CommandError("expected one of --finding ID and --subject MARKETPLACE SELLER_ID. Nothing was written.")
    from node.services.files import write_whole
    from touchstone.home import Home
    from touchstone.opened import OpenHome

    with ExitStack() as stack:
        found = Home.find(home)
        stack.callback(found.close)
        node = OpenHome.start(found, lambda: int(time.time()), stack)
        data, told = _of_finding(node, finding) if finding is not None else _of_subject(node, *(subject or ("", "")))
    write_whole(out, data)
    _show({"out": str(out), "bytes": len(data), **told}, as_json)


@bundle_app.command("refresh")
def refresh(
    bundle: Annotated[Path, typer.Argument(help="The bundle of a finding, as it was handed out.")],
    home: Annotated[Path, typer.Option(help="The home whose leader knows the finding.")],
    out: Out,
    as_json: JsonFlag = False,
) -> None:
    """Write a copy with what the chain says today: the finding's status, how the validators changed, what vouches for its blocks."""
    from node.services.evidence import refresh_bundle
    from node.services.files import write_whole
    from touchstone.home import Home
    from touchstone.opened import OpenHome
    from touchstone.verifying import read_file

    data = read_file(bundle, "bundle")
    with ExitStack() as stack:
        found = Home.find(home)
        stack.callback(found.close)
        fresh = refresh_bundle(OpenHome.start(found, lambda: int(time.time()), stack).sources(), data)
    write_whole(out, fresh)
    _show({"out": str(out), "bytes": len(fresh)}, as_json)


@bundle_app.command("redact")
def redact(
    bundle: Annotated[Path, typer.Argument(help="The bundle of a finding.")],
    hide: Annotated[list[str], typer.Option(help="A field to hide in every observation; may be given often.")],
    out: Out,
    as_json: JsonFlag = False,
) -> None:
    """Write a copy that hides fields of the observations and still verifies.

    Payloads behind an observation with hidden fields are left out of the copy. The question (marketplace, listing,
    seller, address) and each bureau's features stay as they are.
    """
    from node.protocol.bundle import Bundle
    from node.protocol.redaction import redact_bundle
    from node.services.files import write_whole
    from touchstone.verifying import read_file

    if out.exists() and out.samefile(bundle):
        raise CommandError(f"expected another file for the copy, got {out} itself. Nothing was written.")
    copy = redact_bundle(Bundle.parse(read_file(bundle, "bundle")), hide)
    write_whole(out, copy.bundle.to_bytes())
    told = {
        "out": str(out),
        "fields_hidden": copy.fields,
        "observations": copy.observations,
        "payloads_left_out": copy.payloads,
        "values_still_elsewhere": list(copy.still),
    }
    _show(told, as_json)
    if copy.still:
        print(
            f"the values of {', '.join(copy.still)} still stand elsewhere in the copy, such as in the question or another field",
            file=sys.stderr,
        )


def _of_finding(node: "OpenHome", finding: str) -> tuple[bytes, dict[str, object]]:
    return node.bundle(_finding_id(finding)), {"finding": finding}


def _of_subject(node: "OpenHome", marketplace: str, seller_id: str) -> tuple[bytes, dict[str, object]]:
    exported = node.subject(marketplace, seller_id)
    return exported.data, {
        "marketplace": marketplace,
        "seller_id": seller_id,
        "block": exported.block_number,
        "findings": exported.findings,
        "signers": list(exported.signers),
        "objections": [f"bureau {each.bureau}: {each.words}" for each in exported.objections],
    }


def _finding_id(text: str) -> bytes:
    from node.protocol.canonical import from_hex
    from node.protocol.errors import ProtocolError

    try:
        return from_hex(text, 32)
    except ProtocolError as exc:
        raise CommandError(f"expected a finding's id, 0x and 64 hex digits, got {text!r:.80}") from exc


def _show(told: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        shown = ", ".join(map(str, value)) or "none" if isinstance(value, list) else value
        print(f"{name.replace('_', ' ')}: {shown}")
