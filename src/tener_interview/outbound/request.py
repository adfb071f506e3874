"""HTTP out, through urllib: one request, one absolute deadline, a bounded answer, no redirects.

urllib's own timeout is per socket operation, so a peer that sends a byte now and then holds a caller for ever. Here
the deadline covers connecting, sending and reading together.
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
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol
from urllib.parse import urlsplit

from ..settings import is_loopback

MAX_RESPONSE_BYTES = 32 * 1024 * 1024
#: Of an answer that is parsed whole: objects, lists and members together. Each takes up to a few hundred bytes.
MAX_JSON_VALUES = 500_000
_LARGE_BYTES = 512 * 1024
_parsing_large = threading.Lock()


@dataclass(frozen=True)
class UpstreamResponse:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unreachable(Exception):
    """No whole answer came back. `reason` is for a person; `sent` is False when the request surely never left."""

    def __init__(self, reason: str, *, timed_out: bool = False, sent: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.timed_out = timed_out
        self.sent = sent


class Send(Protocol):
    """Make one HTTP request. Raises Unreachable when no whole answer came back within `timeout_s`."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
    ) -> UpstreamResponse: ...


def parse_json(body: bytes) -> Any:
    """An answer's JSON, large ones one at a time. Raises ValueError for what is none, is nested too deeply or holds too
    many values to be kept in memory."""
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
    """The real Send; of an answer it takes `max_bytes`, or MAX_RESPONSE_BYTES.

    Proxies of the environment are used, but never for this machine's own addresses.
    """
    deadline = time.monotonic() + timeout_s
    own = is_loopback(urlsplit(url).hostname or "")
    proxies = urllib.request.ProxyHandler({}) if own else urllib.request.ProxyHandler()
    opener = urllib.request.build_opener(
        proxies, _NoRedirect, _Http(deadline), _Https(deadline, context=tls_context())
    )
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers))
    try:
        try:
            response = opener.open(request, timeout=timeout_s)
        except urllib.error.HTTPError as refused:
            response = refused
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
    if isinstance(cause, (ConnectionError, http.client.RemoteDisconnected)):
        return Unreachable("it closed the connection without an answer")
    return Unreachable(f"the connection failed ({type(cause).__name__})")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to an address nobody configured."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class _Http(urllib.request.HTTPHandler):
    def __init__(self, deadline: float) -> None:
        super().__init__()
        self.deadline = deadline

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_connection, http.client.HTTPConnection, self.deadline), request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, deadline: float, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self.deadline = deadline
        self.context = context

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        connection = partial(_connection, http.client.HTTPSConnection, self.deadline, context=self.context)
        return self.do_open(connection, request)


@cache
def tls_context() -> ssl.SSLContext:
    """Made once: reading the system's certificates takes longer than the handshake that they are read for."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _connection(
    kind: type[http.client.HTTPConnection], deadline: float, host: str, **kwargs: Any
) -> http.client.HTTPConnection:
    """A connection whose socket, once open, obeys the deadline in every operation."""

    class Deadlined(kind):  # type: ignore[misc,valid-type]
        def connect(self) -> None:
            super().connect()
            self.sock: Any = _DeadlineSocket(self.sock, deadline)

    return Deadlined(host, **kwargs)


class _DeadlineSocket:
    """The part of a socket that http.client uses, with the time that is left set before every operation."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)

    def sendall(self, data: bytes) -> None:
        self._hurry()
        self._sock.sendall(data)

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._sock, self._hurry))

    def close(self) -> None:
        self._sock.close()


class _DeadlineReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, hurry: Any) -> None:
        self._file = sock.makefile("rb", buffering=0)
        self._hurry = hurry

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._hurry()
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
