"""Stories in the words of learners, of dialects and of speech recognition that loses endings score like their twins in
standard language; habits, claims, lists and shuffled words told in such forms do not.

`learners.tsv` has a language, a story, and the same story by a learner; `attempts.tsv` a language, the most that an
answer without a story may score, and the answer.
"""

from __future__ import annotations

import random
import statistics
from pathlib import Path

from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.scoring.answer import score_answer
from tener_interview.transcripts.transcript import Transcript

RULE = make_rule(ExpectedContent())


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]


def score(text: str, language: str) -> float:
    return score_answer(RULE, Transcript(0, "q", "A hard day?", answered=True, text=text), language).score or 0.0


def shuffled(text: str, language: str, number: int) -> float:
    words = text.split()
    random.Random(number).shuffle(words)
    return score(" ".join(words), language)


def test_a_story_of_a_learner_scores_like_the_same_story_in_standard_language() -> None:
    pairs = [(score(standard, code), score(learner, code), learner) for code, standard, learner in rows("learners.tsv")]
    assert abs(statistics.mean(learner - standard for standard, learner, _ in pairs)) <= 3
    # What is left has no sign that it happened once, beside "always" or none at all: "I smell gas, I close main valve".
    far_below = [text for standard, learner, text in pairs if learner < 0.8 * standard]
    assert len(far_below) <= 8, "\n".join(far_below)


def test_habits_claims_and_lists_in_the_forms_of_learners_score_no_more_than_before() -> None:
    attempts = [(float(most), score(text, code), text) for code, most, text in rows("attempts.tsv")]
    assert len(attempts) >= 40
    assert [attempt for attempt in attempts if attempt[1] > attempt[0]] == []


def test_the_shuffled_words_of_a_learner_score_no_more_than_those_of_anybody() -> None:
    standard, learner = zip(*[
        (shuffled(standard, code, number), shuffled(learner, code, number))
        for number, (code, standard, learner) in enumerate(rows("learners.tsv"))
    ], strict=True)
    assert statistics.mean(learner) <= statistics.mean(standard)
    mean_score = statistics.mean(score(learner, code) for code, _, learner in rows("learners.tsv"))
    assert statistics.mean(learner) <= mean_score / 2
