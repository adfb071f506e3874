"""Mask: the words of an answer that must not count, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ..languages.language import Cue
from . import weights
from .tokens import Tokens

PARROTING, KEYWORD_LIST, REPETITION = "parroting", "keyword_list", "repetition"
INSTRUCTIONS, WORD_ORDER = "instructions_in_answer", "word_order"

_FUNCTION, _ORDER, _TAKEN_BACK, _NUMBER = int(Cue.FUNCTION), int(Cue.ORDER), int(Cue.TAKEN_BACK), int(Cue.NUMBER)
_DETERMINER, _PREPOSITION, _SUBJECT = int(Cue.DETERMINER), int(Cue.PREPOSITION), int(Cue.SUBJECT)
_PRIVATE, _RELATIVE = int(Cue.PRIVATE), int(Cue.RELATIVE)
_COMPLETION, _OWN_END = int(Cue.COMPLETION), int(Cue.SELF | Cue.OWN | Cue.NEVER)
_AUXILIARY, _CONJUNCTION, _NEGATOR = int(Cue.AUXILIARY), int(Cue.CONJUNCTION), int(Cue.NEGATOR)
_NOT_AFTER_DETERMINER = _DETERMINER | _PREPOSITION | _SUBJECT | _CONJUNCTION
_NOT_AFTER_PREPOSITION = _SUBJECT | _AUXILIARY | _CONJUNCTION
#: Before an order stands none of these: "he told me to ignore", "we ignore".
_NO_ORDER = _PREPOSITION | _SUBJECT | _NEGATOR
#: The beginning of an item of a list: "- ", "2. ", "b) ".
_ITEM = re.compile(r"(?:^|\s)(?:[-*\u2022\u2013](?=\s|[^\W\d_])|\(?\d{1,2}[.)]\s|\(?[a-h]\)\s)")
_PIECE = re.compile(r"[.;!?](?=\s|$)|\n")
#: Markup that a person does not speak.
_CODE = re.compile(
    r"[\"'](?:score|rating|total_score|points)[\"']\s*:|</?(?:system|assistant|user|instructions?)>"
    r"|#{2,}\s*(?:system|assistant|instructions?|prompt)\b|^\s*#{0,3}\s*(?:system|assistant)\s*:|\[/?(?:system|inst)\]",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Masked:
    """Which words do not count, and which flags say why."""

    ignored: list[bool]
    flags: tuple[str, ...]
    #: Where something is taken back: first and last word.
    taken_back: tuple[tuple[int, int], ...]
    #: The share of the answer's words that count no more because they are a list.
    listed: float


def mask(
    tokens: Tokens, question: Sequence[str], keywords: Collection[str], *, lists: bool, echo: bool = True
) -> Masked:
    """Take out what would count without saying anything. `question` is its stems in order; `lists` asks for lists,
    too: beside a reference that is one, an answer may be one; `echo` for the question, whose words count half there."""
    ignored = [False] * len(tokens)
    flags = []
    echoed = set(_echo(tokens, question))
    if echo:
        _put(ignored, echoed)
    if len(echoed) >= max(min(weights.FEW, len(question)), len(question) / 2, 1):
        flags.append(PARROTING)
    if len(_put(ignored, _again(tokens))) >= max(weights.SEVERAL, weights.AGAIN * len(tokens)):
        flags.append(REPETITION)
    listed = _put(ignored, _listed(tokens, keywords)) if lists else set()
    if listed:
        flags.append(KEYWORD_LIST)
    if _put(ignored, _ordered(tokens)):
        flags.append(INSTRUCTIONS)
    _put(ignored, _private(tokens))
    taken_back = tuple(_taken_back(tokens))
    for first, last in taken_back:
        _put(ignored, range(first, last + 1))
    return Masked(ignored, tuple(flags), taken_back, len(listed) / max(1, len(tokens)))


def _put(ignored: list[bool], places: Collection[int] | Iterator[int]) -> set[int]:
    marked = set(places)
    for place in marked:
        ignored[place] = True
    return marked


def _runs(line: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(line[first:] for first in range(size)), strict=False))


def _echo(tokens: Tokens, question: Sequence[str]) -> Iterator[int]:
    """What stands in the question word for word."""
    size = min(weights.FEW, len(question))
    asked = set(_runs(question, size)) if size > 2 else ()
    return (
        place for first, run in enumerate(_runs(tokens.stems, size)) if asked and run in asked
        for place in range(first, first + size)
    )


def _again(tokens: Tokens) -> Iterator[int]:
    """What was said before in the same words."""
    seen: set[tuple[str, ...]] = set()
    for first, run in enumerate(_runs(tokens.stems, weights.SEVERAL)):
        if run in seen:
            yield from range(first, first + weights.SEVERAL)
        seen.add(run)


def _listed(tokens: Tokens, keywords: Collection[str]) -> Iterator[int]:
    """Terms in a row with no word that binds them, or fewer where they are the rule's own or most of the answer."""
    cues, size = tokens.cues, len(tokens)
    if not tokens.language.known:
        return
    ties = [place for place, cue in enumerate(cues) if cue & _FUNCTION and _binds(tokens, place)]
    terms = sum(not cue & (_FUNCTION | _NUMBER) for cue in cues)
    whole = size >= weights.SEVERAL and terms >= weights.FEW and 2 * terms >= size
    if whole and len(ties) <= weights.LIST_BOUND * size:
        yield from range(size)
        return
    for before, end in pairwise((-1, *ties, size)):
        if end - before <= weights.FEW:
            continue
        run = range(_begins(tokens, before + 1, end), end)
        named = sum(not cues[place] & (_FUNCTION | _NUMBER) for place in run)
        keys = sum(tokens.stems[place] in keywords for place in run)
        own = 4 * keys >= 3 * named and keys >= weights.FEW
        most = 2 * (end - before - 1) > size and named >= weights.FEW
        if named >= weights.LIST or (most and (own or len(run) >= weights.SEVERAL)) or (
            own and keys >= weights.SEVERAL
        ):
            yield from run


