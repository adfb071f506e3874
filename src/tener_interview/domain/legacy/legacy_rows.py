"""Rows of the previous service's database, read leniently and translated to this service's terms.

Only its three tables are certain. Every field is searched under all names that it may have, in columns and in JSON
objects within columns. Scores and recommendations that make no sense here are omitted, not guessed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from ...criteria.dimension import DIMENSIONS, infer_dimension
from ...languages.tags import language_tag
from ...lazy_dataclass import dataclass
from ...regex import regex
from ...scorecards.result import MISSING_TRANSCRIPTION, NOT_SCORABLE, SCORED
from ...store.event_records import EventCause
from ...system.clock import parse_time_ms
from ..results import QuestionScore, Result
from ..sessions.status import Status

Row = Mapping[str, Any]

#: The version in results of the previous service.
PREDECESSOR = "predecessor"

#: Fields and their possible names, the most likely first.
SESSION: Mapping[str, tuple[str, ...]] = {
    "former_id": ("session_id", "interview_session_id", "id", "uuid"),
    "job_id": ("job_id", "jd_id"),
    "candidate_id": ("candidate_id",),
    "candidate_name": ("candidate_name", "full_name", "name"),
    "candidate_email": ("candidate_email", "email", "provider_candidate_email"),
    "conversation_id": ("conversation_id",),
    "language": ("language", "candidate_language", "lang"),
    "status": ("status", "state"),
    "provider": ("provider", "provider_name"),
    "position_id": ("provider_assessment_id", "assessment_id", "provider_position_id", "position_id"),
    "invitation_id": ("provider_invitation_id", "invitation_id", "provider_interview_id", "interview_id"),
    # Another URL may be the previous service's own, which no longer works.
    "candidate_url": ("provider_invitation_url", "provider_interview_url", "provider_url", "provider_candidate_url"),
    "link_expires_at": ("entry_token_expires_at", "token_expires_at", "link_expires_at", "expires_at"),
    "created_at": ("created_at",),
    "invited_at": ("invited_at", "sent_at", "created_at"),
    "started_at": ("started_at", "opened_at", "entry_opened_at"),
    "completed_at": ("completed_at", "finished_at"),
    "scored_at": ("scored_at",),
    "updated_at": ("updated_at", "created_at"),
}
_TIMES = ("link_expires_at", "created_at", "invited_at", "started_at", "completed_at", "scored_at", "updated_at")
RESULT: Mapping[str, tuple[str, ...]] = {
    "technical_score": ("technical_score", "technical"),
    "soft_skills_score": ("soft_skills_score", "soft_skills", "soft_score"),
    "culture_fit_score": ("culture_fit_score", "culture_fit", "culture_score"),
    "total_score": ("total_score", "total", "overall_score", "score"),
    "score_confidence": ("score_confidence", "confidence"),
    "pass_recommendation": ("pass_recommendation", "recommendation"),
    "criteria_version": ("criteria_version", "scoring_version"),
    "formula_version": ("formula_version",),
    "created_at": ("created_at", "scored_at", "updated_at"),
}
EVENT: Mapping[str, tuple[str, ...]] = {
    "event": ("event_type", "event", "type", "name", "action"),
    "source": ("source", "source_type", "actor", "actor_type", "origin"),
    "at": ("created_at", "at", "occurred_at", "timestamp", "event_at"),
}
#: Names of the session id in results and events.
OF_SESSION = ("session_id", "interview_session_id", "session")
QUESTION: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "question_title", "question", "question_text"),
    "question_id": ("question_id", "id"),
    "transcript": ("transcript", "transcription", "answer_text", "answer", "text"),
    "score": ("score", "question_score"),
    "dimension": ("dimension", "category"),
}
_QUESTION_LISTS = ("question_scores", "questions", "answers", "transcripts")

STATUSES: Mapping[str, Status] = {
    **dict.fromkeys(("created", "new", "draft", "pending", "queued"), Status.CREATED),
    **dict.fromkeys(("invited", "invite_sent", "sent", "link_sent", "ready", "active"), Status.INVITED),
    **dict.fromkeys(("in_progress", "started", "opened", "begun"), Status.IN_PROGRESS),
    **dict.fromkeys(
        ("completed", "finished", "done", "submitted", "processing", "scoring", "transcribing"), Status.COMPLETED
    ),
    **dict.fromkeys(("scored", "evaluated"), Status.SCORED),
    "expired": Status.EXPIRED,
    **dict.fromkeys(("canceled", "cancelled", "revoked", "withdrawn", "discarded", "deleted"), Status.CANCELED),
    **dict.fromkeys(("failed", "error"), Status.FAILED),
}
RECOMMENDATIONS: Mapping[str, str] = {
    "strong_yes": "strong_yes", "yes": "yes", "pass": "yes", "mixed": "mixed", "maybe": "mixed", "review": "mixed",
    "no": "no", "strong_no": "no", "fail": "no",
}
_DIMENSIONS: Mapping[str, str] = {
    **{name: name for name in DIMENSIONS}, "hard_skills": "technical", "hard": "technical", "tech": "technical",
    "soft": "soft_skills", "behavioral": "soft_skills", "culture": "culture_fit", "cultural_fit": "culture_fit",
}
_CAUSES: Mapping[str, EventCause] = {
    **{name: name for name in get_args(EventCause)},
    **dict.fromkeys(("hireflix", "hireflix_mock", "vendor"), "provider"),
    **dict.fromkeys(("poll", "poller", "scheduler", "worker", "cron", "background"), "sync"),
    **dict.fromkeys(("admin", "operator", "user", "dashboard"), "recruiter"),
}
#: Details of events that are not imported: secrets, links and personal data.
_PRIVATE = regex("token|secret|key|url|link|mail|name|phone|hash|password", re.IGNORECASE)


class InvalidLegacyRow(ValueError):
    """A row that cannot be imported; the message says why, as part of a sentence."""


@dataclass(frozen=True)
class LegacySession:
    """A session of the previous service. Times are milliseconds since 1970."""

    former_id: str
    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str | None
    candidate_email: str | None
    conversation_id: int | None
    language: str | None
    status: Status
    #: The status as the previous service called it.
    former_status: str
    provider: str | None
    position_id: str | None
    invitation_id: str | None
    candidate_url: str | None
    link_expires_at: int | None
    created_at: int
    invited_at: int | None
    started_at: int | None
    completed_at: int | None
    scored_at: int | None
    updated_at: int


@dataclass(frozen=True)
class LegacyEvent:
    """An event of a session, by the previous service's name."""

    event: str
    caused_by: EventCause
    at: int
    details: dict[str, Any]


