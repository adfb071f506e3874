"""Evidence: the words of an answer that show what happened, found by signs that are the same in every trade."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from ..arithmetic import interpolate
from ..languages.language import Cue
from ..languages.names import find_names
from ..languages.tenses import read_tenses
from ..languages.tokens import NUMERAL, VERB, TokenizedText
from . import weights

#: Kinds of evidence. These are the parts of a score besides content, in the order in which pages show them.
PARTICULARS, ACTIONS, EVENTS, OUTCOME, DETAILS = KINDS = ("particulars", "actions", "events", "outcome", "details")
#: The kinds that identify a story when a candidate tells it again.
STORY_KINDS = (PARTICULARS, ACTIONS, DETAILS)
#: The kinds and keys of evidence.
Story = frozenset[tuple[str, str]]


class EvidenceSpan(NamedTuple):
    """One piece of evidence: its kind, its first and last word, and how much it counts."""

    kind: str
    first: int
    last: int
    #: Two spans of a kind with the same key say the same thing twice.
    key: str
    weight: float = 1.0
    #: Whether the words can only mean this, so that a statement may quote them.
    quotable: bool = True
    #: Whether it is how something was, and not what happened.
    is_state: bool = False


#: A place that is out of reach of every word.
_TOO_FAR = -weights.REACH_WORDS - 1
_NOT_A_VERB = Cue.FUNCTION | Cue.NOT_AN_ACTION
#: Words that say who did what follows.
_ACTOR = Cue.SELF | Cue.SUBJECT | Cue.RELATIVE | Cue.HAVE | Cue.PASSIVE
_ACTOR_OR_VERB = _ACTOR | VERB | Cue.STATE
_NOT_A_DETAIL = Cue.FUNCTION | Cue.NUMBER | Cue.NOT_AN_ACTION | Cue.ABSTRACT | Cue.PAST | Cue.HABIT | Cue.STATE
_NOT_CONTENT = Cue.FUNCTION | Cue.NUMBER
_BEFORE_NOUN = Cue.DETERMINER | Cue.PREPOSITION
#: Words between "I" and a verb that make the verb somebody else's: "I know he said", "I was told".
_OTHER_SUBJECT = Cue.CONJUNCTION | Cue.RELATIVE | Cue.PASSIVE
#: Words that tell how something ended.
_RESULT_VERB = Cue.PAST | Cue.PARTICIPLE | Cue.STATE
#: Words that begin a reported clause: "that", "I", "she".
_REPORTED_CLAUSE = Cue.RELATIVE | Cue.SELF | Cue.SUBJECT


def find_evidence(tokens: TokenizedText, ignored: Sequence[bool], asks_practice: bool = False) -> list[EvidenceSpan]:
    """Return each piece of evidence once, in the order of speech. If the question asks for practice, what is done or
    would be done counts like what happened."""
    concreteness, habits = _concreteness(tokens, ignored), set[int]() if asks_practice else _habitual_words(tokens)
    skipped_words = {*habits, *[place for place, skipped in enumerate(ignored) if skipped]}
    tokens = read_tenses(tokens, skipped_words, asks_practice)
    particulars = list(_particulars(tokens, concreteness, habits))
    happened = asks_practice or len(particulars) >= weights.ONE_TIME_PARTICULARS
    verbs = [verb for verb in _actions_and_events(tokens, habits, particulars, concreteness, happened)
             if not ignored[verb.last]]
    found = [*particulars, *verbs, *_details(tokens, verbs), *_outcomes(tokens, [*particulars, *verbs], habits)]
    found += [EvidenceSpan(EVENTS, first, last, f"because {first}", concreteness)
              for first, last in tokens.find(Cue.REASON) if first not in habits]
    unique, seen, has_ignored_words = list[EvidenceSpan](), set[tuple[str, str]](), any(ignored)
    for span in sorted(found, key=itemgetter(1, 2)):
        key = span.kind, span.key
        if key not in seen and not (has_ignored_words and any(ignored[span.first : span.last + 1])):
            seen.add(key)
            unique.append(span)
    return unique


def sum_weights(spans: Sequence[EvidenceSpan]) -> dict[str, float]:
    """Return the total weight of the spans of each kind."""
    return {kind: math.fsum(span.weight for span in spans if span.kind == kind) for kind in KINDS}


def figures(tokens: TokenizedText, spans: Sequence[EvidenceSpan]) -> Iterator[tuple[str, str]]:
    """Yield the stem of each counted noun and the quoted figure; nouns with several figures are left out."""
    counts: dict[str, list[str]] = {}
    for span in [span for span in spans if span.kind == PARTICULARS and tokens.cues[span.first] & Cue.NUMBER]:
        noun = span.last + 1
        if noun < tokens.bounds[span.last][1] and not tokens.cues[noun] & Cue.FUNCTION:
            counts.setdefault(tokens.stems[noun], []).append(tokens.quote(span.first, noun))
    return ((stem, quotes[0]) for stem, quotes in counts.items() if len(quotes) == 1)


def _habitual_words(tokens: TokenizedText) -> set[int]:
    """Return the words near "usually" or "would": habits and hypotheses. "El suelo" is a floor, not a habit, and "would
    like" is a wish."""
    return {near for first, last in tokens.find(Cue.HABIT)
            if not (first and tokens.cues[first - 1] & Cue.DETERMINER)
            and not any(cue & Cue.WISH for cue in tokens.cues[last + 1 : last + 2])
            for near in tokens.near(first, weights.REACH_WORDS, weights.REACH_WORDS)}


