"""Ignored words: those of an answer that must not count as evidence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from ..criteria.stemmed_criteria import StemmedCriteria
from ..languages.language import Cue
from ..languages.tokens import VERB, TokenizedText
from ..lazy_dataclass import dataclass
from ..regex import regex
from . import weights
from .flags import Flag

_NOT_A_TERM = Cue.FUNCTION | Cue.NUMBER
_OTHER_PERSON, _ELSEWHERE = Cue.OTHERS | Cue.PERSONAL, Cue.PREPOSITION | Cue.NEGATOR
_NOT_A_PERSON = Cue.SELF | Cue.DATE | Cue.ONE
_SPEAKER_OR_NEVER = Cue.SELF | Cue.OWN_VERB | Cue.NEVER
#: Words that cannot stand before an instruction to the scorer: "he told me to ignore", "we ignore".
_NOT_BEFORE_INSTRUCTION = Cue.PREPOSITION | Cue.SUBJECT | Cue.NEGATOR | Cue.INFINITIVE
#: The share from which on something is most of an answer, and the terms of a list are the rule's keywords.
MOST, _KEYWORDS_SHARE = 1 / 2, 3 / 4
#: Marks of lists and of code, such as SQL; speech has few of them.
MARKS = regex(r"[,=;{}<>\[\]\n]")
#: Markup that nobody says aloud.
_TAGGED = {"score", "rating", "points", "system", "assistant", "user", "instruction", "instructions", "inst", "prompt"}
_MARKUP = regex(
    r"[\"'](?:score|rating|total_score|points)[\"']\s*:|</?(?:system|assistant|user|instructions?)>"
    r"|(?<!#)#{2,}\s*(?:system|assistant|instructions?|prompt)\b|\[/?(?:system|inst)\]"
    r"|^[^\S\n]*(?:#{1,3}\s*)?(?:system|assistant)\s*:",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class IgnoredWords:
    """The words that do not count, and the flags that say why."""

    #: For each word, whether it is ignored.
    by_word: list[bool]
    flags: tuple[str, ...]
    #: First and last word of each retraction.
    retractions: tuple[tuple[int, int], ...]
    #: The share of the answer's words that are a bare list.
    list_share: float


def find_ignored_words(tokens: TokenizedText, criteria: StemmedCriteria) -> IgnoredWords:
    """Find words that would count without being evidence of anything.

    If the rule has references, words of the question are flagged but not ignored, because they count half there. If a
    reference is itself a list, a list is a valid answer.
    """
    size, question = len(tokens), criteria.question.stems
    few = min(weights.SHORT_RUN, len(question))
    read_back = _repeated_words(tokens.stems, few, set(_runs(question, few))) if few > 2 else set()
    repeated = _repeated_words(tokens.stems, weights.LONG_RUN)
    listed = set() if criteria.reference_is_list else set(_lists(tokens, criteria.terms))
    instructions = set(_instructions(tokens))
    retractions = tuple(sorted(set(_retractions(tokens))))
    ignored = repeated | listed | instructions | set(_personal_facts(tokens))
    ignored.update(*(range(first, last + 1) for first, last in retractions), () if criteria.references else read_back)
    flags = tuple(flag for flag, raised in (
        (Flag.PARROTING, len(read_back) >= max(few, MOST * len(question), 1)),
        (Flag.REPETITION, len(repeated) >= max(weights.LONG_RUN, weights.REPETITION_SHARE * size)),
        (Flag.KEYWORD_LIST, listed), (Flag.INSTRUCTIONS_IN_ANSWER, instructions),
    ) if raised)
    return IgnoredWords([place in ignored for place in range(size)], flags, retractions, len(listed) / max(1, size))


def instruction_spans(tokens: TokenizedText) -> list[tuple[int, int]]:
    """Return the first and last character offsets of the words that are addressed to the scorer."""
    return [(tokens.starts[place], tokens.ends[place]) for place in sorted(set(_instructions(tokens)))]


def _runs(stems: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(stems[first:] for first in range(size)), strict=False)


def _repeated_words(stems: Sequence[str], size: int, known: set[tuple[str, ...]] | None = None) -> set[int]:
    """Return the words in runs of `size` words that are among the `known` runs or, without those, were said before."""
    firsts: dict[tuple[str, ...], int] = {}
    begins = [
        first for first, run in enumerate(_runs(stems, size))
        if (firsts.setdefault(run, first) != first if known is None else run in known)
    ]
    return set[int]().union(*[range(first, first + size) for first in begins])


def _lists(tokens: TokenizedText, keywords: Collection[str]) -> Iterator[int]:
    """Find lists: terms in a row without words that make a sentence of them. Fewer terms are enough if they are most
    of the answer or the rule's own keywords."""
    cues, size = tokens.cues, len(tokens)
    if not tokens.language.known:
        return
    binding = [at for at in tokens.places(Cue.FUNCTION) if not (cues[at] & Cue.CONJUNCTION and _joins_terms(cues, at))]
    unbound = (size >= weights.LONG_RUN and len(binding) <= weights.LIST_FUNCTION_WORD_SHARE * size
               and size - len(tokens.places(_NOT_A_TERM)) >= MOST * size)
    # "I" and a verb make a sentence, however short the answer is.
    has_sentence = unbound and any(here & Cue.SELF and ahead & VERB for here, ahead in pairwise(cues))
    marked = len(MARKS.findall(tokens.text)) >= max(weights.SHORT_RUN, weights.LIST_MARKS_PER_WORD * size)
    # In code "id" reads as "I'd".
    if (unbound and not has_sentence) or (marked and ("=" in tokens.text or not tokens.has(Cue.SELF | Cue.OWN_VERB))):
        yield from range(size)
        return
    for before, end in [pair for pair in pairwise((-1, *binding, size)) if pair[1] - pair[0] > weights.SHORT_RUN]:
        # A sentence that ends within the run is not part of the list.
        first = next((place for place in range(before + 2, end)
                      if before >= 0 and tokens.sentences[place] != tokens.sentences[before]), before + 1)
        run = [place for place in range(first, end) if not cues[place] & _NOT_A_TERM]
        are_keywords = (sum(tokens.stems[place] in keywords for place in range(first, end))
                        >= _KEYWORDS_SHARE * len(run))
        # "I set up the checks, audited the classes and ran the tests" names things and tells a story.
        own = any(cue & Cue.SELF for cue in cues[max(0, first - weights.REACH_WORDS) : end])
        steps = own * sum([1 for cue in cues[first:end] if cue & Cue.PAST])
        needed = weights.LONG_RUN if are_keywords else weights.LIST_TERMS * (1 + steps)
        is_story = any(cue & VERB for cue in cues[first:end]) and tokens.has(Cue.SELF)
        if end - before - 1 > MOST * size and (are_keywords or end - first >= weights.LONG_RUN) and not is_story:
            needed = weights.SHORT_RUN
        if len(run) >= needed:
            yield from range(first, end)


