"""Explanation: the statements a recruiter reads. They quote what was found; of the rest they say "We did not find"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..languages.language import Cue, load_languages
from ..languages.tokens import TokenizedText
from . import weights
from .content import ContentScore, Span
from .evidence import ACTIONS, EVENTS, OUTCOME, PARTICULARS, EvidenceSpan, sum_weights

_CLAUSE_STARTS = Cue.SELF | Cue.CONJUNCTION
#: Words that no quote should end with.
_DANGLING = (Cue.RELATIVE | Cue.CONJUNCTION | Cue.DETERMINER | Cue.PREPOSITION | Cue.INFINITIVE | Cue.STATE
             | Cue.AUXILIARY)
_NOT_COUNTED = Cue.FUNCTION | Cue.PAST | Cue.NO_STEP
_AFTER_NOUN = Cue.FUNCTION | Cue.PAST | Cue.PARTICIPLE | Cue.OWN | Cue.STATE | Cue.NUMBER

Quote = dict[str, Any]


@dataclass(frozen=True)
class Statement:
    """One line for a recruiter: the part of the score, whether something was found, and the quotes that support it."""

    part: str
    text: str
    found: bool
    quotes: tuple[Quote, ...] = ()


def explain(
    tokens: TokenizedText, spans: Sequence[EvidenceSpan], content: ContentScore | None,
    retractions: Sequence[Span], *, other_language: str | None, evidence: bool, whole: bool, comparable: bool,
) -> tuple[Statement, ...]:
    """Return at most five statements, the most important first.

    `other_language` is the language of the criteria if the answer is in a different one. Statements about evidence are
    made only if evidence counts, and statements about what was not found only if the `whole` answer was read.
    """
    statements: list[Statement] = []
    if other_language:
        name = load_languages().name
        text = f"The answer is in {name(tokens.language.code)} but the criteria are in {name(other_language)}"
        statements.append(Statement("content", f"{text}, so content was not scored.", True))
    # A figure or a keyword helps nobody without an action or an outcome.
    shows = not tokens.language.known or sum_weights(spans)[ACTIONS] >= 1 or any(span.kind == OUTCOME for span in spans)
    if content:
        statements += _content_statements(tokens, content, shows, whole)
    if retractions:
        first, last = retractions[0]
        while last - first > weights.QUOTE_WORDS and last + 1 < len(tokens) and tokens.same_clause(last + 1):
            last -= 1
        quote = _quote(tokens, ACTIONS, "taken back", first, last)
        text = f"May retract something, please check: “{quote['quote']}”."
        statements.append(Statement(ACTIONS, text, True, (quote,)))
    if evidence:
        statements += _evidence_statements(tokens, spans, shows, retracted=bool(retractions))
        if whole and comparable and tokens.language.known:
            statements += _not_found_statements(tokens, spans)
    missing = [name for name, span in content.key_points if not span and name not in content.touched] if content else []
    if content and missing:
        listed = ", ".join(f"“{name}”" for name in missing[: weights.QUOTES])
        text = f"We did not find {len(missing)} of {len(content.key_points)} key points"
        statements.append(Statement("content", f"{text}; other words may have been used: {listed}.", False))
    return tuple(statements[: weights.STATEMENTS])


def _content_statements(tokens: TokenizedText, content: ContentScore, shows: bool, whole: bool) -> Iterator[Statement]:
    for name, span in content.key_points:
        if span and shows:
            quote = _quote(tokens, "content", name, *_clause(tokens, *span))
            how = "Close in meaning to the key point" if name in content.by_meaning else "Mentions the key point"
            yield Statement("content", f"{how} “{name}”: “{quote['quote']}”.", True, (quote,))
    quotes = tuple(_quote(tokens, "content", name, *span)
                   for name, span in (*content.required, *content.optional) if span)[: weights.QUOTES]
    if quotes and shows:
        named = ", ".join(f"{quote['about']} (“{quote['quote']}”)" for quote in quotes)
        yield Statement("content", f"Mentions keywords: {named}.", True, quotes)
    if content.closest:
        quote = _quote(tokens, "content", "reference answer", *_clause(tokens, *content.closest))
        yield Statement("content", f"Closest to the reference answers: “{quote['quote']}”.", True, (quote,))
    if whole and (missing := ", ".join(name for name, span in content.required if not span)):
        yield Statement("content", f"We did not find these keywords or their synonyms: {missing}.", False)


def _evidence_statements(
    tokens: TokenizedText, spans: Sequence[EvidenceSpan], shows: bool, retracted: bool
) -> Iterator[Statement]:
    """Quote the evidence; no actions where the candidate retracts one."""
    particulars = [span for span in spans if span.kind == PARTICULARS]
    own_actions = (span for span in spans if span.kind == ACTIONS and span.quotable)
    actions = [action for action in own_actions if _reads_alone(tokens, action, particulars)]
    if actions and not retracted:
        quotes = _spread(tokens, "own action", actions, _clause)
        yield Statement(ACTIONS, f"Describes own actions: {_joined(quotes)}.", True, quotes)
    if checkable := [span for span in particulars if shows and span.quotable and _counts_something(tokens, span)]:
        quotes = _spread(tokens, "figure, date or name", checkable, _with_noun)
        yield Statement(PARTICULARS, f"Gives details to check: {_joined(quotes)}.", True, quotes)
    if outcomes := [span for span in spans if span.kind == OUTCOME and span.quotable]:
        quote = _quote(tokens, OUTCOME, "outcome", *_clause(tokens, *outcomes[-1][1:3]))
        yield Statement(OUTCOME, f"Describes the outcome: “{quote['quote']}”.", True, (quote,))


def _not_found_statements(tokens: TokenizedText, spans: Sequence[EvidenceSpan]) -> Iterator[Statement]:
    """Say what was not found, where nothing in the answer even looks like it."""
    if any(cue & (Cue.NUMBER | Cue.DATE) for cue in tokens.cues) or any(span.kind == PARTICULARS for span in spans):
        return
    if not any(span.kind in (ACTIONS, EVENTS) for span in spans):
        yield Statement(ACTIONS, "We did not find a specific action of the candidate's own.", False)
    yield Statement(PARTICULARS, "We did not find a figure or a date to check.", False)


def _reads_alone(tokens: TokenizedText, action: EvidenceSpan, particulars: Sequence[EvidenceSpan]) -> bool:
    """Return whether an action can be understood without its context and is near a figure, date or name."""
    first, last = _clause(tokens, action.first, action.last) if action.weight >= 1 else (0, 0)
    near = range(first - 2 * weights.REACH, last + 2 * weights.REACH)
    return last - first >= weights.BESIDE and any(span.first in near for span in particulars)


def _counts_something(tokens: TokenizedText, particular: EvidenceSpan) -> bool:
    """Return whether a figure has a unit or noun; a bare "three" means nothing to a reader."""
    _, first, last, *_ = particular
    quote = tokens.quote(first, last)
    if not tokens.cues[first] & Cue.NUMBER:
        return not quote.isupper()
    return (quote[0].isdigit() and len(quote) > 2) or last > first or _with_noun(tokens, first, last)[1] > last


def _spread(
    tokens: TokenizedText, what: str, spans: Sequence[EvidenceSpan],
    around: Callable[[TokenizedText, int, int], tuple[int, int]],
) -> tuple[Quote, ...]:
    """Quote some of the spans, from the beginning, the middle and the end."""
    count = min(weights.QUOTES, len(spans))
    chosen = [spans[number * (len(spans) - 1) // max(1, count - 1)] for number in range(count)]
    quotes = [_quote(tokens, span.kind, what, *around(tokens, span.first, span.last)) for span in chosen]
    return tuple({quote["start"]: quote for quote in quotes}.values())


def _clause(tokens: TokenizedText, first: int, last: int) -> tuple[int, int]:
    """Extend a span to the end of its clause: the end of the sentence, the next "I", or a few words on."""
    end = min(last, first + weights.QUOTE_WORDS)
    for ahead in tokens.near(last, 0, weights.REACH - 1)[1:] if end == last else ():
        starts = tokens.cues[ahead] & (_CLAUSE_STARTS if end > last else Cue.SELF)
        if starts or (end > last and not tokens.same_clause(ahead)):
            break
        end = ahead
    while end > last and (tokens.cues[end] & _DANGLING or (
            tokens.cues[end] & Cue.NUMBER and tokens.same_clause(end + 1) and not tokens.cues[end + 1] & Cue.FUNCTION)):
        end -= 1
    return first - bool(tokens.same_clause(first) and tokens.cues[first - 1] & Cue.HAVE), end


def _with_noun(tokens: TokenizedText, first: int, last: int) -> tuple[int, int]:
    """Extend a figure to the noun it counts, if that is one word, and a name to its first word and its number."""
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
