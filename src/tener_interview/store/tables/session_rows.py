"""Converts rows of `interview_sessions` to Sessions, and changed fields of a Session to columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...languages.spelling import fold_text, spellings
from ..records import SessionRow
from ..session import InterviewLink, Session, SessionError, Status
from .session_columns import COLUMN_OF, LIST_STATUS_SQL, with_expiry

#: Fields that are derived when a row is read.
_DERIVED = {"shown_status": with_expiry("status"), "listed_as": LIST_STATUS_SQL}
SELECT_SESSION = (
    f"SELECT {', '.join(_DERIVED.get(name, name) for name in SessionRow._fields)} FROM interview_sessions"  # noqa: S608 - names of our own fields
)

_BOOLEANS = ("is_current", "urgent", "awaiting_transcription", "start_unanswered")
#: Columns that lists are searched and sorted by, derived from the candidate's name.
_DERIVED_FROM_NAME: dict[str, Callable[[str], str]] = {
    "candidate_sort_name": fold_text, "candidate_spellings": spellings,
}

#: Fields that are stored as JSON.
_JSON = ("flags", "video_urls", "competency_scores")


def read_sessions(rows: Iterable[SessionRow]) -> list[Session]:
    sessions = []
    for row in rows:
        error = None
        if row.last_error_code is not None:
            error = SessionError(row.last_error_code, row.last_error_message or "", row.last_error_at)
        sessions.append(Session(
            session_id=row.session_id,
            job_id=row.job_id,
            candidate_id=row.candidate_id,
            candidate_name=row.candidate_name,
            candidate_email=row.candidate_email,
            conversation_id=row.conversation_id,
            language=row.language,
            status=Status(row.status),
            current_status=Status(row.shown_status),
            list_status=Status(row.listed_as),
            is_current=bool(row.is_current),
            link_not_returned=bool(row.start_unanswered),
            provider=row.provider,
            position_id=row.position_id,
            invited_plan_version=row.plan_version,
            scored_plan_version=json.loads(row.judged_by).get("plan_version") if row.judged_by else None,
            invitation_id=row.invitation_id,
            candidate_url=row.candidate_url,
            link=InterviewLink(row.link_serial, row.link_expires_at, row.link_signed_expires_at),
            shared_with_job=row.shared_with_job,
            created_at=row.created_at,
            invited_at=row.invited_at,
            opened_at=row.opened_at,
            in_progress_at=row.started_at,
            first_activity_at=row.begun_at,
            completed_at=row.completed_at,
            scored_at=row.scored_at,
            updated_at=row.updated_at,
            erased_at=row.erased_at,
            last_sync_at=row.last_sync_at,
            next_sync_at=row.next_sync_at,
            urgent=bool(row.urgent),
            awaiting_transcription=bool(row.awaiting_transcription),
            last_error=error,
            result_version=row.result_version,
            technical_score=row.technical_score,
            soft_skills_score=row.soft_skills_score,
            culture_fit_score=row.culture_fit_score,
            total_score=row.total_score,
            machine_total=row.machine_total,
            override_total=row.override_total,
            overrides=row.overrides,
            human_total=row.human_total,
            human_reviews=row.human_reviews,
            human_spread=row.human_spread,
            judge_total=row.judge_total,
            judge_spread=row.judge_spread,
            judge_result_version=row.judged_version,
            total_source=row.total_source,
            competency_scores=dict(json.loads(row.competency_scores)) if row.competency_scores else {},
            score_confidence=row.score_confidence,
            pass_recommendation=row.pass_recommendation,
            scored_questions=row.scored_questions,
            total_questions=row.total_questions,
            flags=None if row.flags is None else tuple(json.loads(row.flags)),
            review_reason=row.review_reason,
            ended_review_reason=row.ended_review_reason,
            decision=row.decision,
            decided_at=row.decided_at,
            decision_revision=row.decision_revision,
            video_urls=json.loads(row.video_urls) if row.video_urls else {},
            video_urls_at=row.video_urls_at,
        ))
    return sessions


def write_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values to store, by column, for fields of a Session or columns. Raises TypeError for other names."""
    columns: dict[str, Any] = {}
    for field, value in values.items():
        name = COLUMN_OF.get(field, field)
        if name == "last_error":
            columns["last_error_code"] = value and value.code
            columns["last_error_message"] = value and value.message
            columns["last_error_at"] = value and value.at
        elif name == "competency_scores" and value is not None:
            # In the plan's order, which an object in JSONB would not keep.
            columns[name] = json.dumps(list(value.items()))
        elif name in _BOOLEANS:
            columns[name] = bool(value)
        else:
            columns[name] = json.dumps(value) if name in _JSON and value is not None else value
        if name == "candidate_name":
            columns |= {column: derive(value) for column, derive in _DERIVED_FROM_NAME.items()}
    unknown = columns.keys() - {*SessionRow._fields, *_DERIVED_FROM_NAME}
    if unknown:
        raise TypeError(f"interview_sessions has no column {', '.join(sorted(unknown))}")
    return columns
