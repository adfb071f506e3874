"""Manner: whether what an answer speaks of is told as something that happened, only claimed, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from .arithmetic import Curve, on_curve
from .language import Cue, load_languages
from .speech import Speech, plain_words

_DOWNGRADE, _CLAIM, _NUMBER, _FUNCTION = int(Cue.DOWNGRADE), int(Cue.CLAIM), int(Cue.NUMBER), int(Cue.FUNCTION)
_CLAUSE_START, _REASON = int(Cue.CLAUSE_START), int(Cue.REASON)
_FIRST_PERSON, _SUBJECT = int(Cue.FIRST_PERSON), int(Cue.SUBJECT)
_ACTION, _AUXILIARY = int(Cue.ACTION), int(Cue.AUXILIARY)
_DOER = _SUBJECT | _FIRST_PERSON
_BEFORE_ADJECTIVE = int(Cue.DETERMINER | Cue.PREPOSITION | Cue.AUXILIARY)

_DOUBT_BEFORE, _DOUBT_AFTER = 4, 10
_CLAIM_BEFORE, _CLAIM_AFTER = 8, 14
#: So near before an action stands who does it.
_ACTOR_REACH = 3
#: Who did something stands so many words before the last thing that was done, or right after it.
_DOER_REACH = 8
#: How far something is told, by how many words say that it happened.
_EVENTS_ENOUGH = 2
_EVENTS: Curve = ((0, 0.0), (_EVENTS_ENOUGH, 1.0))
#: "What would you do" can be answered in general, "what did you do" cannot.
_GENERAL_ASKED, _STORY_ASKED = 0.85, 0.45


def told(speech: Speech, ignored: Sequence[bool], least: float) -> float:
    """How far an answer tells of what happened, from `least` to 1: by past tenses, by figures, and by what "I" and "we"
    do, since not everybody who tells a story in a language has its tenses."""
    if not speech.language.happened:
        return 1.0
    events = (place for place in range(len(speech)) if not ignored[place] and _is_event(speech, place))
    return least + (1 - least) * on_curve(_EVENTS, sum(1 for _ in islice(events, _EVENTS_ENOUGH)))


def _is_event(speech: Speech, place: int) -> bool:
    cue = speech.cues[place]
    if cue & _NUMBER or speech.words[place] in speech.language.happened:
        return True
    return _done_by_speaker(speech, place) if cue & _ACTION else _ends_in_past(speech, place)


def _done_by_speaker(speech: Speech, place: int) -> bool:
    """Whether "I" or "we" stands before an action, or in its ending, and nothing like "would" in between."""
    if speech.words[place].endswith(speech.language.own_endings):
        return True
    for cue in reversed(speech.cues[max(0, place - _ACTOR_REACH) : place]):
        if cue & _AUXILIARY:
            return False
        if is_speaker(cue):
            return True
    return False


def _ends_in_past(speech: Speech, place: int) -> bool:
    """Whether a word has the ending of a past tense, and is a verb of somebody where that tells: not "an automated"."""
    cues = speech.cues
    if cues[place] & _FUNCTION or not speech.language.past(speech.words[place]):
        return False
    if not speech.language.subjects_said:
        return True
    described = place > 0 and cues[place - 1] & _BEFORE_ADJECTIVE
    reach = speech.language.past_reach or _DOER_REACH
    return not described and any(cue & _DOER for cue in cues[max(0, place - reach) : place + 2])


@lru_cache(maxsize=4_096)
def general_worth(title: str, code: str) -> float:
    """What a sign counts in an answer that tells of nothing that happened, by what the question asks, in `code`."""
    language = load_languages().get(code)
    asked = plain_words(title, language)
    first = next((place for place, word in enumerate(asked) if word in language.asks), None)
    general = first is not None and not any(map(language.past, asked[first:]))
    return _GENERAL_ASKED if general else _STORY_ASKED


def claims(speech: Speech) -> list[tuple[int, int]]:
    """Where something is claimed and not told: "I am good with", "is important"; first and last word of the phrase."""
    return sorted(_spots(speech, _CLAIM))


def claimed(speech: Speech, by: Sequence[tuple[int, int]]) -> set[int]:
    """The words of what is claimed by these phrases: named, and no more."""
    places: set[int] = set()
    for low, high in by:
        least, most = max(0, low - _CLAIM_BEFORE), min(len(speech) - 1, high + _CLAIM_AFTER)
        while low > least and not speech.cues[low] & _CLAUSE_START and not speech.ended(low - 1):
            low -= 1
        while high < most and not speech.ended(high) and not _tells(speech.cues[high + 1]):
            high += 1
        places.update(range(low, high + 1))
    return places


def _tells(cue: int) -> bool:
    """Whether something else begins with a word than a further thing that is claimed."""
    return bool(cue & _REASON) or is_speaker(cue)


def is_speaker(cue: int) -> bool:
    """Whether a word is "I" or "we"."""
    return bool(cue & _FIRST_PERSON and cue & _SUBJECT)


def taken_back(speech: Speech) -> set[int]:
    """The words around something that is taken back: they are no evidence of what was done."""
    return {
        place for first, last in _spots(speech, _DOWNGRADE)
        for place in range(max(0, first - _DOUBT_BEFORE), min(len(speech), last + 1 + _DOUBT_AFTER))
    }


def _spots(speech: Speech, kind: int) -> list[tuple[int, int]]:
    """First and last word of everything that is a sign of one kind."""
    words = [(place, place) for place, cue in enumerate(speech.cues) if cue & kind]
    return words + [(first, first + size - 1) for first, size, cue in speech.phrases if cue & kind]
