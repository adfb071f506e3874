"""Keeps the totals of an interview together: those of the machine, the judge and people, and the one that ranks.

Whoever changes one of them takes all columns from `total_columns` and writes them in one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NotRequired, TypedDict

from ...criteria.formula import Formula
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.event_records import EventCause
from ...store.ports import Transaction
from ...store.session import Session
from ..plans.session_rules import SessionRules
from ..results import QuestionScore, Result, latest_result
from ..scoring_rules import ScoringRules, current_scoring_versions
from ..sessions.status import Status, transition
from .totals import (
    HUMAN,
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
    scored_plan_version: int | None


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
        session.scored_plan_version or session.invited_plan_version,
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


class TotalColumns(TypedDict):
    """Every column of a session that depends on whose total ranks it."""

    total_score: float | None
    total_source: str | None
    machine_total: float | None
    override_total: float | None
    overrides: int
    human_total: float | None
    human_reviews: int
    human_spread: float | None
    judge_total: float | None
    judge_spread: float | None
    pass_recommendation: str | None
    review_reason: str | None
    ended_review_reason: str | None
    #: Written with a person's total only; with the machine's, its result brings the number.
    question_set: NotRequired[int]


@dataclass(frozen=True)
class _Totals:
    """The totals of an interview, and by which of them and which formula it is ranked."""

    machine: MachineScore
    human: HumanScore
    judge: JudgeScore
    override: float | None
    overrides: int
    ranked_by: str
    formula: Formula


@dataclass(frozen=True)
class _ReviewState:
    """Whether an interview needs a person, and why.

    `needs_person`: the machine has no total. `is_disputed`: the totals differ too much, and nobody has settled it yet.
    `was_settled`: a person has given a number where one was needed; a later total of the machine does not change that.
    """

    reason: str | None
    needs_person: bool
    is_disputed: bool
    was_settled: bool


def total_columns(
    tx: Transaction, session: Session, machine: MachineScore, rules: SessionRules, *,
    human: HumanScore | None = None, overrides: Mapping[str, float] | None = None, ranked_by: str | None = None,
    judge: JudgeScore | None = None,
) -> TotalColumns:
    """Return every column of a session that depends on whose total ranks it.

    `human`, `overrides` (scores by question), `ranked_by` (of the job) and `judge` are as they are stored unless given.
    A need for review that a person has settled stays settled, even if the machine comes to a total later; its reason is
    kept for the time when the person's number is taken back.
    """
    totals = _read_totals(tx, session, machine, rules, human, overrides, ranked_by, judge)
    review = _review_state(session, totals, changed_by_person=human is not None or overrides is not None)
    needed_person = review.needs_person or review.was_settled
    total, total_source = decide_total(
        machine.total, totals.override, totals.human.total, totals.ranked_by, judge=totals.judge.total,
        disputed=review.is_disputed, needs_review=needed_person,
    )
    by_person = total_source in (OVERRIDE, HUMAN)
    needs_review = review.is_disputed or (review.needs_person and total is None)
    columns: TotalColumns = {
        "total_score": total,
        "total_source": total_source,
        "machine_total": machine.total,
        "override_total": totals.override,
        "overrides": totals.overrides,
        "human_total": totals.human.total,
        "human_reviews": totals.human.reviews,
        "human_spread": totals.human.spread,
        "judge_total": totals.judge.total,
        "judge_spread": totals.judge.spread,
        "pass_recommendation": (
            machine.recommendation if total_source == MACHINE else totals.formula.recommendation(total)
        ),
        "review_reason": review.reason if needs_review else None,
        "ended_review_reason": review.reason if by_person and needed_person else None,
    }
    if by_person and machine.scored_plan_version is not None:
        columns["question_set"] = question_set_number(tx, session, machine.scored_plan_version)
    return columns


def _read_totals(
    tx: Transaction, session: Session, machine: MachineScore, rules: SessionRules, human: HumanScore | None,
    overrides: Mapping[str, float] | None, ranked_by: str | None, judge: JudgeScore | None,
) -> _Totals:
    """Return the totals of a session; what is None is read."""
    human, judge = human or stored_human_score(session), judge or stored_judge_score(session)
    if overrides is None:
        overrides = current_overrides(tx, session.session_id) if session.overrides else {}
    if ranked_by is None:
        has_choice = human.total is not None or judge.total is not None
        ranked_by = tx.job_settings.get(session.job_id).ranked_by if has_choice else MACHINE
    rules.load(tx, [session])
    _, formula = rules.for_versions(rules.plan_versions_of(session))
    by_question = {name: score for name, score in overrides.items() if name != WHOLE_INTERVIEW}
    override = override_total(overrides.get(WHOLE_INTERVIEW), by_question, machine.questions, formula)
    return _Totals(machine, human, judge, override, len(overrides), ranked_by, formula)


def _review_state(session: Session, totals: _Totals, *, changed_by_person: bool) -> _ReviewState:
    """Return whether a session needs a person; `changed_by_person`: what has changed is a person's number."""
    machine, human, judge = totals.machine, totals.human, totals.judge
    dispute_reason = None
    if machine.total is not None and judge.total is not None:
        dispute_reason = disagreement(machine.total, judge.total, human.total)
    review_was_settled = session.ended_review_reason is not None
    settles_dispute = (totals.override is not None or human.total is not None) and (
        review_was_settled or (changed_by_person and has_open_dispute(session))
    )
    # A person's number that ranks, or a decision, has settled it already.
    is_decided = (
        totals.override is not None or session.decision is not None
        or (totals.ranked_by == HUMAN and human.total is not None)
    )
    return _ReviewState(
        reason=dispute_reason or machine.review_reason or session.ended_review_reason,
        needs_person=machine.total is None and machine.review_reason is not None,
        is_disputed=dispute_reason is not None and not settles_dispute and not is_decided,
        was_settled=review_was_settled or settles_dispute,
    )


def current_overrides(tx: Transaction, session_id: str) -> dict[str, float]:
    """Return the scores that people put in place of the machine's, by question."""
    return {name: row.score for name, row in tx.overrides.current(session_id).items() if row.score is not None}


def question_set_number(tx: Transaction, session: Session, scored_plan_version: int) -> int:
    """Return a number that sessions share if they were asked the same questions and scored by the same version of the
    plan; a later version has a higher one."""
    first_asked = tx.plans.first_version_asked_in(session.job_id, session.position_id) or 0
    return scored_plan_version * _MAX_PLAN_VERSIONS + first_asked


def write_totals(
    tx: Transaction, session: Session, columns: Mapping[str, Any], caused_by: EventCause, now_ms: int,
    details: Mapping[str, Any],
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
        return transition(tx, session, status, event, caused_by, now_ms, details, **changes)
    if not tx.sessions.update_if(session.session_id, {"status": session.status}, updated_at=now_ms, **columns):
        return False
    if (total, columns["total_source"]) != (session.total_score, session.total_source):
        tx.events.add(session.session_id, "total_changed", caused_by, now_ms, **details)
    return True


def update_total_after_decision(
    tx: Transaction, session_id: str, rules: ScoringRules, now_ms: int, details: Mapping[str, Any]
) -> None:
    """Update the total that ranks a session, because a decision about the candidate was made or undone."""
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
