"""Keeps the numbers of an interview together: the machine's total, what people make of it, and the one that ranks.

Whoever changes one of them takes all columns from `total_columns` and writes them in one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ...errors import Problem
from ...store.ports import Transaction
from ...store.session import Session
from ..plans.session_rules import SessionRules
from ..results import QuestionScore, Result
from ..rules import ScoringRules, current_scoring_versions
from ..sessions.states import Status, transition
from .totals import HUMAN, MACHINE, OVERRIDE, HumanScore, decide_total, override_total

#: The id of an override of the whole interview.
WHOLE_INTERVIEW = ""
#: No plan has so many versions.
_MAX_PLAN_VERSIONS = 1_000_000


@dataclass(frozen=True)
class MachineOutcome:
    """What the machine made of an interview: its total, or why it needs review; neither while it has not scored it."""

    total: float | None
    recommendation: str | None
    review_reason: str | None
    questions: Sequence[QuestionScore]
    plan_version: int | None


def outcome_of(result: Result, review_reason: str | None) -> MachineOutcome:
    """Return what the machine makes of an interview now."""
    return MachineOutcome(
        result.total_score, result.pass_recommendation, review_reason, result.question_scores, result.plan_version
    )


def known_outcome(session: Session, result: Result | None) -> MachineOutcome:
    """Return what the machine made of a session, of whose results `result` is the latest."""
    return MachineOutcome(
        session.machine_total,
        result.pass_recommendation if result else None,
        session.review_reason or session.ended_review_reason,
        result.question_scores if result else (),
        session.scored_plan_version or session.plan_version,
    )


def stored_human_score(session: Session) -> HumanScore:
    """Return the mean of the submitted reviews as it was last computed."""
    return HumanScore(session.human_total, session.human_reviews, session.human_spread)


def total_columns(
    tx: Transaction, session: Session, machine: MachineOutcome, rules: SessionRules, *,
    human: HumanScore | None = None, overrides: Mapping[str, float] | None = None, ranked_by: str | None = None,
) -> dict[str, Any]:
    """Return every column of a session that depends on whose total ranks it.

    `human`, `overrides` (scores by question) and `ranked_by` (of the job) are as they are stored unless given. A need
    for review that a person has ended stays ended, even if the machine comes to a total later; its reason is kept for
    the time when the person's number is taken back.
    """
    if human is None:
        human = stored_human_score(session)
    if overrides is None:
        overrides = current_overrides(tx, session.session_id) if session.overrides else {}
    if ranked_by is None:
        ranked_by = tx.job_settings.get(session.job_id).ranked_by if human.total is not None else MACHINE
    rules.load(tx, [session])
    _, formula = rules.of(rules.plan_versions_of(session))
    by_question = {name: score for name, score in overrides.items() if name != WHOLE_INTERVIEW}
    override = override_total(overrides.get(WHOLE_INTERVIEW), by_question, machine.questions, formula)
    left_to_people = machine.total is None and machine.review_reason is not None
    was_ended = session.ended_review_reason is not None
    total, source = decide_total(
        machine.total, override, human.total, ranked_by, needs_review=left_to_people or was_ended
    )
    by_person = source in (OVERRIDE, HUMAN)
    reason = machine.review_reason or session.ended_review_reason
    columns: dict[str, Any] = {
        "total_score": total,
        "total_source": source,
        "machine_total": machine.total,
        "override_total": override,
        "overrides": len(overrides),
        "human_total": human.total,
        "human_reviews": human.reviews,
        "human_spread": human.spread,
        "pass_recommendation": formula.recommendation(total) if by_person else machine.recommendation,
        "review_reason": reason if left_to_people and total is None else None,
        "ended_review_reason": reason if by_person and (left_to_people or was_ended) else None,
    }
    if by_person and machine.plan_version is not None:
        columns["ranking_group"] = ranking_group(tx, session, machine.plan_version)
    return columns


def current_overrides(tx: Transaction, session_id: str) -> dict[str, float]:
    """Return the scores that people put in place of the machine's, by question."""
    return {name: row.score for name, row in tx.overrides.current(session_id).items() if row.score is not None}


def ranking_group(tx: Transaction, session: Session, plan_version: int) -> int:
    """Return a number that sessions share if they were asked the same questions and scored by the same version of the
    plan; a later version has a higher one."""
    first_asked = tx.plans.first_version_asked_in(session.job_id, session.position_id) or 0
    return plan_version * _MAX_PLAN_VERSIONS + first_asked


def write_totals(
    tx: Transaction, session: Session, columns: Mapping[str, Any], source: str, now_ms: int, details: Mapping[str, Any]
) -> bool:
    """Write the columns of a session, whose status follows its total, and add an event if the total changed.

    Returns False if another writer changed the session meanwhile.
    """
    total = columns["total_score"]
    status = session.status
    if total is not None:
        status = Status.SCORED
    elif session.status == Status.SCORED:
        status = Status.COMPLETED
    details = {
        "total_score_before": session.total_score, "total_score": total,
        "total_source_before": session.total_source, "total_source": columns["total_source"], **details,
    }
    if status != session.status:
        event = "scored" if status is Status.SCORED else "needs_review"
        changes = {**columns, "scored_at": now_ms if status is Status.SCORED else None}
        return transition(tx, session, status, event, source, now_ms, details, **changes)
    if not tx.sessions.update_if(session.session_id, {"status": session.status}, updated_at=now_ms, **columns):
        return False
    if (total, columns["total_source"]) != (session.total_score, session.total_source):
        tx.events.add(session.session_id, "total_changed", source, now_ms, **details)
    return True


def session_changed() -> Problem:
    """Return the problem of a session that another writer changed in the same moment."""
    return Problem(
        "STORE_UNAVAILABLE", "The interview changed in the same moment. Nothing was changed; try again.",
        headers={"Retry-After": "1"},
    )


def rated_by_people(rules: ScoringRules) -> Result:
    """Return the result of an interview that the machine could not read: nothing is scored in it."""
    return Result(
        technical_score=None, soft_skills_score=None, culture_fit_score=None, total_score=None, score_confidence=None,
        pass_recommendation=None, **asdict(current_scoring_versions(rules.criteria, rules.formula)),
        total_questions=0, scored_questions=0, missing_transcriptions=0, question_scores=(), summary="",
    )