def _concreteness(tokens: TokenizedText, ignored: Sequence[bool]) -> float:
    """Return how much verbs count: less in an answer that names qualities instead of things, more than two of them."""
    if not tokens.has(Cue.ABSTRACT):
        return interpolate(weights.ABSTRACT_CURVE, 0.0)
    meant = [cue for cue, skipped in zip(tokens.cues, ignored, strict=True) if not (skipped or cue & _NOT_CONTENT)]
    abstract = len([cue for cue in meant if cue & Cue.ABSTRACT])
    return interpolate(weights.ABSTRACT_CURVE, (abstract - 2) / max(1, len(meant)))


def _particulars(tokens: TokenizedText, concreteness: float, habits: set[int]) -> Iterator[EvidenceSpan]:
    """Find figures, dates and names. Numbers in a row are one figure; "one" and "a hundred percent" are none, and one
    that belongs to nothing counts less."""
    cues, end = tokens.cues, 0
    empty = {place for first, last in tokens.find(Cue.NOT_A_FIGURE) for place in range(first, last + 1)}
    names = {first: (last, sure) for first, last, sure in find_names(tokens)}
    qualities, personal = tokens.has(Cue.ABSTRACT), tokens.has(Cue.PERSONAL)
    for place in sorted({*names, *tokens.places(NUMERAL | Cue.DATE)}):
        if place < end:
            continue
        last = place
        if cues[place] & NUMERAL and (number_end := tokens.number_end(place)):
            last = number_end - 1
            number = " ".join(tokens.words[place : last + 1])
            near = cues[max(0, place - weights.ADJACENT_WORDS) : last + weights.ADJACENT_WORDS] if personal else ()
            of_quality = qualities and any(cues[ahead] & Cue.ABSTRACT for ahead in tokens.near(last, 0, 2)[1:])
            if not (number == "1" or place in empty or of_quality or any(cue & Cue.PERSONAL for cue in near)):
                weight = 1.0 if _figure_has_noun(tokens, place, last) else weights.WEAKER
                yield EvidenceSpan(PARTICULARS, place, last, number, weight * concreteness, place not in habits)
        elif cues[place] & Cue.DATE or place in names:
            last, sure = names.get(place, (place, True))
            yield EvidenceSpan(PARTICULARS, place, last, tokens.stems[place], weights.WEAKER * concreteness, sure)
        end = last + 1


def _figure_has_noun(tokens: TokenizedText, first: int, last: int) -> bool:
    """Return whether a figure counts something, "forty parcels", or says which or when, "in 2019", "by a quarter"."""
    cues, after = tokens.cues, last + 1
    counts = tokens.same_clause(after) and not cues[after] & (Cue.FUNCTION | Cue.PAST)
    return counts or bool(tokens.same_clause(first) and cues[first - 1] & _BEFORE_NOUN)


