"""Rules: a plan's questions as the scorer takes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..criteria.criteria import ExpectedContent, Rule
from ..criteria.dimension import infer_dimension
from .plan import Competency, Plan, PlanQuestion


def rule_of(question: PlanQuestion, plan: Plan, disallowed: tuple[re.Pattern[str], ...] = ()) -> Rule:
    """The rule of a question of the plan. `disallowed` are patterns to point out in any answer."""
    competency = plan.competency(question.competency)
    dimension = competency.dimension if competency else None
    return Rule(
        id=question.id,
        dimension=dimension or infer_dimension(question.title),
        title_contains=(),
        expected=ExpectedContent(
            question.required_keywords, question.optional_keywords, question.key_points, question.reference_answers
        ),
        weights=None,
        disallowed=disallowed,
        declared=question.language or plan.language,
    )


def competency_for(title: str, competencies: Sequence[Competency]) -> str:
    """The id of the competency that a question with this title is about, by its words; empty where there is none."""
    dimension = infer_dimension(title)
    fitting = (competency.id for competency in competencies if dimension in (competency.id, competency.dimension))
    return next(fitting, competencies[0].id if competencies else "")
