"""HTTP/1.1 as bytes: request heads and chunked bodies read by the grammar of RFC 9112 or refused, answers of WSGI
applications written.

What the grammar does not allow is refused and never guessed at: where two readers take the end of a body differently,
a second request hides in it. Nothing here touches a socket.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from ..errors import Problem
from .response import STATUS_LINES, problem_response

# RFC 9112 section 3; RFC 9110 sections 5.1, 5.5, 7.2 and 15.
REQUEST_LINE = re.compile(r"([A-Z][A-Z-]{0,19}) ([!-~]+) HTTP/1\.([0-9])")
ABSOLUTE_TARGET = re.compile(r"https?://([^/?#]+)(.*)", re.IGNORECASE)
HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~%!$&'()*+,;=-]+)(?::[0-9]{0,5})?")
#: No underscore: as a WSGI variable it would pass for the field with a hyphen, which a proxy in front may vouch for.
FIELD_NAME = re.compile(r"[!#$%&'*+.^`|~0-9A-Za-z-]+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
STATUS = re.compile(r"[2-5][0-9]{2} [^\x00-\x1f\x7f]*")

#: Fields that, given twice, mean one thing to us and perhaps another to a proxy.
SINGLE_FIELDS = frozenset({"HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "AUTHORIZATION"})
#: What concerns the connection is the server's to say (PEP 3333, "Other HTTP Features").
HOP_BY_HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade",
})  # fmt: skip
MAX_LENGTH_DIGITS = 18
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


#: A WSGI variable of our own: a function that says whether the client has hung up. Another server does not set it.
CLIENT_GONE = "tener_interview.client_gone"


@dataclass(frozen=True)
class Limits:
    """What a client may ask of the server, in seconds, bytes and numbers. A time runs from its start, whatever
    arrives meanwhile."""

    #: From the first byte of a request (of a new connection: from its opening) to the end of its head.
    head_s: float = 10.0
    body_s: float = 30.0
    answer_s: float = 30.0
    #: Between an answer and the first byte of the next request.
    idle_s: float = 75.0
    #: How long, and how much, is still swallowed from a client after its last answer.
    linger_s: float = 2.0
    linger_bytes: int = 4 * 1024 * 1024
    #: How often deadlines are looked at.
    tick_s: float = 0.25
    request_line_bytes: int = 8 * 1024
    header_bytes: int = 32 * 1024
    header_fields: int = 100
    body_bytes: int = 1024 * 1024
    #: Of a chunked body: the line before a chunk, and in all what is not body.
    chunk_line_bytes: int = 1024
    chunk_overhead_bytes: int = 512 * 1024
    #: Bodies longer than `large_body_bytes` that are held at once: whoever may connect may send one.
    large_bodies: int = 32
    large_body_bytes: int = 64 * 1024
    connections: int = 256
    #: Requests that came before the answer to the one before was sent: so many are worked on at once, and one waits so
    #: long at most for those of others.
    ahead: int = 4
    ahead_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Head:
    """A request up to its body: the WSGI variables it gives, and what the server itself must know of it."""

    variables: dict[str, Any]
    #: None for a body in the chunked coding, which says itself where it ends.
    body_bytes: int | None
    expects_continue: bool
    #: What the answer must say in its field Connection; None where staying open goes without saying.
    connection: str | None


def parse_head(raw: bytes, limits: Limits) -> Head:
    """Read a head, given without the empty line that ends it. Raises Problem for what RFC 9112 does not allow."""
    line, _, block = raw.decode("latin-1").partition("\r\n")
    method, target, minor = parse_request_line(line, limits)
    fields = parse_fields(block, limits)
    path, query, authority = split_target(method, target, fields.get("HOST"), host_required=minor != "0")
    if authority is not None:
        fields["HOST"] = authority
    coding = fields.pop("TRANSFER_ENCODING", None)
    if coding is None:
        body_bytes = _body_bytes(fields.get("CONTENT_LENGTH"), limits)
    else:
        _check_chunked(coding, fields, minor)
        body_bytes = None
    variables: dict[str, Any] = {f"HTTP_{name}": value for name, value in fields.items()}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if name in fields:
            variables[name] = variables.pop(f"HTTP_{name}")
    variables["REQUEST_METHOD"] = method
    variables["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
    variables["QUERY_STRING"] = query
    variables["SERVER_PROTOCOL"] = f"HTTP/1.{minor}"
    wishes = {wish.strip() for wish in fields.get("CONNECTION", "").lower().split(",")}
    if minor == "0":
        connection = "keep-alive" if "keep-alive" in wishes and "close" not in wishes else "close"
        return Head(variables, body_bytes, False, connection)
    expects_continue = body_bytes != 0 and fields.get("EXPECT", "").lower() == "100-continue"
    return Head(variables, body_bytes, expects_continue, "close" if "close" in wishes else None)


def parse_request_line(line: str, limits: Limits) -> tuple[str, str, str]:
    """Method, target and minor version. Raises Problem."""
    if len(line) > limits.request_line_bytes:
        raise Problem("URI_TOO_LONG", f"The request line is longer than {limits.request_line_bytes} bytes.")
    found = REQUEST_LINE.fullmatch(line)
    if not found:
        raise bad_request("The request line is not one of HTTP/1.1")
    method, target, minor = found.groups()
    return method, target, minor


def parse_fields(block: str, limits: Limits) -> dict[str, str]:
    """Fields by name in WSGI's spelling (`CONTENT_TYPE`), repeated ones joined. Raises Problem."""
    lines = block.split("\r\n") if block else []
    if len(block) > limits.header_bytes or len(lines) > limits.header_fields:
        raise headers_too_large(limits)
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not FIELD_NAME.fullmatch(name):
            raise bad_request("A header field has no proper name")
        if not value.isprintable() and CONTROL.search(value):
            raise bad_request("A header field holds a control character")
        key, value = name.upper().replace("-", "_"), value.strip(" \t")
        if key not in fields:
            fields[key] = value
        elif key in SINGLE_FIELDS:
            raise bad_request(f"The field {key.title().replace('_', '-')} is given more than once")
        else:
            fields[key] += ("; " if key == "COOKIE" else ", ") + value
    return fields


