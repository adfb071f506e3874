"""Evidence: what an answer shows that could be checked, by signs that are the same in every trade."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..arithmetic import on_curve
from ..languages.language import Cue
from . import weights
from .tokens import Tokens

#: Kinds of signs, which are the parts of a score beside content, in the order in which they are shown.
PARTICULARS, STEPS, COURSE, OUTCOME, DETAIL = KINDS = ("particulars", "steps", "course", "outcome", "detail")
#: The kinds by which the same story is known again.
TELLING = (PARTICULARS, STEPS, DETAIL)


@dataclass(frozen=True)
class Sign:
    """One thing that is shown: its kind, the words that show it, and how much it counts."""

    kind: str
    first: int
    last: int
    #: Two signs of a kind with one key are the same thing said twice.
    key: str
    worth: float = 1.0
    #: Whether it may be quoted: the words stand so that nothing else can be meant.
    sure: bool = True


_SELF, _SUBJECT, _NUMBER, _DATE = int(Cue.SELF), int(Cue.SUBJECT), int(Cue.NUMBER), int(Cue.DATE)
_PAST, _PARTICIPLE, _OWN, _HAVE = int(Cue.PAST), int(Cue.PARTICIPLE), int(Cue.OWN), int(Cue.HAVE)
_VERB = int(Cue.PAST | Cue.PARTICIPLE | Cue.OWN)
_NO_STEP, _HABIT, _FUNCTION, _STATE = int(Cue.NO_STEP), int(Cue.HABIT), int(Cue.FUNCTION), int(Cue.STATE)
_SINCE = int(Cue.SINCE)
_OUTCOME, _AFTERWARDS, _REASON = int(Cue.OUTCOME), int(Cue.AFTERWARDS), int(Cue.REASON)
_OTHER = int(Cue.SUBJECT | Cue.RELATIVE)
#: A place from which nothing is within reach.
_NEVER = -weights.REACH - 1
_BEFORE_NOUN = int(Cue.DETERMINER | Cue.PREPOSITION)
_INFINITIVE, _PASSIVE, _UNSURE = int(Cue.INFINITIVE), int(Cue.PASSIVE), int(Cue.UNSURE)
_NO_NAME = int(Cue.FUNCTION | Cue.PERSONAL)
_ABSTRACT, _PERSONAL, _PREPOSITION = int(Cue.ABSTRACT), int(Cue.PERSONAL), int(Cue.PREPOSITION)
_AUXILIARY = int(Cue.AUXILIARY)
_SAYS, _CONJUNCTION, _RELATIVE = int(Cue.SAYS), int(Cue.CONJUNCTION), int(Cue.RELATIVE)
#: What a clause of somebody's words begins with: "that", "I", "she".
_WHOSE = int(Cue.RELATIVE | Cue.SELF | Cue.SUBJECT)
#: Between "I" and a verb, what makes it somebody else's: "I know he said", "I was told".
_ELSE = int(Cue.CONJUNCTION | Cue.RELATIVE | Cue.PASSIVE)
_NO_DETAIL = int(Cue.FUNCTION | Cue.NUMBER | Cue.NO_STEP | Cue.ABSTRACT | Cue.PAST | Cue.HABIT | Cue.STATE)


def signs(tokens: Tokens, ignored: Sequence[bool], told: Collection[tuple[str, str]] = ()) -> list[Sign]:
    """Every sign once, in the order of speech. `told` are kinds and keys that another answer told already."""
    habits = set(_around(tokens, _marked(tokens, _HABIT)))
    plain = _plain(tokens, ignored)
    found = [*_particulars(tokens), *_deeds(tokens, habits, plain)]
    if sum(sign.kind == PARTICULARS for sign in found) >= weights.DATED:
        # What is told with figures and names happened once, whatever its tense.
        found = [replace(sign, worth=max(sign.worth, plain)) if sign.kind == STEPS else sign for sign in found]
    found += _details(tokens, found)
    found += [Sign(COURSE, at, at, f"because {at}", plain) for at in _marked(tokens, _REASON) if at not in habits]
    found += _came_of_it(tokens, found, habits)
    seen, masked = set(told), any(ignored)
    kept = []
    for sign in sorted(found, key=lambda sign: (sign.first, sign.last)):
        if (sign.kind, sign.key) not in seen and not (masked and any(ignored[sign.first : sign.last + 1])):
            seen.add((sign.kind, sign.key))
            kept.append(sign)
    return kept


def amount(found: Sequence[Sign], kind: str) -> float:
    """How much there is of a kind."""
    return math.fsum(sign.worth for sign in found if sign.kind == kind)


def reached(found: Sequence[Sign], kind: str) -> float:
    """How far a part of the evidence is reached, 0..1: the first signs count most, and no number of them is needed."""
    return 1 - math.exp(-amount(found, kind) / weights.ENOUGH[kind])


def figures(tokens: Tokens, found: Sequence[Sign]) -> Iterator[tuple[str, str]]:
    """What is counted, by its stem, and the figure with it as it was said; only what is counted once."""
    counted: dict[str, list[str]] = {}
    for sign in found:
        noun = sign.last + 1
        if sign.kind != PARTICULARS or not tokens.cues[sign.first] & _NUMBER or noun >= len(tokens):
            continue
        if not tokens.cues[noun] & _FUNCTION and tokens.sentences[noun] == tokens.sentences[sign.last]:
            counted.setdefault(tokens.stems[noun], []).append(tokens.quote(sign.first, noun))
    return ((stem, quotes[0]) for stem, quotes in counted.items() if len(quotes) == 1)


def _marked(tokens: Tokens, cue: int) -> list[int]:
    """Where words or phrases of a kind begin."""
    places = {place for place, each in enumerate(tokens.cues) if each & cue}
    return sorted(places | {first for first, _, each in tokens.phrases if each & cue})


def _around(tokens: Tokens, places: Sequence[int]) -> Iterator[int]:
    """The words around these, within the sentence."""
    sentences = tokens.sentences
    for place in places:
        for near in range(max(0, place - weights.REACH), min(len(tokens), place + weights.REACH + 1)):
            if sentences[near] == sentences[place]:
                yield near


def _plain(tokens: Tokens, ignored: Sequence[bool]) -> float:
    """How much a deed counts: less in an answer that names qualities instead of things. Two such words tell nothing."""
    cues = [cue for cue, skipped in zip(tokens.cues, ignored, strict=True) if not skipped]
    meant = sum(not cue & (_FUNCTION | _NUMBER) for cue in cues)
    return on_curve(weights.ABSTRACT, (sum(bool(cue & _ABSTRACT) for cue in cues) - 2) / max(1, meant))


def _particulars(tokens: Tokens) -> Iterator[Sign]:
    """Figures, dates and names. Numbers in a row are one; "one" alone is none."""
    cues, place = tokens.cues, 0
    # In German every noun has a capital, and in a text of capitals every word.
    names = tokens.language.code != "de" and not tokens.text.isupper()
    while place < len(cues):
        last = place
        if cues[place] & _NUMBER:
            while last + 1 < len(cues) and (more := _more_of_number(tokens, last + 1)):
                last = more
            said = " ".join(tokens.words[place : last + 1])
            around = cues[max(0, place - weights.BESIDE) : last + weights.BESIDE]
            if said != "1" and not any(cue & _PERSONAL for cue in around):
                yield Sign(PARTICULARS, place, last, said)
        elif cues[place] & _DATE:
            yield Sign(PARTICULARS, place, place, tokens.stems[place], weights.LESSER)
        elif names and tokens.text[tokens.starts[place]].isupper() and _is_name(tokens, place):
            while last + 1 < len(cues) and _is_name(tokens, last + 1):
                last += 1
            yield Sign(PARTICULARS, place, last, tokens.stems[place], weights.LESSER)
        place = last + 1


def _more_of_number(tokens: Tokens, place: int) -> int:
    """Where a number goes on: with the next, or, if it is said in words, after an "and". 0: it does not."""
    if tokens.cues[place] & _NUMBER:
        return place
    after = place + 1
    spelled = tokens.words[place - 1].isalpha() and after < len(tokens) and tokens.words[after].isalpha()
    joined = spelled and tokens.cues[place] & _CONJUNCTION and tokens.cues[after] & _NUMBER
    return after if joined and tokens.close(place) and tokens.close(after) else 0


def _is_name(tokens: Tokens, place: int) -> bool:
    """Whether a word inside a sentence is written with a capital."""
    if not place or tokens.cues[place] & _NO_NAME:
        return False
    start, before = tokens.starts[place], tokens.ends[place - 1]
    # "I am Filipino" and "I am Anna" say who speaks.
    near = tokens.cues[max(0, place - weights.BESIDE) : place]
    speaker = bool(near[-1] & (_AUXILIARY | _BEFORE_NOUN)) and any(
        here & _SELF and ahead & _AUXILIARY and not ahead & _STATE for here, ahead in pairwise(near))
    inside = tokens.sentences[place] == tokens.sentences[place - 1] and tokens.text[before:start].strip(",").isspace()
    return inside and not speaker and tokens.text[start].isupper() and len(tokens.words[place]) > 1


def _deeds(tokens: Tokens, habits: Collection[int], plain: float) -> Iterator[Sign]:
    """What the speaker did, step by step, and what others did, what happened and how things were."""
    cues, sentences, stems, endings = tokens.cues, tokens.sentences, tokens.stems, tokens.language.present_endings
    reported, perhaps = _reported(tokens)
    actor = began = has = _NEVER
    own = chained = False
    for place, cue in enumerate(cues):
        if place and sentences[place] != sentences[place - 1]:
            own, actor, has = False, _NEVER, _NEVER
        if cue & _SELF:
            own, actor, began, chained = True, place, place, False
        elif cue & _OTHER:
            own = False
        if cue & _HAVE:
            has = place
        if place in habits or tokens.denied[place]:
            continue
        if cue & _STATE:
            yield Sign(COURSE, place, place, f"was {place}", weights.LESSER * plain, False)
        if cue & (_FUNCTION | _NO_STEP):
            continue
        past = cue & _PAST or (cue & _PARTICIPLE and place - has <= weights.REACH)
        before = cues[place - 1] if place else 0
        if past and before & (_BEFORE_NOUN | _INFINITIVE) and not before & _SELF:
            continue
        given = any(each & _PASSIVE for each in cues[max(0, place - 2) : place])
        if place in reported:
            continue
        if cue & _OWN or (past and own and not given and place - actor <= weights.REACH):
            beside = own and place - began <= weights.BESIDE and not cue & _UNSURE and not _is_object(tokens, began)
            sure = place not in perhaps and bool(cue & _OWN or beside)
            yield Sign(STEPS, began if own else place, place, stems[place], plain, sure)
            if not own:
                began = place
            own, actor, chained = True, place, True
        elif past:
            yield Sign(COURSE, place, place, stems[place], plain)
        elif own and not chained and place - actor == 1 and tokens.words[place].endswith(endings):
            yield Sign(STEPS, actor, place, stems[place], weights.PRESENT * plain, False)
            actor, chained = place, True


def _reported(tokens: Tokens) -> tuple[set[int], set[int]]:
    """What somebody else said, thought or wanted, up to the next comma; and what may belong to it still."""
    cues, reported, perhaps = tokens.cues, set[int](), set[int]()
    for place, cue in enumerate(cues):
        before = cues[max(0, place - weights.BESIDE) : place]
        if not cue & _SAYS or (any(each & _SELF for each in before) and not any(each & _ELSE for each in before)):
            continue
        perhaps.add(place)
        opened, into = 0, reported
        for ahead in range(place + 1, min(len(cues), place + weights.REACH + 1)):
            of_it = cues[ahead] & _RELATIVE
            joined = cues[ahead] & _CONJUNCTION and not of_it
            apart = not tokens.close(ahead) and (joined or ahead - place > weights.BESIDE) and not of_it
            if apart or tokens.sentences[ahead] != tokens.sentences[place]:
                break
            opened = ahead if cues[ahead] & _WHOSE else opened
            if joined or (cues[ahead] & _OWN and ahead - opened > weights.BESIDE):
                into = perhaps
            if opened:
                into.add(ahead)
    return reported, perhaps


def _is_object(tokens: Tokens, place: int) -> bool:
    """Whether "I" belongs to a noun right before it: "the choices I have left", "one issue we hit"."""
    before = tokens.cues[place - 1] if place else _FUNCTION
    beside = place and tokens.text[tokens.ends[place - 1] : tokens.starts[place]].isspace()
    return bool(beside) and not before & (_FUNCTION | _PAST | _DATE | _NUMBER)


def _details(tokens: Tokens, found: Sequence[Sign]) -> list[Sign]:
    """What is named in what was done: the words with a meaning right after a deed."""
    worth: dict[str, tuple[float, int]] = {}
    for sign in found:
        if sign.kind not in (STEPS, COURSE) or sign.key.startswith("was "):
            continue
        for ahead in range(sign.last + 1, min(sign.last + 1 + weights.REACH, len(tokens))):
            if tokens.sentences[ahead] != tokens.sentences[sign.last]:
                break
            if not tokens.cues[ahead] & _NO_DETAIL:
                stem = tokens.stems[ahead]
                if sign.worth > worth.get(stem, (0.0, 0))[0]:
                    worth[stem] = (sign.worth, ahead)
    return [Sign(DETAIL, at, at, stem, each, False) for stem, (each, at) in worth.items()]


def _came_of_it(tokens: Tokens, found: Sequence[Sign], habits: Collection[int]) -> Iterator[Sign]:
    """What came of it: something told beside "since then" or "after that", and a figure before and after."""
    verbs = (place for place, cue in enumerate(tokens.cues) if tokens.denied[place] and cue & _VERB)
    told = sorted({*(sign.first for sign in found if sign.kind in (PARTICULARS, STEPS, COURSE)), *verbs})
    for cue, worth in ((_OUTCOME, 1.0), (_AFTERWARDS, weights.LESSER)):
        for place in _marked(tokens, cue):
            # "In the end of the corridor" is a place.
            if any(first == place and first + size < len(tokens) and tokens.cues[first + size] & _PREPOSITION
                   for first, size, each in tokens.phrases if each & cue):
                continue
            near = (at for at in told if place <= at <= place + weights.REACH)
            beside = next((at for at in near if tokens.sentences[at] == tokens.sentences[place]), None)
            if beside is not None and place not in habits:
                yield Sign(OUTCOME, place, beside, f"said {worth}", worth, worth == 1)
    for place, (here, ahead) in enumerate(pairwise(tokens.cues)):
        if here & _SINCE and ahead & _DATE:
            yield Sign(OUTCOME, place, place + 1, "said 1.0", 1.0, False)
    numbers = [sign for sign in found if sign.kind == PARTICULARS and tokens.cues[sign.first] & _NUMBER]
    for before, after in pairwise(numbers):
        between = tokens.cues[before.last + 1 : after.first]
        from_ = before.first and tokens.cues[before.first - 1] & _PREPOSITION
        if from_ and 0 < len(between) <= weights.BESIDE and any(cue & _PREPOSITION for cue in between):
            yield Sign(OUTCOME, before.first - 1, after.last, "from to", 1.0, False)
