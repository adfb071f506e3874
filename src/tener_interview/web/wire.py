"""A client's connection as a stream of requests and answers, each step with an absolute deadline.

Sockets block, and whoever watches over them calls `cut` on every wire whose `deadline` has passed: a deadline costs an
assignment instead of a system call, and a byte now and then does not prolong it.
"""

from __future__ import annotations

import io
import math
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from ..errors import Problem
from .http1 import (
    BARE_NEWLINE,
    Head,
    Incoming,
    Limits,
    bad_request,
    headers_too_large,
    parse_request_line,
    read_chunked,
)

RECEIVE_BYTES = 64 * 1024
#: Up to here head and body are joined for one send; beyond it the copy costs more than a second send.
JOINED_BYTES = 256 * 1024
#: What `poll` says of a connection that the other side has ended, where the system can tell.
HANG_UP: int = getattr(select, "POLLRDHUP", 0)


class Wire:
    """A client's socket, what came over it and is not used yet, and the time by which it must have moved on."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock = sock
        self._limits = limits
        self._rest = b""
        self.writing = False
        self._expired = False
        self._displaced = False
        self.idle = True
        self.deadline = time.monotonic() + limits.head_s
        #: Since when the client is to send something, to read, or to hang up; None while it waits for us.
        self.awaited_since: float | None = time.monotonic()

    def cut(self) -> None:
        """End what is being waited for; the watchman calls it. While reading, an answer can still be sent."""
        self._expired, self.deadline = True, math.inf
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR if self.writing else socket.SHUT_RD)

    def dismiss(self) -> None:
        """Wait for nothing that has not arrived yet."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def displace(self) -> None:
        """Make place for another client: a whole request that has arrived is still answered, one that has begun is
        refused, an answer that is not read is broken off, and a connection that rests is closed."""
        self._displaced = True
        self.awaited_since = None
        if self.writing:
            self.cut()
        else:
            self.dismiss()

    @property
    def holds_more(self) -> bool:
        """Whether more has come already than the requests before."""
        return bool(self._rest)

    def read_head(self) -> bytes | None:
        """The next head without the empty line that ends it; None when no request comes any more. Raises Problem."""
        self.idle = True
        self._await()
        rest = self._rest or self._receive()
        if not rest:
            return None
        self.idle = False
        self._allow(self._limits.head_s)
        self._await()
        while (end := (rest := rest.removeprefix(b"\r\n")).find(b"\r\n\r\n")) < 0:
            self._check_beginning(rest)
            received = self._receive()
            if not received:
                if self._expired or self._displaced:
                    raise self._late("head", self._limits.head_s)
                return None
            rest += received
        self._rest = rest[end + 4 :]
        return rest[:end]

    def _check_beginning(self, rest: bytes) -> None:
        """Refuse at once what no further byte can make good."""
        line, newline, block = rest.partition(b"\r\n")
        if newline or len(line) > self._limits.request_line_bytes + 1:
            parse_request_line(line.decode("latin-1"), self._limits)
        if len(block) > self._limits.header_bytes + 3:
            raise headers_too_large(self._limits)
        if BARE_NEWLINE.search(rest):
            raise bad_request("A line does not end in CR LF")

    def read_body(self, head: Head, make_room: Callable[[int], None]) -> io.BytesIO:
        """The body, whole. `make_room` hears how many bytes it has grown to. Raises Problem when it is late or not
        as it should be, ConnectionError when it breaks off."""
        if head.expects_continue and not self._rest:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n", b"")
        self._allow(self._limits.body_s)
        incoming = Incoming(self._rest, self._receive_body, make_room)
        if head.body_bytes is None:
            body = read_chunked(incoming, self._limits)
        else:
            body = io.BytesIO()
            incoming.take(head.body_bytes, body)
            body.seek(0)
        self._rest = incoming.rest()
        self.deadline = math.inf
        self.awaited_since = None
        return body

    def send(self, head: bytes, body: bytes) -> None:
        """Send an answer. Raises OSError when the client has gone or takes too long."""
        self.writing = True
        self._allow(self._limits.answer_s)
        self._await()
        if len(body) > JOINED_BYTES:
            self._sock.sendall(head)
            self._sock.sendall(body)
        else:
            self._sock.sendall(head + body)
        self._allow(self._limits.idle_s)
        self.writing = False

    def gone(self) -> bool:
        """Whether the client has hung up while it was to be answered."""
        try:
            if HANG_UP:
                # Also where it has sent more than the request before.
                end = select.poll()
                end.register(self._sock, HANG_UP)
                return bool(end.poll(0))
            return not self._sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except (OSError, ValueError):
            return True

    def linger(self) -> None:
        """Say that nothing more comes and let the client hang up first: what it still sends would be met by a reset,
        which takes the last answer with it. Raises OSError."""
        self.idle = True
        self._allow(self._limits.linger_s)
        self._sock.shutdown(socket.SHUT_WR)
        left = self._limits.linger_bytes
        while left > 0 and (received := self._receive()):
            left -= len(received)

    def _receive_body(self) -> bytes:
        received = self._receive()
        if not received:
            late = self._expired or self._displaced
            raise self._late("body", self._limits.body_s) if late else ConnectionError
        return received

    def _receive(self) -> bytes:
        """The next bytes; none when the client has finished or its time is up."""
        received = self._sock.recv(RECEIVE_BYTES)
        return b"" if self._expired else received

    def _allow(self, seconds: float) -> None:
        self._expired = False
        self.deadline = time.monotonic() + seconds

    def _await(self) -> None:
        if not self._displaced:
            self.awaited_since = time.monotonic()

    def _late(self, what: str, allowed_s: float) -> Problem:
        if self._displaced and not self._expired:
            return Problem(
                "SERVER_BUSY", f"The request's {what} came too slowly while many others were waiting; try again.",
                headers={"Retry-After": "1"},
            )
        return Problem("REQUEST_TIMEOUT", f"The request's {what} did not arrive within {allowed_s:g} seconds.")
