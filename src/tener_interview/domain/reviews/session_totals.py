"""Keeps the totals of an interview together: those of the machine, the judge and people, and the one that ranks.

Whoever changes one of them takes all columns from `total_columns` and writes them in one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.session import Session
from ..plans.session_rules import SessionRules
from ..results import QuestionScore, Result, latest_result
from ..rules import ScoringRules, current_scoring_versions
from ..sessions.states import Status, transition
from .totals import (
    HUMAN,
    JUDGE,
    MACHINE,
    OVERRIDE,
    HumanScore,
    JudgeScore,
    decide_total,
    disagreement,
    override_total,
)

#: The id of an override of the whole interview.
WHOLE_INTERVIEW = ""
#: No plan has so many versions.
_MAX_PLAN_VERSIONS = 1_000_000


@dataclass(frozen=True)
class MachineScore:
    """What the machine made of an interview: its total, or why it needs review; neither while it has not scored it."""

    total: float | None
    recommendation: str | None
    review_reason: str | None
    questions: Sequence[QuestionScore]
    plan_version: int | None


def machine_score_of(result: Result, review_reason: str | None) -> MachineScore:
    """Return what the machine makes of an interview now."""
    return MachineScore(
        result.total_score, result.pass_recommendation, review_reason, result.question_scores, result.plan_version
    )


def stored_machine_score(session: Session, result: Result | None) -> MachineScore:
    """Return what the machine made of a session, of whose results `result` is the latest."""
    return MachineScore(
        session.machine_total,
        result.pass_recommendation if result else None,
        session.review_reason or session.ended_review_reason,
        result.question_scores if result else (),
        session.scored_plan_version or session.plan_version,
    )


def stored_human_score(session: Session) -> HumanScore:
    """Return the mean of the submitted reviews as it was last computed."""
    return HumanScore(session.human_total, session.human_reviews, session.human_spread)


def stored_judge_score(session: Session) -> JudgeScore:
    """Return what the judge made of the result that counts."""
    return JudgeScore(session.judge_total, session.judge_spread)


def has_open_dispute(session: Session) -> bool:
    """Return whether an interview waits for a person because its totals differ, although the machine has scored it."""
    return session.review_reason is not None and session.machine_total is not None


def total_columns(
    tx: Transaction, session: Session, machine: MachineScore, rules: SessionRules, *,
    human: HumanScore | None = None, overrides: Mapping[str, float] | None = None, ranked_by: str | None = None,
    judge: JudgeScore | None = None,
) -> dict[str, Any]:
    """Return every column of a session that depends on whose total ranks it.

    `human`, `overrides` (scores by question), `ranked_by` (of the job) and `judge` are as they are stored unless given.
    A need for review that a person has ended stays ended, even if the machine comes to a total later; its reason is
    kept for the time when the person's number is taken back.
    """
    by_person_now = human is not None or overrides is not None
    if human is None:
        human = stored_human_score(session)
    if judge is None:
        judge = stored_judge_score(session)
    if overrides is None:
        overrides = current_overrides(tx, session.session_id) if session.overrides else {}
    if ranked_by is None:
        has_choice = human.total is not None or judge.total is not None
        ranked_by = tx.job_settings.get(session.job_id).ranked_by if has_choice else MACHINE
    rules.load(tx, [session])
    _, formula = rules.for_versions(rules.plan_versions_of(session))
    by_question = {name: score for name, score in overrides.items() if name != WHOLE_INTERVIEW}
    override = override_total(overrides.get(WHOLE_INTERVIEW), by_question, machine.questions, formula)
    left_to_people = machine.total is None and machine.review_reason is not None
    was_ended = session.ended_review_reason is not None
    dispute = None
    if machine.total is not None and judge.total is not None:
        dispute = disagreement(machine.total, judge.total, human.total)
    ends_dispute = (override is not None or human.total is not None) and (
        was_ended or (by_person_now and has_open_dispute(session))
    )
    # A person's number that ranks, or a decision, has settled it already.
    settled = override is not None or session.decision is not None or (ranked_by == HUMAN and human.total is not None)
    disputed = dispute is not None and not ends_dispute and not settled
    total, source = decide_total(
        machine.total, override, human.total, ranked_by, judge=judge.total, disputed=disputed,
        needs_review=left_to_people or was_ended or ends_dispute,
    )
    by_person = source in (OVERRIDE, HUMAN)
    reason = dispute or machine.review_reason or session.ended_review_reason
    columns: dict[str, Any] = {
        "total_score": total,
        "total_source": source,
        "machine_total": machine.total,
        "override_total": override,
        "overrides": len(overrides),
        "human_total": human.total,
        "human_reviews": human.reviews,
        "human_spread": human.spread,
        "judge_total": judge.total,
        "judge_spread": judge.spread,
        "pass_recommendation": formula.recommendation(total) if by_person or source in (JUDGE, None)
        else machine.recommendation,
        "review_reason": reason if disputed or (left_to_people and total is None) else None,
        "ended_review_reason": reason if by_person and (left_to_people or was_ended or ends_dispute) else None,
    }
    if by_person and machine.plan_version is not None:
        columns["question_set"] = question_set_number(tx, session, machine.plan_version)
    return columns


def current_overrides(tx: Transaction, session_id: str) -> dict[str, float]:
    """Return the scores that people put in place of the machine's, by question."""
    return {name: row.score for name, row in tx.overrides.current(session_id).items() if row.score is not None}


def question_set_number(tx: Transaction, session: Session, plan_version: int) -> int:
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


def update_total_after_decision(
    tx: Transaction, session_id: str, rules: ScoringRules, now_ms: int, details: Mapping[str, Any]
) -> None:
    """Decide anew which number ranks a session, because a person has decided about the candidate, or undone it."""
    session, latest = tx.sessions.require(session_id), latest_result(tx, session_id)
    outcome = stored_machine_score(session, latest.result if latest else None)
    columns = total_columns(tx, session, outcome, SessionRules(rules.criteria, rules.formula))
    if columns["total_score"] == session.total_score and columns["review_reason"] == session.review_reason:
        return
    if not write_totals(tx, session, columns, "recruiter", now_ms, details):
        raise session_changed_problem()


def session_changed_problem() -> Problem:
    """Return the problem of a session that another writer changed in the same moment."""
    return Problem(
        "STORE_UNAVAILABLE", "The interview changed in the same moment. Nothing was changed; try again.",
        headers={"Retry-After": "1"},
    )


def empty_result(rules: ScoringRules) -> Result:
    """Return the result of an interview that the machine could not read: nothing is scored in it."""
    return Result(
        technical_score=None, soft_skills_score=None, culture_fit_score=None, total_score=None, score_confidence=None,
        pass_recommendation=None, **asdict(current_scoring_versions(rules.criteria, rules.formula)),
        total_questions=0, scored_questions=0, missing_transcriptions=0, question_scores=(), summary="",
    )
