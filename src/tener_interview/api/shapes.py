"""Fields, parts of responses and error codes that several resources share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict

from ..criteria.formula import RECOMMENDATIONS
from ..domain.results import Result, ScoringVersions
from ..domain.reviews.totals import TOTAL_SOURCES
from ..domain.scoring_rules import ScoringRules, is_outdated
from ..domain.service import Service
from ..domain.sessions.status import Status
from ..lazy_dataclass import dataclass
from ..plans.plan import Competency
from ..store.consent_records import CorrectionNote
from ..store.decision_records import DECISIONS, UNDECIDED
from ..store.records import SECTIONS, CandidateSessionSummary, LeaderboardRow, SessionSummary
from ..store.session import Session
from ..system.clock import iso_utc
from ..web.schema import Column, Example, NumberRange, TextFormat
from ..web.shape import Integer, OneOf, Text, optional

#: Error codes that several routes have in common.
SESSION_PROBLEMS = ("INTERVIEW_SESSION_NOT_FOUND",)
PROVIDER_PROBLEMS = (
    "INTERVIEW_PROVIDER_UNAVAILABLE", "INTERVIEW_PROVIDER_TIMEOUT", "INTERVIEW_PROVIDER_REJECTED",
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED", "INTERVIEW_PROVIDER_QUOTA_EXCEEDED",
)
SOURCE_PROBLEMS = ("SOURCE_UNAVAILABLE",)

At = Annotated[str, TextFormat("date-time")]
Score = Annotated[float, NumberRange(0, 100)]
Confidence = Annotated[float, NumberRange(0, 1)]
Recommendation = Annotated[str, OneOf(RECOMMENDATIONS)]
SessionStatus = Annotated[str, OneOf(tuple(Status)), Example("in_progress")]
SourceKind = Annotated[str, OneOf(("sqlite", "api", "demo"))]
ProviderName = Annotated[str, OneOf(("hireflix", "demo")), Example("hireflix")]
EntryUrl = Annotated[str, TextFormat("uri"), "The candidate's personal link."]


PlanVersionNumber = Annotated[
    int | None, "The version of the job's plan that the candidate was invited with; null without a plan."
]
TotalSource = Annotated[str, OneOf(TOTAL_SOURCES)]
ScoredPlanVersion = Annotated[
    int | None, "The version of the job's plan that it was scored by; null where the criteria file was used."
]
CompetencyScores = Annotated[
    dict[str, Score | None], "By competency of the plan, or by dimension without a plan; empty without a result."
]
SharedWithJob = Annotated[
    int | None, "The job for which the candidate was invited, if it counts for this job as well."
]


ContentHash = Annotated[
    str | None, "Hash of the file's content, whatever its version says; null in results from before hashes were stored."
]
Outdated = Annotated[bool, "Whether the current criteria, formula or engine differ from those of the result."]

Decision = Annotated[str, OneOf(DECISIONS)]
#: The values of filters by decision.
DECISION_FILTERS = (*DECISIONS, UNDECIDED)
DecisionCounts = Annotated[dict[str, int], "Candidates by decision; `none` for those without one."]

NeedsReview = Annotated[int, "How many of the completed interviews need a human look."]


class ReviewJson(TypedDict):
    """Whether a finished interview needs review: it has no total, or its totals differ too much to rank it."""

    needs_review: Annotated[bool, Column("Needs a human look")]
    review_reason: Annotated[str | None, "Why, as a sentence; null if not needed.", Column("Why a human look")]


class DecisionJson(TypedDict):
    """What people decided about a candidate for the job. The service itself never decides."""

    decision: Annotated[Decision | None, "What counts; null while nobody has decided.", Column("Decision")]
    decided_at: Annotated[At | None, Column("Decided (UTC)")]
    decision_revision: Annotated[
        int, "Counts decisions and undoings, from 0. Send it as `if_revision` to decide about what you have seen."
    ]


class ScoresJson(TypedDict):
    """Scores from 0 to 100; null where nothing could be scored. Those by dimension and competency are the machine's,
    also where a person's score is in the total."""

    technical_score: Annotated[Score | None, Column("Technical score")]
    soft_skills_score: Annotated[Score | None, Column("Soft skills score")]
    culture_fit_score: Annotated[Score | None, Column("Culture fit score")]
    total_score: Annotated[Score | None, Column("Total score")]


