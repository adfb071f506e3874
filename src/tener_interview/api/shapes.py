"""The JSON of the API, made from what the domain returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..domain.candidates.names import greeting_name, tidy_name
from ..domain.leaderboard.leaderboard import Place, stored_bounds
from ..domain.rules import Rules, is_outdated, judged_by
from ..domain.service import Service
from ..domain.sessions.corrections import Correction
from ..domain.sessions.states import Status
from ..sources.protocol import Candidate, Job
from ..store.sqlite.listed import BesideCandidate, Listed, Ranked
from ..store.sqlite.sessions import Session
from ..system.clock import iso
from ..web.shape import Adjustment, Integer, optional
from .answers import (
    BoundsJson,
    CandidateJson,
    CandidateSessionJson,
    JobJson,
    JudgedByJson,
    LastErrorJson,
    QuestionScoreJson,
    ReviewJson,
    ScoredJson,
    ScoresJson,
    SessionJson,
    VerdictJson,
    VersionsJson,
)
from .ranking_answers import CertaintyJson
from .start_answers import AdjustedJson, CorrectionJson

#: Error codes that several routes have in common.
UNKNOWN_SESSION = ("INTERVIEW_SESSION_NOT_FOUND",)
FROM_PROVIDER = (
    "INTERVIEW_PROVIDER_UNAVAILABLE", "INTERVIEW_PROVIDER_TIMEOUT", "INTERVIEW_PROVIDER_REJECTED",
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED", "INTERVIEW_PROVIDER_QUOTA_EXCEEDED",
)
FROM_SOURCE = ("SOURCE_UNAVAILABLE",)

_WITHOUT_LINK = (Status.CREATED, Status.CANCELED, Status.FAILED)


@dataclass(frozen=True)
class Nothing:
    """A body of which nothing is read."""


def limit_of(default: int, high: int) -> Any:
    """The `limit` of a list, from the query string."""
    return optional(Integer(low=1, high=high, from_text=True), default, "how many at most")


def offset_of() -> Any:
    """How many of a list to leave out before the first, from the query string."""
    return optional(Integer(low=0, high=1_000_000, from_text=True), 0, "how many to leave out before the first")


def shown_status(session: Session | Listed) -> str:
    """The state that everybody is told; rows of lists have no other."""
    return session.shown_status if isinstance(session, Session) else session.status


def entry_url(service: Service, session: Session | Listed | BesideCandidate) -> str | None:
    """The candidate's link; None while there is none to send."""
    without = session.status in _WITHOUT_LINK or session.erased_at is not None
    return None if without else service.entry_url(session)


def review(session: Session | Listed | Ranked | BesideCandidate | None) -> ReviewJson:
    """Whether a person has to look at a session, and why."""
    reason = session.review_reason if session else None
    return {"needs_review": reason is not None, "review_reason": reason}


def scores(session: Session | Listed | Ranked) -> ScoresJson:
    return {
        "technical_score": session.technical_score,
        "soft_skills_score": session.soft_skills_score,
        "culture_fit_score": session.culture_fit_score,
        "total_score": session.total_score,
    }


def verdict(session: Session | Ranked) -> VerdictJson:
    """The scores, and what they come to."""
    return {
        **scores(session),
        "score_confidence": session.score_confidence,
        "pass_recommendation": session.pass_recommendation,
    }


def stored_verdict(content: dict[str, Any]) -> VerdictJson:
    """The same of a stored result, of whichever version."""
    return {
        "technical_score": content["technical_score"],
        "soft_skills_score": content["soft_skills_score"],
        "culture_fit_score": content["culture_fit_score"],
        "total_score": content["total_score"],
        "score_confidence": content["score_confidence"],
        "pass_recommendation": content["pass_recommendation"],
    }


def certainty(place: Place) -> CertaintyJson:
    """How far the total of a place can be trusted."""
    tied_with = place.tied_with_rank
    return {
        **bounds_json(place.bounds), "tied_with_previous": tied_with is not None, "tied_with_rank": tied_with,
    }


def bounds_json(around: tuple[float, float] | None) -> BoundsJson:
    low, high = around or (None, None)
    return {"total_score_low": low, "total_score_high": high}


