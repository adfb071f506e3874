"""Overrides: a person's score in place of the machine's, of a question or of the whole interview."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.reviews import overrides
from ..domain.reviews.overrides import OverriddenSession
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.review_records import OverrideRow
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Number, StrictShape, Text, read, required
from .shapes import SESSION_PROBLEMS, At, Score, SessionStatus, TotalsJson, totals_json

_PROBLEMS = (*SESSION_PROBLEMS, "INTERVIEW_NOT_FINISHED", "INTERVIEW_NOT_SCORED", "CANDIDATE_ERASED")
_OF_QUESTION = (*_PROBLEMS, "QUESTION_NOT_FOUND")


@dataclass(frozen=True)
class OverrideBody(StrictShape):
    score: float = required(Number(0, 100), "counts to one decimal")
    reason: str = required(Text(overrides.MAX_REASON_CHARS, 1, lines=True), "why the machine's score is wrong")


class OverrideVersionJson(TypedDict):
    """An override, or that it was taken back; the last version of each question counts."""

    question_id: Annotated[str | None, "Null for the whole interview."]
    version: int
    score: Annotated[Score | None, "Null: taken back."]
    reason: str
    machine_score: Annotated[Score | None, "What the machine gave at that time."]
    result_version: int | None
    set_by: str
    set_by_name: str
    set_at: At | None


class OverridesJson(TotalsJson):
    """The totals of a session and all versions of its overrides."""

    session_id: str
    status: SessionStatus
    total_score: Score | None
    items: Annotated[list[OverrideVersionJson], "By question, oldest first."]


@contract(raises=SESSION_PROBLEMS)
def list_overrides(service: Service, request: Request) -> Json[OverridesJson]:
    """GET /api/interviews/sessions/{session_id}/override"""
    return _answer(overrides.overridden_session(service, request.params["session_id"]))


@contract(body=OverrideBody, raises=_PROBLEMS)
def override_interview(service: Service, request: Request) -> Json[OverridesJson]:
    """PUT /api/interviews/sessions/{session_id}/override"""
    body = read(OverrideBody, request.json)
    session_id = request.params["session_id"]
    return _answer(overrides.set_override(service, request.actor, session_id, body.score, body.reason))


@contract(raises=_PROBLEMS)
def restore_interview(service: Service, request: Request) -> Json[OverridesJson]:
    """DELETE /api/interviews/sessions/{session_id}/override"""
    return _answer(overrides.remove_override(service, request.actor, request.params["session_id"]))


@contract(body=OverrideBody, raises=_OF_QUESTION)
def override_question(service: Service, request: Request) -> Json[OverridesJson]:
    """PUT /api/interviews/sessions/{session_id}/questions/{question_id}/override"""
    body = read(OverrideBody, request.json)
    return _answer(overrides.set_override(
        service, request.actor, request.params["session_id"], body.score, body.reason, request.params["question_id"]
    ))


@contract(raises=_OF_QUESTION)
def restore_question(service: Service, request: Request) -> Json[OverridesJson]:
    """DELETE /api/interviews/sessions/{session_id}/questions/{question_id}/override"""
    return _answer(overrides.remove_override(
        service, request.actor, request.params["session_id"], request.params["question_id"]
    ))


def override_version_json(row: OverrideRow) -> OverrideVersionJson:
    return {
        "question_id": row.question_id or None,
        "version": row.version,
        "score": row.score,
        "reason": row.reason,
        "machine_score": row.machine_score,
        "result_version": row.result_version,
        "set_by": row.set_by,
        "set_by_name": row.set_by_name,
        "set_at": iso_utc(row.set_at),
    }


def _answer(overridden: OverriddenSession) -> Json[OverridesJson]:
    session = overridden.session
    return json_response({
        "session_id": session.session_id,
        "status": session.current_status,
        "total_score": session.total_score,
        **totals_json(session),
        "items": [override_version_json(row) for row in overridden.history],
    })
