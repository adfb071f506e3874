"""Session: one candidate's interview for one job, independent of how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How far a session has come."""

    #: Recorded here, but not yet confirmed by the provider.
    CREATED = "created"
    INVITED = "invited"
    #: The candidate opened the link or, with a landing page, pressed its button.
    IN_PROGRESS = "in_progress"
    #: Finished at the provider, but without a total score (yet).
    COMPLETED = "completed"
    #: It has a total score.
    SCORED = "scored"
    #: The link expired before the candidate began.
    EXPIRED = "expired"
    #: Withdrawn by the recruiter, or deleted or discarded unfinished at the provider.
    CANCELED = "canceled"
    #: The provider refused it permanently, or lost the interview.
    FAILED = "failed"


@dataclass(frozen=True)
class InterviewLink:
    """The candidate's personal link. A link with a serial other than the session's is revoked."""

    serial: int
    #: When the link stops opening the interview.
    expires_at: int
    #: The expiry that the link is signed with. It never changes, so the URL that was sent stays the same.
    signed_expires_at: int


@dataclass(frozen=True)
class SessionError:
    """Why the last sync of a session failed: an error code of the API and its message."""

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
    #: The stored status, on which updates are conditional.
    status: Status
    #: The status that the API returns for a single session.
    shown_status: Status
    #: The status in lists: `created` while nobody has received the link, and `expired` as soon as the link expires
    #: before the candidate began.
    listed_as: Status
    #: False once a later session of the same candidate and job replaced this one.
    is_current: bool
    #: True until a start request has returned the session's link.
    start_unanswered: bool
    provider: str
    position_id: str
    #: The version of the job's plan that the candidate was invited with; None without a plan.
    plan_version: int | None
    #: The version that the latest result was scored by.
    scored_plan_version: int | None
    invitation_id: str | None
    candidate_url: str | None
    link: InterviewLink
    #: The job that the interview was started for, when it counts for this job as well.
    shared_with_job: int | None
    created_at: int
    invited_at: int | None
    #: When a person first opened the link.
    opened_at: int | None
    started_at: int | None
    #: When the candidate began: pressed the button on the landing page, or answered a question.
    begun_at: int | None
    completed_at: int | None
    scored_at: int | None
    updated_at: int
    #: When the person's data were erased; only ids and times are left.
    erased_at: int | None
    last_sync_at: int | None
    #: The background sync skips the session until then.
    next_sync_at: int
    #: Whether a webhook event has announced a change that is not read yet.
    urgent: bool
    awaiting_transcription: bool
    last_error: SessionError | None
    #: The version of the latest result. It and the scores below are None without a result.
    result_version: int | None
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    #: The number that ranks: the machine's, or a person's.
    total_score: float | None
    #: What the engine gave. People never change it.
    machine_total: float | None
    #: What the overrides of people make of it; None without one.
    override_total: float | None
    #: How many questions are overridden, and the interview as one of them.
    overrides: int
    #: The mean of the submitted reviews, how many there are, and the largest minus the smallest.
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    #: Whose `total_score` is: `machine`, `override` or `human`.
    total_source: str | None
    #: By competency id; None for one of which nothing could be scored.
    competency_scores: Mapping[str, float | None]
    score_confidence: float | None
    pass_recommendation: str | None
    scored_questions: int | None
    total_questions: int | None
    #: The flags of the latest result, and the one for near duplicates.
    flags: tuple[str, ...] | None
    #: Why a finished interview without a total score needs review, as a sentence.
    review_reason: str | None
    #: The same of an interview that a person has rated in the meantime.
    ended_review_reason: str | None
    #: What people decided: one of `DECISIONS`, or None.
    decision: str | None
    decided_at: int | None
    #: Counts the decisions and undoings, from 0.
    decision_revision: int
    #: Signed URLs by question id. They expire a while after `video_urls_at`.
    video_urls: Mapping[str, str]
    video_urls_at: int | None
