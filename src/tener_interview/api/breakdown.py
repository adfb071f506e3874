"""How a total adds up, as JSON: competencies, their answers, and the points to the next recommendation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict

from ..domain.breakdowns import Breakdown, CompetencyTerm, Term
from ..plans.plan import Competency
from .shapes import Recommendation, Score


class TermJson(TypedDict):
    """A part of a sum: `share` (0..1) times `score` is `points`. Without a score it gives none, and the others share
    its weight."""

    score: Score | None
    share: float
    points: Annotated[float, "Rounded so that all add up to the score that they are parts of."]


class AnswerTermJson(TermJson):
    """The part of an answer in the score of its competency."""

    place: Annotated[int, "In `question_scores`, from 0."]


class CompetencyTermJson(TermJson):
    """The part of a competency, or of a dimension without a plan, in the total."""

    id: str
    name: str
    answers: list[AnswerTermJson]


class NextRecommendationJson(TypedDict):
    """The recommendation above the one reached."""

    recommendation: Recommendation
    minimum: Annotated[float, "The lowest total for it."]
    points_missing: float


class ScoreBreakdownJson(TypedDict):
    """How the total adds up: from the machine's scores, with people's overrides in their place where these rank."""

    total: Annotated[Score | None, "The sum of the parts. Excludes an override of the whole interview."]
    competencies: Annotated[
        list[CompetencyTermJson] | None, "Null without a total, and if the weights of then are not known."
    ]
    next_recommendation: Annotated[
        NextRecommendationJson | None, "The next higher one; null for the highest, and without a total."
    ]


def breakdown_json(breakdown: Breakdown, competencies: Sequence[Competency]) -> ScoreBreakdownJson:
    """Return a breakdown with the names of its competencies."""
    names = {competency.id: competency.name for competency in competencies}
    above = breakdown.higher_recommendation
    return {
        "total": breakdown.total,
        "competencies": None if breakdown.terms is None
        else [_competency_json(term, names) for term in breakdown.terms],
        "next_recommendation": None if above is None else {
            "recommendation": above.recommendation, "minimum": above.minimum, "points_missing": above.points_missing,
        },
    }


def _competency_json(competency: CompetencyTerm, names: Mapping[str, str]) -> CompetencyTermJson:
    return {
        "id": competency.id,
        "name": names.get(competency.id, competency.id),
        **_term_json(competency.term),
        "answers": [{"place": answer.question_index, **_term_json(answer.term)} for answer in competency.answers],
    }


def _term_json(term: Term) -> TermJson:
    return {"score": term.score, "share": round(term.share, 4), "points": term.points}