def _begins(tokens: Tokens, first: int, end: int) -> int:
    """Where a list begins in a run of words: not before the end of the sentence that the run begins in."""
    sentences = tokens.sentences
    if not first or sentences[first - 1] != sentences[min(first, len(tokens) - 1)]:
        return first
    return next((place for place in range(first, end) if sentences[place] != sentences[first]), first)


def _binds(tokens: Tokens, place: int) -> bool:
    """Whether a word of grammar binds others to a sentence: an "and" between two terms does not."""
    cues = tokens.cues
    between = 0 < place < len(cues) - 1 and not (cues[place - 1] | cues[place + 1]) & _FUNCTION
    return not (between and cues[place] & _CONJUNCTION)


@lru_cache(maxsize=4_096)
def is_list(text: str) -> bool:
    """Whether a text is a list, by its marks or by how brief its sentences are."""
    pieces = [len(words) for piece in _PIECE.split(text) if (words := piece.split())]
    brief = sum(count <= weights.SEVERAL for count in pieces)
    return len(_ITEM.findall(text)) >= 3 or (brief >= 4 and 2 * brief > len(pieces))


def _ordered(tokens: Tokens) -> Iterator[int]:
    """What is addressed to whoever scores, as far as its sentence goes."""
    spots = [
        first for first, _, cue in tokens.phrases
        if cue & _ORDER and not (first and (tokens.cues[first - 1] & _NO_ORDER or tokens.words[first - 1] == "to"))
    ]
    for match in _CODE.finditer(tokens.text):
        spots += [place for place, start in enumerate(tokens.starts) if start >= match.start()][:1]
    for spot in spots:
        yield from _sentence(tokens, spot, 2 * weights.REACH)


def _private(tokens: Tokens) -> Iterator[int]:
    """What is said of the speaker's own name, origin, birth, home and family, as far as the clause goes."""
    spots = [(first, first + size) for first, size, cue in tokens.phrases if cue & _PRIVATE]
    spots += [(place, place + 1) for place, cue in enumerate(tokens.cues) if cue & _PRIVATE]
    for first, after in spots:
        while after < min(len(tokens), first + weights.REACH) and not tokens.cues[after] & _CONJUNCTION:
            if not tokens.close(after):
                break
            after += 1
        yield from range(first, after)


def _taken_back(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Where something is said to have come to nothing, or to have been done by somebody else."""
    spots = []
    for first, size, cue in tokens.phrases:
        after = first + size
        # "It was not me who lost it" takes nothing back.
        whose = after < len(tokens) and tokens.cues[after] & _RELATIVE and tokens.close(after)
        if cue & _TAKEN_BACK and not whose:
            spots.append((first, after - 1))
    spots += [
        (place - 1, place) for place, cue in enumerate(tokens.cues)
        if place and cue & _COMPLETION and tokens.denied[place] and _by_speaker(tokens, place)
    ]
    for first, last in spots:
        said = _sentence(tokens, first, weights.REACH)
        yield said[0], max(last, said[-1])


def _by_speaker(tokens: Tokens, place: int) -> bool:
    """Whether it is the speaker who did not finish, or nobody ever did."""
    return any(cue & _OWN_END for cue in tokens.cues[max(0, place - weights.FEW - 1) : place + 1])


def _sentence(tokens: Tokens, spot: int, reach: int) -> list[int]:
    return [
        place for place in range(max(0, spot - reach // 2), min(len(tokens), spot + reach))
        if tokens.sentences[place] == tokens.sentences[spot]
    ]


def disorder(tokens: Tokens, ignored: Sequence[bool]) -> float:
    """The share of binding words that stand where nobody puts them, 0..1: words shuffled, or misheard."""
    wrong = bound = 0
    capitals = not tokens.text.isupper()
    first = tokens.language.subject_first
    for place, (here, ahead) in enumerate(pairwise(tokens.cues)):
        if ignored[place] or ignored[place + 1]:
            continue
        # Whoever stutters says a word again, or begins anew; "A" may be a name: "nodes A and C".
        named = capitals and tokens.ends[place] - tokens.starts[place] == 1 and _capital_inside(tokens, place)
        if named or tokens.words[place + 1] in tokens.words[max(0, place - 1) : place + 1]:
            continue
        if here & _DETERMINER:
            bound += 1
            wrong += bool(ahead & _NOT_AFTER_DETERMINER)
        elif here & _PREPOSITION:
            bound += 1
            wrong += bool(ahead & _NOT_AFTER_PREPOSITION and not ahead & (_DETERMINER | _PREPOSITION))
        elif first and here & _SUBJECT:
            bound += 1
            wrong += bool(ahead & _NOT_AFTER_DETERMINER and not ahead & _AUXILIARY)
    # Two may be slips of the tongue.
    return wrong / bound if bound >= weights.FEW and wrong > 2 else 0.0


def _capital_inside(tokens: Tokens, place: int) -> bool:
    inside = place and tokens.sentences[place] == tokens.sentences[place - 1]
    return bool(inside) and tokens.text[tokens.starts[place]].isupper()
