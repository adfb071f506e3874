"""Words of a transcript, with their places, and the language that they are in."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from .folding import UNSPACED
from .language import Language, Languages, plain

#: Shares of common words by which a language is known, and surely known.
KNOWN_SHARE, SURE_SHARE = 0.13, 0.22
#: Fewer words tell no language.
ENOUGH_WORDS = 6

#: Words with their marks and apostrophes; a hyphen parts two words, since speech recognition writes none.
TOKEN = re.compile(rf"[{UNSPACED}]{{1,2}}|[^\W_{UNSPACED}][^\W_]*(?:(?:[\u0300-\u036f\u00ad\u200b-\u200d]|"
                   r"['\u2019\u2018\u02bc](?=[^\W_])|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff]|"
                   r"(?<=\d)[.,:](?=\d))[^\W_]*)*(?:\+\+|#|%)?")
_SENTENCE_ENDS = frozenset(".!?;\u2026\u3002\uff01\uff1f\n")


class Word(NamedTuple):
    """A word as it was said and as it is compared, its character offsets, and the number of its sentence."""

    said: str
    folded: str
    start: int
    end: int
    sentence: int


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """A word as it is compared: without case, apostrophes and invisible characters."""
    return plain(word) or word


def split_words(text: str) -> list[Word]:
    """The words of a text in whatever language."""
    words: list[Word] = []
    sentence = end = 0
    for match in TOKEN.finditer(text):
        start = match.start()
        gap = text[end:start]
        if gap != " " and not _SENTENCE_ENDS.isdisjoint(gap):
            sentence += 1
        end = match.end()
        said = match.group()
        words.append(Word(said, fold_word(said), start, end, sentence))
    return words


def folded_words(text: str, language: Language) -> list[str]:
    """The words of a text as they are compared, contractions said in full."""
    folded = (fold_word(match.group()) for match in TOKEN.finditer(text))
    return [word for each in folded for word in language.contractions.get(each, (each,))]


def detect_language(words: list[str], languages: Languages, expected: str = "") -> tuple[str, float]:
    """The language whose common words are most frequent among folded words, of equal ones the expected, and their
    share; no language where there is no such word."""
    counts: dict[str, float] = {}
    for codes, count in Counter(filter(None, map(languages.common.get, words))).items():
        for code in codes:
            counts[code] = counts.get(code, 0.0) + count / len(codes) ** 0.5
    if not counts:
        return "", 0.0
    best = max(sorted(counts), key=lambda code: (counts[code], code == expected))
    return best, counts[best] / len(words)
