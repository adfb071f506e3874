"""An HTTP request, parsed on demand from the WSGI environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl

from ..actor import ANYBODY, Actor, ActorKind
from ..errors import Problem
from ..regex import regex
from .http1 import CLIENT_GONE
from .json_text import InvalidJson, read_json
from .shape import Integer

Environ = dict[str, Any]

#: `application/json`, the older `text/json`, or a format based on JSON (RFC 6839, section 3.1).
_JSON_TYPE = regex(r"(application|text)/json|application/[!#-.0-9^-~]+\+json")

#: A numeric id in a path.
PATH_ID = Integer(low=1, from_text=True)


class ClientGone(Exception):
    """The client has hung up: stop working on its request, since nobody reads the response."""


class Request:
    """A request as handlers see it.

    `params` are the path parameters of the route. `request_id` appears in the response headers, in error bodies and in
    the log. A body larger than `max_body_bytes` is refused.
    """

    def __init__(self, environ: Environ, request_id: str, max_body_bytes: int) -> None:
        self.environ = environ
        self.request_id = request_id
        self.method: str = environ["REQUEST_METHOD"]
        #: Without the prefix `/k/{client_key}`.
        self.path = _utf8(environ.get("PATH_INFO", "") or "/")
        #: Who sent the request; set by the guard.
        self.actor: Actor = ANYBODY
        #: The hash of the browser's login cookie; None for other ways to sign in.
        self.login: str | None = None
        self.params: Mapping[str, str] = {}
        #: When this request was first sent with its Idempotency-Key: what was done since, it has done itself.
        self.first_requested_ms: int | None = None
        #: The same whenever this request is repeated with its key: for the id of what it creates.
        self.operation_id: str | None = None
        #: When it arrived, on the application's monotonic clock.
        self.received_s = 0.0
        #: Lends the request's lane slot to others during a `with` block, while it waits for other requests.
        self.lend_slot: Callable[[], AbstractContextManager[None]] = nullcontext
        #: Frees the slot for good.
        self.free_slot: Callable[[], None] = _nothing
        self.max_body_bytes = max_body_bytes

    def header(self, name: str) -> str | None:
        """A request header by its usual name."""
        value: str | None = self.environ.get(_environ_key(name))
        return value

    @property
    def has_client_key(self) -> bool:
        """Whether the request carries the client key, which the main system uses."""
        return self.actor.kind is ActorKind.CLIENT_KEY

    @property
    def detects_hang_up(self) -> bool:
        """Whether the server can tell that the client has hung up."""
        return CLIENT_GONE in self.environ

    @property
    def client_gone(self) -> bool:
        """Whether the client is known to have hung up."""
        gone = self.environ.get(CLIENT_GONE)
        return gone is not None and gone()

    def raise_if_client_gone(self) -> None:
        """Raise ClientGone if the client is known to have hung up."""
        gone = self.environ.get(CLIENT_GONE)
        if gone is not None and gone():
            raise ClientGone

    @property
    def query_string(self) -> str:
        """The raw query string."""
        query_string_text: str = self.environ.get("QUERY_STRING", "")
        return query_string_text

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters. An empty one counts as left out.

        Raises `VALIDATION_FAILED` if the query string is not UTF-8, or has a parameter more than once: servers differ
        in which one they read, so none is guessed.
        """
        try:
            pairs = parse_qsl(self.query_string, keep_blank_values=True, errors="strict", max_num_fields=100)
        except ValueError:
            fault = "must be UTF-8 with at most 100 fields"
            raise Problem("VALIDATION_FAILED", f"The query string {fault}.", {"fields": {"query": fault}}) from None
        query = dict(pairs)
        if len(query) < len(pairs):
            names = [name for name, _value in pairs]
            fields = {name: "must be given once" for name in query if names.count(name) > 1}
            raise Problem("VALIDATION_FAILED", "A query parameter is given more than once.", {"fields": fields})
        return {name: value for name, value in query.items() if value}

    @cached_property
    def body(self) -> bytes:
        """The whole body.

        Raises `BODY_TOO_LARGE`, if possible by the declared length before reading anything, and `BAD_REQUEST` if the
        body breaks off.
        """
        declared = self.environ.get("CONTENT_LENGTH") or ""
        if declared and not (declared.isascii() and declared.isdigit()):
            raise Problem("BAD_REQUEST", "Content-Length must be a number.")
        if not declared and not self.environ.get("wsgi.input_terminated"):
            return b""
        length = int(declared) if declared else self.max_body_bytes + 1
        if declared and length > self.max_body_bytes:
            raise self._too_large_problem()
        try:
            body: bytes = self.environ["wsgi.input"].read(length)
        except Exception:
            # Every WSGI server raises its own exceptions for a truncated or badly chunked body.
            raise Problem("BAD_REQUEST", "The body is incomplete, or not in the declared encoding.") from None
        if len(body) > self.max_body_bytes:
            raise self._too_large_problem()
        if declared and len(body) < length:
            raise Problem("BAD_REQUEST", "The body is shorter than its Content-Length.")
        return body

    def _too_large_problem(self) -> Problem:
        return Problem("BODY_TOO_LARGE", f"The body is larger than the {self.max_body_bytes} bytes allowed here.")

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises what `json_value` raises, and `VALIDATION_FAILED` for any other value."""
        value = self.json_value
        if not isinstance(value, dict):
            error = "must be a JSON object"
            raise Problem("VALIDATION_FAILED", f"The body {error}.", {"fields": {"body": error}})
        return value

    @cached_property
    def json_value(self) -> Any:
        """The body as JSON. An empty body counts as an empty object; a byte order mark is skipped.

        The mark is not part of JSON, but a parser may ignore it (RFC 8259, section 8.1).

        Raises `UNSUPPORTED_MEDIA_TYPE` and `INVALID_JSON`.
        """
        if not self.body:
            return {}
        content_type = self.header("Content-Type")
        if content_type is not None and not _JSON_TYPE.fullmatch(content_type.partition(";")[0].strip().lower()):
            raise Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as JSON, with Content-Type: application/json.")
        if (self.header("Content-Encoding") or "identity").strip().lower() != "identity":
            raise Problem("UNSUPPORTED_MEDIA_TYPE", "Send the body as it is, without a Content-Encoding.")
        try:
            return read_json(self.body)
        except InvalidJson as fault:
            raise Problem("INVALID_JSON", f"The body is not valid JSON: {fault}.", {"reason": str(fault)}) from None

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form body; bytes that are not UTF-8 are replaced. Raises `VALIDATION_FAILED`."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), max_num_fields=200))
        except ValueError:
            fault = "must have at most 200 fields"
            raise Problem("VALIDATION_FAILED", f"The form {fault}.", {"fields": {"body": fault}}) from None

    def integer(self, name: str) -> int:
        """A path parameter that is a numeric id. Raises `VALIDATION_FAILED`."""
        try:
            return PATH_ID.read(self.params[name])
        except ValueError as fault:
            message = f"In the address, {name} {fault}."
            raise Problem("VALIDATION_FAILED", message, {"fields": {name: str(fault)}}) from None

    @property
    def wants_html(self) -> bool:
        """Whether a browser page is wanted rather than JSON: Accept names HTML and not JSON."""
        accept = (self.header("Accept") or "").lower()
        return "text/html" in accept and "application/json" not in accept

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies; parts that are not `name=value` are skipped (RFC 6265 section 5.4)."""
        pairs = (part.strip().partition("=") for part in (self.header("Cookie") or "").split(";"))
        return {name: value for name, equals, value in pairs if equals}


def _nothing() -> None:
    pass


@cache
def _environ_key(name: str) -> str:
    """The WSGI key of a header. Cached: only names in the code are looked up, so there are few."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _utf8(path: str) -> str:
    """Decode a path, which PEP 3333 passes as latin-1 text."""
    return path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace")
