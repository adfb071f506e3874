"""Outgoing HTTP through urllib: one request with one absolute deadline, a bounded response and no redirects.

urllib's own timeout applies to each socket operation, so a peer that sends a byte now and then holds a caller for ever.
This deadline covers connecting, sending and reading together.
"""

from __future__ import annotations

import http.client
import io
import json
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any, Protocol
from urllib.parse import urlsplit

from ..lazy_dataclass import dataclass
from ..settings import is_loopback

MAX_RESPONSE_BYTES = 32 * 1024 * 1024
#: The limit of objects, lists and members in parsed JSON. Each takes up to a few hundred bytes.
MAX_JSON_VALUES = 500_000
_LARGE_BYTES = 512 * 1024
_parsing_large = threading.Lock()


@dataclass(frozen=True)
class UpstreamResponse:
    """The response of another system. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unreachable(Exception):
    """No complete response. `reason` is for a person. `sent` is False when the request certainly never left."""

    def __init__(self, reason: str, *, timed_out: bool = False, sent: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.timed_out = timed_out
        self.sent = sent


class Send(Protocol):
    """Makes one HTTP request. Raises Unreachable without a complete response within `timeout_s`."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
    ) -> UpstreamResponse: ...


def parse_json(body: bytes) -> Any:
    """Parse a response's JSON, large ones one at a time. Raises ValueError for invalid JSON, for too deep nesting and
    for too many values to keep in memory."""
    if body.count(b",") + body.count(b"{") + body.count(b"[") > MAX_JSON_VALUES:
        raise ValueError("too many values")
    try:
        if len(body) <= _LARGE_BYTES:
            return json.loads(body)
        with _parsing_large:
            return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def send(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float,
    max_bytes: int | None = None,
) -> UpstreamResponse:
    """The real Send. It accepts up to `max_bytes` of a response, MAX_RESPONSE_BYTES by default.

    It uses the proxies of the environment, but never for this computer's own addresses.
    """
    deadline = time.monotonic() + timeout_s
    is_local = is_loopback(urlsplit(url).hostname or "")
    proxies = {} if is_local else urllib.request.getproxies()
    request = _Request(url, data=body, method=method, headers=dict(headers))
    request.deadline = deadline
    try:
        try:
            response = _opener(tuple(proxies.items())).open(request, timeout=timeout_s)
        except urllib.error.HTTPError as error_response:
            response = error_response
        with response:
            max_bytes = max_bytes or MAX_RESPONSE_BYTES
            if (response.length or 0) > max_bytes or len(content := response.read(max_bytes + 1)) > max_bytes:
                raise Unreachable(f"it answered with more than {max_bytes // 2**20} MiB")
            if response.length:
                raise http.client.IncompleteRead(content, response.length)
            received = {name.lower(): value for name, value in response.headers.items()}
            return UpstreamResponse(response.status or 0, received, content)
    except (TimeoutError, urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as fault:
        raise _unreachable(fault, timeout_s) from None


def _unreachable(fault: BaseException, timeout_s: float) -> Unreachable:
    cause = fault.reason if isinstance(fault, urllib.error.URLError) else fault
    if isinstance(cause, TimeoutError):
        return Unreachable(f"it did not answer within {timeout_s:g} seconds", timed_out=True)
    if isinstance(cause, ConnectionRefusedError):
        return Unreachable("it refuses connections", sent=False)
    if isinstance(cause, socket.gaierror):
        return Unreachable("its name is not known", sent=False)
    if isinstance(cause, http.client.IncompleteRead):
        return Unreachable("its answer broke off")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(f"its certificate is not valid: {cause.verify_message}", sent=False)
    if isinstance(cause, (ConnectionError, http.client.RemoteDisconnected)):
        return Unreachable("it closed the connection without an answer")
    return Unreachable(f"the connection failed ({type(cause).__name__})")


@lru_cache(maxsize=4)
def _opener(proxies: tuple[tuple[str, str], ...]) -> urllib.request.OpenerDirector:
    """Cached: to make one takes about as long as to use it."""
    return urllib.request.build_opener(urllib.request.ProxyHandler(dict(proxies)), _NoRedirect, _Http, _Https)


class _Request(urllib.request.Request):
    """A request that is over at a deadline, in monotonic seconds."""

    deadline: float


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the key to an address that nobody configured."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class _Http(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        assert isinstance(request, _Request)
        return self.do_open(partial(_HttpConnection, deadline=request.deadline), request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self) -> None:
        # Without the context that HTTPSHandler would make for itself.
        urllib.request.AbstractHTTPHandler.__init__(self)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        assert isinstance(request, _Request)
        connection = partial(_HttpsConnection, deadline=request.deadline, context=tls_context())
        return self.do_open(connection, request)


@cache
def tls_context() -> ssl.SSLContext:
    """Cached: reading the system's certificates takes longer than a TLS handshake."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class _HttpConnection(http.client.HTTPConnection):
    """A connection whose socket obeys the deadline in every operation once it is open."""

    def __init__(self, host: str, *, deadline: float, **more: Any) -> None:
        super().__init__(host, **more)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self.sock: Any = DeadlineSocket(self.sock, self._deadline)


class _HttpsConnection(_HttpConnection, http.client.HTTPSConnection):
    """The same, encrypted."""


class DeadlineSocket:
    """The part of a socket that http.client uses; every operation gets the time left until the deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def _apply_deadline(self) -> None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._sock.settimeout(left_s)

    def sendall(self, data: bytes) -> None:
        self._apply_deadline()
        self._sock.sendall(data)

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._sock, self._apply_deadline))

    def close(self) -> None:
        self._sock.close()


class _DeadlineReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, apply_deadline: Any) -> None:
        self._file = sock.makefile("rb", buffering=0)
        self._apply_deadline = apply_deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._apply_deadline()
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
