"""An answer, before it becomes WSGI; and headers that every answer carries, errors too (OWASP ASVS 5, chapter 3.4)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Generic, Self, TypeVar

from ..errors import Problem

#: The pages use nothing but what this service serves; there is no inline script or style in them.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)

LINE_BREAK = re.compile(r"[\r\n\0]")


def security_headers(*, https: bool) -> dict[str, str]:
    """The headers of every answer; `https` says whether the public address is reached that way."""
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
    """A header value with a line break would be a header of its own: raise ValueError rather than send it."""
    for name, value in headers.items():
        if LINE_BREAK.search(name) or LINE_BREAK.search(value):
            raise ValueError(f"a line break in the header {name!r}")


#: Of a request whose client has hung up: nobody reads it, but log and metrics tell it from others, as nginx's do.
CLIENT_CLOSED = 499
STATUS_LINES = {
    **{status.value: f"{status.value} {status.phrase}" for status in HTTPStatus},
    CLIENT_CLOSED: f"{CLIENT_CLOSED} Client Closed Request",
}

#: JSON of lists repeats itself so much that the fastest level does most of what the best one would.
GZIP_LEVEL = 1

Value = TypeVar("Value")

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Response:
    """Status, headers and the whole body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """What tells the body from others. Worked out once, as its compressed form is, also for a kept answer."""
        return hashlib.sha256(self.body).hexdigest()[:20]

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.body, GZIP_LEVEL, mtime=0)

    def with_headers(self, **headers: str) -> Self:
        """The same answer with more headers; underscores in the names stand for hyphens."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


@dataclass(frozen=True)
class Json(Response, Generic[Value]):
    """An answer that is JSON. The type of its value is what the API's description says of it."""


def json_response(value: Value, status: int = 200) -> Json[Value]:
    return Json(status, _to_json(value).encode("utf-8"), {"Content-Type": "application/json; charset=utf-8"})


def html_response(page: str, status: int = 200) -> Response:
    return Response(status, page.encode("utf-8"), {"Content-Type": "text/html; charset=utf-8"})


def redirect(location: str, status: int = 302) -> Response:
    return Response(status, b"", {"Location": location, "Content-Type": "text/plain; charset=utf-8"})


def problem_response(problem: Problem, request_id: str) -> Response:
    """The one JSON shape of all errors."""
    answer = json_response(problem.body(request_id), problem.status)
    return Response(answer.status, answer.body, {**answer.headers, **problem.headers})
