"""HTTP/1.1 as bytes: parses request heads and chunked bodies strictly by RFC 9112, and serializes the responses of WSGI
applications.

Whatever the grammar does not allow is refused, never guessed at: if two parsers disagree about where a body ends, a
second request can be smuggled in it. Nothing here touches a socket.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..regex import regex
from .response import STATUS_LINES, problem_response

# RFC 9112 section 3; RFC 9110 sections 5.1, 5.5, 7.2 and 15.
REQUEST_LINE = regex(r"([A-Z][A-Z-]{0,19}) ([!-~]+) HTTP/1\.([0-9])")
ABSOLUTE_TARGET = regex(r"https?://([^/?#]+)(.*)", re.IGNORECASE)
HOST = regex(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~%!$&'()*+,;=-]+)(?::[0-9]{0,5})?")
#: No underscore: in the WSGI environment it would look like a hyphen, and so pass for a header that a proxy vouches
#: for.
FIELD_NAME = regex(r"[!#$%&'*+.^`|~0-9A-Za-z-]+")
CONTROL = regex(r"[\x00-\x08\x0a-\x1f\x7f]")
STATUS = regex(r"[2-5][0-9]{2} [^\x00-\x1f\x7f]*")

#: Repeated, these headers may mean one thing to us and another to a proxy.
SINGLE_FIELDS = frozenset({"HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "AUTHORIZATION"})
#: Connection headers are the server's to set (PEP 3333, "Other HTTP Features").
HOP_BY_HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade",
})  # fmt: skip
MAX_LENGTH_DIGITS = 18
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


#: Our own WSGI variable: a function that returns whether the client has hung up. Other servers do not set it.
CLIENT_GONE = "tener_interview.client_gone"


@dataclass(frozen=True)
class Limits:
    """What a client may use, in seconds, bytes and counts. A time limit runs from its start, whatever arrives
    meanwhile."""

    #: From the first byte of a request, or the opening of a new connection, to the end of the head.
    head_s: float = 10.0
    body_s: float = 30.0
    answer_s: float = 30.0
    #: Between a response and the first byte of the next request.
    idle_s: float = 75.0
    #: How long, and how many bytes, the server reads on from a client after its last response.
    linger_s: float = 2.0
    linger_bytes: int = 4 * 1024 * 1024
    #: How often deadlines are checked.
    tick_s: float = 0.25
    request_line_bytes: int = 8 * 1024
    header_bytes: int = 32 * 1024
    header_fields: int = 100
    body_bytes: int = 1024 * 1024
    #: Of a chunked body: the longest chunk-size line, and all bytes that are not body.
    chunk_line_bytes: int = 1024
    chunk_overhead_bytes: int = 512 * 1024
    #: How many bodies above `large_body_bytes` are held at once: anybody who may connect may send one. One above
    #: `large_body_slot_bytes` counts as several.
    max_large_bodies: int = 32
    large_body_bytes: int = 64 * 1024
    large_body_slot_bytes: int = 1024 * 1024
    connections: int = 256
    #: How many pipelined requests, sent before the previous response, run at once, and how long another one waits for
    #: them.
    max_pipelined: int = 4
    pipelined_wait_s: float = 1.0


@dataclass(frozen=True)
class Head:
    """A request head: its WSGI variables, and what the server itself needs to know."""

    variables: dict[str, Any]
    #: None for a chunked body, which marks its own end.
    body_bytes: int | None
    expects_continue: bool
    #: The Connection header of the response; None where keep-alive is the default.
    connection: str | None


def parse_head(raw: bytes, limits: Limits) -> Head:
    """Parse a request head, without the empty line that ends it. Raises Problem for what RFC 9112 does not allow."""
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
    options = {option.strip() for option in fields.get("CONNECTION", "").lower().split(",")}
    if minor == "0":
        connection = "keep-alive" if "keep-alive" in options and "close" not in options else "close"
        return Head(variables, body_bytes, False, connection)
    expects_continue = body_bytes != 0 and fields.get("EXPECT", "").lower() == "100-continue"
    return Head(variables, body_bytes, expects_continue, "close" if "close" in options else None)


def parse_request_line(line: str, limits: Limits) -> tuple[str, str, str]:
    """Method, target and minor version. Raises Problem."""
    if len(line) > limits.request_line_bytes:
        raise Problem("URI_TOO_LONG", f"The request line is longer than {limits.request_line_bytes} bytes.")
    match = REQUEST_LINE.fullmatch(line)
    if not match:
        raise bad_request("The request line is not one of HTTP/1.1")
    method, target, minor = match.groups()
    return method, target, minor


def parse_fields(block: str, limits: Limits) -> dict[str, str]:
    """Headers by WSGI name (`CONTENT_TYPE`), repeated ones joined. Raises Problem."""
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
    """Path, query and authority of a request target.

    A target in origin-form has no authority; the authority of one in absolute-form replaces the Host header (RFC 9112
    sections 3.2.1 and 3.2.2). Raises Problem.
    """
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
    """Raise Problem unless chunked is the body's only coding and there is no Content-Length (RFC 9112 section 6.1)."""
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


