"""judge: what one answer is worth. The only place that has an opinion on answers; everything around it counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .arithmetic import Curve, on_curve, relative, rounded
from .criteria import Keyword, Rubric, Rule, Standard
from .result import NOT_SCORABLE, SCORED
from .transcript import Transcript
from .words import fold, has_letters, words

#: Hours of speech. Bounds the time that one answer can take.
MAX_JUDGED_CHARS = 200_000
#: Less says nothing that could be judged.
MIN_JUDGED_WORDS = 3

_REQUIRED_POINTS = 2
_OPTIONAL_POINTS = 1
#: What an answer of exactly `min_words` is worth, and one of twice `max_words` or longer.
_AT_MIN, _FAR_OVER_MAX = 0.6, 0.7
#: Clarity by the share of filler words. Everybody says some: up to a tenth costs nothing.
_FILLER_CURVE: Curve = ((0.1, 1.0), (0.4, 0.5))
_DISALLOWED_COST = 0.5


@dataclass(frozen=True)
class Judgement:
    """What is said of one answer; the fields are those of QuestionScore."""

    score: float | None
    status: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    details: dict[str, Any]


@dataclass(frozen=True)
class _Part:
    """One named part of a judgement: what it reached, 0..1, and what is to be said of it."""

    reached: float
    reasons: tuple[str, ...]
    flags: tuple[str, ...] = ()


def judge(rule: Rule, transcript: Transcript, language: str | None = None) -> Judgement:
    """Judge an answer that has a text; any text at all, and the same way every time.

    `language` is the one the interview is held in. `details` of a scored answer: `word_count`; `parts`, by name, each
    with `reached` (0..1), `weight` (its share, they add up to 1) and `points` (they add up to the score);
    `matched_keywords`, `missing_keywords` (required ones) and `missing_optional_keywords`.
    """
    text = (transcript.text or "")[:MAX_JUDGED_CHARS]
    folded = fold(text)
    spoken = words(folded)
    too_little = _not_scorable(text, len(spoken))
    if too_little:
        return Judgement(None, NOT_SCORABLE, (too_little,), (), {"word_count": len(spoken)})
    required, optional = _Hits.of(rule.required, folded), _Hits.of(rule.optional, folded)
    parts = {
        "keyword": _keyword_part(required, optional),
        "length": _length_part(rule.standard.rubric, len(spoken)),
        "clarity": _clarity_part(rule.standard, text, folded, len(spoken)),
    }
    weights = _shares(rule, list(parts))
    points = {name: 100 * weight * parts[name].reached for name, weight in weights.items()}
    judged = [*(parts[name] for name in weights), *_asides(rule, transcript, language)]
    return Judgement(
        score=rounded(min(100.0, math.fsum(points.values())), 1),
        status=SCORED,
        reasons=tuple(reason for part in judged for reason in part.reasons),
        flags=tuple(flag for part in judged for flag in part.flags),
        details={
            "word_count": len(spoken),
            "parts": {
                name: {
                    "reached": rounded(parts[name].reached, 3),
                    "weight": rounded(weight, 3),
                    "points": rounded(points[name], 2),
                }
                for name, weight in weights.items()
            },
            "matched_keywords": [*required.matched, *optional.matched],
            "missing_keywords": list(required.missing),
            "missing_optional_keywords": list(optional.missing),
        },
    )


def _not_scorable(text: str, word_count: int) -> str | None:
    """Why there is nothing to judge: better no score than a wrong one."""
    if not has_letters(text):
        return "The transcript has no words in it, so there is nothing to score; listen to the recording."
    if word_count < MIN_JUDGED_WORDS:
        said = "1 word" if word_count == 1 else f"{word_count} words"
        return f"The transcript has only {said}, too few to score; listen to the recording."
    return None


def _shares(rule: Rule, names: Sequence[str]) -> dict[str, float]:
    """Each part's share of the score. One without weight, or with nothing to look for, leaves it to the others."""
    weights: dict[str, float] = asdict(rule.standard.weights)
    if not rule.required and not rule.optional:
        del weights["keyword"]
    # With nothing but a keyword weight and no keywords, the parts that remain count the same.
    shares = relative(weights) or dict.fromkeys(weights, 1.0)
    whole = math.fsum(shares.values())
    return {name: shares[name] / whole for name in names if name in shares}


