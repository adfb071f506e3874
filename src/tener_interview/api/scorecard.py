"""A session's scorecard: its latest result question by question, and the results before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from ..domain.leaderboard.duplicates import with_duplicates
from ..domain.leaderboard.leaderboard import stored_bounds
from ..domain.rules import Rules, is_outdated, scoring_versions_of
from ..domain.service import Service, find_session
from ..errors import Problem
from ..store.records import Session, StoredResult
from ..system.clock import HOUR_MS, iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, OneOf, optional, read
from .shapes import (
    UNKNOWN_SESSION,
    At,
    BoundsJson,
    ContentHash,
    CoverageJson,
    Outdated,
    ReviewJson,
    Score,
    SessionStatus,
    SharedWithJob,
    VerdictJson,
    VersionsJson,
    bounds_json,
    judged_by_json,
    result_json,
    review,
    stored_verdict,
)

#: A signed video address is shown for this long after it was read; the provider's own limit is not documented.
VIDEO_URL_SHOWN_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class ScorecardQuery:
    result_version: int | None = optional(
        Integer(low=1, high=2**31, from_text=True), words="an earlier result, by its number; without it, the latest"
    )


class AnswerScoreJson(TypedDict):
    """One answer. `score` is null in every status but `scored`; reasons are for a person, flags for a program."""

    question_index: int
    question_id: str
    title: str
    dimension: Annotated[str, OneOf(("technical", "soft_skills", "culture_fit"))]
    rule_id: str | None
    score: Score | None
    status: Annotated[str, OneOf(("scored", "missing_transcription", "unanswered", "not_scorable"))]
    reasons: list[str]
    flags: list[str]
    details: Annotated[dict[str, Any], "How the score came about: parts, quotes, what is missing; see docs/scoring.md."]
    transcript: str | None


class QuestionScoreJson(AnswerScoreJson):
    """One answer, and its video."""

    video_url: Annotated[str | None, "Signed by the provider and short-lived; null once it cannot be expected to work."]


class TranscriptionScoringJson(TypedDict):
    """By what the answers were judged, and how each of them came out."""

    applied: bool
    summary: Annotated[str | None, "Where it is strong, where thin, where a person must look; null from older engines."]
    criteria_version: str
    criteria_hash: ContentHash
    engine_version: str
    coverage: CoverageJson
    question_scores: list[QuestionScoreJson]


class ScoredJson(VerdictJson, BoundsJson):
    """A result, the latest unless an earlier one was asked for."""

    result_version: int | None
    formula_version: str
    formula_hash: ContentHash
    outdated: Outdated
    transcription_scoring: TranscriptionScoringJson


class ScorecardJson(ReviewJson):
    """A session's latest result, question by question; null until there is one."""

    session_id: str
    status: SessionStatus
    shared_with_job: SharedWithJob
    scorecard: ScoredJson | None


class ResultVersionJson(VerdictJson, VersionsJson):
    """One scoring of a session; later ones never overwrite it."""

    result_version: int
    created_at: At | None


class ResultsJson(TypedDict):
    """Newest first."""

    items: list[ResultVersionJson]


@contract(query=ScorecardQuery, raises=(*UNKNOWN_SESSION, "RESULT_NOT_FOUND"))
def get_scorecard(service: Service, request: Request) -> Json[ScorecardJson]:
    """GET /api/interviews/sessions/{session_id}/scorecard"""
    version = read(ScorecardQuery, request.query).result_version
    session = find_session(service, request.params["session_id"])
    answer: ScorecardJson = {
        "session_id": session.session_id, "status": session.shown_status, **review(session),
        "shared_with_job": session.shared_with_job, "scorecard": None,
    }
    content = stored_content(service, session, version)
    if content is not None:
        videos = with_videos(service, session, content["question_scores"])
        answer["scorecard"] = scorecard_json(service.rules, version or session.result_version, content, videos)
    return json_response(answer)


@contract(raises=UNKNOWN_SESSION)
def list_results(service: Service, request: Request) -> Json[ResultsJson]:
    """GET /api/interviews/sessions/{session_id}/results"""
    session = find_session(service, request.params["session_id"])
    with service.store.read() as tx:
        versions = tx.results.all(session.session_id)
    return json_response({"items": [_version_json(service, each) for each in reversed(versions)]})


def scorecard_json(
    rules: Rules, result_version: int | None, content: dict[str, Any], question_scores: list[QuestionScoreJson]
) -> ScoredJson:
    """The scores of an interview and how they came about, from a stored result."""
    made_by = judged_by_json(scoring_versions_of(content))
    return {
        **stored_verdict(content),
        **bounds_json(stored_bounds(content)),
        "result_version": result_version,
        "formula_version": made_by["formula_version"],
        "formula_hash": made_by["formula_hash"],
        "outdated": is_outdated(content, rules),
        "transcription_scoring": {
            "applied": True,
            "summary": content.get("summary"),
            "criteria_version": made_by["criteria_version"],
            "criteria_hash": made_by["criteria_hash"],
            "engine_version": made_by["engine_version"],
            "coverage": content["coverage"],
            "question_scores": question_scores,
        },
    }


def _version_json(service: Service, stored: StoredResult) -> ResultVersionJson:
    content = json.loads(stored.content)
    return {
        "result_version": stored.version,
        "created_at": iso_utc(stored.created_at),
        **stored_verdict(content),
        **result_json(service.rules, content),
    }


def stored_content(service: Service, session: Session, version: int | None = None) -> dict[str, Any] | None:
    """A result of the session, the latest unless another is named. Raises `RESULT_NOT_FOUND` for one there is not."""
    session_id = session.session_id
    with service.store.read() as tx:
        stored = tx.results.latest(session_id) if version is None else tx.results.get(session_id, version)
        if stored is not None:
            content: dict[str, Any] = json.loads(stored.content)
            return with_duplicates(content, tx.answers.twins(session_id))
    if version is None:
        return None
    listed = "GET /api/interviews/sessions/{session_id}/results lists them."
    raise Problem("RESULT_NOT_FOUND", f"This session has no result {version}. {listed}")


def with_videos(service: Service, session: Session, question_scores: list[Any]) -> list[QuestionScoreJson]:
    """The questions with the addresses of their videos, while these can be expected to work."""
    fresh = 0 <= service.clock.now_ms() - (session.video_urls_at or 0) < VIDEO_URL_SHOWN_MS
    videos = json.loads(session.video_urls) if session.video_urls and fresh else {}
    return [each | {"video_url": videos.get(each["question_id"])} for each in question_scores]
