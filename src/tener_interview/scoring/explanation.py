"""Explanation: the statements a recruiter reads. Evidence is quoted; of the rest only "we did not find" is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..languages.language import Cue, load_languages
from ..languages.tokens import TokenizedText
from . import weights
from .content import ContentScore, Span
from .features import ACTIONS, EVENTS, OUTCOME, PARTICULARS, Feature, sum_worth

_CLAUSE_STARTS = Cue.SELF | Cue.CONJUNCTION
#: What no quote should end with.
_DANGLING = (
    Cue.RELATIVE | Cue.CONJUNCTION | Cue.DETERMINER | Cue.PREPOSITION | Cue.INFINITIVE | Cue.STATE | Cue.AUXILIARY
)
_NOT_COUNTED = Cue.FUNCTION | Cue.PAST | Cue.NO_STEP
_AFTER_NOUN = Cue.FUNCTION | Cue.PAST | Cue.PARTICIPLE | Cue.OWN | Cue.STATE | Cue.NUMBER

Quote = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """One line for a recruiter: what it is about, whether something was found, and the quotes that bear it out."""

    part: str
    text: str
    found: bool
    quotes: tuple[Quote, ...] = ()


def explain(
    tokens: TokenizedText, found: Sequence[Feature], content: ContentScore | None,
    retractions: Sequence[Span], *, other_language: str | None, evidence: bool, whole: bool, comparable: bool,
) -> tuple[Statement, ...]:
    """At most five statements, the most telling first.

    `other_language` is the one of the criteria, where the answer is in another; of the evidence something is said only
    where it counts, and of what was not found only where the `whole` answer was looked at.
    """
    statements: list[Statement] = []
    if other_language:
        name = load_languages().name
        text = f"The answer is in {name(tokens.language.code)}, the criteria in {name(other_language)}"
        statements.append(Statement("content", f"{text}: what they ask for was left out.", True))
    # A figure or a keyword is of use to nobody where nothing is told with it.
    shows = not tokens.language.known or sum_worth(found)[ACTIONS] >= 1 or any(each.kind == OUTCOME for each in found)
    if content:
        statements += _of_content(tokens, content, shows, whole)
    if retractions:
        first, last = retractions[0]
        while last - first > weights.QUOTE_WORDS and last + 1 < len(tokens) and tokens.same_clause(last + 1):
            last -= 1
        quote = _quote(tokens, ACTIONS, "taken back", first, last)
        text = f"May take something back, read it: “{quote['quote']}”."
        statements.append(Statement(ACTIONS, text, True, (quote,)))
    if evidence:
        statements += _of_evidence(tokens, found, shows, denied=bool(retractions))
        if whole and comparable and tokens.language.known:
            statements += _not_found(tokens, found)
    missing = [name for name, span in content.key_points if not span and name not in content.touched] if content else []
    if content and missing:
        listed = ", ".join(f"“{name}”" for name in missing[: weights.QUOTES])
        text = f"The wording of {len(missing)} of {len(content.key_points)} key points was not found"
        statements.append(Statement("content", f"{text}; they may be told in other words: {listed}.", False))
    return tuple(statements[: weights.STATEMENTS])


def _of_content(tokens: TokenizedText, content: ContentScore, shows: bool, whole: bool) -> Iterator[Statement]:
    for name, span in content.key_points:
        if span and shows:
            quote = _quote(tokens, "content", name, *_clause(tokens, *span))
            how = "Close in meaning to the key point" if name in content.by_meaning else "Speaks of the key point"
            yield Statement("content", f"{how} “{name}”: “{quote['quote']}”.", True, (quote,))
    quotes = tuple(_quote(tokens, "content", name, *span)
                   for name, span in (*content.required, *content.optional) if span)[: weights.QUOTES]
    if quotes and shows:
        named = ", ".join(f"{quote['about']} (“{quote['quote']}”)" for quote in quotes)
        yield Statement("content", f"Names what the criteria look for: {named}.", True, quotes)
    if content.closest:
        quote = _quote(tokens, "content", "written answer", *_clause(tokens, *content.closest))
        yield Statement("content", f"Closest to the written answers: “{quote['quote']}”.", True, (quote,))
    if whole and (missing := ", ".join(name for name, span in content.required if not span)):
        yield Statement("content", f"We did not find these words or their synonyms: {missing}.", False)


def _of_evidence(tokens: TokenizedText, found: Sequence[Feature], shows: bool, denied: bool) -> Iterator[Statement]:
    """What of the evidence may be quoted: no deed, where one is taken back."""
    particulars = [each for each in found if each.kind == PARTICULARS]
    actions = [each for each in found if each.kind == ACTIONS and each.quotable and _says(tokens, each, particulars)]
    if actions and not denied:
        quotes = _spread(tokens, "own action", actions, _clause)
        yield Statement(ACTIONS, f"Says what was done: {_joined(quotes)}.", True, quotes)
    if checkable := [each for each in particulars if shows and _says_of_what(tokens, each)]:
        quotes = _spread(tokens, "figure, date or name", checkable, _with_noun)
        yield Statement(PARTICULARS, f"Names what can be checked: {_joined(quotes)}.", True, quotes)
    if outcomes := [each for each in found if each.kind == OUTCOME and each.quotable]:
        quote = _quote(tokens, OUTCOME, "what came of it", *_clause(tokens, *outcomes[-1][1:3]))
        yield Statement(OUTCOME, f"Says what came of it: “{quote['quote']}”.", True, (quote,))


def _not_found(tokens: TokenizedText, found: Sequence[Feature]) -> Iterator[Statement]:
    """What was looked for without finding it, where nothing in the answer even looks like it."""
    if any(cue & (Cue.NUMBER | Cue.DATE) for cue in tokens.cues) or any(each.kind == PARTICULARS for each in found):
        return
    if not any(each.kind in (ACTIONS, EVENTS) for each in found):
        yield Statement(ACTIONS, "We did not find something that the candidate did on one occasion.", False)
    yield Statement(PARTICULARS, "We did not find a figure or a date that could be checked.", False)


def _says(tokens: TokenizedText, action: Feature, particulars: Sequence[Feature]) -> bool:
    """Whether the words of an action can be read by themselves, and stand near something that can be checked."""
    first, last = _clause(tokens, action.first, action.last)
    near = range(first - 2 * weights.REACH, last + 2 * weights.REACH)
    return last - first >= weights.BESIDE and action.worth >= 1 and any(each.first in near for each in particulars)


def _says_of_what(tokens: TokenizedText, particular: Feature) -> bool:
    """Whether a figure says of what; a bare "three" tells nobody anything."""
    _, first, last, *_ = particular
    quote = tokens.quote(first, last)
    if not tokens.cues[first] & Cue.NUMBER:
        return not quote.isupper()
    return (quote[0].isdigit() and len(quote) > 2) or last > first or _with_noun(tokens, first, last)[1] > last


def _spread(
    tokens: TokenizedText, what: str, found: Sequence[Feature],
    around: Callable[[TokenizedText, int, int], tuple[int, int]],
) -> tuple[Quote, ...]:
    """Quotes of some features, from the beginning, the middle and the end."""
    count = min(weights.QUOTES, len(found))
    chosen = [found[number * (len(found) - 1) // max(1, count - 1)] for number in range(count)]
    quotes = [_quote(tokens, each.kind, what, *around(tokens, each.first, each.last)) for each in chosen]
    return tuple({quote["start"]: quote for quote in quotes}.values())


def _clause(tokens: TokenizedText, first: int, last: int) -> tuple[int, int]:
    """From a word on to the end of what is said with it: the sentence, the next "I", or a few words."""
    end = min(last, first + weights.QUOTE_WORDS)
    for ahead in tokens.near(last, 0, weights.REACH - 1)[1:] if end == last else ():
        starts = tokens.cues[ahead] & (_CLAUSE_STARTS if end > last else Cue.SELF)
        if starts or (end > last and not tokens.same_clause(ahead)):
            break
        end = ahead
    while end > last and tokens.cues[end] & _DANGLING:
        end -= 1
    return first, end


def _with_noun(tokens: TokenizedText, first: int, last: int) -> tuple[int, int]:
    """A figure with what it counts, if that is one word; a name with its beginning and its number."""
    noun, cues = last + 1, tokens.cues
    is_number = cues[last] & (Cue.NUMBER | Cue.ONE)
    while not is_number and tokens.same_clause(first) and not cues[first - 1] & Cue.FUNCTION and (
        tokens.text[tokens.starts[first - 1]].isupper()
    ):
        first -= 1
    counts = noun < len(cues) and (not cues[noun] & _NOT_COUNTED if is_number else cues[noun] & Cue.NUMBER)
    # In German every noun has a capital.
    counts = counts and (tokens.language.code != "de" or tokens.text[tokens.starts[noun]].isupper() or not is_number)
    beside = counts and tokens.text[tokens.ends[last] : tokens.starts[noun]] in (" ", "-")
    alone = beside and (
        noun + 1 == len(cues) or not tokens.same_clause(noun + 1) or bool(cues[noun + 1] & _AFTER_NOUN)
    )
    return first, noun if alone else last


def _quote(tokens: TokenizedText, part: str, about: str, first: int, last: int) -> Quote:
    start, end = tokens.starts[first], tokens.ends[last]
    return {"part": part, "about": about, "quote": tokens.text[start:end], "start": start, "end": end}


def _joined(quotes: Sequence[Quote]) -> str:
    return ", ".join(f"“{quote['quote']}”" for quote in quotes)
