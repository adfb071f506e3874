"""The API's OpenAPI document."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

from .. import __version__
from ..domain.messages.templates import MESSAGE_LANGUAGES
from ..store.message_records import KINDS
from ..web.contract import contract
from ..web.request import PATH_ID, Request
from ..web.response import Json, json_response
from ..web.router import Route
from ..web.shape import Kind, OneOf, Text
from .web_service import WebService

TITLE = "Tener Interview"

#: Types of the parameters in URL patterns.
PATH_PARAMETERS: Mapping[str, Kind] = {
    "job_id": PATH_ID,
    "candidate_id": PATH_ID,
    "share_id": Text(max_chars=100, min_chars=1),
    "recommendation_id": Text(max_chars=100, min_chars=1),
    "note_id": Text(max_chars=100, min_chars=1),
    "message_id": Text(max_chars=100, min_chars=1),
    "kind": OneOf(KINDS),
    "language": OneOf(MESSAGE_LANGUAGES),
    "number": PATH_ID,
    "session_id": Text(max_chars=100, min_chars=1),
    "question_id": Text(max_chars=100, min_chars=1),
    "token": Text(max_chars=500, min_chars=1),
    "user_id": Text(max_chars=100, min_chars=1),
    "endpoint_id": Text(max_chars=100, min_chars=1),
    "login_id": Text(max_chars=100, min_chars=1),
    "token_id": Text(max_chars=100, min_chars=1),
    "outbox_id": Text(max_chars=100, min_chars=1),
}
#: Examples by field name, for requests and responses.
EXAMPLES: Mapping[str, Any] = {
    "digest_zone": "Europe/Berlin",
    "session_id": "iv_0123456789abcdef0123456789abcdef",
    "job_id": 1,
    "id": 1,
    "candidate_id": 42,
    "candidate_ids": [42, 43, 44],
    "candidate_name": "Jane Doe",
    "candidate_email": "jane.doe@example.com",
    "content_base64": "TmFtZSxFLW1haWwKSmFuZSBEb2UsamFuZS5kb2VAZXhhbXBsZS5jb20K",
    "conversation_id": 77,
    "language": "en",
    "languages": ["en", "de"],
    "encoding": "utf-8",
    "greeting_name": "Jane",
    "fault": None,
    "question": None,
    "choices": [],
    "preferred_languages": ["en"],
    "skills": ["Python", "SQL"],
    "headline": "Backend engineer",
    "location": "Berlin",
    "linkedin_id": "jane-doe",
    "seniority": "senior",
    "jd_text": "We look for somebody who makes slow systems fast.",
    "match_status": "matched",
    "match_score": 0.87,
    "years_experience": 7,
    "ttl_hours": 72,
    "provider": "hireflix",
    "position_id": "65f0c0ffee0123456789abcd",
    "position_name": "Backend engineer",
    "default_position_id": "65f0c0ffee0123456789abcd",
    "assessment_id": "65f0c0ffee0123456789abcd",
    "invitation_id": "65f0c0ffee0123456789abce",
    "name": "Backend engineer",
    "title": "Tell us about a slow system you made fast.",
    "description": "Two minutes are enough.",
    "minutes": 3,
    "seconds": 0,
    "event": "interview.finish",
    "score_confidence": 0.9,
    "confidence": 0.9,
    "competency": "technical",
    "competency_scores": {"technical": 71.5},
    "counted_competency_scores": {"technical": 58.9},
    "weight": 40,
    "strong_yes": 80,
    "yes": 70,
    "mixed": 50,
    "time_limit_s": 180,
    "thinking_time_s": 30,
    "required_keywords": [["PostgreSQL", "Postgres"]],
    "candidate_minutes": 21,
    "path": "questions[0].title",
    "plan_hash": "0123456789abcdef",
    "criteria_version": "2026-11",
    "formula_version": "1",
    "engine_version": "3",
    "code": "INTERVIEW_PROVIDER_UNAVAILABLE",
    "message": "Hireflix is not available: it refuses connections. Try again later.",
    "next_cursor": "1234",
    "created_at": "2026-01-31T09:30:00.000Z",
    "transcript": "We cut the response time from two seconds to eighty milliseconds.",
    "rule_id": "slow-system",
    "question_id": "q1",
    "video_url": None,
    "reasons": ["Names a measured result."],
    "flags": [],
    "reason": None,
    "last_fault": None,
    "error": None,
    "last_error": None,
}


_BUILD_LOCK = threading.Lock()


@contract()
def get_openapi(service: WebService, _request: Request) -> Json[dict[str, Any]]:
    """GET /api/openapi.json"""
    # A cache alone would let requests that arrive at the same time build the document several times.
    with _BUILD_LOCK:
        return _response(tuple(service.routes))


@cache
def _response(routes: tuple[Route, ...]) -> Json[dict[str, Any]]:
    """Return the response, cached because anybody may request it often."""
    return json_response(describe_api(routes))


@cache
def describe_api(routes: tuple[Route, ...]) -> dict[str, Any]:
    """Return the document. It is built on the first request, because it would slow every start."""
    from ..web.openapi import openapi_document

    return openapi_document(
        routes, title=TITLE, version=__version__, path_parameters=PATH_PARAMETERS, examples=EXAMPLES
    )
