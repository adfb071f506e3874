"""Explanation: what is said of an answer to a recruiter. Only what holds: what was found is quoted, and of the rest
nothing is asserted but that it was not found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ..languages.language import Cue, load_languages
from . import weights
from .content import Covered
from .evidence import COURSE, OUTCOME, PARTICULARS, STEPS, Sign
from .tokens import Tokens

_FUNCTION, _PAST = int(Cue.FUNCTION), int(Cue.PAST)
_NUMBER, _NO_STEP = int(Cue.NUMBER), int(Cue.NO_STEP)
_CHECKABLE = int(Cue.NUMBER | Cue.DATE)
_SELF, _BREAKS = int(Cue.SELF), int(Cue.SELF | Cue.CONJUNCTION)
#: What no quote should end with.
_DANGLES = int(Cue.RELATIVE | Cue.CONJUNCTION | Cue.DETERMINER | Cue.PREPOSITION | Cue.INFINITIVE)

Around = Callable[[Tokens, int, int], tuple[int, int]]


@dataclass(frozen=True)
class Statement:
    """One line for a recruiter: what it is about, whether something was found, and the quotes that bear it out."""

    part: str
    text: str
    found: bool
    quotes: tuple[dict[str, Any], ...] = ()


def explain(
    said: Tokens, found: Sequence[Sign], covered: Covered | None, taken_back: Sequence[tuple[int, int]],
    flags: Collection[str], *, language: str, evidence: bool, whole: bool,
) -> tuple[Statement, ...]:
    """At most five statements, the most telling first; of the evidence only where it counts, and of what was not found
    only where the whole answer was looked at."""
    statements = [
        *(_content(said, covered) if covered else ()),
        *_taken_back(said, taken_back),
        *(_shown(said, found) if evidence else ()),
        *(_absent(said, found) if evidence and whole and said.language.known else ()),
        *(_not_in_these_words(covered) if covered else ()),
    ]
    if "language_mismatch" in flags:
        name = load_languages().name
        in_, asked = name(said.language.code), name(language)
        text = f"The answer is in {in_}, the criteria in {asked}: what they ask for was left out."
        statements.insert(0, Statement("content", text, True))
    return tuple(statements[: weights.STATEMENTS])


def _content(said: Tokens, covered: Covered) -> list[Statement]:
    statements = []
    for text, hit in covered.points:
        if hit:
            quote = _quote(said, "content", text, *_clause(said, *hit))
            how = "Close in meaning to the key point" if text in covered.by_meaning else "Speaks of the key point"
            statements.append(Statement("content", f"{how} “{text}”: “{quote['quote']}”.", True, (quote,)))
    hits = [(name, hit) for name, hit in (*covered.required, *covered.optional) if hit]
    if hits:
        quotes = tuple(_quote(said, "content", name, *hit) for name, hit in hits[: weights.QUOTES])
        listed = ", ".join(f"{name} (“{quote['quote']}”)" for (name, _), quote in zip(hits, quotes, strict=False))
        statements.append(Statement("content", f"Names what the criteria look for: {listed}.", True, quotes))
    if covered.likeness is not None:
        text = f"Shares {round(100 * covered.likeness)} % of the wording that can be expected of the written answers."
        statements.append(Statement("content", text, True))
    missing = [name for name, hit in covered.required if not hit]
    if missing:
        text = f"We did not find these words or their synonyms: {', '.join(missing)}."
        statements.append(Statement("content", text, False))
    return statements


def _not_in_these_words(covered: Covered) -> list[Statement]:
    """Two key points, at most, that may well have been told in other words."""
    missing = [text for text, hit in covered.points if not hit]
    return [Statement("content", f"We did not find these words: “{text}”.", False) for text in missing[:2]]


def _taken_back(said: Tokens, taken_back: Sequence[tuple[int, int]]) -> list[Statement]:
    if not taken_back:
        return []
    quote = _quote(said, STEPS, "taken back", *taken_back[0])
    return [Statement(STEPS, f"May take something back, read it: “{quote['quote']}”.", True, (quote,))]


def _shown(said: Tokens, found: Sequence[Sign]) -> list[Statement]:
    """What of the evidence may be quoted."""
    statements = []
    steps = [sign for sign in found if sign.kind == STEPS and sign.sure and _says(said, sign, found)]
    if steps:
        quotes = _spread(said, STEPS, "own step", steps, _clause)
        statements.append(Statement(STEPS, f"Says what was done: {_listed(quotes)}.", True, quotes))
    particulars = [sign for sign in found if sign.kind == PARTICULARS and _counts(said, sign)]
    if particulars:
        quotes = _spread(said, PARTICULARS, "figure, date or name", particulars, _named)
        statements.append(Statement(PARTICULARS, f"Names what can be checked: {_listed(quotes)}.", True, quotes))
    outcomes = [sign for sign in found if sign.kind == OUTCOME and sign.sure]
    if outcomes:
        quote = _quote(said, OUTCOME, "what came of it", *_clause(said, outcomes[-1].first, outcomes[-1].last))
        statements.append(Statement(OUTCOME, f"Says what came of it: “{quote['quote']}”.", True, (quote,)))
    return statements


def _absent(said: Tokens, found: Sequence[Sign]) -> list[Statement]:
    """What was looked for without finding it, where nothing in the answer even looks like it."""
    statements = []
    if any(cue & _CHECKABLE for cue in said.cues) or any(_has_capital(said, place) for place in range(len(said))):
        return []
    if not any(sign.kind in (STEPS, COURSE) for sign in found):
        text = "We did not find something that the candidate did on one occasion."
        statements.append(Statement(STEPS, text, False))
    named = "a figure or a date" if said.language.code == "de" else "a figure, a date or a name"
    statements.append(Statement(PARTICULARS, f"We did not find {named} that could be checked.", False))
    return statements


def _has_capital(said: Tokens, place: int) -> bool:
    """Whether a word may be a name: a capital inside a sentence, in German no sign of one."""
    inside = place and said.sentences[place] == said.sentences[place - 1]
    told = said.language.code != "de" and not said.text.isupper() and not said.cues[place] & _SELF
    return bool(inside) and told and said.text[said.starts[place]].isupper()


def _says(said: Tokens, sign: Sign, found: Sequence[Sign]) -> bool:
    """Whether the words of a step say enough to be read by themselves, and stand near something that can be checked."""
    first, last = _clause(said, sign.first, sign.last)
    near = range(first - 2 * weights.REACH, last + 2 * weights.REACH)
    concrete = any(other.kind == PARTICULARS and other.first in near for other in found)
    return last - first >= weights.BESIDE and sign.worth >= 1 and concrete


def _counts(said: Tokens, sign: Sign) -> bool:
    """Whether a figure says of what; a bare "three" tells nobody anything."""
    quote = said.quote(sign.first, sign.last)
    if not said.cues[sign.first] & _NUMBER:
        return not quote.isupper()
    exact = quote[0].isdigit() and len(quote) > 2
    return exact or sign.last > sign.first or _named(said, sign.first, sign.last)[1] > sign.last


def _spread(
    said: Tokens, part: str, what: str, found: Sequence[Sign], around: Around,
) -> tuple[dict[str, Any], ...]:
    """Quotes of some signs, from the beginning, the middle and the end."""
    count = min(weights.QUOTES, len(found))
    chosen = [found[place * (len(found) - 1) // max(1, count - 1)] for place in range(count)]
    quotes = [_quote(said, part, what, *around(said, each.first, each.last)) for each in chosen]
    return tuple({quote["start"]: quote for quote in quotes}.values())


def _clause(said: Tokens, first: int, last: int) -> tuple[int, int]:
    """From a word on to the end of what is said with it: the sentence, the next "I", or a few words."""
    high = min(last, first + weights.QUOTE_WORDS, len(said) - 1)
    while high + 1 < min(len(said), last + weights.REACH) and said.sentences[high + 1] == said.sentences[first]:
        if said.cues[high + 1] & (_BREAKS if high > last else _SELF):
            break
        if "," in said.text[said.ends[high] : said.starts[high + 1]] and high > last:
            break
        high += 1
    while high > last and said.cues[high] & _DANGLES:
        high -= 1
    return first, high


def _named(said: Tokens, first: int, last: int) -> tuple[int, int]:
    """A figure with what it counts; a date or a name alone."""
    after = last + 1
    counts = said.cues[last] & _NUMBER and after < len(said) and not said.cues[after] & (_FUNCTION | _PAST | _NO_STEP)
    beside = counts and said.text[said.ends[last] : said.starts[after]] in (" ", "-")
    return first, after if beside else last


def _quote(said: Tokens, part: str, what: str, first: int, last: int) -> dict[str, Any]:
    start, end = said.starts[first], said.ends[last]
    return {"part": part, "about": what, "quote": said.text[start:end], "start": start, "end": end}


def _listed(quotes: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"“{quote['quote']}”" for quote in quotes)

