"""Spelling: match names and search words in any spelling.

People type names without the stored accents, apostrophes, hyphens and order. So both sides are folded in the same way,
and a text with several spellings is searched in all of them.
"""

# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ..regex import regex

_APOSTROPHES = "'’‘‛ʼʻʹʾʿ`´′＇"
_HYPHENS = "-‐‑‒–—―−﹣－"
#: Letters that Unicode does not decompose to a plain form, and letters that different keyboards write differently.
_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
    "ς": "σ", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None, "·": None,
})
#: Combining marks that people leave out: accents, Cyrillic, Hebrew and Arabic marks. In other scripts they are letters.
_MARKS = regex(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
#: Invisible characters: soft hyphens, joiners, direction marks, variation selectors.
_UNSEEN = [
    0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A),
    *range(0xFE00, 0xFE10), 0xFEFF,
]
_FORMS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"), **dict.fromkeys(map(ord, _HYPHENS), "-"), **dict.fromkeys(_UNSEEN),
}
_JOINTS = regex("['`-]")
_UMLAUTS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "ae", "Ö": "oe", "Ü": "ue", "Å": "aa", "Ø": "oe",
})
_WRITTEN_OUT = regex("([aou])e")
#: Characters between and around the words of a query.
_BETWEEN = regex(r"[\s,;()\[\]{}<>\"“”„«»|•…]+")
#: Cached spellings: as many as the longest list of candidates has names.
_KEPT = 12_000


def fold_text(text: str) -> str:
    """Fold a text: without case, accents and invisible characters, with one form of apostrophe and hyphen.

    An apostrophe joins two parts, a hyphen separates them: `O'Neil` is `oneil`, `Jean-Luc` is `jean luc`.
    """
    plain = text.casefold() if text.isascii() else _plain(text)
    return " ".join(_JOINTS.sub(lambda joint: "" if joint[0] in "'`" else " ", plain).split())


def name_key(name: str) -> tuple[str, ...]:
    """Return the folded words of a name in alphabetical order: the same for `Doe, Jane` and `jane DOE`."""
    return tuple(sorted(re.findall(r"\w+", fold_text(name))))


@lru_cache(maxsize=_KEPT)
def spellings(text: str) -> str:
    """Return every spelling of a text, one per line, to be searched for a word as a substring."""
    return uncached_spellings(text)


def uncached_spellings(text: str) -> str:
    """Return the same as `spellings`, for a caller that keeps the result."""
    lines = _lines(text)
    lines |= {_WRITTEN_OUT.sub(r"\1", line) for line in lines}
    if any("-" in line or "'" in line for line in lines):
        lines = {_JOINTS.sub(between, line) for line in lines for between in ("", " ")}
    return "\n".join(sorted(lines))


def split_query(query: str) -> list[str]:
    """Split a query into words without commas, brackets and quotation marks; `J.` is the initial `J`."""
    return [word for part in _BETWEEN.split(query) if fold_text(word := part.rstrip("."))]


def matches_words(text: str, words: Iterable[str]) -> bool:
    """Return whether the text contains each of the words, in any spelling of either."""
    haystack = spellings(text)
    for word in words:
        for parts in word_variants(word):
            if all(map(haystack.__contains__, parts)):
                break
        else:
            return False
    return True


@lru_cache(maxsize=256)
def word_variants(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the variants of a query word: as a whole, or as its separate parts."""
    lines = _lines(word)
    variants = [(_JOINTS.sub("", line),) for line in lines] + [
        tuple(_JOINTS.sub(" ", line).split()) for line in lines
    ]
    return tuple(parts for parts in dict.fromkeys(variants) if all(parts) and parts)


def _lines(text: str) -> set[str]:
    """Return the text without accents, and with its umlauts written out."""
    if text.isascii():
        return {text.casefold()}
    composed = unicodedata.normalize("NFC", text)
    return {_plain(variant) for variant in {composed, composed.translate(_UMLAUTS)}}


def _plain(text: str) -> str:
    """Return the text in lower case, without accents and invisible characters, with plain apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FORMS)).casefold()
    return plain if plain.isascii() else _MARKS.sub("", plain).translate(_LETTERS)
