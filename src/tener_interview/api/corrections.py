"""Correcting a session's details."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.refresh.refresh import find_session
from ..domain.service import Service
from ..domain.sessions.corrections import correct
from ..errors import Problem
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Email, Text, optional, read
from .sessions import LANGUAGE
from .shapes import UNKNOWN_SESSION, corrections_json, session_json
from .start_answers import CorrectedJson


@dataclass(frozen=True)
class CorrectionBody:
    candidate_name: str | None = optional(Text(max_chars=200))
    candidate_email: str | None = optional(Email(), words="takes the place of a made-up one, too")
    language: str | None = optional(LANGUAGE, words="null or empty: not known, the candidate's browser decides")


@contract(body=CorrectionBody, raises=(*UNKNOWN_SESSION, "CANDIDATE_ERASED", "CANDIDATE_EMAIL_IN_USE"))
def correct_session(service: Service, request: Request) -> Json[CorrectedJson]:
    """PATCH /api/interviews/sessions/{session_id}

    What is not named stays as it is. Allowed in every state, for an erased candidate in none. Hireflix cannot change an
    interview that was made: `corrections` says what is corrected where.
    """
    body = read(CorrectionBody, request.json)
    wanted: dict[str, str | None] = {}
    if body.candidate_name:
        wanted["candidate_name"] = body.candidate_name
    if body.candidate_email:
        wanted["candidate_email"] = body.candidate_email
    if "language" in request.json:
        wanted["language"] = body.language or None
    if not wanted:
        fault = "name one of candidate_name, candidate_email and language"
        raise Problem("VALIDATION_FAILED", f"There is nothing to correct: {fault}.", {"fields": {"body": fault}})
    session, corrections = correct(service, find_session(service, request.params["session_id"]), wanted)
    return json_response({**session_json(service, session), "corrections": corrections_json(corrections)})
