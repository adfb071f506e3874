"""Decide about many candidates of a job at once, or see what that would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...actor import Actor
from ...errors import BriefErrorJson, Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.session import Session
from ..human_only import require_person
from ..scoring_rules import ScoringRules
from ..service import Service
from .decisions import DecisionChoice, apply_change, prepare_change
from .reasons import find_reason

MAX_SESSIONS = 500
CHANGED, UNCHANGED, REFUSED = "changed", "unchanged", "refused"
OUTCOMES = (CHANGED, UNCHANGED, REFUSED)


@dataclass(frozen=True)
class BulkItem:
    """What became, or would become, of one session. `revision` is that of its decision as it is stored now."""

    session_id: str
    session: Session | None
    outcome: str
    before: str | None
    after: str | None
    revision: int | None
    error: BriefErrorJson | None = None


def decide_many(
    service: Service, actor: Actor, job_id: int, choice: DecisionChoice, revisions: Mapping[str, int | None], *,
    dry_run: bool,
) -> list[BulkItem]:
    """Decide about the sessions that are the keys of `revisions`, each only if its decision still has the revision.

    Those that cannot be decided are refused, each with its error; the others are changed together, or none of them if
    the process ends. `dry_run` changes nothing. Raises `FORBIDDEN` unless a person asks, and `VALIDATION_FAILED` for a
    wrong reason.
    """
    require_person(actor)
    now_ms = service.clock.now_ms()
    with service.store.read() if dry_run else service.store.write() as tx:
        if choice.decision is not None:
            find_reason(tx, choice.decision, choice.reason_id)
        if not dry_run:
            tx.locks.sessions(revisions)
        return [
            _decide_one(service.rules, tx, actor, job_id, session_id, choice, revision, now_ms, dry_run=dry_run)
            for session_id, revision in revisions.items()
        ]


def _decide_one(
    rules: ScoringRules, tx: Transaction, actor: Actor, job_id: int, session_id: str, choice: DecisionChoice,
    if_revision: int | None, now_ms: int, *, dry_run: bool,
) -> BulkItem:
    session = tx.sessions.get(session_id)
    if session is None or session.job_id != job_id:
        problem = Problem("INTERVIEW_SESSION_NOT_FOUND", "This job has no session with this id.")
        return BulkItem(session_id, None, REFUSED, None, None, None, problem.brief())
    before, revision = session.decision, session.decision_revision
    try:
        change = prepare_change(tx, actor, session, choice, if_revision, now_ms)
    except Problem as problem:
        return BulkItem(session_id, session, REFUSED, before, before, revision, problem.brief())
    after = change.counts.decision if change.counts else None
    if change.after is None:
        return BulkItem(session_id, session, UNCHANGED, before, after, revision)
    if not dry_run:
        apply_change(tx, actor, change, rules)
        revision = change.after.revision
    return BulkItem(session_id, session, CHANGED, before, after, revision)


def count_outcomes(items: Sequence[BulkItem]) -> dict[str, int]:
    """Return how many items have each outcome."""
    return {outcome: sum(item.outcome == outcome for item in items) for outcome in OUTCOMES}
