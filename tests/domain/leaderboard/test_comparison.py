"""Results side by side: which questions belong together, and who answered best as far as that can be told."""

from __future__ import annotations

import json

from tener_interview.domain.leaderboard.comparison import align_by_question
from tener_interview.domain.results import Result, read_result


def result(*questions: tuple[str, float | None]) -> Result:
    return read_result(json.dumps({
        "question_scores": [
            {"question_id": f"q{number}", "title": title, "dimension": "technical", "score": score}
            for number, (title, score) in enumerate(questions)
        ]
    }))


def test_questions_are_matched_by_their_words_and_not_by_place_or_id() -> None:
    asked = align_by_question([
        result(("How do you test?", 50.0), ("Why here?", 40.0)),
        None,
        result(("Why here?", 90.0), ("HOW do you test? ", 20.0), ("A new one", None)),
    ])
    assert [item.title for item in asked] == ["How do you test?", "Why here?", "A new one"]
    scores = [[answer and answer.score for answer in item.answers] for item in asked]
    assert scores == [[50.0, None, 20.0], [40.0, None, 90.0], [None, None, None]]
    assert [item.answers[0] is None for item in asked] == [False, False, True]


def test_a_question_asked_twice_is_two_questions() -> None:
    asked = align_by_question([result(("Tell me more", 1.0), ("Tell me more", 2.0)), result(("Tell me more", 3.0))])
    assert [[answer and answer.score for answer in item.answers] for item in asked] == [[1.0, 3.0], [2.0, None]]


def test_the_best_answer_and_those_that_cannot_be_told_from_it() -> None:
    (asked,) = align_by_question([result(("Why?", score)) for score in (70.0, 64.0, 63.9, None, 70.0)])
    assert asked.standings == ("highest", "close", None, None, "highest")


def test_a_single_score_is_the_best_of_nothing() -> None:
    (asked,) = align_by_question([result(("Why?", 70.0)), result(("Why?", None)), None])
    assert asked.standings == (None, None, None)
