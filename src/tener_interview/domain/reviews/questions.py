"""The questions of an interview as a reviewer rates them: what was asked and answered, and what a good answer holds."""

from __future__ import annotations

from collections.abc import Sequence

from ...criteria.criteria import Criteria, Rule
from ...criteria.formula import Formula
from ...lazy_dataclass import dataclass
from ...plans.plan import Anchors, Plan, PlanQuestion
from ...plans.plan_scoring import rule_of
from ...scorecards.result import UNANSWERED
from ...store.ports import Transaction
from ...store.session import Session
from ..plans.competencies import find_plan_version
from ..plans.defaults import default_competencies
from ..plans.session_rules import SessionRules
from ..results import QuestionScore, Result

#: What the ratings mean where nobody has said it for the question.
DEFAULT_ANCHORS = Anchors(
    weak="Hardly answers the question: general statements, or nothing that the candidate did.",
    middling="Answers the question with something the candidate did, but leaves out important points.",
    strong="Answers the whole question with a concrete story: what the candidate did, how, and what came of it.",
)


@dataclass(frozen=True)
class ReviewQuestion:
    """A question to rate. `score` of `rated_as` is not shown: it only carries what the question counts for."""

    question_id: str
    #: Its id in the plan, under which it may have been rated before the provider's id was known.
    plan_question_id: str | None
    title: str
    description: str | None
    competency_name: str
    answered: bool
    transcript: str | None
    key_points: tuple[str, ...]
    anchors: Anchors
    rated_as: QuestionScore


def review_questions(
    tx: Transaction, session: Session, result: Result | None, rules: SessionRules
) -> tuple[list[ReviewQuestion], Formula]:
    """Return the questions of an interview, and the formula that weighs them.

    Without a result they are those of the plan; without a plan nobody knows them here, and there are none.
    """
    rules.load(tx, [session])
    criteria, formula = rules.for_versions(rules.plan_versions_of(session))
    plan = find_plan_version(tx, session.job_id, criteria.plan_version)
    names = _competency_names(plan, formula)
    if result is not None:
        return [_question_of_result(question, plan, criteria, names) for question in result.question_scores], formula
    invited_plan = find_plan_version(tx, session.job_id, session.invited_plan_version)
    if invited_plan is None:
        return [], formula
    return [
        _question_of_plan(index, question, invited_plan, session, names)
        for index, question in enumerate(invited_plan.questions)
    ], formula


def _question_of_result(
    question: QuestionScore, plan: Plan | None, criteria: Criteria, names: dict[str, str]
) -> ReviewQuestion:
    planned = plan.question(question.rule_id) if plan and question.rule_id else None
    rule = next((rule for rule in criteria.question_rules if rule.id == question.rule_id and rule.id), None)
    competency = question.competency or question.dimension
    return ReviewQuestion(
        question_id=question.question_id,
        plan_question_id=planned.id if planned else None,
        title=question.title,
        description=planned.description if planned else None,
        competency_name=names.get(competency, competency),
        answered=question.status != UNANSWERED,
        transcript=question.transcript,
        key_points=_key_points(planned, rule),
        anchors=_anchors(planned),
        rated_as=question,
    )


def _question_of_plan(
    index: int, question: PlanQuestion, plan: Plan, session: Session, names: dict[str, str]
) -> ReviewQuestion:
    rule = rule_of(question, plan)
    unrated = QuestionScore(
        index, question.id, question.title, rule.dimension or "", question.id, None, UNANSWERED, (), (), {}, None,
        competency=question.competency, weight=question.weight,
    )
    return ReviewQuestion(
        question_id=question.id,
        plan_question_id=question.id,
        title=question.title,
        description=question.description,
        competency_name=names.get(question.competency, question.competency),
        # Nobody has said so; a recording of it would be an answer, and there may be others.
        answered=question.id in session.video_urls,
        transcript=None,
        key_points=_key_points(question, None),
        anchors=_anchors(question),
        rated_as=unrated,
    )


def _competency_names(plan: Plan | None, formula: Formula) -> dict[str, str]:
    competencies = plan.competencies if plan else default_competencies(formula)
    return {competency.id: competency.name for competency in competencies}


def _key_points(planned: PlanQuestion | None, rule: Rule | None) -> tuple[str, ...]:
    ways: Sequence[tuple[str, ...]] = planned.key_points if planned else rule.expected.key_points if rule else ()
    return tuple(way[0] for way in ways if way)


def _anchors(planned: PlanQuestion | None) -> Anchors:
    own = planned.anchors if planned else Anchors()
    return Anchors(
        own.weak or DEFAULT_ANCHORS.weak, own.middling or DEFAULT_ANCHORS.middling,
        own.strong or DEFAULT_ANCHORS.strong,
    )
