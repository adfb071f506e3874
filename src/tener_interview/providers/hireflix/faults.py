"""Fault: every way in which a request to Hireflix can fail, by what the caller can do next."""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...regex import regex

UNAVAILABLE = "INTERVIEW_PROVIDER_UNAVAILABLE"
#: Hireflix's messages are cut to this length.
MAX_MESSAGE_CHARS = 500
_MAX_RETRY_AFTER_S = 86_400


class FailureKind(StrEnum):
    """The kind of a failure."""

    #: The request certainly never left.
    NOT_SENT = "unsent"
    #: The request may have arrived: the network failed, or a gateway answered (5xx except 500).
    CONNECTION_LOST = "broken"
    TIMED_OUT = "timed_out"
    #: Not sent: the last requests all failed, and the next probe is not due.
    CIRCUIT_OPEN = "held_back"
    #: Not sent: too many of our own requests were waiting before it.
    QUEUE_TIMEOUT = "queued"
    #: 429.
    RATE_LIMITED = "busy"
    #: 500: their service failed on this request.
    SERVER_ERROR = "crashed"
    #: The response is not a GraphQL response.
    MALFORMED = "garbled"
    #: The API key is not accepted.
    UNAUTHORIZED = "barred"
    #: The account has no active subscription.
    SUBSCRIPTION_REQUIRED = "unsubscribed"
    #: GraphQL validation: their schema does not have what was requested.
    INVALID_QUERY = "invalid"
    #: Understood and permanently refused.
    REJECTED = "rejected"
    #: Refused for a reason that this version does not know.
    REFUSED = "refused"


#: FailureKind -> (error code, sentence). `{reason}` is always in this service's words, never in theirs.
_CODE_AND_SENTENCE: Mapping[FailureKind, tuple[str, str]] = {
    FailureKind.NOT_SENT: (UNAVAILABLE, "Hireflix cannot be reached: {reason}. Try again later."),
    FailureKind.CONNECTION_LOST: (UNAVAILABLE, "Hireflix is not available: {reason}. Try again later."),
    FailureKind.TIMED_OUT: ("INTERVIEW_PROVIDER_TIMEOUT", "Hireflix is too slow: {reason}. Try again later."),
    FailureKind.CIRCUIT_OPEN: (UNAVAILABLE, "Hireflix is not available: {reason}."),
    FailureKind.QUEUE_TIMEOUT: (
        "SERVER_BUSY",
        "Too many requests are waiting for Hireflix: {reason}. Try again later.",
    ),
    FailureKind.RATE_LIMITED: (UNAVAILABLE, "Hireflix asks for fewer requests: {reason}."),
    FailureKind.SERVER_ERROR: (UNAVAILABLE, "Hireflix failed on this request: {reason}. Try again later."),
    FailureKind.MALFORMED: (UNAVAILABLE, "Hireflix answered something that is not its API: {reason}."),
    FailureKind.UNAUTHORIZED: (UNAVAILABLE, "Hireflix does not accept the API key: check TENER_HIREFLIX_API_KEY."),
    FailureKind.SUBSCRIPTION_REQUIRED: (
        "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED",
        "The Hireflix account has no active subscription: renew it at Hireflix, then try again.",
    ),
    FailureKind.INVALID_QUERY: (
        UNAVAILABLE,
        "Hireflix's schema does not know what this version asks for: {reason}. The service needs an update.",
    ),
    FailureKind.REJECTED: ("INTERVIEW_PROVIDER_REJECTED", "Hireflix refused the request: {reason}."),
    FailureKind.REFUSED: (UNAVAILABLE, "Hireflix could not carry out the request: {reason}. Try again later."),
}


@dataclass(frozen=True)
class GraphQLError:
    """One entry of a response's `errors`. `code` is upper-case text; `path` leads to the field that failed."""

    message: str
    code: str | None = None
    path: tuple[str | int, ...] = ()

    def as_details(self) -> dict[str, Any]:
        return {"type": "GraphQLError", "code": self.code, "message": self.message}


class Fault(Problem):
    """A Problem with the kind of the failure and the GraphQL `errors` that caused it."""

    def __init__(
        self, kind: FailureKind, reason: str, *, errors: Sequence[GraphQLError] = (), retry_after_s: float | None = None
    ) -> None:
        code, sentence = _CODE_AND_SENTENCE[kind]
        details: dict[str, Any] = {"reason": reason}
        if kind is FailureKind.REJECTED and errors:
            details["provider_error"] = errors[0].as_details()
        elif errors:
            details["provider_errors"] = [error.as_details() for error in errors[:5]]
        headers = {} if retry_after_s is None else {"Retry-After": str(math.ceil(retry_after_s))}
        super().__init__(code, sentence.format(reason=reason), details, headers)
        self.kind = kind
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s