def _joins_terms(cues: Sequence[int], place: int) -> bool:
    """Return whether an "and" stands between two terms of a list."""
    return 0 < place < len(cues) - 1 and not (cues[place - 1] | cues[place + 1]) & Cue.FUNCTION


def _instructions(tokens: TokenizedText) -> Iterator[int]:
    """Find words addressed to the scorer, up to the end of their sentence."""
    starts = [first for first, _ in tokens.find(Cue.INSTRUCTION)
              if not (first and tokens.cues[first - 1] & _NOT_BEFORE_INSTRUCTION)]
    if not _TAGGED.isdisjoint(tokens.words):
        places = (bisect_left(tokens.starts, match.start()) for match in _MARKUP.finditer(tokens.text))
        starts += [place for place in places if place < len(tokens)]
    for start in starts:
        yield from tokens.near(start, weights.REACH_WORDS, 2 * weights.REACH_WORDS)


def _personal_facts(tokens: TokenizedText) -> Iterator[int]:
    """Find words about the speaker's own name, origin, birth, home and family, up to the end of the clause."""
    for first, last in tokens.find(Cue.PERSONAL_FACT):
        yield from range(first, last + 1)
        for place in range(last + 1, min(len(tokens), first + weights.REACH_WORDS)):
            if tokens.cues[place] & Cue.CONJUNCTION or not tokens.same_clause(place):
                break
            yield place


