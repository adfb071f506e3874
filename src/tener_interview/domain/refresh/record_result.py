"""Store what scoring made of a session: a new version of its result, or why it needs a human look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...providers.protocol import Interview
from ...scorecards.result import Result
from ...store.event_records import EventCause
from ...store.ports import Transaction
from ...store.session import Session
from ..audit.recording import record_action
from ..judge.queue import queue_result
from ..leaderboard.near_duplicates import record_near_duplicates, set_duplicate_flag
from ..results import add_result, scores_of, versions_to_json, write_versions
from ..reviews.session_totals import (
    machine_score_of,
    question_set_number,
    stored_machine_score,
    total_columns,
    write_totals,
)
from ..reviews.totals import MACHINE, NOT_JUDGED
from ..scoring_rules import same_result
from ..service import Service
from ..sessions.status import Status, transition
from .review_reasons import reason_for_no_total
from .score_cache import ScorableInterview, ScoreCache, transcripts_of


def score_session(
    service: Service, tx: Transaction, session: Session, interview: Interview, scores: ScoreCache,
    previous: Result | None, now_ms: int, caused_by: EventCause,
) -> bool:
    """Score an interview; store the result if it differs from the previous one, and return whether it does."""
    scores.rules.load(tx, [session])
    plan = scores.rules.plan_versions_of(session)
    result = scores.result_of(ScorableInterview(transcripts_of(interview.answers), session.language, plan))
    has_outcome = session.status == Status.SCORED or session.review_reason is not None
    if has_outcome and previous is not None and same_result(previous, result):
        return False
    return record_result(service, tx, session, scores, result, now_ms, caused_by) is not None


def record_result(
    service: Service, tx: Transaction, session: Session, scores: ScoreCache, result: Result, now_ms: int,
    caused_by: EventCause,
) -> int | None:
    """Store a result as a session's latest version, move the session and add the event.

    With a total, the session becomes `scored`; without one, `completed` and in need of review, even if it was scored
    before. Returns the version's number, or None if another writer changed the session meanwhile.
    """
    version = add_result(tx, session.session_id, result, now_ms)
    flags = {flag for question in result.question_scores for flag in question.flags}
    flags = set_duplicate_flag(flags, record_near_duplicates(tx, session, result, scores.shingles))
    reason = reason_for_no_total(result) if result.total_score is None else None
    columns: dict[str, Any] = {
        **scores_of(result),
        "result_version": version,
        "flags": tuple(sorted(flags)),
        "scored_questions": result.scored_questions,
        "total_questions": result.total_questions,
        "scoring_versions": write_versions(result.versions),
        "competency_scores": result.competency_scores if result.plan_version is not None else None,
        "question_set": None if result.plan_version is None else question_set_number(tx, session, result.plan_version),
        "awaiting_transcription": False,
        **total_columns(tx, session, machine_score_of(result, reason), scores.rules, judge=NOT_JUDGED),
    }
    total = columns["total_score"]
    columns["scored_at"] = None if total is None else now_ms
    details = {
        "result_version": version, **versions_to_json(result.versions),
        "total_score_before": session.total_score, "total_score": total, **_machine_details(session, columns),
    }
    if total is None:
        written = write_needs_review(tx, session, caused_by, now_ms, details, columns)
    elif session.status == Status.SCORED:
        written = tx.sessions.update_if(session.session_id, {"status": session.status}, updated_at=now_ms, **columns)
        if written:
            tx.events.add(session.session_id, "rescored", caused_by, now_ms, **details)
        action = "session.rescored"
    else:
        machine = _machine_details(session, columns)
        written = transition(tx, session, Status.SCORED, "scored", caused_by, now_ms, machine, **columns)
        action = "session.scored"
    if written and service.judge is not None:
        queue_result(tx, session, result, version, now_ms)
    if written and total is not None:
        record_action(tx, action, session, now_ms, {**details, "source": caused_by, "flags": sorted(flags)})
    return version if written else None


def mark_for_review(
    tx: Transaction, session: Session, reason: str, scores: ScoreCache, caused_by: EventCause, now_ms: int
) -> bool:
    """Mark a finished interview without any transcript as needing review, unless people have rated it already."""
    machine = replace(stored_machine_score(session, None), review_reason=reason)
    columns = {"awaiting_transcription": False, **total_columns(tx, session, machine, scores.rules)}
    if columns["total_score"] is None:
        return write_needs_review(tx, session, caused_by, now_ms, {}, columns)
    return write_totals(tx, session, columns, caused_by, now_ms, {"reason": reason})


def _machine_details(session: Session, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the machine's total before and after, for an event, if another total ranks."""
    total_source = columns["total_source"]
    if total_source in (None, MACHINE):
        return {}
    return {
        "total_source": total_source, "machine_total_before": session.machine_total,
        "machine_total": columns["machine_total"],
    }


def write_needs_review(
    tx: Transaction, session: Session, caused_by: EventCause, now_ms: int, details: Mapping[str, Any],
    columns: Mapping[str, Any],
) -> bool:
    """Mark a finished interview without a total as needing review; False if another writer changed the session."""
    details = {"reason": columns["review_reason"], **details}
    if session.status == Status.SCORED:
        written = transition(tx, session, Status.COMPLETED, "needs_review", caused_by, now_ms, details, **columns)
    else:
        written = tx.sessions.update_if(session.session_id, {"status": session.status}, updated_at=now_ms, **columns)
        if written:
            tx.events.add(session.session_id, "needs_review", caused_by, now_ms, **details)
    if written:
        record_action(tx, "session.needs_review", session, now_ms, {**details, "source": caused_by})
    return written