def bad_request(sentence: str) -> Problem:
    return Problem("BAD_REQUEST", f"{sentence}.")


def body_too_large(limits: Limits) -> Problem:
    return Problem("BODY_TOO_LARGE", f"The body is larger than {limits.body_bytes} bytes.")


def headers_too_large(limits: Limits) -> Problem:
    maximum = f"{limits.header_bytes} bytes or {limits.header_fields} fields"
    return Problem("HEADERS_TOO_LARGE", f"The request's headers are more than {maximum}.")


@dataclass
class WsgiResponse:
    """The response of a WSGI application; `start` is the start_response it is called with (PEP 3333)."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        """Record status and headers. Raises ValueError for ones that must not be sent, RuntimeError if called twice."""
        if self.status and not exc_info:
            raise RuntimeError("start_response was called twice")
        if not STATUS.fullmatch(status):
            raise ValueError("not a status that an application may respond with")
        for name, value in headers:
            if not _is_response_header(name) or (not value.isprintable() and CONTROL.search(value)):
                raise ValueError(f"not a header that an application may respond with: {name!r:.80}")
        self.status, self.headers = status, headers
        return self.chunks.append

    def render(self, method: str, connection: str | None) -> tuple[bytes, bytes]:
        """Head and body as bytes.

        Raises RuntimeError if start_response was not called, ValueError if Content-Length is not the length of the
        body.
        """
        if not self.status:
            raise RuntimeError("start_response was not called")
        body = b"".join(self.chunks)
        lines = [f"HTTP/1.1 {self.status}", "Server: tener-interview", f"Date: {_http_date(int(time.time()))}"]
        declared: str | None = None
        for name, value in self.headers:
            lower_name = name.lower()
            if lower_name == "content-length":
                declared = value
            elif lower_name not in ("server", "date"):
                lines.append(f"{name}: {value}")
        if self.status.startswith(("204", "304")):
            body = b""
        else:
            length = str(len(body))
            if declared not in (None, length) and not (method == "HEAD" and not body):
                raise ValueError(f"the application announced {declared!r:.40} bytes and gave {length}")
            lines.append(f"Content-Length: {declared or length}")
        if connection:
            lines.append(f"Connection: {connection}")
        lines.append("\r\n")
        return "\r\n".join(lines).encode("latin-1"), b"" if method == "HEAD" else body


@lru_cache(maxsize=256)
def _is_response_header(name: str) -> bool:
    """Whether an application may set a header of this name."""
    return bool(FIELD_NAME.fullmatch(name)) and name.lower() not in HOP_BY_HOP


@lru_cache(maxsize=4)
def _http_date(second: int) -> str:
    """A date such as `Sun, 06 Nov 1994 08:49:37 GMT`, in any locale (RFC 9110 section 5.6.7)."""
    at = time.gmtime(second)
    return time.strftime(f"{DAYS[at.tm_wday]}, %d {MONTHS[at.tm_mon - 1]} %Y %H:%M:%S GMT", at)


def error_response(problem: Problem, request_id: str, headers: Mapping[str, str]) -> WsgiResponse:
    """The response for a Problem of the server itself, in the service's one error shape."""
    response = problem_response(problem, request_id)
    rendered = WsgiResponse()
    headers_to_send = [*headers.items(), *response.headers.items(), ("X-Request-Id", request_id)]
    rendered.start(STATUS_LINES[problem.status], headers_to_send)
    rendered.chunks.append(response.body)
    return rendered


