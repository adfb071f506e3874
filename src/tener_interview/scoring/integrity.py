"""What of a transcript can be judged at all: words that are not to count, signs of trouble, and reasons to abstain."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from .language import Cue, Language
from .speech import Speech

PARROTING, KEYWORD_LIST, REPETITION = "parroting", "keyword_list", "repetition"
INSTRUCTIONS, OFF_TOPIC, LANGUAGE_MISMATCH = "instructions_in_answer", "off_topic", "language_mismatch"
WORD_ORDER, POOR_TRANSCRIPT, NEAR_DUPLICATE = "word_order", "poor_transcript", "near_duplicate"

_FUNCTION, _INJECTION, _PRAISE = int(Cue.FUNCTION), int(Cue.INJECTION), int(Cue.PRAISE)
_NUMBER = int(Cue.NUMBER)
_CLAUSE_START = int(Cue.CLAUSE_START)
_SHOWS = int(
    Cue.NUMBER | Cue.ACTION | Cue.AIM | Cue.CONSTRAINT | Cue.CHECK | Cue.SAFEGUARD | Cue.RESULT | Cue.REASON
    | Cue.SITUATION
)
_DETERMINER, _PREPOSITION, _SUBJECT = int(Cue.DETERMINER), int(Cue.PREPOSITION), int(Cue.SUBJECT)
_AUXILIARY, _CONJUNCTION = int(Cue.AUXILIARY), int(Cue.CONJUNCTION)

_NOT_AFTER_DETERMINER = _DETERMINER | _PREPOSITION | _SUBJECT | _CONJUNCTION
_NOT_AFTER_PREPOSITION = _SUBJECT | _AUXILIARY | _CONJUNCTION
_NOT_AFTER_SUBJECT = _DETERMINER | _PREPOSITION | _CONJUNCTION | _SUBJECT
#: With fewer binding words their order tells nothing.
_BOUND_LEAST = 4
#: Before an order, which comes in English in any language, stands none of these.
_INFINITIVE = "to"
_NO_ORDER = _PREPOSITION | _SUBJECT | int(Cue.NEGATOR)

#: Words in a row with the question that are its echo; and with the answer itself, that are said again.
_ECHO, _ECHO_LEAST, _AGAIN = 4, 3, 6
#: A run of so many words, most of them keywords and few of them binding, is a list.
_LIST_WINDOW, _LIST_KEYWORDS, _LIST_FUNCTION = 10, 0.75, 0.1
#: So many words in a row without one that binds: the most terse speech has eleven, once in a hundred answers.
_ENUMERATED = 12
#: An answer that is little but so many terms, few of them bound and few of them figures, is a list as a whole; so is
#: one of which a single enumeration is more than half, whatever it is introduced by.
_TERMS, _FORMULA = 6, 0.15
#: The beginning of an item of a list: "- ", "-Item", "2. ", "b) ".
_ITEM, _ITEMS = re.compile(r"(?:^|\s)(?:[-*\u2022\u2013](?=\s|[^\W\d_])|\(?\d{1,2}[.)]\s|\(?[a-h]\)\s)"), 3
#: Items without marks are sentences of so few words, at least so many of them, and most of the text.
_BRIEF, _BRIEFS = 6, 4
_PIECE_ENDS = re.compile(r"[.;!?](?=\s|$)|\n")
#: Markup that a person does not speak.
_CODE = re.compile(
    r"[\"'](?:score|rating|total_score|points)[\"']\s*:|</?(?:system|assistant|user|instructions?)>"
    r"|#{2,}\s*(?:system|assistant|instructions?|prompt)\b|^\s*#{0,3}\s*(?:system|assistant)\s*:|\[/?(?:system|inst)\]",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = re.compile(r"[.!?\n]+(?=\s|$)|\n")
_INJECTION_BEFORE, _INJECTION_AFTER = 6, 18
_PRAISE_AROUND = 7
_PRAISE_DENSITY = 2
_PRAISE_SENTENCE = 25


@dataclass(frozen=True)
class Judgeable:
    """Which words do not count, and why not."""

    ignored: list[bool]
    flags: tuple[str, ...]
    #: Sentences for a recruiter, one a flag.
    reasons: tuple[str, ...]


def judgeable(speech: Speech, question: Sequence[str], keywords: Collection[str], *, told: bool) -> Judgeable:
    """Take out of the judgement what would count without saying anything; `question` is its stems in order.

    `told`: something is to be told, so that a mere enumeration is no answer.
    """
    ignored = [False] * len(speech)
    flags: list[str] = []
    reasons: list[str] = []
    echoed = _echo(speech, question, ignored)
    if question and echoed >= max(_ECHO_LEAST, 0.5 * len(question)):
        flags.append(PARROTING)
        reasons.append("Reads the question back; those words are not counted.")
    if _again(speech, ignored) >= max(8, 0.2 * len(speech)):
        flags.append(REPETITION)
        reasons.append("Says the same more than once; it is counted once.")
    listed = _listed(speech, keywords, ignored)
    if (told and _enumerated(speech, ignored)) or listed:
        flags.append(KEYWORD_LIST)
        reasons.append("Holds a bare list of terms; what the list names is not counted.")
    if _instructed(speech, ignored):
        flags.append(INSTRUCTIONS)
        reasons.append("Holds wording addressed to whoever scores it; it is not counted and was not followed.")
    _praised(speech, ignored)
    return Judgeable(ignored, tuple(flags), tuple(reasons))


def _echo(speech: Speech, question: Sequence[str], ignored: list[bool]) -> int:
    """Mark what stands in the question word for word."""
    size = min(_ECHO, len(question))
    if size < _ECHO_LEAST:
        return 0
    runs = {tuple(question[place : place + size]) for place in range(len(question) - size + 1)}
    marked: set[int] = set()
    for place in range(len(speech) - size + 1):
        if tuple(speech.stems[place : place + size]) in runs:
            marked.update(range(place, place + size))
    for place in marked:
        ignored[place] = True
    return len(marked)


def _again(speech: Speech, ignored: list[bool]) -> int:
    """Mark what was said before in the same words."""
    runs = list(zip(*(speech.stems[first:] for first in range(_AGAIN)), strict=False))
    if len(set(runs)) == len(runs):
        return 0
    seen: set[tuple[str, ...]] = set()
    marked: set[int] = set()
    for place, run in enumerate(runs):
        if run in seen:
            marked.update(range(place, place + _AGAIN))
        else:
            seen.add(run)
    for place in marked:
        ignored[place] = True
    return len(marked)


def _listed(speech: Speech, keywords: Collection[str], ignored: list[bool]) -> bool:
    """Mark runs of keywords with nothing said of them."""
    if not keywords or len(speech) < _LIST_WINDOW // 2:
        return False
    is_key = [stem in keywords for stem in speech.stems]
    size = min(_LIST_WINDOW, len(speech))
    if sum(is_key) < _LIST_KEYWORDS * size:
        return False
    is_function = [bool(cue & _FUNCTION) and not key for cue, key in zip(speech.cues, is_key, strict=True)]
    # How many there are before each place: the difference of two is how many a window has.
    keys, bound = list(accumulate(is_key, initial=0)), list(accumulate(is_function, initial=0))
    marked: set[int] = set()
    for place in range(len(speech) - size + 1):
        after = place + size
        enough = keys[after] - keys[place] >= _LIST_KEYWORDS * size
        if enough and bound[after] - bound[place] <= _LIST_FUNCTION * size:
            spots = [spot for spot in range(place, place + size) if is_key[spot]]
            # A run has more keywords than not, counted from either end.
            while len(spots) > 1 and spots[1] - spots[0] > 1:
                spots.pop(0)
            marked.update(range(spots[0], spots[-1] + 1))
    for place in marked - _tails(speech, marked, is_key):
        ignored[place] = True
    return bool(marked)


def _enumerated(speech: Speech, ignored: list[bool]) -> bool:
    """Mark runs of words that nothing binds to each other, whatever they name: nobody speaks so."""
    if not speech.language.known:
        return False
    if _only_terms(speech) or _framed_terms(speech):
        ignored[:] = [True] * len(speech)
        return True
    marked = False
    binding = [place for place, cue in enumerate(speech.cues) if cue & _FUNCTION]
    for before, place in pairwise((-1, *binding, len(speech))):
        run = range(before + 1, place)
        if len(run) >= _ENUMERATED and sum(not speech.cues[each] & _NUMBER for each in run) >= _ENUMERATED:
            ignored[before + 1 : place] = [True] * len(run)
            marked = True
    return marked


def _only_terms(speech: Speech) -> bool:
    """Whether an answer as a whole is terms, side by side or with an "and" between them, and no formula."""
    tied = sum(_binds(speech, place) for place in range(len(speech)))
    return tied <= _LIST_FUNCTION * len(speech) and _are_terms(speech.cues)


def _framed_terms(speech: Speech) -> bool:
    """Whether most of an answer is one enumeration, be it with an "and" between any two of its terms."""
    size = len(speech)
    # What is more than half of an answer holds its middle.
    low = high = size // 2
    while low > 0 and not _binds(speech, low - 1):
        low -= 1
    while high < size and not _binds(speech, high):
        high += 1
    return 2 * (high - low) > size and _are_terms(speech.cues[low:high])


def _are_terms(cues: Sequence[int]) -> bool:
    """Whether so many of these words are terms, and few of them figures."""
    figures = sum(bool(cue & _NUMBER) for cue in cues)
    terms = len(cues) - figures - sum(bool(cue & _FUNCTION) for cue in cues)
    return terms >= _TERMS and figures <= _FORMULA * len(cues)


def _binds(speech: Speech, place: int) -> bool:
    """Whether a word binds others to a sentence: an "and" between two terms does not."""
    cues = speech.cues
    if not cues[place] & _FUNCTION:
        return False
    between = 0 < place < len(cues) - 1 and not (cues[place - 1] | cues[place + 1]) & _FUNCTION
    return not (between and cues[place] & _CONJUNCTION)


@lru_cache(maxsize=4_096)
def enumerates(text: str) -> bool:
    """Whether a text is a list, by its marks or by how brief its sentences are: then an answer like it may be one."""
    pieces = [len(words) for piece in _PIECE_ENDS.split(text) if (words := piece.split())]
    brief = sum(count <= _BRIEF for count in pieces)
    return len(_ITEM.findall(text)) >= _ITEMS or (brief >= _BRIEFS and 2 * brief > len(pieces))


def _tails(speech: Speech, marked: set[int], is_key: Sequence[bool]) -> set[int]:
    """What the end of a sentence right before a list has in common with it: the sentence still counts."""
    tails: set[int] = set()
    for first in (place for place in marked if place - 1 not in marked):
        ahead = range(first, min(first + _LIST_WINDOW, len(speech) - 1))
        end = next((place for place in ahead if place in marked and speech.ended(place)), None)
        said = [place for place in range(max(0, first - _LIST_WINDOW), first) if not is_key[place]]
        if end is not None and len(said) >= _LIST_WINDOW // 2 and not speech.ended(first - 1):
            tails.update(range(first, end + 1))
    return tails


def _instructed(speech: Speech, ignored: list[bool]) -> bool:
    spots = [
        (first, first + size - 1) for first, size, cue in speech.phrases
        if cue & _INJECTION and not _told_of(speech, first)
    ]
    code = [match.start() for match in _CODE.finditer(speech.text)]
    for start in code:
        spots += [(place, place) for place, at in enumerate(speech.starts) if at >= start][:1]
    for first, last in spots:
        low, high = max(0, first - _INJECTION_BEFORE), min(len(speech), last + 1 + _INJECTION_AFTER)
        after = _ENDS.search(speech.text, speech.ends[last], speech.ends[high - 1])
        before = [match.end() for match in _ENDS.finditer(speech.text, speech.starts[low], speech.starts[first])]
        for place in range(low, high):
            inside = (not before or speech.starts[place] >= before[-1]) and (
                after is None or speech.ends[place] <= after.start()
            )
            ignored[place] = ignored[place] or inside
    return bool(spots or code)


def _told_of(speech: Speech, first: int) -> bool:
    """Whether a phrase is no order but told of one: "he told me to ignore", "we ignore", "did not ignore"."""
    return first > 0 and (bool(speech.cues[first - 1] & _NO_ORDER) or speech.words[first - 1] == _INFINITIVE)


def _praised(speech: Speech, ignored: list[bool]) -> None:
    """What is said in one breath with thick praise of oneself claims and shows nothing."""
    spots = [place for place, cue in enumerate(speech.cues) if cue & _PRAISE and not cue & _FUNCTION]
    spots += [place for first, size, cue in speech.phrases if cue & _PRAISE for place in range(first, first + size)]
    for place in spots:
        if sum(abs(other - place) <= 2 * _PRAISE_AROUND for other in set(spots)) >= _PRAISE_DENSITY:
            for near in _breath(speech, place):
                ignored[near] = True
        ignored[place] = True
    for place in spots:
        said = _sentence(speech, place)
        # With nothing shown beside it, all of a sentence that holds praise is praise.
        if len(said) <= _PRAISE_SENTENCE and not any(speech.cues[near] & _SHOWS and near not in spots for near in said):
            for near in said:
                ignored[near] = True


def _sentence(speech: Speech, place: int) -> range:
    low = high = place
    while low > 0 and not speech.ended(low - 1):
        low -= 1
    while high < len(speech) - 1 and not speech.ended(high):
        high += 1
    return range(low, high + 1)


def _breath(speech: Speech, place: int) -> range:
    """The words around one, as far as its clause or its sentence goes."""
    low = high = place
    while low > max(0, place - _PRAISE_AROUND) and not speech.cues[low] & _CLAUSE_START and not speech.ended(low - 1):
        low -= 1
    most = min(len(speech) - 1, place + _PRAISE_AROUND)
    while high < most and not speech.cues[high + 1] & _CLAUSE_START and not speech.ended(high):
        high += 1
    return range(low, high + 1)


def disorder(speech: Speech, ignored: Sequence[bool]) -> float:
    """The share of binding words that stand where no speaker would put them, 0..1: words shuffled, or misheard.

    Words that do not count are no part of it.
    """
    wrong = bound = 0
    cues, words, language = speech.cues, speech.words, speech.language
    for place in range(len(speech) - 1):
        here, ahead = cues[place], cues[place + 1]
        if ignored[place] or ignored[place + 1]:
            continue
        if here & _DETERMINER:
            bound += 1
            never = _NOT_AFTER_DETERMINER | (_AUXILIARY if language.subject_first else 0)
            wrong += bool(ahead & never) or _finite(language, words[place + 1], ahead)
        elif here & _PREPOSITION:
            bound += 1
            wrong += bool(ahead & _NOT_AFTER_PREPOSITION and not ahead & (_DETERMINER | _PREPOSITION))
            wrong += _finite(language, words[place + 1], ahead)
        elif here & _SUBJECT and language.subject_first:
            bound += 1
            wrong += bool(ahead & _NOT_AFTER_SUBJECT and not ahead & _AUXILIARY)
    if len(speech) and cues[-1] & (_DETERMINER | _CONJUNCTION):
        bound, wrong = bound + 1, wrong + 1
    # One may be a slip of the tongue.
    return wrong / bound if bound >= _BOUND_LEAST and wrong > 1 else 0.0


def _finite(language: Language, word: str, cue: int) -> bool:
    return bool(language.finite_endings) and not cue & _FUNCTION and len(word) > 4 and word.endswith(
        language.finite_endings
    )


def familiar(speech: Speech, vocabulary: Collection[str], question: Collection[str]) -> float:
    """The share of words that are a word to the language, the rule or the question."""
    known = sum(
        bool(cue) or stem in vocabulary or stem in question
        for stem, cue in zip(speech.stems, speech.cues, strict=True)
    )
    return known / len(speech) if len(speech) else 0.0