def read_session(row: Row, now_ms: int) -> LegacySession:
    """Read a session's row. Raises InvalidLegacyRow without an id, a job and a candidate."""
    facts = _facts(row, SESSION)
    former_id = _text(facts["former_id"])
    if former_id is None:
        raise InvalidLegacyRow("it has no id")
    times = {name: parse_time_ms(facts[name]) for name in _TIMES}
    created_at = times["created_at"] or times["updated_at"] or now_ms
    provider = (_text(facts["provider"]) or "").lower()
    invitation_id, url = _text(facts["invitation_id"]), _text(facts["candidate_url"])
    former_status = (_text(facts["status"]) or "").lower().replace("-", "_").replace(" ", "_")
    conversation_id = _integer(facts["conversation_id"])
    language = _text(facts["language"])
    return LegacySession(
        former_id=former_id,
        session_id=session_id_of(former_id),
        job_id=_positive_id(facts["job_id"], "job_id"),
        candidate_id=_positive_id(facts["candidate_id"], "candidate_id"),
        candidate_name=_text(facts["candidate_name"]) or _first_and_last_name(row),
        candidate_email=_email(facts["candidate_email"]),
        conversation_id=conversation_id if conversation_id and conversation_id > 0 else None,
        language=language_tag(language) if language else None,
        status=STATUSES.get(former_status) or _status_by_times(times, invitation_id),
        former_status=former_status,
        provider="demo" if re.search("mock|demo|fake", provider) else provider or None,
        position_id=_text(facts["position_id"]),
        invitation_id=invitation_id,
        candidate_url=url if url and re.match("https?://[^\\s]+$", url) else None,
        link_expires_at=times["link_expires_at"],
        created_at=created_at,
        invited_at=times["invited_at"],
        started_at=times["started_at"],
        completed_at=times["completed_at"],
        scored_at=times["scored_at"],
        updated_at=times["updated_at"] or created_at,
    )


def session_id_of(former_id: str) -> str:
    """Return the former id if it has this service's form, else a new one derived from it, always the same."""
    lower = former_id.lower()
    if re.fullmatch("iv_[0-9a-f]{32}", lower):
        return lower
    return f"iv_{hashlib.sha256(f'predecessor:{former_id}'.encode()).hexdigest()[:32]}"


def _status_by_times(times: Mapping[str, int | None], invitation_id: str | None) -> Status:
    """Return the status of a session whose status is unknown, from its times. The next sync asks the provider."""
    milestones = (("scored_at", Status.SCORED), ("completed_at", Status.COMPLETED), ("started_at", Status.IN_PROGRESS))
    reached = next((status for name, status in milestones if times[name] is not None), None)
    return reached or (Status.INVITED if invitation_id else Status.CREATED)


def read_result(row: Row) -> tuple[int | None, Result] | None:
    """Read a result's row: its time, and the result; None for a row without any score."""
    facts = _facts(row, RESULT)
    scores: dict[str, Any] = {f"{name}_score": _score(facts[f"{name}_score"]) for name in (*DIMENSIONS, "total")}
    if all(score is None for score in scores.values()):
        return None
    recommendation = RECOMMENDATIONS.get((_text(facts["pass_recommendation"]) or "").lower())
    confidence = _number(facts["score_confidence"])
    confidence = confidence / 100 if confidence is not None and 1 < confidence <= 100 else confidence
    questions = _questions(row)
    imported = Result(
        **scores,
        score_confidence=confidence if confidence is not None and 0 <= confidence <= 1 else None,
        pass_recommendation=recommendation if scores["total_score"] is not None else None,
        criteria_version=_text(facts["criteria_version"]) or PREDECESSOR,
        criteria_hash=None,
        formula_version=_text(facts["formula_version"]) or PREDECESSOR,
        formula_hash=None,
        engine_version=PREDECESSOR,
        total_questions=len(questions),
        scored_questions=sum(question.score is not None for question in questions),
        missing_transcriptions=sum(question.status == MISSING_TRANSCRIPTION for question in questions),
        question_scores=questions,
        summary="",
    )
    return parse_time_ms(facts["created_at"]), imported


