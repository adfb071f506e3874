"""Compares candidates of a job question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import Problem
from ...languages.folding import fold
from ...scorecards.uncertainty import ANSWER_MARGIN
from ...store.ports import Transaction
from ..results import QuestionScore, Result, latest_result
from .leaderboard import RankedSession, with_overall_rank
from .near_duplicates import add_duplicate_flags

HIGHEST, CLOSE = "highest", "close"


@dataclass(frozen=True)
class ComparedCandidate:
    """A candidate's rank and latest result, None before the first result."""

    place: RankedSession
    result: Result | None


@dataclass(frozen=True)
class ComparedQuestion:
    """A question and the candidates' answers in their order; None for a candidate who was not asked.

    In `standings`, `highest` marks the best score and `close` scores that are indistinguishable from it.
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
    return [ComparedCandidate(ranked, _load_result(tx, ranked.session.session_id)) for ranked in ordered]


def align_by_question(results: Sequence[Result | None]) -> list[ComparedQuestion]:
    """Align the questions of several results by their text, in the order in which they first occur."""
    asked: dict[str, list[QuestionScore | None]] = {}
    for column, result in enumerate(results):
        times: dict[str, int] = {}
        for question in result.question_scores if result else ():
            # The provider may use another id for the same question in each interview; so its text identifies it.
            title = fold(question.title).strip()
            times[title] = times.get(title, 0) + 1
            row = asked.setdefault(f"{title}\0{times[title]}", [None] * len(results))
            row[column] = question
    return [_compared_question(row) for row in asked.values()]


def _compared_question(answers: Sequence[QuestionScore | None]) -> ComparedQuestion:
    first = next(answer for answer in answers if answer is not None)
    scores = [answer.score if answer else None for answer in answers]
    return ComparedQuestion(first.title, first.dimension, tuple(answers), tuple(_standings(scores)))


def _standings(scores: Sequence[float | None]) -> list[str | None]:
    known = [score for score in scores if score is not None]
    if len(known) < 2:
        return [None] * len(scores)
    best = max(known)
    return [
        None if score is None or best - score > ANSWER_MARGIN else HIGHEST if score == best else CLOSE
        for score in scores
    ]


def _load_result(tx: Transaction, session_id: str) -> Result | None:
    latest = latest_result(tx, session_id)
    return add_duplicate_flags(latest.result, tx.near_duplicates.candidates_by_question(session_id)) if latest else None
