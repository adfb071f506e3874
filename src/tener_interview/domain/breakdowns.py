"""Breakdowns of sessions: which scores the total of a scorecard is made of, the machine's or those of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..criteria.formula import Formula
from ..lazy_dataclass import dataclass
from ..plans.plan import Plan
from ..plans.plan_scoring import plan_formula
from ..scorecards.breakdown import CompetencyTerm as CompetencyTerm
from ..scorecards.breakdown import NextRecommendation as NextRecommendation
from ..scorecards.breakdown import Term as Term
from ..scorecards.breakdown import break_down, higher_recommendation
from ..scorecards.interview import mean_by_competency
from ..store.ports import Transaction
from ..store.records import LeaderboardRow
from ..store.session import Session
from .headlines import total_uses_answer_overrides, with_overrides
from .plans.competencies import find_plan_version
from .results import Result, latest_results
from .reviews.session_totals import current_overrides
from .scoring_rules import ScoringRules

#: The scores by competency that make a total, by session.
CountedScores = Mapping[str, dict[str, float | None]]


@dataclass(frozen=True)
class Breakdown:
    """The `terms` that add up to `total`; None if unknown. `higher_recommendation` is above the total that ranks."""

    total: float | None
    terms: tuple[CompetencyTerm, ...] | None
    higher_recommendation: NextRecommendation | None


def formula_of(rules: ScoringRules, plan: Plan | None, result: Result) -> Formula:
    """Return the formula of a result: that of its version of the plan, or without one the formula in force."""
    if plan is None or result.plan_version is None:
        return rules.formula
    return plan_formula(plan, result.plan_version)


def result_breakdown(result: Result, formula: Formula) -> Breakdown:
    """Return the breakdown of a result by itself, as of an earlier one."""
    total = result.total_score
    return Breakdown(total, break_down(result.question_scores, formula, total), higher_recommendation(total, formula))


def session_breakdown(
    session: Session, result: Result, formula: Formula, overrides: Mapping[str, float]
) -> Breakdown:
    """Return the breakdown of a session's latest result, with the answers that people gave another score, if these
    rank."""
    questions, total = list(result.question_scores), result.total_score
    if total_uses_answer_overrides(session, overrides):
        questions, total = with_overrides(questions, overrides), session.total_score
    return Breakdown(total, break_down(questions, formula, total), higher_recommendation(session.total_score, formula))


def counted_competency_scores(
    rules: ScoringRules, tx: Transaction, job_id: int, rows: Sequence[LeaderboardRow]
) -> CountedScores:
    """Return the scores by competency of those totals in which people's scores of answers count, with these scores.

    A session whose total they do not make is left out: a person set that, or another formula made it.
    """
    overrides = {row.session_id: current_overrides(tx, row.session_id) for row in rows if row.overrides}
    changed = {
        row.session_id: row for row in rows
        if row.overrides and total_uses_answer_overrides(row, overrides[row.session_id])
    }
    results = latest_results(tx, list(changed)) if changed else {}
    plans = {version: find_plan_version(tx, job_id, version) for version in {
        result.plan_version for result in results.values()
    }}
    counted = {}
    for session_id, result in results.items():
        formula = formula_of(rules, plans[result.plan_version], result)
        scores = mean_by_competency(with_overrides(result.question_scores, overrides[session_id]), formula)
        if formula.total(scores) == changed[session_id].total_score:
            counted[session_id] = scores
    return counted