def _actions_and_events(
    tokens: TokenizedText, habits: set[int], particulars: Sequence[EvidenceSpan], concreteness: float, happened: bool
) -> Iterator[EvidenceSpan]:
    """Find the speaker's own actions, and events: what others did, what happened and how things were.

    "I called Ann, she was late and the lift was repaired": "called" is an action, since "I" is its subject; "was" is a
    state of hers; "repaired" is an event after a passive, and perhaps an action of the speaker's side.
    """
    cues, stems, endings = tokens.cues, tokens.stems, tokens.language.present_endings
    own_verb_before = tokens.language.own_verb_before
    skipped = _reported_words(tokens) | habits
    # A story with figures and names happened once, whatever its tense: not every speaker masters the tenses.
    present = 1.0 if happened else weights.PRESENT_TENSE_WEIGHT
    actor = speaker = last_have = last_passive = _TOO_FAR
    own_subject = after_own_verb = False
    dated = {span.first for span in particulars}
    start = end = 0
    for place, cue in enumerate(cues):
        if place == end:
            start, end = tokens.bounds[place]
            own_subject, actor, last_have, last_passive = False, _TOO_FAR, _TOO_FAR, _TOO_FAR
        if not cue & _ACTOR_OR_VERB and place - actor != 1:
            continue
        if cue & _ACTOR:
            if cue & Cue.SELF:
                own_subject, actor, speaker, after_own_verb = True, place, place, False
            elif cue & (Cue.SUBJECT | Cue.RELATIVE):
                own_subject = False
            last_have = place if cue & Cue.HAVE else last_have
            last_passive = place if cue & Cue.PASSIVE else last_passive
        if tokens.negated[place] or place in skipped:
            continue
        if cue & Cue.STATE:
            yield EvidenceSpan(
                EVENTS, place, place, f"was {place}", weights.WEAKER * concreteness, quotable=False, is_state=True
            )
        if cue & _NOT_A_VERB:
            continue
        past = cue & Cue.PAST or (cue & Cue.PARTICIPLE and place - last_have <= weights.REACH_WORDS)
        before = cues[place - 1] if place else 0
        if past and before & (_BEFORE_NOUN | Cue.INFINITIVE) and not before & Cue.SELF:
            continue
        if cue & Cue.PAST and place == start and place + 1 < len(cues) and cues[place + 1] & own_verb_before:
            own_subject, actor, speaker = True, place, place
        after_passive = place - last_passive <= 2
        if cue & Cue.OWN_VERB or (past and own_subject and not after_passive and place - actor <= weights.REACH_WORDS):
            next_to_speaker = own_subject and place - speaker <= weights.ADJACENT_WORDS
            is_certain = cue & Cue.OWN_VERB or (next_to_speaker and not _follows_noun(tokens, speaker))
            quotable = (bool(is_certain) and not cue & (Cue.AMBIGUOUS_TENSE | Cue.REPORTING)
                        and not any(between & Cue.ONLY for between in cues[max(0, speaker) : place]))
            if not own_subject or (cue & Cue.OWN_VERB and place - speaker > 1):
                speaker = place
            yield EvidenceSpan(ACTIONS, speaker, place, stems[place], concreteness, quotable)
            own_subject, actor, after_own_verb = True, place, True
        elif past or (cue & Cue.PARTICIPLE and after_passive):
            yield EvidenceSpan(EVENTS, place, place, stems[place], concreteness)
            # "The cache was cleared": the speaker's side did it, most likely where something can be checked.
            if place - last_passive <= weights.ADJACENT_WORDS and not own_subject:
                near = tokens.near(place, 2 * weights.REACH_WORDS, 2 * weights.REACH_WORDS)
                weight = weights.WEAKER if dated.isdisjoint(near) else weights.PASSIVE_VOICE_WEIGHT
                yield EvidenceSpan(ACTIONS, place, place, stems[place], weight * concreteness, False)
        elif own_subject and not after_own_verb and place - actor == 1 and tokens.words[place].endswith(endings):
            yield EvidenceSpan(ACTIONS, actor, place, stems[place], present * concreteness, False)
            actor, after_own_verb = place, True


