"""Word order: function words where nobody puts them, and the words of another text in another order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from .language import Cue
from .tokens import TokenizedText

#: Words, and what cannot follow them. A preposition can follow a subject: "she in the kitchen" is how many say it.
_CANNOT_FOLLOW = (
    (Cue.DETERMINER, Cue.DETERMINER | Cue.PREPOSITION | Cue.SUBJECT | Cue.CONJUNCTION | Cue.AUXILIARY | Cue.STATE),
    (Cue.PREPOSITION, Cue.SUBJECT | Cue.AUXILIARY | Cue.CONJUNCTION | Cue.OWN_VERB | Cue.PAST),
    (Cue.SUBJECT, Cue.SUBJECT | Cue.CONJUNCTION | Cue.NUMBER),
)
#: The same where a verb must directly follow its subject, participles look like verbs in the past ("for used parts"),
#: and "to" is a word of its own.
_CANNOT_FOLLOW_DIRECTLY = (
    _CANNOT_FOLLOW[0],
    (Cue.PREPOSITION, _CANNOT_FOLLOW[1][1] & ~Cue.PAST),
    (Cue.SUBJECT, _CANNOT_FOLLOW[-1][1] | Cue.DETERMINER | Cue.INFINITIVE | Cue.RELATIVE),
    (Cue.INFINITIVE, Cue.SUBJECT | Cue.PREPOSITION | Cue.CONJUNCTION | Cue.STATE | Cue.INFINITIVE),
)
_MAY_NOT_FOLLOW = (_CANNOT_FOLLOW[0][1] | _CANNOT_FOLLOW[1][1] | _CANNOT_FOLLOW_DIRECTLY[2][1]
                   | _CANNOT_FOLLOW_DIRECTLY[3][1])
_BINDS = Cue.DETERMINER | Cue.PREPOSITION | Cue.SUBJECT | Cue.INFINITIVE
_OF_NOUN = Cue.DETERMINER | Cue.PREPOSITION
#: How many words out of place may be slips of the tongue.
_SLIPS = 1.5
#: Words within which one follows another, and the share of them that do, more than by chance, of who tells the same.
_NEAR, _IN_ORDER = 3, 0.2


def word_disorder(tokens: TokenizedText, ignored: Sequence[bool]) -> float:
    """Return how disordered the words are: about 0 as people speak, however well, and 1 if chance has ordered them.

    Function words out of place are compared with how many there would be if the same words were shuffled.
    """
    cues, directly = tokens.cues, tokens.language.subject_first
    pairs = [place for place, (here, ahead) in enumerate(pairwise(cues))
             if here & _BINDS and ahead & _MAY_NOT_FOLLOW and _misplaced(here, ahead, directly)]
    capitals = not tokens.text.isupper()
    wrong = len([place for place in pairs
                 if not (ignored[place] or ignored[place + 1] or _may_be_said(tokens, place, capitals))])
    if wrong <= _SLIPS:
        return 0.0
    counts = Counter(cues).items()
    by_chance = sum([count * following for here, count in counts if here & _BINDS
                     for ahead, following in counts if _misplaced(here, ahead, directly)]) / len(cues)
    return min(1.0, (wrong - _SLIPS) / max(1.0, by_chance))


def _may_be_said(tokens: TokenizedText, place: int, capitals: bool) -> bool:
    """Return whether a word and the next one may be in order all the same; `capitals` tell names from other words."""
    words, next_word = tokens.words, tokens.words[place + 1]
    # People who stutter repeat a word or start again; "A" may be a name: "nodes A and C".
    again = next_word == words[place] or (place and next_word == words[place - 1])
    letter = capitals and len(words[place]) == 1 and tokens.capital_inside(place)
    is_name = tokens.cues[place + 1] & Cue.AUXILIARY and capitals and tokens.capital_inside(place + 1)
    # "El de la plancha" leaves out a noun; and "vi-o e": a pronoun that hangs on a verb binds nothing.
    elliptic = next_word == "de" or tokens.text.endswith("-", 0, tokens.starts[place])
    return bool(again or letter or is_name or elliptic) or not tokens.same_clause(place + 1)


def sequence_disorder(places: Sequence[Sequence[int]], size: int) -> float:
    """Return how disordered the words of another text are in an answer of `size` words: 0 as people tell the same, 1 if
    chance has ordered them. `places` are those of each word of the text, in its order.

    How often one word follows another in both is compared with how often it would if the answer were shuffled. Once
    more counts as order, since few words may be in any.
    """
    pairs = [(set(here), set(ahead)) for here, ahead in pairwise(places) if here and ahead]
    if not pairs:
        return 0.0
    near = range(1, _NEAR + 1)
    followed = sum([not ahead.isdisjoint({place + away for place in here for away in near}) for here, ahead in pairs])
    by_chance = sum([min(1.0, _NEAR * len(here) * len(ahead) / size) for here, ahead in pairs])
    return min(1.0, max(0.0, 1 - (followed - by_chance + 1) / (_IN_ORDER * len(pairs))))


@lru_cache(maxsize=10_000)
def _misplaced(here: int, ahead: int, directly: bool) -> bool:
    """Return whether a word with the cues `ahead` cannot follow one with the cues `here`."""
    rules = _CANNOT_FOLLOW_DIRECTLY if directly else _CANNOT_FOLLOW
    cue, after = next((rule for rule in rules if here & rule[0]), (0, 0))
    if not ahead & after:
        return False
    if cue == Cue.DETERMINER:
        # "La busco": the article is a pronoun; "una" is a number as well, "a la una y media"; "o meu", but not "o ela".
        verb_after_pronoun = here & Cue.CLITIC and not ahead & after & ~(Cue.AUXILIARY | Cue.STATE)
        numeral = here & ahead & Cue.DETERMINER and (here | ahead) & Cue.ONE
        return not (verb_after_pronoun or numeral or (ahead & Cue.MAY_FOLLOW and ahead & Cue.DETERMINER))
    nominal = ahead & (_OF_NOUN if cue == Cue.PREPOSITION else Cue.AUXILIARY if cue == Cue.SUBJECT else 0)
    return not (nominal or ahead & Cue.MAY_FOLLOW)
