"""Phrases: find many short patterns of words in a text at once, in time in proportion to the length of the text.

A phrase is written as parts, in order:

- `son|daughter`: one of these words
- `any?`: this word or none
- `lgbt*`: a word that begins like this
- `..`: at most three words of any kind
- `^` and `$`: the beginning and the end of a sentence

Words are compared without case and accents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from ..lazy_dataclass import dataclass
from ..regex import regex

#: Stands between two sentences, and before and after a text.
BOUNDARY = "$"

_GAP_WORDS = 3
_WORD_OR_BOUNDARY = regex(r"([^\W_][\w\u0300-\u036f]*)|[.?!…;:¿¡•\n\r]")
#: No word of a phrase is longer, and a longer word of a text need not be folded.
_LONGEST_WORD = 40
#: Stands for every word that no phrase has.
_OTHER_WORD = ""
_STEPS_REMEMBERED = 50_000


@dataclass(frozen=True)
class Part:
    """One part of a phrase: one of some words, a word with one of some beginnings, or any word."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    any_word: bool = False

    def matches(self, word: str) -> bool:
        if self.any_word:
            return word != BOUNDARY
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


Phrase = tuple[Part, ...]


@dataclass(frozen=True)
class Word:
    """A folded word of a text, or BOUNDARY, and where it stands in the text."""

    folded: str
    start: int
    end: int


def parse_phrase(written: str) -> Phrase:
    """Parse a phrase. Raises ValueError, with a sentence that begins with "must", for one that is of no use."""
    phrase = tuple(part for word in written.split() for part in _parse_part(word))
    if not any(part.words - {BOUNDARY} and not part.optional for part in phrase):
        raise ValueError("must hold a word that is not optional")
    if phrase[0].optional or phrase[-1].any_word:
        raise ValueError("must neither begin with an optional word nor begin or end with a gap")
    return phrase


def split_words(text: str) -> Iterator[Word]:
    """The words of a text with one boundary between sentences, and before and after the text."""
    yield Word(BOUNDARY, 0, 0)
    after_boundary = True
    for match in _WORD_OR_BOUNDARY.finditer(text):
        if match[1]:
            yield Word(_fold(match[1]), match.start(), match.end())
        elif not after_boundary:
            yield Word(BOUNDARY, match.start(), match.start())
        after_boundary = not match[1]
    if not after_boundary:
        yield Word(BOUNDARY, len(text), len(text))


class PhraseFinder:
    """Finds phrases. All phrases are followed at once as a finite automaton, whose steps are computed when a text
    first needs them and then remembered."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = phrases
        self._beginnings = tuple({
            beginning for phrase in phrases for part in phrase for beginning in part.beginnings
        })
        self._vocabulary = frozenset().union(*(part.words for phrase in phrases for part in phrase))
        self._step = lru_cache(maxsize=_STEPS_REMEMBERED)(self._compute_step)

    def mask_other_words(self, folded: Sequence[str]) -> list[str]:
        """The words for `ends`: those of no phrase replaced by one that stands for them all."""
        vocabulary, beginnings = self._vocabulary, self._beginnings
        return [word if word in vocabulary or word.startswith(beginnings) else _OTHER_WORD for word in folded]

    def ends(self, words: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
        """(index of the phrase, index after its last word) of all phrases that begin at the word `start`."""
        state = self._start_state
        for at in range(start, len(words)):
            state, complete = self._step(state, words[at])
            for phrase_index in complete:
                yield phrase_index, at + 1
            if not state:
                return

    @cached_property
    def _start_state(self) -> frozenset[tuple[int, int]]:
        return frozenset((index, 0) for index in range(len(self._phrases)))

    def _compute_step(
        self, state: frozenset[tuple[int, int]], word: str
    ) -> tuple[frozenset[tuple[int, int]], tuple[int, ...]]:
        """The phrases and their next parts after a word, and the phrases that are complete with it."""
        parts: set[tuple[int, int]] = set()
        complete: set[int] = set()
        for phrase_index, part_index in state:
            phrase = self._phrases[phrase_index]
            if not phrase[part_index].matches(word):
                continue
            for following in range(part_index + 1, len(phrase) + 1):
                if following == len(phrase):
                    complete.add(phrase_index)
                    break
                parts.add((phrase_index, following))
                if not phrase[following].optional:
                    break
        return frozenset(parts), tuple(sorted(complete))


def _parse_part(written: str) -> tuple[Part, ...]:
    if written == "..":
        return (Part(optional=True, any_word=True),) * _GAP_WORDS
    choices = written.removesuffix("?").replace("^", BOUNDARY).split("|")
    return (Part(
        words=frozenset(_fold(choice) for choice in choices if not choice.endswith("*")),
        beginnings=tuple(_fold(choice.removesuffix("*")) for choice in choices if choice.endswith("*")),
        optional=written.endswith("?"),
    ),)


def _fold(word: str) -> str:
    """A word without case and accents; the one that stands for unknown words if it is too long."""
    if word.isascii():
        return word.lower()
    if len(word) > _LONGEST_WORD:
        return _OTHER_WORD
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
