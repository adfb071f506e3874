"""Content: how much of what the rule asks for an answer speaks of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..arithmetic import on_curve
from ..criteria.criteria import Asked
from ..languages.folding import UNSPACED_RUN
from ..languages.language import Language, load_languages
from ..languages.words import folded_words
from . import weights
from .mask import is_list
from .tokens import EMPTY, Tokens, tokens

#: Vectors of texts, as an embeddings server gives them.
Vectors = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Text:
    """A key point or a reference: its words and how much each counts, and its sequences of four characters."""

    text: str
    worth: Mapping[str, float]
    #: Stems that are not denied in it.
    affirmed: frozenset[str]
    grams: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """What is asked, read in a language."""

    required: tuple[tuple[tuple[str, ...], ...], ...]
    optional: tuple[tuple[tuple[str, ...], ...], ...]
    key_points: tuple[Text, ...]
    references: tuple[Text, ...]
    #: Sequences of characters that the question holds itself.
    asked_grams: frozenset[str]
    #: Stems of all keywords, and all that tells what the answer should be about.
    keywords: frozenset[str]
    vocabulary: frozenset[str]
    #: Whether the reference is a list itself.
    lists: bool


@lru_cache(maxsize=1_024)
def read(asked: Asked, title: str, code: str) -> Reading:
    """Read what is asked, in the language of an answer: stems are alike only in one and the same."""
    language = load_languages().get(code)
    question = tokens(title, language)
    stems = frozenset(question.stems)
    points = tuple(_text(each, language, frozenset()) for each in asked.key_points)
    references = tuple(_text(each, language, stems) for each in asked.references)
    required, optional = (
        tuple(tuple(dict.fromkeys(_forms(said, language))) for said in keywords)
        for keywords in (asked.required, asked.optional)
    )
    keywords = frozenset(stem for forms in (*required, *optional) for form in forms for stem in form)
    bound = {stem for stem in keywords if language.read(stem)[1] & EMPTY}
    worded = {stem for text in (*points, *references) for stem in text.worth}
    return Reading(
        required, optional, points, references, frozenset(_grams(question.stems)), keywords - bound,
        frozenset(keywords - bound | worded), any(map(is_list, asked.references)),
    )


def _forms(synonyms: Sequence[str], language: Language) -> Iterable[tuple[str, ...]]:
    """The ways to say a keyword, by stems: as it is written, and as one word."""
    for phrase in synonyms:
        if said := folded_words(phrase, language):
            yield tuple(map(language.stem, said))
            yield (language.stem("".join(said)),)


def _text(text: str, language: Language, question: frozenset[str]) -> Text:
    said = tokens(text, language)
    worth = {
        stem: weights.LESSER if stem in question else 1.0
        for stem, cue in zip(said.stems, said.cues, strict=True) if not cue & EMPTY
    }
    affirmed = frozenset(stem for stem, denied in zip(said.stems, said.denied, strict=True) if not denied)
    return Text(text, worth, affirmed, frozenset(_grams(said.stems)))


def _grams(stems: Iterable[str]) -> set[str]:
    line = " ".join(stems)
    return {line[place : place + 4] for place in range(len(line) - 3)}


class Index:
    """The words of an answer that count, by stem and by their beginnings."""

    def __init__(self, said: Tokens, ignored: Sequence[bool]) -> None:
        self.tokens = said
        self.ignored = ignored
        self.places: dict[str, list[int]] = {}
        for place, stem in enumerate(said.stems):
            if not ignored[place]:
                self.places.setdefault(stem, []).append(place)
        self._beginnings: dict[str, str] = {}

    def like(self, stem: str) -> tuple[float, Sequence[int]]:
        """How far a stem is said, 0..1, and where: itself, or a word with the same beginning."""
        if stem in self.places:
            return 1.0, self.places[stem]
        size = max(weights.BEGINNING, int(len(stem) * weights.BEGINNING_SHARE))
        if len(stem) <= weights.BEGINNING:
            return 0.0, ()
        if not self._beginnings:
            for said in self.places:
                for length in range(weights.BEGINNING, len(said) + 1):
                    self._beginnings.setdefault(said[:length], said)
        other = self._beginnings.get(stem[:size])
        return (weights.BEGINNING_WORTH, self.places[other]) if other else (0.0, ())

    def keyword(self, forms: Sequence[tuple[str, ...]]) -> tuple[int, int] | None:
        """The first and last word of the first place where one of these is said and not denied."""
        stems, denied, ignored = self.tokens.stems, self.tokens.denied, self.ignored
        for form in forms:
            size = len(form)
            for place in self.places.get(form[0], ()):
                last = place + size - 1
                if tuple(stems[place : last + 1]) == form and not denied[last] and not any(ignored[place : last + 1]):
                    return place, last
            if size == 1 and (hit := self._within(form[0])):
                return hit
            if UNSPACED_RUN.match(form[0]) and "".join(form) in (line := "".join(self.tokens.words)):
                at = line.index("".join(form)) // 2
                return min(at, len(stems) - 1), min(at + size, len(stems) - 1)
        return None

    def _within(self, stem: str) -> tuple[int, int] | None:
        """A keyword written as two words, or as the beginning or the end of a compound."""
        words, stems, denied = self.tokens.words, self.tokens.stems, self.tokens.denied
        for place in range(len(words) - 1):
            if words[place] + stems[place + 1] == stem and not denied[place + 1] and not self.ignored[place]:
                return place, place + 1
        if self.tokens.language.compounds and len(stem) >= weights.FEW:
            for said, places in self.places.items():
                inside = len(said) > len(stem) + 2 and (said.startswith(stem) or said.endswith(stem))
                if inside and not denied[places[0]]:
                    return places[0], places[0]
        return None


@dataclass(frozen=True)
class Covered:
    """What of it an answer speaks of: how far, 0..1, and each keyword and key point with its words, or without."""

    reached: float
    required: tuple[tuple[str, tuple[int, int] | None], ...] = ()
    optional: tuple[tuple[str, tuple[int, int] | None], ...] = ()
    points: tuple[tuple[str, tuple[int, int] | None], ...] = ()
    #: Key points found by meaning, not by words.
    by_meaning: tuple[str, ...] = ()
    likeness: float | None = None


def cover(
    asked: Asked, reading: Reading, index: Index, told_with: float, shown: float, vectors: Vectors
) -> Covered:
    """Lay an answer beside what is asked. `told_with`, 0..1, is how far the naming of keywords counts: anybody can.
    `shown`, 0..1, is the evidence: what is shown may be a key point in other words."""
    required, optional = (
        tuple((said[0], index.keyword(forms)) for said, forms in zip(keywords, read_as, strict=True))
        for keywords, read_as in ((asked.required, reading.required), (asked.optional, reading.optional))
    )
    scores: list[tuple[float, float]] = []
    if required or optional:
        scores.append((1.0, told_with * _named(required, optional)))
    points, by_meaning, shares = [], [], []
    for point in reading.key_points:
        share, near, where = _covers(point, index)
        if near < weights.COVERED and (meant := _meant(point.text, index, vectors)):
            share, near, where = 1.0, 1.0, meant
            by_meaning.append(point.text)
        shares.append(on_curve(((weights.POINT, 0.0), (weights.ALL, 1.0)), share))
        points.append((point.text, where if near >= weights.COVERED else None))
    if points:
        spoken_of = math.fsum(shares) / len(shares)
        scores.append((1.0, spoken_of + (1 - spoken_of) * weights.UNMATCHED * shown))
    likeness = None
    if reading.references:
        likeness = math.fsum(_likeness(each, reading, index) for each in reading.references) / len(reading.references)
        scores.append((weights.REFERENCES, likeness))
    whole = math.fsum(share for share, _ in scores)
    reached = math.fsum(share * score for share, score in scores) / whole if whole else 0.0
    return Covered(reached, required, optional, tuple(points), tuple(by_meaning), likeness)


Hits = Sequence[tuple[str, tuple[int, int] | None]]


def _named(required: Hits, optional: Hits) -> float:
    """Every required keyword and half of the optional ones make it full: nobody speaks of all that could be said."""
    enough = math.ceil(len(optional) / 2)
    gained = 2 * sum(hit is not None for _, hit in required) + min(enough, sum(hit is not None for _, hit in optional))
    return min(1.0, gained / (2 * len(required) + enough) / weights.ALL)


def _covers(point: Text, index: Index) -> tuple[float, float, tuple[int, int] | None]:
    """The share of a point's words that are said, the share that is said near each other in a sentence, and where."""
    said = [
        (place, degree * worth, stem) for stem, worth in point.worth.items()
        for degree, places in (index.like(stem),) for place in places
        if index.tokens.denied[place] != (stem in point.affirmed)
    ]
    best, where, in_ = 0.0, None, index.tokens.sentences
    anywhere: dict[str, float] = {}
    for _, worth, stem in said:
        anywhere[stem] = max(worth, anywhere.get(stem, 0.0))
    said.sort()
    for number, (first, _, _) in enumerate(said):
        near: dict[str, float] = {}
        last = first
        for place, worth, stem in said[number:]:
            if place > first + 3 * weights.REACH or in_[place] != in_[first]:
                break
            if worth > near.get(stem, 0.0):
                near[stem], last = worth, place
        if math.fsum(near.values()) > best:
            best, where = math.fsum(near.values()), (first, last)
    whole = math.fsum(point.worth.values()) or 1.0
    return math.fsum(anywhere.values()) / whole, best / whole, where


