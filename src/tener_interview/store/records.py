"""Values that the store keeps and returns: rows of tables, parts of them, and filters. No SQL here."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..lazy_dataclass import dataclass
from .event_records import EventCause
from .session import InterviewLink, SessionError

#: `next_sync_at` of a session that can no longer change: a time that never comes.
NEVER = 2**62

#: The sections of a leaderboard, in their order.
RANKED, NEEDS_REVIEW, WAITING, ENDED = "ranked", "needs_review", "waiting", "ended"
SECTIONS = (RANKED, NEEDS_REVIEW, WAITING, ENDED)

#: The columns a leaderboard can be sorted by. Missing values come last in both directions.
SORTS = (
    "candidate_name", "total_score", "machine_total", "human_total", "judge_total", "technical_score",
    "soft_skills_score", "culture_fit_score", "score_confidence", "coverage", "updated_at", "invited_at", "opened_at",
    "expires_at",
)

#: The step of a job that starts and refreshes the interviews of its candidates.
INTERVIEW_STEP = "interview"


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
    judge_total: float | None
    judge_spread: float | None
    judged_version: int | None
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
    invited_plan_version: int | None
    invitation_id: str | None
    link_serial: int
    link_expires_at: int
    link_signed_expires_at: int
    created_at: int
    in_progress_at: int | None
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
    judge_total: float | None
    judge_spread: float | None
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


class FoundSession(NamedTuple):
    """A session that a search across all jobs has found."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    status: str


class TotalCount(NamedTuple):
    """How many candidates of a question set (0 without a plan) and rank tier have a total score, and the last of them,
    by id. `LeaderboardRow` explains both."""

    question_set: int
    rank_tier: int
    total_score: float
    candidates: int
    last_candidate_id: int


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
    judge_total: float | None
    judge_spread: float | None
    total_source: str | None
    score_confidence: float | None
    pass_recommendation: str | None
    updated_at: int
    #: Raised on any question.
    flags: tuple[str, ...]
    scored_questions: int | None
    total_questions: int | None
    shared_with_job: int | None
    #: JSON: the versions and hashes of the engine, criteria and formula that scored the result.
    scoring_versions: str | None
    #: Why the session needs review, as a sentence; None when it does not.
    review_reason: str | None
    invited_plan_version: int | None
    #: JSON, by competency id.
    competency_scores: str | None
    #: Sessions of the same number were asked the same questions and scored by the same version of the plan; only they
    #: are ranked among each other. None without a plan.
    question_set: int | None
    decision: str | None
    decided_at: int | None
    decision_revision: int
    #: The part of the leaderboard: `ranked`, `needs_review`, `waiting` or `ended`.
    section: str
    #: All of a lower tier come before all of a higher one, whatever their totals: `session_columns.RANK_TIER`.
    rank_tier: int


class SessionMilestones(NamedTuple):
    """When a session reached each step, in milliseconds since 1970, and its total score."""

    status: str
    invited_at: int | None
    in_progress_at: int | None
    completed_at: int | None
    scored_at: int | None
    total_score: float | None
    review_reason: str | None


class JobStatusCounts(NamedTuple):
    """How many of a job's current sessions have each list status, and how many need review."""

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
    machine_total: float | None
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    judge_total: float | None
    judge_spread: float | None
    total_source: str | None
    pass_recommendation: str | None
    awaiting_transcription: int
    review_reason: str | None
    invited_at: int | None
    opened_at: int | None
    in_progress_at: int | None
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
    section: str | None = None
    min_coverage_percent: int | None = None
    #: A decision, or `none`.
    decision: str | None = None
    words: tuple[str, ...] = ()


class LeaderboardCounts(NamedTuple):
    """The number of sessions by section, and by decision; None stands for those without one."""

    by_section: dict[str, int]
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
    """An event in the history of a session. `source` is who caused it."""

    event: str
    source: EventCause
    at: int
    details: dict[str, Any]


@dataclass(frozen=True)
class SimilarAnswer:
    """An answer that shares parts of its MinHash signature with another candidate's answer."""

    answer_id: int
    session_id: str
    candidate_id: int
    shingles: bytes


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


class WithheldCount(NamedTuple):
    """How many sessions retention did not erase although they are due, and why; `reason` is None if none are."""

    sessions: int
    reason: str | None


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
class DemoInterview:
    """An interview of the demo provider. It has one transcript per question, empty where unanswered. Times are
    milliseconds since 1970."""

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
