"""What the key points of the library find in answers as people say them, and what in answers that only sound good."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.plans.library import QuestionLibrary
from tener_interview.plans.library_question import LibraryQuestion
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript

LIBRARY = QuestionLibrary(Path(__file__).parents[2] / "config" / "question_library.json")
ANSWERS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("library_answers.json").read_text("utf-8")
)["answers"]


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


def test_a_story_scores_well_above_what_sounds_good() -> None:
    concrete, vague = ([
        score(question_of(answer), answer[kind], answer.get("skill")) for answer in ANSWERS
    ] for kind in ("concrete", "vague"))
    stories, prose = ([scored.score or 0.0 for scored in scores] for scores in (concrete, vague))
    assert len(ANSWERS) >= 24
    assert median(stories) >= 85
    assert median(prose) <= 35
    assert min(stories) > max(prose) + 15
    for answer, told, said in zip(ANSWERS, stories, prose, strict=True):
        assert told > said + 35, answer["question"]


def test_key_points_find_stories_and_hardly_anything_else() -> None:
    told = [points_found(question_of(answer), score(question_of(answer), answer["concrete"])) for answer in ANSWERS]
    said = [points_found(question_of(answer), score(question_of(answer), answer["vague"])) for answer in ANSWERS]
    assert sum(told) / len(told) >= 2
    assert sum(said) / len(said) <= 0.75
    of_others = [
        points_found(question_of(asked), score(question_of(asked), answer["concrete"]))
        for place, answer in enumerate(ANSWERS) for asked in (ANSWERS[place - 7], ANSWERS[place - 12])
    ]
    assert sum(of_others) / len(of_others) <= 0.75


def test_every_question_tells_a_story_from_prose() -> None:
    """Whatever a question asks for, a story that is told for another one stands above prose."""
    story = next(answer["concrete"] for answer in ANSWERS if answer["question"] == "ops_process")
    prose = next(answer["vague"] for answer in ANSWERS if answer["question"] == "collaboration_other_team")
    for question in LIBRARY.questions():
        assert (score(question, story).score or 0) > (score(question, prose).score or 0) + 20, question.id
