"""Tokens: an answer as words with their places in the transcript, read as one language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..languages.language import Cue, Language
from ..languages.words import Word, fold_word, split_words
from . import weights

_APOSTROPHE = re.compile("['\u2019\u2018\u02bc]")


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


def tokens(text: str, language: Language, said: list[Word] | None = None) -> Tokens:
    """Read a text in a language. Case, punctuation and fillers make no difference.

    `said` are its words, where they are known already.
    """
    line: list[tuple[str, int, int, int]] = []
    contractions, elisions = language.contractions, language.elisions
    for token, word, start, end, sentence in split_words(text) if said is None else said:
        if elisions and word != token and (cut := _APOSTROPHE.search(token)):
            first = fold_word(token[: cut.start()])
            if first in elisions:
                line.append((first, start, start + cut.start(), sentence))
                word, start = fold_word(token[cut.end() :]), start + cut.end()
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