def _reported_words(tokens: TokenizedText) -> set[int]:
    """Return the words that report what somebody else said, thought or wanted, up to the next comma or "and"."""
    cues, reported = tokens.cues, set[int]()
    for place in tokens.places(Cue.REPORTING):
        before = cues[max(0, place - weights.ADJACENT_WORDS) : place]
        if any(cue & Cue.SELF for cue in before) and not any(cue & _OTHER_SUBJECT for cue in before):
            continue
        opened = False
        for ahead in tokens.near(place, 0, weights.REACH_WORDS)[1:]:
            relative = cues[ahead] & Cue.RELATIVE
            apart = ahead - place > weights.ADJACENT_WORDS and not tokens.same_clause(ahead)
            if not relative and (apart or cues[ahead] & Cue.CONJUNCTION):
                break
            opened = opened or bool(cues[ahead] & _REPORTED_CLAUSE)
            if opened:
                reported.add(ahead)
    return reported


def _follows_noun(tokens: TokenizedText, place: int) -> bool:
    """Return whether "I" belongs to the noun before it: "the choices I have left", "one issue we hit"."""
    before = tokens.cues[place - 1] if place else Cue.FUNCTION
    beside = place and tokens.text[tokens.ends[place - 1] : tokens.starts[place]].isspace()
    return bool(beside) and not before & (Cue.FUNCTION | Cue.PAST | Cue.DATE | Cue.NUMBER)


def _details(tokens: TokenizedText, verbs: Sequence[EvidenceSpan]) -> Iterator[EvidenceSpan]:
    """Find the details of actions and events: the content words right after a verb."""
    heaviest: dict[str, tuple[float, int]] = {}
    cues, stems = tokens.cues, tokens.stems
    for verb in verbs:
        if not verb.is_state:
            for ahead in tokens.near(verb.last, 0, weights.REACH_WORDS)[1:]:
                if not cues[ahead] & _NOT_A_DETAIL and verb.weight > heaviest.get(stems[ahead], (0.0, 0))[0]:
                    heaviest[stems[ahead]] = (verb.weight, ahead)
    return (EvidenceSpan(DETAILS, place, place, stem, weight, False) for stem, (weight, place) in heaviest.items())


def _outcomes(tokens: TokenizedText, spans: Sequence[EvidenceSpan], habits: Collection[int]) -> Iterator[EvidenceSpan]:
    """Find outcomes: evidence next to "since then" or "after that", and a figure before and after a change."""
    cues = tokens.cues
    negated = [place for place in tokens.places(VERB) if tokens.negated[place]] if any(tokens.negated) else []
    places = {*[span.first for span in spans], *negated}
    for cue, weight in ((Cue.OUTCOME, 1.0), (Cue.AFTERWARDS, weights.WEAKER)):
        for first, last in tokens.find(cue):
            # "In the end of the corridor" is a place.
            of_place = last > first and last + 1 < len(cues) and cues[last + 1] & Cue.PREPOSITION
            beside = next((place for place in tokens.near(first, 0, weights.REACH_WORDS) if place in places), None)
            if beside is not None and first not in habits and not of_place:
                # "In the end it worked" tells how it ended; "in the end, I always check it" tells what one does.
                ended = weight == 1 and cues[beside] & _RESULT_VERB and not any(cue & Cue.CONJUNCTION
                                                                          for cue in cues[last + 1 : beside])
                yield EvidenceSpan(OUTCOME, first, beside, f"said {weight}", weight, bool(ended))
    for place in tokens.places(Cue.SINCE):
        if place + 1 < len(cues) and cues[place + 1] & Cue.DATE:
            yield EvidenceSpan(OUTCOME, place, place + 1, "said 1.0", 1.0, False)
    numbers = [span for span in spans if span.kind == PARTICULARS and cues[span.first] & Cue.NUMBER]
    for before, after in pairwise(numbers):
        between = cues[before.last + 1 : after.first]
        from_ = before.first and cues[before.first - 1] & Cue.PREPOSITION
        if from_ and 0 < len(between) <= weights.ADJACENT_WORDS and any(cue & Cue.PREPOSITION for cue in between):
            yield EvidenceSpan(OUTCOME, before.first - 1, after.last, "from to", 1.0, False)
