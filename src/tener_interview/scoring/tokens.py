"""Tokens: an answer as words with their places in the transcript, read as one language."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from . import weights
from .language import Cue, Language, Languages, plain
from .words import UNSPACED

#: Words with their marks and apostrophes; a hyphen parts two words, since speech recognition writes none.
_TOKEN = re.compile(rf"[{UNSPACED}]{{1,2}}|[^\W_{UNSPACED}][^\W_]*(?:(?:[\u0300-\u036f\u00ad\u200b-\u200d]|"
                    r"['\u2019\u2018\u02bc](?=[^\W_])|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff]|"
                    r"(?<=\d)[.,:](?=\d))[^\W_]*)*(?:\+\+|#|%)?")
_APOSTROPHE = re.compile("['\u2019\u2018\u02bc]")
_ENDS = frozenset(".!?;\u2026\u3002\uff01\uff1f\n")


@dataclass(frozen=True)
class Tokens:
    """The words of an answer, side by side: lists of one length. Fillers are not among them."""

    text: str
    language: Language
    words: list[str]
    stems: list[str]
    cues: list[int]
    #: Character offsets into `text`.
    starts: list[int]
    ends: list[int]
    #: Which sentence each word is in, where the transcript has any marks to tell.
    sentences: list[int]
    #: Phrases: first word, number of words, what they are.
    phrases: list[tuple[int, int, int]]
    #: Whether the word is denied.
    denied: list[bool]

    def __len__(self) -> int:
        return len(self.words)

    def quote(self, first: int, last: int) -> str:
        """What was said from one word to another, as it stands in the transcript."""
        return self.text[self.starts[first] : self.ends[last]]

    def close(self, place: int) -> bool:
        """Whether a word belongs to the clause of the one before it: no comma, and no end of a sentence between."""
        if not place or self.sentences[place] != self.sentences[place - 1]:
            return False
        return "," not in self.text[self.ends[place - 1] : self.starts[place]]


_FUNCTION, _NUMBER, _NEGATOR = int(Cue.FUNCTION), int(Cue.NUMBER), int(Cue.NEGATOR)
_FILLER, _OWN = int(Cue.FILLER), int(Cue.OWN)
_CLAUSE = int(Cue.SUBJECT | Cue.SELF | Cue.CONJUNCTION)
#: Words that carry no meaning by themselves.
EMPTY = int(Cue.FUNCTION | Cue.FILLER)


@lru_cache(maxsize=50_000)
def folded(token: str) -> str:
    """A token as it is compared: without case, apostrophes and invisible characters."""
    return plain(token) or token


#: A word as it was said and folded, where it begins and ends, and the number of its sentence.
Heard = tuple[str, str, int, int, int]


def heard(text: str) -> list[Heard]:
    """The words of a transcript in whatever language."""
    found: list[Heard] = []
    sentence = end = 0
    for match in _TOKEN.finditer(text):
        start = match.start()
        gap = text[end:start]
        if gap != " " and not _ENDS.isdisjoint(gap):
            sentence += 1
        end = match.end()
        said = match.group()
        found.append((said, folded(said), start, end, sentence))
    return found


def plain_words(text: str, language: Language) -> list[str]:
    """The folded words of a text, contractions said in full."""
    said = (folded(match.group()) for match in _TOKEN.finditer(text))
    return [word for each in said for word in language.contractions.get(each, (each,))]


def tokens(text: str, language: Language, said: list[Heard] | None = None) -> Tokens:
    """Read a text in a language. Case, punctuation and fillers make no difference.

    `said` are its words, where they are known already.
    """
    line: list[tuple[str, int, int, int]] = []
    contractions, elisions = language.contractions, language.elisions
    for token, word, start, end, sentence in heard(text) if said is None else said:
        if elisions and word != token and (cut := _APOSTROPHE.search(token)):
            first = folded(token[: cut.start()])
            if first in elisions:
                line.append((first, start, start + cut.start(), sentence))
                word, start = folded(token[cut.end() :]), start + cut.end()
        if word in contractions:
            line += [(each, start, end, sentence) for each in contractions[word]]
        else:
            line.append((word, start, end, sentence))
    words = [word for word, _, _, _ in line]
    read = list(map(language.read, words))
    phrases = _phrases(language, words)
    fillers = {place for place, (_, cue) in enumerate(read) if cue & _FILLER}
    fillers.update(place for first, size, cue in phrases if cue & _FILLER for place in range(first, first + size))
    if fillers:
        line = [each for place, each in enumerate(line) if place not in fillers]
        words = [word for word, _, _, _ in line]
        read = list(map(language.read, words))
        phrases = _phrases(language, words)
    cues = [cue for _, cue in read]
    return Tokens(
        text=text,
        language=language,
        words=words,
        stems=[stem for stem, _ in read],
        cues=cues,
        starts=[start for _, start, _, _ in line],
        ends=[end for _, _, end, _ in line],
        sentences=[sentence for _, _, _, sentence in line],
        phrases=phrases,
        denied=_denied(cues, [sentence for _, _, _, sentence in line]),
    )


def _phrases(language: Language, words: list[str]) -> list[tuple[int, int, int]]:
    known = language.phrases
    return [
        (place, len(phrase), cue)
        for place, word in enumerate(words) if word in known
        for phrase, cue in known[word] if tuple(words[place : place + len(phrase)]) == phrase
    ]


def _denied(cues: list[int], sentences: list[int]) -> list[bool]:
    """Which words a "not" reaches: the next few with a meaning, as far as the clause goes."""
    denied = [False] * len(cues)
    for place, cue in enumerate(cues):
        if cue & _NEGATOR:
            reached = 0
            for ahead in range(place + 1, min(place + weights.REACH, len(cues))):
                other = (ahead > place + 1 and cues[ahead] & _CLAUSE) or (ahead > place + 2 and cues[ahead] & _OWN)
                if reached == weights.BESIDE or other or sentences[ahead] != sentences[place]:
                    break
                denied[ahead] = True
                reached += not cues[ahead] & _FUNCTION
    return denied


def spoken_language(words: list[str], languages: Languages, expected: str = "") -> tuple[str, float]:
    """The language whose common words are most frequent here, of equal ones the expected, and their share; none where
    there is no such word."""
    counts: dict[str, float] = {}
    for codes, count in Counter(filter(None, map(languages.common.get, words))).items():
        for code in codes:
            counts[code] = counts.get(code, 0.0) + count / len(codes) ** 0.5
    if not counts:
        return "", 0.0
    best = max(sorted(counts), key=lambda code: (counts[code], code == expected))
    return best, counts[best] / len(words)
