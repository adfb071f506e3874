"""An answer, before it becomes WSGI."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Generic, Self, TypeVar

from ..errors import Problem

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
