"""Questions that ask what somebody would do or how something is done, and answers in such words."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.scoring.answer import score_answer
from tener_interview.transcripts.transcript import Transcript

#: Language, question, and answers with steps that can be checked, with a few steps, and with none.
PRACTICE: list[list[str]] = [
    line.split("\t") for line in Path(__file__).with_name("practice.tsv").read_text("utf-8").splitlines()
]
LANGUAGES = sorted({row[0] for row in PRACTICE})
STORIES = {
    "en": "Tell us about a time when you had to act quickly.",
    "de": "Erzählen Sie von einer Situation, in der Sie schnell handeln mussten.",
    "es": "Cuéntenos una ocasión en la que tuvo que actuar deprisa.",
    "fr": "Racontez une situation où vous avez dû agir vite.",
    "pt": "Conte sobre uma vez em que você teve que agir depressa.",
    "ru": "Расскажите о случае, когда вам пришлось действовать быстро.",  # noqa: RUF001 - Russian
}


def score(language: str, question: str, text: str) -> float:
    transcript = Transcript(0, "q", question, answered=True, text=text)
    return score_answer(make_rule(ExpectedContent()), transcript, language).score or 0.0


@for_each("row", PRACTICE)
def test_steps_that_can_be_checked_score_above_a_few_and_above_none(row: list[str]) -> None:
    language, question, steps, few, none = row
    assert score(language, question, steps) > max(score(language, question, few), score(language, question, none)) + 10


@for_each("language", LANGUAGES)
def test_what_would_be_done_counts_where_the_question_asks_for_it(language: str) -> None:
    rows = [row for row in PRACTICE if row[0] == language]
    asked, told = (
        fmean(score(language, question or row[1], row[2]) for row in rows) for question in ("", STORIES[language])
    )
    assert asked >= 55
    assert asked > told + 10


@for_each("question", [
    "Tell us about a system that you designed. Would you do it again?",
    "Tell us about a time when a shortcut would have been easy. What did you do?",
    "How did you deal with it?", "Tell me how you handled the last complaint.",
])
def test_a_question_about_what_happened_does_not_ask_what_would_be_done(question: str) -> None:
    text = "I would call the customer, ask what went wrong, send a new box and write the reason down."
    assert score("en", question, text) == score("en", STORIES["en"], text)
