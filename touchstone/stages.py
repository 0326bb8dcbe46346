"""What the person sees while the work goes on: one line a stage on stderr, with counts and times kept for the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@dataclass
class Stage:
    """One step of the path: its name in both languages, what it did, and how long it took."""

    name: str
    chinese: str
    result: str = ""
    seconds: float = 0.0
    _progress: Progress | None = field(default=None, repr=False)

    def advance(self, done: int, total: int) -> None:
        """Show that `done` of `total` are through."""
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=done, total=total)


class Stages:
    """The stages so far; `with stages("pull", "拉取") as stage: … stage.result = "…"`."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.done: list[Stage] = []

    @contextmanager
    def __call__(self, name: str, chinese: str) -> Iterator[Stage]:
        stage = Stage(name, chinese)
        started = time.monotonic()
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            progress.add_task(f"{name} {chinese}", total=None)
            stage._progress = progress
            yield stage
        stage._progress = None
        stage.seconds = time.monotonic() - started
        self.done.append(stage)
        self.console.print(
            f"[green]✓[/green] {name} {chinese}: {stage.result} [dim]{stage.seconds:.1f} s[/dim]", highlight=False
        )
