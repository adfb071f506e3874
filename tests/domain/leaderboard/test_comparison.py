"""Candidates side by side: which questions belong together, and who is ahead as far as that can be told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from for_each import for_each
from tener_interview.domain.leaderboard.comparison import (
    ComparedCandidate,
    align_by_question,
    competency_standings,
    total_standings,
)
from tener_interview.domain.leaderboard.leaderboard import RankedSession, total_bounds
from tener_interview.domain.results import Result, read_result
from tener_interview.store.records import LeaderboardRow
from tener_interview.store.review_records import OverrideRow


def result(*questions: tuple[str, float | None], **stored: Any) -> Result:
    return read_result(json.dumps({
        **stored,
        "question_scores": [
            {"question_id": f"q{number}", "title": title, "dimension": "technical", "score": score}
            for number, (title, score) in enumerate(questions)
        ],
    }))


def candidate(
    own: Result | None, total: float | None = None, overrides: Mapping[str, float] | None = None, **columns: Any
) -> ComparedCandidate:
    """A candidate with this result, total and scores by people."""
    known = {"total_score": total, "total_source": "machine", "score_confidence": 1.0, "scored_questions": 4}
    row = LeaderboardRow(**{**dict.fromkeys(LeaderboardRow._fields), **known, **columns})
    ranked = RankedSession(1, rank_shared=False, session=row, bounds=total_bounds(row), tied_with_rank=None)
    unset: dict[str, Any] = dict.fromkeys(OverrideRow._fields)
    return ComparedCandidate(ranked, own, {
        question: OverrideRow(**{**unset, "score": score})
        for question, score in (overrides or {}).items()
    })


def test_compared_questions_are_matched_by_words_and_not_by_position_or_id() -> None:
    asked = align_by_question([
        candidate(result(("How do you test?", 50.0), ("Why here?", 40.0))),
        candidate(None),
        candidate(result(("Why here?", 90.0), ("HOW do you test? ", 20.0), ("A new one", None))),
    ])
    assert [item.title for item in asked] == ["How do you test?", "Why here?", "A new one"]
    scores = [[answer and answer.score for answer in item.answers] for item in asked]
    assert scores == [[50.0, None, 20.0], [40.0, None, 90.0], [None, None, None]]
    assert [item.answers[0] is None for item in asked] == [False, False, True]


def test_a_question_asked_twice_is_two_questions() -> None:
    asked = align_by_question([
        candidate(result(("Tell me more", 1.0), ("Tell me more", 2.0))), candidate(result(("Tell me more", 3.0))),
    ])
    assert [[answer and answer.score for answer in item.answers] for item in asked] == [[1.0, 3.0], [2.0, None]]


@for_each(
    ("scores", "expected"),
    [
        # One answer is exact to 6 points either way.
        ((70.0, 58.0, 57.9, None, 70.0), ("highest", "close", None, None, "highest")),
        # A range ends at 0 and at 100.
        ((100.0, 88.0, 0.0, 12.1), ("highest", "close", None, None)),
        ((8.0, 0.0), ("highest", "close")),
        # A single score is the best of nothing.
        ((70.0, None), (None, None)),
        ((None, None), (None, None)),
    ],
)
def test_standings_are_highest_and_close(
    scores: tuple[float | None, ...], expected: tuple[str | None, ...]
) -> None:
    (asked,) = align_by_question([candidate(result(("Why?", score))) for score in scores])
    assert asked.standings == expected


@for_each(
    ("first", "second", "override", "expected"),
    [
        (70.0, 68.0, 20.0, (None, "highest")),
        (40.0, 90.0, 95.5, ("highest", "close")),
        # A person's score is exact: it is apart from a range that does not reach it.
        (40.0, 90.0, 97.0, ("highest", None)),
        (None, 30.0, 30.0, ("highest", "highest")),
    ],
)
def test_an_override_replaces_the_machine_score_in_a_comparison(
    first: float | None, second: float, override: float, expected: tuple[str | None, ...]
) -> None:
    (asked,) = align_by_question([
        candidate(result(("Why?", first)), overrides={"q0": override}), candidate(result(("Why?", second))),
    ])
    assert asked.standings == expected


def test_the_range_of_a_competency_narrows_with_more_answers() -> None:
    def of(score: float | None, answers: int) -> Result:
        return result(*[(f"Question {number}", score) for number in range(answers)], technical_score=score)

    def standings(*results: Result | None) -> list[str | None]:
        return [own.get("technical") for own in competency_standings([candidate(own) for own in results], {})]

    assert standings(of(80.0, 1), of(70.0, 1), None) == ["highest", "close", None]
    assert standings(of(80.0, 4), of(70.0, 4)) == ["highest", None]
    assert standings(of(70.0, 4), of(70.0, 4), of(None, 2)) == ["highest", "highest", None]
    # With the scores that people gave its answers, a candidate is where these are.
    compared = [candidate(of(80.0, 4), session_id="iv_a"), candidate(of(70.0, 4), session_id="iv_b")]
    changed = competency_standings(compared, {"iv_a": {"technical": 50.0}})
    assert [own["technical"] for own in changed] == [None, "highest"]


def test_totals_are_compared_only_among_candidates_with_the_same_question_set() -> None:
    def standings(*compared: ComparedCandidate) -> list[str | None]:
        return total_standings(compared)

    several = [candidate(None, total) for total in (80.0, 74.0, 73.9, None)]
    assert standings(*several) == ["highest", "close", None, None]
    # A total that a person gave is exact.
    assert standings(candidate(None, 80.0, total_source="human"), candidate(None, 77.0)) == ["highest", "close"]
    assert standings(candidate(None, 80.0, total_source="override"), candidate(None, 76.9)) == ["highest", None]
    mixed = [candidate(None, total, question_set=group) for total, group in ((80.0, 1), (60.0, 2))]
    assert standings(*mixed) == [None, None]
    assert standings(*mixed[:1], candidate(None, question_set=2), candidate(None, 60.0, question_set=1)) == [
        "highest", None, None,
    ]
