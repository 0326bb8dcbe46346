"""The whole path as one story, as a person runs it: the command, a home, and kill -9 at random moments."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LISTINGS = 160
SEED = 7
KILLS = 20
HOMES = 4  # the kills are spread over this many homes, so that each home is killed several times, ever further on


def command(home: Path, *more: str) -> list[str]:
    sizes = ["--listings", str(LISTINGS), "--seed", str(SEED)]
    return [sys.executable, "-m", "touchstone", "demo", "--home", str(home), *sizes, "--json", *more]


def run(home: Path, *more: str) -> dict:  # type: ignore[type-arg]
    done = subprocess.run(command(home, *more), cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def plain(result: dict) -> list[tuple[str, str, int, int]]:  # type: ignore[type-arg]
    return sorted((f["marketplace"], f["listing_id"], f["kind"], f["period"]) for f in result["findings"])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path, float]:  # type: ignore[type-arg]
    home = tmp_path_factory.mktemp("demo") / "home"
    started = time.monotonic()
    result = run(home)
    return result, home, time.monotonic() - started


def test_the_numbers_add_up(undisturbed) -> None:  # type: ignore[no-untyped-def]
    result, _, _ = undisturbed
    assert result["payloads"] > 0
    assert result["records"] == result["observations"] + result["quarantined"]
    assert result["quarantined"] > 0
    assert result["findings_on_chain"] == result["findings_recorded"] == result["findings_indexed"] > 0
    assert result["verdict"] == "genuine"
    assert result["altered_verdict"] == "altered"


def test_the_bundle_verifies_with_the_command_alone(undisturbed) -> None:  # type: ignore[no-untyped-def]
    result, _, _ = undisturbed
    verify = [sys.executable, "-m", "touchstone", "verify", result["bundle"], "--trust", result["trust_root"]]
    assert subprocess.run(verify, cwd=ROOT, capture_output=True).returncode == 0
    truncated = Path(result["bundle"]).with_suffix(".cut")
    truncated.write_bytes(Path(result["bundle"]).read_bytes()[:-100])
    verify[4] = str(truncated)
    assert subprocess.run(verify, cwd=ROOT, capture_output=True).returncode == 2


def test_the_verdict_is_printed_in_both_languages(undisturbed) -> None:  # type: ignore[no-untyped-def]
    result, _, _ = undisturbed
    chinese, english = (Path(name) for name in result["reports"])
    assert (chinese.name, english.name) == tuple(
        Path(result["bundle"]).with_suffix(f".report.{language}.pdf").name for language in ("zh", "en")
    )
    assert chinese.read_bytes()[:5] == english.read_bytes()[:5] == b"%PDF-"
    assert chinese.read_bytes() != english.read_bytes()


def test_the_bundle_tells_of_the_time_before(undisturbed) -> None:  # type: ignore[no-untyped-def]
    result, _, _ = undisturbed
    bundle = json.loads(Path(result["bundle"]).read_bytes())
    observed = {
        (answer["answer"]["bureau"], field[2])
        for answer in bundle["answers"]
        for observation in answer["observations"]
        for field in observation
        if field[1] == "payload"
    }
    assert {(each["bureau"], each["report"]["payload"]) for each in bundle["captures"]} == observed
    clocks = {
        check["name"] for each in bundle["captures"] for check in each["report"]["checks"] if check["area"] == "clock"
    }
    assert clocks == {"server_time", "not_set_meanwhile"}
    acts = [each["entry"]["act"] for each in bundle["custody"]]
    assert (acts.count(1), acts.count(2), acts.count(6)) == (len(observed), len(observed), 1)
    assert bundle["quality"]["recorded"] > 0 and bundle["peers"]


def test_a_second_run_adds_nothing(undisturbed) -> None:  # type: ignore[no-untyped-def]
    result, home, _ = undisturbed
    again = run(home)
    assert plain(again) == plain(result)
    assert again["findings_on_chain"] == result["findings_on_chain"]
    assert again["blocks"] == result["blocks"]


def killed_again_and_again(home: Path, seconds: float, seed: int) -> dict:  # type: ignore[type-arg]
    """Kill the demo at random moments of its time, ever further on, then let it end."""
    moments = random.Random(seed)
    for _ in range(KILLS // HOMES):
        process = subprocess.Popen(
            command(home), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(moments.uniform(0.0, seconds))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return run(home)


@pytest.mark.slow
def test_kill_9_at_random_moments_loses_and_doubles_nothing(undisturbed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result, _, seconds = undisturbed
    with ThreadPoolExecutor(2) as pool:  # two homes at a time: a killed demo mostly waits
        homes = [pool.submit(killed_again_and_again, tmp_path / f"home-{n}", seconds, 20 + n) for n in range(HOMES)]
        for home in homes:
            survived = home.result()
            assert plain(survived) == plain(result)
            assert survived["findings_on_chain"] == survived["findings_recorded"] == survived["findings_indexed"]
            assert survived["verdict"] == "genuine"


def test_a_disagreeing_bureau_shows_in_the_finding(tmp_path: Path) -> None:
    result = run(tmp_path / "home", "--disagree")
    assert result["disagreements"] > 0
    assert any(finding["spread_bps"] > 0 for finding in result["findings"])
    assert result["verdict"] == "genuine"


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    done = subprocess.run(command(tmp_path), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Nothing was changed" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letters.txt"]


def test_a_home_in_use_is_refused(undisturbed) -> None:  # type: ignore[no-untyped-def]
    import fcntl

    _, home, _ = undisturbed
    with (home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(command(home), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "in use" in done.stderr
