"""A client's connection as a stream of requests and responses. Every step has an absolute deadline.

Sockets block. The server's accept loop calls `interrupt` on every connection whose `deadline` has passed: so a deadline
costs an assignment instead of a system call, and a client that sends a byte now and then cannot extend it.
"""

from __future__ import annotations

import io
import math
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ..errors import Problem
from .http1 import (
    BARE_NEWLINE,
    BodyReader,
    Head,
    Limits,
    bad_request,
    headers_too_large,
    parse_request_line,
    read_chunked,
)

RECEIVE_BYTES = 64 * 1024
#: Up to this size head and body are joined and sent at once; above it the copy costs more than a second send.
JOIN_MAX_BYTES = 256 * 1024
#: The `poll` event of a connection that the peer has closed; 0 where the system has none.
POLLRDHUP: int = getattr(select, "POLLRDHUP", 0)


class Connection:
    """A client's socket, the bytes received but not parsed yet, and the deadline of the current step."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock = sock
        self._limits = limits
        self._buffer = b""
        self.writing = False
        self._expired = False
        self.evicted = False
        self.idle = True
        self.deadline = time.monotonic() + limits.head_s
        #: Since when the client has been expected to send, read or hang up; None while the client waits for us.
        self.waiting_for_client_since: float | None = time.monotonic()

    def interrupt(self) -> None:
        """End the current read or write. After a read, a response can still be sent."""
        self._expired, self.deadline = True, math.inf
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR if self.writing else socket.SHUT_RD)

    def stop_receiving(self) -> None:
        """Wait for nothing that has not arrived yet."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RD)

    def evict(self) -> None:
        """Make room for another client.

        A request that has arrived whole still gets its response, one that is arriving is refused, a response that the
        client does not read is cut off, and a connection that is idle or whose pipelined request waits is closed.
        """
        self.evicted = True
        self.waiting_for_client_since = None
        if self.writing:
            self.interrupt()
        else:
            self.stop_receiving()

    @property
    def has_buffered_data(self) -> bool:
        """Whether the client has sent more than the requests read so far."""
        return bool(self._buffer)

    @contextmanager
    def evictable_while_queued(self) -> Iterator[None]:
        """Let the connection be evicted while a pipelined request waits for its turn."""
        self.idle = True
        self._note_wait_for_client()
        try:
            yield
        finally:
            self.idle, self.waiting_for_client_since = False, None

    def read_head(self) -> bytes | None:
        """The next request head without the empty line that ends it, or None if there is no further request. Raises
        Problem."""
        self.idle = True
        self._note_wait_for_client()
        buffer = self._buffer or self._receive()
        if not buffer:
            return None
        self.idle = False
        self._set_deadline(self._limits.head_s)
        self._note_wait_for_client()
        while (end := (buffer := buffer.removeprefix(b"\r\n")).find(b"\r\n\r\n")) < 0:
            self._check_partial_head(buffer)
            received = self._receive()
            if not received:
                if self._expired or self.evicted:
                    raise self._timeout_problem("head", self._limits.head_s)
                return None
            buffer += received
        self._buffer = buffer[end + 4 :]
        return buffer[:end]

    def _check_partial_head(self, buffer: bytes) -> None:
        """Refuse at once what further bytes cannot make valid."""
        line, newline, block = buffer.partition(b"\r\n")
        if newline or len(line) > self._limits.request_line_bytes + 1:
            parse_request_line(line.decode("latin-1"), self._limits)
        if len(block) > self._limits.header_bytes + 3:
            raise headers_too_large(self._limits)
        if BARE_NEWLINE.search(buffer):
            raise bad_request("A line does not end in CR LF")

    def read_body(self, head: Head, check_size: Callable[[int], None]) -> io.BytesIO:
        """The whole body.

        `check_size` is called with the number of bytes read so far. Raises Problem for a late or malformed body,
        ConnectionError for one that breaks off.
        """
        if head.expects_continue and not self._buffer:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n", b"")
        self._set_deadline(self._limits.body_s)
        reader = BodyReader(self._buffer, self._receive_body, check_size)
        if head.body_bytes is None:
            body = read_chunked(reader, self._limits)
        else:
            body = io.BytesIO()
            reader.take(head.body_bytes, body)
            body.seek(0)
        self._buffer = reader.unread()
        self.deadline = math.inf
        self.waiting_for_client_since = None
        return body

    def send(self, head: bytes, body: bytes) -> None:
        """Send a response. Raises OSError if the client has gone or takes too long to read."""
        self.writing = True
        self._set_deadline(self._limits.answer_s)
        self._note_wait_for_client()
        if len(body) > JOIN_MAX_BYTES:
            self._sock.sendall(head)
            self._sock.sendall(body)
        else:
            self._sock.sendall(head + body)
        self._set_deadline(self._limits.idle_s)
        self.writing = False

    def is_client_gone(self) -> bool:
        """Whether the client has hung up while its request runs."""
        try:
            if POLLRDHUP:
                # Works even if the client has sent a further request.
                poll = select.poll()
                poll.register(self._sock, POLLRDHUP)
                return bool(poll.poll(0))
            return not self._sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except (OSError, ValueError):
            return True

    def linger(self) -> None:
        """Half-close and let the client hang up first.

        If we closed while the client still sends, the reset would discard our last response. Raises OSError.
        """
        self.idle = True
        self._set_deadline(self._limits.linger_s)
        self._sock.shutdown(socket.SHUT_WR)
        left_bytes = self._limits.linger_bytes
        while left_bytes > 0 and (received := self._receive()):
            left_bytes -= len(received)

    def _receive_body(self) -> bytes:
        received = self._receive()
        if not received:
            late = self._expired or self.evicted
            raise self._timeout_problem("body", self._limits.body_s) if late else ConnectionError
        return received

    def _receive(self) -> bytes:
        """The next bytes; empty if the client has finished or the deadline has passed."""
        received = self._sock.recv(RECEIVE_BYTES)
        return b"" if self._expired else received

    def _set_deadline(self, seconds: float) -> None:
        self._expired = False
        self.deadline = time.monotonic() + seconds

    def _note_wait_for_client(self) -> None:
        if not self.evicted:
            self.waiting_for_client_since = time.monotonic()

    def _timeout_problem(self, part: str, allowed_s: float) -> Problem:
        if self.evicted and not self._expired:
            return Problem(
                "SERVER_BUSY", f"The request's {part} came too slowly while many others were waiting; try again.",
                headers={"Retry-After": "1"},
            )
        return Problem("REQUEST_TIMEOUT", f"The request's {part} did not arrive within {allowed_s:g} seconds.")
