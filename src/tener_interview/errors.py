"""Problem: the one way anything in this service fails, and the shape in which a caller reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

#: Every error code of the API and the HTTP status it is answered with.
STATUS_BY_CODE: dict[str, int] = {
    "INVALID_JSON": 400,
    "VALIDATION_FAILED": 400,
    "IDEMPOTENCY_KEY_INVALID": 400,
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED": 402,
    "INTERVIEW_PROVIDER_QUOTA_EXCEEDED": 402,
    "CROSS_SITE_REQUEST": 403,
    "ROUTE_NOT_FOUND": 404,
    "INTERVIEW_SESSION_NOT_FOUND": 404,
    "JOB_NOT_FOUND": 404,
    "CANDIDATE_NOT_FOUND": 404,
    "INTERVIEW_TOKEN_INVALID": 404,
    "SHARE_LINK_INVALID": 404,
    "SHARE_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_TIMEOUT": 408,
    "INTERVIEW_ALREADY_FINISHED": 409,
    "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD": 409,
    "IDEMPOTENCY_REQUEST_IN_PROGRESS": 409,
    "INTERVIEW_LINK_EXPIRED": 410,
    "INTERVIEW_LINK_REVOKED": 410,
    "SHARE_LINK_EXPIRED": 410,
    "SHARE_LINK_REVOKED": 410,
    "BODY_TOO_LARGE": 413,
    "URI_TOO_LONG": 414,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "INTERVIEW_PROVIDER_REJECTED": 422,
    "INTERVIEW_NOTHING_TO_SCORE": 422,
    "CANDIDATE_EMAIL_REQUIRED": 422,
    "CRITERIA_INVALID": 422,
    "NOTHING_TO_SHARE": 422,
    "TOO_MANY_ATTEMPTS": 429,
    "HEADERS_TOO_LARGE": 431,
    "INTERNAL_ERROR": 500,
    "NOT_IMPLEMENTED": 501,
    "INTERVIEW_PROVIDER_UNAVAILABLE": 502,
    "SOURCE_UNAVAILABLE": 503,
    "STORE_UNAVAILABLE": 503,
    "SERVER_BUSY": 503,
    "INTERVIEW_PROVIDER_TIMEOUT": 504,
}


class BriefErrorJson(TypedDict):
    """What went wrong with one item of a larger answer; the others are not concerned."""

    code: str
    message: str


class Problem(Exception):
    """A request that cannot be answered as asked.

    `code` is one of `STATUS_BY_CODE`; `error` is a sentence for a person: what is wrong and how to mend it;
    `details` are JSON values for a program; `headers` go out with the answer (`Allow`, `Retry-After`).
    """

    def __init__(
        self,
        code: str,
        error: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.code = code
        self.status = STATUS_BY_CODE[code]
        self.error = error
        self.details: dict[str, Any] = dict(details or {})
        self.headers: dict[str, str] = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.error}"

    def brief(self) -> BriefErrorJson:
        """The form in which one item of a larger answer carries its error."""
        return {"code": self.code, "message": self.error}

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body of an error answer, the same for every code."""
        return {"error": self.error, "code": self.code, "details": self.details, "request_id": request_id}

