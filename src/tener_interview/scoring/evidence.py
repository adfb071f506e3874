"""The evidence part: whether an answer shows what it claims, by signs that are the same in every trade."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from .language import Cue
from .manner import claimed, claims, is_speaker, taken_back, told
from .part import Part, Quote
from .speech import Speech


@dataclass(frozen=True)
class Sign:
    """One kind of sign: its name, what it counts, how much of the part it is, and how many of it make 63 %."""

    name: str
    share: float
    many: float
    #: Said when there is none of it.
    missing: str


#: A story of what somebody did. Anybody's list of what to do sounds well; what was done has particulars.
TOLD = (
    Sign("specifics", 0.26, 16.0, "Stays general: no names, figures or particulars."),
    Sign("approach", 0.44, 7.0, "Does not say how it was gone about: aims, limits, checks, precautions."),
    Sign("own action", 0.15, 3.0, "Does not say what the candidate did."),
    Sign("result", 0.08, 1.2, "Does not say what came of it."),
    Sign("reasons", 0.07, 1.5, "Gives no reason for what was chosen."),
)
#: An explanation, which a model answer can be laid beside: nothing was done in it.
EXPLAINED = (
    Sign("specifics", 0.6, 10.0, "Stays general: no names, figures or particulars."),
    Sign("reasons", 0.4, 1.5, "Gives no reasons."),
)

_SPECIFIC_NOT = int(
    Cue.FUNCTION | Cue.COMMON | Cue.HEDGE | Cue.VAGUE | Cue.PRAISE | Cue.DOWNGRADE | Cue.NUMBER | Cue.INJECTION
    | Cue.PERSONAL
)
_WHOLE_APPROACH = int(Cue.AIM | Cue.CONSTRAINT | Cue.CHECK | Cue.SAFEGUARD)
_ANY_APPROACH = _WHOLE_APPROACH | int(Cue.PEOPLE)
#: That others were spoken to says less of how something was gone about than an aim or a check does.
_PEOPLE_WEIGHT = 0.7
_WEAK: tuple[tuple[int, float, str], ...] = (
    (int(Cue.DOWNGRADE), 0.09, "takes back"), (int(Cue.HEDGE), 0.05, "hedging"), (int(Cue.VAGUE), 0.04, "vague"),
)
_ANY_WEAK = int(Cue.DOWNGRADE | Cue.HEDGE | Cue.VAGUE)
_WEAK_MOST = 0.5
#: So many words before an action may stand between it and who did it.
_ACTOR_REACH = 7
_NUMBER_WEIGHT = 1.5
_QUOTED = 5

#: What a sign shows of what is said around it.
_SHOWS = {"specifics": 0.15, "numbers": 0.8, "approach": 1.0, "own action": 1.0, "result": 1.0, "reasons": 0.7}
_AROUND = 20


@dataclass
class Tally:
    """The signs in an answer, each word counted once, and where each was first seen."""

    amount: dict[str, float] = field(default_factory=dict)
    first: dict[str, tuple[int, int]] = field(default_factory=dict)
    weak: float = 0.0
    weak_at: list[tuple[str, int, int]] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    #: How far the answer tells of something that happened, 0..1, where that is asked for.
    told: float = 1.0
    #: What is claimed, by the first and last word of the phrase that claims it.
    claims: list[tuple[int, int]] = field(default_factory=list)
    #: Every sign of something shown, said before or not: its place and its weight.
    signs: list[tuple[int, float]] = field(default_factory=list)

    def around(self, stems: Sequence[str], ignored: Sequence[bool], named: Collection[str]) -> list[float]:
        """For each word how much is shown around it, about a sentence to either side, by other words than these."""
        kept = [0, *accumulate(not each for each in ignored)]
        sums = [0.0] * (kept[-1] + 1)
        for place, weight in self.signs:
            sums[kept[place] + 1] += weight if stems[place] not in named else 0.0
        sums = list(accumulate(sums))
        # With room at either end no place has to be looked at twice.
        sums = [*sums[:1] * _AROUND, *sums, *sums[-1:] * (_AROUND + 1)]
        return [sums[at + 1 + 2 * _AROUND] - sums[at] for at in kept[:-1]]

    def add(self, name: str, word: str, amount: float, first: int, last: int) -> None:
        """Count a sign that was not counted before."""
        amount *= self.told
        self.signs.append((first, amount * _SHOWS.get(name, 0.0)))
        if (name, word) in self.seen:
            return
        self.seen.add((name, word))
        self.amount[name] = self.amount.get(name, 0.0) + amount
        self.first.setdefault(name, (first, last))


def tally(speech: Speech, ignored: Sequence[bool], general: float) -> Tally:
    """Count every sign. `general`, 0..1, is what a sign counts where nothing is told that happened."""
    found = Tally(told=told(speech, ignored, general))
    last_actor = -100
    found.claims = claims(speech)
    doubtful = taken_back(speech) | claimed(speech, found.claims)
    number_open, past = False, bool(speech.language.past_endings)
    for place, cue in enumerate(speech.cues):
        if cue & _FIRST_PERSON:
            last_actor = place
        elif cue & _SUBJECT:
            last_actor = -100
        if ignored[place]:
            number_open = False
            continue
        stem = speech.stems[place]
        if cue & _NUMBER:
            private = any(near & _PERSONAL for near in speech.cues[max(0, place - 3) : place + 4])
            if not number_open and stem != "1" and not private:
                found.add("specifics", stem, _NUMBER_WEIGHT, place, place)
                found.add("numbers", stem, 1.0, place, place)
            number_open = True
            continue
        after_number, number_open = number_open, False
        if after_number and cue & _UNIT:
            continue
        if speech.negated[place] or place in doubtful:
            _count_weak(found, cue, speech.words[place], place, place)
            continue
        if not cue & _SPECIFIC_NOT and len(stem) > 2:
            found.add("specifics", stem, 1.0, place, place)
        own = place - last_actor <= _ACTOR_REACH
        if own and cue & _ACTION and not cue & _FUNCTION:
            # What is said in one row with it was done by the same person.
            last_actor = place
        if past and not cue & _PAST_NOT and _past(speech, place, last_actor):
            found.add("own action", stem, 1.0, place, place)
        if cue:
            _count(found, cue, stem, place, place, own=own)
            _count_weak(found, cue, speech.words[place], place, place)
    for first, size, cue in speech.phrases:
        last = first + size - 1
        if ignored[first] or ignored[last]:
            continue
        if cue & _HEDGE and first and speech.cues[first - 1] & _DETERMINER:
            # "This kind of" names a kind; nothing is hedged.
            continue
        said = " ".join(speech.stems[first : last + 1])
        _count_weak(found, cue, said, first, last)
        if not speech.negated[last] and first not in doubtful:
            _count(found, cue, said, first, last, own=True)
    return found


def _past(speech: Speech, place: int, last_actor: int) -> bool:
    """Whether a word is what the speaker did, by its ending and by who stands beside it."""
    word, language = speech.words[place], speech.language
    if not language.own_past(word):
        return False
    inverted = place + 1 < len(speech) and is_speaker(speech.cues[place + 1])
    return inverted or place - last_actor <= language.past_reach


def _count(found: Tally, cue: int, word: str, first: int, last: int, *, own: bool) -> None:
    if cue & _ANY_APPROACH:
        found.add("approach", word, 1.0 if cue & _WHOLE_APPROACH else _PEOPLE_WEIGHT, first, last)
    if cue & _ACTION and not cue & _FUNCTION:
        found.add("own action", word, 1.0 if own else 0.4, first, last)
    if cue & _RESULT:
        found.add("result", word, 1.0, first, last)
    if cue & _REASONING:
        found.add("reasons", word, 1.0, first, last)
    if cue & _SITUATION:
        found.add("situation", word, 1.0, first, last)


def _count_weak(found: Tally, cue: int, word: str, first: int, last: int) -> None:
    if not cue & _ANY_WEAK:
        return
    for kind, weight, about in _WEAK:
        if cue & kind and ("weak", word) not in found.seen:
            found.seen.add(("weak", word))
            found.weak += weight
            found.weak_at.append((about, first, last))
            return


_FIRST_PERSON, _NUMBER, _UNIT, _FUNCTION = int(Cue.FIRST_PERSON), int(Cue.NUMBER), int(Cue.UNIT), int(Cue.FUNCTION)
_PERSONAL = int(Cue.PERSONAL)
_SUBJECT, _DETERMINER, _HEDGE = int(Cue.SUBJECT), int(Cue.DETERMINER), int(Cue.HEDGE)
_PAST_NOT = int(Cue.FUNCTION | Cue.HEDGE | Cue.NUMBER | Cue.PRAISE | Cue.ACTION)
_ACTION, _RESULT, _SITUATION = int(Cue.ACTION), int(Cue.RESULT), int(Cue.SITUATION)
_REASONING = int(Cue.REASON | Cue.TRADE_OFF)


def weigh(found: Tally, signs: Sequence[Sign], speech: Speech) -> Part:
    """The evidence part of an answer."""
    full = math.fsum(
        sign.share * (1 - math.exp(-found.amount.get(sign.name, 0.0) / sign.many)) / _FULLEST for sign in signs
    )
    weak = min(_WEAK_MOST, found.weak)
    present = [sign.name for sign in signs if found.amount.get(sign.name)]
    reasons = [f"Shows {', '.join(present)}." if present else "Shows nothing of what it claims."]
    if found.weak_at:
        said = _quoted(speech, [(first, last) for _, first, last in found.weak_at])
        reasons.append(f"Made {round(100 * weak)} % weaker by wording that hedges, generalises or takes back: {said}.")
    if found.told < 1:
        reasons.append("Counts less because little is told of what happened; most of it is true of anything.")
    if found.claims:
        reasons.append(f"What is only claimed shows nothing: {_quoted(speech, found.claims)}.")
    quotes = [
        Quote("evidence", sign.name, *speech.quote(*found.first[sign.name]))
        for sign in signs if sign.name in found.first
    ]
    quotes += [Quote("evidence", about, *speech.quote(a, b)) for about, a, b in found.weak_at[:2]]
    missing = tuple(sign.missing for sign in signs if not found.amount.get(sign.name))
    return Part("evidence", min(1.0, full) * (1 - weak), tuple(reasons), tuple(quotes[: _QUOTED + 2]), missing)


def _quoted(speech: Speech, spots: Sequence[tuple[int, int]]) -> str:
    """The first few of these words as they were said."""
    said = list(dict.fromkeys(speech.text[speech.starts[first] : speech.ends[last]] for first, last in spots))
    return ", ".join(f"\u201c{each}\u201d" for each in said[:_SAID])


_SAID = 5
#: What the curves come to where there is plenty of everything.
_FULLEST = 0.85
