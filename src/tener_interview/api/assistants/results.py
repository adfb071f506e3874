"""Tools that compare candidates: the leaderboard, a comparison, and how well machine and reviewers agree."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ...criteria.formula import RECOMMENDATIONS
from ...domain.leaderboard.comparison import align_by_question, compare_candidates
from ...domain.leaderboard.leaderboard import RankedSession, RankingQuery, rank_sessions
from ...domain.leaderboard.leaderboard_plan import find_leaderboard_plan
from ...languages.spelling import split_query
from ...lazy_dataclass import dataclass
from ...store.records import SECTIONS, LeaderboardFilters
from ...web.shape import Integer, ListOf, OneOf, StrictShape, Text, optional, required
from ..agreement import AgreementJson, agreement_json
from ..comparison import MAX_COMPARED, Standing
from ..leaderboard import CertaintyJson, Group, Rank, certainty_json
from ..shapes import (
    CompetencyScores,
    Confidence,
    Decision,
    Recommendation,
    ReviewJson,
    Score,
    SessionStatus,
    TotalsJson,
    competency_scores,
    decision_filter,
    review_json,
    totals_json,
)
from .call import PageJson, ToolCall, job_id_field, limit_field, offset_field, page_json
from .untrusted import clean_name


@dataclass(frozen=True)
class GetLeaderboard(StrictShape):
    job_id: int = required(Integer(low=1))
    group: str | None = optional(OneOf(SECTIONS), description="only candidates of this group")
    recommendation: str | None = optional(OneOf(RECOMMENDATIONS), description="only with this recommendation")
    decision: str | None = decision_filter()
    q: str = optional(Text(max_chars=200), "", "words in a candidate's name, or the id")
    limit: int = limit_field(20, 100)
    offset: int = offset_field()


@dataclass(frozen=True)
class Compare(StrictShape):
    job_id: int = required(Integer(low=1))
    candidate_ids: tuple[int, ...] = required(ListOf(Integer(low=1), 2, MAX_COMPARED))


@dataclass(frozen=True)
class GetAgreement(StrictShape):
    job_id: int | None = job_id_field("without it, all jobs together")


class RankedCandidateJson(CertaintyJson, ReviewJson, TotalsJson):
    """A candidate on a leaderboard. Two totals whose ranges overlap (`tied_with_rank`) are not distinguishable."""

    rank: Rank
    group: Group
    ranking_group: Annotated[int | None, "Only candidates of the same number were asked the same and are comparable."]
    candidate_id: int
    candidate_name: str
    session_id: str
    status: SessionStatus
    total_score: Score | None
    competency_scores: CompetencyScores
    score_confidence: Confidence | None
    pass_recommendation: Annotated[Recommendation | None, "What the score suggests; nobody has decided by it."]
    flags: list[str]
    decision: Annotated[Decision | None, "What people decided; null while nobody has."]


class LeaderboardForAssistantJson(PageJson):
    """The candidates of a job, best first; those without a total come last."""

    job_id: int
    candidates: list[RankedCandidateJson]
    groups: Annotated[dict[str, int], "Matching candidates by group."]
    mixed_versions: Annotated[str | None, "If candidates are ranked in several groups, why."]


class ComparedScoreJson(TypedDict):
    """A candidate's answer to a question; `score` is null if there is none."""

    candidate_id: int
    score: Score | None
    standing: Standing | None


class ComparedQuestionJson(TypedDict):
    """A question, and how the compared candidates answered it."""

    title: str
    dimension: str
    answers: list[ComparedScoreJson]


class ComparisonForAssistantJson(TypedDict):
    """Candidates in the given order, and their scores question by question; `get_scorecard` has the answers."""

    job_id: int
    candidates: list[RankedCandidateJson]
    questions: list[ComparedQuestionJson]


def get_leaderboard(call: ToolCall, arguments: GetLeaderboard) -> LeaderboardForAssistantJson:
    filters = LeaderboardFilters(
        section=arguments.group, recommendation=arguments.recommendation, decision=arguments.decision,
        words=tuple(split_query(arguments.q)),
    )
    with call.service.store.read() as tx:
        ranked = rank_sessions(tx, arguments.job_id, RankingQuery(arguments.limit, arguments.offset, filters))
        groups = tx.rankings.count(arguments.job_id, filters).by_section
        board = find_leaderboard_plan(tx, arguments.job_id)
    return {
        "job_id": arguments.job_id,
        "candidates": [ranked_json(candidate) for candidate in ranked],
        "groups": groups,
        "mixed_versions": board.mixed_versions_note if board else None,
        **page_json(sum(groups.values()), arguments.offset, len(ranked)),
    }


def compare(call: ToolCall, arguments: Compare) -> ComparisonForAssistantJson:
    candidate_ids = tuple(dict.fromkeys(arguments.candidate_ids))
    with call.service.store.read() as tx:
        compared = compare_candidates(tx, arguments.job_id, candidate_ids)
    return {
        "job_id": arguments.job_id,
        "candidates": [ranked_json(candidate.ranked) for candidate in compared],
        "questions": [
            {
                "title": question.title,
                "dimension": question.dimension,
                "answers": [
                    {
                        "candidate_id": candidate.ranked.session.candidate_id,
                        "score": candidate.score_of(answer) if answer else None,
                        "standing": standing,
                    }
                    for candidate, answer, standing
                    in zip(compared, question.answers, question.standings, strict=True)
                ],
            }
            for question in align_by_question(compared)
        ],
    }


def get_agreement(call: ToolCall, arguments: GetAgreement) -> AgreementJson:
    return agreement_json(call.service, arguments.job_id)


def ranked_json(ranked: RankedSession) -> RankedCandidateJson:
    session = ranked.session
    return {
        "rank": ranked.rank,
        "group": session.section,
        "ranking_group": session.question_set,
        "candidate_id": session.candidate_id,
        "candidate_name": clean_name(session.candidate_name),
        "session_id": session.session_id,
        "status": session.status,
        "total_score": session.total_score,
        "competency_scores": competency_scores(session),
        "score_confidence": session.score_confidence,
        "pass_recommendation": session.pass_recommendation,
        "flags": list(session.flags),
        "decision": session.decision,
        **certainty_json(ranked),
        **review_json(session),
        **totals_json(session),
    }
