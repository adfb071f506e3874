"""Sessions as lists show them: a few columns each, so that a long list does not drag along what nobody sees."""

from __future__ import annotations

from typing import NamedTuple


def listed_columns(row: type[NamedTuple]) -> str:
    """What to select for such rows: the status of a session in a list is what it is listed as."""
    return ", ".join("listed_as AS status" if name == "status" else name for name in row._fields)


class Ranked(NamedTuple):
    """A session on its job's leaderboard."""

    candidate_id: int
    candidate_name: str
    session_id: str
    status: str
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    score_confidence: float | None
    pass_recommendation: str | None
    updated_at: int
    #: JSON, the flags raised on any question.
    flags: str | None
    scored_questions: int | None
    total_questions: int | None
    shared_with_job: int | None


class Milestones(NamedTuple):
    """How far a session came and when, in milliseconds since 1970, and what it was scored."""

    status: str
    invited_at: int | None
    started_at: int | None
    completed_at: int | None
    scored_at: int | None
    total_score: float | None


class BesideCandidate(NamedTuple):
    """A candidate's current session, beside what the source says of the candidate."""

    candidate_id: int
    session_id: str
    status: str
    link_serial: int
    link_expires_at: int
    link_signed_expires_at: int
    total_score: float | None
    awaiting_transcription: int
    started_at: int | None
    erased_at: int | None
    shared_with_job: int | None


class Listed(NamedTuple):
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
    last_error_code: str | None
    last_error_message: str | None
    last_error_at: int | None
    technical_score: float | None
    soft_skills_score: float | None
    culture_fit_score: float | None
    total_score: float | None
    erased_at: int | None
    shared_with_job: int | None
