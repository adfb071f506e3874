"""Questions that should not be asked are found in six languages, and questions about the work are left alone."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest

from for_each import for_each
from tener_interview.plans import sensitive_questions
from tener_interview.plans.sensitive_questions import LANGUAGES, find_sensitive, read_topics, sensitive_topics

EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_name("sensitive_questions.json").read_text("utf-8"))
DATA: dict[str, Any] = json.loads(
    Path(sensitive_questions.__file__).with_name("sensitive_questions.json").read_text("utf-8")
)
AT_LEAST = 12


def found(text: str) -> list[tuple[str, str]]:
    return [(match.topic, match.phrase) for match in find_sensitive(text)]


@for_each("language", LANGUAGES)
def test_sensitive_questions_are_found_with_their_topic(language: str) -> None:
    by_topic = EXAMPLES["sensitive"][language]
    assert set(by_topic) == {topic.topic_id for topic in sensitive_topics()}
    assert sum(map(len, by_topic.values())) >= AT_LEAST
    missed = {
        (topic, text): found(text) for topic, texts in by_topic.items() for text in texts
        if topic not in {match.topic for match in find_sensitive(text)}
    }
    assert missed == {}


@for_each("language", LANGUAGES)
def test_questions_about_the_work_are_not_flagged_as_sensitive(language: str) -> None:
    texts = EXAMPLES["harmless"][language]
    assert len(texts) >= AT_LEAST
    assert {text: matches for text in texts if (matches := found(text))} == {}


@for_each("language", LANGUAGES)
def test_case_accents_and_invisible_characters_do_not_hide_a_sensitive_question(language: str) -> None:
    for topic, texts in EXAMPLES["sensitive"][language].items():
        for altered in (texts[0].upper(), f"\u200b{texts[0]}".replace(" ", "  \u00ad")):
            assert topic in {match.topic for match in find_sensitive(altered)}, altered
    assert found("Cuantos anos tienes") == [("age", "Cuantos anos tienes")]
    assert found("Quel a\u0302ge avez-vous")[0][0] == "age"


def test_a_sensitive_match_quotes_the_text_and_suggests_another_question() -> None:
    (match,) = find_sensitive("Before we start: HOW  old are\nyou? No, sorry. Are you Married?")[-1:]
    assert (match.topic, match.phrase, match.language) == ("marital_status", "Are you Married", "en")
    assert "ask" in match.instead


def test_sensitive_matches_are_in_text_order_and_not_repeated() -> None:
    text = "Are you pregnant? How old are you? How old are you? Do you smoke? HOW OLD ARE YOU?"
    assert found(text) == [
        ("family_and_pregnancy", "Are you pregnant"), ("age", "How old are you"),
        ("health_and_disability", "Do you smoke"),
    ]


def test_words_of_two_sentences_are_not_matched_together_as_sensitive() -> None:
    assert found("Whose part was it? Do you have. Children of the node are next.") == []
    assert found("Tell us about it; are you. Married data types") == []


def test_every_sensitive_topic_has_one_sentence_of_advice() -> None:
    for topic in sensitive_topics():
        assert topic.instead.endswith(".")
        assert topic.instead.count(". ") == 0
        assert len(topic.instead) <= 200
        assert "ask" in topic.instead or "put the same question" in topic.instead


HOSTILE = (
    "How do you work with others when a release is late? " * 2000, "are you " * 12_500, "your " * 20_000,
    "вы " * 33_000, "do you have any " * 6_600, "é" * 100_000, "a" + "\u0301" * 99_999, "how old are you? " * 6_000,
    "has tenido de una " * 6_000, "x.y?" * 25_000, "\n" * 100_000, " " * 100_000, "",
)


def test_long_and_hostile_texts_are_checked_quickly() -> None:
    find_sensitive(" ".join(text[:200] for text in HOSTILE))
    for text in HOSTILE:
        started = time.process_time()
        find_sensitive(text)
        assert time.process_time() - started < 2, text[:30]


@for_each(("path", "value", "fault"), [
    (("topics",), None, "$.topics: must be given"),
    (("topics", 0, "id"), " ", "$.topics[0].id: must be a text that is not empty"),
    (("topics", 1, "id"), "age", "$.topics: age is given twice"),
    (("topics", 0, "instead"), None, "$.topics[0].instead: must be given"),
    (("topics", 0, "note"), "x", "$.topics[0].note: is not known"),
    (("topics", 2, "phrases", "ru"), None, "$.topics[2].phrases.ru: must be given"),
    (("topics", 2, "phrases", "ru"), [], "$.topics[2].phrases.ru: must not be empty"),
    (("topics", 2, "phrases", "it"), ["età"], "$.topics[2].phrases.it: is not known"),
    (("topics", 2, "phrases", "en"), ["any? age"], "$.topics[2].phrases.en[0]: must neither begin with an optional"),
    (("topics", 2, "phrases", "en"), ["your age", ".. age"], "$.topics[2].phrases.en[1]: must neither begin"),
    (("topics", 2, "phrases", "en"), ["your age .."], "$.topics[2].phrases.en[0]: must neither begin"),
    (("topics", 2, "phrases", "en"), ["^ $"], "$.topics[2].phrases.en[0]: must hold a word"),
    (("topics", 2, "exceptions", "en"), "age of", "$.topics[2].exceptions.en: must be a list"),
    ((), [], "$: must be an object"),
])
def test_an_invalid_sensitive_words_file_is_refused_with_the_json_path(
    path: tuple[str | int, ...], value: Any, fault: str
) -> None:
    data = copy.deepcopy(DATA)
    if not path:
        data = value
    else:
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
    with pytest.raises(ValueError) as caught:
        read_topics(data)
    assert any(line.startswith(fault) for line in str(caught.value).splitlines()), str(caught.value)
