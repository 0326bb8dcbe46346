"""The demo's result as a person likes to read it."""

from rich.console import Console
from rich.table import Table

from node.protocol.identifiers import KIND_NAMES, Kind
from touchstone.demo import Result
from touchstone.stages import Stages


def show(console: Console, stages: Stages, result: Result) -> None:
    """Stages, findings by kind against the simulator's truth, and what to try next."""
    console.print()
    steps = Table(title="From payloads to a verdict · 从采集到验证", title_justify="left")
    steps.add_column("stage 阶段")
    steps.add_column("what came of it 结果", overflow="fold")
    steps.add_column("s 秒", justify="right")
    for stage in stages.done:
        steps.add_row(f"{stage.name} {stage.chinese}", stage.result, f"{stage.seconds:.1f}")
    steps.add_row("total 合计", "", f"{result.seconds['total']:.1f}")
    console.print(steps)

    kinds = Table(
        title="Findings by kind, against the simulator's truth (simulated data) · 按类型的认定（模拟数据）",
        title_justify="left",
    )
    for heading in ("kind 类型", "findings 认定", "precision 查准率", "recall 查全率"):
        kinds.add_column(heading, justify="left" if heading.startswith("kind") else "right")
    for kind in Kind:
        english, chinese = KIND_NAMES[kind]
        fit = result.fits[kind.name.lower()]
        kinds.add_row(f"{english} {chinese}", str(fit.right + fit.wrong), _share(fit.precision), _share(fit.recall))
    console.print(kinds)

    console.print(f"evidence bundle 证据包   {result.bundle}", soft_wrap=True, highlight=False)
    console.print(f"trust root 信任根        {result.trust_root}", soft_wrap=True, highlight=False)
    for report in result.reports:
        console.print(f"printed report 核验报告  {report}", soft_wrap=True, highlight=False)
    console.print("\nTry next · 接下来可以试试:", highlight=False)
    bundle, root = result.bundle, result.trust_root
    altered = bundle.with_suffix(".altered.json") if bundle else None
    for command in (
        f"scripts/touchstone verify {bundle} --trust {root}",
        f"scripts/touchstone verify {altered} --trust {root} --report altered.pdf --lang zh",
        "scripts/demo --serve        # pages on http://127.0.0.1:8080",
        "scripts/demo --home other-home --disagree --listings 300",
    ):
        console.print(f"  {command}", soft_wrap=True, highlight=False)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
