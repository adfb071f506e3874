"""A session's scorecard: its latest result by question, and its earlier results."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import Annotated, Any, TypedDict, cast

from ..domain.breakdowns import formula_of, result_breakdown, session_breakdown
from ..domain.consent.consents import scored_without_consent
from ..domain.headlines import HEADLINE_LANGUAGES, STRENGTHS, answer_strength, result_headline, session_headline
from ..domain.judge.opinions import Opinion
from ..domain.leaderboard.leaderboard import total_bounds
from ..domain.leaderboard.near_duplicates import add_duplicate_flags
from ..domain.plans.competencies import find_plan_version, scored_competencies
from ..domain.plans.topics import topics_of
from ..domain.results import QuestionScore, Result, ResultVersion, all_results, find_result, latest_result
from ..domain.reviews.overrides import current_with_names
from ..domain.reviews.session_totals import WHOLE_INTERVIEW, empty_result
from ..domain.reviews.totals import MACHINE
from ..domain.scoring_rules import ScoringRules, is_outdated
from ..domain.service import Service, find_session
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..plans.plan import Competency, Plan
from ..store.ports import Transaction
from ..store.records import LeaderboardRow
from ..store.review_records import OverrideRow
from ..store.session import Session
from ..system.clock import DAY_MS, iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Column, Example
from ..web.shape import Integer, OneOf, optional, read
from .breakdown import ScoreBreakdownJson, breakdown_json
from .opinions import JudgementJson, OpinionJson, find_opinions, judgement_json, opinion_json
from .overrides import OverrideVersionJson, override_version_json
from .shapes import (
    SESSION_PROBLEMS,
    At,
    BoundsJson,
    ContentHash,
    CorrectionNoteJson,
    CoverageJson,
    Outdated,
    PlanVersionNumber,
    ReviewJson,
    Score,
    ScoredCompetencyJson,
    ScoredPlanVersion,
    ScoredWithoutConsent,
    ScoresAndRecommendationJson,
    SessionStatus,
    SharedWithJob,
    TotalsJson,
    TotalSource,
    VersionsJson,
    bounds_json,
    competencies_json,
    correction_note_json,
    coverage_json,
    review_json,
    scores_and_recommendation_json,
    scoring_versions_json,
    totals_json,
    versions_json,
)

#: How long a signed video URL is returned after it was read; the provider does not document how long it is valid.
VIDEO_URL_TTL_MS = DAY_MS

Strength = Annotated[str, OneOf(STRENGTHS)]


@dataclass(frozen=True)
class ScorecardQuery:
    result_version: int | None = optional(
        Integer(low=1, high=2**31, from_text=True),
        description="number of an earlier result; default: the latest",
    )
    language: str = optional(OneOf(HEADLINE_LANGUAGES), "en", "language of the headline and of the topics")


class AnswerScoreJson(TypedDict):
    """One answer. `score` is null unless the status is `scored`. Reasons are sentences for people, flags are codes."""

    question_index: Annotated[int, Column("Question number")]
    question_id: Annotated[str, Column("Question id")]
    title: Annotated[str, Column("Question")]
    dimension: Annotated[str, OneOf(("technical", "soft_skills", "culture_fit")), Column("Dimension")]
    competency: Annotated[str, "Of the plan; the dimension without one."]
    weight: Annotated[float, "Beside the other questions of the competency."]
    dealbreaker: Annotated[bool, "A weak answer is pointed out; it changes no score."]
    rule_id: str | None
    score: Annotated[Score | None, Column("Answer score")]
    status: Annotated[str, OneOf(("scored", "missing_transcription", "unanswered", "not_scorable"))]
    reasons: Annotated[list[str], Column("Answer reasons")]
    flags: Annotated[list[str], Column("Answer flags")]
    details: Annotated[
        dict[str, Any], "How the score was computed: parts, quotes, what is missing; see docs/scoring.md."
    ]
    transcript: Annotated[str | None, Column("Answer")]


class QuestionScoreJson(AnswerScoreJson):
    """One answer with its video, and the score that a person put in place of the machine's `score`."""

    topic: Annotated[str | None, "What the question is about, in a word or two; null where there is no headline."]
    strength: Annotated[
        Strength | None,
        "Of the score that counts, a person's where there is one; null without one, or if content was not assessed.",
    ]
    override: OverrideVersionJson | None
    opinion: Annotated[OpinionJson | None, "What the language model thinks of it; null unless it was asked."]
    model_answer: Annotated[bool, "Whether it is a model answer of the plan."]
    video_url: Annotated[str | None, "Signed by the provider and short-lived; null once it has probably expired."]
    has_video: Annotated[bool, "Whether the answer was recorded; `video_url` may have expired."]


class TranscriptionScoringJson(TypedDict):
    """The scoring of the transcripts: versions, coverage and the score of each answer."""

    applied: bool
    summary: Annotated[str | None, "Which answers are strong, weak or to be checked; null in results of older engines."]
    criteria_version: str
    criteria_hash: ContentHash
    engine_version: str
    coverage: CoverageJson
    question_scores: list[QuestionScoreJson]


