"""Sessions as lists show them: a few columns each, so that a long list does not drag along what nobody sees."""

from __future__ import annotations

from typing import NamedTuple

from .shown import GROUP, SHOWN_STATUS, STANDING

#: Fields that are not a column as it is stored.
_SHOWN = {"status": SHOWN_STATUS, "group": GROUP, "standing": STANDING}


def columns(row: type[NamedTuple]) -> str:
    """What to select for a row of one of these."""
    return ", ".join(_SHOWN.get(name, name) for name in row._fields)


def listed_columns(row: type[NamedTuple]) -> str:
    """What to select for such rows: the status of a session in a list is what it is listed as."""
    return ", ".join("listed_as AS status" if name == "status" else name for name in row._fields)


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
    score_confidence: float | None
    pass_recommendation: str | None
    updated_at: int
    #: JSON, the flags raised on any question.
    flags: str | None
    scored_questions: int | None
    total_questions: int | None
    shared_with_job: int | None
    #: JSON: the versions and hashes that the result was made by.
    judged_by: str | None
    #: Why a person has to look, in words; None where there is no need.
    review_reason: str | None
    #: `ranked`, `needs_review`, `waiting` or `ended`.
    group: str
    #: See `shown.STANDING`: those of a lower one stand before all of a higher one.
    standing: int


class Milestones(NamedTuple):
    """How far a session came and when, in milliseconds since 1970, and what it was scored."""

    status: str
    invited_at: int | None
    started_at: int | None
    completed_at: int | None
    scored_at: int | None
    total_score: float | None
    review_reason: str | None


class StatesOfJob(NamedTuple):
    """How many of a job's current sessions are in each state, and how many of them need a human look."""

    states: dict[str, int]
    needs_review: int


class CandidateSessionSummary(NamedTuple):
    """A candidate's current session, beside what the source says of the candidate."""

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
    erased_at: int | None
    shared_with_job: int | None
