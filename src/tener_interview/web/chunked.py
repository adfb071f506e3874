"""A body in the chunked transfer coding, put together again (RFC 9112 section 7.1).

What the grammar does not allow is refused and never guessed at: where two readers take the end of a body differently,
a second request hides in it. Nothing here touches a socket.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from ..errors import Problem
from .http1 import Limits, bad_request, body_too_large, headers_too_large, parse_fields

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
#: chunk-size and chunk-ext of section 7.1.1.
CHUNK_LINE = re.compile(
    rb"([0-9A-Fa-f]+)(?:[ \t]*;[ \t]*" + _TOKEN + rb"(?:[ \t]*=[ \t]*(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?)*"
)
BARE_NEWLINE = re.compile(rb"(?<!\r)\n")


class Incoming:
    """Bytes as they come, taken by the line or by the number.

    `receive` gives the next ones, at least one; `make_room` hears how many of a body have come. What they raise ends
    the reading.
    """

    def __init__(self, begun: bytes, receive: Callable[[], bytes], make_room: Callable[[int], None]) -> None:
        self._bytes = begun
        self._at = 0
        self._receive = receive
        self._make_room = make_room

    def rest(self) -> bytes:
        """What came and was not taken."""
        return self._bytes[self._at :]

    def line(self, most_bytes: int) -> bytes | None:
        """The next line without its CR LF; None for one that is longer. Raises Problem for a bare LF."""
        while (end := self._bytes.find(b"\r\n", self._at, self._at + most_bytes + 2)) < 0:
            beginning = self.rest()
            if BARE_NEWLINE.search(beginning, 0, most_bytes):
                raise bad_request("A line of the chunked body does not end in CR LF")
            if len(beginning) >= most_bytes + 2:
                return None
            self._bytes, self._at = beginning + self._receive(), 0
        found = self._bytes[self._at : end]
        if b"\n" in found:
            raise bad_request("A line of the chunked body does not end in CR LF")
        self._at = end + 2
        return found

    def take(self, count: int, into: io.BytesIO) -> None:
        """The next `count` bytes."""
        while count:
            if self._at == len(self._bytes):
                self._bytes, self._at = self._receive(), 0
            taken = self._bytes[self._at : self._at + count]
            self._at += len(taken)
            count -= into.write(taken)
            self._make_room(into.tell())


def read_chunked(incoming: Incoming, limits: Limits) -> io.BytesIO:
    """The whole body.

    Raises Problem for what is no chunked body, for one that is too large, and for one whose chunks are so small, or
    say so much beside the body, that reading them is the larger part of the work.
    """
    body = io.BytesIO()
    overhead_left = limits.chunk_overhead_bytes
    while size := _chunk_size(line := incoming.line(limits.chunk_line_bytes) or b""):
        overhead_left -= len(line) + 4
        if overhead_left < 0:
            raise Problem("BODY_TOO_LARGE", "The body comes in too many small chunks, or with too much beside them.")
        if body.tell() + size > limits.body_bytes:
            raise body_too_large(limits)
        incoming.take(size, body)
        if incoming.line(0) is None:
            raise bad_request("A chunk is longer than its size")
    _pass_trailers(incoming, limits)
    body.seek(0)
    return body


def _chunk_size(line: bytes) -> int:
    found = CHUNK_LINE.fullmatch(line)
    if not found:
        raise bad_request("A chunk does not begin with its size")
    return int(found[1], 16)


def _pass_trailers(incoming: Incoming, limits: Limits) -> None:
    """Read the trailer section, which may be left out of account (section 7.1.2), but must be one."""
    lines: list[bytes] = []
    left = limits.header_bytes
    while line := incoming.line(left):
        lines.append(line)
        left -= len(line) + 2
        if left < 0:
            break
    if line is None or left < 0:
        raise headers_too_large(limits)
    parse_fields(b"\r\n".join(lines).decode("latin-1"), limits)
