"""Spelling: match names and search words however they are written.

Nobody types the accents, the apostrophe or the hyphen of a name the way it is stored, and hardly anybody in the same
order. So both sides are folded alike, and what can be written in more than one way is looked for in each of them.
"""

# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_APOSTROPHES = "'’‘‛ʼʻʹʾʿ`´′＇"
_HYPHENS = "-‐‑‒–—―−﹣－"
#: Letters that no decomposition leads to their plain form, and letters of one sound that keyboards write differently.
_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
    "ς": "σ", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None, "·": None,
})
#: Combining marks that may be left out: accents, Cyrillic, Hebrew and Arabic marks. Elsewhere a mark is a letter.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
#: What is not seen: soft hyphens, joiners, marks of direction, variation selectors.
_UNSEEN = [
    0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A),
    *range(0xFE00, 0xFE10), 0xFEFF,
]
_FORMS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"), **dict.fromkeys(map(ord, _HYPHENS), "-"), **dict.fromkeys(_UNSEEN),
}
_JOINTS = re.compile("['`-]")
_UMLAUTS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "ae", "Ö": "oe", "Ü": "ue", "Å": "aa", "Ø": "oe",
})
_WRITTEN_OUT = re.compile("([aou])e")
#: What stands between the words that somebody types, and around them.
_BETWEEN = re.compile(r"[\s,;()\[\]{}<>\"“”„«»|•…]+")
#: As many as the longest list of candidates has.
_KEPT = 12_000


def folded(text: str) -> str:
    """The text without what people leave out: case, accents, unseen characters, the form of apostrophe and hyphen.

    An apostrophe joins what it stands between, a hyphen parts it: `O'Neil` is `oneil`, `Jean-Luc` is `jean luc`.
    """
    plain = text.casefold() if text.isascii() else _plain(text)
    return " ".join(_JOINTS.sub(lambda joint: "" if joint[0] in "'`" else " ", plain).split())


def name_key(name: str) -> tuple[str, ...]:
    """The words of a name in an order of their own: the same for `Doe, Jane` and `jane DOE`."""
    return tuple(sorted(re.findall(r"\w+", folded(name))))


@lru_cache(maxsize=_KEPT)
def spellings(text: str) -> str:
    """Every spelling under which a text is found, a line each: a word typed is looked for in it as a part."""
    lines = _lines(text)
    lines |= {_WRITTEN_OUT.sub(r"\1", each) for each in lines}
    if any("-" in each or "'" in each for each in lines):
        lines = {_JOINTS.sub(between, each) for each in lines for between in ("", " ")}
    return "\n".join(sorted(lines))


def split_query(typed: str) -> list[str]:
    """The words somebody looks for, `J.` as an initial; commas, brackets and quotation marks are none."""
    return [word for each in _BETWEEN.split(typed) if folded(word := each.rstrip("."))]


def tells(text: str, words: Iterable[str]) -> bool:
    """Whether each of the words occurs in the text, however the two are spelt."""
    found_in = spellings(text)
    for word in words:
        for parts in _ways(word):
            if all(map(found_in.__contains__, parts)):
                break
        else:
            return False
    return True


@lru_cache(maxsize=256)
def _ways(word: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a typed word may be meant: whole, or each of its parts by itself."""
    lines = _lines(word)
    ways = [(_JOINTS.sub("", each),) for each in lines] + [tuple(_JOINTS.sub(" ", each).split()) for each in lines]
    return tuple(way for way in dict.fromkeys(ways) if all(way) and way)


def _lines(text: str) -> set[str]:
    """The text without accents, and with its umlauts written out."""
    if text.isascii():
        return {text.casefold()}
    composed = unicodedata.normalize("NFC", text)
    return {_plain(each) for each in {composed, composed.translate(_UMLAUTS)}}


def _plain(text: str) -> str:
    """In lower case without accents and what is not seen; of apostrophes and hyphens there is one form each."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FORMS)).casefold()
    return plain if plain.isascii() else _MARKS.sub("", plain).translate(_LETTERS)
