"""Decide about candidates, and undo it. Only a person decides: the service itself, the main system and other programs
are refused here, whichever way they come. Every step stays in the history.

A decision is about a candidate for a job, so it belongs to the candidate's current session.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...actor import Actor
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.audit_chain import FreeText
from ...store.decision_records import DecisionRow
from ...store.ports import Transaction
from ...store.session import Session, Status
from ..human_only import require_person
from ..provider_updates.queueing import queue_decision
from ..reviews.reviewing import stored_name
from ..reviews.session_totals import update_total_after_decision
from ..scoring_rules import ScoringRules
from ..service import Service, require_session
from .reasons import find_reason

#: While the candidate can still answer, nothing is decided but that the candidate withdrew.
STILL_ANSWERING = frozenset({Status.CREATED, Status.INVITED, Status.IN_PROGRESS})
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class DecisionChoice:
    """What to decide, and why. `decision` is one of `DECISIONS`, or None to undo the one that counts."""

    decision: str | None
    reason_id: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class DecisionChange:
    """What a choice does to a session: `after` is what it adds to the history, None if it changes nothing."""

    session: Session
    #: The decision that counted before; None without one.
    before: DecisionRow | None
    after: DecisionRow | None
    #: The decision that counts afterwards.
    counts: DecisionRow | None


def decide(
    service: Service, actor: Actor, session_id: str, choice: DecisionChoice, if_revision: int | None = None
) -> tuple[Session, DecisionChange]:
    """Decide about a session, or undo the decision that counts. The same choice again changes nothing.

    Raises `FORBIDDEN` unless a person asks, `INTERVIEW_SESSION_NOT_FOUND`, `CANDIDATE_ERASED`,
    `INTERVIEW_SESSION_REPLACED`, `INTERVIEW_STILL_OPEN`, `VALIDATION_FAILED` for a wrong reason, and `DECISION_CHANGED`
    if the decision no longer has the revision.
    """
    require_person(actor)
    with service.store.write() as tx:
        session = require_session(tx, session_id)
        change = prepare_change(tx, actor, session, choice, if_revision, service.clock.now_ms())
        apply_change(tx, actor, change, service.rules)
        return tx.sessions.require(session.session_id), change


def history(tx: Transaction, session_id: str) -> list[DecisionRow]:
    """Return what was decided and undone, oldest first."""
    return tx.decisions.of_session(session_id)


def history_with_names(tx: Transaction, session_id: str) -> list[DecisionRow]:
    """Return the history with the names that users have now; that of a removed user is gone."""
    names = tx.users.names()
    return [
        step._replace(actor_name=names.get(step.actor_id or "", step.actor_name)) for step in history(tx, session_id)
    ]


def effective_decision(steps: Sequence[DecisionRow]) -> DecisionRow | None:
    """Return the decision that counts: the last one that was not undone."""
    undone = {step.undoes for step in steps}
    made = [step for step in steps if step.undoes is None and step.revision not in undone]
    return made[-1] if made else None


def prepare_change(
    tx: Transaction, actor: Actor, session: Session, choice: DecisionChoice, if_revision: int | None, now_ms: int
) -> DecisionChange:
    """Return what a choice would do to a session. Raises what `decide` raises; changes nothing."""
    _require_decidable(tx, session, choice)
    steps = history(tx, session.session_id)
    before = effective_decision(steps)
    if _is_repeated(steps, before, choice, if_revision):
        return DecisionChange(session, before, None, before)
    if if_revision not in (None, session.decision_revision):
        raise _decision_changed_problem(tx, session)
    revision = session.decision_revision + 1
    by = (now_ms, actor.kind.value, actor.id, stored_name(actor))
    if choice.decision is None:
        if before is None:
            return DecisionChange(session, None, None, None)
        counts = effective_decision([step for step in steps if step.revision != before.revision])
        restored = counts.decision if counts else None
        undoing = DecisionRow(session.session_id, revision, restored, before.revision, None, None, choice.note, *by)
        return DecisionChange(session, before, undoing, counts)
    reason = find_reason(tx, choice.decision, choice.reason_id)
    made = DecisionRow(
        session.session_id, revision, choice.decision, None, choice.reason_id, reason.label if reason else None,
        choice.note, *by,
    )
    return DecisionChange(session, before, made, made)


def apply_change(tx: Transaction, actor: Actor, change: DecisionChange, rules: ScoringRules) -> None:
    """Store a change in the transaction that has planned it. It settles totals that differ too much.

    Raises `DECISION_CHANGED` if the session changed since.
    """
    session, step, counts = change.session, change.after, change.counts
    if step is None:
        return
    require_person(actor)
    is_stored = tx.sessions.update_if(
        session.session_id, {"decision_revision": session.decision_revision, "erased_at": None, "is_current": True},
        decision=counts.decision if counts else None, decided_at=counts.decided_at if counts else None,
        decision_revision=step.revision, updated_at=step.decided_at,
    )
    if not is_stored:
        raise _decision_changed_problem(tx, session)
    tx.decisions.add(step)
    if session.judge_total is not None:
        update_total_after_decision(tx, session.session_id, rules, step.decided_at, {"by": "decision"})
    before = change.before.decision if change.before else None
    queue_decision(tx, session, step.revision, before, step.decided_at)
    undone = step.undoes is not None
    tx.events.add(
        session.session_id, "decision_undone" if undone else "decided", "recruiter", step.decided_at,
        decision=step.decision, before=before,
    )
    details = {
        "before": before, "after": step.decision, "revision": step.revision, "undoes": step.undoes,
        "reason_id": step.reason_id, "note": FreeText(step.note) if step.note else None,
    }
    tx.audit.append(
        actor, "decision.undone" if undone else "decision.made", "session", session.session_id, at_ms=step.decided_at,
        job_id=session.job_id, details={name: value for name, value in details.items() if value is not None},
    )


def _require_decidable(tx: Transaction, session: Session, choice: DecisionChoice) -> None:
    """Raises `CANDIDATE_ERASED`, `INTERVIEW_SESSION_REPLACED` or `INTERVIEW_STILL_OPEN`."""
    if session.erased_at is not None:
        raise Problem("CANDIDATE_ERASED", "This candidate was erased, so there is nobody to decide about.")
    if not session.is_current:
        current = tx.sessions.current(session.job_id, session.candidate_id)
        raise Problem(
            "INTERVIEW_SESSION_REPLACED", "A later session replaced this one. Decide about that one.",
            {"session_id": current.session_id if current else None},
        )
    if choice.decision not in (None, WITHDRAWN) and session.current_status in STILL_ANSWERING:
        raise Problem(
            "INTERVIEW_STILL_OPEN",
            "This candidate can still answer. Wait until the interview is finished or the link has expired, or cancel"
            " the session first; that the candidate withdrew can be recorded at any time.",
            {"status": session.current_status},
        )


def _is_repeated(
    steps: Sequence[DecisionRow], before: DecisionRow | None, choice: DecisionChoice, if_revision: int | None
) -> bool:
    """Return whether the choice is what counts already, as when a request is sent again."""
    if choice.decision is None:
        last = steps[-1] if steps else None
        return last is not None and last.undoes is not None and last.revision - 1 == if_revision
    made = (choice.decision, choice.reason_id, choice.note)
    return before is not None and made == (before.decision, before.reason_id, before.note)


def _decision_changed_problem(tx: Transaction, session: Session) -> Problem:
    steps = history_with_names(tx, session.session_id)
    last = steps[-1] if steps else None
    who = f" ({last.actor_name})" if last and last.actor_name else ""
    return Problem(
        "DECISION_CHANGED",
        f"Somebody decided about this candidate meanwhile{who}: {session.decision or 'no decision'} counts now."
        " Look again before you decide.",
        {"decision": session.decision, "decision_revision": session.decision_revision},
    )
