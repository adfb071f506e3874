"""Problem: the one way anything in this service fails, and the shape in which a caller reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

#: Every error code of the API: the HTTP status it is answered with, and what it means.
CODES: dict[str, tuple[int, str]] = {
    "INVALID_JSON": (400, "The body is not JSON."),
    "VALIDATION_FAILED": (400, "Something in the request is wrong; `details.fields` says what, field by field."),
    "IDEMPOTENCY_KEY_INVALID": (400, "The `Idempotency-Key` is empty, too long or not visible ASCII."),
    "BAD_REQUEST": (400, "The request is not HTTP as it should be."),
    "UNAUTHORIZED": (401, "No admin token, a wrong one, a login that has run out, or a wrong signature."),
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED": (402, "The Hireflix account has no subscription that allows this."),
    "INTERVIEW_PROVIDER_QUOTA_EXCEEDED": (402, "The Hireflix account has no interviews left."),
    "FORBIDDEN": (403, "The client key does not open this address; the admin token does."),
    "CROSS_SITE_REQUEST": (403, "A browser sent this for another site than the service's own."),
    "ROUTE_NOT_FOUND": (404, "There is nothing at this address."),
    "INTERVIEW_SESSION_NOT_FOUND": (404, "There is no such session."),
    "JOB_NOT_FOUND": (404, "The source has no such job, or has archived it, or the step was never run for it."),
    "CANDIDATE_NOT_FOUND": (404, "There is no such candidate in what was asked for; `details` may say which."),
    "INTERVIEW_TOKEN_INVALID": (404, "The entry link is not one of this service's."),
    "SHARE_LINK_INVALID": (404, "The link of the shortlist is not one of this service's."),
    "RESULT_NOT_FOUND": (404, "The session has no result of this version."),
    "SHARE_NOT_FOUND": (404, "There is no such share."),
    "METHOD_NOT_ALLOWED": (405, "The address takes other methods; `Allow` names them."),
    "REQUEST_TIMEOUT": (408, "The request took too long to arrive."),
    "JOB_PAUSED": (409, "The job is paused in the main system; `confirm_paused` invites for it all the same."),
    "INTERVIEW_SHARED_WITH_JOB": (
        409, "The candidate has an interview with the same questions for another job; `share_interview` lets it count."
    ),
    "INTERVIEW_ALREADY_FINISHED": (409, "The interview is over, so that there is nothing to send, renew or withdraw."),
    "CANDIDATE_EMAIL_IN_USE": (409, "Another candidate's interview in the same position is under this address."),
    "CANDIDATE_ERASED": (409, "The candidate was erased, so that there is nothing left to change."),
    "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD": (409, "The key was used for another body."),
    "IDEMPOTENCY_REQUEST_IN_PROGRESS": (409, "The first request with this key still runs; ask again with it."),
    "INTERVIEW_LINK_EXPIRED": (410, "The entry link has expired; a recruiter can extend it."),
    "INTERVIEW_LINK_REVOKED": (410, "The entry link was withdrawn or replaced, or its session was canceled."),
    "SHARE_LINK_EXPIRED": (410, "The link of the shortlist has expired."),
    "SHARE_LINK_REVOKED": (410, "The link of the shortlist was revoked."),
    "BODY_TOO_LARGE": (413, "The body is longer than this address takes."),
    "URI_TOO_LONG": (414, "The address is too long."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "The body is not said to be `application/json`."),
    "INTERVIEW_PROVIDER_REJECTED": (422, "Hireflix refused; the sentence says why."),
    "INTERVIEW_NOTHING_TO_SCORE": (422, "The interview is finished, but no answer has a transcript."),
    "LIST_NOT_READABLE": (422, "The list is not text, or no list; the sentence says what it is and what to do."),
    "CANDIDATE_EMAIL_REQUIRED": (422, "The candidate has no e-mail address, and made-up ones are not allowed here."),
    "CRITERIA_INVALID": (422, "The files of criteria and formula cannot be used as they are now."),
    "NOTHING_TO_SHARE": (422, "There is no such candidate with an interview for the job, or nobody is scored yet."),
    "TOO_MANY_ATTEMPTS": (429, "Too many wrong tokens or keys from this address; wait for `Retry-After` seconds."),
    "HEADERS_TOO_LARGE": (431, "The headers are too long."),
    "INTERNAL_ERROR": (500, "A fault of the service; the log has it under the request's id."),
    "NOT_IMPLEMENTED": (501, "The body comes in a transfer coding that is not understood."),
    "INTERVIEW_PROVIDER_UNAVAILABLE": (502, "Hireflix cannot be reached or answers nonsense; nothing was lost."),
    "SOURCE_UNAVAILABLE": (503, "The source of jobs and candidates cannot be read just now."),
    "STORE_UNAVAILABLE": (503, "The service's own database cannot be used just now."),
    "SERVER_BUSY": (503, "Too much is going on at once; try again after `Retry-After` seconds."),
    "INTERVIEW_PROVIDER_TIMEOUT": (504, "Hireflix did not answer in time; nothing was lost."),
}
STATUS_BY_CODE: dict[str, int] = {code: status for code, (status, _) in CODES.items()}


class BriefErrorJson(TypedDict):
    """What went wrong with one item of a larger answer; the others are not concerned."""

    code: str
    message: str


class Problem(Exception):
    """A request that cannot be answered as asked.

    `code` is one of `CODES`; `error` is a sentence for a person: what is wrong and how to mend it;
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

