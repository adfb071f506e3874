"""Session: one candidate's interview for one job, whatever it is stored in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a session stands."""

    #: Recorded here; not yet known to be at the provider.
    CREATED = "created"
    INVITED = "invited"
    #: The candidate opened the link, or, where there is a landing page, began from it.
    IN_PROGRESS = "in_progress"
    #: Finished at the provider; not scored yet, or without a total that could be given.
    COMPLETED = "completed"
    #: There is a total.
    SCORED = "scored"
    #: The link ran out before the candidate began.
    EXPIRED = "expired"
    #: Withdrawn by the recruiter, or deleted or discarded unfinished at the provider.
    CANCELED = "canceled"
    #: The provider refused for good, or lost the interview.
    FAILED = "failed"


@dataclass(frozen=True)
class InterviewLink:
    """The candidate's personal link. A link with another serial than the session's is revoked."""

    serial: int
    #: Until when the link can be opened.
    expires_at: int
    #: The expiry that the link is signed with: it never changes, so that the address that was sent does not either.
    signed_expires_at: int


@dataclass(frozen=True)
class SessionError:
    """Why the last attempt to bring a session up to date failed: an error code of the API, and its message."""

    code: str
    message: str
    at: int | None


@dataclass(frozen=True)
class Session:
    """One candidate's interview for one job. Times are milliseconds since 1970."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    candidate_email: str
    conversation_id: int | None
    language: str | None
    #: Changes are conditional on this one of the three states.
    status: Status
    #: The state in answers about this session alone.
    shown_status: Status
    #: The state in lists: without a link that somebody was given it is `created`, wherever it stands; one whose link
    #: ran out before the candidate began is `expired`, whether or not anybody has looked since.
    listed_as: Status
    #: False once a later session took its place.
    is_current: bool
    #: Whether no start has been answered with the session's link yet.
    start_unanswered: bool
    provider: str
    position_id: str
    invitation_id: str | None
    candidate_url: str | None
    link: InterviewLink
    #: The job for which this interview was first given, where it counts for more than one.
    shared_with_job: int | None
    created_at: int
    invited_at: int | None
    #: When a person first opened the link.
    opened_at: int | None
    started_at: int | None
    #: When the candidate is known to have begun: pressed the button of the landing page, or answered a question.
    begun_at: int | None
    completed_at: int | None
    scored_at: int | None
    updated_at: int
    #: When the person's data were erased; what is left is a tombstone.
    erased_at: int | None
    last_sync_at: int | None
    #: Not to be looked at by the background sync before this.
    next_sync_at: int
    #: Whether the provider has told of something that is still to be read.
    urgent: bool
    awaiting_transcription: bool
    last_error: SessionError | None
    #: Of the latest result, with what it says as a whole. None without one, and in all that follows.
    result_version: int | None
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    score_confidence: float | None
    pass_recommendation: str | None
    scored_questions: int | None
    total_questions: int | None
    #: Every flag of the latest result, and that of near duplicates.
    flags: tuple[str, ...] | None
    #: Why a person has to look at an interview that is over and has no total, in words.
    review_reason: str | None
    #: Signed addresses by question id, which last only a while after `video_urls_at`.
    video_urls: Mapping[str, str]
    video_urls_at: int | None