class ScoresAndRecommendationJson(ScoresJson):
    """The scores, their confidence and the recommendation, which is null without a total."""

    competency_scores: Annotated[CompetencyScores, Column("Competency scores")]
    score_confidence: Annotated[Confidence | None, Column("Confidence")]
    pass_recommendation: Annotated[Recommendation | None, Column("Recommendation")]


class TotalsJson(TypedDict):
    """The totals of the machine, of people and of the language model, and whose number ranks: `total_score` is that."""

    machine_total: Annotated[Score | None, "What the machine gave; people never change it.", Column("Machine total")]
    human_total: Annotated[Score | None, "Mean of the submitted reviews.", Column("Human total")]
    human_reviews: Annotated[int, "How many submitted reviews have ratings.", Column("Reviews")]
    human_spread: Annotated[
        Score | None, "The highest minus the lowest total of several reviews.", Column("Spread of reviews")
    ]
    total_source: Annotated[
        TotalSource | None,
        "Whose number `total_score` is: the machine's, the language model's (`judge`), an override, or the mean of the"
        " reviews. Null without a total.",
        Column("Total given by"),
    ]
    judge_total: Annotated[
        Score | None, "What the language model makes of the latest result; never part of another total.",
        Column("Language model's total"),
    ]
    judge_spread: Annotated[
        Score | None, "The highest minus the lowest total of its replies.", Column("Spread of the language model")
    ]


ScoredWithoutConsent = Annotated[
    Annotated[str, OneOf(("no_answer", "refused", "withdrawn"))] | None,
    "Set where there is a score, but the job requires consent and the candidate has not given it: the score is from"
    " before consent was asked for, refused or withdrawn. It stays, and nothing is scored again until the candidate"
    " consents.",
    Column("Scored without consent"), Example(None),
]


class BoundsJson(TypedDict):
    """The margin of error of a total; docs/scoring.md explains how it is computed."""

    total_score_low: Annotated[Score | None, Column("Total at least")]
    total_score_high: Annotated[Score | None, Column("Total at most")]


class CoverageJson(TypedDict):
    """How much of the interview could be scored."""

    total_questions: int
    scored_questions: int
    missing_transcriptions: int


class ScoringVersionsJson(TypedDict):
    """The criteria, formula and engine of a result: the version written in each file, and a hash of its content."""

    criteria_version: str
    criteria_hash: ContentHash
    formula_version: str
    formula_hash: ContentHash
    engine_version: str
    scored_plan_version: ScoredPlanVersion


class ScoredCompetencyJson(TypedDict):
    """A competency, or a dimension without a plan, and its weight in the total beside the others."""

    id: str
    name: str
    weight: float


class VersionsJson(ScoringVersionsJson):
    """The scoring versions of a result, and how much of the interview it covers."""

    outdated: Outdated
    coverage: CoverageJson


class SourceJson(TypedDict):
    """The source that was read."""

    kind: SourceKind
    location: str


class CorrectionNoteJson(TypedDict):
    """What a candidate has to say about a score; it is shown beside the score."""

    note_id: str
    session_id: str
    text: str
    added_at: At | None


def correction_note_json(note: CorrectionNote) -> CorrectionNoteJson:
    return {
        "note_id": note.note_id, "session_id": note.session_id, "text": note.text, "added_at": iso_utc(note.added_at),
    }


@dataclass(frozen=True)
class Nothing:
    """A request body that is ignored."""


def decision_filter() -> Any:
    """Declare the query parameter `decision` of a list."""
    return optional(
        OneOf(DECISION_FILTERS), description="only candidates with this decision; `none`: without a decision"
    )


def recommendation_filter() -> Any:
    """Declare the query parameter `recommendation` of a list."""
    return optional(OneOf(RECOMMENDATIONS), description="only candidates with this recommendation")


def flag_filter() -> Any:
    """Declare the query parameter `flag` of a list."""
    return optional(
        Text(max_chars=50, pattern="[a-z_]*", expected="a flag, any or none"),
        description="only candidates with this flag, with any flag (`any`) or without flags (`none`)",
    )


def group_filter() -> Any:
    """Declare the query parameter `group` of a list."""
    return optional(OneOf(SECTIONS), description="only candidates of this group")


def coverage_filter() -> Any:
    """Declare the query parameter `min_coverage_percent` of a list."""
    return optional(
        Integer(high=100, from_text=True),
        description="only candidates with at least this part of their questions scored",
    )


def limit_field(default: int, high: int) -> Any:
    """Declare the query parameter `limit` of a list."""
    return optional(Integer(low=1, high=high, from_text=True), default, "how many items at most")


