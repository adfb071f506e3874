"""Compare candidates of a job question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict

from ..domain.breakdowns import CountedScores, counted_competency_scores
from ..domain.consent.consents import scored_without_consent
from ..domain.leaderboard.comparison import (
    ComparedCandidate,
    ComparedQuestion,
    align_by_question,
    compare_candidates,
    competency_standings,
    total_standings,
)
from ..domain.plans.competencies import competencies_of_version
from ..domain.scoring_rules import ScoringRules
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, ListOf, OneOf, read, required
from .leaderboard import RankedJson, ranked_json
from .overrides import OverrideVersionJson, override_version_json
from .scorecard import AnswerScoreJson, answer_json
from .shapes import ScoredCompetencyJson, VersionsJson, competencies_json, versions_json

#: Whoever is alone has nobody to be compared with; more columns do not fit on a screen.
MIN_COMPARED, MAX_COMPARED = 2, 5


@dataclass(frozen=True)
class CompareQuery:
    candidate_ids: tuple[int, ...] = required(
        ListOf(Integer(low=1, from_text=True), MIN_COMPARED, MAX_COMPARED, from_text=True),
        "separated by commas, such as `42,43`",
    )


Standing = Annotated[str, OneOf(("highest", "close")), "close: its margin of error overlaps that of the highest."]


class ComparedJson(RankedJson):
    """A candidate's rank, who is ahead, and the versions of the latest result; null without a result."""

    total_standing: Annotated[
        Standing | None,
        "Null also if candidates were asked different questions or scored by different versions of the plan.",
    ]
    competency_standings: Annotated[dict[str, Standing | None], "By competency, or dimension without a plan."]
    result: VersionsJson | None


class ComparedAnswerJson(TypedDict):
    """A candidate's answer; null if the candidate was not asked. `standing` is null for a score that is clearly lower,
    and if fewer than two have a score."""

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
    if len(candidate_ids) < MIN_COMPARED:
        raise Problem(
            "VALIDATION_FAILED", "Name at least two different candidates.", {"candidate_ids": "must be different"}
        )
    with service.store.read() as tx:
        compared = compare_candidates(tx, job_id, candidate_ids)
        versions = [candidate.result.plan_version or 0 for candidate in compared if candidate.result]
        competencies = competencies_of_version(service, tx, job_id, max(versions, default=0) or None)
        sessions = [candidate.ranked.session for candidate in compared]
        lacking_consent = scored_without_consent(tx, sessions)
        counted = counted_competency_scores(service.rules, tx, job_id, sessions)
    return json_response({
        "job_id": job_id,
        "competencies": competencies_json(competencies),
        "items": [
            _compared_item(service.rules, candidate, lacking_consent, counted, total, by_competency)
            for candidate, total, by_competency in zip(
                compared, total_standings(compared), competency_standings(compared, counted), strict=True
            )
        ],
        "questions": [_question_json(question, compared) for question in align_by_question(compared)],
    })


def _compared_item(
    rules: ScoringRules, compared: ComparedCandidate, lacking_consent: Mapping[str, str], counted: CountedScores,
    total: str | None, by_competency: Mapping[str, str | None],
) -> ComparedJson:
    result = None if compared.result is None else versions_json(rules, compared.result)
    return {
        **ranked_json(rules, compared.ranked, lacking_consent, counted), "total_standing": total,
        "competency_standings": dict(by_competency), "result": result,
    }


def _question_json(question: ComparedQuestion, compared: Sequence[ComparedCandidate]) -> ComparedQuestionJson:
    columns = zip(compared, question.answers, question.standings, strict=True)
    return {
        "title": question.title,
        "dimension": question.dimension,
        "answers": [
            {
                "candidate_id": candidate.ranked.session.candidate_id,
                "standing": standing,
                "answer": answer_json(answer) if answer else None,
                "override": override_version_json(candidate.overrides[answer.question_id])
                if answer and answer.question_id in candidate.overrides else None,
            }
            for candidate, answer, standing in columns
        ],
    }