def read_event(row: Row) -> LegacyEvent | None:
    """Read an event's row; None for a row without a time or a name."""
    facts = _facts(row, EVENT)
    word, at = _text(facts["event"]), parse_time_ms(facts["at"])
    if word is None or at is None:
        return None
    details = {
        name: value for part in _objects(row) for name, value in part.items()
        if isinstance(value, (str, int, float, bool)) and not _PRIVATE.search(name) and "@" not in str(value)
    }
    name = re.sub("[^a-z0-9]+", "_", word.lower()).strip("_")[:50] or "event"
    caused_by = _CAUSES.get((_text(facts["source"]) or "").lower(), "system")
    return LegacyEvent(name, caused_by, at, details)


def session_id_in(row: Row) -> str | None:
    """Return the id of the session that a result or an event belongs to."""
    return next((id_ for name in OF_SESSION if (id_ := _text(row.get(name)))), None)


def unread_columns(columns: Sequence[str], *facts: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the columns of a table in which no field is searched."""
    read = {name for names_by_fact in facts for names in names_by_fact.values() for name in names}
    return [column for column in columns if column.lower() not in {*read, *OF_SESSION, *_OBJECT_COLUMNS}]


#: Columns that may contain a JSON object with more fields.
_OBJECT_COLUMNS = (
    "normalized_json", "scorecard", "scorecard_json", "result_json", "payload", "payload_json", "raw_payload",
    "details", "meta", "metadata", "data", "first_name", "last_name",
)


def _facts(row: Row, names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    places = [row, *_objects(row)]
    return {
        fact: next(
            (place[name] for name in possible for place in places if place.get(name) not in (None, "")), None
        )
        for fact, possible in names.items()
    }


def _objects(row: Row) -> list[dict[str, Any]]:
    """Return the JSON objects in a row's columns, and the scorecards in them."""
    outer = [value for name in _OBJECT_COLUMNS if isinstance(value := _json(row.get(name)), dict)]
    inner = [part[name] for part in outer for name in ("scorecard", "summary", "scores", "transcription_scoring")
             if isinstance(part.get(name), dict)]
    deeper = [part["transcription_scoring"] for part in inner if isinstance(part.get("transcription_scoring"), dict)]
    return [*outer, *inner, *deeper]


def _questions(row: Row) -> tuple[QuestionScore, ...]:
    lists = [_json(place.get(name)) for name in _QUESTION_LISTS for place in (row, *_objects(row))]
    questions = next((items for items in lists if isinstance(items, list) and items), [])
    return tuple(_question(index, item) for index, item in enumerate(questions) if isinstance(item, dict))


def _question(index: int, row: Row) -> QuestionScore:
    facts = _facts(row, QUESTION)
    value = facts["transcript"]
    transcript = _text(value.get("text") if isinstance(value, dict) else value)
    title = _text(facts["title"]) or f"Question {index + 1}"
    score = _score(facts["score"])
    dimension = _DIMENSIONS.get((_text(facts["dimension"]) or "").lower().replace(" ", "_").replace("-", "_"))
    return QuestionScore(
        question_index=index,
        question_id=_text(facts["question_id"]) or f"question-{index + 1}",
        title=title,
        dimension=dimension or infer_dimension(title),
        rule_id=None,
        score=score,
        status=SCORED if score is not None else MISSING_TRANSCRIPTION if transcript is None else NOT_SCORABLE,
        reasons=("Scored by the previous service.",) if score is not None else (),
        flags=(),
        details={},
        transcript=transcript,
    )


def _first_and_last_name(row: Row) -> str | None:
    return _text(" ".join(_text(row.get(name)) or "" for name in ("first_name", "last_name")))


def _json(value: Any) -> Any:
    if not isinstance(value, (str, bytes)):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).encode("utf-8", "replace").decode().replace("\0", "").strip() or None


def _email(value: Any) -> str | None:
    text = _text(value)
    return text if text and re.fullmatch(r"[^@\s]+@[^@\s]+", text) else None


def _integer(value: Any) -> int | None:
    text = _text(value) or ""
    return int(float(text)) if re.fullmatch(r"[0-9]{1,18}(\.0+)?", text, re.ASCII) else None


def _positive_id(value: Any, what: str) -> int:
    number = _integer(value)
    if not number:
        raise InvalidLegacyRow(f"its {what} is not a whole number ({_text(value) or 'nothing'})")
    return number


def _number(value: Any) -> float | None:
    try:
        number = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _score(value: Any) -> float | None:
    """Read a score from 0 to 100; other scales are not guessed."""
    score = _number(value)
    return round(score, 1) if score is not None and 0 <= score <= 100 else None
