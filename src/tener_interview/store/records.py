"""Values that the store keeps and returns: rows of tables, parts of them, and filters. No SQL here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from .session import InterviewLink, SessionError

#: `next_sync_at` of a session that can no longer change: a time that never comes.
NEVER = 2**62

#: The groups of a leaderboard, in their order.
RANKED, NEEDS_REVIEW, WAITING, ENDED = "ranked", "needs_review", "waiting", "ended"
GROUPS = (RANKED, NEEDS_REVIEW, WAITING, ENDED)

#: The columns a leaderboard can be sorted by. Missing values come last in both directions.
SORTS = (
    "candidate_name", "total_score", "machine_total", "human_total", "technical_score", "soft_skills_score",
    "culture_fit_score", "score_confidence", "coverage", "updated_at",
)

#: The outcome of a webhook event about an interview that no session has.
UNKNOWN_INTERVIEW = "unknown interview"


class SessionRow(NamedTuple):
    """A session as stored. The fields of Session explain the columns."""

    seq: int
    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    candidate_email: str
    conversation_id: int | None
    language: str | None
    status: str
    is_current: int
    provider: str
    position_id: str
    plan_version: int | None
    invitation_id: str | None
    candidate_url: str | None
    link_serial: int
    link_expires_at: int
    created_at: int
    invited_at: int | None
    started_at: int | None
    completed_at: int | None
    scored_at: int | None
    updated_at: int
    last_sync_at: int | None
    awaiting_transcription: int
    last_error_code: str | None
    last_error_message: str | None
    last_error_at: int | None
    result_version: int | None
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    machine_total: float | None
    override_total: float | None
    overrides: int
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    total_source: str | None
    competency_scores: str | None
    ranking_group: int | None
    score_confidence: float | None
    pass_recommendation: str | None
    video_urls: str | None
    video_urls_at: int | None
    next_sync_at: int
    urgent: int
    erased_at: int | None
    flags: str | None
    scored_questions: int | None
    total_questions: int | None
    shared_with_job: int | None
    link_signed_expires_at: int
    opened_at: int | None
    begun_at: int | None
    start_unanswered: int
    unlisted: int
    listed_as: str
    review_reason: str | None
    ended_review_reason: str | None
    judged_by: str | None
    decision: str | None
    decided_at: int | None
    decision_revision: int
    shown_status: str


class JobSettings(NamedTuple):
    """What a company decides about a job."""

    #: Whether a reviewer sees neither the machine's score nor the reviews of others before submitting.
    blind_review: bool = True
    #: `machine` or `human`: which total ranks the leaderboard.
    ranked_by: str = "machine"
    #: Whether candidates agree to the notice of the job before anything of theirs is scored.
    consent_required: bool = False
    #: Whether candidates may read an explanation of their score.
    explain_scores: bool = False


class SessionSummary(NamedTuple):
    """A session on a page of the list of sessions."""

    seq: int
    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    conversation_id: int | None
    language: str | None
    status: str
    provider: str
    position_id: str
    plan_version: int | None
    invitation_id: str | None
    link_serial: int
    link_expires_at: int
    link_signed_expires_at: int
    created_at: int
    started_at: int | None
    completed_at: int | None
    scored_at: int | None
    last_sync_at: int | None
    awaiting_transcription: int
    review_reason: str | None
    last_error_code: str | None
    last_error_message: str | None
    last_error_at: int | None
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    machine_total: float | None
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    total_source: str | None
    competency_scores: str | None
    erased_at: int | None
    shared_with_job: int | None
    decision: str | None
    decided_at: int | None
    decision_revision: int

    @property
    def link(self) -> InterviewLink:
        return InterviewLink(self.link_serial, self.link_expires_at, self.link_signed_expires_at)

    @property
    def last_error(self) -> SessionError | None:
        code, message = self.last_error_code, self.last_error_message
        return None if code is None else SessionError(code, message or "", self.last_error_at)


class LeaderboardRow(NamedTuple):
    """A session on its job's leaderboard."""

    candidate_id: int
    candidate_name: str
    session_id: str
    status: str
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    machine_total: float | None
    overrides: int
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    total_source: str | None
    score_confidence: float | None
    pass_recommendation: str | None
    updated_at: int
    #: Raised on any question.
    flags: tuple[str, ...]
    scored_questions: int | None
    total_questions: int | None
    shared_with_job: int | None
    #: JSON: the versions and hashes of what scored the result.
    judged_by: str | None
    #: Why the session needs review, as a sentence; None when it does not.
    review_reason: str | None
    plan_version: int | None
    #: JSON, by competency id.
    competency_scores: str | None
    #: Sessions of the same number were asked the same questions and scored by the same version of the plan; only they
    #: are ranked among each other. None without a plan.
    ranking_group: int | None
    decision: str | None
    decided_at: int | None
    decision_revision: int
    #: `ranked`, `needs_review`, `waiting` or `ended`.
    group: str
    #: See `session_columns.STANDING`: those of a lower one stand before all of a higher one.
    standing: int


