"""How a plan is scored: its questions, competencies and bands as criteria and a formula."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from ..criteria.criteria import Criteria, ExpectedContent, Rule
from ..criteria.dimension import infer_dimension
from ..criteria.formula import RENORMALIZE, Formula
from ..languages.folding import fold
from ..lazy_dataclass import dataclass
from .plan import Competency, Plan, PlanQuestion, plan_hash


@dataclass(frozen=True)
class PlanCriteria(Criteria):
    """The criteria of an interview whose questions are known: those of one version of a plan, in their order.

    With `scored_by`, another version says what a good answer is to the questions that both have.
    """

    asked: tuple[PlanQuestion, ...] = ()
    scored_by: int = 0

    @property
    def plan_version(self) -> int | None:
        return self.scored_by

    def rules_for(self, questions: Sequence[tuple[str, str]]) -> list[Rule]:
        """The rule of each question, found by its id, by its title, or by its place in an interview of this length.

        Somebody may have changed a position at the provider: to any other question the fallback applies.
        """
        places: dict[int, int] = {}
        by_id = {question.id: place for place, question in enumerate(self.asked)}
        by_title = {_key(question.title): place for place, question in enumerate(self.asked)}
        for index, (question_id, title) in enumerate(questions):
            place = by_id.get(question_id, by_title.get(_key(title)))
            if place is not None and place not in places.values():
                places[index] = place
        if len(questions) == len(self.asked):
            free = set(range(len(self.asked))) - set(places.values())
            places |= {index: index for index in range(len(questions)) if index not in places and index in free}
        return [
            self.question_rules[places[index]] if index in places else self.rule_for(title)
            for index, (_, title) in enumerate(questions)
        ]

    def rule_for(self, title: str) -> Rule:
        """The rule of a question that the plan does not have: whatever it shows counts for the fitting competency."""
        dimension = infer_dimension(title)
        fitting = (rule.competency for rule in self.question_rules if rule.dimension == dimension)
        competency = next(fitting, self.question_rules[0].competency if self.question_rules else None)
        return replace(self.fallback, dimension=dimension, competency=competency)


def plan_criteria(asked: Plan, scoring: Plan, version: int, base: Criteria) -> PlanCriteria:
    """The criteria of interviews with the questions of one version, scored by what another (or the same) says of them.

    `version` is the number of the scoring one. What is pointed out in any answer comes from the `base`.
    """
    disallowed = base.fallback.disallowed
    rules = tuple(
        rule_of(scoring.question(question.id) or question, scoring, disallowed) for question in asked.questions
    )
    patterns = "\n".join(pattern.pattern for pattern in disallowed)
    content = f"{plan_hash(asked)} {plan_hash(scoring)} {patterns}"
    return PlanCriteria(
        version=f"plan {version}",
        question_rules=rules,
        fallback=replace(base.fallback, declared_language=scoring.language),
        content_hash=hashlib.sha256(content.encode()).hexdigest()[:16],
        asked=asked.questions,
        scored_by=version,
    )


def plan_formula(plan: Plan, version: int) -> Formula:
    """How a plan's competencies become dimensions, a total and a recommendation. One without a question has no part in
    it."""
    used = {question.competency for question in plan.questions}
    competencies = [competency for competency in plan.competencies if competency.id in used]
    return Formula(
        version=f"plan {version}",
        weights={competency.id: competency.weight for competency in competencies},
        missing_dimensions_strategy=RENORMALIZE,
        recommendation_thresholds=vars(plan.bands),
        content_hash=plan_hash(plan),
        dimension_of_competency={competency.id: competency.dimension for competency in competencies},
    )


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
        declared_language=question.language or plan.language,
        competency=question.competency,
        weight=question.weight,
        dealbreaker=question.dealbreaker,
    )


def competency_for(title: str, competencies: Sequence[Competency]) -> str:
    """The id of the competency that a question with this title is about, by its words; empty where there is none."""
    dimension = infer_dimension(title)
    fitting = (competency.id for competency in competencies if dimension in (competency.id, competency.dimension))
    return next(fitting, competencies[0].id if competencies else "")


def _key(title: str) -> str:
    return " ".join(fold(title).split())
