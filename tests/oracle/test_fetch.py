import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from oracle.errors import FetchError, PayloadTooLarge
from oracle.fetch import Fetcher, is_public

Answer = Callable[[BaseHTTPRequestHandler], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str]] = []
    tries = 0

    def log_message(self, format: str, *args: object) -> None: ...

    def plain(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def endless(self, chunk: bytes, pause: float = 0.0, **headers: str) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(chunk)
                time.sleep(pause)
        except OSError:
            return

    def do_GET(self) -> None:
        Handler.seen.append((self.path, self.headers["Host"]))
        match self.path:
            case "/ok":
                self.plain(b"body")
            case "/gzip":
                self.plain(gzip.compress(b"x" * 50_000), Content_Encoding="gzip")
            case "/bomb":
                self.plain(gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")
            case "/cut":
                self.plain(gzip.compress(b"x" * 50_000)[:-20], Content_Encoding="gzip")
            case "/huge":
                self.endless(b"x" * 65_536, Content_Length="200000000")
            case "/endless":
                self.endless(b"x" * 65_536)
            case "/drip":
                self.endless(b"x", 0.05)
            case "/away":
                self.plain(b"", 302, Location="http://169.254.169.254/latest")
            case "/file":
                self.plain(b"", 302, Location="file:///etc/passwd")
            case "/loop":
                self.plain(b"", 302, Location="/loop")
            case "/moved":
                self.plain(b"", 301, Location="/ok")
            case "/dateless":
                self.send_response_only(200)
                self.send_header("Content-Length", "4")
                self.end_headers()
                self.wfile.write(b"body")
            case "/odd-date":
                self.send_response_only(200)
                for name, value in {"Content-Length": "4", "Date": "99 Feb 99999 99:99"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"body")
            case "/flaky":
                Handler.tries += 1
                self.plain(b"body") if Handler.tries > 2 else self.plain(b"", 503, Retry_After="0")
            case _:
                self.plain(b"", 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Handler.seen.append((self.path, self.headers["Content-Type"]))
        match self.path:
            case "/echo":
                self.plain(body[::-1])
            case "/moved":
                self.plain(b"", 307, Location="/echo")
            case "/huge":
                self.endless(b"x" * 65_536, Content_Length="200000000")
            case _:
                self.plain(b"", 503, Retry_After="0")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def fetcher(port: int) -> Iterator[Fetcher]:
    found = Fetcher({f"127.0.0.1:{port}"}, allow_loopback=True, deadline_seconds=5)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("path", "body"), [("/ok", b"body"), ("/gzip", b"x" * 50_000), ("/moved", b"body"), ("/flaky", b"body")]
)
def test_bodies_come_through(fetcher: Fetcher, port: int, path: str, body: bytes) -> None:
    assert fetcher.get(f"http://127.0.0.1:{port}{path}")[:2] == (body, "text/plain")


@pytest.mark.parametrize("path", ["/huge", "/endless", "/bomb"])
def test_too_large_is_given_up_quickly(fetcher: Fetcher, port: int, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(PayloadTooLarge, match="PAYLOAD_TOO_LARGE"):
        fetcher.get(f"http://127.0.0.1:{port}{path}")
    assert time.monotonic() - started < 3


def test_ratio_is_capped(port: int) -> None:
    fetcher = Fetcher({f"127.0.0.1:{port}"}, allow_loopback=True, max_bytes=100_000_000)
    with pytest.raises(PayloadTooLarge, match="packing"):
        fetcher.get(f"http://127.0.0.1:{port}/bomb")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/away", "HOST_NOT_ALLOWED"),
        ("/file", "URL_UNUSABLE"),
        ("/loop", "REDIRECT_REFUSED"),
        ("/gone", "HTTP_STATUS.*404"),
        ("/cut", "ENCODING_REFUSED"),
    ],
)
def test_bad_answers_are_refused(fetcher: Fetcher, port: int, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        fetcher.get(f"http://127.0.0.1:{port}{path}")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://other.example/", "HOST_NOT_ALLOWED"),
        ("http://127.0.0.1:1/", "HOST_NOT_ALLOWED"),
        ("ftp://127.0.0.1/", "URL_UNUSABLE"),
        ("http://user@127.0.0.1/", "URL_UNUSABLE"),
        ("file:///etc/passwd", "URL_UNUSABLE"),
        ("http://[::1", "URL_UNUSABLE"),
        ("http://127.0.0.1:port/", "URL_UNUSABLE"),
        ("", "URL_UNUSABLE"),
    ],
)
def test_addresses_off_the_list_are_refused(fetcher: Fetcher, url: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        fetcher.get(url)


def test_dripping_server_ends_at_the_deadline(port: int) -> None:
    fetcher = Fetcher({f"127.0.0.1:{port}"}, allow_loopback=True, deadline_seconds=0.4)
    started = time.monotonic()
    with pytest.raises(FetchError, match="DEADLINE|UNREACHABLE"):
        fetcher.get(f"http://127.0.0.1:{port}/drip")
    assert time.monotonic() - started < 2


def test_listed_name_with_a_private_address_is_refused(port: int) -> None:
    fetcher = Fetcher({f"shop.example:{port}"}, resolver=lambda host, port: ["10.0.0.1", "127.0.0.1"])
    with pytest.raises(FetchError, match="ADDRESS_REFUSED"):
        fetcher.get(f"http://shop.example:{port}/ok")


def test_the_checked_address_is_connected_to_and_resolved_once(port: int) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    fetcher = Fetcher({f"shop.example:{port}"}, allow_loopback=True, resolver=resolver)
    for _ in range(2):
        assert fetcher.get(f"http://shop.example:{port}/ok").body == b"body"
    assert asked == ["shop.example"]
    assert Handler.seen[-1] == ("/ok", f"shop.example:{port}")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "127.0.0.1",
        "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::",
        "::7f00:1", "2001::1", "255.255.255.255", "198.18.0.1", "::ffff:0:7f00:1",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_loopback_leave_is_for_127_only(address: str) -> None:
    assert is_public("127.0.0.1", allow_loopback=True)
    assert not is_public(address, allow_loopback=True)


def test_public_addresses_are() -> None:
    assert is_public("93.184.216.34") and is_public("2606:2800:220:1::1")


def test_threads_share_a_fetcher(fetcher: Fetcher, port: int) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetcher.get(f"http://127.0.0.1:{port}/ok").body)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"body"] * 8


