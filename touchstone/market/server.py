"""The marketplaces over HTTP on the loopback address: keep-alive HTTP/1.1, GET and HEAD, prepared bytes.

Only what a crawler needs is spoken: no bodies in requests, no ranges, no compression.
"""

import socket
import threading
import time
from email.utils import formatdate
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from touchstone.market.disagree import VANTAGE_HEADER, DisagreeRule
from touchstone.market.records import Market
from touchstone.market.wire import JSON, Answer, Wire, build

NOT_FOUND: Answer = (JSON, b'{"error":"not found"}')
IDLE_SECONDS = 30
LINE_CAP, HEADER_CAP = 8_192, 100


class MarketServer:
    """`with MarketServer(market) as server:` serves until the end of the block; `server.base_url` says where."""

    def __init__(
        self, market: Market, disagree: DisagreeRule | None = None, port: int = 0, malformed: bool = True
    ) -> None:
        self.market, self.disagree = market, disagree
        self._http = _Server(("127.0.0.1", port), _Handler)
        self.port: int = self._http.server_address[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._http.wire = build(market, self.base_url, malformed)
        if disagree is not None:
            self._http.vantage = disagree.vantage
            self._http.other = build(disagree.seen(market), self.base_url, malformed)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="market", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and give the port back."""
        if self._thread.is_alive():
            self._http.shutdown()
        self._http.server_close()

    @property
    def requests(self) -> int:
        """How many requests were answered; near enough under load."""
        return self._http.requests


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True
    wire: Wire
    vantage: str | None = None
    other: Wire | None = None
    requests = 0

    def answer(self, target: str, vantage: str | None) -> Answer | None:
        wire = self.other if self.other is not None and vantage == self.vantage else self.wire
        return wire.get(target)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests by hand: the standard parser takes several times as long as the answer."""

    server: _Server
    timeout = IDLE_SECONDS

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle(self) -> None:
        try:
            while self._one():
                pass
        except (TimeoutError, ConnectionError):
            return

    def _one(self) -> bool:
        """Answer one request; False when the connection ends."""
        words = self.rfile.readline(LINE_CAP + 1).decode("latin-1").split()
        if len(words) != 3:
            return False
        method, target, version = words
        headers: dict[str, str] = {}
        for _ in range(HEADER_CAP):
            text = self.rfile.readline(LINE_CAP + 1).decode("latin-1")
            if text in ("\r\n", "\n", ""):
                break
            name, _, value = text.partition(":")
            headers[name.strip().lower()] = value.strip()
        else:
            return self._send("431 Request Header Fields Too Large", NOT_FOUND, True, False)
        keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        if method not in ("GET", "HEAD") or headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return self._send("405 Method Not Allowed", (JSON, b'{"error":"GET and HEAD only"}'), True, False)
        self.server.requests += 1
        found = self.server.answer(target, headers.get(VANTAGE_HEADER))
        return self._send("404 Not Found" if found is None else "200 OK", found or NOT_FOUND, method == "GET", keep)

    def _send(self, status: str, answer: Answer, with_body: bool, keep: bool) -> bool:
        media_type, body = answer
        allow = "Allow: GET, HEAD\r\n" if status.startswith("405") else ""
        close = "" if keep else "Connection: close\r\n"
        size = f"Content-Length: {len(body)}\r\n"
        facts = f"{_date(int(time.time()))}Content-Type: {media_type}\r\n{size}"
        head = f"HTTP/1.1 {status}\r\n{facts}{allow}{close}\r\n".encode()
        self.connection.sendall(head + body if with_body else head)
        return keep


@lru_cache(maxsize=2)
def _date(now: int) -> str:
    """The Date header of a second: what a server's clock says (RFC 9110 section 6.6.1)."""
    return f"Date: {formatdate(now, usegmt=True)}\r\n"
