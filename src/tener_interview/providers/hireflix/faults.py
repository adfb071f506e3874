"""Fault: every way a request to Hireflix can fail, told apart by what a caller may do next."""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ...errors import Problem

UNAVAILABLE = "INTERVIEW_PROVIDER_UNAVAILABLE"
#: Longest message of theirs that is passed on, in characters.
MAX_MESSAGE_CHARS = 500
_MAX_RETRY_AFTER_S = 86_400


class Kind(StrEnum):
    """What sort of failure it was."""

    #: The request surely never left.
    UNSENT = "unsent"
    #: It may have arrived: the network failed under way, or a gateway answered instead (5xx but 500).
    BROKEN = "broken"
    TIMED_OUT = "timed_out"
    #: Not sent: the last ones all failed, and it is not yet time to find out whether that has passed.
    HELD_BACK = "held_back"
    #: Not sent: too many of our own requests came before it.
    QUEUED = "queued"
    #: 429.
    BUSY = "busy"
    #: 500: their service fell over this request.
    CRASHED = "crashed"
    #: What came back is not what GraphQL answers.
    GARBLED = "garbled"
    #: The API key is not accepted.
    BARRED = "barred"
    #: The account has no active subscription.
    UNSUBSCRIBED = "unsubscribed"
    #: GraphQL validation: their schema does not know what was asked.
    INVALID = "invalid"
    #: What was asked is understood and will not be done.
    REJECTED = "rejected"
    #: Refused as a whole for a reason this version does not know.
    REFUSED = "refused"


#: Kind -> (error code, sentence). `{reason}` is always in this service's words, never in theirs.
_SAYS: Mapping[Kind, tuple[str, str]] = {
    Kind.UNSENT: (UNAVAILABLE, "Hireflix cannot be reached: {reason}. Try again later."),
    Kind.BROKEN: (UNAVAILABLE, "Hireflix is not available: {reason}. Try again later."),
    Kind.TIMED_OUT: ("INTERVIEW_PROVIDER_TIMEOUT", "Hireflix is too slow: {reason}. Try again later."),
    Kind.HELD_BACK: (UNAVAILABLE, "Hireflix is not available: {reason}."),
    Kind.QUEUED: ("SERVER_BUSY", "Too many requests are waiting for Hireflix: {reason}. Try again later."),
    Kind.BUSY: (UNAVAILABLE, "Hireflix asks for fewer requests: {reason}."),
    Kind.CRASHED: (UNAVAILABLE, "Hireflix failed on this request: {reason}. Try again later."),
    Kind.GARBLED: (UNAVAILABLE, "Hireflix answered something that is not its API: {reason}."),
    Kind.BARRED: (UNAVAILABLE, "Hireflix does not accept the API key: check TENER_HIREFLIX_API_KEY."),
    Kind.UNSUBSCRIBED: (
        "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED",
        "The Hireflix account has no active subscription: renew it at Hireflix, then try again.",
    ),
    Kind.INVALID: (
        UNAVAILABLE,
        "Hireflix's schema does not know what this version asks for: {reason}. The service needs an update.",
    ),
    Kind.REJECTED: ("INTERVIEW_PROVIDER_REJECTED", "Hireflix refused the request: {reason}."),
    Kind.REFUSED: (UNAVAILABLE, "Hireflix could not carry out the request: {reason}. Try again later."),
}


@dataclass(frozen=True)
class GraphQLError:
    """One entry of an answer's `errors`: `code` is theirs as text, upper case, `path` leads to what failed."""

    message: str
    code: str | None = None
    path: tuple[str | int, ...] = ()

    def as_details(self) -> dict[str, Any]:
        return {"type": "GraphQLError", "code": self.code, "message": self.message}


class Fault(Problem):
    """A Problem that remembers what sort of failure it was, and the `errors` that told it."""

    def __init__(
        self, kind: Kind, reason: str, *, errors: Sequence[GraphQLError] = (), retry_after_s: float | None = None
    ) -> None:
        code, sentence = _SAYS[kind]
        details: dict[str, Any] = {"reason": reason}
        if kind is Kind.REJECTED and errors:
            details["provider_error"] = errors[0].as_details()
        elif errors:
            details["provider_errors"] = [error.as_details() for error in errors[:5]]
        headers = {} if retry_after_s is None else {"Retry-After": str(math.ceil(retry_after_s))}
        super().__init__(code, sentence.format(reason=reason), details, headers)
        self.kind = kind
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s


