"""Compare candidates of a job question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypedDict

from ..domain.leaderboard.board_plan import competencies_of
from ..domain.leaderboard.comparison import ComparedCandidate, ComparedQuestion, align_by_question, compare_candidates
from ..domain.rules import ScoringRules
from ..domain.service import Service
from ..store.review_records import OverrideRow
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, ListOf, OneOf, read, required
from .leaderboard import RankedJson, ranked_json
from .overrides import OverrideVersionJson, override_version_json
from .scorecard import AnswerScoreJson, answer_json, overrides_of
from .shapes import ScoredCompetencyJson, VersionsJson, competencies_json, versions_json

#: The number of columns that fit on a screen.
MAX_COMPARED = 5


@dataclass(frozen=True)
class CompareQuery:
    candidate_ids: tuple[int, ...] = required(
        ListOf(Integer(low=1, from_text=True), 2, MAX_COMPARED, from_text=True), "separated by commas, such as `42,43`"
    )


Standing = Annotated[str, OneOf(("highest", "close")), "close: within the margin of error of the highest."]


class ComparedJson(RankedJson):
    """A candidate's rank, and the versions of the latest result; null without a result."""

    result: VersionsJson | None


class ComparedAnswerJson(TypedDict):
    """A candidate's answer; null if the candidate was not asked. `standing` is null if only one candidate answered."""

    candidate_id: int
    standing: Standing | None
    answer: AnswerScoreJson | None
    override: Annotated[OverrideVersionJson | None, "A person's score in place of the machine's."]


class ComparedQuestionJson(TypedDict):
    """One question, identified by its text, and the answers in the order of the candidates."""

    title: str
    dimension: str
    answers: list[ComparedAnswerJson]


class ComparisonJson(TypedDict):
    """Candidates in the requested order, and every question that any of them was asked."""

    job_id: int
    competencies: Annotated[list[ScoredCompetencyJson], "Of the latest version of the plan that scored one of them."]
    items: list[ComparedJson]
    questions: list[ComparedQuestionJson]


@contract(query=CompareQuery, raises=("CANDIDATE_NOT_FOUND",))
def get_comparison(service: Service, request: Request) -> Json[ComparisonJson]:
    """GET /api/jobs/{job_id}/compare"""
    job_id = request.integer("job_id")
    candidate_ids = tuple(dict.fromkeys(read(CompareQuery, request.query).candidate_ids))
    with service.store.read() as tx:
        compared = compare_candidates(tx, job_id, candidate_ids)
        overrides = [overrides_of(tx, candidate.place.session) for candidate in compared]
        versions = [each.result.plan_version or 0 for each in compared if each.result]
        competencies = competencies_of(service, tx, job_id, max(versions, default=0) or None)
    return json_response({
        "job_id": job_id,
        "competencies": competencies_json(competencies),
        "items": [_compared_item(service.rules, candidate) for candidate in compared],
        "questions": [
            _question_json(question, candidate_ids, overrides)
            for question in align_by_question([candidate.result for candidate in compared])
        ],
    })


def _compared_item(rules: ScoringRules, compared: ComparedCandidate) -> ComparedJson:
    result = None if compared.result is None else versions_json(rules, compared.result)
    return {**ranked_json(rules, compared.place), "result": result}


def _question_json(
    question: ComparedQuestion, candidate_ids: tuple[int, ...], overrides: Sequence[Mapping[str, OverrideRow]]
) -> ComparedQuestionJson:
    columns = zip(candidate_ids, question.answers, question.standings, overrides, strict=True)
    return {
        "title": question.title,
        "dimension": question.dimension,
        "answers": [
            {
                "candidate_id": candidate_id,
                "standing": standing,
                "answer": answer_json(answer) if answer else None,
                "override": override_version_json(own[answer.question_id])
                if answer and answer.question_id in own else None,
            }
            for candidate_id, answer, standing, own in columns
        ],
    }
