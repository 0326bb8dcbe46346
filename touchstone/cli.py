"""The command `touchstone`. Exit codes: 0 done, 1 failed, 2 unusable input; `verify` has the verdict's own (see its help)."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from touchstone.bundling import bundle_app
from touchstone.errors import USAGE_EXIT, CommandError, plainly
from touchstone.network import network_app
from touchstone.stamping import timestamp_app
from touchstone.trusting import trust_app
from touchstone.voting import vote_app
from touchstone.witness import witness_app

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
oracle_app = typer.Typer(no_args_is_help=True, help="Pull and read marketplace data, without a chain.")
app.add_typer(oracle_app, name="oracle")
app.add_typer(bundle_app, name="bundle")
app.add_typer(network_app, name="network")
app.add_typer(vote_app, name="vote")
app.add_typer(trust_app, name="trust")
app.add_typer(witness_app, name="witness")
app.add_typer(timestamp_app, name="timestamp")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]
HOME = Path("home")
PORT = 8080


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Folder for chain, keys and data; made when it is not there.")] = HOME,
    listings: Annotated[int | None, typer.Option(min=60, max=20_000, help="Size of the simulated market.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the simulated market.")] = None,
    disagree: Annotated[bool, typer.Option("--disagree", help="Show one bureau other prices than the rest.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Leave the node running with its pages.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port of the pages on 127.0.0.1.")] = PORT,
    as_json: JsonFlag = False,
) -> None:
    """The whole job on this machine: marketplaces, oracle, co-signing, chain, evidence bundle, verdict."""
    console = Console(stderr=True)
    console.print(
        f"home 目录   {home}", soft_wrap=True, highlight=False
    )  # before the libraries, which take two seconds
    from touchstone.demo import Demo, defaults
    from touchstone.home import Home
    from touchstone.stages import Stages
    from touchstone.table import show

    wanted = {"listings": listings, "seed": seed, "disagree": 1 if disagree else None}
    opened = Home.open(home, wanted, defaults())
    stages = Stages(console)
    story = Demo(opened, stages)
    try:
        result = story.run()
        if as_json:
            print(json.dumps(result.to_json(), ensure_ascii=False), flush=True)
        else:
            show(Console(), stages, result)
        if serve:
            _serve(story, port, console)
    finally:
        story.close()
        opened.close()


def _serve(story: object, port: int, console: Console) -> None:
    from dataclasses import replace

    from node.app import create_app
    from node.app import serve as run
    from node.config import Settings
    from oracle.features.build import NAMES
    from oracle.features.words import words
    from touchstone.consortium import MEMBERS
    from touchstone.demo import Demo
    from touchstone.report.writing import html_report

    assert isinstance(story, Demo)
    settings = replace(Settings.from_env(os.environ), port=port)
    web = create_app(
        settings,
        story.leader.store,
        story.bundle,
        story.trust,
        bureau_names={member.id: (member.english, member.chinese) for member in MEMBERS},
        feature_names={name: words(name) for name in NAMES},
        report=html_report,
    )
    run(web, settings, lambda address: console.print(f"pages on {address} (stop with Ctrl-C) · 网页已就绪"))


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(help="The evidence file: a finding's bundle, or a subject file.")],
    trust: Annotated[
        Path | None,
        typer.Option(
            help="The trust root that you hold, from another source than the bundle. "
            "Default: the one that `touchstone trust pin` has pinned."
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Judge as of this UTC time, 2026-01-31T12:00:00Z. Default: now.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write the report to this file, for printing: NAME.pdf or NAME.html.")
    ] = None,
    lang: Annotated[str, typer.Option(help="en or zh.")] = "en",
    as_json: JsonFlag = False,
) -> None:
    """Check an evidence file offline, of a finding or of a subject, down to the validators' seals.

    Exit codes: 0 genuine, 10 altered, 11 not trusted, 12 unknown, 13 stale, 14 superseded, 15 overturned, 2 unreadable.
    """
    from touchstone.verifying import print_report, verify_files

    language = "zh" if lang == "zh" else "en"
    if report is not None:
        from touchstone.report.writing import check_name, write_report

        check_name(report)
    judged = verify_files(bundle, trust, at)
    if report is not None:
        write_report(report, judged, language)
        print(f"report 核验报告  {report}", file=sys.stderr)
    if as_json:
        print(json.dumps(judged.verification.to_json(), ensure_ascii=False))
    else:
        print_report(judged.verification, language)
    raise typer.Exit(judged.verification.exit_code)


@app.command()
def erase(
    home: Annotated[Path, typer.Option(help="The home whose bureaus erase.")],
    seller: Annotated[
        tuple[str, str], typer.Option(metavar="MARKETPLACE SELLER_ID", help="The seller that the fields are about.")
    ],
    field: Annotated[list[str], typer.Option(help="A field of the observations to destroy; may be given often.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Destroy fields of all observations about a seller that this home keeps; evidence made afterwards still verifies.

    What is on the chain stays: it holds digests alone. Evidence under a hold, or still to be signed, is kept back.
    """
    from touchstone.erasing import erase_seller, receipts_json, show_receipts

    receipts = erase_seller(home, *seller, field, yes)
    if as_json:
        print(json.dumps(receipts_json(receipts), ensure_ascii=False))
    else:
        show_receipts(Console(), receipts)


