"""What the oracle says of its own fetching: honest about what it saw, and about what it could not look at."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.protocol.capture import CaptureReport
from oracle.capturing import Machine, capture_report, look_at_machine, tool
from oracle.payload import RawPayload, Transport

NOW = 1_790_000_000
MACHINE = Machine(hosts=frozenset({"localhost"}), traced=False, proxies=())
TRANSPORT = Transport(
    host="shop.example",
    address="93.184.216.34",
    tls="TLSv1.3",
    received_at=NOW,
    clock_step=0,
    redirects=0,
    server_time=NOW,
    sent=("host", "user-agent"),
)
PAYLOAD = RawPayload("page", "shop", "https://shop.example/item", "text/html", NOW - 500, b"<html>", TRANSPORT)


def report(machine: Machine = MACHINE, kept: bool = True, **changes: Any) -> CaptureReport:
    return capture_report(PAYLOAD, replace(TRANSPORT, **changes), machine, kept)


def failed(found: CaptureReport) -> list[str]:
    return [check.name for check in found.failed]


def test_a_good_capture_is_clean_and_says_what_it_is_about() -> None:
    found = report()
    assert found.clean and failed(found) == []
    assert (found.url, found.payload.hex(), found.captured_at) == (PAYLOAD.url, PAYLOAD.sha256, NOW)
    assert {check.area for check in found.checks} == {"clock", "network", "cleanliness", "carrier"}
    assert CaptureReport.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("changes", "name", "clean"),
    [
        ({"server_time": NOW - 600}, "server_time", False),
        ({"server_time": NOW + 600}, "server_time", False),
        ({"server_time": NOW + 6}, "server_time", False),
        ({"server_time": None}, "server_time", False),
        ({"clock_step": -6}, "not_set_meanwhile", False),
        ({"sent": ("host", "cookie")}, "no_session", False),
        ({"host": "LOCALHOST"}, "hosts_table", False),
        ({"machine": replace(MACHINE, hosts=None)}, "hosts_table", False),
        ({"machine": replace(MACHINE, traced=True)}, "not_traced", False),
        ({"machine": replace(MACHINE, traced=None)}, "not_traced", False),
        ({"address": "127.0.0.1"}, "public_address", True),
        ({"tls": ""}, "tls", True),
        ({"redirects": 1}, "no_redirect", True),
        ({"kept": False}, "kept_whole", True),
    ],
)
def test_each_failure_is_told(changes: dict[str, Any], name: str, clean: bool) -> None:
    found = report(**changes)
    assert failed(found) == [name]
    assert found.clean is clean


def test_a_clock_within_the_limit_holds() -> None:
    assert report(server_time=NOW - 5).clean and report(server_time=NOW + 5, clock_step=5).clean


def test_ten_minutes_are_told_with_their_direction() -> None:
    words = {ahead: report(server_time=NOW - ahead).failed[0].detail for ahead in (600, -600)}
    assert words[600] == "own clock 600 s ahead of the server's"
    assert words[-600] == "own clock 600 s behind the server's"


def test_proxies_of_the_environment_are_named_and_were_not_used() -> None:
    checks = report(replace(MACHINE, proxies=("http", "https"))).checks
    told = next(check for check in checks if check.name == "no_proxy")
    assert told.ok and "http, https, not used" in told.detail


def test_the_machine_is_read_from_its_own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts, status = tmp_path / "hosts", tmp_path / "status"
    hosts.write_text("127.0.0.1 localhost  Vm # me.example\n# 10.0.0.1 off.example\n\n10.0.0.9\tshop.example\n")
    status.write_text("Name:\tpython\nTracerPid:\t0\nUid:\t0\n")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    found = look_at_machine(hosts, status)
    assert found.hosts == {"localhost", "vm", "shop.example"}
    assert found.traced is False and "https" in found.proxies
    status.write_text("Name:\tpython\nTracerPid:\t77\n")
    assert look_at_machine(hosts, status).traced is True
    absent = look_at_machine(tmp_path / "none", tmp_path / "none")
    assert (absent.hosts, absent.traced) == (None, None)


def test_the_tool_names_the_digest_of_its_files() -> None:
    assert "sha256 " in tool() and "httpcore 1." in tool() and len(tool()) < 300
