"""The question library: what its files may hold, how every fault is named, and what the shipped ones hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from for_each import for_each
from tener_interview.criteria.dimension import DIMENSIONS
from tener_interview.criteria.files import ConfigError
from tener_interview.languages.language import load_languages
from tener_interview.languages.tokens import NO_MEANING, tokenize
from tener_interview.plans.library import QuestionLibrary
from tener_interview.plans.library_question import PLACEHOLDERS, ROLES
from tener_interview.plans.sensitive_questions import find_sensitive

SHIPPED = QuestionLibrary(Path(__file__).parents[2] / "config" / "question_library.json")
DIMENSION_OF = {
    **dict.fromkeys(("role_skills", "problem_solving", "debugging", "system_design", "data", "delivery"), "technical"),
    **dict.fromkeys(
        ("ownership", "collaboration", "conflict", "communication", "customer_focus", "leadership"), "soft_skills"
    ),
    **dict.fromkeys(("learning", "motivation", "values", "integrity"), "culture_fit"),
}
NAMES = {"technical": "Hard skills", "soft_skills": "Soft skills", "culture_fit": "Culture fit"}
QUESTION: dict[str, Any] = {
    "id": "faults", "competency": "debugging", "roles": ["engineering"], "skills": ["tool"], "time_limit_s": 120,
    "title": "Tell us about a fault in {skill}.", "title_plain": "Tell us about a fault.",
    "key_points": [["the cause of the fault", "caused by a missing index"], ["the repair"]],
    "anchors": {"1": "Nothing.", "3": "Something.", "5": "All of it."},
}
GERMAN: dict[str, Any] = {
    "title": "Erzählen Sie von einem Fehler in {skill}.", "title_plain": "Erzählen Sie von einem Fehler.",
    "key_points": [["die Ursache des Fehlers"], ["die Reparatur"]],
}


def library(folder: Path, *questions: Mapping[str, Any], german: Mapping[str, Any] | None = None) -> QuestionLibrary:
    path = folder / "questions.json"
    competencies = [{"id": "debugging", "dimension": "technical", "name": "Debugging"}]
    path.write_text(json.dumps({
        "version": 1, "language": "en", "dimensions": NAMES, "competencies": competencies, "questions": questions,
    }), "utf-8")
    if german is not None:
        (folder / "questions").mkdir(exist_ok=True)
        (folder / "questions" / "de.json").write_text(json.dumps({
            "version": 1, "language": "de", "dimensions": NAMES, "competencies": {"debugging": "Fehlersuche"},
            "questions": german,
        }), "utf-8")
    return QuestionLibrary(path)


def faults(ask: Callable[[], object]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        ask()
    return [re.sub(r".*\.json: ", "", fault) for fault in caught.value.faults]


def test_a_library_question_is_in_the_requested_language_or_english(tmp_path: Path) -> None:
    shelf = library(tmp_path, QUESTION, {**QUESTION, "id": "more_faults"}, german={"faults": GERMAN})
    translated, original = shelf.questions("de_AT")
    assert (translated.language, translated.competency.name) == ("de", "Fehlersuche")
    assert translated.text.fill({"skill": "Kafka"}) == "Erzählen Sie von einem Fehler in Kafka."
    assert (original.language, original.text.title) == ("en", QUESTION["title"])
    assert [question.language for question in shelf.questions("ja")] == ["en", "en"]
    assert shelf.languages_of("faults") == ("en", "de")
    assert shelf.languages_of("more_faults") == ("en",)


@pytest.mark.parametrize(("values", "title"), [
    ({"skill": "COBOL"}, "Tell us about a fault in COBOL."),
    ({"skill": "{company} {0}"}, "Tell us about a fault in {company} {0}."),
    ({"company": "Acme"}, "Tell us about a fault."),
    ({}, "Tell us about a fault."),
])
def test_title_placeholders_are_filled_from_the_job(tmp_path: Path, values: dict[str, str], title: str) -> None:
    (question,) = library(tmp_path, QUESTION).questions()
    assert question.text.fill(values) == title


def test_a_title_without_a_plain_form_needs_values_for_its_placeholders(tmp_path: Path) -> None:
    (question,) = library(tmp_path, {**QUESTION, "title_plain": None}).questions()
    assert question.text.fill({"company": "Acme"}) is None


@for_each(("changed", "fault"), [
    ({"competency": "debuging"}, '$.questions[0].competency: must be one of debugging (it is "debuging")'),
    ({"roles": ["nurse"]}, f'$.questions[0].roles[0]: must be one of {", ".join(ROLES)} (it is "nurse")'),
    ({"roles": []}, f"$.questions[0].roles: must hold at least one of {', '.join(ROLES)}"),
    (
        {"id": "Hard Fault"},
        '$.questions[0].id: must be lower-case letters, digits and underscores, 40 at most (it is "Hard Fault")',
    ),
    (
        {"title": "A fault in {tool}?"},
        '$.questions[0].title: must not leave open "tool": known are skill, domain, company',
    ),
    ({"title": "A fault in {skill?"}, "$.questions[0].title: must have both braces of each placeholder"),
    ({"title_plain": "In {company}?"}, "$.questions[0].title_plain: must be a question without placeholders"),
    ({"title": "x" * 501}, "$.questions[0].title: must have at most 500 characters (it has 501)"),
    ({"key_points": [[]]}, "$.questions[0].key_points[0]: must be 1 to 12 ways to say it (there are 0)"),
    ({"key_points": [["a"]] * 13}, "$.questions[0].key_points: must be at most 12 (there are 13)"),
    ({"key_point": [["a"]]}, "$.questions[0].key_point: is not known here"),
    ({"anchors": {"1": "Nothing.", "5": "All."}}, "$.questions[0].anchors.3: must be given"),
    ({"skills": None}, "$.questions[0].skills: must be given exactly where the title leaves open a skill"),
    ({"skills": ["verb"]}, '$.questions[0].skills[0]: must be one of tool, practice (it is "verb")'),
    ({"time_limit_s": None}, "$.questions[0].time_limit_s: must be given"),
])
def test_a_fault_in_a_library_file_is_named_with_its_json_path(
    tmp_path: Path, changed: dict[str, Any], fault: str
) -> None:
    shelf = library(tmp_path, {**QUESTION, **changed})
    assert faults(shelf.questions) == [fault]


def test_all_faults_of_a_library_file_are_named_at_once_and_ids_are_unique(tmp_path: Path) -> None:
    shelf = library(tmp_path, QUESTION, {**QUESTION, "seniority": ["boss"]}, {**QUESTION, "id": "other", "title": ""})
    assert [fault.split(":")[0] for fault in faults(shelf.questions)] == [
        "$.questions[1].id", "$.questions[1].seniority[0]", "$.questions[2].title"
    ]


@pytest.mark.parametrize(("changed", "fault"), [
    ({"title": "Ein Fehler?"}, "$.questions.faults.title: must leave open what the English title does (skill)"),
    ({"title_plain": None}, "$.questions.faults.title_plain: must be given exactly where there is one in English"),
    (
        {"key_points": [["die Ursache"]]},
        "$.questions.faults.key_points: must be as many as in English (2; there are 1)",
    ),
])
def test_a_translation_that_differs_from_its_question_is_a_fault(
    tmp_path: Path, changed: dict[str, Any], fault: str
) -> None:
    shelf = library(tmp_path, QUESTION, german={"faults": {**GERMAN, **changed}})
    assert faults(lambda: shelf.questions("de")) == [fault]
    assert len(shelf.questions("en")) == 1


def test_a_translation_of_an_unknown_question_is_a_fault(tmp_path: Path) -> None:
    shelf = library(tmp_path, QUESTION, german={"fehler": GERMAN})
    assert faults(lambda: shelf.questions("de")) == ["$.questions.fehler: is not known here"]


def test_library_files_are_read_only_when_a_question_is_requested(tmp_path: Path) -> None:
    shelf = QuestionLibrary(tmp_path / "nowhere.json")
    assert faults(shelf.questions) == ["cannot be read: No such file or directory"]


@for_each(("words", "competency", "role", "expected"), [
    (["deadline", "date"], None, None, "delivery_deadline"),
    (["ROOT", "cause"], None, "engineering", "debugging_hard_fault"),
    (["upset"], "customer_focus", None, "customer_upset"),
    (["learning"], "learning", "sales", "learning_new_skill"),
])
def test_a_search_finds_questions_by_all_their_words(
    words: list[str], competency: str | None, role: str | None, expected: str
) -> None:
    found = SHIPPED.search(words, competency, role)
    assert expected in [question.id for question in found.items]
    assert found.total == len(found.items)


def test_a_translated_question_is_found_by_its_own_and_by_english_words() -> None:
    for words in (["Streit"], ["quarrel"]):
        found = SHIPPED.search(words, language="de").items
        assert "conflict_own_share" in [question.id for question in found]
        assert {question.language for question in found} == {"de"}
    assert SHIPPED.search(["Streit"], language="en").total == 0


def test_a_library_search_has_pages_and_lists_title_matches_first() -> None:
    found = SHIPPED.search(["mistake"])
    assert "mistake" in found.items[0].plain_title
    assert SHIPPED.search(["mistake"], limit=1, offset=1).items == found.items[1:2]
    assert SHIPPED.search(["mistake"], limit=1).total == found.total > 1
    assert SHIPPED.search(["xylophone"]).total == 0


def test_the_shipped_competencies_cover_the_three_dimensions() -> None:
    assert {competency.id: competency.dimension for competency in SHIPPED.competencies()} == DIMENSION_OF
    assert set(SHIPPED.dimension_names()) == set(DIMENSIONS)
    about = Counter(question.competency.id for question in SHIPPED.questions())
    assert set(about) == set(DIMENSION_OF)
    assert {role for question in SHIPPED.questions() for role in question.roles} == set(ROLES)


def test_no_two_shipped_questions_are_alike() -> None:
    titles = [question.plain_title.casefold() for question in SHIPPED.questions()]
    assert len(set(titles)) == len(titles)
    openings = Counter(re.sub(r"\W+", " ", title)[:60] for title in titles)
    assert [opening for opening, count in openings.items() if count > 1] == []


def test_every_library_question_asks_for_an_experience_and_has_key_points() -> None:
    english = load_languages().get("en")
    for question in SHIPPED.questions():
        text = question.text
        assert text.placeholders <= set(PLACEHOLDERS)
        assert "{" not in question.plain_title, question.id
        assert "?" in text.title
        assert len(text.title) <= 230, question.id
        assert re.match(r"(Tell us about|What is the|What was the|When did you|Describe|Think of|Which)", text.title)
        assert 120 <= question.time_limit_s <= 240
        assert 3 <= len(text.key_points) <= 6, question.id
        assert text.anchors.weak != text.anchors.middling != text.anchors.strong
        for ways in text.key_points:
            assert 4 <= len(ways) <= 12, (question.id, ways)
            for way in ways:
                tokens = tokenize(way, english)
                meant = {
                    stem for stem, cue in zip(tokens.stems, tokens.cues, strict=True) if not cue & NO_MEANING
                }
                # One word alone is in too many stories.
                assert len(meant) > 1, (question.id, way)


def test_no_library_question_is_sensitive() -> None:
    for question in SHIPPED.questions():
        text = question.text
        anchors = (text.anchors.weak, text.anchors.middling, text.anchors.strong)
        for written in (text.title, *anchors, *(way for ways in text.key_points for way in ways)):
            assert find_sensitive(written) == (), (question.id, written)


def test_the_shipped_translations_are_complete() -> None:
    for code in SHIPPED.languages:
        assert all(question.text.key_points for question in SHIPPED.questions(code))
        assert [competency.id for competency in SHIPPED.competencies(code)] == list(DIMENSION_OF)
