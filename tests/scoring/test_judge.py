"""The judgement of one answer: its direction, its bounds, and what it says of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tener_interview.scoring.criteria import Criteria, Rule, Weights, load_criteria
from tener_interview.scoring.judge import MAX_JUDGED_CHARS, Judgement, judge
from tener_interview.scoring.transcript import Transcript

CONFIG = Path(__file__).parents[2] / "config"
#: A busy machine is no fault of the code.
UNHURRIED = settings(deadline=None)
DOCUMENT: dict[str, Any] = {
    "version": "1",
    "defaults": {
        "weights": {"keyword": 0.6, "length": 0.3, "clarity": 0.1},
        "rubric": {"min_words": 10, "ideal_words": 20, "max_words": 40},
        "filler_words": ["um", "you know"],
        "disallowed_patterns": ["lorem ipsum"],
    },
    "question_rules": [
        {
            "id": "design",
            "match": {"title_contains": "design"},
            "required_keywords": ["cache", ["alignment", "aligned"]],
            "optional_keywords": ["queue", "index"],
        }
    ],
}
PIECES = ["cache", "queue", "um", "we", "design", "because", "\u0301", "\u05d0\u05d1", "\ud800", "lorem ipsum", "\0"]


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    return loaded(tmp_path).question_rules[0]


def loaded(folder: Path, **rule_members: Any) -> Criteria:
    document = {**DOCUMENT, "question_rules": [{**DOCUMENT["question_rules"][0], **rule_members}]}
    path = folder / "criteria.json"
    path.write_text(json.dumps(document), "utf-8")
    return load_criteria(path)


@cache
def shipped() -> Criteria:
    return load_criteria(CONFIG / "interview_transcription_scoring_criteria.json")


def answer(text: str | None, language: str | None = None) -> Transcript:
    return Transcript(0, "q1", "Design a thing", answered=True, text=text, language=language)


def score(rule: Rule, text: str) -> float:
    judged = judge(rule, answer(text)).score
    assert judged is not None
    return judged


def plain(word_count: int) -> str:
    return " ".join(["word"] * word_count)


def test_a_full_answer_has_full_marks_and_says_why(rule: Rule) -> None:
    judged = judge(rule, answer(f"We aligned on the Cache and a queue {plain(20)}"))
    assert (judged.score, judged.status, judged.flags) == (100.0, "scored", ())
    assert judged.details["word_count"] == 28
    assert judged.details["matched_keywords"] == ["cache", "alignment", "queue"]
    assert judged.details["missing_keywords"] == []
    assert judged.details["missing_optional_keywords"] == ["index"]
    assert judged.reasons == (
        "Mentions 2 of 2 expected topics: cache, alignment.",
        "Mentions 1 of 2 further topics: queue.",
        "28 words, a good length.",
        "No fillers or disallowed wording that would count.",
    )


def test_a_required_keyword_weighs_twice_an_optional_one(rule: Rule) -> None:
    nothing, required, optional = (score(rule, f"{plain(20)} {word}") for word in ("word", "cache", "queue"))
    assert required - nothing == pytest.approx(2 * (optional - nothing), abs=0.1)
    assert score(rule, f"{plain(20)} cache cache cache") == required


def test_missing_required_keywords_are_named(rule: Rule) -> None:
    judged = judge(rule, answer(f"caches and a misalignment {plain(20)}"))
    assert judged.details["missing_keywords"] == ["cache", "alignment"]
    assert judged.reasons[0] == "Mentions 0 of 2 expected topics; not mentioned: cache, alignment."


def test_length_rises_to_the_ideal_stays_level_and_falls_gently(rule: Rule) -> None:
    by_length = {count: score(rule, plain(count)) for count in range(3, 200)}
    assert all(by_length[count] <= by_length[count + 1] for count in range(3, 20))
    assert by_length[3] < by_length[10] < by_length[20] == by_length[40]
    assert all(by_length[count] >= by_length[count + 1] for count in range(40, 199))
    assert by_length[199] >= by_length[20] * 0.7
    assert "too_short" in judge(rule, answer(plain(9))).flags
    assert "too_long" in judge(rule, answer(plain(41))).flags


def test_a_few_fillers_cost_nothing_and_many_cost_clarity_only(rule: Rule) -> None:
    assert score(rule, f"um {plain(29)}") == score(rule, plain(30))
    many = judge(rule, answer("um you know " * 5 + plain(15)))
    assert many.score is not None
    assert many.score == pytest.approx(score(rule, plain(30)) - 5, abs=0.1)
    assert many.flags == ("many_fillers",)
    assert "50 % of the words are fillers." in many.reasons


def test_disallowed_wording_costs_clarity_and_is_quoted(rule: Rule) -> None:
    judged = judge(rule, answer(f"Lorem Ipsum {plain(20)}"))
    assert judged.flags == ("disallowed_wording",)
    assert "Holds wording that the criteria disallow: \u201cLorem Ipsum\u201d." in judged.reasons
    assert judged.score is not None
    assert judged.score < score(rule, plain(22))


@pytest.mark.parametrize("weights", [{}, {"keyword": 1, "length": 0, "clarity": 0}])
def test_without_keywords_the_other_parts_take_their_weight(tmp_path: Path, weights: dict[str, float]) -> None:
    rule = loaded(tmp_path, required_keywords=[], optional_keywords=[], weights=weights).question_rules[0]
    judged = judge(rule, answer(plain(25)))
    assert judged.score == 100.0
    assert set(judged.details["parts"]) == {"length", "clarity"}
    assert judged.flags == ("form_only",)
    assert judged.reasons[-1].endswith("only the form of the answer was judged, not what it says.")


def test_a_part_without_weight_has_no_influence_and_no_word(tmp_path: Path) -> None:
    rule = loaded(tmp_path, weights={"clarity": 0}).question_rules[0]
    assert judge(rule, answer(f"lorem ipsum um um um um um {plain(20)}")).flags == ()
    assert score(rule, f"lorem ipsum {plain(20)}") == score(rule, plain(22))


@UNHURRIED
@given(
    factor=st.floats(1e-6, 1e6), weights=st.tuples(*[st.floats(0.01, 1)] * 3), text=st.text("cache um.", max_size=200)
)
def test_weights_matter_only_in_proportion(factor: float, weights: tuple[float, float, float], text: str) -> None:
    rule = shipped().question_rules[0]
    one, other = (
        replace(rule, standard=replace(rule.standard, weights=Weights(*(weight * scale for weight in weights))))
        for scale in (1.0, factor)
    )
    assert judge(one, answer(text)).score == judge(other, answer(text)).score


@pytest.mark.parametrize(
    "text", ["", " \n", "yes", "I agree", "123 456 789 012", "... !!! ???", "\U0001f600 " * 3, "\u0000"]
)
def test_too_little_is_not_scored_at_all(rule: Rule, text: str) -> None:
    judged = judge(rule, answer(text))
    assert (judged.score, judged.status) == (None, "not_scorable")
    assert len(judged.reasons) == 1
    assert judged.reasons[0].endswith("listen to the recording.")


@pytest.mark.parametrize(
    ("spoken", "expected", "flags"),
    [("ru-RU", "en", ("other_language",)), ("en-US", "EN_gb", ()), (None, "en", ()), ("ru", None, ()), ("", "en", ())],
)
def test_another_language_is_a_flag_and_costs_nothing(
    rule: Rule, spoken: str | None, expected: str | None, flags: tuple[str, ...]
) -> None:
    judged = judge(rule, answer(plain(30), spoken), expected)
    assert judged.flags == flags
    assert judged.score == score(rule, plain(30))


def test_a_huge_text_is_judged_by_its_beginning_and_says_so(rule: Rule) -> None:
    judged = judge(rule, answer("word " * MAX_JUDGED_CHARS + "cache"))
    assert "cut_for_judging" in judged.flags
    assert "cache" in judged.details["missing_keywords"]


@UNHURRIED
@given(text=st.text(max_size=2000))
def test_any_text_has_a_score_within_bounds_or_none(text: str) -> None:
    for rule in (*shipped().question_rules, shipped().fallback):
        holds_together(judge(rule, answer(text), "en"))


@UNHURRIED
@given(picked=st.lists(st.sampled_from(PIECES), max_size=300))
def test_any_mix_of_words_has_a_score_within_bounds_or_none(picked: list[str]) -> None:
    holds_together(judge(shipped().rule_for("Design a system"), answer(" ".join(picked))))


def holds_together(judged: Judgement) -> None:
    """What is true of every judgement."""
    json.dumps([judged.details, judged.reasons, judged.flags])
    assert judged.reasons
    if judged.status == "not_scorable":
        assert judged.score is None
        return
    assert judged.score is not None
    assert 0 <= judged.score <= 100
    parts = judged.details["parts"].values()
    assert sum(part["points"] for part in parts) == pytest.approx(judged.score, abs=0.1)
    assert sum(part["weight"] for part in parts) == pytest.approx(1, abs=0.01)


@UNHURRIED
@given(text=st.text("abc cache um. ", max_size=300))
def test_the_same_text_is_judged_the_same_way(text: str) -> None:
    rule = shipped().question_rules[1]
    assert judge(rule, answer(text)) == judge(rule, answer(text))
    assert judge(rule, answer(text.upper())) == judge(rule, answer(text))


GOOD = """
Two years ago our checkout service started timing out every evening. I first checked the metrics and the traces and
narrowed it down to one query, then reproduced it with a copy of the traffic. My hypothesis was a missing index, but it
turned out that a deploy had doubled the connection pool and the database was out of connections. I fixed the limit,
added a regression test and an alert, and wrote a post-mortem with the team. Error rates fell from four percent to
nearly zero, and customers stopped complaining about it the same week.
"""
WEAK = """
Well I think I usually just look at the code and try some things until it works, and if that does not help I ask
somebody else or search the internet, it depends really, mostly it is something small in the end I would say.
"""


def test_with_the_shipped_criteria_a_good_answer_is_far_above_a_weak_one() -> None:
    rule = shipped().rule_for("Tell us about a hard problem you had to debug.")
    assert score(rule, GOOD) >= 85
    assert score(rule, WEAK) <= 50
    assert score(rule, "I do not know, sorry.") <= 25
