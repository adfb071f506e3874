"""Import a plan from a position: its questions, with what the criteria file knows of a good answer to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...criteria.criteria import Criteria
from ...errors import Problem
from ...languages.folding import UNSHOWABLE, UNSHOWABLE_EXCEPT_LINES
from ...plans.plan import (
    MAX_DESCRIPTION_CHARS,
    MAX_KEY_POINTS,
    MAX_KEYWORDS,
    MAX_NAME_CHARS,
    MAX_PHRASE_CHARS,
    MAX_QUESTIONS,
    MAX_REFERENCE_CHARS,
    MAX_REFERENCES,
    MAX_THINKING_TIME_S,
    MAX_TIME_LIMIT_S,
    MAX_TITLE_CHARS,
    MAX_WORDINGS,
    MIN_TIME_LIMIT_S,
    Competency,
    Plan,
    PlanQuestion,
    Wordings,
    question_id_of,
)
from ...plans.plan_scoring import competency_for
from ...providers.protocol import Question
from ..service import Service
from .defaults import default_bands, default_competencies


def plan_from_position(service: Service, position_id: str) -> Plan:
    """A plan with the questions of a position.

    Competencies that no question is about are left out. Raises `VALIDATION_FAILED` for a position that does not exist
    or that no plan can hold, and what the provider raises.
    """
    position = service.provider.position(position_id, timed=True)
    if position is None:
        raise _unusable_problem("is not the id of a position; GET /api/admin/positions lists them")
    if not position.questions:
        raise _unusable_problem("is a position without questions")
    if len(position.questions) > MAX_QUESTIONS:
        raise _unusable_problem(f"is a position with more than {MAX_QUESTIONS} questions")
    formula = service.rules.formula
    competencies = default_competencies(formula)
    questions = _with_own_ids([
        _question(question, service.rules.criteria, competencies) for question in position.questions
    ])
    used = {question.competency for question in questions}
    return Plan(
        name=_line(position.name)[:MAX_NAME_CHARS].strip(),
        competencies=tuple(competency for competency in competencies if competency.id in used),
        questions=questions,
        bands=default_bands(formula),
    )


def _question(question: Question, criteria: Criteria, competencies: Sequence[Competency]) -> PlanQuestion:
    title = _line(question.title)[:MAX_TITLE_CHARS].strip()
    rule = criteria.rule_for(title)
    ruled = next((competency.id for competency in competencies if competency.dimension == rule.dimension), None)
    limit_s, thinking_s = question.time_limit_s, question.thinking_time_s
    expected = rule.expected
    return PlanQuestion(
        id=question_id_of(title),
        title=title,
        competency=ruled or competency_for(title, competencies),
        description=_text(question.description or "", MAX_DESCRIPTION_CHARS) or None,
        time_limit_s=180 if limit_s is None else min(max(limit_s, MIN_TIME_LIMIT_S), MAX_TIME_LIMIT_S),
        thinking_time_s=None if thinking_s is None else min(thinking_s, MAX_THINKING_TIME_S),
        key_points=_limit_wordings(expected.key_points, MAX_KEY_POINTS),
        required_keywords=_limit_wordings(expected.required, MAX_KEYWORDS),
        optional_keywords=_limit_wordings(expected.optional, MAX_KEYWORDS),
        reference_answers=tuple(_text(text, MAX_REFERENCE_CHARS) for text in expected.references[:MAX_REFERENCES]),
    )


def _limit_wordings(things: Sequence[Wordings], most: int) -> tuple[Wordings, ...]:
    """Of what the criteria look for, as much as a plan has room for."""
    return tuple(
        tuple(_text(wording, MAX_PHRASE_CHARS) for wording in wordings[:MAX_WORDINGS]) for wordings in things[:most]
    )


def _line(text: str) -> str:
    return " ".join(UNSHOWABLE.sub(" ", text).split())


def _text(text: str, most: int) -> str:
    return UNSHOWABLE_EXCEPT_LINES.sub(" ", text).strip()[:most].strip()


def _with_own_ids(questions: Sequence[PlanQuestion]) -> tuple[PlanQuestion, ...]:
    """The questions; one that has the same title as an earlier one gets another id."""
    ids: list[str] = []
    for question in questions:
        same = sum(used_id == question.id or used_id.startswith(f"{question.id}-") for used_id in ids)
        ids.append(f"{question.id}-{same + 1}" if same else question.id)
    return tuple(replace(question, id=own) for question, own in zip(questions, ids, strict=True))


def _unusable_problem(fault: str) -> Problem:
    return Problem("VALIDATION_FAILED", f"position_id {fault}.", {"fields": {"position_id": fault}})
