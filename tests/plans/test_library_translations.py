"""The library in five other languages: complete, natural, and of use to the scorer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.languages.language import load_languages
from tener_interview.languages.tokens import NO_MEANING, tokenize
from tener_interview.plans.library import QuestionLibrary
from tener_interview.plans.library_question import LibraryQuestion
from tener_interview.plans.sensitive_questions import find_sensitive
from tener_interview.scoring.answer import score_answer
from tener_interview.transcripts.transcript import Transcript

LIBRARY = QuestionLibrary(Path(__file__).parents[2] / "config" / "question_library.json")
TRANSLATIONS = ("de", "es", "fr", "pt", "ru")
TOLD: dict[str, Any] = json.loads(Path(__file__).with_name("translated_answers.json").read_text("utf-8"))
#: How a question addresses the candidate: Sie, usted, vous, você, вы.
ADDRESS = {
    "de": ("Sie", "Ihr"), "es": ("usted", "su", "Háblenos", "Cuéntenos"), "fr": ("vous", "votre"),
    "pt": ("você", "Conte", "seu", "sua"), "ru": ("вы", "Расскажите", "вас", "вам"),
}
#: Words that the languages share with English.
INTERNATIONAL = {"idempotent"}
CYRILLIC = re.compile("[\u0430-\u044f]")


def wordings(question: LibraryQuestion) -> list[str]:
    return [wording for point in question.text.key_points for wording in point]


ENGLISH_WORDINGS = {
    wording.casefold() for question in LIBRARY.questions() for wording in wordings(question)
} - INTERNATIONAL


def test_every_library_question_exists_in_six_languages() -> None:
    assert LIBRARY.languages == ("en", *TRANSLATIONS)
    assert {
        question.id: languages for question in LIBRARY.questions()
        if (languages := LIBRARY.languages_of(question.id)) != LIBRARY.languages
    } == {}


@for_each("code", TRANSLATIONS)
def test_translations_keep_placeholders_and_use_the_polite_form(code: str) -> None:
    for question, original in zip(LIBRARY.questions(code), LIBRARY.questions(), strict=True):
        text, english = question.text, original.text
        assert question.language == code
        assert text.placeholders == english.placeholders, question.id
        assert (text.title_plain is None) == (english.title_plain is None), question.id
        assert "{" not in question.plain_title, question.id
        assert "?" in text.title, question.id
        assert len(text.title) <= 280, question.id
        for title in filter(None, (text.title, text.title_plain)):
            assert title != english.title
            assert any(word in title for word in ADDRESS[code]), title
    titles = [question.plain_title for question in LIBRARY.questions(code)]
    assert len(set(titles)) == len(titles)
    assert len({competency.name for competency in LIBRARY.competencies(code)}) == len(LIBRARY.competencies())


@for_each("code", TRANSLATIONS)
def test_every_key_point_is_translated_and_has_meaningful_words(code: str) -> None:
    language = load_languages().get(code)
    for question in LIBRARY.questions(code):
        assert len(question.text.key_points) == len(LIBRARY.question(question.id).text.key_points)  # type: ignore[union-attr]
        for point in question.text.key_points:
            assert 3 <= len(point) <= 12, (question.id, point)
            assert len({wording.casefold() for wording in point}) == len(point), (question.id, point)
        for wording in wordings(question):
            assert wording.casefold() not in ENGLISH_WORDINGS, (question.id, wording)
            tokens = tokenize(wording, language)
            assert any(not cue & NO_MEANING for cue in tokens.cues), (question.id, wording)
        if code == "ru":
            assert all(CYRILLIC.search(wording) for wording in wordings(question)), question.id


@for_each("code", ["en", *TRANSLATIONS])
def test_no_translated_library_question_is_sensitive(code: str) -> None:
    for question in LIBRARY.questions(code):
        text = question.text
        for sentence in (text.title, text.title_plain or "", text.description or "", *wordings(question)):
            assert find_sensitive(sentence) == (), (question.id, sentence)


def points_found(question: LibraryQuestion, answer: str, code: str) -> int:
    text = question.text
    rule = make_rule(ExpectedContent(text.required_keywords, text.optional_keywords, text.key_points))
    title = question.plain_title
    scored = score_answer(rule, Transcript(0, "q", title, True, answer, code), code)
    return len(text.key_points) - len(scored.details["missing_key_points"])


@for_each("code", TRANSLATIONS)
def test_translated_key_points_are_found_in_spoken_answers_and_not_in_vague_prose(code: str) -> None:
    stories: dict[str, str] = TOLD["stories"][code]
    assert len(stories) >= 6
    questions = {question_id: LIBRARY.question(question_id, code) for question_id in stories}
    own: list[int] = []
    others: list[int] = []
    for question_id, story in stories.items():
        for asked_id, question in questions.items():
            assert question is not None
            (own if asked_id == question_id else others).append(points_found(question, story, code))
    prose = [points_found(question, TOLD["prose"][code], code) for question in questions.values() if question]
    assert min(own) >= 3, own
    assert sum(own) / len(own) >= 3.5, own
    assert sum(others) / len(others) <= 1, others
    assert max(prose) <= 1, prose