def judged_by_json(made_by: Mapping[str, Any]) -> JudgedByJson:
    return {
        "criteria_version": made_by["criteria_version"],
        "criteria_hash": made_by["criteria_hash"],
        "formula_version": made_by["formula_version"],
        "formula_hash": made_by["formula_hash"],
        "engine_version": made_by["engine_version"],
    }


def result_json(rules: Rules, content: dict[str, Any]) -> VersionsJson:
    """By what a stored result came about, and how much of the interview it covers."""
    return {
        **judged_by_json(judged_by(content)),
        "outdated": is_outdated(content, rules),
        "coverage": content["coverage"],
    }


def scorecard_json(
    rules: Rules, result_version: int | None, content: dict[str, Any], question_scores: list[QuestionScoreJson]
) -> ScoredJson:
    """The scores of an interview and how they came about, from a stored result."""
    made_by = judged_by_json(judged_by(content))
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


def session_json(service: Service, session: Session | Listed) -> SessionJson:
    error: LastErrorJson | None = None
    if session.last_error_code is not None:
        at = iso(session.last_error_at)
        error = {"code": session.last_error_code, "message": session.last_error_message or "", "at": at}
    return {
        "session_id": session.session_id,
        "job_id": session.job_id,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "conversation_id": session.conversation_id,
        "language": session.language,
        "status": shown_status(session),
        "provider": session.provider,
        "position_id": session.position_id,
        "invitation_id": session.invitation_id,
        "entry_url": entry_url(service, session),
        "expires_at": iso(session.link_expires_at),
        "created_at": iso(session.created_at),
        "started_at": iso(session.started_at),
        "completed_at": iso(session.completed_at),
        "scored_at": iso(session.scored_at),
        "last_sync_at": iso(session.last_sync_at),
        "awaiting_transcription": bool(session.awaiting_transcription),
        **review(session),
        "last_error": error,
        "shared_with_job": session.shared_with_job,
        "summary": scores(session),
    }


def corrections_json(corrections: Sequence[Correction]) -> list[CorrectionJson]:
    return [
        {"field": each.field, "applied": each.applied, "where": each.where, "why": each.why} for each in corrections
    ]


def adjusted_json(adjustments: Sequence[Adjustment]) -> list[AdjustedJson]:
    return [
        {"field": each.field, "sent": each.sent, "taken": each.taken, "reason": each.reason} for each in adjustments
    ]


def job_json(job: Job) -> JobJson:
    return {
        "id": job.job_id,
        "title": job.title,
        "jd_text": job.jd_text,
        "location": job.location,
        "preferred_languages": list(job.preferred_languages),
        "seniority": job.seniority,
        "created_at": job.created_at,
        "company": job.company,
        "must_have_skills": list(job.must_have_skills),
        "nice_to_have_skills": list(job.nice_to_have_skills),
        "questionable_skills": list(job.questionable_skills),
        "paused": job.paused,
        "pause_reason": job.pause_reason,
        "archived": job.archived,
    }


def _name_on_record(candidate: Candidate, session: BesideCandidate | None) -> str:
    """The session's, which may have been corrected here; the source's where the session has none of its own."""
    if session is None or session.erased_at is not None:
        return candidate.full_name
    named = session.candidate_name != tidy_name(None, session.candidate_id)
    return session.candidate_name if named else candidate.full_name


def candidate_json(service: Service, candidate: Candidate, session: BesideCandidate | None) -> CandidateJson:
    embedded: CandidateSessionJson | None = None
    if session is not None:
        embedded = {
            "session_id": session.session_id,
            "status": session.status,
            "entry_url": entry_url(service, session),
            "expires_at": iso(session.link_expires_at),
            "total_score": session.total_score,
            "awaiting_transcription": bool(session.awaiting_transcription),
            **review(session),
            "started_at": iso(session.started_at),
            "shared_with_job": session.shared_with_job,
        }
    name = _name_on_record(candidate, session)
    return {
        "candidate_id": candidate.candidate_id,
        "candidate_name": name,
        "greeting_name": greeting_name(name),
        "match_score": candidate.match_score,
        "match_status": candidate.match_status,
        "headline": candidate.headline,
        "location": candidate.location,
        "languages": list(candidate.languages),
        "skills": list(candidate.skills),
        "years_experience": candidate.years_experience,
        "linkedin_id": candidate.linkedin_id,
        "candidate_email": candidate.email,
        "session": embedded,
    }
