"""Compares candidates of a job: their totals, competencies and answers, and whose score is the highest or close to
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import Problem
from ...languages.folding import fold
from ...lazy_dataclass import dataclass
from ...scorecards.uncertainty import bounds, ranges_overlap
from ...store.ports import Transaction
from ...store.review_records import OverrideRow
from ..breakdowns import CountedScores
from ..results import QuestionScore, Result, latest_result
from ..reviews.overrides import current_with_names
from .leaderboard import RankedSession, with_overall_rank
from .near_duplicates import add_duplicate_flags

HIGHEST, CLOSE = "highest", "close"

#: A score and its range; both ends are the score itself if a person gave it.
_ScoreRange = tuple[float, tuple[float, float]]


@dataclass(frozen=True)
class ComparedCandidate:
    """A candidate's rank, latest result (None before the first), and the overrides of people by question."""

    ranked: RankedSession
    result: Result | None
    overrides: Mapping[str, OverrideRow]

    def score_of(self, question: QuestionScore) -> float | None:
        """Return the score that counts: the override of a person, otherwise the machine's."""
        override = self.overrides.get(question.question_id)
        return question.score if override is None else override.score


@dataclass(frozen=True)
class ComparedQuestion:
    """A question and the candidates' answers in their order; None for a candidate who was not asked.

    `standings` are those of `_standings`.
    """

    title: str
    dimension: str
    answers: tuple[QuestionScore | None, ...]
    standings: tuple[str | None, ...]


def compare_candidates(tx: Transaction, job_id: int, candidate_ids: Sequence[int]) -> list[ComparedCandidate]:
    """Return the candidates in the given order. Raises `CANDIDATE_NOT_FOUND` if one has no session for the job."""
    sessions = {session.candidate_id: session for session in tx.rankings.for_candidates(job_id, candidate_ids)}
    missing = [number for number in candidate_ids if number not in sessions]
    if missing:
        raise Problem(
            "CANDIDATE_NOT_FOUND",
            f"Without an interview for this job: {', '.join(map(str, missing))}. Leave them out to compare the others.",
            {"candidate_ids": missing},
        )
    ordered = with_overall_rank(tx, job_id, [sessions[candidate_id] for candidate_id in candidate_ids])
    return [
        ComparedCandidate(
            ranked, _load_result(tx, ranked.session.session_id),
            current_with_names(tx, ranked.session.session_id) if ranked.session.overrides else {},
        )
        for ranked in ordered
    ]


def total_standings(compared: Sequence[ComparedCandidate]) -> list[str | None]:
    """Return the standing of each total; all None if the totals cannot be compared, because the candidates were asked
    different questions or scored by different versions of the plan."""
    ranked = [candidate.ranked for candidate in compared]
    if len({one.session.question_set for one in ranked if one.session.total_score is not None}) > 1:
        return [None] * len(ranked)
    return _standings([
        None if (total := one.session.total_score) is None else (total, one.bounds or (total, total))
        for one in ranked
    ])


def competency_standings(
    compared: Sequence[ComparedCandidate], counted: CountedScores
) -> list[dict[str, str | None]]:
    """Return the standings of the competencies that each candidate has scores for; `counted` are those that people
    changed."""
    standings: list[dict[str, str | None]] = [{} for _ in compared]
    scores = [_competency_scores(candidate, counted) for candidate in compared]
    for competency in dict.fromkeys(name for own_scores in scores for name in own_scores):
        own = _standings([
            _measure_competency(candidate.result, competency, own_scores.get(competency))
            for candidate, own_scores in zip(compared, scores, strict=True)
        ])
        for column, standing in zip(standings, own, strict=True):
            column[competency] = standing
    return standings


def _competency_scores(candidate: ComparedCandidate, counted: CountedScores) -> Mapping[str, float | None]:
    if candidate.result is None:
        return {}
    return counted.get(candidate.ranked.session.session_id, candidate.result.competency_scores)


def _measure_competency(result: Result | None, competency: str, score: float | None) -> _ScoreRange | None:
    if result is None or score is None:
        return None
    scored = [
        question for question in result.question_scores
        if question.score is not None and (question.competency or question.dimension) == competency
    ]
    return score, bounds(score, 1.0, len(scored)) or (score, score)


def align_by_question(compared: Sequence[ComparedCandidate]) -> list[ComparedQuestion]:
    """Align the questions of several candidates by their text, in the order in which they first occur."""
    rows: dict[str, list[QuestionScore | None]] = {}
    for column, candidate in enumerate(compared):
        occurrences: dict[str, int] = {}
        for question in candidate.result.question_scores if candidate.result else ():
            # The provider may use another id for the same question in each interview; so its text identifies it.
            title = fold(question.title).strip()
            occurrences[title] = occurrences.get(title, 0) + 1
            row = rows.setdefault(f"{title}\0{occurrences[title]}", [None] * len(compared))
            row[column] = question
    return [_compared_question(compared, row) for row in rows.values()]


def _compared_question(
    compared: Sequence[ComparedCandidate], answers: Sequence[QuestionScore | None]
) -> ComparedQuestion:
    first = next(answer for answer in answers if answer is not None)
    measured = [
        _measure_answer(candidate, answer) if answer else None
        for candidate, answer in zip(compared, answers, strict=True)
    ]
    return ComparedQuestion(first.title, first.dimension, tuple(answers), tuple(_standings(measured)))


def _measure_answer(candidate: ComparedCandidate, answer: QuestionScore) -> _ScoreRange | None:
    score = candidate.score_of(answer)
    if score is None:
        return None
    is_exact = answer.question_id in candidate.overrides
    return score, (score, score) if is_exact else bounds(score, 1.0, 1) or (score, score)


def _standings(measured: Sequence[_ScoreRange | None]) -> list[str | None]:
    """Return `highest` for the best score, `close` for those whose range overlaps its range, and None for the others;
    all None if fewer than two have a score."""
    scored = [item for item in measured if item is not None]
    if len(scored) < 2:
        return [None] * len(measured)
    best, best_range = max(scored)
    return [
        None if item is None or not ranges_overlap(item[1], best_range) else HIGHEST if item[0] == best else CLOSE
        for item in measured
    ]


def _load_result(tx: Transaction, session_id: str) -> Result | None:
    latest = latest_result(tx, session_id)
    return add_duplicate_flags(latest.result, tx.near_duplicates.candidates_by_question(session_id)) if latest else None
