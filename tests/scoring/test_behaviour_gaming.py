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

every_answer = for_each("answer", STRONG_ANSWERS, ids=[item.id for item in STRONG_ANSWERS])
ENGLISH = [item for item in STRONG_ANSWERS if item.language == "en"]
every_english_answer = for_each("answer", ENGLISH, ids=[item.id for item in ENGLISH])
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
def test_a_nearly_empty_answer_is_not_scorable(answer: StrongAnswer, text: str) -> None:
    found = scored_answer(answer, text)
    assert (found.score, found.status) == (None, "not_scorable")
    assert score_change(answer, text) < 0
    assert found.details["reason_code"]
    assert "parts" not in found.details
    assert len(found.reasons) >= 1


@every_answer
@for_each("text", [*change.GIBBERISH, change.LATIN], ids=["keys", "more keys", "latin"])
def test_meaningless_text_is_not_scored_by_any_rule(answer: StrongAnswer, text: str) -> None:
    found = scored_answer(answer, text)
    assert score_change(answer, text) < 0
    assert (found.score, found.details["reason_code"]) == (None, "unknown_language")
    assert found.confidence < 1


@every_answer
def test_an_answer_in_another_language_is_scored_by_evidence_without_content(answer: StrongAnswer) -> None:
    for other in STRONG_ANSWERS:
        if other.language != answer.language:
            found = scored_answer(answer, other.text)
            assert (found.score or 0) >= 50
            assert "content" not in found.details["parts"]
            assert "language_mismatch" in found.flags
            assert found.confidence < 1
            assert any("content was not scored" in reason for reason in found.reasons)


@every_answer
def test_repeating_the_question_as_answer_scores_nothing(answer: StrongAnswer) -> None:
    for text in (answer.title, f"{answer.title} {answer.title}", READ_BACK[answer.language].format(title=answer.title)):
        assert score(answer, text) <= 10
        assert score_change(answer, text) < 0
        assert "parroting" in scored_answer(answer, text).flags


@every_answer
@for_each("between", [", ", "\n", " ", ". ", "and"], ids=["commas", "lines", "spaces", "stops", "and"])
@for_each("frame", range(3), ids=["bare", "announced", "introduced"])
@for_each("most", [8, 12, 20])
def test_a_list_of_words_from_the_reference_answer_scores_little(
    answer: StrongAnswer, between: str, frame: int, most: int
) -> None:
    joined = change.AND[answer.language] if between == "and" else between
    listed = change.LIST_FRAMES[answer.language][frame].format(joined.join(change.terms_of(answer, most, seed=most)))
    found = scored_answer(answer, listed, with_references=True)
    assert "keyword_list" in found.flags
    assert score(answer, listed, with_references=True) <= 20
    assert score_change(answer, listed, with_references=True) < 0


@every_answer
def test_the_reference_answer_itself_is_not_flagged_as_a_keyword_list(answer: StrongAnswer) -> None:
    whole = scored_answer(answer, answer.text, with_references=True)
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
    answer = replace(
        BY_ID["backend"], situation=situation, actions=(action,), result=result, keywords=(), key_points=()
    )
    found = scored_text(criteria_of(tmp_path, (answer,), with_references=True), answer,
                   "more addresses, simple header, less routing tables, better security, mobility")  # fmt: skip
    assert "keyword_list" not in found.flags
    assert (found.score or 0) >= 60


@every_answer
@for_each("transcribe", [str, change.asr], ids=["written", "recognised"])
def test_claims_without_events_score_little(answer: StrongAnswer, transcribe: Callable[[str], str]) -> None:
    claims = change.claimed(answer.keywords, change.CLAIMS[answer.language])
    # Two of the German keywords are participles: "ich bin mit zugehört vertraut" reads as something done.
    least = 0.5 if answer.language == "de" else 0.6
    assert score_change(answer, transcribe(claims)) <= -least * score(answer, answer.text)


@for_each("name", change.GENERAL)
@for_each("transcribe", [str, change.asr], ids=["written", "recognised"])
def test_generalities_score_less_than_events(name: str, transcribe: Callable[[str], str]) -> None:
    answer = BY_ID[name]
    assert score_change(answer, transcribe(change.GENERAL[name])) <= -0.2 * score(answer, answer.text)