_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
#: chunk-size and chunk-ext of section 7.1.1.
CHUNK_LINE = regex(
    rb"([0-9A-Fa-f]+)(?:[ \t]*;[ \t]*" + _TOKEN + rb"(?:[ \t]*=[ \t]*(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?)*"
)
BARE_NEWLINE = regex(rb"(?<!\r)\n")


class BodyReader:
    """Reads received bytes by the line or by number.

    `receive` returns the next bytes, at least one; `check_size` is called with the number of body bytes so far. What
    they raise ends the reading.
    """

    def __init__(self, buffered: bytes, receive: Callable[[], bytes], check_size: Callable[[int], None]) -> None:
        self._bytes = buffered
        self._position = 0
        self._receive = receive
        self._check_size = check_size

    def unread(self) -> bytes:
        """The bytes received but not consumed."""
        return self._bytes[self._position :]

    def read_line(self, max_bytes: int) -> bytes | None:
        """The next line without its CR LF; None for a longer one. Raises Problem for a bare LF."""
        while (end := self._bytes.find(b"\r\n", self._position, self._position + max_bytes + 2)) < 0:
            pending = self.unread()
            if BARE_NEWLINE.search(pending, 0, max_bytes):
                raise bad_request("A line of the chunked body does not end in CR LF")
            if len(pending) >= max_bytes + 2:
                return None
            self._bytes, self._position = pending + self._receive(), 0
        line = self._bytes[self._position : end]
        if b"\n" in line:
            raise bad_request("A line of the chunked body does not end in CR LF")
        self._position = end + 2
        return line

    def take(self, count: int, target: io.BytesIO) -> None:
        """Copy the next `count` bytes to `target`."""
        while count:
            if self._position == len(self._bytes):
                self._bytes, self._position = self._receive(), 0
            chunk = self._bytes[self._position : self._position + count]
            self._position += len(chunk)
            count -= target.write(chunk)
            self._check_size(target.tell())


def read_chunked(reader: BodyReader, limits: Limits) -> io.BytesIO:
    """The whole body, decoded.

    Raises Problem for a malformed body, for one that is too large, and for one with so many small chunks or such long
    extensions that parsing them is most of the work.
    """
    body = io.BytesIO()
    overhead_left = limits.chunk_overhead_bytes
    while size := _chunk_size(line := reader.read_line(limits.chunk_line_bytes) or b""):
        overhead_left -= len(line) + 4
        if overhead_left < 0:
            raise Problem("BODY_TOO_LARGE", "The body has too many small chunks, or chunks with too much overhead.")
        if body.tell() + size > limits.body_bytes:
            raise body_too_large(limits)
        reader.take(size, body)
        if reader.read_line(0) is None:
            raise bad_request("A chunk is longer than its size")
    _skip_trailers(reader, limits)
    body.seek(0)
    return body


def _chunk_size(line: bytes) -> int:
    match = CHUNK_LINE.fullmatch(line)
    if not match:
        raise bad_request("A chunk does not begin with its size")
    return int(match[1], 16)


def _skip_trailers(reader: BodyReader, limits: Limits) -> None:
    """Parse the trailer section and discard it, which section 7.1.2 allows. Raises Problem for a malformed one."""
    lines: list[bytes] = []
    left_bytes = limits.header_bytes
    while line := reader.read_line(left_bytes):
        lines.append(line)
        left_bytes -= len(line) + 2
        if left_bytes < 0:
            break
    if line is None or left_bytes < 0:
        raise headers_too_large(limits)
    parse_fields(b"\r\n".join(lines).decode("latin-1"), limits)
