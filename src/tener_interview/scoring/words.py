"""Words of any script: folding a text for comparison, its words, and patterns that find phrases in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana and Han.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
#: Marks that belong to the letter before them although `\w` does not count them: accents, points, Indic vowel signs.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
#: Two characters make a word of an unspaced script, about as many as in Chinese.
_WORD = re.compile(rf"[{UNSPACED}]{{1,2}}|[\w{_MARKS}]+(?:['-][\w{_MARKS}]+)*")

_LOOSE = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff", None),
})
#: Sorting the marks of one letter takes the square of their number; no letter of any language bears so many.
_PILED_MARKS = re.compile(r"([^\w\s\x00-\x7f]{8})[^\w\s\x00-\x7f]+")


def fold(text: str) -> str:
    """The text as it is compared: without case, and one form for every way to write the same letters and quotes."""
    bounded = _PILED_MARKS.sub(r"\1", text)
    composed = unicodedata.normalize("NFKC", bounded).translate(_LOOSE)
    folded = unicodedata.normalize("NFKC", composed.casefold())
    return UNSPACED_RUN.sub(r" \g<0> ", folded)


def words(folded: str) -> list[str]:
    """The words of a folded text, each with a letter or a digit in it."""
    return [word for word in _WORD.findall(folded) if word.strip("_")]


def has_letters(text: str) -> bool:
    """Whether there is a letter of any script in the text."""
    return any(map(str.isalpha, text))


def phrases_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the phrases as whole words in a folded text; a space in one also fits a hyphen.

    A phrase of an unspaced script is found anywhere: nothing marks the ends of its words.
    """
    longest_first = sorted({fold(phrase).strip() for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    anywhere = [_loose(phrase) for phrase in longest_first if UNSPACED_RUN.match(phrase)]
    whole = [_loose(phrase) for phrase in longest_first if not UNSPACED_RUN.match(phrase)]
    return re.compile("|".join([*anywhere, rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)"] if whole else anywhere) or r"(?!)")


def _loose(phrase: str) -> str:
    return r"[\s-]+".join(re.escape(piece) for piece in re.split(r"[\s-]+", phrase) if piece)
