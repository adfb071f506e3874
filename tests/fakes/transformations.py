"""Transformations of an answer's text, and their required effect on its score."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import cycle

from fakes.answers import TEXTS, StrongAnswer
from tener_interview.languages.language import load_languages
from tener_interview.languages.tokens import NO_MEANING, tokenize

#: By language.
FILLERS: dict[str, tuple[str, ...]] = {code: tuple(words) for code, words in TEXTS["fillers"].items()}
PRAISE: dict[str, str] = TEXTS["praise"]
IRRELEVANT: dict[str, str] = TEXTS["irrelevant"]
NEUTRAL: dict[str, str] = TEXTS["neutral"]
DEBASED: dict[str, str] = TEXTS["debased"]
#: Wordings to claim something without telling of it.
CLAIMS: dict[str, tuple[str, ...]] = {code: tuple(frames) for code, frames in TEXTS["claims"].items()}
#: By the answer that each stands in for: what is true of anything, with the right words in it.
GENERAL: dict[str, str] = TEXTS["general"]
#: Stories told as somebody tells them who does not have the language's tenses, and without a figure.
IN_THE_PRESENT: dict[str, str] = TEXTS["in_the_present"]
TAKEN_BACK: dict[str, tuple[str, ...]] = {code: tuple(texts) for code, texts in TEXTS["taken_back"].items()}
#: What only sounds as if something were taken back.
NOT_TAKEN_BACK: dict[str, tuple[str, ...]] = {code: tuple(texts) for code, texts in TEXTS["not_taken_back"].items()}
RESULTS: dict[str, tuple[str, ...]] = {code: tuple(texts) for code, texts in TEXTS["results"].items()}
#: What is addressed to whoever scores.
ORDERS: dict[str, tuple[str, ...]] = {code: tuple(texts) for code, texts in TEXTS["orders"].items()}
#: A sentence around a list, and what may stand between its terms.
LIST_FRAMES: dict[str, tuple[str, ...]] = {code: tuple(texts) for code, texts in TEXTS["list_frames"].items()}
AND: dict[str, str] = TEXTS["and"]
LOW_QUALITY: dict[str, str] = TEXTS["low_quality"]
INJECTIONS: tuple[str, ...] = tuple(TEXTS["injections"])
GIBBERISH: tuple[str, ...] = tuple(TEXTS["gibberish"])
LATIN: str = TEXTS["latin"]


def claimed(things: Sequence[str], frames: Sequence[str]) -> str:
    """Claim all of these things twice, each time in other words."""
    return " ".join(frame.format(thing) for frame, thing in zip(cycle(frames), [*things, *things], strict=False))


def terms_of(answer: StrongAnswer, most: int, seed: int) -> list[str]:
    """Return the first content words of an answer, in an order other than that of speech."""
    texts = tokenize(answer.text, load_languages().get(answer.language))
    meant = (word for word, cue in zip(texts.words, texts.cues, strict=True) if not cue & NO_MEANING)
    terms = list(dict.fromkeys(meant))[:most]
    random.Random(seed).shuffle(terms)
    return terms


def asr(text: str) -> str:
    """Write it as speech recognition does: no capitals, no punctuation."""
    return " ".join(re.sub(r"[^\w\s'\u2019-]", " ", text.lower()).replace("-", " ").split())


def shuffled_words(text: str, seed: int) -> str:
    words = text.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


def shuffled_sentences(sentences: list[str], seed: int) -> str:
    mixed = list(sentences)
    random.Random(seed).shuffle(mixed)
    return " ".join(mixed)


def with_fillers(text: str, fillers: tuple[str, ...], seed: int, share: float = 0.1) -> str:
    """The text with a filler before every tenth word or so."""
    chance = random.Random(seed)
    return " ".join(
        f"{chance.choice(fillers)} {word}" if chance.random() < share else word for word in text.split()
    )


def misheard(text: str, seed: int, rate: float) -> str:
    """Drop words or replace them by others of the same text, at this rate."""
    chance = random.Random(seed)
    words = text.split()
    replaced = []
    for word in words:
        if chance.random() >= rate:
            replaced.append(word)
        elif chance.random() < 0.5:
            replaced.append(chance.choice(words))
    return " ".join(replaced)


def truncated(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: round(len(words) * share)])


def typeset(text: str) -> str:
    """Add typographic quotes, odd spaces, line ends, an emoji, timestamps and speakers."""
    sentences = re.split(r"(?<=\.) ", text.replace("'", "\u2019").replace('"', "\u201d"))
    lines = [f"[00:{number:02}] Candidate: {sentence}" for number, sentence in enumerate(sentences)]
    return "\r\n".join(lines).replace(" a ", "\u00a0a ") + " \U0001f642"
