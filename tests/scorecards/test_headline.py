"""The sentence that a scorecard begins with: made from facts, honest about what is missing, in each language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from for_each import for_each
from tener_interview.scorecards import headline as module
from tener_interview.scorecards.headline import (
    LANGUAGES,
    HeadlineFacts,
    TopicAnswer,
    TotalFacts,
    headline,
    strength,
)
from tener_interview.scoring import weights

TEXTS: dict[str, dict[str, str]] = json.loads(Path(module.__file__).with_name("headlines.json").read_text("utf-8"))


def of(*scores: tuple[str, float | None], **facts: Any) -> HeadlineFacts:
    return HeadlineFacts(tuple(TopicAnswer(*answer) for answer in scores), **facts)


def machine(total: float) -> TotalFacts:
    return TotalFacts(total, "machine", total)


def test_strength_words_follow_the_thresholds_of_the_scoring_weights() -> None:
    strong, weak = weights.STRONG_SCORE, weights.WEAK_SCORE
    assert [strength(score) for score in (strong, strong - 0.1, weak, weak - 0.1)] == [
        "strong", "middling", "middling", "thin",
    ]
    assert strength(None) is None


@for_each(("answers", "sentence"), [
    ([("debugging", 80.0), ("conflict", 74.0), ("culture", 30.0)],
     "Strong on debugging and conflict; the culture answer is thin."),
    ([("debugging", 71.0), ("conflict", 90.0), ("data", 60.0)], "Strong on conflict and debugging; no answer is thin."),
    ([("a", 99.0), ("b", 88.0), ("c", 77.0), ("d", 70.0), ("e", 20.0)],
     "Strong on a, b, c and d; the e answer is thin."),
    ([("a", 99.0), ("b", 88.0), ("c", 77.0), ("d", 71.0), ("e", 70.0), ("f", 20.0)],
     "Strong on a, b, c and 2 more; the f answer is thin."),
    ([("a", 99.0), ("b", 88.0), ("c", 77.0), ("d", 70.0), ("e", 50.0)], "Strong on all but e; no answer is thin."),
    ([("a", 9.0), ("b", 8.0), ("c", 7.0), ("d", 7.0), ("e", 50.0), ("f", 55.0)],
     "Thin on all but e and f; no answer is strong."),
    ([("a", 20.0), ("b", 10.0), ("c", 60.0)], "Thin on b and a; no answer is strong."),
    ([("a", 70.0), ("b", 100.0)], "Strong on every question."),
    ([("a", 44.9), ("b", 0.0)], "Thin on every question."),
    ([("a", 45.0), ("b", 69.9)], "Average throughout: no answer is strong, and none is thin."),
    # Two answers about one thing are one topic if they are as strong; a mean of others would hide both.
    ([("a", 90.0), ("a", 20.0), ("b", 80.0)], "Strong on a (question 1) and b; the a (question 2) answer is thin."),
    ([("a", 100.0), ("a", 0.0)], "Strong on a (question 1); the a (question 2) answer is thin."),
    ([("a", 100.0), ("a", 62.0), ("b", 90.0)], "Strong on a (question 1) and b; no answer is thin."),
    ([("a", 69.9), ("a", 38.0), ("b", 28.8), ("c", 50.0)], "Thin on b and a (question 2); no answer is strong."),
    ([("a", 10.0), ("a", 20.0), ("b", 80.0)], "Strong on b; the answers on a are thin."),
    ([("a", 80.0), ("b", None), ("c", 50.0)], "Strong on a. 1 of 3 questions has no score."),
    ([("a", 50.0), ("b", None), ("c", None)],
     "Average throughout: no answer is strong, and none is thin. 2 of 3 questions have no score."),
    ([("a", 10.0), ("b", None)], "The a answer is thin. 1 of 2 questions has no score."),
    ([("a", None)], "No total: too little could be scored."),
    ([], "No total: too little could be scored."),
])  # fmt: skip
def test_the_headline_summarises_the_answers_in_one_sentence(
    answers: list[tuple[str, float | None]], sentence: str
) -> None:
    assert headline(of(*answers, totals=machine(60.0))) == sentence


@for_each(("totals", "sentence"), [
    (TotalFacts(41.5, "override", 72.1), "A person set the total to 41.5; the machine gave 72.1."),
    (TotalFacts(41.5, "override", None), "A person set the total to 41.5; the machine gave none."),
    (TotalFacts(60.0, "human", 72.1, 1), "One review gives 60.0; the machine gave 72.1."),
    (TotalFacts(60.0, "human", 72.1, 3), "3 reviews give 60.0 on average; the machine gave 72.1."),
    (TotalFacts(60.0, "human", None, 2), "2 reviews give 60.0 on average; the machine gave no score."),
    (TotalFacts(60.0, "judge", 72.1),
     "Strong on every question. The language model gives 60.0 and ranks; the machine gave 72.1."),
    (TotalFacts(70.0, "override", 72.1, overridden_answers=1),
     "Strong on every question. A person changed the score of one answer: the total is 70.0; the machine gave 72.1."),
    (TotalFacts(70.0, "override", 72.1, overridden_answers=4),
     "Strong on every question. A person changed the scores of 4 answers: the total is 70.0; the machine gave 72.1."),
    (TotalFacts(70.0, "override", None, overridden_answers=1),
     "Strong on every question. A person changed the score of one answer; the machine gave no total."),
])  # fmt: skip
def test_the_headline_names_who_gave_the_total_unless_the_machine_did(totals: TotalFacts, sentence: str) -> None:
    assert headline(of(("a", 80.0), totals=totals)) == sentence


def test_without_a_total_the_headline_gives_the_reason_and_no_answers() -> None:
    for reason in ("created", "invited", "in_progress", "expired", "canceled", "failed", "waiting", "needs_review",
                   "no_consent", "disputed", "unscored"):  # fmt: skip
        for language in LANGUAGES:
            text = headline(of(("debugging", 80.0), unscored_because=reason), language)
            assert text == TEXTS[language][reason], (reason, language)


def test_a_dealbreaker_note_appears_once_and_only_for_a_weak_answer() -> None:
    weak = TopicAnswer("delivery", 20.0, dealbreaker=True)
    missing = TopicAnswer("delivery", None, dealbreaker=True, answered=False)
    good = TopicAnswer("delivery", 45.0, dealbreaker=True)
    data = TopicAnswer("data", 80.0)
    headlines = [headline(HeadlineFacts((data, answer), machine(50.0))) for answer in (weak, missing, good)]
    assert headlines == [
        "Strong on data; the delivery answer is thin. The answer to the dealbreaker, delivery, is weak.",
        "Strong on data. 1 of 2 questions has no score. The dealbreaker, delivery, is not answered.",
        "Strong on data; no answer is thin.",
    ]


def test_headlines_exist_in_every_language_with_the_same_placeholders() -> None:
    assert set(TEXTS) == set(LANGUAGES)
    for language, texts in TEXTS.items():
        assert list(texts) == list(TEXTS["en"]), language
        for key, text in texts.items():
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", TEXTS["en"][key])), (language, key)


@for_each(("language", "sentence"), [
    ("de", "Stark: Fehlersuche und Daten; schwach: Konflikte."),
    ("es", "Fuerte en Fehlersuche y Daten; la respuesta sobre Konflikte es floja."),
])
def test_topics_in_a_headline_are_in_its_language(language: str, sentence: str) -> None:
    facts = of(("Fehlersuche", 80.0), ("Daten", 74.0), ("Konflikte", 30.0), totals=machine(61.3))
    assert headline(facts, language) == sentence


def test_numbers_and_lists_in_a_headline_follow_its_language() -> None:
    set_by_person = of(("a", 80.0), totals=TotalFacts(41.5, "override", 72.1))
    assert "41,5" in headline(set_by_person, "de")
    assert headline(of(("liderazgo", 90.0), ("integridad", 80.0), ("x", 50.0), totals=machine(61.3)), "es").startswith(
        "Fuerte en liderazgo e integridad;"
    )


def answer(topic: str, score: float, **facts: bool) -> TopicAnswer:
    return TopicAnswer(topic, score, **facts)


@for_each(("answers", "sentence"), [
    ([answer("debugging", 90.0), answer("ownership", 70.9, points_found=False)],
     ("Strong on debugging. Read the answer on ownership before you use its score: none of the plan's key points is in"
      " it word for word.")),
    ([answer("debugging", 60.0), answer("ownership", 62.7, points_found=False)],
     ("Otherwise average. Read the answer on ownership before you use its score: none of the plan's key points is in it"
      " word for word.")),
    ([answer("a", 80.0, points_found=False), answer("b", 99.0, points_found=False)],
     "Read the answers before you use their scores: none of the plan's key points is in any of them word for word."),
    # A thin answer is thin, whatever it lacks.
    ([answer("a", 80.0), answer("b", 12.0, points_found=False)], "Strong on a; the b answer is thin."),
    # Those that are thin are named where others are: they have no points either.
    ([answer("a", 10.0, points_found=False), answer("b", 55.4, points_found=False), answer("c", 50.0)],
     ("The a answer is thin. Read the answers on a and b before you use their scores: none of the plan's key points is"
      " in them word for word.")),
    ([answer("a", 10.0), answer("b", 71.0, points_found=False)],
     ("The a answer is thin. Read the answer on b before you use its score: none of the plan's key points is in it word"
      " for word.")),
    ([answer("a", 80.0), answer("b", 76.9, content_assessed=False)],
     "Strong on a. 1 of 2 answers were assessed for content: b is in another language."),
    ([answer("a", 80.0), answer("b", 12.0, content_assessed=False), answer("c", 80.0, content_assessed=False)],
     "Strong on a. 1 of 3 answers were assessed for content: b and c are in another language."),
])  # fmt: skip
def test_no_praise_for_answers_without_any_point_or_not_assessed(answers: list[TopicAnswer], sentence: str) -> None:
    facts = HeadlineFacts(tuple(answers), machine(80.0))
    assert headline(facts) == sentence


@for_each(("answers", "sentence"), [
    ([answer("debugging", 90.0, near_duplicate=True), answer("data", 60.0)],
     ("Strong on debugging; no answer is thin. The answer on debugging is nearly identical to another candidate's:"
      " please read both.")),
    ([answer("a", 90.0, near_duplicate=True), answer("b", 80.0, near_duplicate=True)],
     "Strong on every question. The answers on a and b are nearly identical to another candidate's: please read both."),
    # Nothing is praised.
    ([answer("a", 60.0, near_duplicate=True), answer("b", 80.0)], "Strong on b; no answer is thin."),
])  # fmt: skip
def test_praise_for_nearly_another_candidates_answer_says_so(answers: list[TopicAnswer], sentence: str) -> None:
    assert headline(HeadlineFacts(tuple(answers), machine(80.0))) == sentence
