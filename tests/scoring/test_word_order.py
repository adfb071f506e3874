"""Words in no order: of a story, and of a reference answer that somebody has seen."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from statistics import fmean
from typing import Any

from fakes import transformations as change
from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.languages.language import load_languages
from tener_interview.languages.tokens import tokenize
from tener_interview.languages.word_order import sequence_disorder, word_disorder
from tener_interview.scoring.answer import score_answer
from tener_interview.transcripts.transcript import Transcript

STORIES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "benchmarks" / "graded_answers.json").read_text("utf-8")
)
REFERENCE = (
    "Isolate the main switch and lock it off with your own padlock, keep the key, prove with a tested meter that the "
    "line is dead, put barriers and signs at every landing, press the stop switch in the pit and tell a second person "
    "before you enter the shaft."
)


def shuffled(text: str, seed: int) -> str:
    words = re.sub(r"[.,;:!?]", "", text).split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


def disorder(language: str, text: str) -> float:
    tokens = tokenize(text, load_languages().get(language))
    return word_disorder(tokens, [False] * len(tokens))


def test_no_story_is_disordered_with_and_without_punctuation() -> None:
    told = [(row["language"], row[kind]) for row in STORIES for kind in ("facts", "second_language", "partial")]
    for language, text in told:
        assert disorder(language, text) < 0.1, text
        assert disorder(language, change.asr(text)) < 0.1, text


@for_each(("language", "least"), [("en", 0.4), ("es", 0.3), ("fr", 0.3), ("pt", 0.1), ("ru", 0.1), ("de", 0.05)])
def test_shuffled_stories_are_disordered_on_average(language: str, least: float) -> None:
    stories = [row["facts"] for row in STORIES if row["language"] == language]
    assert fmean(disorder(language, shuffled(text, seed)) for text in stories for seed in range(5)) >= least


def test_words_of_a_text_in_its_order_are_in_order_and_a_few_may_be_in_any() -> None:
    in_order, backwards = [[place] for place in range(20)], [[place] for place in reversed(range(20))]
    assert sequence_disorder(in_order, 20) == sequence_disorder(backwards[:3], 20) == sequence_disorder([], 0) == 0
    assert sequence_disorder(backwards, 20) == 1


def test_a_reference_answer_in_no_order_scores_less_than_half_and_is_flagged() -> None:
    def scored(text: str) -> tuple[float, tuple[str, ...]]:
        transcript = Transcript(0, "q", "How do you make a lift safe?", answered=True, text=text)
        found = score_answer(make_rule(ExpectedContent(references=(REFERENCE,))), transcript, "en")
        return found.score or 0.0, found.flags

    plain = scored("I switch the main isolator off and hang my own padlock on it, I keep the key, and with the meter I "
                   "prove that the line is dead. Then barriers at every landing, and I tell a second person.")
    attempts = [scored(shuffled(REFERENCE, seed)) for seed in range(20)]
    assert fmean(score for score, _ in attempts) < plain[0] / 2 + 10
    assert sum("word_order" in flags for _, flags in attempts) >= 12
    assert "word_order" not in plain[1]
    assert "word_order" not in scored(REFERENCE)[1]