def test_a_body_is_posted_once_and_not_sent_on(fetcher: Fetcher, port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    Handler.seen.clear()
    answer = fetcher.post(f"{base}/echo", b"question", "application/timestamp-query")
    assert (answer.body, answer.media_type) == (b"noitseuq", "text/plain")
    assert Handler.seen == [("/echo", "application/timestamp-query")]
    Handler.seen.clear()
    with pytest.raises(FetchError, match="REDIRECT_REFUSED.*is not sent on"):
        fetcher.post(f"{base}/moved", b"question", "text/plain")
    with pytest.raises(FetchError, match="HTTP_STATUS.*answered 503"):
        fetcher.post(f"{base}/busy", b"question", "text/plain")
    assert [path for path, _ in Handler.seen] == ["/moved", "/busy"]
    with pytest.raises(PayloadTooLarge, match="PAYLOAD_TOO_LARGE"):
        fetcher.post(f"{base}/huge", b"question", "text/plain")


def test_a_post_goes_through_the_same_door(port: int) -> None:
    with pytest.raises(FetchError, match="HOST_NOT_ALLOWED"):
        Fetcher({"example.com"}).post(f"http://127.0.0.1:{port}/echo", b"", "text/plain")
    with pytest.raises(FetchError, match="ADDRESS_REFUSED"):
        Fetcher({f"127.0.0.1:{port}"}).post(f"http://127.0.0.1:{port}/echo", b"", "text/plain")


def test_the_way_is_told(fetcher: Fetcher, port: int) -> None:
    told = fetcher.get(f"http://127.0.0.1:{port}/moved").transport
    assert told is not None
    assert (told.host, told.address, told.tls, told.redirects) == ("127.0.0.1", "127.0.0.1", "", 1)
    assert told.server_time is not None and abs(told.server_time - told.received_at) <= 5
    assert told.clock_step == 0 and "user-agent" in told.sent and "cookie" not in told.sent


@pytest.mark.parametrize("path", ["/dateless", "/odd-date"])
def test_a_server_without_a_readable_time_tells_none(fetcher: Fetcher, port: int, path: str) -> None:
    told = fetcher.get(f"http://127.0.0.1:{port}{path}").transport
    assert told is not None and told.server_time is None


def test_a_clock_that_is_off_or_set_meanwhile_shows(port: int) -> None:
    moments = iter([1000.0, 1000.0, 1600.0])
    fetcher = Fetcher({f"127.0.0.1:{port}"}, allow_loopback=True, clock=lambda: next(moments))
    told = fetcher.get(f"http://127.0.0.1:{port}/ok").transport
    assert told is not None
    assert (told.received_at, told.clock_step) == (1000, 600)
    fetcher.close()
