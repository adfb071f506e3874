"""Overrides: a person's score in place of the machine's, of one question or of the whole interview, with a reason.

An override stays when the interview is scored again, and can be taken back; all versions are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...actor import Actor
from ...arithmetic import round_half_up
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.review_records import OverrideRow
from ...store.session import Session
from ..human_only import require_person
from ..plans.session_rules import SessionRules
from ..results import Result, latest_result
from ..service import Service, find_session, require_session
from .reviewing import require_reviewable, reviewer_id, stored_name, totals_before_and_after
from .session_totals import (
    WHOLE_INTERVIEW,
    TotalColumns,
    session_changed_problem,
    stored_machine_score,
    total_columns,
    write_totals,
)

MAX_REASON_CHARS = 2000


@dataclass(frozen=True)
class OverriddenSession:
    """A session with all versions of its overrides, by question, oldest first."""

    session: Session
    history: list[OverrideRow]


def overridden_session(service: Service, session_id: str) -> OverriddenSession:
    """Return the overrides of a session. Raises `INTERVIEW_SESSION_NOT_FOUND`."""
    with service.store.read() as tx:
        session = require_session(tx, session_id)
        return _overridden(tx, session)


def set_override(
    service: Service, actor: Actor, session_id: str, score: float, reason: str, question_id: str = WHOLE_INTERVIEW
) -> OverriddenSession:
    """Put a score in place of the machine's, in place of an earlier override if there is one.

    Raises `FORBIDDEN` unless a person asks, `INTERVIEW_NOT_FINISHED`, `INTERVIEW_NOT_SCORED` while transcripts may
    still come, and `QUESTION_NOT_FOUND`.
    """
    return _change(service, actor, session_id, question_id, round_half_up(score, 1), reason)


def remove_override(
    service: Service, actor: Actor, session_id: str, question_id: str = WHOLE_INTERVIEW
) -> OverriddenSession:
    """Let the machine's score count again. Without an override nothing changes. Raises what `set_override` raises."""
    return _change(service, actor, session_id, question_id, None, "")


def _change(
    service: Service, actor: Actor, session_id: str, question_id: str, score: float | None, reason: str
) -> OverriddenSession:
    require_person(actor)
    now_ms = service.clock.now_ms()
    job_id = find_session(service, session_id).job_id
    with service.store.write([job_id]) as tx:
        session = require_reviewable(tx, actor, session_id)
        latest = latest_result(tx, session.session_id)
        result = latest.result if latest else None
        current = tx.overrides.current(session.session_id)
        last = current.get(question_id)
        if score is not None or last is None:
            machine_score = _machine_score(session, result, question_id)
        else:
            machine_score = last.machine_score
        if (last is None or last.score is None) and score is None:
            return _overridden(tx, session)
        row = OverrideRow(
            session.session_id, question_id, (last.version if last else 0) + 1, score, reason, machine_score,
            session.result_version, reviewer_id(actor), stored_name(actor), now_ms,
        )
        tx.overrides.add(row)
        overrides = {**current, question_id: row}
        scores = {name: override.score for name, override in overrides.items() if override.score is not None}
        rules = SessionRules(service.rules.criteria, service.rules.formula)
        columns = total_columns(tx, session, stored_machine_score(session, result), rules, overrides=scores)
        if not write_totals(tx, session, columns, "recruiter", now_ms, {"by": "override"}):
            raise session_changed_problem()
        _record(tx, actor, session, row, last, columns)
        return _overridden(tx, tx.sessions.require(session.session_id))


def current_with_names(tx: Transaction, session_id: str) -> dict[str, OverrideRow]:
    """Return the overrides that count, by question, with the names of who set them."""
    names = tx.users.names()
    return {
        name: _with_current_name(row, names)
        for name, row in tx.overrides.current(session_id).items() if row.score is not None
    }


def _overridden(tx: Transaction, session: Session) -> OverriddenSession:
    history = tx.overrides.history(session.session_id)
    names = tx.users.names() if history else {}
    return OverriddenSession(session, [_with_current_name(row, names) for row in history])


def _with_current_name(row: OverrideRow, names: Mapping[str, str]) -> OverrideRow:
    return row._replace(set_by_name=names.get(row.set_by, row.set_by_name))


def _machine_score(session: Session, result: Result | None, question_id: str) -> float | None:
    if session.machine_total is None and not (session.review_reason or session.ended_review_reason):
        raise Problem(
            "INTERVIEW_NOT_SCORED", "The machine has not scored this interview yet: its transcripts may still come."
            " There is no score to override until then."
        )
    if question_id == WHOLE_INTERVIEW:
        return session.machine_total
    for question in result.question_scores if result else ():
        if question.question_id == question_id:
            return question.score
    raise Problem("QUESTION_NOT_FOUND", "The interview has no such question. Its scorecard lists the questions.")


def _record(
    tx: Transaction, actor: Actor, session: Session, row: OverrideRow, last: OverrideRow | None,
    columns: TotalColumns,
) -> None:
    action = "override.removed" if row.score is None else "override.set"
    tx.audit.append(
        actor, action, "session", session.session_id, at_ms=row.set_at, job_id=session.job_id,
        details={
            "question_id": row.question_id or None, "version": row.version,
            "score_before": last.score if last else None, "score": row.score, "machine_score": row.machine_score,
            "result_version": row.result_version, **totals_before_and_after(session, columns),
        },
    )