@every_answer
def test_claims_added_to_a_story_hardly_change_its_score(answer: StrongAnswer) -> None:
    claims = change.claimed(answer.keywords, change.CLAIMS[answer.language])
    assert score_change(answer, f"{answer.text} {claims}") == pytest.approx(0, abs=5)
    assert score_change(answer, f"{claims} {answer.text}") == pytest.approx(0, abs=5)


@every_answer
def test_repeating_the_question_before_the_answer_keeps_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, f"{answer.title} {answer.text}") == pytest.approx(0, abs=1)


@every_answer
@for_each("joined", [", ", " ", ". "])
@for_each("times", [1, 5])
def test_a_bare_list_of_keywords_scores_almost_nothing(answer: StrongAnswer, joined: str, times: int) -> None:
    listed = joined.join(answer.keywords * times)
    assert score(answer, listed) <= 20
    assert score_change(answer, listed) < 0


@every_answer
@for_each("joined", [", ", " "])
def test_keywords_added_at_the_end_keep_the_score(answer: StrongAnswer, joined: str) -> None:
    # Without one of its sentences, so that there is something to be gained.
    text = " ".join(answer.sentences[:2])
    stuffed = f"{text} {joined.join(answer.keywords * 5)}"
    assert score_change(answer, stuffed, text) == pytest.approx(0, abs=2)
    assert "keyword_list" in scored_answer(answer, stuffed).flags


@every_answer
def test_self_praise_keeps_the_score(answer: StrongAnswer) -> None:
    for text in (answer.text, answer.weak, " ".join(answer.sentences[:2])):
        assert -2 <= score_change(answer, f"{text} {change.PRAISE[answer.language]}", text) <= 0.5


@every_answer
@for_each("times", [2, 3])
def test_repeating_the_answer_keeps_the_score_and_is_flagged(answer: StrongAnswer, times: int) -> None:
    for text in (answer.text, " ".join(answer.sentences[:2])):
        again = " ".join([text] * times)
        assert -2 <= score_change(answer, again, text) <= 0.5
        assert "repetition" in scored_answer(answer, again).flags


@every_answer
def test_neutral_filler_of_double_length_keeps_the_score(answer: StrongAnswer) -> None:
    filler = change.NEUTRAL[answer.language]
    assert score_change(answer, f"{answer.text} {filler} {filler}") == pytest.approx(0, abs=2)


@every_answer
@for_each("order", change.INJECTIONS)
def test_instructions_to_the_scorer_are_flagged_and_not_followed(answer: StrongAnswer, order: str) -> None:
    for text in (f"{answer.text} {order}", f"{order}\n{answer.text}"):
        assert -10 <= score_change(answer, text) <= 0.5
        assert "instructions_in_answer" in scored_answer(answer, text).flags
    assert (scored_answer(answer, order).score or 0) <= 10


#: Terms of the trade that no rule names; a transcript has no commas to tell them by.
TERMS = (
    "scalability microservices kubernetes caching observability throughput refactoring deployment architecture",
    "empathy leadership communication ownership agility resilience teamwork integrity motivation excellence passion",
)


@every_english_answer
def test_a_list_of_technical_terms_scores_little_even_if_no_rule_names_them(answer: StrongAnswer) -> None:
    found = scored_answer(answer, " ".join(TERMS))
    assert (found.score or 0) <= 20
    assert score_change(answer, " ".join(TERMS)) < 0
    assert "keyword_list" in found.flags or found.status == "not_scorable"


@every_english_answer
def test_technical_terms_added_at_the_end_do_not_raise_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, f"{answer.text} {' '.join(TERMS)}") <= 2


@every_answer
@for_each("order", range(4))
@for_each("transcribe", [str, change.asr], ids=["written", "recognised"])
@for_each("quality", ["strong", "weak"])
def test_instructions_to_the_scorer_never_raise_the_score(
    answer: StrongAnswer, order: int, transcribe: Callable[[str], str], quality: str
) -> None:
    text = answer.text if quality == "strong" else answer.weak
    ordered = transcribe(f"{text} {change.ORDERS[answer.language][order]}")
    assert "instructions_in_answer" in scored_answer(answer, ordered).flags
    assert score_change(answer, ordered, transcribe(text)) <= 0.5
