"""`touchstone erase`: destroy fields about a seller in what the bureaus of a home keep, and say what that cannot reach."""

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from node.protocol.canonical import Json
from node.services.erasing import NOT_REACHED, ErasureReceipt, erase_fields
from touchstone.errors import CommandError
from touchstone.home import Home
from touchstone.opened import OpenHome

WARNING = (
    "{names} about seller {seller} on {marketplace} will be destroyed here, value and salt. This cannot be undone. "
    "将永久销毁本机所存的上述字段，无法恢复。"
)


def erase_seller(
    path: Path, marketplace: str, seller_id: str, names: Sequence[str], agreed: bool
) -> dict[int, ErasureReceipt]:
    """Erase at every bureau of the home, after asking where that was not agreed before: receipts by bureau."""
    warning = WARNING.format(names=", ".join(names), seller=seller_id, marketplace=marketplace)
    if not agreed and not sys.stdin.isatty():
        raise CommandError(f"{warning} Nothing was erased; say --yes to go on.")
    if not agreed and not typer.confirm(f"{warning} Go on?", err=True):
        raise CommandError("nothing was erased")
    with ExitStack() as stack:
        home = Home.find(path)
        stack.callback(home.close)
        now = int(time.time())
        node = OpenHome.start(home, lambda: now, stack)
        return {
            bureau.number: erase_fields(bureau.store, marketplace, seller_id, names, now) for bureau in node.bureaus
        }


def receipts_json(receipts: dict[int, ErasureReceipt]) -> dict[str, Json]:
    """The receipts as the command prints them with --json."""
    return {"receipts": [{"bureau": number, **receipt.to_json()} for number, receipt in receipts.items()]}


def show_receipts(console: Console, receipts: dict[int, ErasureReceipt]) -> None:
    """A row a bureau, then what stayed and what was out of reach."""
    table = Table("bureau 机关", "fields 字段", "observations 观测", "answers 答复", "clues 线索", "kept back 未擦除")
    for number, receipt in receipts.items():
        counts = (number, receipt.fields, receipt.observations, receipt.answers, receipt.clues, len(receipt.refused))
        table.add_row(*map(str, counts))
    console.print(table)
    for words in sorted({each.words for receipt in receipts.values() for each in receipt.refused}):
        console.print(f"kept back 未擦除: {words}", soft_wrap=True, highlight=False)
    console.print(f"not reached 未触及: {'; '.join(NOT_REACHED)}", soft_wrap=True, highlight=False)
