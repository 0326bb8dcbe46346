"""The one guarded door to the network.

Only http and https, only listed hosts, also after a redirect. A host is resolved once; the numeric address is checked,
and that address is connected to, so that a name cannot point elsewhere in between. Bodies are decoded while they
stream, under a cap in bytes and in ratio, and everything, retries included, ends at a deadline. The transport is
httpcore, httpx's own engine, because its network backend is a public place to check and pin addresses; addresses are
parsed by httpx alone. Proxies of the environment are not used.
"""

import email.utils
import ipaddress
import socket
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import httpcore
import httpx

from oracle.errors import FetchError, PayloadTooLarge
from oracle.payload import Transport

MAX_BYTES = 20_000_000
MAX_RATIO = 200  # JSON of a real shop packs about 10:1
RATIO_FROM = 1_000_000  # bytes below which the ratio is nobody's harm
MAX_REDIRECTS, ATTEMPTS, MAX_WAIT = 3, 3, 5.0
RETRY_STATUS = {429, 502, 503, 504}
REDIRECTS = {301, 302, 303, 307, 308}
PORTS = {"http": 80, "https": 443}
_TROUBLE = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError)
_EMBEDDING = [  # IPv6 ranges that hold an IPv4 address, and the shift that brings it down
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("64:ff9b:1::/48"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
]
_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_REFUSED = [  # what `is_global` has judged differently from one Python to the next
    ipaddress.ip_network(net) for net in ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "2001::/32", "fec0::/10")
]


class Fetched(NamedTuple):
    """A body, the media type that its server gave it, and how it came."""

    body: bytes
    media_type: str
    transport: Transport | None = None

    def after(self, redirects: int, clock_step: int) -> "Fetched":
        """The same, at the end of a way with so many redirects, on which the clock was set by so much."""
        assert self.transport is not None
        return self._replace(transport=replace(self.transport, redirects=redirects, clock_step=clock_step))


def is_public(address: str, allow_loopback: bool = False) -> bool:
    """Whether a numeric address may be connected to. IPv4 inside IPv6 is judged as the IPv4 address it is."""
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        for net, shift in _EMBEDDING:
            if ip in net:
                return ip not in ipaddress.IPv6Network("::/127") and is_public(
                    str(ipaddress.IPv4Address(int(ip) >> shift & 0xFFFFFFFF))
                )
    if ip in _LOOPBACK:
        return allow_loopback
    refused = ip.is_private or ip.is_link_local or ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not refused and not any(ip in net for net in _REFUSED if net.version == ip.version)


class _Deadline(threading.local):
    at: float = 0.0

    def left(self, most: float) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise FetchError("DEADLINE", "the time for this address is over")
        return min(left, most)