class ScoredJson(ScoresAndRecommendationJson, BoundsJson):
    """A result: the latest, unless an earlier one was requested. `total_score` and `pass_recommendation` of the latest
    are those that rank; a person may have given them."""

    total_source: Annotated[TotalSource | None, "Whose number `total_score` is."]
    result_version: int | None
    formula_version: str
    formula_hash: ContentHash
    scored_plan_version: ScoredPlanVersion
    competencies: list[ScoredCompetencyJson]
    outdated: Outdated
    transcription_scoring: TranscriptionScoringJson


class ScorecardJson(ReviewJson, TotalsJson):
    """A session's latest result by question; `scorecard` is null until there is one. An interview that only people
    have rated has one without answers."""

    session_id: str
    status: SessionStatus
    shared_with_job: SharedWithJob
    plan_version: PlanVersionNumber
    scored_without_consent: ScoredWithoutConsent
    machine_total_low: Annotated[Score | None, "How low and how high the machine's total may be; null if unknown."]
    machine_total_high: Score | None
    override: Annotated[OverrideVersionJson | None, "Of the whole interview, if there is one."]
    judgement: JudgementJson
    scorecard: ScoredJson | None
    headline: Annotated[
        str, "What it comes to, in a plain sentence: what is strong and thin, whose total it is, or why there is none.",
        Example("Strong on debugging and conflict; the learning answer is thin."),
    ]
    breakdown: Annotated[ScoreBreakdownJson | None, "Null without a result."]
    correction_notes: Annotated[list[CorrectionNoteJson], "What the candidate has to say about the score."]


class ResultVersionJson(ScoresAndRecommendationJson, VersionsJson):
    """One result of a session; results are never overwritten."""

    result_version: int
    created_at: At | None


class ResultsJson(TypedDict):
    """All results of a session, newest first."""

    items: list[ResultVersionJson]


@contract(query=ScorecardQuery, raises=(*SESSION_PROBLEMS, "RESULT_NOT_FOUND"))
def get_scorecard(service: Service, request: Request) -> Json[ScorecardJson]:
    """GET /api/interviews/sessions/{session_id}/scorecard"""
    query = read(ScorecardQuery, request.query)
    version = query.result_version
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        notes = [correction_note_json(note) for note in tx.correction_notes.of_session(session.session_id)]
        opinions = find_opinions(service, tx, session, version or session.result_version)
        without_consent = scored_without_consent(tx, [session]).get(session.session_id)
    overrides = _overrides_of(service, session)
    total_override = overrides.get(WHOLE_INTERVIEW)
    scorecard: ScorecardJson = {
        "session_id": session.session_id, "status": session.current_status,
        **review_json(session), **totals_json(session),
        "shared_with_job": session.shared_with_job, "plan_version": session.invited_plan_version,
        "scored_without_consent": without_consent, "machine_total_low": None, "machine_total_high": None,
        "override": override_version_json(total_override) if total_override else None,
        "judgement": judgement_json(service, session, opinions), "headline": "", "breakdown": None, "scorecard": None,
        "correction_notes": notes,
    }
    result = visible_result(service, session, version)
    if result is None and session.total_score is not None:
        result = empty_result(service.rules)
    if result is None:
        return json_response({**scorecard, "headline": session_headline(session, None, (), {}, query.language)})
    is_latest = version in (None, session.result_version)
    plan, models = _plan_of(service, session, result)
    competencies = scored_competencies(service, plan)
    topics = topics_of(service.library, plan, competencies, result.question_scores, query.language)
    questions = questions_json(
        result, video_urls(service, session), models, overrides if is_latest else {}, opinions,
        topics=topics, recorded=session.video_urls,
    )
    scores = {name: row.score for name, row in overrides.items() if row.score is not None}
    formula = formula_of(service.rules, plan, result)
    breakdown = session_breakdown(session, result, formula, scores) if is_latest else result_breakdown(result, formula)
    low, high = (is_latest and total_bounds(result)) or (None, None)
    return json_response({
        **scorecard, "machine_total_low": low, "machine_total_high": high,
        "headline": session_headline(session, result, topics, scores, query.language, plan) if is_latest
        else result_headline(result, topics, query.language, plan),
        "breakdown": breakdown_json(breakdown, competencies),
        "scorecard": scorecard_json(
            service.rules, version or session.result_version, result, questions, competencies,
            ranking=session if is_latest else None,
        ),
    })


