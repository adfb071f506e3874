"""Session: one candidate's interview for one job, independent of how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ..lazy_dataclass import dataclass


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
    #: The status that the API returns for a single session: `expired` as soon as the link of an `invited` one expires.
    current_status: Status
    #: The status in lists: `current_status`, but `created` while nobody has received the link.
    list_status: Status
    #: False once a later session of the same candidate and job replaced this one.
    is_current: bool
    #: True until a response has returned the session's link to the caller that invited.
    link_not_returned: bool
    provider: str
    position_id: str
    #: The version of the job's plan that the candidate was invited with (`plan_version` in the API); None without one.
    invited_plan_version: int | None
    #: The version that the latest result was scored by.
    scored_plan_version: int | None
    invitation_id: str | None
    candidate_url: str | None
    link: InterviewLink
    #: The job that the candidate was invited for, when it counts for this job as well.
    shared_with_job: int | None
    created_at: int
    invited_at: int | None
    #: When a person first opened the link.
    opened_at: int | None
    #: When the session became `in_progress`: with a landing page when its button was pressed, else when the link was
    #: opened.
    in_progress_at: int | None
    #: When the candidate first did something: pressed the landing page's button, or answered a question.
    first_activity_at: int | None
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
    #: The total that ranks, from `total_source`.
    total_score: float | None
    #: The machine's total. People never change it.
    machine_total: float | None
    #: The machine's total with the overrides of people; None without one.
    override_total: float | None
    #: How many questions are overridden, plus one if the whole interview is.
    overrides: int
    #: The mean of the submitted reviews, how many there are, and the largest minus the smallest.
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    #: The language model's total for the latest result, and the range of its replies; None until it has judged it.
    judge_total: float | None
    judge_spread: float | None
    #: The version of the result that the language model has judged last.
    judge_result_version: int | None
    #: Who gave `total_score`: `machine`, `judge`, `override` or `human`.
    total_source: str | None
    #: By competency id; None for one of which nothing could be scored.
    competency_scores: Mapping[str, float | None]
    score_confidence: float | None
    pass_recommendation: str | None
    scored_questions: int | None
    total_questions: int | None
    #: The flags of the latest result, and the one for near duplicates.
    flags: tuple[str, ...] | None
    #: Why a person has to review the interview, as a sentence: it has no total score, or its totals differ too much.
    review_reason: str | None
    #: What `review_reason` was before a person rated the interview.
    ended_review_reason: str | None
    #: The decision of people: one of `DECISIONS`, or None.
    decision: str | None
    decided_at: int | None
    #: Counts the decisions and undoings, from 0.
    decision_revision: int
    #: Signed URLs by question id. They expire a while after `video_urls_at`.
    video_urls: Mapping[str, str]
    video_urls_at: int | None
