"""Word order: function words where nobody puts them."""

from __future__ import annotations

from collections.abc import Sequence

from .language import Cue
from .tokens import TokenizedText

#: Words that cannot follow an article, and words that cannot follow a preposition.
_NOT_AFTER_ARTICLE = Cue.DETERMINER | Cue.PREPOSITION | Cue.SUBJECT | Cue.CONJUNCTION
_NOT_AFTER_PREPOSITION = Cue.SUBJECT | Cue.AUXILIARY | Cue.CONJUNCTION | Cue.OWN_VERB
#: Words that cannot follow a subject. A preposition can: "she in the kitchen" is how many speakers say it.
_NOT_AFTER_SUBJECT = Cue.DETERMINER | Cue.SUBJECT | Cue.CONJUNCTION
_BINDS = Cue.DETERMINER | Cue.PREPOSITION | Cue.SUBJECT
#: Function words from which on a share of them tells anything, and how many may be slips of the tongue.
_ENOUGH, _SLIPS = 4, 2


def word_disorder(tokens: TokenizedText, ignored: Sequence[bool]) -> float:
    """Return the share of function words in an impossible position, 0..1: shuffled or misheard words."""
    wrong = bound = 0
    capitals = not tokens.text.isupper()
    after_subject = _NOT_AFTER_SUBJECT if tokens.language.subject_first else 0
    cues, words = tokens.cues, tokens.words
    for place in [place for place in tokens.places(_BINDS) if place + 1 < len(cues)]:
        here, ahead, next_word = cues[place], cues[place + 1], words[place + 1]
        # People who stutter repeat a word or start again; "A" may be a name: "nodes A and C".
        again = next_word == words[place] or (place and next_word == words[place - 1])
        letter = capitals and len(words[place]) == 1 and tokens.capital_inside(place)
        is_name = ahead & Cue.AUXILIARY and capitals and tokens.capital_inside(place + 1)
        # "Una" is a number as well, "a la una y media", and "el de la plancha" leaves out a noun.
        elliptic = next_word == "de" or (here & ahead & Cue.DETERMINER and (here | ahead) & Cue.ONE)
        if letter or again or is_name or elliptic or ignored[place] or ignored[place + 1]:
            continue
        if here & Cue.DETERMINER:
            misplaced = ahead & _NOT_AFTER_ARTICLE
        elif here & Cue.PREPOSITION:
            misplaced = ahead & _NOT_AFTER_PREPOSITION and not ahead & (Cue.DETERMINER | Cue.PREPOSITION)
        elif after_subject:
            misplaced = ahead & after_subject and not ahead & Cue.AUXILIARY
        else:
            continue
        bound += 1
        # "O meu", but not "o ela".
        fits = ahead & Cue.MAY_FOLLOW and (ahead & Cue.DETERMINER or not here & Cue.DETERMINER)
        # "Vi-o e": a pronoun that hangs on a verb binds nothing.
        if misplaced and not fits and not tokens.text.endswith("-", 0, tokens.starts[place]):
            wrong += 1
    return wrong / bound if bound >= _ENOUGH and wrong > _SLIPS else 0.0
