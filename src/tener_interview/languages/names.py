"""Names of people, places and tools in what was said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from .language import Cue
from .tokens import NUMERAL, VERB, TokenizedText

_NO_NAME = Cue.FUNCTION | Cue.PERSONAL
_NOT_AFTER_TITLE = VERB | NUMERAL | Cue.DATE
_BEFORE_NOUN = Cue.DETERMINER | Cue.PREPOSITION
#: Words before a capital that tell whether it says who speaks.
_BESIDE = 3


def find_names(tokens: TokenizedText) -> Iterator[tuple[int, int, bool]]:
    """First and last word of each name, in order, and whether it surely is one.

    Surely: what many know, in whatever letters; what follows "Mrs", also in a transcript without capitals; and a
    capital inside a sentence. Perhaps: a word that begins one and is followed by a verb, "Marek moved".
    """
    text, size, end = tokens.text, len(tokens), 0
    # In German every noun has a capital, and in a text of capitals every word.
    capitals = tokens.language.code != "de" and not text.isupper()
    spoken = text.islower()
    titled = {last + 1 for _, last in tokens.find(Cue.NAME_TITLE) if last + 1 < size}
    beginnings = set() if spoken else {place for place, start in enumerate(tokens.starts) if text[start].isupper()}
    for place in sorted(beginnings.union(titled, tokens.places(Cue.KNOWN_NAME)).difference(tokens.places(_NO_NAME))):
        cue, upper = tokens.cues[place], text[tokens.starts[place]].isupper()
        if place < end:
            continue
        known = cue & Cue.KNOWN_NAME or (place in titled and (upper or spoken) and not cue & _NOT_AFTER_TITLE)
        sure = bool(known) or (capitals and _is_name(tokens, place))
        if sure or (capitals and upper and not cue and _begins_with_verb(tokens, place)):
            last = place
            while capitals and last + 1 < size and _is_name(tokens, last + 1):
                last, sure = last + 1, True
            end = last + 1
            yield place, last, sure


def _is_name(tokens: TokenizedText, place: int) -> bool:
    """Whether a word inside a sentence is written with a capital, and does not say who speaks ("I am Filipino")."""
    if not tokens.capital_inside(place) or tokens.cues[place] & _NO_NAME or len(tokens.words[place]) < 2:
        return False
    near = tokens.cues[max(0, place - _BESIDE) : place]
    of_speaker = bool(near[-1] & (Cue.AUXILIARY | _BEFORE_NOUN)) and any(
        here & Cue.SELF and ahead & Cue.AUXILIARY and not ahead & Cue.STATE for here, ahead in pairwise(near))
    gap = tokens.text[tokens.ends[place - 1] : tokens.starts[place]]
    return not of_speaker and gap.strip(",").isspace()


def _begins_with_verb(tokens: TokenizedText, place: int) -> bool:
    """Return whether a word begins a clause and a verb follows."""
    begins = tokens.bounds[place][0] == place and len(tokens.words[place]) > 1
    return begins and tokens.same_clause(place + 1) and bool(tokens.cues[place + 1] & VERB)