def _meant(point: str, index: Index, vectors: Vectors) -> tuple[int, int] | None:
    """The sentence of the answer that means a point, by vectors."""
    if point not in vectors:
        return None
    likes = [
        (cosine(vectors[point], vectors[text]), (first, last))
        for text, first, last in sentences(index.tokens) if text in vectors and not any(index.ignored[first : last + 1])
    ]
    like, where = max(likes, default=(0.0, (0, 0)))
    return where if like >= weights.MEANT else None


def sentences(said: Tokens) -> list[tuple[str, int, int]]:
    """The sentences of an answer, with their first and last word."""
    found: list[tuple[str, int, int]] = []
    first = 0
    for place in range(len(said)):
        if place == len(said) - 1 or said.sentences[place + 1] != said.sentences[place]:
            found.append((said.quote(first, place), first, place))
            first = place + 1
    return found


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """How alike two vectors are, -1..1; 0 for one without length or of another size."""
    if len(one) != len(other):
        return 0.0
    size = math.sqrt(math.fsum(x * x for x in one) * math.fsum(y * y for y in other))
    return math.fsum(x * y for x, y in zip(one, other, strict=True)) / size if size else 0.0


def _likeness(reference: Text, reading: Reading, index: Index) -> float:
    """Three overlaps with a reference, capped: its words, its sequences of characters, and how many both share."""
    if not reference.worth:
        return 0.0
    gained = spoken = 0.0
    for stem, worth in reference.worth.items():
        degree, places = index.like(stem)
        if degree:
            denied = all(index.tokens.denied[place] for place in places)
            spoken += degree * worth
            gained += degree * worth * (1 - weights.DENIED if denied == (stem in reference.affirmed) else 1.0)
    own = _grams(stem for place, stem in enumerate(index.tokens.stems) if not index.ignored[place])
    wanted = reference.grams - reading.asked_grams
    recall = len(own & wanted) / max(1, len(wanted))
    dice = 2 * len(own & reference.grams) / max(1, len(own) + len(reference.grams))
    affirmed = gained / spoken if spoken else 1.0
    mean = (gained / math.fsum(reference.worth.values()) + affirmed * (recall + dice)) / 3
    return min(1.0, mean / weights.LIKE_ENOUGH)


def about(said: Tokens, vocabulary: Iterable[str]) -> int:
    """How many of these words an answer holds."""
    return len(set(vocabulary) & set(said.stems))

