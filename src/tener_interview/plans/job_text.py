"""IndexedText: a text of a job, in which thousands of phrases are looked up without reading it again."""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from ..languages.folding import fold
from ..regex import regex

#: A word as jobs write it: `C++`, `.NET`, `Node.js` are one.
_WORD = regex(r"(?:(?<!\S)\.)?[^\W_]+(?:\.[^\W_]+)*(?:\+\+|#)?")
_TAG = regex(r"<[^<>]*>")
#: The end of a text after which a sentence, an item of a list or a line begins.
_BEGINNING = regex(r"(?:[.!?:•*\n\u2022\u2013-]\s*|^\s*)\Z")
_ANY_ENDING = "*"
#: Letters that are written in two ways: in Russian few write the points of the yo.
_SPELLINGS = {0x451: "\u0435"}
#: What stands after that describes no job: the longest have a third of it.
_MAX_CHARS = 30_000

#: The words of a phrase as they are compared; one that ends in `*` stands for all words with that beginning.
Phrase = tuple[str, ...]


def split_phrase(written: str) -> Phrase:
    """Split a phrase of the data files, such as `data pipeline*`, into words."""
    return tuple(
        _fold(match.group()) + (_ANY_ENDING if written.startswith(_ANY_ENDING, match.end()) else "")
        for match in _WORD.finditer(written)
    )


def plain_text(markup: str) -> str:
    """Remove HTML tags and entities from a text, and cut it to the longest length that is read."""
    text = markup[:_MAX_CHARS]
    return html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text


class IndexedText:
    """The words of a text, indexed to find phrases."""

    def __init__(self, text: str) -> None:
        self.text = text
        matches = list(_WORD.finditer(text))
        self._spans = [match.span() for match in matches]
        self._words = [_fold(match.group()) for match in matches]

    def count(self, phrase: Phrase) -> int:
        """Count the occurrences of a phrase."""
        return sum(1 for _ in self._places(phrase))

    def first(self, phrase: Phrase) -> int | None:
        """Return the position of a phrase's first occurrence, in words; None if it does not occur."""
        return min(self._places(phrase), default=None)

    def quote(self, phrase: Phrase) -> str:
        """Return the first occurrence of a phrase as it is written in the text; empty if it does not occur."""
        first = self.first(phrase)
        return "" if first is None else self.text[self._spans[first][0] : self._spans[first + len(phrase) - 1][1]]

    def first_name(self, word: str) -> int | None:
        """Return the position of the first word that is this one, with the same capitals, and used as a name.

        At the beginning of a sentence everything has a capital: there it is a name before another capital, a comma or
        the like, or at the end: "Go, Python", not "Go the extra mile".
        """
        return next((place for place in self._places_of.get(_fold(word), ()) if self._is_name(place, word)), None)

    def _is_name(self, place: int, word: str) -> bool:
        start, end = self._spans[place]
        before, following = self.text[max(0, start - 8) : start], self.text[end : end + 2]
        in_a_sentence = following[:1].isspace() and following[1:].islower()
        return self.text[start:end] == word and not (in_a_sentence and _BEGINNING.search(before))

    @cached_property
    def _places_of(self) -> dict[str, list[int]]:
        """The positions of each word."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            places.setdefault(word, []).append(place)
        return places

    @cached_property
    def _sorted_words(self) -> list[str]:
        return sorted(self._places_of)

    def _places(self, phrase: Phrase) -> Iterator[int]:
        """Yield the positions at which a phrase begins."""
        for first in self._words_like(phrase[0]):
            for place in self._places_of[first]:
                following = self._words[place : place + len(phrase)]
                if len(following) == len(phrase) and all(map(_matches_pattern_word, phrase, following)):
                    yield place

    def _words_like(self, word: str) -> Iterator[str]:
        """Yield the words of the text that match a word of a phrase."""
        if not word.endswith(_ANY_ENDING):
            yield from (word,) if word in self._places_of else ()
            return
        beginning, words = word.removesuffix(_ANY_ENDING), self._sorted_words
        for place in range(bisect_left(words, beginning), len(words)):
            if not words[place].startswith(beginning):
                return
            yield words[place]


def _matches_pattern_word(word: str, other: str) -> bool:
    return word == other or (word.endswith(_ANY_ENDING) and other.startswith(word.removesuffix(_ANY_ENDING)))


def _fold(word: str) -> str:
    return fold(word).translate(_SPELLINGS).strip()