def _retractions(tokens: TokenizedText) -> Iterator[tuple[int, int]]:
    """Find sentences that say that something was never finished, or that somebody else did it."""
    cues = tokens.cues
    for first, last in tokens.find(Cue.RETRACTION):
        # "It was not me who lost it" and "I made nothing up" are no retractions.
        denied = any(cues[place - 1] & Cue.NEGATOR and tokens.same_clause(place) for place in (first, first - 1))
        if not denied and not (tokens.same_clause(last + 1) and cues[last + 1] & Cue.RELATIVE):
            yield _sentence_around(tokens, first)
    for place in tokens.places(Cue.COMPLETION):
        near = cues[max(0, place - weights.SHORT_RUN - 1) : place + 1]
        if tokens.negated[place] and any(cue & _SPEAKER_OR_NEVER for cue in near):
            yield _sentence_around(tokens, place)
    corrected, cleft = ({start for start, _ in tokens.find(cue)} for cue in (Cue.CORRECTION, Cue.IT_WAS))
    by_others = {_sentence_around(tokens, place) for place in _credits_to_others(tokens)}
    for first, last in by_others.union(_sentence_around(tokens, place) for place in corrected):
        around = range(first, last + 1)
        put_right, others = not corrected.isdisjoint(around), (first, last) in by_others
        named = others or any(cues[place] & _OTHER_PERSON or tokens.capital_inside(place) for place in around)
        # Somebody who has no name here may stand between: "to be honest, the porter went, I only waited".
        start = next((place for place in around if place in corrected), last)
        small = (others or put_right) and any(
            cues[place] & Cue.SELF and (named or place >= start + weights.LONG_RUN)
            and any(cues[at] & Cue.ONLY for at in tokens.near(place, 0, weights.ADJACENT_WORDS)) for place in around)
        denied = put_right and any(_denies_own_action(tokens, place, named) for place in range(start, last + 1))
        if small or denied or (put_right and others and not cleft.isdisjoint(around)):
            yield first, last


def _denies_own_action(tokens: TokenizedText, place: int, others: bool) -> bool:
    """Return whether the speaker did not act, "I never called", or was elsewhere, "Ann called, I was in the car"."""
    near = tokens.near(place, 0, weights.SHORT_RUN)
    own, *after = cues = [tokens.cues[at] for at in near]
    away = own & Cue.SELF and others and len(after) > 1 and after[0] & Cue.STATE and (after[1] | after[-1]) & _ELSEWHERE
    did = any(cue & Cue.AUXILIARY and not cue & Cue.STATE for cue in cues)
    denied = (cue & VERB or (did and not cue) for at, cue in zip(near, cues, strict=True)
              if tokens.negated[at] and not cue & Cue.NOT_AN_ACTION)
    return bool(away) or (bool(own & (Cue.SELF | Cue.OWN_VERB)) and any(denied))


def _credits_to_others(tokens: TokenizedText) -> Iterator[int]:
    """Find hints that somebody else did it: "that was Sheila", "my colleague did", but not "my boss only said"."""
    cues = tokens.cues
    for first, last in tokens.find(Cue.OTHERS):
        before, *_, after = (*tokens.near(first, 1, 0), *tokens.near(last, 0, 1))
        beside = [before, after] if tokens.same_clause(after) else [before]
        if not any(cues[place] & (Cue.ONLY | Cue.REPORTING) for place in beside):
            yield first
    for first, last in tokens.find(Cue.IT_WAS):
        near = tokens.near(last, 0, 2)[1:]
        if any(cues[at] & _OTHER_PERSON or (tokens.capital_inside(at) and not (cues[at] | cues[at - 1]) & _NOT_A_PERSON)
               for at in near):
            yield first


def _sentence_around(tokens: TokenizedText, place: int) -> tuple[int, int]:
    """Return the first and last word of a word's sentence, within reach of the word."""
    near = tokens.near(place, 2 * weights.REACH_WORDS, 2 * weights.REACH_WORDS)
    return near[0], near[-1]
