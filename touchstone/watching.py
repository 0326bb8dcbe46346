"""`touchstone monitor`: follow a network from a pinned trust root, and raise alarms with their evidence."""

import json
import time
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from node.chain.client import ChainClient
from node.protocol.trust import TrustRoot
from node.services.monitoring import Monitor

PAUSE_SECONDS = 1.0
AT_ONCE = 500  # blocks between two lines of progress


def watch(trust: Path, urls: list[str], folder: Path, period: int, once: bool, as_json: bool) -> int:
    """Follow until stopped, or to the head with `once`; returns how many alarms rose."""
    root = TrustRoot.parse(trust.read_bytes())
    sources = {url: ChainClient.at(url) for url in urls}
    monitor = Monitor(root, sources, folder, lambda: int(time.time()), period)
    console = Console(stderr=True)
    raised = 0
    with console.status("following · 监视中") as status:
        while True:
            before = monitor.watched.block
            for alarm in monitor.follow(AT_ONCE):
                raised += 1
                if as_json:
                    print(json.dumps({**asdict(alarm), "file": alarm.name()}, ensure_ascii=False), flush=True)
                else:
                    console.print(
                        f"[red]✗ {alarm.kind}[/red] block 区块 {alarm.block}: {alarm.words[0]} · {alarm.words[1]}"
                    )
            held = monitor.watched
            status.update(f"block 区块 {held.block}, {len(held.validators)} validators 验证节点, {raised} alarms 警报")
            if held.block == before:
                if once:
                    break
                time.sleep(PAUSE_SECONDS)
    if not as_json:
        print(
            f"followed to block {monitor.watched.block} · 已监视至第 {monitor.watched.block} 号区块; {raised} alarms 警报, in {folder}"
        )
    return raised
