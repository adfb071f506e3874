"""From transcripts to a total: statuses, dimensions, strategies, confidence and recommendation."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.arithmetic import round_half_up
from tener_interview.criteria.criteria import Criteria, load_criteria
from tener_interview.criteria.dimension import DIMENSIONS
from tener_interview.criteria.formula import Formula, load_formula
from tener_interview.scorecards.interview import _mean, score_interview
from tener_interview.scorecards.result import QuestionScore, Result
from tener_interview.transcripts.transcript import Transcript

CONFIG = Path(__file__).parents[2] / "config"
TITLES = {
    "technical": "How would you design a system for payments?",
    "soft_skills": "Tell us about a conflict in your team.",
    "culture_fit": "Why do you want this role?",
}
ANSWER = (
    "Last spring our team could not agree how the database should scale, because payments had doubled within a year. I "
    "listened to both sides, measured the load for two weeks, and proposed a design with read replicas rather than "
    "shards. We discussed the trade-offs of this role for the company, agreed, and in the end latency fell by half."
)
SCORES = st.one_of(st.none(), st.floats(0, 100).map(lambda score: round_half_up(score, 1)))
DIMENSION_SCORES = st.fixed_dictionaries(dict.fromkeys(DIMENSIONS, SCORES))
WEIGHTS = st.fixed_dictionaries(dict.fromkeys(DIMENSIONS, st.one_of(st.just(0.0), st.floats(0.001, 1000))))


@cache
def criteria() -> Criteria:
    return load_criteria(CONFIG / "interview_transcription_scoring_criteria.json")


@cache
def formula() -> Formula:
    return load_formula(CONFIG / "interview_total_score_formula.json")


def asked(dimension: str, text: str | None = ANSWER, *, answered: bool = True) -> Transcript:
    return Transcript(0, "q", TITLES[dimension], answered, text)


def result_of(*transcripts: Transcript, by: Formula | None = None) -> Result:
    return score_interview(criteria(), by or formula(), transcripts, "en")


def test_a_whole_interview_is_scored_in_every_dimension() -> None:
    result = result_of(*(asked(dimension) for dimension in DIMENSIONS))
    shown = [result.technical_score, result.soft_skills_score, result.culture_fit_score]
    assert all(score is not None for score in shown)
    weighed = sum(weight * (score or 0) for weight, score in zip((0.5, 0.3, 0.2), shown, strict=True))
    assert result.total_score == round_half_up(weighed, 1)
    assert (result.total_questions, result.scored_questions, result.missing_transcriptions) == (3, 3, 0)
    assert result.score_confidence == 1.0
    assert (result.criteria_version, result.formula_version) == (criteria().version, formula().version)


def test_a_dimension_is_the_mean_of_its_scored_questions() -> None:
    again = f"{ANSWER} I would design it again."
    result = result_of(asked("technical"), asked("technical", again), asked("technical", None))
    scores = [question.score for question in result.question_scores if question.score is not None]
    assert len(scores) == 2
    assert result.technical_score == round_half_up(sum(scores) / 2, 1)
    assert result.soft_skills_score is None


@for_each("text", [None, "", " \n"])
@for_each(("answered", "status"), [(True, "missing_transcription"), (False, "unanswered")])
def test_a_question_without_a_transcript_is_not_scored_as_zero(text: str | None, answered: bool, status: str) -> None:
    result = result_of(asked("technical", text, answered=answered), asked("soft_skills"))
    question = result.question_scores[0]
    assert (question.score, question.status, question.dimension) == (None, status, "technical")
    assert question.reasons
    assert result.technical_score is None
    assert result.missing_transcriptions == int(answered)


def test_a_transcript_is_scored_even_if_its_question_is_not_marked_answered() -> None:
    assert result_of(asked("technical", answered=False)).scored_questions == 1


def test_an_interview_without_scorable_answers_has_no_total_and_no_recommendation() -> None:
    for transcripts in ((), (asked("technical", None), asked("soft_skills", "Fine."))):
        result = result_of(*transcripts)
        assert (result.total_score, result.score_confidence, result.pass_recommendation) == (None, 0.0, None)
        assert result.scored_questions == 0


def test_confidence_falls_with_missing_dimensions_and_with_missing_questions() -> None:
    assert result_of(asked("technical"), asked("soft_skills")).score_confidence == 0.8
    assert result_of(asked("technical"), asked("soft_skills"), asked("culture_fit", None)).score_confidence == 0.533
    too_short = asked("technical", "No.")
    assert result_of(*(asked(dimension) for dimension in DIMENSIONS), too_short).score_confidence == 0.75


def test_the_strict_formula_has_no_total_if_a_weighted_dimension_is_missing() -> None:
    strict = replace(formula(), missing_dimensions_strategy="strict")
    assert result_of(asked("technical"), asked("soft_skills"), by=strict).total_score is None
    weightless = replace(strict, weights={"technical": 1.0, "soft_skills": 1.0, "culture_fit": 0.0})
    assert result_of(asked("technical"), asked("soft_skills"), by=weightless).total_score is not None


def test_the_renormalize_formula_weights_only_scored_dimensions() -> None:
    assert formula().total({"technical": 80.0, "soft_skills": 60.0, "culture_fit": None}) == 72.5
    assert formula().total({"culture_fit": 61.7}) == 61.7
    assert replace(formula(), weights={"technical": 1.0, "culture_fit": 0.0}).total({"culture_fit": 50.0}) is None


@for_each(
    ("total", "recommendation"),
    [(100.0, "strong_yes"), (80.0, "strong_yes"), (79.9, "yes"), (70.0, "yes"), (50.0, "mixed"), (49.9, "no"),
     (0.0, "no"), (None, None)],
)  # fmt: skip
def test_a_total_at_the_threshold_gets_the_recommendation(total: float | None, recommendation: str) -> None:
    assert formula().recommendation(total) == recommendation


@given(weights=WEIGHTS, scores=DIMENSION_SCORES, factor=st.floats(1e-300, 1e300))
def test_weights_matter_only_in_proportion(
    weights: dict[str, float], scores: dict[str, float | None], factor: float
) -> None:
    assume(any(weights.values()))
    scaled = {dimension: weight * factor for dimension, weight in weights.items()}
    assume(all(weight < float("inf") for weight in scaled.values()))
    one, other = replace(formula(), weights=weights), replace(formula(), weights=scaled)
    assert one.total(scores) == other.total(scores)
    assert round_half_up(one.covered(scores), 3) == round_half_up(other.covered(scores), 3)


@given(weights=WEIGHTS, scores=DIMENSION_SCORES, dimension=st.sampled_from(DIMENSIONS), raised=st.floats(0, 100))
def test_a_higher_dimension_never_lowers_the_total(
    weights: dict[str, float], scores: dict[str, float | None], dimension: str, raised: float
) -> None:
    before = scores[dimension]
    assume(before is not None and any(weights.values()))
    assert before is not None
    by = replace(formula(), weights=weights)
    low, high = by.total(scores), by.total({**scores, dimension: max(before, raised)})
    assert (low is None) == (high is None)
    if low is not None and high is not None:
        assert 0 <= low <= high <= 100


@given(
    scores=st.lists(st.tuples(st.sampled_from(DIMENSIONS), st.floats(0, 100)), min_size=1, max_size=8), data=st.data()
)
def test_a_higher_question_never_lowers_the_total(scores: list[tuple[str, float]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(scores) - 1))
    dimension, score = scores[at]
    raised = [*scores[:at], (dimension, data.draw(st.floats(score, 100))), *scores[at + 1 :]]
    low, high = total_of(scores), total_of(raised)
    assert low is not None
    assert high is not None
    assert low <= high


def total_of(scores: list[tuple[str, float]]) -> float | None:
    questions = [
        QuestionScore(0, "q", "t", dimension, None, round_half_up(score, 1), "scored", (), (), {}, "")
        for dimension, score in scores
    ]
    return formula().total({dimension: _mean(dimension, questions) for dimension in DIMENSIONS})


@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=300)), max_size=6), title=st.text(max_size=60))
def test_scores_of_any_interview_are_within_bounds(texts: list[str | None], title: str) -> None:
    transcripts = [Transcript(index, "q", title, index % 2 == 0, text) for index, text in enumerate(texts)]
    result = score_interview(criteria(), formula(), transcripts, None)
    assert result == score_interview(criteria(), formula(), transcripts, None)
    assert result.score_confidence is not None
    assert 0 <= result.score_confidence <= 1
    assert (result.total_score is None) == (result.scored_questions == 0)
    assert result.total_score is None or 0 <= result.total_score <= 100
    assert len(result.question_scores) == result.total_questions == len(texts)


def test_question_scores_have_the_field_names_of_the_scorecard() -> None:
    shown = result_of(asked("soft_skills")).question_scores[0].to_json()
    assert set(shown) == {
        "question_index", "question_id", "title", "dimension", "rule_id", "score", "status", "reasons", "flags",
        "details", "transcript",
    }  # fmt: skip
    assert json.loads(json.dumps(shown)) == shown
    assert (shown["rule_id"], shown["dimension"], shown["transcript"]) == ("conflict", "soft_skills", ANSWER)


STORY = (
    "On Monday our printer in Leeds broke, so I called nine customers and drove forty parcels to them with Imran. I "
    "borrowed a van from my uncle for six days and wrote every address on a card. Since then we keep a second printer."
)


def test_a_story_told_twice_counts_once_and_different_numbers_are_flagged() -> None:
    other = STORY.replace("nine customers", "twelve customers").replace("On Monday our", "Well, on Monday the")
    result = result_of(
        Transcript(0, "a", "Tell us about a hard week.", answered=True, text=STORY),
        Transcript(1, "b", "When did you take the initiative?", answered=True, text=ANSWER),
        Transcript(2, "c", "Tell us about a time you helped a customer.", answered=True, text=other),
    )
    first, between, again = result.question_scores
    assert {"same_story", "numbers_differ"} <= set(again.flags)
    assert not {"same_story", "numbers_differ"} & {*first.flags, *between.flags}
    assert (again.score or 0) < (first.score or 0) / 2
    assert again.reasons[0].startswith("Tells the same story as in question 1")
    assert "“twelve customers” here, “nine customers” in question 1: ask which is right." in again.reasons
    assert "question 3 (story told before)" in result.summary


@for_each(
    ("texts", "expected"),
    [
        ((STORY, "It depends, we usually just try."), "Strong on question 1, weak on question 2."),
        ((STORY, None), "Strong on question 1, no weak answers. Please check question 2 (no transcript)."),
        (("Fine.",), "No answer could be scored. Please check question 1 (nothing to score)."),
        (
            ("It depends, we usually just try.", "People usually want different things, so it depends."),
            "No strong answers, weak on questions 1 and 2.",
        ),
    ],
)
def test_the_summary_names_strong_and_weak_answers_and_those_to_check(
    texts: tuple[str | None, ...], expected: str
) -> None:
    transcripts = [
        Transcript(place, f"q{place}", "Tell us about a hard week.", answered=True, text=text)
        for place, text in enumerate(texts)
    ]
    assert result_of(*transcripts).summary == expected
