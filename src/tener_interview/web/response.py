"""Responses, and the headers of every response, including errors (OWASP ASVS 5, chapter 3.4)."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from http import HTTPStatus
from io import BytesIO
from typing import Any, Generic, Self, TypeVar

from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..regex import regex

#: The pages load only what this service serves, and have no inline script or style.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)

_ORIGIN = regex(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")


def policy_with_media(origins: Sequence[str]) -> str:
    """The policy of a page that plays media from these origins, and from nowhere else. Raises ValueError for what is
    not an origin, which could add another rule."""
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"not an origin: {origin!r}")
    return f"{CONTENT_SECURITY_POLICY}; media-src {' '.join(origins)}" if origins else CONTENT_SECURITY_POLICY


def policy_in_frame(origins: Sequence[str]) -> str:
    """The policy of a page that plays media from these origins within a page of this service. Raises ValueError."""
    return policy_with_media(origins).replace("frame-ancestors 'none'", "frame-ancestors 'self'")


#: The policy of a page with frames of this service.
POLICY_WITH_FRAMES = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
LINE_BREAK = regex(r"[\r\n\0]")


def security_headers(*, https: bool) -> dict[str, str]:
    """The headers of every response; `https` tells whether the public address uses it."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def refuse_line_breaks(headers: Mapping[str, str]) -> None:
    """Raise ValueError for a line break in a header, which would inject another header."""
    for name, value in headers.items():
        if LINE_BREAK.search(name) or LINE_BREAK.search(value):
            raise ValueError(f"a line break in the header {name!r}")


#: The status of a request whose client has hung up. Nobody reads it; log and metrics count it, as nginx's do.
CLIENT_CLOSED = 499
STATUS_LINES = {
    **{status.value: f"{status.value} {status.phrase}" for status in HTTPStatus},
    CLIENT_CLOSED: f"{CLIENT_CLOSED} Client Closed Request",
}

#: Lists in JSON are so repetitive that the fastest level compresses nearly as well as the best.
GZIP_LEVEL = 1

Value = TypeVar("Value")

_JSON_HEADERS: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Response:
    """Status, headers and the whole body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A hash of the body. Cached, like the gzipped body, because cached responses are sent many times."""
        return hashlib.sha256(self.body).hexdigest()[:20]

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.body, GZIP_LEVEL, mtime=0)

    def with_headers(self, **headers: str) -> Self:
        """A copy with further headers; underscores in the names stand for hyphens."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


@dataclass(frozen=True)
class Json(Response, Generic[Value]):
    """A JSON response. The API's description takes its schema from the type of the value."""


def json_response(value: Value, status: int = 200) -> Json[Value]:
    return Json(status, _to_json(value).encode("utf-8"), _JSON_HEADERS)


def long_json_response(value: Value, member: str, parts: Iterable[Sequence[Any]]) -> Json[Value]:
    """The response of a value with a list that is empty in it, and is sent as the items of all parts.

    Each part is encoded before the next is made, so that a long list is never in memory as objects. There is at least
    one, and none is empty. No text in the value may stand before the member.
    """
    before, name, after = _to_json(value).partition(f'"{member}":[')
    # A buffer that grows: joining a list of pieces would hold all of them twice.
    body = BytesIO()
    separator = before + name
    for part in parts:
        body.write(f"{separator}{_to_json(part)[1:-1]}".encode())
        separator = ","
    body.write(after.encode())
    return Json(200, body.getvalue(), _JSON_HEADERS)


def html_response(page: str, status: int = 200) -> Response:
    return Response(status, page.encode("utf-8"), {"Content-Type": "text/html; charset=utf-8"})


def redirect(location: str, status: int = 302) -> Response:
    return Response(status, b"", {"Location": location, "Content-Type": "text/plain; charset=utf-8"})


def problem_response(problem: Problem, request_id: str) -> Response:
    """The one JSON shape of all errors."""
    response = json_response(problem.body(request_id), problem.status)
    return Response(response.status, response.body, {**response.headers, **problem.headers})
