"""A request, read from the WSGI environment on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl

from ..errors import Problem
from .http1 import CLIENT_GONE

Environ = dict[str, Any]

#: JSON by its own name, an older one, or that of a format made of it (RFC 6839, section 3.1).
_JSON_TYPE = re.compile(r"(application|text)/json|application/[!#-.0-9^-~]+\+json")

MAX_PATH_ID = 2**63 - 1


class ClientGone(Exception):
    """Whoever asked has hung up: nothing more is to be done for them, and nobody reads an answer."""


class Request:
    """What a handler may know of a request.

    `params` are the parts of the path that the route names; `request_id` stands in the answer's headers, in error
    bodies and in the log. A body larger than `max_body_bytes` is refused.
    """

    def __init__(self, environ: Environ, request_id: str, max_body_bytes: int) -> None:
        self.environ = environ
        self.request_id = request_id
        self.method: str = environ["REQUEST_METHOD"]
        #: Without the client door before it.
        self.path = _utf8(environ.get("PATH_INFO", "") or "/")
        #: Whether the main system asks, by its client key.
        self.by_machine = False
        self.params: Mapping[str, str] = {}
        #: When it came, on the application's monotonic clock.
        self.came_at_s = 0.0
        #: Gives the request's place to others, while it waits for what they do.
        self.aside: Callable[[], AbstractContextManager[None]] = nullcontext
        #: Gives it to them for good.
        self.give_up_place: Callable[[], None] = _nothing
        self.max_body_bytes = max_body_bytes

    def header(self, name: str) -> str | None:
        """A request header by its usual name."""
        value: str | None = self.environ.get(_variable(name))
        return value

    @property
    def shows_hang_up(self) -> bool:
        """Whether it can be known that the client has hung up."""
        return CLIENT_GONE in self.environ

    @property
    def client_gone(self) -> bool:
        """Whether it is known that nobody waits for the answer any more."""
        gone = self.environ.get(CLIENT_GONE)
        return gone is not None and gone()

    def refuse_gone(self) -> None:
        """Raises ClientGone where it is known that nobody waits for the answer any more."""
        if self.client_gone:
            raise ClientGone

    @property
    def query_string(self) -> str:
        """The query as it was sent."""
        sent: str = self.environ.get("QUERY_STRING", "")
        return sent

    @cached_property
    def query(self) -> dict[str, str]:
        """The query string; of a name given twice the last counts, an empty value is one that is not given.

        Raises `VALIDATION_FAILED` if it is not UTF-8.
        """
        try:
            pairs = parse_qsl(self.query_string, errors="strict", max_num_fields=100)
        except ValueError:
            fault = "must be UTF-8 with at most 100 fields"
            raise Problem("VALIDATION_FAILED", f"The query string {fault}.", {"fields": {"query": fault}}) from None
        return dict(pairs)

    @cached_property
    def body(self) -> bytes:
        """The whole body. Raises `BODY_TOO_LARGE`, from its announced length before reading any of it, and
        `BAD_REQUEST` for one that breaks off."""
        announced = self.environ.get("CONTENT_LENGTH") or ""
        if announced and not (announced.isascii() and announced.isdigit()):
            raise Problem("BAD_REQUEST", "Content-Length must be a number.")
        if not announced and not self.environ.get("wsgi.input_terminated"):
            return b""
        length = int(announced) if announced else self.max_body_bytes + 1
        if announced and length > self.max_body_bytes:
            raise self._too_large()
        try:
            body: bytes = self.environ["wsgi.input"].read(length)
        except Exception:
            # Each server has exceptions of its own for a body that breaks off or is wrongly chunked.
            raise Problem("BAD_REQUEST", "The body broke off, or is not in the coding that was announced.") from None
        if len(body) > self.max_body_bytes:
            raise self._too_large()
        if announced and len(body) < length:
            raise Problem("BAD_REQUEST", "The body is shorter than its Content-Length.")
        return body

    def _too_large(self) -> Problem:
        return Problem("BODY_TOO_LARGE", f"The body is larger than the {self.max_body_bytes} bytes allowed here.")

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object, and a byte order mark is passed over.

        That mark is no part of JSON, and a reader may ignore it (RFC 8259, section 8.1).

        Raises `UNSUPPORTED_MEDIA_TYPE`, `INVALID_JSON`, or `VALIDATION_FAILED` for JSON that is not an object.
        """
        if not self.body:
            return {}
        said = self.header("Content-Type")
        if said is not None and not _JSON_TYPE.fullmatch(said.partition(";")[0].strip().lower()):
            raise Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as JSON, with Content-Type: application/json.")
        try:
            value = json.loads(self.body.decode("utf-8-sig"), parse_constant=_no_constant)
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError) as fault:
            why = _why_not_json(fault)
            raise Problem("INVALID_JSON", f"The body is not valid JSON: {why}.", {"reason": why}) from None
        if not isinstance(value, dict):
            fault_text = "must be a JSON object"
            raise Problem("VALIDATION_FAILED", f"The body {fault_text}.", {"fields": {"body": fault_text}})
        return value

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form in the body, leniently: what is not UTF-8 is replaced. Raises `VALIDATION_FAILED`."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), max_num_fields=200))
        except ValueError:
            fault = "must have at most 200 fields"
            raise Problem("VALIDATION_FAILED", f"The form {fault}.", {"fields": {"body": fault}}) from None

    def integer(self, name: str) -> int:
        """A path parameter that is an id. Raises `VALIDATION_FAILED`."""
        given = self.params[name]
        if given.isascii() and given.isdigit() and len(given) < 20 and 1 <= int(given) <= MAX_PATH_ID:
            return int(given)
        fault = f"must be a whole number from 1 to {MAX_PATH_ID}"
        raise Problem("VALIDATION_FAILED", f"In the address, {name} {fault}.", {"fields": {name: fault}})

    @property
    def wants_html(self) -> bool:
        """Whether a person's browser asks, rather than a program: HTML is named and JSON is not."""
        accept = (self.header("Accept") or "").lower()
        return "text/html" in accept and "application/json" not in accept

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies, read leniently: whatever is not `name=value` is passed over (RFC 6265 section 5.4)."""
        pairs = (part.strip().partition("=") for part in (self.header("Cookie") or "").split(";"))
        return {name: value for name, equals, value in pairs if equals}


def _nothing() -> None:
    pass


@cache
def _variable(name: str) -> str:
    """The WSGI variable of a header; the names are those in the code, so there are few."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _utf8(path: str) -> str:
    """PEP 3333 hands the path's bytes over as latin-1 text."""
    return path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _why_not_json(fault: Exception) -> str:
    if isinstance(fault, json.JSONDecodeError):
        return f"{fault.msg.lower()} at line {fault.lineno}, column {fault.colno}"
    if isinstance(fault, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {fault.start}"
    if isinstance(fault, UnicodeEncodeError):
        return "it holds half of a surrogate pair, which is not a character"
    if isinstance(fault, RecursionError):
        return "it is nested too deeply"
    return str(fault) if "JSON number" in str(fault) else "it holds a number with too many digits"
