"""Explanation: the statements a recruiter reads. They quote what was found; of the rest they say "We did not find"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..languages.language import Cue, load_languages
from ..languages.tokens import NUMERAL, TokenizedText
from ..lazy_dataclass import dataclass
from . import weights
from .answer_details import Quote
from .content import ContentScore, Span
from .evidence import ACTIONS, EVENTS, OUTCOME, PARTICULARS, EvidenceSpan, sum_weights

_CLAUSE_STARTS = Cue.SELF | Cue.CONJUNCTION
_BREAKS = Cue.CONJUNCTION | Cue.RELATIVE
_PHRASE_STARTS = Cue.SELF | Cue.SUBJECT | Cue.DETERMINER | Cue.PREPOSITION | Cue.AUXILIARY
#: Words that no quote should end with.
_DANGLING = (Cue.RELATIVE | Cue.CONJUNCTION | Cue.DETERMINER | Cue.PREPOSITION | Cue.INFINITIVE | Cue.STATE
             | Cue.AUXILIARY)


@dataclass(frozen=True)
class Statement:
    """One line for a recruiter: the part of the score, whether something was found, and the quotes that support it."""

    part: str
    text: str
    found: bool
    quotes: tuple[Quote, ...] = ()


def explain(
    tokens: TokenizedText, spans: Sequence[EvidenceSpan], content: ContentScore,
    retractions: Sequence[Span], *, other_language: str | None, scores_evidence: bool, read_whole_answer: bool,
    comparable: bool,
) -> tuple[Statement, ...]:
    """Return at most five statements, the most important first.

    `other_language` is the language of the criteria if the answer is in a different one. What was not found
    is mentioned only if the evidence counts (`scores_evidence`) and no words were ignored (`read_whole_answer`).
    """
    statements: list[Statement] = []
    if other_language:
        spoken, asked = map(load_languages().name, (tokens.language.code, other_language))
        text = f"The answer is in {spoken} but the criteria are in {asked}, so content was not scored."
        statements.append(Statement("content", text, True))
    # A figure or a keyword helps nobody without an action or an outcome.
    shows_what_happened = (
        not tokens.language.known or sum_weights(spans)[ACTIONS] >= 1 or any(span.kind == OUTCOME for span in spans)
    )
    statements += _content_statements(tokens, content, shows_what_happened, read_whole_answer)
    for first, last in retractions[:1]:
        quote = _quote(tokens, ACTIONS, "taken back", first, min(last, first + weights.MAX_QUOTE_WORDS))
        text = f"May retract something, please check: “{quote['quote']}”."
        statements.append(Statement(ACTIONS, text, True, (quote,)))
    statements += _evidence_statements(tokens, spans, shows_what_happened, retracted=bool(retractions))
    if scores_evidence and read_whole_answer and comparable and tokens.language.known:
        statements += _not_found_statements(tokens, spans)
    # Without vectors a key point is found by its words only, and a story seldom has the words of a list.
    points = content.key_points if content.compared_meaning or not shows_what_happened else ()
    if missing := [name for name, span in points if not span and name not in content.mentioned]:
        listed = "”, “".join(missing)
        statements.append(Statement("content", f"We did not find: “{listed}”.", False))
    return tuple(statements[: weights.MAX_STATEMENTS])


def _content_statements(
    tokens: TokenizedText, content: ContentScore, shows_what_happened: bool, read_whole_answer: bool
) -> Iterator[Statement]:
    for name, span in content.key_points:
        if span and shows_what_happened:
            quote = _quote(tokens, "content", name, *_to_end_of_clause(tokens, *span))
            about = "Close in meaning to" if name in content.by_meaning else "On"
            yield Statement("content", f"{about} “{name}”: “{quote['quote']}”.", True, (quote,))
    quotes = tuple(_quote(tokens, "content", name, *span)
                   for name, span in (*content.required, *content.optional) if span)[: weights.MAX_QUOTES]
    if quotes and shows_what_happened:
        named = ", ".join(f"{quote['about']} (“{quote['quote']}”)" for quote in quotes)
        yield Statement("content", f"Mentions keywords: {named}.", True, quotes)
    if content.closest:
        quote = _quote(tokens, "content", "reference answer", *_to_end_of_clause(tokens, *content.closest))
        yield Statement("content", f"Closest to the reference answers: “{quote['quote']}”.", True, (quote,))
    if read_whole_answer and (missing := ", ".join(name for name, span in content.required if not span)):
        yield Statement("content", f"We did not find these keywords or their synonyms: {missing}.", False)


def _evidence_statements(
    tokens: TokenizedText, spans: Sequence[EvidenceSpan], shows_what_happened: bool, retracted: bool
) -> Iterator[Statement]:
    """Quote the evidence; no actions where the candidate retracts one."""
    particulars = [span for span in spans if span.kind == PARTICULARS]
    clauses = [_to_end_of_clause(tokens, span.first, span.last) for span in spans
               if span.kind == ACTIONS and span.quotable and span.weight >= 1]
    actions = [clause for clause in clauses if _reads_alone(clause, particulars)]
    if actions and not retracted:
        quotes = _quotes_across(tokens, ACTIONS, "own action", actions)
        yield Statement(ACTIONS, f"Describes own actions: {_join_quotes(quotes)}.", True, quotes)
    free = [span for span in particulars if shows_what_happened and span.quotable and _is_counted(tokens, span)
            and not any(first <= span.first <= last for first, last in actions)]
    phrases = [(span.weight, _around(tokens, span.first, span.last)) for span in free]
    short = weights.ADJACENT_WORDS - (not tokens.language.known)
    if checkable := [(weight, phrase) for weight, phrase in phrases if phrase[1] - phrase[0] >= short]:
        most = max(weight for weight, _ in checkable)
        telling = [phrase for weight, phrase in checkable if weight == most]
        quotes = _quotes_across(tokens, PARTICULARS, "figure or date", telling)
        yield Statement(PARTICULARS, f"Gives details to check: {_join_quotes(quotes)}.", True, quotes)
    if outcomes := [span for span in spans if span.kind == OUTCOME and span.quotable]:
        quote = _quote(tokens, OUTCOME, "outcome", *_to_end_of_clause(tokens, *outcomes[-1][1:3]))
        yield Statement(OUTCOME, f"Describes the outcome: “{quote['quote']}”.", True, (quote,))


def _not_found_statements(tokens: TokenizedText, spans: Sequence[EvidenceSpan]) -> Iterator[Statement]:
    """Say what was not found, where nothing in the answer even looks like it."""
    if any(cue & (Cue.NUMBER | Cue.DATE) for cue in tokens.cues) or any(span.kind == PARTICULARS for span in spans):
        return
    if not any(span.kind in (ACTIONS, EVENTS) for span in spans):
        yield Statement(ACTIONS, "We did not find a specific action of the candidate's own.", False)
    yield Statement(PARTICULARS, "We did not find a figure or a date to check.", False)


def _reads_alone(clause: Span, particulars: Sequence[EvidenceSpan]) -> bool:
    """Return whether an action can be understood without its context and is near a figure, date or name."""
    near = range(clause[0] - 2 * weights.REACH_WORDS, clause[1] + 2 * weights.REACH_WORDS)
    return clause[1] - clause[0] >= weights.ADJACENT_WORDS and any(span.first in near for span in particulars)


def _is_counted(tokens: TokenizedText, particular: EvidenceSpan) -> bool:
    """Return whether this is a figure or date. A name tells nothing: it may be a place of origin or a customer."""
    return any(cue & (Cue.NUMBER | Cue.DATE) for cue in tokens.cues[particular.first : particular.last + 1])


def _quotes_across(tokens: TokenizedText, part: str, what: str, spans: Sequence[Span]) -> tuple[Quote, ...]:
    """Quote some of the spans, from the beginning, the middle and the end."""
    count = min(weights.MAX_QUOTES, len(spans))
    chosen = [spans[number * (len(spans) - 1) // max(1, count - 1)] for number in range(count)]
    apart = [span for number, span in enumerate(chosen) if all(span[0] > last for _, last in chosen[:number])]
    return tuple(_quote(tokens, part, what, *span) for span in apart)


def _to_end_of_clause(tokens: TokenizedText, first: int, last: int) -> tuple[int, int]:
    """Extend a span to the end of its clause: the end of the sentence, the next "I", or a few words on."""
    end = min(last, first + weights.MAX_QUOTE_WORDS)
    for ahead in tokens.near(last, 0, weights.MAX_QUOTE_WORDS - last + first)[1:] if end == last else ():
        starts = tokens.cues[ahead] & (_CLAUSE_STARTS if end > last else Cue.SELF)
        if ahead > end and (starts or (end > last and not tokens.same_clause(ahead))):
            break
        end = max(end, ahead, tokens.number_end(ahead) - 1 if tokens.cues[ahead] & NUMERAL else 0)
    while end > last and (tokens.cues[end] & _DANGLING or tokens.text.startswith("-", tokens.ends[end]) or (
            tokens.cues[end] & Cue.NUMBER and tokens.same_clause(end + 1) and not tokens.cues[end + 1] & Cue.FUNCTION)):
        end -= 1
    return first - bool(tokens.same_clause(first) and tokens.cues[first - 1] & Cue.HAVE), end


def _around(tokens: TokenizedText, first: int, last: int) -> tuple[int, int]:
    """Extend a figure or date to its clause, or in a long clause to its phrase."""
    cues, earliest = tokens.cues, max(tokens.bounds[first][0], first - 2 * weights.ADJACENT_WORDS)
    start = next((place for place in range(first, earliest, -1) if cues[place - 1] & _BREAKS
                  or "," in tokens.text[tokens.ends[place - 1] : tokens.starts[place]]), earliest)
    if start == first - 2 * weights.ADJACENT_WORDS and tokens.same_clause(start):
        start = next((place for place in range(start, first) if cues[place] & _PHRASE_STARTS), first)
    return start, _to_end_of_clause(tokens, first, last)[1]


def _quote(tokens: TokenizedText, part: str, about: str, first: int, last: int) -> Quote:
    start, end = tokens.starts[first], tokens.ends[last]
    return {"part": part, "about": about, "quote": tokens.text[start:end], "start": start, "end": end}


def _join_quotes(quotes: Sequence[Quote]) -> str:
    return ", ".join(f"“{quote['quote']}”" for quote in quotes)
