"""Content: how much of a rule's expected content an answer covers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from ..arithmetic import interpolate
from ..criteria.criteria import ExpectedContent
from ..criteria.stemmed_criteria import Forms, StemmedCriteria, StemmedText, ngrams
from ..languages.folding import UNSPACED_RUN
from ..languages.tokens import TokenizedText
from ..languages.word_order import sequence_disorder
from ..lazy_dataclass import dataclass
from . import weights
from .vectors import Vectors, closest_sentence

#: First and last word of a passage.
Span = tuple[int, int]
#: Names of keywords or key points, and where they were found.
Matches = tuple[tuple[str, Span | None], ...]


@dataclass(frozen=True)
class ContentScore:
    """How much of the expected content an answer covers, 0..1, and where each keyword and key point was found."""

    reached: float = 0.0
    required: Matches = ()
    optional: Matches = ()
    key_points: Matches = ()
    #: Key points with at least some words found, near each other or not.
    mentioned: tuple[str, ...] = ()
    #: Key points found by meaning, not by words.
    by_meaning: tuple[str, ...] = ()
    #: Whether the meaning of all key points was compared, with an embeddings server.
    compared_meaning: bool = False
    #: The passage closest to one of the references.
    closest: Span | None = None
    #: How far the words of a reference are said in no order, 0..1.
    disorder: float = 0.0


class AnswerIndex:
    """Finds the words of an answer that count, by their stems and by the beginnings of stems."""

    def __init__(self, tokens: TokenizedText, ignored: Sequence[bool], synonyms: Mapping[str, Sequence[str]]) -> None:
        self.tokens = tokens
        self.ignored = ignored
        self._synonyms = synonyms
        self._places: dict[str, list[int]] = {}
        for place, stem in enumerate(tokens.stems):
            if not ignored[place]:
                self._places.setdefault(stem, []).append(place)
        #: A cache: length of a beginning -> beginning -> the first stem with it.
        self._by_beginning: dict[int, dict[str, str]] = {}

    def match(self, stem: str) -> tuple[float, Sequence[int]]:
        """Return how well a stem is matched, 0..1, and where: by itself, a synonym of the rule, a word that begins
        alike, or a common synonym."""
        for same in (stem, *self._synonyms.get(stem, ())):
            if same in self._places:
                return 1.0, self._places[same]
        size = max(weights.PREFIX_LETTERS, int(len(stem) * weights.PREFIX_SHARE))
        if size not in self._by_beginning:
            self._by_beginning[size] = {other[:size]: other for other in reversed(self._places) if len(other) >= size}
        other = self._by_beginning[size].get(stem[:size]) if len(stem) > weights.PREFIX_LETTERS else None
        alike = (other,) if other else self.tokens.language.synonyms.get(stem, ())
        found = next((self._places[one] for one in alike if one in self._places), ())
        return weights.PREFIX_MATCH_WEIGHT * bool(found), found

    def find_keyword(self, forms: Forms, narrative: set[int]) -> Span | None:
        """Return where a keyword is said and not negated, preferably within the `narrative`."""
        return min(self._keyword_spans(forms), key=lambda span: span[0] not in narrative, default=None)

    def _keyword_spans(self, forms: Forms) -> Iterator[Span]:
        stems, negated = self.tokens.stems, self.tokens.negated
        for form in forms:
            size = len(form)
            for place in self._places.get(form[0], ()):
                last = place + size - 1
                is_said = tuple(stems[place : last + 1]) == form
                if is_said and not negated[last] and not any(self.ignored[place : last + 1]):
                    yield place, last
            if size == 1:
                yield from self._two_words(form[0])
                yield from self._part_of_word(form[0])
            if UNSPACED_RUN.match(form[0]) and "".join(form) in (line := "".join(self.tokens.words)):
                # In a script without spaces, a word is two characters.
                place = line.index("".join(form)) // 2
                yield min(place, len(stems) - 1), min(place + size, len(stems) - 1)

    def _two_words(self, stem: str) -> Iterator[Span]:
        """Find a keyword written as two words: "data base"."""
        words, stems = self.tokens.words, self.tokens.stems
        for place in range(len(words) - 1):
            if words[place] + stems[place + 1] == stem and not (self.tokens.negated[place + 1] or self.ignored[place]):
                yield place, place + 1

    def _part_of_word(self, stem: str) -> Iterator[Span]:
        """Find a keyword at the beginning or end of a compound: "Kunde" in "Kundengespräch"."""
        if self.tokens.language.compounds and len(stem) >= weights.COMPOUND_LETTERS:
            for word, (first, *_) in self._places.items():
                outside = len(word) - len(stem) if word.startswith(stem) or word.endswith(stem) else 0
                if outside >= weights.COMPOUND_LETTERS and not self.tokens.negated[first]:
                    yield first, first


def score_content(
    expected: ExpectedContent, criteria: StemmedCriteria, index: AnswerIndex, narrative: set[int], evidence: float,
    vectors: Vectors,
) -> ContentScore:
    """Compare an answer with the expected content.

    Keywords count only within the `narrative`, since anybody can name them. `evidence` (0..1) counts in part for
    keywords and key points that were not found: the answer may use other words for them.
    """
    required, optional = (
        tuple((names[0], index.find_keyword(forms, narrative)) for names, forms in zip(keywords, stems, strict=True))
        for keywords, stems in ((expected.required, criteria.required), (expected.optional, criteria.optional))
    )
    #: The weight of each part of the content, and how far it is reached.
    parts: list[tuple[float, float]] = []
    if required or optional:
        named_share = _share_of_keywords_named(required, optional, narrative)
        credit = min(1.0, evidence / weights.FULL_SHARE) if index.tokens.language.known else 1.0
        parts.append((1.0, credit * named_share + (1 - named_share) * weights.MISSING_KEYWORD_CREDIT * evidence))
    points: list[tuple[str, Span | None]] = []
    by_meaning, mentioned, point_shares = [], [], []
    for wordings in criteria.key_points:
        name = wordings[0].text
        share, share_together, span = max((_match_point(wording, criteria.question, index) for wording in wordings),
                                          key=lambda match: match[:2])
        is_mentioned = share_together >= weights.MENTIONED_SHARE
        if not is_mentioned and (match := closest_sentence(name, index.tokens, index.ignored, vectors)):
            share, is_mentioned, span = 1.0, True, match
            by_meaning.append(name)
        point_shares.append(interpolate(((weights.MIN_POINT_SHARE, 0.0), (weights.FULL_SHARE, 1.0)), share))
        points.append((name, span if is_mentioned else None))
        mentioned += [name] * (share >= weights.MIN_POINT_SHARE)
    if points:
        said_share = math.fsum(point_shares) / len(point_shares)
        parts.append((1.0, said_share + (1 - said_share) * weights.MISSING_POINT_CREDIT * evidence))
    closest, disorders = None, list[float]()
    if references := criteria.references:
        disorders = [sequence_disorder([index.match(stem)[1] for stem in reference.content_stems], len(index.tokens))
                     for reference in references]
        likenesses = [interpolate(weights.DISORDER, disorder) * _likeness(reference, criteria.question, index)
                      for reference, disorder in zip(references, disorders, strict=True)]
        models = likenesses[1:] or likenesses
        likeness = (likenesses[0] + math.fsum(models) / len(models)) / 2
        parts.append((weights.REFERENCES_WEIGHT, min(1.0, likeness / weights.FULL_LIKENESS)))
        share_together, span = max((_match_point(reference, criteria.question, index)[1:] for reference in references),
                                   key=lambda match: match[0])
        closest = span if share_together >= weights.MIN_POINT_SHARE else None
    reached = math.fsum(weight * part for weight, part in parts) / (math.fsum(weight for weight, _ in parts) or 1.0)
    return ContentScore(reached, required, optional, tuple(points), tuple(mentioned), tuple(by_meaning),
                        bool(points) and all(name in vectors for name, _ in points), closest,
                        max(disorders, default=0.0))


def _share_of_keywords_named(required: Matches, optional: Matches, narrative: set[int]) -> float:
    """Return the share of keywords named, 0..1. All required and half of the optional ones are enough for 1."""
    enough = math.ceil(len(optional) / 2)
    found, extra = (
        sum(span is not None and span[0] in narrative for _, span in matches) for matches in (required, optional)
    )
    return min(1.0, (2 * found + min(enough, extra)) / (2 * len(required) + enough) / weights.FULL_SHARE)


def _word_weights(wanted: StemmedText, question: StemmedText) -> dict[str, float]:
    """Return the weight of each content word of a point or reference: half for the question's, which anybody says."""
    return {stem: weights.WEAKER if stem in question.stems else 1.0 for stem in wanted.content_stems}