@contract(raises=SESSION_PROBLEMS)
def list_results(service: Service, request: Request) -> Json[ResultsJson]:
    """GET /api/interviews/sessions/{session_id}/results"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        versions = all_results(tx, session.session_id)
    return json_response({"items": [_version_json(service, version) for version in reversed(versions)]})


def scorecard_json(
    rules: ScoringRules, result_version: int | None, result: Result, question_scores: list[QuestionScoreJson],
    competencies: Sequence[Competency], *, ranking: Session | LeaderboardRow | None = None,
) -> ScoredJson:
    """Return the scores of a stored result and how they were computed, with the total of `ranking` if it is given."""
    scores = scores_and_recommendation_json(result)
    source = MACHINE if result.total_score is not None else None
    if ranking is not None and ranking.total_source is not None:
        scores = {**scores, "total_score": ranking.total_score, "pass_recommendation": ranking.pass_recommendation}
        source = ranking.total_source
    versions = scoring_versions_json(result.versions)
    return {
        **scores,
        **bounds_json(total_bounds(result) if source == MACHINE else None),
        "total_source": source,
        "result_version": result_version,
        "formula_version": versions["formula_version"],
        "formula_hash": versions["formula_hash"],
        "scored_plan_version": versions["scored_plan_version"],
        "competencies": competencies_json(competencies),
        "outdated": is_outdated(result.versions, rules),
        "transcription_scoring": {
            "applied": True,
            "summary": result.summary or None,
            "criteria_version": versions["criteria_version"],
            "criteria_hash": versions["criteria_hash"],
            "engine_version": versions["engine_version"],
            "coverage": coverage_json(result),
            "question_scores": question_scores,
        },
    }


def _version_json(service: Service, stored: ResultVersion) -> ResultVersionJson:
    return {
        "result_version": stored.version,
        "created_at": iso_utc(stored.created_at),
        **scores_and_recommendation_json(stored.result),
        **versions_json(service.rules, stored.result),
    }


def visible_result(service: Service, session: Session, version: int | None = None) -> Result | None:
    """Return a result of the session, by default the latest. Raises `RESULT_NOT_FOUND` if there is no such version."""
    session_id = session.session_id
    with service.store.read() as tx:
        stored = latest_result(tx, session_id) if version is None else find_result(tx, session_id, version)
        if stored is not None:
            return add_duplicate_flags(stored.result, tx.near_duplicates.candidates_by_question(session_id))
    if version is None:
        return None
    advice = "GET /api/interviews/sessions/{session_id}/results lists its results."
    raise Problem("RESULT_NOT_FOUND", f"This session has no result {version}. {advice}")


def answer_json(question: QuestionScore) -> AnswerScoreJson:
    """As it is stored, with what only results by a plan have."""
    later = {"competency": question.dimension, "weight": 1.0, "dealbreaker": False}
    return cast(AnswerScoreJson, {**later, **question.to_json()})


def questions_json(
    result: Result, videos: Mapping[str, str], model_answers: Collection[str | None] = (),
    overrides: Mapping[str, OverrideRow] = MappingProxyType({}),
    opinions: Mapping[str, Opinion] = MappingProxyType({}), *, topics: Sequence[str] = (),
    recorded: Collection[str] = (),
) -> list[QuestionScoreJson]:
    """Return the questions with their video URLs, overrides and opinions, null where there is none. `model_answers` are
    ids of the plan's questions, `topics` those of all questions in their order, `recorded` the ids of those whose
    answers have a video."""
    return [
        {
            **answer_json(question),
            "topic": topic,
            "strength": answer_strength(question, overrides.get(question.question_id)),
            "override": override_version_json(overrides[question.question_id])
            if question.question_id in overrides else None,
            "opinion": opinion_json(opinions[question.question_id]) if question.question_id in opinions else None,
            "model_answer": question.rule_id in model_answers,
            "video_url": videos.get(question.question_id),
            "has_video": question.question_id in recorded,
        }
        for question, topic in zip_longest(result.question_scores, topics)
    ]


def overrides_of(tx: Transaction, session: Session | LeaderboardRow) -> dict[str, OverrideRow]:
    """Return the scores that people put in place of the machine's, by question."""
    return current_with_names(tx, session.session_id) if session.overrides else {}


def _overrides_of(service: Service, session: Session) -> dict[str, OverrideRow]:
    if not session.overrides:
        return {}
    with service.store.read() as tx:
        return overrides_of(tx, session)


def _plan_of(service: Service, session: Session, result: Result) -> tuple[Plan | None, frozenset[str | None]]:
    """Return the version of the plan that a result is of, and the plan's questions that it has model answers to."""
    if result.plan_version is None:
        return None, frozenset()
    with service.store.read() as tx:
        models = frozenset(row.question_id for row in tx.model_answers.of_session(session.session_id))
        return find_plan_version(tx, session.job_id, result.plan_version), models


def video_urls(service: Service, session: Session) -> Mapping[str, str]:
    """Return the video URLs of a session by question id, or none if their signatures may have expired."""
    fresh = 0 <= service.clock.now_ms() - (session.video_urls_at or 0) < VIDEO_URL_TTL_MS
    return session.video_urls if fresh else {}