class _Stream(httpcore.NetworkStream):
    """A connection of which every wait ends at the deadline, so that a dripping server cannot hold us."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout or 10.0))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout or 10.0))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout or 10.0)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)  # type: ignore[arg-type]

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to the checked numeric address of a host, resolved once."""

    def __init__(self, allow_loopback: bool, resolve: Callable[[str, int], list[str]], deadline: _Deadline) -> None:
        self._allow_loopback, self._resolve, self._deadline = allow_loopback, resolve, deadline
        self._inner = httpcore.SyncBackend()
        self._known: dict[tuple[str, int], str] = {}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._known.get((host, port)) or self._known.setdefault((host, port), self._checked(host, port))
        left = self._deadline.left(timeout or 10.0)
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        return _Stream(self._inner.connect_tcp(address, port, left, local_address, options), self._deadline)

    def _checked(self, host: str, port: int) -> str:
        found = self._resolve(host, port)
        allowed = [address for address in found if is_public(address, self._allow_loopback)]
        if not allowed:
            raise FetchError("ADDRESS_REFUSED", f"expected a public address for {host}, got {', '.join(found[:4])}")
        return allowed[0]


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise FetchError("UNREACHABLE", f"no address for {host}: {exc}") from exc
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Fetches from `allowed_hosts` (`host` or `host:port`) and from nowhere else. Threads may share it."""

    def __init__(
        self,
        allowed_hosts: Collection[str],
        allow_loopback: bool = False,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        max_ratio: int = MAX_RATIO,
        deadline_seconds: float = 30.0,
        pause_seconds: float = 0.2,
        resolver: Callable[[str, int], list[str]] = resolve,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._allowed = {host.lower() for host in allowed_hosts}
        self._max_bytes, self._max_ratio, self._seconds = max_bytes, max_ratio, deadline_seconds
        self._pause = 0.0 if allow_loopback else pause_seconds  # between requests: we are guests
        self._next = 0.0
        self._clock = clock
        self._turn = threading.Lock()
        self._deadline = _Deadline()
        self._headers = {"User-Agent": "Touchstone/0.1", "Accept": "*/*"} | dict(headers or {})
        self._headers |= {"Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=16,
            max_keepalive_connections=16,
            keepalive_expiry=20.0,
            network_backend=_Backend(allow_loopback, resolver, self._deadline),
        )

    def get(self, url: str, max_bytes: int | None = None) -> Fetched:
        """The body at `url` and its media type. Raises `FetchError`; `PayloadTooLarge` above the cap."""
        self._deadline.at = time.monotonic() + self._seconds
        set_at = self._clock() - time.monotonic()  # moves when the clock is set
        for left in range(MAX_REDIRECTS, -1, -1):
            target = self._checked(url)
            answer = self._persistently(target, max_bytes or self._max_bytes)
            if isinstance(answer, Fetched):
                step = round(self._clock() - time.monotonic() - set_at)
                return answer.after(MAX_REDIRECTS - left, step)
            if left == 0:
                break
            try:
                url = str(target.join(answer))
            except (httpx.InvalidURL, ValueError) as exc:
                raise FetchError("REDIRECT_REFUSED", f"{url} leads to an address that cannot be read") from exc
        raise FetchError("REDIRECT_REFUSED", f"more than {MAX_REDIRECTS} redirects, the last to {url:.200}")

    def post(self, url: str, body: bytes, media_type: str, max_bytes: int | None = None) -> Fetched:
        """The answer to one request with a body: sent once, and not sent on. Raises like `get`."""
        self._deadline.at = time.monotonic() + self._seconds
        target = self._checked(url)
        try:
            self._wait_for_turn()
            answer = self._once(target, max_bytes or self._max_bytes, (body, media_type))
        except _TROUBLE as exc:
            raise FetchError("UNREACHABLE", f"{target}: {type(exc).__name__} {exc}") from exc
        if isinstance(answer, Fetched):
            return answer
        if isinstance(answer, str):
            raise FetchError("REDIRECT_REFUSED", f"{target} leads elsewhere, and a request is not sent on")
        raise FetchError("HTTP_STATUS", f"{target} answered {answer[0]}")

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _checked(self, url: str) -> httpx.URL:
        """`url` if it is on the list."""
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError) as exc:
            raise FetchError("URL_UNUSABLE", f"expected an address, got {url!r:.200}") from exc
        if target.scheme not in PORTS or target.userinfo or not target.host:
            raise FetchError("URL_UNUSABLE", f"expected http or https and a host, got {url!r:.200}")
        port = target.port or PORTS[target.scheme]
        host = f"[{target.host}]" if ":" in target.host else target.host
        names = {f"{host}:{port}"} | ({host} if port == PORTS[target.scheme] else set())
        if not names & self._allowed:
            raise FetchError("HOST_NOT_ALLOWED", f"{host}:{port} is not on the list of this source")
        return target

    def _persistently(self, target: httpx.URL, max_bytes: int) -> Fetched | str:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._wait_for_turn()
                answer = self._once(target, max_bytes)
            except _TROUBLE as exc:
                if attempt == ATTEMPTS:
                    raise FetchError("UNREACHABLE", f"{target}: {type(exc).__name__} {exc}") from exc
                self._sleep(0.1 * 4 ** (attempt - 1))
                continue
            if isinstance(answer, Fetched | str):
                return answer
            status, wait = answer
            if attempt == ATTEMPTS or status not in RETRY_STATUS:
                raise FetchError("HTTP_STATUS", f"{target} answered {status}")
            self._sleep(wait if wait is not None else 0.1 * 4 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _once(
        self, target: httpx.URL, max_bytes: int, sent: tuple[bytes, str] | None = None
    ) -> Fetched | str | tuple[int, float | None]:
        """One request, `sent` with a body and its media type: a body, where it leads, or (status, seconds to wait)."""
        origin = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
        headers = [("Host", target.netloc.decode("ascii")), *self._headers.items()]
        method, content = "GET", None
        if sent is not None:
            method, content = "POST", sent[0]
            headers += [("Content-Type", sent[1]), ("Content-Length", str(len(sent[0])))]
        with self._pool.stream(method, origin, headers=headers, content=content) as response:
            found = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
            if response.status in REDIRECTS and "location" in found:
                return found["location"]
            if response.status != 200:
                wait = found.get("retry-after", "")
                return response.status, min(float(wait), MAX_WAIT) if wait.isascii() and wait.isdecimal() else None
            length = found.get("content-length", "")
            if length.isascii() and length.isdecimal() and int(length[:18]) > max_bytes:
                raise PayloadTooLarge(f"expected at most {max_bytes} bytes from {target}, it announces {length:.18}")
            transport = self._transport(target, response, found)
            chunks = response.iter_stream()
            body = self._decoded(chunks, found.get("content-encoding", "").strip().lower(), max_bytes, str(target))
            return Fetched(body, found.get("content-type", "")[:200], transport)

    def _transport(self, target: httpx.URL, response: httpcore.Response, found: Mapping[str, str]) -> Transport:
        """What an open connection shows of itself."""
        stream = response.extensions["network_stream"]
        tls = stream.get_extra_info("ssl_object")
        return Transport(
            host=target.host,
            address=str(stream.get_extra_info("server_addr")[0]),
            tls="" if tls is None else str(tls.version()),
            received_at=int(self._clock()),
            clock_step=0,
            redirects=0,
            server_time=_time(found.get("date", "")),
            sent=("host", *(name.lower() for name in self._headers)),
        )

    def _decoded(self, chunks: Iterable[bytes], encoding: str, max_bytes: int, url: str) -> bytes:
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError("ENCODING_REFUSED", f"expected gzip or deflate from {url}, got {encoding:.40}")
        unpack = zlib.decompressobj(47 if encoding != "deflate" else 15) if encoding not in ("", "identity") else None
        body, came = bytearray(), 0
        for chunk in chunks:
            self._deadline.left(1.0)
            came += len(chunk)
            try:
                body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
            except zlib.error as exc:
                raise FetchError("ENCODING_REFUSED", f"{url} cannot be unpacked: {exc}") from exc
            if len(body) > max_bytes or (unpack and unpack.unconsumed_tail):
                raise PayloadTooLarge(f"expected at most {max_bytes} bytes from {url}, got more")
            if len(body) > RATIO_FROM and len(body) > came * self._max_ratio:
                raise PayloadTooLarge(f"expected a packing of at most {self._max_ratio}:1 from {url}, got more")
        if unpack and not unpack.eof:
            raise FetchError("ENCODING_REFUSED", f"{url} breaks off before its packed body ends")
        return bytes(body)

    def _wait_for_turn(self) -> None:
        if self._pause:
            with self._turn:
                now = time.monotonic()
                mine = max(now, self._next)
                self._next = mine + self._pause
            self._sleep(mine - now)

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            if seconds >= self._deadline.left(seconds + 1):
                raise FetchError("DEADLINE", "the next attempt would come after the deadline")
            time.sleep(seconds)


def _time(text: str) -> int | None:
    """The seconds in a Date header; None for anything else."""
    try:
        return int(email.utils.parsedate_to_datetime(text[:100]).timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