def _match_point(point: StemmedText, question: StemmedText, index: AnswerIndex) -> tuple[float, float, Span | None]:
    """Return the share of a point's words that are said, the share said close together in a sentence, and where."""
    tokens, weight_of = index.tokens, _word_weights(point, question)
    said: dict[int, tuple[str, float]] = {
        place: (stem, degree * weight_of[stem]) for stem in weight_of for degree, places in (index.match(stem),)
        for place in places if tokens.negated[place] != (stem in point.affirmed)
    }
    most_together, span = 0.0, None
    for first in said:
        near = [place for place in tokens.near(first, 0, 3 * weights.REACH_WORDS) if place in said]
        words = dict(said[place] for place in near)
        together = math.fsum(words.values()) if len(words) > 1 or len(weight_of) == 1 else 0.0
        if together > most_together:
            most_together, span = together, (first, near[-1])
    whole = math.fsum(weight_of.values()) or 1.0
    return math.fsum(dict(said.values()).values()) / whole, most_together / whole, span


def _likeness(reference: StemmedText, question: StemmedText, index: AnswerIndex) -> float:
    """Return the mean of three overlaps with a reference: its words (the question's own count half), its character
    n-grams, and the n-grams common to both. Less if the answer negates what the reference affirms."""
    weight_of = _word_weights(reference, question)
    gained = contradicted = 0.0
    for stem, weight in weight_of.items():
        degree, places = index.match(stem)
        gained += degree * weight
        if places and all(index.tokens.negated[place] for place in places) == (stem in reference.affirmed):
            contradicted += degree * weight
    if not gained:
        return 0.0
    own = ngrams(stem for place, stem in enumerate(index.tokens.stems) if not index.ignored[place])
    expected = reference.ngrams - question.ngrams
    recall = len(own & expected) / max(1, len(expected))
    dice = 2 * len(own & reference.ngrams) / max(1, len(own) + len(reference.ngrams))
    mean = (gained / math.fsum(weight_of.values()) + recall + dice) / 3
    return mean * (1 - weights.NEGATION_LOSS * contradicted / gained)