#: The kind for a code in `errors[].code` (older operations, a number) or `errors[].extensions.code`.
_KIND_BY_CODE: Mapping[str, FailureKind] = {
    "401": FailureKind.UNAUTHORIZED,
    "403": FailureKind.UNAUTHORIZED,
    "UNAUTHENTICATED": FailureKind.UNAUTHORIZED,
    "UNAUTHORIZED": FailureKind.UNAUTHORIZED,
    "FORBIDDEN": FailureKind.UNAUTHORIZED,
    "429": FailureKind.RATE_LIMITED,
    "TOO_MANY_REQUESTS": FailureKind.RATE_LIMITED,
    "RATE_LIMITED": FailureKind.RATE_LIMITED,
    "GRAPHQL_VALIDATION_FAILED": FailureKind.INVALID_QUERY,
    "GRAPHQL_PARSE_FAILED": FailureKind.INVALID_QUERY,
    "400": FailureKind.REJECTED,
    "404": FailureKind.REJECTED,
    "409": FailureKind.REJECTED,
    "422": FailureKind.REJECTED,
    "NOT_FOUND": FailureKind.REJECTED,
    "BAD_USER_INPUT": FailureKind.REJECTED,
}

# GraphQL servers use the same messages, and not all of them add a code. Patterns for messages that quote a variable
# come before patterns that could match inside the quotation.
_KIND_BY_MESSAGE: tuple[tuple[re.Pattern[str], FailureKind], ...] = (
    (
        regex(
            r"^Cannot query field|^Unknown (type|argument|fragment|directive)|^Syntax Error|is not defined by type"
            r"|unknown field|conflict because|can never be of type|subfields|used in position expecting"
            r"|does not exist in .* enum|is required, but it was not provided|required (field|type) .*(found|provided)"
        ),
        FailureKind.INVALID_QUERY,
    ),
    (regex(r"^Variable .* (got|has) invalid value"), FailureKind.REJECTED),
    (regex(r"active subscription", re.I), FailureKind.SUBSCRIPTION_REQUIRED),
    (
        regex(r"unauthenticated|(un|not )authori[sz]ed|not authenticated|invalid api.?key", re.I),
        FailureKind.UNAUTHORIZED,
    ),
)

#: When there are errors of several kinds, the first of these counts.
_PRECEDENCE = (
    FailureKind.SUBSCRIPTION_REQUIRED,
    FailureKind.UNAUTHORIZED,
    FailureKind.RATE_LIMITED,
    FailureKind.INVALID_QUERY,
    FailureKind.REJECTED,
)

_REASONS: Mapping[FailureKind, str] = {
    FailureKind.RATE_LIMITED: "try again in a minute",
    FailureKind.UNAUTHORIZED: "the API key is not accepted",
    FailureKind.SUBSCRIPTION_REQUIRED: "an active subscription is required",
    FailureKind.INVALID_QUERY: "the request did not pass GraphQL validation",
    FailureKind.REJECTED: "it does not accept what was sent",
    FailureKind.REFUSED: "it answered with an error instead of data",
}

_ALREADY_INVITED_TEXT = "candidate-already-exists"


def known_kind(errors: Sequence[GraphQLError]) -> FailureKind | None:
    """The kind of these errors that takes precedence; None if none is known."""
    kinds = {_kind_of(error) for error in errors}
    return next((kind for kind in _PRECEDENCE if kind in kinds), None)


def _kind_of(error: GraphQLError) -> FailureKind | None:
    for pattern, kind in _KIND_BY_MESSAGE:
        if pattern.search(error.message):
            return kind
    return _KIND_BY_CODE.get(error.code or "")


def from_errors(errors: Sequence[GraphQLError], *, writing: bool = False) -> Fault:
    """The Fault for a response with `errors` and no data. Only a request that changes something can be rejected."""
    kind = known_kind(errors) or FailureKind.REFUSED
    if kind is FailureKind.REJECTED and not writing:
        kind = FailureKind.REFUSED
    return Fault(kind, _REASONS[kind], errors=errors)


def says_already_invited(error: GraphQLError) -> bool:
    """Return whether the error is a second invitation: older operations report it in `errors`, not in the result."""
    return error.code == "409" or error.message == _ALREADY_INVITED_TEXT


def says_subscription_required(message: str) -> bool:
    """Return whether a message says so. Hireflix does in `errors` and in the result of an invite."""
    return _kind_of(GraphQLError(message)) is FailureKind.SUBSCRIPTION_REQUIRED


def malformed(problem: str) -> Fault:
    """The response is JSON of an unexpected shape; `what` says where."""
    return Fault(FailureKind.MALFORMED, problem)


def busy(retry_after_s: float | None) -> Fault:
    """429, with the requested pause, if any."""
    return Fault(FailureKind.RATE_LIMITED, f"try again in {_pause_words(retry_after_s)}", retry_after_s=retry_after_s)


def _pause_words(pause_s: float | None) -> str:
    """A pause as people say it; a minute if it is not known."""
    if pause_s is None:
        return "a minute"
    return "a moment" if pause_s <= 1 else f"{math.ceil(pause_s)} seconds"


def retry_after_s(value: str | None, now_ms: int) -> float | None:
    """The pause in a Retry-After header, which is a number of seconds or an HTTP date (RFC 9110, 10.2.3)."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(min(int(text), _MAX_RETRY_AFTER_S))
    try:
        seconds = email.utils.parsedate_to_datetime(text).timestamp() - now_ms / 1000
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), float(_MAX_RETRY_AFTER_S))
