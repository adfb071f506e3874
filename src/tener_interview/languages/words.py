"""Words of a transcript, with their places, and their language."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from ..regex import regex
from .folding import UNSPACED
from .language import Language, fold_phrase, load_languages

#: Shares of common words that identify a language, and identify it with certainty.
KNOWN_SHARE, SURE_SHARE = 0.13, 0.22
#: Number of words from which on the lower share is enough.
ENOUGH_WORDS = 6

#: Words with their marks and apostrophes; a hyphen separates two words, since speech recognition writes none.
TOKEN = regex(rf"[{UNSPACED}]{{1,2}}|[^\W_{UNSPACED}][^\W_]*(?:(?:[\u0300-\u036f\u00ad\u200b-\u200d]|"
              r"['\u2019\u2018\u02bc](?=[^\W_])|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff]|"
              r"(?<=\d)[.,:](?=\d))[^\W_]*)*(?:\+\+|#|%)?")
_SENTENCE_ENDS = frozenset(".!?;\u2026\u3002\uff01\uff1f\n")


#: A folded word, its first and last character offset, and the number of its sentence.
Word = tuple[str, int, int, int]


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """Fold a word for comparison: without case, apostrophes and invisible characters."""
    return fold_phrase(word) or word


def split_words(text: str) -> list[Word]:
    """Split a text in any language into words."""
    words: list[Word] = []
    sentence = start = 0
    for line in text.split("\n"):
        for chunk in line.split(" "):
            if chunk:
                found, ends = _words_of(chunk)
                for word, first, last, breaks in found:
                    sentence += breaks
                    words.append((word, start + first, start + last, sentence))
                sentence += ends
            start += len(chunk) + 1
        sentence += 1
    return words


@lru_cache(maxsize=50_000)
def _words_of(chunk: str) -> tuple[tuple[tuple[str, int, int, bool], ...], bool]:
    """Split a text without a space into words: folded, with offsets, and whether a sentence ends before the word. Also
    return whether a sentence ends after the last one."""
    words, end = [], 0
    for match in TOKEN.finditer(chunk):
        breaks = not _SENTENCE_ENDS.isdisjoint(chunk[end : match.start()])
        end = match.end()
        words.append((fold_word(match.group()), match.start(), end, breaks))
    return tuple(words), not _SENTENCE_ENDS.isdisjoint(chunk[end:])


def folded_words(text: str, language: Language) -> list[str]:
    """Return the folded words of a text, contractions written in full."""
    folded = (fold_word(match.group()) for match in TOKEN.finditer(text))
    return [part for word in folded for part in language.contractions.get(word, (word,))]


def language_shares(words: list[str]) -> dict[str, float]:
    """Return each language's share of common words; a word of several languages counts less."""
    common = load_languages().common
    shares: dict[str, float] = {}
    for codes, count in Counter(filter(None, map(common.get, words))).items():
        for code in codes:
            shares[code] = shares.get(code, 0.0) + count / len(codes) ** 0.5 / len(words)
    return shares


@lru_cache(maxsize=4_096)
def language_of_text(text: str) -> str:
    """Return the language of a written text, such as a question; empty if it cannot be identified."""
    words = folded_words(text, Language(""))
    shares = language_shares(words)
    code = max(sorted(shares), key=shares.__getitem__, default="")
    is_known = shares.get(code, 0.0) >= (KNOWN_SHARE if len(words) >= ENOUGH_WORDS else SURE_SHARE)
    # "Resolve o problema" may be Spanish as well as Portuguese.
    alone = sum(share == shares[code] for share in shares.values()) == 1
    return code if is_known and alone and len(words) > 2 else ""


def spoken_language(words: list[str], expected: str, declared: str) -> tuple[str, float]:
    """Return the language spoken, and the share of its common words.

    A `declared` language without data is accepted as declared. Languages of one family share words, so a language other
    than the `expected` one needs a clear majority. Both may be empty.
    """
    shares = language_shares(words)
    code = max(sorted(shares), key=lambda code: (shares[code], code == expected), default="")
    share = shares.get(code, 0.0)
    if declared and not load_languages().get(declared).known and share < 2 * SURE_SHARE:
        code = declared
    elif share < (KNOWN_SHARE if len(words) >= ENOUGH_WORDS else 2 * SURE_SHARE):
        code = expected or declared or "en"
    elif expected and share < SURE_SHARE:
        code = expected
    return code, shares.get(code, 0.0)