def split_target(method: str, target: str, host: str | None, *, host_required: bool) -> tuple[str, str, str | None]:
    """Path, query and authority of a target in origin-form, which has no authority, or in absolute-form, whose
    authority counts in place of the field Host (RFC 9112 sections 3.2.1 and 3.2.2). Raises Problem."""
    if not (HOST.fullmatch(host) if host is not None else not host_required):
        raise bad_request("The field Host is missing or is not a host")
    authority: str | None = None
    absolute = ABSOLUTE_TARGET.fullmatch(target)
    if absolute:
        authority, target = absolute.groups()
        if not HOST.fullmatch(authority):
            raise bad_request("The request's target names no host")
        target = target if target.startswith("/") else f"/{target}"
    if not target.startswith("/") or "#" in target or method == "CONNECT":
        raise bad_request("The request's target is not a path")
    path, _, query = target.partition("?")
    return path, query, authority


def _check_chunked(coding: str, fields: Mapping[str, str], minor: str) -> None:
    """Raises Problem unless a body's only coding is chunked, and nothing else says where it ends (RFC 9112 section
    6.1)."""
    if "CONTENT_LENGTH" in fields:
        raise bad_request("The fields Transfer-Encoding and Content-Length are both given")
    if minor == "0":
        raise bad_request("The field Transfer-Encoding is not known to HTTP/1.0")
    if coding.lower() != "chunked":
        raise Problem("NOT_IMPLEMENTED", "The only Transfer-Encoding that is understood is chunked.")


def _body_bytes(value: str | None, limits: Limits) -> int:
    if value is None:
        return 0
    if not (value.isascii() and value.isdigit()):
        raise bad_request("The field Content-Length is not a number")
    if len(value) > MAX_LENGTH_DIGITS or int(value) > limits.body_bytes:
        raise body_too_large(limits)
    return int(value)


def bad_request(what: str) -> Problem:
    return Problem("BAD_REQUEST", f"{what}.")


def body_too_large(limits: Limits) -> Problem:
    return Problem("BODY_TOO_LARGE", f"The body is larger than {limits.body_bytes} bytes.")


def headers_too_large(limits: Limits) -> Problem:
    most = f"{limits.header_bytes} bytes or {limits.header_fields} fields"
    return Problem("HEADERS_TOO_LARGE", f"The request's headers are more than {most}.")


@dataclass(slots=True)
class Answer:
    """What an application answers; `start` is the start_response it is called with (PEP 3333)."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        """Take status and headers. Raises ValueError for what must not go out, RuntimeError for a second call."""
        if self.status and not exc_info:
            raise RuntimeError("start_response was called twice")
        if not STATUS.fullmatch(status):
            raise ValueError("not a status that an application may answer with")
        for name, value in headers:
            if not _may_be_answered(name) or (not value.isprintable() and CONTROL.search(value)):
                raise ValueError(f"not a header that an application may answer with: {name!r:.80}")
        self.status, self.headers = status, headers
        return self.chunks.append

    def render(self, method: str, connection: str | None) -> tuple[bytes, bytes]:
        """Head and body as they go out. Raises RuntimeError for an answer that was not started, ValueError for one
        whose Content-Length is not that of its body."""
        if not self.status:
            raise RuntimeError("start_response was not called")
        body = b"".join(self.chunks)
        lines = [f"HTTP/1.1 {self.status}", "Server: tener-interview", f"Date: {_http_date(int(time.time()))}"]
        announced: str | None = None
        for name, value in self.headers:
            lowered = name.lower()
            if lowered == "content-length":
                announced = value
            elif lowered not in ("server", "date"):
                lines.append(f"{name}: {value}")
        if self.status.startswith(("204", "304")):
            body = b""
        else:
            length = str(len(body))
            if announced not in (None, length) and not (method == "HEAD" and not body):
                raise ValueError(f"the application announced {announced!r:.40} bytes and gave {length}")
            lines.append(f"Content-Length: {announced or length}")
        if connection:
            lines.append(f"Connection: {connection}")
        lines.append("\r\n")
        return "\r\n".join(lines).encode("latin-1"), b"" if method == "HEAD" else body


@lru_cache(maxsize=256)
def _may_be_answered(name: str) -> bool:
    """Whether an application may answer with a header of this name."""
    return bool(FIELD_NAME.fullmatch(name)) and name.lower() not in HOP_BY_HOP


@lru_cache(maxsize=4)
def _http_date(second: int) -> str:
    """A time as in `Sun, 06 Nov 1994 08:49:37 GMT`, whatever the locale (RFC 9110 section 5.6.7)."""
    at = time.gmtime(second)
    return time.strftime(f"{DAYS[at.tm_wday]}, %d {MONTHS[at.tm_mon - 1]} %Y %H:%M:%S GMT", at)


def refusal(problem: Problem, request_id: str, headers: Mapping[str, str]) -> Answer:
    """A Problem in the shape that every error answer of the service has, with the headers that each carries."""
    response = problem_response(problem, request_id)
    answer = Answer()
    given = [*headers.items(), *response.headers.items(), ("X-Request-Id", request_id)]
    answer.start(STATUS_LINES[problem.status], given)
    answer.chunks.append(response.body)
    return answer


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
