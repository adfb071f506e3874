"""Folding: prepare a text in any script for comparison, and split it into words."""

from __future__ import annotations

import unicodedata

from ..regex import regex

#: Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana and Han.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED_RUN = regex(f"[{UNSPACED}]+")
#: Marks that belong to the letter before them although `\w` does not count them: accents, points, Indic vowel signs.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
#: In a script without spaces, two characters count as a word, about as many as a Chinese word has.
_WORD = regex(rf"[{UNSPACED}]{{1,2}}|[\w{_MARKS}]+(?:['-][\w{_MARKS}]+)*")

_LOOSE = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff", None),
})
#: Sorting the marks of one letter takes quadratic time; no letter of any language has so many.
_PILED_MARKS = regex(r"([^\w\s\x00-\x7f]{8})[^\w\s\x00-\x7f]+")


def fold(text: str) -> str:
    """Fold a text for comparison: without case, and with one form for all ways to write the same letters and quotes."""
    if text.isascii():
        return text.lower()
    bounded = _PILED_MARKS.sub(r"\1", text)
    composed = unicodedata.normalize("NFKC", bounded).translate(_LOOSE)
    folded = unicodedata.normalize("NFKC", composed.casefold())
    return UNSPACED_RUN.sub(r" \g<0> ", folded)


#: Accents over Latin letters, which speech recognition and hasty writers leave out.
_ACCENTS = regex("(?<=[a-z])[\u0300-\u036f]+")


def without_accents(folded: str) -> str:
    """Return a folded text without the accents of Latin letters."""
    return folded if folded.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", folded))


#: What separates plain words in ASCII, where a hyphen or an apostrophe may join two.
_ASCII_GAPS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}


def words(folded: str) -> list[str]:
    """Return the words of a folded text, those with at least one letter or digit."""
    if folded.isascii() and "'" not in folded and "-" not in folded:
        found = folded.translate(_ASCII_GAPS).split()
        return [word for word in found if word.strip("_")] if "_" in folded else found
    return [word for word in _WORD.findall(folded) if word.strip("_")]


#: C0 and C1 control characters, and characters that change the direction of text (Unicode UAX #9); on one line also
#: the separators of lines and paragraphs.
UNSHOWABLE = regex("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
UNSHOWABLE_EXCEPT_LINES = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