def offset_field() -> Any:
    """Declare the query parameter `offset` of a list."""
    return optional(Integer(low=0, high=1_000_000, from_text=True), 0, "how many items to skip")


_WITHOUT_LINK = (Status.CREATED, Status.CANCELED, Status.FAILED)


def entry_url(service: Service, session: Session | SessionSummary | CandidateSessionSummary) -> str | None:
    """Return the candidate's link; None while there is none to send."""
    has_link = session.status not in _WITHOUT_LINK and session.erased_at is None
    return service.entry_url(session) if has_link else None


def review_json(session: Session | SessionSummary | LeaderboardRow | CandidateSessionSummary | None) -> ReviewJson:
    """Return whether a session needs a human look, and why."""
    reason = session.review_reason if session else None
    return {"needs_review": reason is not None, "review_reason": reason}


def decision_json(decided: Session | SessionSummary | LeaderboardRow | CandidateSessionSummary) -> DecisionJson:
    return {
        "decision": decided.decision,
        "decided_at": iso_utc(decided.decided_at),
        "decision_revision": decided.decision_revision,
    }


def decision_counts(counts: Mapping[str | None, int]) -> dict[str, int]:
    """The number of candidates by decision, `none` for those without one."""
    return {
        **{name: counts.get(name, 0) for name in DECISIONS}, UNDECIDED: counts.get(None, 0),
    }


def scores_json(scored: Session | SessionSummary | LeaderboardRow | Result) -> ScoresJson:
    return {
        "technical_score": scored.technical_score,
        "soft_skills_score": scored.soft_skills_score,
        "culture_fit_score": scored.culture_fit_score,
        "total_score": scored.total_score,
    }


def competency_scores(scored: Session | SessionSummary | LeaderboardRow | Result) -> dict[str, float | None]:
    """The scores by competency; a result from before there were plans has those of the dimensions."""
    stored = scored.competency_scores
    if stored:
        by_competency: dict[str, float | None] = dict(
            json.loads(stored) if isinstance(stored, str) else stored
        )
        return by_competency
    if scored.total_score is None:
        return {}
    return {
        "technical": scored.technical_score, "soft_skills": scored.soft_skills_score,
        "culture_fit": scored.culture_fit_score,
    }


def scores_and_recommendation_json(scored: Session | LeaderboardRow | Result) -> ScoresAndRecommendationJson:
    """Return the scores, their confidence and the recommendation."""
    return {
        **scores_json(scored),
        "competency_scores": competency_scores(scored),
        "score_confidence": scored.score_confidence,
        "pass_recommendation": scored.pass_recommendation,
    }


def totals_json(session: Session | SessionSummary | LeaderboardRow | CandidateSessionSummary) -> TotalsJson:
    return {
        "machine_total": session.machine_total,
        "human_total": session.human_total,
        "human_reviews": session.human_reviews,
        "human_spread": session.human_spread,
        "total_source": session.total_source,
        "judge_total": session.judge_total,
        "judge_spread": session.judge_spread,
    }


def bounds_json(bounds: tuple[float, float] | None) -> BoundsJson:
    low, high = bounds or (None, None)
    return {"total_score_low": low, "total_score_high": high}


def scoring_versions_json(versions: ScoringVersions) -> ScoringVersionsJson:
    return {
        "criteria_version": versions.criteria_version,
        "criteria_hash": versions.criteria_hash,
        "formula_version": versions.formula_version,
        "formula_hash": versions.formula_hash,
        "engine_version": versions.engine_version,
        "scored_plan_version": versions.plan_version,
    }


def competencies_json(competencies: Sequence[Competency]) -> list[ScoredCompetencyJson]:
    return [{"id": competency.id, "name": competency.name, "weight": competency.weight} for competency in competencies]


def coverage_json(result: Result) -> CoverageJson:
    return {
        "missing_transcriptions": result.missing_transcriptions,
        "scored_questions": result.scored_questions,
        "total_questions": result.total_questions,
    }


def versions_json(rules: ScoringRules, result: Result) -> VersionsJson:
    """Return the scoring versions of a result, and how much of the interview it covers."""
    return {
        **scoring_versions_json(result.versions),
        "outdated": is_outdated(result.versions, rules),
        "coverage": coverage_json(result),
    }


def source_json(service: Service) -> SourceJson:
    return {"kind": service.source.kind, "location": service.source.location}