class SessionMilestones(NamedTuple):
    """When a session reached each step, in milliseconds since 1970, and its total score."""

    status: str
    invited_at: int | None
    started_at: int | None
    completed_at: int | None
    scored_at: int | None
    total_score: float | None
    review_reason: str | None


class JobStatusCounts(NamedTuple):
    """How many of a job's current sessions have each visible status, and how many need review."""

    by_status: dict[str, int]
    needs_review: int


class CandidateSessionSummary(NamedTuple):
    """A candidate's current session, for the list of candidates."""

    candidate_id: int
    candidate_name: str
    session_id: str
    status: str
    link_serial: int
    link_expires_at: int
    link_signed_expires_at: int
    total_score: float | None
    awaiting_transcription: int
    review_reason: str | None
    started_at: int | None
    erased_at: int | None
    shared_with_job: int | None
    decision: str | None
    decided_at: int | None
    decision_revision: int

    @property
    def link(self) -> InterviewLink:
        return InterviewLink(self.link_serial, self.link_expires_at, self.link_signed_expires_at)


@dataclass(frozen=True)
class LeaderboardFilters:
    """Which sessions of a job to return; None does not filter. `flag` can be `any` or `none`.

    Every one of the `words` must occur in the candidate's name, in any spelling, or be the candidate's id.
    """

    recommendation: str | None = None
    flag: str | None = None
    status: str | None = None
    group: str | None = None
    min_coverage_percent: int | None = None
    #: A decision, or `none`.
    decision: str | None = None
    words: tuple[str, ...] = ()


class LeaderboardCounts(NamedTuple):
    """How many sessions there are by group, and by decision; None stands for those without one."""

    by_group: dict[str, int]
    by_decision: dict[str | None, int]


@dataclass(frozen=True)
class StoredResult:
    """One scoring of a session. `content` is its JSON."""

    session_id: str
    version: int
    created_at: int
    content: str


@dataclass(frozen=True)
class Event:
    """An event in the history of a session. `source` is system, candidate, provider, webhook, sync or recruiter."""

    event: str
    source: str
    at: int
    details: dict[str, Any]


@dataclass(frozen=True)
class SimilarAnswer:
    """An answer of another candidate that shares parts of its MinHash signature with a given answer."""

    answer_id: int
    shingles: frozenset[int]


@dataclass(frozen=True)
class StepProgress:
    """The progress of a step of a job.

    `status` is running, success, partial or error. `done` includes `failed`. `output` is the step's response, None
    until it has one.
    """

    job_id: int
    step: str
    status: str
    done: int
    failed: int
    total: int
    output: dict[str, Any] | None
    updated_at: int


@dataclass(frozen=True)
class JobPosition:
    """The provider position that a job uses instead of the default one."""

    job_id: int
    position_id: str
    position_name: str


class JobTitle(NamedTuple):
    """The title of a job. `company` is None when the hiring company is unknown."""

    title: str
    company: str | None


class RetentionHold(NamedTuple):
    """How many sessions retention did not erase although they are due, and why; `why` is None when there are none."""

    sessions: int
    why: str | None


@dataclass(frozen=True)
class Claim:
    """The use of an idempotency key. `state` is running or done; only then are `status` and `body` those of its
    response."""

    fingerprint: str
    state: str
    lease_until: int
    status: int | None
    body: str | None


@dataclass(frozen=True)
class DemoInterviewRow:
    """An interview of the demo provider. Times are milliseconds since 1970."""

    invitation_id: str
    hash: str
    position_id: str
    email: str
    external_id: str
    first_name: str
    created_at_ms: int
    polls: int
    finished_at_ms: int | None
    transcripts: tuple[str, ...]
