"""`touchstone doctor`: what a bureau's node must be before it joins, each check by name."""

import json
import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from node.chain.client import ChainClient
from node.chain.contracts import Contracts
from node.chain.errors import ChainError, Unreachable
from node.chain.network.processes import validators_of
from node.chain.proofs import proven_words
from node.protocol.canonical import keccak256
from node.protocol.errors import ProtocolError
from node.protocol.header import Header
from node.protocol.identifiers import ADDRESSES
from node.protocol.trust import TrustRoot

CLOCK_SECONDS = 5
STALE_BLOCKS = 15
FREE_BYTES = 20 * 10**9
KEY_NAMES = ("node.key", "*.key", "nodekey", "password")
ARCHIVE_BLOCKS = 1_000


@dataclass(frozen=True)
class Check:
    """One check: what was expected and what was found, in both languages."""

    name: str
    chinese: str
    ok: bool
    found: str
    advice: str = ""


class Doctor:
    """Looks at one node and its files; changes nothing."""

    def __init__(
        self, trust: TrustRoot, client: ChainClient, folder: Path, period: int, clock: Callable[[], float]
    ) -> None:
        self._trust = trust
        self._client = client
        self._folder = folder
        self._period = period
        self._clock = clock

    def checks(self) -> list[Check]:
        """All checks; one that cannot be made counts as failed, and never stops the others."""
        todo: tuple[tuple[str, str, Callable[[], tuple[bool, str, str]]], ...] = (
            ("chain id", "链标识", self._chain_id),
            ("genesis", "创世区块", self._genesis),
            ("contracts", "合约代码", self._contracts),
            ("client", "客户端版本", self._version),
            ("head", "最新区块", self._head),
            ("validators", "验证节点", self._validators),
            ("clock", "时钟", self._clock_offset),
            ("peers", "对等节点", self._peers),
            ("gas", "零手续费", self._gas),
            ("proofs", "历史证明", self._proofs),
            ("disk", "磁盘空间", self._disk),
            ("key files", "密钥文件权限", self._modes),
        )
        found: list[Check] = []
        silent = False
        for name, chinese, look in todo:
            try:
                found.append(Check(name, chinese, *look()))
            except Unreachable as exc:
                words = "no answer 无应答" if silent else str(exc)[:200]
                found.append(Check(name, chinese, False, words, "see that the node runs and answers at this address"))
                silent = True
            except (ChainError, ProtocolError) as exc:
                found.append(Check(name, chinese, False, str(exc)[:200], "see that this is a node of the consortium"))
            except OSError as exc:
                found.append(Check(name, chinese, False, str(exc), "give the folder of the bureau's node"))
        return found

    def _chain_id(self) -> tuple[bool, str, str]:
        got = self._client.chain_id
        return (
            got == self._trust.chain_id,
            str(got),
            f"expected {self._trust.chain_id}: use the consortium's genesis file",
        )

    def _genesis(self) -> tuple[bool, str, str]:
        got, wanted = self._client.genesis_hash, self._trust.genesis_hash
        return (
            got == wanted,
            got.hex(),
            f"expected {wanted.hex()}: empty the data folder and start with the right genesis.json",
        )

    def _contracts(self) -> tuple[bool, str, str]:
        head = self._client.head()
        wrong = []
        for name in self._trust.contracts:
            version = self._trust.contract_in_force(name, head)
            if version is not None and keccak256(self._client.code(version.address)) != version.code_hash:
                wrong.append(name)
        whole = f"{len(self._trust.contracts)} of {len(ADDRESSES)} as the trust root names them"
        return not wrong, ", ".join(wrong) or whole, "the code at these addresses is another: the genesis files differ"

    def _version(self) -> tuple[bool, str, str]:
        got = str(self._client.request("web3_clientVersion"))
        known = "besu" in got.lower() or "quorum" in got.lower() or "geth" in got.lower()
        return known, got, "expected Besu or GoQuorum"

    def _head(self) -> tuple[bool, str, str]:
        block = self._client.block(self._client.head())
        age = int(self._clock()) - int(block["timestamp"], 16)
        number = int(block["number"], 16)
        advice = (
            "wait while the node catches up; where no block comes, look at the peers and whether enough validators run"
        )
        return age <= STALE_BLOCKS * self._period, f"block {number}, {age} s old", advice

    def _validators(self) -> tuple[bool, str, str]:
        advice = "stop the node, move its data folder away and start it: it follows the chain anew"
        try:
            told = {address.lower() for address in validators_of(self._client)}
        except Unreachable:
            raise
        except ChainError as exc:
            return False, str(exc)[:200], advice
        seated = {address.lower() for address in Contracts(self._client).validators()}
        return told == seated, f"{len(told)}, {len(told & seated)} of them in ValidatorSet", advice

    def _clock_offset(self) -> tuple[bool, str, str]:
        block = self._client.block(self._client.head())
        ahead = int(block["timestamp"], 16) - self._clock()
        synchronized = Path("/run/systemd/timesync/synchronized").exists()
        words = f"newest block {ahead:+.0f} s from this clock" + ("; time service in step" if synchronized else "")
        return ahead <= CLOCK_SECONDS, words, "this clock is behind the chain: set up a time service (chrony)"

    def _peers(self) -> tuple[bool, str, str]:
        got = int(self._client.request("net_peerCount"), 16)
        wanted = max(1, len(self._trust.validator_sets[-1].validators) // 2)
        return got >= wanted, str(got), f"expected at least {wanted}: look at static-nodes.json and the firewall"

    def _gas(self) -> tuple[bool, str, str]:
        price = int(self._client.request("eth_gasPrice"), 16)
        base = self._client.block(self._client.head()).get("baseFeePerGas")
        free = price == 0 and (base is None or int(base, 16) == 0)
        words = f"price {price}" + ("" if base is None else f", base fee {int(base, 16)}")
        return free, words, "set min-gas-price=0 (Besu) or --miner.gasprice 0 (GoQuorum)"

    def _proofs(self) -> tuple[bool, str, str]:
        head = self._client.head()
        if head == 0:
            return False, "no block but the first", "wait until the node has followed the chain"
        old = max(1, head - ARCHIVE_BLOCKS)
        header = Header.from_rpc(self._client.block(old))
        proven_words(self._client, header, ADDRESSES["ValidatorSet"], [0])
        return True, f"proven {head - old} blocks back", ""

    def _disk(self) -> tuple[bool, str, str]:
        free = shutil.disk_usage(self._folder).free
        return free >= FREE_BYTES, f"{free / 10**9:.0f} GB free", f"expected at least {FREE_BYTES // 10**9} GB"

    def _modes(self) -> tuple[bool, str, str]:
        files = {file for name in KEY_NAMES for file in self._folder.rglob(name) if file.is_file()}
        files |= set(self._folder.glob("**/keystore/*.json"))
        loose = sorted(file.name for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077)
        if not files:
            return False, "no key files", "give the folder of the bureau's node"
        return not loose, ", ".join(loose) or f"{len(files)} files, all 0600", "chmod 600 each of them"


def examine(trust: Path, url: str, folder: Path, period: int, wait: int, as_json: bool) -> bool:
    """Print all checks, made again for at most `wait` seconds until all hold; true when they do."""
    root = TrustRoot.parse(trust.read_bytes())
    doctor = Doctor(root, ChainClient.at(url, timeout=5), folder, period, time.time)
    checks, deadline = doctor.checks(), time.monotonic() + wait
    while not all(check.ok for check in checks) and time.monotonic() < deadline:
        time.sleep(1)
        checks = doctor.checks()
    if as_json:
        print(json.dumps({"ok": all(c.ok for c in checks), "checks": [asdict(c) for c in checks]}, ensure_ascii=False))
    else:
        table = Table(title=f"{url}", title_justify="left")
        for heading in ("", "check 检查项", "found 结果", "what to do 建议"):
            table.add_column(heading, overflow="fold")
        for check in checks:
            mark = "[green]✓[/green]" if check.ok else "[red]✗[/red]"
            table.add_row(mark, f"{check.name} {check.chinese}", check.found, "" if check.ok else check.advice)
        Console().print(table)
    return all(check.ok for check in checks)
