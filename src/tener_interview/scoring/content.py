"""The content part: how much of what the rule asks for an answer speaks of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .arithmetic import Curve, on_curve
from .part import Part, Quote
from .speech import Speech
from .subject import Found, Index, Keyword, Point, grams, likeness, prefixes_of

_REQUIRED_POINTS, _OPTIONAL_POINTS = 2, 1
#: What the share of the keywords is worth: the first ones count most, and one that was misheard is no disaster.
_KEYWORD_CURVE: Curve = ((0.0, 0.0), (0.3, 0.55), (0.6, 0.95), (1.0, 1.0))
#: How far a point is covered, by the share of its words that are said: nobody says a thing in the same words.
_POINT_CURVE: Curve = ((0.1, 0.0), (0.25, 0.3), (0.45, 0.8), (0.65, 1.0))
#: The same for a whole model answer, of which a good answer says less.
_REFERENCE_CURVE: Curve = ((0.04, 0.0), (0.15, 0.25), (0.35, 0.7), (0.55, 0.95), (0.7, 1.0))
#: Below this a point counts as missing.
_COVERED = 0.5
_KEYWORDS_SHARE, _POINTS_SHARE, _REFERENCE_SHARE = 1.0, 1.5, 2.0
#: A matched word that the answer denies and the reference affirms counts so much less.
_DENIED = 0.8
_QUOTED = 4


@dataclass(frozen=True)
class Covered:
    """What of the rule's content an answer speaks of."""

    part: Part
    matched: tuple[str, ...]
    missing_required: tuple[str, ...]
    missing_optional: tuple[str, ...]
    missing_points: tuple[str, ...]


def cover(
    required: Sequence[Keyword], optional: Sequence[Keyword], points: Sequence[Point], references: Sequence[Point],
    speech: Speech, index: Index, shown: float,
) -> Covered:
    """Lay an answer beside what the rule asks for. `shown`, 0..1, is how far the naming of keywords counts."""
    found_required = [(each, index.find(each)) for each in required]
    found_optional = [(each, index.find(each)) for each in optional]
    prefixes = prefixes_of(index.places) if points or references else {}
    scores: list[tuple[float, float]] = []
    reasons: list[str] = []
    quotes: list[Quote] = []
    if required or optional:
        scores.append((_KEYWORDS_SHARE, shown * _keyword_share(found_required, found_optional)))
        both = (("expected", found_required), ("further", found_optional))
        reasons += [_told(kind, hits) for kind, hits in both if hits]
        quotes += [
            _quote(speech, hit, each.name) for each, hit in (*found_required, *found_optional) if hit is not None
        ][:_QUOTED]
    covered = [_point_share(each, speech, index, prefixes) for each in points]
    missing_points = tuple(each.text for each, (share, _) in zip(points, covered, strict=True) if share < _COVERED)
    if points:
        scores.append((_POINTS_SHARE, math.fsum(share for share, _ in covered) / len(points)))
        said = len(points) - len(missing_points)
        reasons.append(f"Covers {said} of {len(points)} key points.")
        quotes += [
            _quote(speech, hit, each.text) for each, (share, hit) in zip(points, covered, strict=True)
            if hit is not None and share >= _COVERED
        ][:_QUOTED]
    if references:
        likest = max((_reference_share(each, speech, index, prefixes), each.text, each) for each in references)[0:3:2]
        scores.append((_REFERENCE_SHARE, likest[0]))
        reasons.append(f"Says {round(100 * likest[0])} % of what can be expected of the model answer.")
        _, hit = _point_share(likest[1], speech, index, prefixes)
        quotes += [_quote(speech, hit, "the model answer")] if hit is not None else []
    whole = math.fsum(share for share, _ in scores)
    reached = math.fsum(share * score for share, score in scores) / whole if whole else 0.0
    missing_required = tuple(each.name for each, hit in found_required if hit is None)
    missing = (
        *(f"Does not speak of {each}." for each in missing_required),
        *(f"Does not cover this point: {text}" for text in missing_points),
    )
    return Covered(
        Part("content", reached, tuple(reasons), tuple(quotes), missing),
        tuple(each.name for each, hit in (*found_required, *found_optional) if hit is not None),
        missing_required,
        tuple(each.name for each, hit in found_optional if hit is None),
        missing_points,
    )


Hits = Sequence[tuple[Keyword, Found | None]]


def _keyword_share(required: Hits, optional: Hits) -> float:
    """Every required keyword and half of the optional ones make it full: nobody speaks of all that could be said."""
    enough = math.ceil(len(optional) / 2)
    counted = min(math.fsum(hit.borne_out for _, hit in optional if hit is not None), enough)
    full = _REQUIRED_POINTS * len(required) + _OPTIONAL_POINTS * enough
    gained = _REQUIRED_POINTS * math.fsum(hit.borne_out for _, hit in required if hit is not None)
    gained += _OPTIONAL_POINTS * counted
    return on_curve(_KEYWORD_CURVE, gained / full) if full else 0.0


def _told(kind: str, hits: Hits) -> str:
    matched = [each.name for each, hit in hits if hit is not None]
    missing = [each.name for each, hit in hits if hit is None]
    topics = f"{kind} topic" if len(hits) == 1 else f"{kind} topics"
    spoken_of = f": {', '.join(matched)}" if matched else ""
    # Only what was expected is held against an answer, so only that is listed as missing.
    absent = f"; not mentioned: {', '.join(missing)}" if missing and kind == "expected" else ""
    return f"Mentions {len(matched)} of {len(hits)} {topics}{spoken_of}{absent}."


def _point_share(each: Point, speech: Speech, index: Index, prefixes: dict[str, str]) -> tuple[float, Found | None]:
    """How far a point is covered, 0..1, and where most of its words are."""
    gained, _, places = _said(each, speech, index, prefixes)
    share = on_curve(_POINT_CURVE, gained / each.whole) if each.whole else 0.0
    return share, _densest(places)


def _reference_share(each: Point, speech: Speech, index: Index, prefixes: dict[str, str]) -> float:
    if not each.whole:
        return 0.0
    gained, spoken, _ = _said(each, speech, index, prefixes)
    own = grams(stem for stem in speech.stems if stem in index.places)
    # Parts of words catch misspelt and related words, and look both ways: what is said beside the point counts less.
    likeness_ = 2 * len(own & each.grams) / (len(own) + len(each.grams)) if own and each.grams else 0.0
    affirmed = gained / spoken if spoken else 1.0
    return on_curve(_REFERENCE_CURVE, 0.5 * gained / each.whole + 0.5 * likeness_ * affirmed)


def _said(each: Point, speech: Speech, index: Index, prefixes: dict[str, str]) -> tuple[float, float, list[int]]:
    """The weight of a point's words that are said, and what of it is meant the same way; with their places."""
    gained, spoken, places = 0.0, 0.0, []
    for stem, weight in each.weights.items():
        degree, said = likeness(stem, index.places, prefixes)
        if not degree:
            continue
        spots = index.places[said]
        spoken += degree * weight
        denied = all(speech.negated[place] for place in spots)
        if denied == (stem in each.affirmed):
            degree *= 1 - _DENIED
        gained += degree * weight
        places += spots
    return gained, spoken, places


def _densest(places: list[int]) -> Found | None:
    """The place around which most of these words stand."""
    if not places:
        return None
    best = max(places, key=lambda place: (sum(0 <= other - place <= 15 for other in places), -place))
    return Found(best, max(other for other in places if 0 <= other - best <= 15))


def _quote(speech: Speech, hit: Found, about: str) -> Quote:
    return Quote("content", about, *speech.quote(hit.first, hit.last))