@app.command()
def doctor(
    trust: Annotated[Path, typer.Option(help="The consortium's trust root.")],
    rpc: Annotated[str, typer.Option(help="JSON-RPC of the bureau's own node.")],
    folder: Annotated[Path, typer.Option(help="The folder of the bureau's node: its keys and data.")],
    period: Annotated[int, typer.Option(min=1, help="Seconds between blocks.")] = 2,
    wait: Annotated[int, typer.Option(min=0, help="Look again until all holds, for so many seconds at most.")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """Check a bureau's node before it joins, and name each check that fails. Exit code 1 when one does."""
    from touchstone.doctor import examine

    raise typer.Exit(0 if examine(trust, rpc, folder, period, wait, as_json) else 1)


@app.command()
def monitor(
    trust: Annotated[Path, typer.Option(help="The trust root that you hold.")],
    rpc: Annotated[list[str], typer.Option(help="A node's JSON-RPC; give several, best of different bureaus.")],
    folder: Annotated[Path, typer.Option(help="Where notes and alarms are kept.")] = Path("watch"),
    period: Annotated[int, typer.Option(min=1, help="Seconds between blocks, to tell a stall.")] = 2,
    once: Annotated[bool, typer.Option("--once", help="Follow to the head and end.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Follow a chain without trusting any node: seals, changes of the set, two blocks at one height, stalls.

    Exit code 1 when alarms rose.
    """
    from touchstone.watching import watch

    raise typer.Exit(1 if watch(trust, rpc, folder, period, once, as_json) else 0)


@oracle_app.command("run")
def oracle_run(
    source: Annotated[list[str], typer.Option(help="shopify=URL, page=URL or report=FILE-or-URL; may be given often.")],
    home: Annotated[Path, typer.Option(help="Folder for payloads, lake and quarantine.")] = Path("oracle-home"),
    allow_loopback: Annotated[
        bool, typer.Option("--allow-loopback", help="Also fetch from this machine (127.0.0.0/8), for trying out.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Pull sources into the lake: payloads kept, records normalized, what cannot be read quarantined with the reason."""
    from touchstone.pulling import run_sources, show_pulled

    report = run_sources(source, home, allow_loopback, Console(stderr=True), lambda: int(time.time()))
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        show_pulled(Console(), report)


@oracle_app.command("normalize")
def oracle_normalize(
    connector: Annotated[str, typer.Option(help="shopify, page or report.")],
    file: Annotated[Path, typer.Option("--in", help="A saved payload.")],
) -> None:
    """Print the observations in a saved payload as JSON Lines; what cannot be read is reported on stderr."""
    from touchstone.pulling import normalize_file

    ok, rejected = normalize_file(connector, file)
    print(f"{ok + rejected} records = {ok} observations + {rejected} quarantined", file=sys.stderr)
    raise typer.Exit(0 if ok or not rejected else 1)


def main() -> None:
    """Run the command; errors become a message for a person and an exit code."""
    try:
        with plainly():
            app()
    except CommandError as exc:
        print(f"touchstone: {exc}", file=sys.stderr)
        sys.exit(USAGE_EXIT)
    except KeyboardInterrupt:
        print(
            "touchstone: stopped. Everything acknowledged is kept; run the same command again to go on.",
            file=sys.stderr,
        )
        sys.exit(130)
