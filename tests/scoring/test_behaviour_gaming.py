"""Attempts to be given points for nothing: every one of them must fail, in every trade and language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import transformations as change
from fakes.answers import BY_ID, STRONG_ANSWERS, StrongAnswer, criteria_of, scored_text
from fakes.score_changes import score, score_change, scored_answer
from for_each import for_each

every_answer = for_each("told", STRONG_ANSWERS, ids=[item.id for item in STRONG_ANSWERS])
ENGLISH = [item for item in STRONG_ANSWERS if item.language == "en"]
every_english_answer = for_each("told", ENGLISH, ids=[item.id for item in ENGLISH])
NOTHING = ("no", "fine", "I don't know", "Not sure, sorry.", "yes of course", "ok", "...", "I have no idea.")
READ_BACK = {
    "en": "You want me to talk about this question: {title} So the question is {title}",
    "de": "Sie fragen mich also: {title} Die Frage ist: {title}",
    "es": "Entonces usted me pregunta: {title} La pregunta es: {title}",
    "fr": "Donc vous me demandez: {title} La question est: {title}",
    "pt": "Então você me pergunta: {title} A pergunta é: {title}",
    "ru": "Значит, вы меня спрашиваете: {title} Вопрос такой: {title}",
}


@every_answer
@for_each("text", NOTHING)
def test_a_nearly_empty_answer_is_not_scorable(told: StrongAnswer, text: str) -> None:
    found = scored_answer(told, text)
    assert (found.score, found.status) == (None, "not_scorable")
    assert score_change(told, text) < 0
    assert found.details["reason_code"]
    assert "parts" not in found.details
    assert len(found.reasons) >= 1


@every_answer
@for_each("text", [*change.GIBBERISH, change.LATIN], ids=["keys", "more keys", "latin"])
def test_meaningless_text_is_not_scored_by_any_rule(told: StrongAnswer, text: str) -> None:
    found = scored_answer(told, text)
    assert score_change(told, text) < 0
    assert (found.score, found.details["reason_code"]) == (None, "unknown_language")
    assert found.confidence < 1


@every_answer
def test_an_answer_in_another_language_is_scored_by_evidence_without_content(told: StrongAnswer) -> None:
    for other in STRONG_ANSWERS:
        if other.language != told.language:
            found = scored_answer(told, other.text)
            assert (found.score or 0) >= 50
            assert "content" not in found.details["parts"]
            assert "language_mismatch" in found.flags
            assert found.confidence < 1
            assert any("content was not scored" in reason for reason in found.reasons)


@every_answer
def test_repeating_the_question_as_answer_scores_nothing(told: StrongAnswer) -> None:
    for text in (told.title, f"{told.title} {told.title}", READ_BACK[told.language].format(title=told.title)):
        assert score(told, text) <= 10
        assert score_change(told, text) < 0
        assert "parroting" in scored_answer(told, text).flags


@every_answer
@for_each("between", [", ", "\n", " ", ". ", "and"], ids=["commas", "lines", "spaces", "stops", "and"])
@for_each("frame", range(3), ids=["bare", "announced", "introduced"])
@for_each("most", [8, 12, 20])
def test_a_list_of_words_from_the_reference_answer_scores_little(
    told: StrongAnswer, between: str, frame: int, most: int
) -> None:
    joined = change.AND[told.language] if between == "and" else between
    listed = change.LIST_FRAMES[told.language][frame].format(joined.join(change.terms_of(told, most, seed=most)))
    found = scored_answer(told, listed, with_references=True)
    assert "keyword_list" in found.flags
    assert score(told, listed, with_references=True) <= 20
    assert score_change(told, listed, with_references=True) < 0


@every_answer
def test_the_reference_answer_itself_is_not_flagged_as_a_keyword_list(told: StrongAnswer) -> None:
    whole = scored_answer(told, told.text, with_references=True)
    assert "keyword_list" not in whole.flags
    # Its key points are told in other words, which no count of words sees.
    assert (whole.score or 0) >= 70


@for_each(
    "sentences",
    [
        ("1. more addresses 2. simple header", "3. less routing", "4. better security 5. mobility"),
        ("-more addresses -simple header", "-less routing", "-better security -mobility"),
        ("More addresses. Simple header.", "Less routing.", "Better security. Mobility."),
    ],
    ids=["numbers", "dashes", "brief sentences"],
)
def test_a_list_is_accepted_if_the_reference_answer_is_a_list(sentences: tuple[str, str, str], tmp_path: Path) -> None:
    situation, action, result = sentences
    told = replace(BY_ID["backend"], situation=situation, actions=(action,), result=result, keywords=(), key_points=())
    found = scored_text(criteria_of(tmp_path, (told,), with_references=True), told,
                   "more addresses, simple header, less routing tables, better security, mobility")  # fmt: skip
    assert "keyword_list" not in found.flags
    assert (found.score or 0) >= 60


@every_answer
@for_each("heard", [str, change.asr], ids=["written", "recognised"])
def test_claims_without_events_score_little(told: StrongAnswer, heard: Callable[[str], str]) -> None:
    claims = change.claimed(told.keywords, change.CLAIMS[told.language])
    # Two of the German keywords are participles: "ich bin mit zugehört vertraut" reads as something done.
    least = 0.5 if told.language == "de" else 0.6
    assert score_change(told, heard(claims)) <= -least * score(told, told.text)


@for_each("name", change.GENERAL)
@for_each("heard", [str, change.asr], ids=["written", "recognised"])
def test_generalities_score_less_than_events(name: str, heard: Callable[[str], str]) -> None:
    told = BY_ID[name]
    assert score_change(told, heard(change.GENERAL[name])) <= -0.2 * score(told, told.text)


@every_answer
def test_claims_added_to_a_story_hardly_change_its_score(told: StrongAnswer) -> None:
    claims = change.claimed(told.keywords, change.CLAIMS[told.language])
    assert score_change(told, f"{told.text} {claims}") == pytest.approx(0, abs=5)
    assert score_change(told, f"{claims} {told.text}") == pytest.approx(0, abs=5)


@every_answer
def test_repeating_the_question_before_the_answer_keeps_the_score(told: StrongAnswer) -> None:
    assert score_change(told, f"{told.title} {told.text}") == pytest.approx(0, abs=1)


@every_answer
@for_each("joined", [", ", " ", ". "])
@for_each("times", [1, 5])
def test_a_bare_list_of_keywords_scores_almost_nothing(told: StrongAnswer, joined: str, times: int) -> None:
    listed = joined.join(told.keywords * times)
    assert score(told, listed) <= 20
    assert score_change(told, listed) < 0


@every_answer
@for_each("joined", [", ", " "])
def test_keywords_added_at_the_end_keep_the_score(told: StrongAnswer, joined: str) -> None:
    # Without one of its sentences, so that there is something to be gained.
    text = " ".join(told.sentences[:2])
    stuffed = f"{text} {joined.join(told.keywords * 5)}"
    assert score_change(told, stuffed, text) == pytest.approx(0, abs=2)
    assert "keyword_list" in scored_answer(told, stuffed).flags


@every_answer
def test_self_praise_keeps_the_score(told: StrongAnswer) -> None:
    for text in (told.text, told.weak, " ".join(told.sentences[:2])):
        assert -2 <= score_change(told, f"{text} {change.PRAISE[told.language]}", text) <= 0.5


@every_answer
@for_each("times", [2, 3])
def test_repeating_the_answer_keeps_the_score_and_is_flagged(told: StrongAnswer, times: int) -> None:
    for text in (told.text, " ".join(told.sentences[:2])):
        again = " ".join([text] * times)
        assert -2 <= score_change(told, again, text) <= 0.5
        assert "repetition" in scored_answer(told, again).flags


@every_answer
def test_neutral_filler_of_double_length_keeps_the_score(told: StrongAnswer) -> None:
    filler = change.NEUTRAL[told.language]
    assert score_change(told, f"{told.text} {filler} {filler}") == pytest.approx(0, abs=2)


@every_answer
@for_each("order", change.INJECTIONS)
def test_instructions_to_the_scorer_are_flagged_and_not_followed(told: StrongAnswer, order: str) -> None:
    for text in (f"{told.text} {order}", f"{order}\n{told.text}"):
        assert -10 <= score_change(told, text) <= 0.5
        assert "instructions_in_answer" in scored_answer(told, text).flags
    assert (scored_answer(told, order).score or 0) <= 10


#: Terms of the trade that no rule names; a transcript has no commas to tell them by.
TERMS = (
    "scalability microservices kubernetes caching observability throughput refactoring deployment architecture",
    "empathy leadership communication ownership agility resilience teamwork integrity motivation excellence passion",
)


@every_english_answer
def test_a_list_of_technical_terms_scores_little_even_if_no_rule_names_them(told: StrongAnswer) -> None:
    found = scored_answer(told, " ".join(TERMS))
    assert (found.score or 0) <= 20
    assert score_change(told, " ".join(TERMS)) < 0
    assert "keyword_list" in found.flags or found.status == "not_scorable"


@every_english_answer
def test_technical_terms_added_at_the_end_do_not_raise_the_score(told: StrongAnswer) -> None:
    assert score_change(told, f"{told.text} {' '.join(TERMS)}") <= 2


@every_answer
@for_each("order", range(4))
@for_each("heard", [str, change.asr], ids=["written", "recognised"])
@for_each("answer", ["strong", "weak"])
def test_instructions_to_the_scorer_never_raise_the_score(
    told: StrongAnswer, order: int, heard: Callable[[str], str], answer: str
) -> None:
    text = told.text if answer == "strong" else told.weak
    ordered = heard(f"{text} {change.ORDERS[told.language][order]}")
    assert "instructions_in_answer" in scored_answer(told, ordered).flags
    assert score_change(told, ordered, heard(text)) <= 0.5
