from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.connectors import Source, refetch
from oracle.errors import FetchError, Malformed
from oracle.fetch import Fetched
from oracle.ingest import Counts, ingest
from oracle.lake import Lake
from oracle.payload import PayloadStore, RawPayload

BASE = "http://shop.example"
MAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
PAGE = (
    b'<script type="application/ld+json">{"@type":"Product","name":"x","sku":"%d","offers":{"price":"5.00"}}</script>'
)
SITE: dict[str, tuple[str, bytes]] = {
    "/shop/products.json?limit=250&page=1": (
        "application/json",
        b'{"products":[{"id":1,"title":"a","variants":[]},{"id":2}]}',
    ),
    "/shop/products.json?limit=250&page=2": ("application/json", b'{"products":[]}'),
    "/pages/sitemap.xml": (
        "application/xml",
        MAP.format("".join(f"<url><loc>{BASE}/pages/{n}.html</loc></url>" for n in (1, 2, 3))).encode(),
    ),
    "/pages/1.html": ("text/html", PAGE % 1),
    "/pages/3.html": ("text/html", b"<h1>Please log in</h1>"),
    "/report.jsonl": ("application/jsonl", b'{"kind":"sales","listing_id":"1"}\n{"kind":"sales"}\nnot json\n'),
    "/report/listing/shop/1.jsonl": ("application/jsonl", b'{"kind":"sales","listing_id":"1"}\n'),
}
SOURCES = [
    Source("shopify", f"{BASE}/shop", "shop"),
    Source("page", f"{BASE}/pages", "pages"),
    Source("report", f"{BASE}/report.jsonl", "mall"),
]


class Site:
    """A fetcher over a dictionary."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, url: str, max_bytes: int | None = None) -> Fetched:
        self.asked.append(url)
        if url.removeprefix(BASE) not in SITE:
            raise FetchError("HTTP_STATUS", f"{url} answered 404")
        media_type, body = SITE[url.removeprefix(BASE)]
        return Fetched(body, media_type)


def run(folder: Path, keep: Callable[[bytes], str] | None = None) -> Counts:
    payloads = PayloadStore(folder / "payloads")
    return ingest(SOURCES, Site(), payloads, Lake(folder / "lake"), lambda: 1_767_225_600)  # type: ignore[arg-type]


def test_everything_is_accounted_for(tmp_path: Path) -> None:
    counts = run(tmp_path)
    lake = Lake(tmp_path / "lake")
    assert (counts.payloads, counts.records, counts.ok, counts.quarantined) == (6, 8, 3, 5)
    assert counts.records == counts.ok + counts.quarantined
    assert sum(len(lake.roots(batch)) for batch in lake.batches()) == counts.ok
    assert lake.rejected().num_rows == counts.quarantined
    assert counts.sources["page:pages"].missed == 1
    assert set(lake.rejected().column("reason").to_pylist()) == {
        "MISSING_FIELD", "HTTP_STATUS", "CAPTURE_NOT_LISTING", "NOT_JSON",
    }  # fmt: skip


def test_second_run_keeps_what_is_there(tmp_path: Path) -> None:
    first = run(tmp_path)
    lake = Lake(tmp_path / "lake")
    roots = {batch: lake.roots(batch) for batch in lake.batches()}
    again = run(tmp_path)
    assert {batch: lake.roots(batch) for batch in lake.batches()} == roots
    assert (again.records, again.ok, again.quarantined) == (first.records, first.ok, first.quarantined)
    assert lake.rejected().num_rows == first.quarantined
    assert sum(source.known for source in again.sources.values()) == again.payloads


def test_run_cut_off_goes_on(tmp_path: Path) -> None:
    whole = run(tmp_path)
    lake = Lake(tmp_path / "lake")
    kept, lost = lake.batches()[0], lake.batches()[1]
    roots = lake.roots(kept)
    (tmp_path / "lake" / "batches" / f"{lost}.json").unlink()
    assert run(tmp_path).ok == whole.ok
    assert lake.roots(kept) == roots and lost in lake.batches()


def test_payloads_are_kept_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import oracle.ingest

    store = PayloadStore(tmp_path / "payloads")
    inner = oracle.ingest.normalize

    def checked(payload: RawPayload) -> object:
        assert store.read(payload.sha256) == payload.body
        return inner(payload)

    monkeypatch.setattr(oracle.ingest, "normalize", checked)
    run(tmp_path)


def test_refetch_gives_the_listing_and_its_report_lines() -> None:
    site = Site()
    found = list(refetch("shop", "1", f"{BASE}/pages/1.html", f"{BASE}/report", site, lambda: 7))  # type: ignore[arg-type]
    assert [(payload.connector, payload.marketplace, payload.fetched_at) for payload in found] == [
        ("page", "shop", 7),
        ("report", "shop", 7),
    ]
    lines = f"{BASE}/report/listing/shop/1.jsonl"
    assert len(list(refetch("shop", "1", lines, f"{BASE}/report", site, lambda: 7))) == 1  # type: ignore[arg-type]


def test_refetch_of_what_is_gone_raises() -> None:
    with pytest.raises(FetchError, match="404"):
        list(refetch("shop", "9", f"{BASE}/pages/9.html", f"{BASE}/report", Site(), lambda: 7))  # type: ignore[arg-type]


def test_source_is_named_by_host_and_port_unless_told() -> None:
    assert Source.parse("shopify=http://shop.example:81/x").market == "shop.example:81"
    assert Source.parse("shopify:aurora-shop=http://shop.example/x").market == "aurora-shop"
    with pytest.raises(Malformed, match="UNKNOWN_CONNECTOR"):
        Source.parse("gopher=http://shop.example")
