"""Whether an answer's score rests on the criteria: points found in its words, and content that was compared at all."""

from __future__ import annotations

from typing import Any

from for_each import for_each
from tener_interview.scorecards.points_found import is_content_assessed, lacks_every_point
from tener_interview.scorecards.result import QuestionScore


def question(details: dict[str, Any], *flags: str) -> QuestionScore:
    return QuestionScore(0, "q1", "Why?", "technical", "q1", 80.0, "scored", (), flags, details, "text")  # type: ignore[arg-type]


def quote(about: str, part: str = "content") -> dict[str, Any]:
    return {"part": part, "about": about, "quote": "words", "start": 0, "end": 5}


@for_each(("details", "lacks"), [
    ({"missing_key_points": ["cause", "test"], "evidence": []}, True),
    ({"missing_key_points": ["cause"], "evidence": [quote("test")]}, False),
    ({"missing_key_points": [], "evidence": []}, False),
    ({}, False),
    # Own actions, keywords and a likeness to reference answers are no points.
    ({"missing_key_points": ["cause"], "evidence": [quote("own action", "actions")]}, True),
    ({"missing_key_points": ["cause"], "evidence": [quote("Kafka")], "matched_keywords": ["Kafka"]}, True),
    ({"missing_key_points": ["cause"], "evidence": [quote("reference answer")]}, True),
])  # fmt: skip
def test_an_answer_lacks_every_point_if_none_is_quoted(details: dict[str, Any], *, lacks: bool) -> None:
    assert lacks_every_point(question(details)) is lacks


def test_an_answer_of_which_a_point_was_found_and_not_quoted_does_not_lack_every_point() -> None:
    # It shows nothing of what happened, so none of its points is quoted.
    bare = question({"missing_key_points": ["cause"], "evidence": []})
    assert [lacks_every_point(bare, asked) for asked in (1, 2)] == [True, False]


def test_nothing_is_missing_where_nothing_was_compared() -> None:
    foreign = question({"missing_key_points": ["cause"]}, "language_mismatch")
    assert not is_content_assessed(foreign)
    assert not lacks_every_point(foreign)
    assert is_content_assessed(question({}, "short_answer"))