@dataclass(frozen=True)
class _Hits:
    """Which of some keywords an answer speaks of, by name."""

    matched: tuple[str, ...]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, keywords: Sequence[Keyword], folded: str) -> _Hits:
        found = [keyword.pattern.search(folded) is not None for keyword in keywords]
        return cls(
            tuple(keyword.name for keyword, hit in zip(keywords, found, strict=True) if hit),
            tuple(keyword.name for keyword, hit in zip(keywords, found, strict=True) if not hit),
        )


def _keyword_part(required: _Hits, optional: _Hits) -> _Part:
    """Every required keyword and half of the optional ones make it full: nobody speaks of all that could be said."""
    enough = math.ceil((len(optional.matched) + len(optional.missing)) / 2)
    counted = min(len(optional.matched), enough)
    full = _REQUIRED_POINTS * (len(required.matched) + len(required.missing)) + _OPTIONAL_POINTS * enough
    gained = _REQUIRED_POINTS * len(required.matched) + _OPTIONAL_POINTS * counted
    reasons = [_found(kind, hits) for kind, hits in (("expected", required), ("further", optional)) if hits != _NO_HITS]
    return _Part(gained / full if full else 0.0, tuple(reasons))


_NO_HITS = _Hits((), ())


def _found(kind: str, hits: _Hits) -> str:
    total = len(hits.matched) + len(hits.missing)
    topics = f"{kind} topic" if total == 1 else f"{kind} topics"
    spoken_of = f": {', '.join(hits.matched)}" if hits.matched else ""
    # Only what was expected is held against an answer, so only that is listed as missing.
    missing = f"; not mentioned: {', '.join(hits.missing)}" if hits.missing and kind == "expected" else ""
    return f"Mentions {len(hits.matched)} of {total} {topics}{spoken_of}{missing}."


def _length_part(rubric: Rubric, word_count: int) -> _Part:
    least, ideal, most = rubric.min_words, rubric.ideal_words, rubric.max_words
    curve = ((0, 0.0), (least, _AT_MIN), (ideal, 1.0), (most, 1.0), (2 * most, _FAR_OVER_MAX))
    reached = on_curve(curve, word_count)
    if word_count < least:
        return _Part(reached, (f"Short: {word_count} words where at least {least} are asked for.",), ("too_short",))
    if word_count > most:
        return _Part(reached, (f"Long: {word_count} words where at most {most} are asked for.",), ("too_long",))
    if word_count < ideal:
        return _Part(reached, (f"{word_count} words, somewhat fewer than the {ideal} that are ideal.",))
    return _Part(reached, (f"{word_count} words, a good length.",))


def _clarity_part(standard: Standard, text: str, folded: str, word_count: int) -> _Part:
    filled = sum(len(words(match.group())) for match in standard.fillers.finditer(folded))
    share = min(1.0, filled / word_count)
    disallowed = [match.group() for pattern in standard.disallowed if (match := pattern.search(text))]
    fluency = on_curve(_FILLER_CURVE, share)
    reasons = [f"Holds wording that the criteria disallow: \u201c{_excerpt(found)}\u201d." for found in disallowed]
    if fluency < 1.0:
        reasons.insert(0, f"{rounded(100 * share, 0):g} % of the words are fillers.")
    flags = [("many_fillers", fluency < 1.0), ("disallowed_wording", bool(disallowed))]
    return _Part(
        max(0.0, fluency - _DISALLOWED_COST * len(disallowed)),
        tuple(reasons) or ("No fillers or disallowed wording that would count.",),
        tuple(flag for flag, raised in flags if raised),
    )


def _excerpt(found: str) -> str:
    return found if len(found) <= 80 else f"{found[:79]}\u2026"


def _asides(rule: Rule, transcript: Transcript, language: str | None) -> list[_Part]:
    """What a recruiter should know before trusting the score; it costs nothing."""
    asides = []
    if not rule.required and not rule.optional:
        said = "No criteria name topics for this question: only the form of the answer was judged, not what it says."
        asides.append(_Part(1.0, (said,), ("form_only",)))
    if len(transcript.text or "") > MAX_JUDGED_CHARS:
        asides.append(_Part(1.0, (f"Judged by its first {MAX_JUDGED_CHARS:,} characters.",), ("cut_for_judging",)))
    spoken, expected = _primary(transcript.language), _primary(language)
    if spoken and expected and spoken != expected:
        said = f"The answer is in \u201c{spoken}\u201d, the interview in \u201c{expected}\u201d: check the score."
        asides.append(_Part(1.0, (said,), ("other_language",)))
    return asides


def _primary(language: str | None) -> str:
    """`en` of `en-US`, `EN_us` or `en` (the primary subtag of RFC 5646)."""
    return (language or "").strip().replace("_", "-").split("-")[0].casefold()
