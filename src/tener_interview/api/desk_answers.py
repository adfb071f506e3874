"""The types of the answers at a recruiter's desk: the source, positions, whole jobs, the service itself."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.leaderboard.funnel import STEPS
from ..errors import BriefErrorJson
from ..web.shape import OneOf
from .answers import At, CandidateJson, JobJson, JudgedByJson, ProviderName, ReviewJson, SessionStatus, VerdictJson


class HealthJson(TypedDict):
    """The process answers."""

    status: Annotated[str, OneOf(("ok",))]


class ChecksJson(TypedDict):
    """`ok`, or what is wrong, in words."""

    store: str
    source: str
    provider: str


class ReadyJson(TypedDict):
    """Everything that can be checked without waiting is good."""

    status: Annotated[str, OneOf(("ready",))]
    checks: ChecksJson
    source_parts: Annotated[list[str], "The tables or addresses that jobs and candidates are read from."]


class ProviderStateJson(TypedDict):
    """`available` is false while requests are held back because the last ones all failed."""

    name: ProviderName
    default_position_id: str
    concurrency: int
    available: bool


class SourceStateJson(TypedDict):
    """Where jobs and candidates come from, and whether they can be read."""

    kind: Annotated[str, OneOf(("sqlite", "api", "demo"))]
    location: str
    status: Annotated[str, OneOf(("ok", "unavailable"))]
    reason: str | None
    parts: Annotated[list[str], "The tables or addresses that they were last read from."]


class ConfigJson(JudgedByJson):
    """What a deployment has set, and by what answers are judged."""

    transcription_wait_hours: int
    link_ttl_hours: int


class RouteJson(TypedDict):
    """One URL."""

    method: str
    path: str
    access: str
    summary: str


class SyncRoundJson(TypedDict):
    """What the last round of the background sync did."""

    at: At | None
    read: int
    changed: int
    failed: int


class SyncStateJson(TypedDict):
    """The background sync, as this process sees it; one process at a time holds the lease."""

    every_seconds: int
    enabled: bool
    holds_lease: bool
    last_round: SyncRoundJson | None
    last_fault: str | None


class AboutJson(TypedDict):
    """The service, its parts and its routes."""

    service: str
    version: str
    demo: bool
    access: Annotated[str, OneOf(("open", "token"))]
    client_door: Annotated[
        str, OneOf(("on", "off")), "Whether a client without headers can come by `/k/{client_key}`."
    ]
    provider: ProviderStateJson
    source: SourceStateJson
    sync: SyncStateJson
    webhooks: Annotated[str, OneOf(("on", "off"))]
    config: ConfigJson
    routes: list[RouteJson]


class SourceJson(TypedDict):
    """Where it was read."""

    kind: Annotated[str, OneOf(("sqlite", "api", "demo"))]
    location: str


NeedsReview = Annotated[int, "How many of those who are completed need a human look."]


class ListedJobJson(JobJson):
    """A job, and how many of its candidates are in each state."""

    states: dict[str, int]
    needs_review: NeedsReview


class JobsJson(TypedDict):
    """Newest first."""

    items: list[ListedJobJson]
    source: SourceJson


class CandidatesJson(TypedDict):
    """A page of those who were asked for, best match first; `total` counts them all."""

    job_id: int
    items: list[CandidateJson]
    offset: int
    total: int
    source: SourceJson


class FunnelStepJson(TypedDict):
    """How many candidates came so far, and how long the half of them that was quicker took from the step before."""

    step: Annotated[str, OneOf(STEPS)]
    count: int
    median_ms_since_previous: int | None


class ScoreRangeJson(TypedDict):
    """How many totals lie from `low` up to but not at `high`; a total of 100 is in the last."""

    low: int
    high: int
    count: int


class LastStepJson(TypedDict):
    """How far the last batch step of a job is; `GET /api/jobs/{job_id}/steps/interview` says what came of it."""

    status: Annotated[str, OneOf(("running", "success", "partial", "error"))]
    done: int
    failed: int
    total: int
    updated_at: At | None


class FunnelJson(TypedDict):
    """How far a job's candidates have come, and how their totals are spread; `last_step` is null before the first."""

    job_id: int
    states: dict[str, int]
    needs_review: NeedsReview
    steps: list[FunnelStepJson]
    scores: list[ScoreRangeJson]
    last_step: LastStepJson | None


class RefreshedItemJson(ReviewJson):
    """What became of one session."""

    session_id: str
    candidate_id: int
    previous_status: SessionStatus
    status: SessionStatus
    action: Annotated[str, OneOf(("refreshed", "skipped", "error"))]
    error: BriefErrorJson | None


class JobRefreshedJson(TypedDict):
    """`skipped_terminal` are sessions that nothing at the provider changes any more; the other counters are of those
    that were refreshed."""

    job_id: int
    force: bool
    total_sessions: int
    refreshed: int
    skipped_terminal: int
    needs_review: int
    scored: int
    failed: int
    errors: int
    items: list[RefreshedItemJson]


class VersionedResultJson(VerdictJson, JudgedByJson):
    """A result and what made it; `result_version` is null for one that is not kept."""

    result_version: int | None


class RescoredItemJson(TypedDict):
    """One session's result before and after."""

    session_id: str
    candidate_id: int
    candidate_name: str
    action: Annotated[str, OneOf(("unchanged", "rescored", "would_change"))]
    before: VersionedResultJson
    after: VersionedResultJson
    total_score_change: float | None
    why: Annotated[list[str], "What is judged otherwise since, a sentence each; empty where nothing changes."]


class RescoredJson(JudgedByJson):
    """What scoring again came to; with `dry_run`, what it would come to."""

    job_id: int
    dry_run: bool
    total_sessions: int
    rescored: int
    changed: int
    unchanged: int
    items: list[RescoredItemJson]


class PositionJson(TypedDict):
    """A set of questions at the provider. An archived one takes no new candidates."""

    position_id: str
    name: str
    archived: bool
    default: bool


class PositionsJson(TypedDict):
    """All of them, archived ones included."""

    items: list[PositionJson]


class JobPositionJson(TypedDict):
    """What a job's candidates are invited to."""

    job_id: int
    position_id: str
    position_name: str


class PreparedJson(JobPositionJson):
    """The job's candidates can be invited; `assessment_id` and `assessment_name` are the position's."""

    status: Annotated[str, OneOf(("ready",))]
    provider: ProviderName
    assessment_id: str
    assessment_name: str
    generation_hash: Annotated[str, "Of the questions, in their order: another one as soon as they are others."]
    created_now: Annotated[bool, "Whether the position was created by this very call."]
