"""The committed page is what its sources give, to the byte."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.verifier.javascript import ROOT

BUILD = ROOT / "verifier" / "build.js"
PAGE = ROOT / "verifier" / "verifier.html"


@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules" / "esbuild").is_dir(),
    reason="building the page needs Node 20 and the packages of package-lock.json (scripts/setup --contracts)",
)
def test_the_page_is_built_from_its_sources(tmp_path: Path) -> None:
    subprocess.run(["node", BUILD, tmp_path / "built.html"], check=True, capture_output=True)
    same = (tmp_path / "built.html").read_bytes() == PAGE.read_bytes()
    assert same, "expected verifier/verifier.html as its sources give it, got another: run node verifier/build.js"


def test_the_page_names_no_place_to_load_from() -> None:
    """Outside its one script and one style, which the policy names by their digests."""
    page = PAGE.read_text("utf-8")
    markup = re.sub(r"(?s)(?<=<style>).*?(?=</style>)|(?<=<script>).*?(?=</script>)", "", page)
    assert (markup.count("<style>"), markup.count("<script>")) == (1, 1)
    assert "default-src 'none'" in markup
    assert re.findall(r"\b(?:src|href|srcset|data|action|content=.?\d*;? ?url)\s*=", markup) == []


def test_the_page_carries_the_licences_of_its_libraries() -> None:
    page = PAGE.read_text("utf-8")
    for name in ("noble-curves", "noble-hashes"):
        assert f"{name}\n\nThe MIT License (MIT)" in page
    assert page.count("Permission is hereby granted, free of charge") == 2
