"""Subject: what the answers to a question should speak of, in a form that an answer can be laid beside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from .arithmetic import Curve, on_curve
from .language import Cue, Language
from .speech import Speech, hear, plain_words
from .words import UNSPACED_RUN

#: Signs that any answer to any question may hold: they tell nothing of what it is about.
_GENERAL = int(
    Cue.FUNCTION | Cue.COMMON | Cue.NUMBER | Cue.UNIT | Cue.REASON | Cue.RESULT | Cue.SITUATION | Cue.HEDGE | Cue.VAGUE
    | Cue.PRAISE | Cue.PEOPLE | Cue.TRADE_OFF | Cue.ACTION
)
#: Of the words a recruiter names, those that every answer holds all the same.
_EVERYWHERE = int(Cue.FUNCTION | Cue.COMMON | Cue.NUMBER | Cue.REASON | Cue.VAGUE | Cue.HEDGE | Cue.PRAISE | Cue.RESULT)
_GENERAL_WEIGHT = 0.5
_COMMON = int(Cue.COMMON | Cue.VAGUE | Cue.HEDGE)
_NUMBER = int(Cue.NUMBER)
#: What a word that is everybody's counts, beside one that is not.
_COMMON_WEIGHT = 0.5
#: Words of one point that stand this near each other belong together.
_NEAR = 3
_PREFIX_SHARE, _PREFIX_LEAST = 0.7, 5
#: Shorter pieces of a compound are found in words that have nothing to do with them.
_COMPOUND_LEAST = 4
#: How far a keyword counts, by what is shown around it: anybody can name it.
_BORNE_OUT: Curve = ((0.5, 0.4), (2.5, 1.0))


@dataclass(frozen=True)
class Keyword:
    """Something an answer should speak of: its name, and the stems of each way to say it."""

    name: str
    forms: tuple[tuple[str, ...], ...]
    #: The same, written as one word.
    joined: frozenset[str]
    #: Each way to say it as it is written: words that are the same need no stem.
    written: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Point:
    """A sentence or text that a strong answer covers: its words and how much each counts."""

    text: str
    weights: Mapping[str, float]
    #: Stems that are not denied in it.
    affirmed: frozenset[str]
    #: Sequences of four characters of its stems.
    grams: frozenset[str]
    whole: float


def keyword(phrases: Sequence[str], language: Language) -> Keyword:
    said = [words for phrase in phrases if (words := plain_words(phrase, language))]
    forms = tuple(dict.fromkeys(tuple(language.stem(word) for word in words) for words in said))
    return Keyword(phrases[0], forms, frozenset(language.stem("".join(words)) for words in said),
                   tuple(dict.fromkeys(map(tuple, said))))


def point(text: str, language: Language, question: frozenset[str] = frozenset()) -> Point:
    """A point; words that the question holds already count less."""
    speech = hear(text, language)
    weights: dict[str, float] = {}
    for place, stem in enumerate(speech.stems):
        if not speech.is_content(place) and not speech.cues[place] & _NUMBER:
            continue
        weight = _COMMON_WEIGHT if speech.cues[place] & _COMMON else 1.0
        weights[stem] = weight * (_COMMON_WEIGHT if stem in question else 1.0)
    affirmed = frozenset(stem for stem, denied in zip(speech.stems, speech.negated, strict=True) if not denied)
    return Point(text, weights, affirmed, frozenset(grams(speech.stems)), sum(weights.values()))


def grams(stems: Iterable[str]) -> set[str]:
    """All sequences of four characters of the stems in a row."""
    line = " ".join(stems)
    return {line[place : place + 4] for place in range(len(line) - 3)}


def telling_stems(speech: Speech) -> set[str]:
    """The stems that tell what a text is about."""
    return {stem for stem, cue in zip(speech.stems, speech.cues, strict=True) if not cue & _GENERAL and len(stem) > 2}


def telling(named: Iterable[str], said: Iterable[str], language: Language) -> dict[str, float]:
    """How much each word tells that an answer is on the subject: those a rule names, and those of its sentences."""
    weights = {stem: 1.0 for stem in said if len(stem) > 2 and not language.cue(stem) & _GENERAL}
    for stem in named:
        cue = language.cue(stem)
        if len(stem) > 2 and not cue & _EVERYWHERE:
            weights[stem] = _GENERAL_WEIGHT if cue & _GENERAL else 1.0
    return weights


@dataclass(frozen=True)
class Found:
    """Where an answer speaks of a keyword: first and last word, and how far it is borne out there, 0..1."""

    first: int
    last: int
    borne_out: float = 1.0


class Index:
    """The words of an answer by stem, without those that are not to be judged."""

    def __init__(self, speech: Speech, ignored: Sequence[bool], shown: Sequence[float] = ()) -> None:
        """`shown` tells of each word how much is shown around it; without it, enough."""
        self._speech = speech
        self._shown = shown
        self._ignored = ignored
        self.places: dict[str, list[int]] = {}
        for place, stem in enumerate(speech.stems):
            if not ignored[place]:
                self.places.setdefault(stem, []).append(place)
        self._joined: dict[str, int] | None = None
        self._words: dict[str, list[int]] | None = None
        self._line: str | None = None
        self._line_starts: list[int] = []

    def find(self, wanted: Keyword) -> Found | None:
        """Where the keyword is said and not denied: the place where most is shown of it, and of such the first."""
        found = self._find(wanted)
        if found is None or not self._shown:
            return found
        return replace(found, borne_out=on_curve(_BORNE_OUT, self._shown[found.first]))

    def _find(self, wanted: Keyword) -> Found | None:
        speech = self._speech
        found = self._row(wanted.forms, speech.stems, self.places)
        if found is not None:
            return found
        for stem in wanted.joined:
            for place in self.places.get(stem, ()):
                if not speech.negated[place]:
                    return Found(place, place)
            pair = self._pairs().get(stem)
            if pair is not None and not speech.negated[pair]:
                return Found(pair, pair + 1)
        found = self._row(wanted.written, speech.words, self._written())
        if found is None and speech.language.compounds:
            return self._compound(wanted)
        return found if found is not None or speech.language.known else self._unspaced(wanted)

    def _row(
        self, forms: Sequence[tuple[str, ...]], line: Sequence[str], places: Mapping[str, Sequence[int]]
    ) -> Found | None:
        best: Found | None = None
        for form in forms:
            for place in places.get(form[0], ()):
                last = place + len(form) - 1
                same = tuple(line[place : last + 1]) == form
                if not same or self._speech.negated[last] or not self._whole(place, last):
                    continue
                if best is None or (self._shown and self._shown[place] > self._shown[best.first]):
                    best = Found(place, last)
        return best

    def _written(self) -> dict[str, list[int]]:
        if self._words is None:
            self._words = {}
            for place, word in enumerate(self._speech.words):
                self._words.setdefault(word, []).append(place)
        return self._words

    def kin(self, stems: Iterable[str]) -> set[str]:
        """Of these stems those of which a longer or shorter word is said: "failure" of "failed"."""
        said: dict[str, list[str]] = {}
        for stem in self.places:
            said.setdefault(stem[:_COMPOUND_LEAST], []).append(stem)
        return {
            stem for stem in stems if len(stem) >= _COMPOUND_LEAST and stem not in self.places
            and any(each.startswith(stem) or stem.startswith(each) for each in said.get(stem[:_COMPOUND_LEAST], ()))
        }

    def _unspaced(self, wanted: Keyword) -> Found | None:
        """A keyword of a script without spaces: nothing marks where its words begin."""
        if self._line is None:
            self._line = "".join(self._speech.words)
            self._line_starts = [0, *accumulate(map(len, self._speech.words))]
        for form in wanted.forms:
            at = self._line.find(phrase := "".join(form)) if UNSPACED_RUN.match(form[0]) else -1
            if at >= 0:
                return Found(*(bisect_right(self._line_starts, place) - 1 for place in (at, at + len(phrase) - 1)))
        return None

    def _whole(self, first: int, last: int) -> bool:
        return not any(self._ignored[first : last + 1])

    def _pairs(self) -> dict[str, int]:
        """Two words in a row written as one: "data base" is "database"."""
        if self._joined is None:
            words, stems = self._speech.words, self._speech.stems
            self._joined = {
                words[place] + stems[place + 1]: place for place in range(len(words) - 1) if not self._ignored[place]
            }
        return self._joined

    def _compound(self, wanted: Keyword) -> Found | None:
        """The keyword as the beginning or the end of a longer word."""
        singles = [form[0] for form in wanted.forms if len(form) == 1 and len(form[0]) >= _COMPOUND_LEAST]
        for stem in singles:
            for said, places in self.places.items():
                if len(said) >= len(stem) + _COMPOUND_LEAST - 1 and (said.startswith(stem) or said.endswith(stem)):
                    free = [place for place in places if not self._speech.negated[place]]
                    if free:
                        return Found(free[0], free[0])
        return None


def likeness(stem: str, said: Mapping[str, list[int]], prefixes: Mapping[str, str]) -> tuple[float, str]:
    """How far a stem is said, 0..1, and as which: itself, or a word with the same beginning."""
    if stem in said:
        return 1.0, stem
    if len(stem) >= _PREFIX_LEAST + 1:
        other = prefixes.get(stem[: max(_PREFIX_LEAST, int(len(stem) * _PREFIX_SHARE))])
        if other is not None:
            return 0.7, other
    return 0.0, ""


def prefixes_of(stems: Iterable[str]) -> dict[str, str]:
    """The beginnings of long stems, by which kin is found."""
    found: dict[str, str] = {}
    for stem in stems:
        for size in range(_PREFIX_LEAST, min(len(stem), 12) + 1):
            found.setdefault(stem[:size], stem)
    return found
