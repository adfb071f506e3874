"""Problem: the one type of all errors, and its JSON shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

#: Every error code of the API, with its HTTP status and meaning.
CODES: dict[str, tuple[int, str]] = {
    "INVALID_JSON": (400, "The body is not valid JSON."),
    "VALIDATION_FAILED": (400, "The request is invalid; `details.fields` lists the errors by field."),
    "IDEMPOTENCY_KEY_INVALID": (400, "The `Idempotency-Key` is empty, too long or not visible ASCII."),
    "BAD_REQUEST": (400, "The request is not valid HTTP."),
    "UNAUTHORIZED": (
        401, "The token, password or code is missing or wrong, the login has ended, or the signature is wrong."
    ),
    "ONE_TIME_CODE_REQUIRED": (401, "The password is right; send a one-time code as well."),
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED": (402, "The Hireflix account has no subscription that allows this."),
    "INTERVIEW_PROVIDER_QUOTA_EXCEEDED": (402, "The Hireflix account has no interviews left."),
    "ANSWERS_NOT_ALLOWED": (403, "The shared shortlist is read-only."),
    "FORBIDDEN": (403, "The caller's role does not allow this; the message says which role does."),
    "WRONG_PASSWORD": (403, "The current password is wrong."),
    "CROSS_SITE_REQUEST": (403, "A page of another site made the browser send this."),
    "ROUTE_NOT_FOUND": (404, "There is nothing at this address."),
    "INTERVIEW_SESSION_NOT_FOUND": (404, "Session not found."),
    "JOB_NOT_FOUND": (404, "The source has no such job, or has archived it; or the step never ran for it."),
    "CANDIDATE_NOT_FOUND": (404, "Candidate not found; `details` may have the id."),
    "INTERVIEW_TOKEN_INVALID": (404, "The entry link does not belong to this service."),
    "OPT_OUT_LINK_INVALID": (404, "The opt-out link does not belong to this service."),
    "MESSAGE_NOT_FOUND": (404, "Message not found."),
    "SHARE_LINK_INVALID": (404, "The link of the shortlist does not belong to this service."),
    "RESULT_NOT_FOUND": (404, "The session has no result of this version."),
    "USER_NOT_FOUND": (404, "User not found."),
    "LOGIN_NOT_FOUND": (404, "The account has no such login, or it has ended."),
    "TOKEN_NOT_FOUND": (404, "API token not found, or it is somebody else's."),
    "ENDPOINT_NOT_FOUND": (404, "Endpoint not found."),
    "DELIVERY_NOT_FOUND": (404, "The endpoint has no such delivery."),
    "SHARE_NOT_FOUND": (404, "Share not found."),
    "PLAN_NOT_FOUND": (
        404, "The job has no interview plan, or no such version or question of it; or the answer was not scored by it."
    ),
    "QUESTION_NOT_FOUND": (404, "The interview has no such question."),
    "UNDELIVERED_NOT_FOUND": (404, "Nothing with this id can be sent again: it has arrived, or is being sent."),
    "METHOD_NOT_ALLOWED": (405, "The address does not allow this method; `Allow` lists those it does."),
    "REQUEST_TIMEOUT": (408, "The request took too long to arrive."),
    "JOB_PAUSED": (409, "The job is paused in the main system; `confirm_paused` invites anyway."),
    "INTERVIEW_SHARED_WITH_JOB": (
        409,
        "The candidate has an interview with the same questions for another job; `share_interview` lets it count.",
    ),
    "PLAN_REQUIRED": (409, "The job has no position, and there is no default one; publish its interview plan."),
    "INTERVIEW_ALREADY_FINISHED": (409, "The interview is over, so there is nothing to send, renew or withdraw."),
    "INTERVIEW_NOT_FINISHED": (409, "The interview is not finished, or another one replaced it: nothing to rate yet."),
    "INTERVIEW_NOT_SCORED": (409, "The machine has not scored the interview yet, so there is no score to override."),
    "JUDGE_OFF": (409, "No language model is set up for a second opinion."),
    "REVIEW_CHANGED": (409, "The review was saved meanwhile; `details.revision` is its current revision."),
    "CANDIDATE_EMAIL_IN_USE": (409, "Another candidate has an interview in the same position with this address."),
    "CANDIDATE_ERASED": (409, "The candidate was erased, so there is nothing left to change."),
    "INTERVIEW_STILL_OPEN": (409, "The candidate can still answer, so only a withdrawal can be recorded."),
    "INTERVIEW_SESSION_REPLACED": (409, "A later session replaced this one; `details.session_id` is that one."),
    "TOO_MANY_NOTES": (409, "Assistants only: the review's limit of notes is reached; remove one first."),
    "TOO_MANY_ENDPOINTS": (409, "The limit of endpoints is reached; remove one first."),
    "ENDPOINT_DISABLED": (409, "The endpoint gets nothing until it is enabled again."),
    "ENDPOINT_IN_ENVIRONMENT": (409, "The settings define this endpoint; change it there."),
    "ENDPOINT_UNSIGNED": (409, "The endpoint gets messages for a chat, which are not signed."),
    "TOO_MANY_RECOMMENDATIONS": (409, "The limit of recommendations is reached."),
    "DECISION_CHANGED": (409, "Somebody decided meanwhile; `details` has the decision that counts and its revision."),
    "DECISION_REASONS_CHANGED": (409, "The list of reasons was changed meanwhile; `details.revision` is the new one."),
    "MAIL_NOT_SET_UP": (409, "No mail server is set up; messages are sent by hand."),
    "MESSAGE_NOT_POSSIBLE": (409, "The candidate cannot get this message now; the message says why."),
    "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD": (409, "The key was used with another body."),
    "IDEMPOTENCY_REQUEST_IN_PROGRESS": (
        409,
        "The first request with this key is still running; repeat it with the same key.",
    ),
    "USER_EMAIL_IN_USE": (409, "Another user has this e-mail address."),
    "USER_DISABLED": (409, "The user is disabled."),
    "LAST_ADMIN": (409, "This is the only one who can manage users: there is no other admin and no admin token."),
    "ONE_TIME_CODES_ON": (409, "One-time codes are on already."),
    "ONE_TIME_CODES_OFF": (409, "One-time codes are off."),
    "TOO_MANY_TOKENS": (409, "The limit of API tokens is reached; revoke one first."),
    "USER_LINK_INVALID": (410, "The one-time link was used, replaced, or has expired."),
    "INTERVIEW_LINK_EXPIRED": (410, "The entry link has expired; a recruiter can extend it."),
    "INTERVIEW_LINK_REVOKED": (410, "The entry link was withdrawn or replaced, or its session was canceled."),
    "SHARE_LINK_EXPIRED": (410, "The link of the shortlist has expired."),
    "SHARE_LINK_REVOKED": (410, "The link of the shortlist was revoked."),
    "PLAN_CHANGED": (412, "The plan was saved meanwhile; `details.etag` is its current ETag."),
    "BODY_TOO_LARGE": (413, "The body is larger than this address allows."),
    "URI_TOO_LONG": (414, "The address is too long."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "The Content-Type is not `application/json`, or the body is compressed."),
    "INTERVIEW_PROVIDER_REJECTED": (422, "Hireflix refused the request; the message says why."),
    "INTERVIEW_NOTHING_TO_SCORE": (422, "The interview is finished, but no answer has a transcript."),
    "WRONG_CODE": (422, "The one-time code is wrong or too old."),
    "LIST_NOT_READABLE": (422, "The file is not a readable list; the message says why and what to do."),
    "CANDIDATE_EMAIL_REQUIRED": (422, "The candidate has no e-mail address, and synthetic ones are not allowed here."),
    "REVIEW_INCOMPLETE": (422, "The review cannot be submitted yet; `details.fields` lists what is missing."),
    "CRITERIA_INVALID": (422, "The criteria file or the formula file is invalid."),
    "LIBRARY_INVALID": (422, "A file of the question library is invalid."),
    "NOTHING_TO_SHARE": (422, "None of the candidates has an interview for the job, or none is scored yet."),
    "PRECONDITION_REQUIRED": (428, "The request needs `If-Match` with the `ETag` of the plan that it is about."),
    "TOO_MANY_ATTEMPTS": (
        429,
        "Too many wrong tokens, keys, passwords or codes, or too many recommendations; wait `Retry-After` seconds.",
    ),
    "TOO_MANY_CALLS": (429, "Assistants only: too many calls; the text says how long to wait."),
    "HEADERS_TOO_LARGE": (431, "The headers are too long."),
    "INTERNAL_ERROR": (500, "An error in the service; the log has it under the request id."),
    "NOT_IMPLEMENTED": (501, "The transfer coding of the body is not supported."),
    "INTERVIEW_PROVIDER_UNAVAILABLE": (
        502,
        "Hireflix cannot be reached or sends invalid responses, or another plan took the position; nothing was lost.",
    ),
    "SOURCE_UNAVAILABLE": (503, "The source of jobs and candidates cannot be read at the moment."),
    "STORE_UNAVAILABLE": (
        503,
        "The service's own database cannot be used at the moment, or another request changed the same data first.",
    ),
    "SERVER_BUSY": (503, "Too many requests are running; try again after `Retry-After` seconds."),
    "INTERVIEW_PROVIDER_TIMEOUT": (
        504,
        "Hireflix did not respond in time, or the work takes longer and continues; nothing was lost.",
    ),
}
STATUS_BY_CODE: dict[str, int] = {code: status for code, (status, _) in CODES.items()}


class BriefErrorJson(TypedDict):
    """The error of one item of a list; the other items are not affected."""

    code: str
    message: str


class Problem(Exception):
    """A request that cannot be fulfilled.

    `code` is one of `CODES`; `error` is a sentence for a person: what is wrong and how to fix it; `details` are JSON
    values for a program; `headers` are added to the response (`Allow`, `Retry-After`).
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
        """The error of one item of a list."""
        return {"code": self.code, "message": self.error}

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body of an error response, the same for every code."""
        return {"error": self.error, "code": self.code, "details": self.details, "request_id": request_id}


def internal_error() -> Problem:
    """Return the problem for an unexpected exception."""
    return Problem("INTERNAL_ERROR", "Something went wrong in the service. The log has it under the request id.")

