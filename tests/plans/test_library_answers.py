"""What the key points of the library find in answers as people say them, and what in answers that only sound good."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.plans.library import QuestionLibrary
from tener_interview.plans.library_question import LibraryQuestion
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript

LIBRARY = QuestionLibrary(Path(__file__).parents[2] / "config" / "question_library.json")
ANSWERS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("library_answers.json").read_text("utf-8")
)["answers"]


OTHERS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "benchmarks" / "graded_answers.json").read_text("utf-8")
)
#: The question of the library that asks the same, by the id of an answer of others.
SAME_QUESTION = {
    "en-search-freeze": "debugging_hard_fault", "en-warehouse-mistake": "ownership_mistake",
    "en-teacher-parent": "customer_upset", "en-cook-learning": "learning_new_skill",
    "en-helpdesk-process": "support_repeated", "en-carer-conflict": "conflict_colleague",
    "en-bank-fraud": "problem_prevented", "en-builder-pressure": "delivery_deadline",
    "en-sales-lost": "customer_lost", "en-lab-quality": "data_wrong_numbers",
    "en-hr-priority": "delivery_many_things",
}


def question_of(answer: dict[str, Any]) -> LibraryQuestion:
    question = LIBRARY.question(answer["question"])
    assert question is not None
    return question


def score(question: LibraryQuestion, text: str, skill: str | None = None) -> AnswerScore:
    expected = ExpectedContent(
        question.text.required_keywords, question.text.optional_keywords, question.text.key_points
    )
    title = question.text.fill({"skill": skill} if skill else {}) or ""
    return score_answer(make_rule(expected), Transcript(0, "q", title, True, text, "en"), "en")


def points_found(question: LibraryQuestion, scored: AnswerScore) -> int:
    return len(question.text.key_points) - len(scored.details["missing_key_points"])


@for_each("held_out", [False, True])
def test_a_concrete_story_scores_well_above_polished_phrases(held_out: bool) -> None:
    answers = [answer for answer in ANSWERS if answer.get("held_out", False) == held_out]
    stories, prose = ([
        score(question_of(answer), answer[kind], answer.get("skill")).score or 0.0 for answer in answers
    ] for kind in ("concrete", "vague"))
    assert len(answers) >= (10 if held_out else 24)
    assert median(stories) >= (80 if held_out else 85)
    assert median(prose) <= 35
    assert min(stories) > max(prose) + 15
    for answer, story_score, prose_score in zip(answers, stories, prose, strict=True):
        assert story_score > prose_score + 30, answer["question"]


def test_sample_answers_score_in_the_order_intended_by_their_author() -> None:
    """Answers that were written for the scorer, by somebody else and before there was a library."""
    medians = {
        kind: median(
            score(question, answer[kind]).score or 0.0
            for answer in OTHERS if (question := LIBRARY.question(SAME_QUESTION.get(answer["id"], "")))
        )
        for kind in ("facts", "second_language", "partial", "prose", "vague")
    }
    assert list(medians.values()) == sorted(medians.values(), reverse=True)
    assert medians["second_language"] >= 80
    assert medians["prose"] <= 40


def test_key_points_are_found_in_concrete_answers_and_rarely_in_vague_ones() -> None:
    """Found by its words, a key point is quoted: seldom, and then nearly always in the right answer."""
    written_before = [answer for answer in ANSWERS if not answer.get("held_out")]
    in_stories, in_prose = ([
        points_found(question_of(answer), score(question_of(answer), answer[kind])) for answer in answers
    ] for answers, kind in ((written_before, "concrete"), (ANSWERS, "vague")))
    assert sum(in_stories) / len(in_stories) >= 1.75
    assert sum(in_prose) / len(in_prose) <= 0.3
    of_others = [
        points_found(question_of(asked), score(question_of(asked), answer["concrete"]))
        for place, answer in enumerate(ANSWERS) for asked in (ANSWERS[place - 7], ANSWERS[place - 12])
    ]
    assert sum(of_others) / len(of_others) <= 0.4


def test_every_library_question_scores_a_concrete_story_above_vague_prose() -> None:
    """Whatever a question asks for, a story that is told for another one stands above prose."""
    story = next(answer["concrete"] for answer in ANSWERS if answer["question"] == "ops_process")
    prose = next(answer["vague"] for answer in ANSWERS if answer["question"] == "collaboration_other_team")
    for question in LIBRARY.questions():
        assert (score(question, story).score or 0) > (score(question, prose).score or 0) + 20, question.id