#: What a code means, in `errors[].code` (older operations, a number) or `errors[].extensions.code`.
_KIND_BY_CODE: Mapping[str, Kind] = {
    "401": Kind.BARRED,
    "403": Kind.BARRED,
    "UNAUTHENTICATED": Kind.BARRED,
    "UNAUTHORIZED": Kind.BARRED,
    "FORBIDDEN": Kind.BARRED,
    "429": Kind.BUSY,
    "TOO_MANY_REQUESTS": Kind.BUSY,
    "RATE_LIMITED": Kind.BUSY,
    "GRAPHQL_VALIDATION_FAILED": Kind.INVALID,
    "GRAPHQL_PARSE_FAILED": Kind.INVALID,
    "400": Kind.REJECTED,
    "404": Kind.REJECTED,
    "409": Kind.REJECTED,
    "422": Kind.REJECTED,
    "NOT_FOUND": Kind.REJECTED,
    "BAD_USER_INPUT": Kind.REJECTED,
}

# The GraphQL servers in use word their errors alike, and not all of them add a code. What quotes a variable comes
# before what might be found inside the quotation.
_KIND_BY_TEXT: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(
            r"^Cannot query field|^Unknown (type|argument|fragment|directive)|^Syntax Error|is not defined by type"
            r"|unknown field|conflict because|can never be of type|subfields|used in position expecting"
            r"|does not exist in .* enum|is required, but it was not provided|required (field|type) .*(found|provided)"
        ),
        Kind.INVALID,
    ),
    (re.compile(r"^Variable .* (got|has) invalid value"), Kind.REJECTED),
    (re.compile(r"active subscription", re.I), Kind.UNSUBSCRIBED),
    (re.compile(r"unauthenticated|(un|not )authori[sz]ed|not authenticated|invalid api.?key", re.I), Kind.BARRED),
)

#: When errors disagree, the first of these wins.
_GRAVEST = (Kind.UNSUBSCRIBED, Kind.BARRED, Kind.BUSY, Kind.INVALID, Kind.REJECTED)

_REASONS: Mapping[Kind, str] = {
    Kind.BUSY: "try again in a minute",
    Kind.BARRED: "the API key is not accepted",
    Kind.UNSUBSCRIBED: "an active subscription is required",
    Kind.INVALID: "the request did not pass GraphQL validation",
    Kind.REJECTED: "it does not accept what was sent",
    Kind.REFUSED: "it answered with an error instead of data",
}

_ALREADY_INVITED_TEXT = "candidate-already-exists"


def known_kind(errors: Sequence[GraphQLError]) -> Kind | None:
    """The gravest kind that is recognised among these errors, if any."""
    kinds = {_kind_of(error) for error in errors}
    return next((kind for kind in _GRAVEST if kind in kinds), None)


def _kind_of(error: GraphQLError) -> Kind | None:
    for pattern, kind in _KIND_BY_TEXT:
        if pattern.search(error.message):
            return kind
    return _KIND_BY_CODE.get(error.code or "")


def from_errors(errors: Sequence[GraphQLError], *, writing: bool = False) -> Fault:
    """The Fault that `errors` without data stand for. Only what wants to change something can be rejected."""
    kind = known_kind(errors) or Kind.REFUSED
    if kind is Kind.REJECTED and not writing:
        kind = Kind.REFUSED
    return Fault(kind, _REASONS[kind], errors=errors)


def says_already_invited(error: GraphQLError) -> bool:
    """Older operations refuse a second invitation in `errors` and not as a member of the result."""
    return error.code == "409" or error.message == _ALREADY_INVITED_TEXT


def says_subscription_required(message: str) -> bool:
    """Hireflix says so in several places: in `errors`, and as a member of the invite's result."""
    return _kind_of(GraphQLError(message)) is Kind.UNSUBSCRIBED


def malformed(what: str) -> Fault:
    """The answer is JSON, but not of the shape that was asked for; `what` says where."""
    return Fault(Kind.GARBLED, what)


def busy(retry_after_s: float | None) -> Fault:
    """429, with the wait they ask for, if they ask for one."""
    wait = "try again in a minute" if retry_after_s is None else f"try again in {math.ceil(retry_after_s)} seconds"
    return Fault(Kind.BUSY, wait, retry_after_s=retry_after_s)


def retry_after_s(value: str | None, now_ms: int) -> float | None:
    """Seconds to wait by a Retry-After header, which is a number of seconds or an HTTP date (RFC 9110, 10.2.3)."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(min(int(text), _MAX_RETRY_AFTER_S))
    try:
        seconds = email.utils.parsedate_to_datetime(text).timestamp() - now_ms / 1000
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), float(_MAX_RETRY_AFTER_S))
