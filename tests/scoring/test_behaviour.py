"""How scores behave when answers are changed: what must not move them, what must, and which way.

After the behavioural tests of Ribeiro et al. 2020 (CheckList): invariance, direction and minimum functionality. Every
transformation is tried on strong answers of several trades and languages.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes import transformations as change
from fakes.answers import BY_ID, STRONG_ANSWERS, StrongAnswer, criteria_of, scored_text
from fakes.score_changes import record_change, score, score_change, scored_answer
from for_each import for_each
from tener_interview.transcripts.captions import plain_transcript

IDS = [item.id for item in STRONG_ANSWERS]
ENGLISH = [item for item in STRONG_ANSWERS if item.language == "en"]
SEEDS = (1, 2, 3)


every_answer = for_each("answer", STRONG_ANSWERS, ids=IDS)
every_seed = for_each("seed", SEEDS)


@every_answer
def test_strong_answers_score_high_and_weak_answers_low(answer: StrongAnswer) -> None:
    strong, weak = scored_answer(answer, answer.text), scored_answer(answer, answer.weak)
    assert strong.score is not None
    assert strong.score >= 65
    assert strong.confidence == 1.0
    assert (weak.score or 0) <= 35
    assert score_change(answer, answer.weak) < 0


@every_answer
def test_shuffling_the_words_of_an_answer_lowers_its_score_by_a_fifth_on_average(answer: StrongAnswer) -> None:
    moves = [score_change(answer, change.shuffled_words(answer.text, seed)) for seed in range(10)]
    assert sum(moves) / len(moves) <= -0.2 * score(answer, answer.text)
    assert sum(move < 0 for move in moves) >= 7


@every_answer
@every_seed
def test_shuffling_sentences_keeps_the_score(answer: StrongAnswer, seed: int) -> None:
    assert score_change(answer, change.shuffled_sentences(answer.sentences, seed)) == pytest.approx(0, abs=1)


@every_answer
def test_the_answer_to_another_question_scores_less(answer: StrongAnswer) -> None:
    for other in STRONG_ANSWERS:
        if other.language == answer.language and other is not answer:
            # What is asked for may have been said in other words, so that evidence counts for a part of it.
            assert score_change(answer, other.text) < -0.1 * score(answer, answer.text)
            assert "off_topic" in scored_answer(answer, other.text).flags


@every_answer
def test_an_irrelevant_sentence_at_the_end_keeps_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, f"{answer.text} {change.IRRELEVANT[answer.language]}") == pytest.approx(0, abs=3)


@every_answer
def test_more_evidence_scores_more(answer: StrongAnswer) -> None:
    short = " ".join([answer.situation, answer.actions[0], answer.result])
    assert score_change(answer, f"{short} {answer.more}", short) > 2


@every_answer
def test_low_quality_evidence_never_raises_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, f"{answer.text} {change.LOW_QUALITY[answer.language]}") <= 0


@every_answer
def test_a_retraction_lowers_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, f"{answer.text} {change.DEBASED[answer.language]}") < 0


@every_answer
@for_each("variant", range(8))
@for_each("transcribe", [str, change.asr], ids=["written", "recognised"])
def test_stories_that_failed_or_that_others_did_score_less(
    answer: StrongAnswer, variant: int, transcribe: Callable[[str], str]
) -> None:
    taken_back = f"{answer.text} {change.TAKEN_BACK[answer.language][variant]}"
    assert score_change(answer, transcribe(taken_back), transcribe(answer.text)) < 0


@every_answer
@for_each("variant", range(3))
def test_phrases_resembling_a_retraction_do_not_lower_the_score(answer: StrongAnswer, variant: int) -> None:
    assert score_change(answer, f"{answer.text} {change.NOT_TAKEN_BACK[answer.language][variant]}") >= 0


@every_answer
@for_each("variant", range(3))
def test_adding_a_result_raises_the_score(answer: StrongAnswer, variant: int) -> None:
    bare = " ".join([answer.situation, *answer.actions])
    with_result = f"{bare} {change.RESULTS[answer.language][variant]}"
    assert score_change(answer, with_result, bare) > 0


@for_each("language", change.IN_THE_PRESENT)
@for_each("transcribe", [str, change.asr], ids=["written", "recognised"])
def test_a_story_in_the_present_tense_is_not_said_to_lack_actions(
    language: str, transcribe: Callable[[str], str]
) -> None:
    answer = next(item for item in STRONG_ANSWERS if item.language == language)
    found = scored_answer(answer, transcribe(change.IN_THE_PRESENT[language]))
    assert not any("specific action" in item["text"] for item in found.details["missing"])


NEGATIONS = {
    "backend": (
        "I did not collect the logs and I never compared anything. I could not reproduce it, I found no root cause, I "
        "did not write a fix and I added no monitoring. We have not lost fewer orders since then."
    ),
    "nurse": (
        "I did not ask her to sit down and I did not listen. We never agreed on anything, I gave no feedback, I did "
        "not call anybody for the patient, and I did not write a guideline for the handover."
    ),
    "ru-backend": (
        "Я не собрал логи и не сравнил время сбоев. Я не нашёл причину, не добавил индекс, не настроил мониторинг и "
        "не написал тест. Нагрузка не снизилась, и ничего не изменилось за четырнадцать месяцев."
    ),
    "de-nurse": (
        "Ich habe nicht zugehört und keine Checkliste geschrieben. Wir haben nichts vereinbart, ich habe den Patient "
        "nicht besucht, keine Rückmeldung gegeben und die Übergabe nicht geändert."
    ),
}


@for_each("name", NEGATIONS)
def test_negated_actions_score_little(name: str) -> None:
    answer = BY_ID[name]
    assert score_change(answer, NEGATIONS[name]) < -0.5 * score(answer, answer.text)


@every_answer
def test_an_answer_without_its_result_scores_less(answer: StrongAnswer) -> None:
    bare = " ".join([answer.situation, answer.actions[0]])
    with_result = f"{bare} {answer.result}"
    assert score_change(answer, bare, with_result) < 0


@every_answer
def test_an_answer_without_its_actions_scores_less(answer: StrongAnswer) -> None:
    assert score_change(answer, f"{answer.situation} {answer.result}") < -10


@every_answer
def test_truncating_an_answer_hardly_raises_its_score(answer: StrongAnswer) -> None:
    parts = [change.truncated(answer.text, share) for share in (1.0, 0.75, 0.5, 0.25)]
    moves = [score_change(answer, shorter, longer) for longer, shorter in itertools.pairwise(parts)]
    assert max(moves) <= 0.5, moves


@every_answer
def test_a_concise_answer_scores_no_less_than_a_rambling_one(answer: StrongAnswer) -> None:
    rambling = " ".join(f"{sentence} {change.NEUTRAL[answer.language]}" for sentence in answer.sentences)
    assert score_change(answer, rambling) <= 1


@every_answer
def test_missing_capitals_and_punctuation_hardly_change_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, change.asr(answer.text)) == pytest.approx(0, abs=2)


@every_answer
@every_seed
def test_filler_words_do_not_lower_the_score(answer: StrongAnswer, seed: int) -> None:
    spoken = change.with_fillers(answer.text, change.FILLERS[answer.language], seed)
    assert score_change(answer, spoken) == pytest.approx(0, abs=1)


@every_answer
@for_each(("rate", "most"), [(0.05, 3.0), (0.10, 7.0)])
def test_misheard_words_hardly_lower_the_score(answer: StrongAnswer, rate: float, most: float) -> None:
    moves = [score_change(answer, change.misheard(answer.text, seed, rate)) for seed in range(8)]
    assert abs(sum(moves) / len(moves)) <= most


def test_many_misheard_words_lower_the_confidence() -> None:
    scored = [scored_answer(answer, change.misheard(answer.text, seed, 0.3)) for answer in ENGLISH for seed in range(5)]
    unsure = [item for item in scored if item.confidence < 1 and "poor_transcript" in item.flags]
    # Surely recognised so badly: a fluent answer must not be taken for one.
    assert len(unsure) >= 0.4 * len(scored)


@every_answer
def test_typography_timestamps_and_speaker_labels_keep_the_score(answer: StrongAnswer) -> None:
    assert score_change(answer, plain_transcript(change.typeset(answer.text))) == pytest.approx(0, abs=1)


SAME: dict[str, list[tuple[str, str]]] = {
    "numbers": [
        ("three weeks", "3 weeks"), ("sixty seconds", "60 seconds"), ("one order in two hundred", "1 order in 200"),
        ("fourteen months", "14 months"), ("from thirty to two", "from 30 to 2"), ("five minutes", "5 minutes"),
        ("from six to one", "from 6 to 1"), ("twenty percent", "20%"), ("eleven thousand", "11,000"),
        ("twenty-eight", "28"), ("twenty-three", "23"), ("from forty to six", "from 40 to 6"),
    ],
    "contractions": [
        ("I had", "I'd"), ("would not", "wouldn't"), ("we have", "we've"), ("It turned", "It'd turned"),
        ("could not", "couldn't"), ("did not", "didn't"),
    ],
    "we": [("I ", "we "), (" my ", " our "), ("me ", "us ")],
    "people": [
        ("She", "He"), ("she", "he"), (" her ", " him "), ("physician", "physician"), ("Hamburg", "Nairobi"),
        ("pupils", "pupils"),
    ],
}


@for_each("answer", ENGLISH, ids=[item.id for item in ENGLISH])
@for_each("kind", SAME)
def test_paraphrases_keep_the_score(answer: StrongAnswer, kind: str) -> None:
    text = answer.text
    for variant, otherwise in SAME[kind]:
        text = text.replace(variant, otherwise)
    allowed = {"numbers": 1.0, "contractions": 1.0, "we": 2.0, "people": 0.0}[kind]
    assert score_change(answer, text) == pytest.approx(0, abs=allowed)


def test_british_and_american_spelling_score_the_same() -> None:
    answer = BY_ID["nurse"]
    british = "We organised it, prioritised the behaviour, analysed and summarised the programme in the centre."
    american = "We organized it, prioritized the behavior, analyzed and summarized the program in the center."
    assert score_change(answer, f"{answer.text} {british}", f"{answer.text} {american}") == 0


def test_grammar_mistakes_hardly_lower_the_score() -> None:
    answer = BY_ID["backend"]
    slipped = answer.text.replace(" the ", " ").replace(" a ", " ").replace("started to lose", "start to losing")
    assert score_change(answer, slipped) == pytest.approx(0, abs=3)


def test_mentions_of_age_family_and_faith_do_not_change_the_score() -> None:
    answer = BY_ID["backend"]
    for aside in ("As a mother of two children, ", "Being a Muslim man, ", "At 58 years old, "):
        assert score_change(answer, f"{aside}{answer.text[0].lower()}{answer.text[1:]}") == 0


@every_answer
def test_scoring_the_same_text_twice_gives_the_same_result(answer: StrongAnswer) -> None:
    first, second = scored_answer(answer, answer.text), scored_answer(answer, answer.text)
    assert first == second
    json.dumps(first.details)


@every_answer
def test_the_score_is_the_sum_of_its_parts_and_quotes_what_was_said(answer: StrongAnswer) -> None:
    for text in (answer.text, answer.weak, change.asr(answer.text), change.typeset(answer.text)):
        found = scored_answer(answer, text)
        if found.score is None:
            continue
        assert found.score == pytest.approx(sum(part["points"] for part in found.details["parts"].values()), abs=0.05)
        assert found.details["evidence"] or text == answer.weak
        for item in found.details["evidence"]:
            assert text[item["start"] : item["end"]] == item["quote"]
            assert item["quote"].strip()
            assert item["part"] in found.details["parts"]


@every_answer
def test_weights_count_in_proportion_and_a_weight_of_0_has_no_effect(answer: StrongAnswer, tmp_path: Path) -> None:
    one = criteria_of(tmp_path, weights={"keyword": 0.6, "length": 0.25, "clarity": 0.15})
    other = criteria_of(tmp_path, weights={"keyword": 60, "length": 25, "clarity": 15})
    scores = [scored_text(criteria, answer, answer.text).score or 0 for criteria in (one, other)]
    assert record_change(scores[0] - scores[1]) == 0
    without = criteria_of(tmp_path, weights={"content": 0, "evidence": 1, "relevance": 0, "structure": 0})
    assert "content" not in scored_text(without, answer, answer.text).details["parts"]


def test_filler_after_a_complete_answer_does_not_raise_the_score() -> None:
    """A hundred and fifty words of new filler in random order, on top of an answer that says enough."""
    for answer in ENGLISH:
        words = change.NEUTRAL["en"].split() * 4
        random.Random(5).shuffle(words)
        assert score_change(answer, f"{answer.text} {change.NEUTRAL['en']} {change.NEUTRAL['en']}") <= 2
