"""Speech: an answer as words with their places in the transcript, read as one language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .language import Cue, Language, Languages
from .words import UNSPACED, fold

#: Words with their marks and apostrophes; a hyphen parts two words, since speech recognition writes none.
_TOKEN = re.compile(rf"[{UNSPACED}]{{1,2}}|[^\W_{UNSPACED}][^\W_]*(?:(?:[\u0300-\u036f\u00ad\u200b-\u200d]|"
                    r"['\u2019\u2018\u02bc](?=[^\W_])|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff])[^\W_]*)*"
                    r"(?:\+\+|#)?")
#: The number of a subtitle, a time such as `[00:12]` or `(1:02:03)`, and a speaker such as `Candidate:` or
#: `Speaker 1:` at the start of a line.
_MARKUP = re.compile(
    r"^[ \t]*\d+[ \t]*\r?$(?=\s*\d{1,2}:\d{2}:\d{2}[.,]\d+\s*-->)"
    r"|[\[(]\s*\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*[\])]"
    r"|^[ \t]*\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?=\s)(?:\s*-->.*$)?"
    r"|^[ \t]*(?:[^\W\d_]{2,20}|[^\W\d_]{2,20}[ \t][\w.]{1,12}):(?=[ \t]\S)",
    re.MULTILINE,
)
_APOSTROPHE = re.compile("['\u2019\u2018\u02bc]")
_ENDS = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\n]+[\"\u201d')\]]*(?=\s|$)|\n")


@dataclass(frozen=True)
class Speech:
    """The words of an answer, side by side: lists of one length. Fillers and markup are not among them."""

    text: str
    language: Language
    words: list[str]
    stems: list[str]
    cues: list[int]
    #: Character offsets into `text`.
    starts: list[int]
    ends: list[int]
    #: Whether a negation reaches the word.
    negated: list[bool]
    #: Signs of several words: first word, number of words, what they are a sign of.
    phrases: list[tuple[int, int, int]]
    filler_count: int

    def __len__(self) -> int:
        return len(self.words)

    def is_content(self, place: int) -> bool:
        """Whether a word says something by itself."""
        return not self.cues[place] & EMPTY

    def ended(self, place: int) -> bool:
        """Whether a sentence ends after a word."""
        return any(mark in self.text[self.ends[place] : self.starts[place + 1]] for mark in ".!?\n")

    def quote(self, first: int, last: int) -> tuple[int, int]:
        """Offsets of the words around these: the sentence, or as much of it as can be quoted."""
        low = max(0, first - _QUOTED_BEFORE)
        high = min(len(self.words) - 1, last + _QUOTED_AFTER)
        start, end = self.starts[low], self.ends[high]
        before = [match.end() for match in _ENDS.finditer(self.text, start, self.starts[first])]
        after = _ENDS.search(self.text, self.ends[last], end)
        if before:
            start = before[-1] + len(self.text[before[-1]:]) - len(self.text[before[-1]:].lstrip())
        return start, after.start() if after else end


EMPTY = int(Cue.FUNCTION | Cue.FILLER | Cue.NUMBER | Cue.PERSONAL)
_PERSONAL = int(Cue.PERSONAL)
_NUMBER, _NEGATOR, _FILLER = int(Cue.NUMBER), int(Cue.NEGATOR), int(Cue.FILLER)
_CLAUSE_START, _NO_NEGATION, _FUNCTION = int(Cue.CLAUSE_START), int(Cue.NO_NEGATION), int(Cue.FUNCTION)
_QUOTED_BEFORE, _QUOTED_AFTER = 12, 14


#: A word as it is written, folded, and where it begins and ends.
Token = tuple[str, str, int, int]


def tokens(text: str) -> list[Token]:
    """The words of a transcript, timestamps and names of speakers left out."""
    return [
        (said := match.group(), folded(said), match.start(), match.end()) for match in _TOKEN.finditer(bare(text))
    ]


def hear(text: str, language: Language, heard: list[Token] | None = None) -> Speech:
    """Read a text as speech in a language. Case, punctuation, fillers, timestamps and speakers make no difference.

    `heard` are its tokens, where they are known already.
    """
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    contractions, elisions = language.contractions, language.elisions
    for token, said, start, end in tokens(text) if heard is None else heard:
        if elisions and (cut := _APOSTROPHE.search(token)) and folded(token[: cut.start()]) in elisions:
            words.append(folded(token[: cut.start()]))
            starts.append(start)
            ends.append(start + cut.start())
            said, start = folded(token[cut.end() :]), start + cut.end()
        for word in contractions.get(said, (said,)):
            words.append(word)
            starts.append(start)
            ends.append(end)
    read = [language.read(word) for word in words]
    stems, cues = [stem for stem, _ in read], [cue for _, cue in read]
    phrases = _phrases(language, words, stems)
    fillers = {place for place, cue in enumerate(cues) if cue & _FILLER}
    for first, count, cue in phrases:
        if cue & _FILLER:
            fillers.update(range(first, first + count))
    if fillers:
        kept = [place for place in range(len(words)) if place not in fillers]
        words, stems = [words[place] for place in kept], [stems[place] for place in kept]
        cues, starts, ends = (
            [cues[place] for place in kept], [starts[place] for place in kept], [ends[place] for place in kept]
        )
        phrases = _phrases(language, words, stems)
    for first, count, cue in phrases:
        if cue & _PERSONAL:
            cues[first : first + count] = [each | _PERSONAL for each in cues[first : first + count]]
    negated = _negated(language, words, cues, phrases)
    return Speech(text, language, words, stems, cues, starts, ends, negated, phrases, len(fillers))


def bare(text: str) -> str:
    """The text with timestamps and names of speakers blanked out, every other character in its place."""
    return _MARKUP.sub(lambda match: " " * len(match.group()), text)


@lru_cache(maxsize=50_000)
def folded(token: str) -> str:
    """A token as it is compared: without case, apostrophes and invisible characters."""
    return fold(token).replace("'", "").strip() or token


def plain_words(text: str, language: Language) -> list[str]:
    """The folded words of a text, contractions said in full."""
    said = (folded(match.group()) for match in _TOKEN.finditer(text))
    return [word for each in said for word in language.contractions.get(each, (each,))]


def spoken_language(words: list[str], languages: Languages) -> tuple[str, float]:
    """The language whose common words are most frequent here, and their share; `` when none stands out."""
    counts: dict[str, float] = {}
    recognised: Mapping[str, tuple[str, ...]] = languages.recognised
    for codes, count in Counter(filter(None, map(recognised.get, words))).items():
        for code in codes:
            counts[code] = counts.get(code, 0.0) + count / len(codes) ** 0.5
    if not counts:
        return _script(words), 0.0
    best = max(sorted(counts), key=lambda code: counts[code])
    share = counts[best] / len(words)
    return (best, share) if share >= _RECOGNISED else (_script(words), share)


#: English speech has about half, Russian a fifth of such words; another language shares some of them by chance.
_RECOGNISED = 0.13


#: What a language in a script that none of the languages with data uses is called (RFC 5646: undetermined).
OTHER_SCRIPT = "und"


def _script(words: list[str]) -> str:
    """A word for the script, where it is not one that is read here."""
    letters = "".join(words)[:400]
    strange = sum(1 for letter in letters if ord(letter) > 0x52F)
    return OTHER_SCRIPT if letters and strange > len(letters) / 2 else ""


def _phrases(language: Language, words: list[str], stems: list[str]) -> list[tuple[int, int, int]]:
    found = []
    known = language.phrases
    if not known:
        return []
    count = len(words)
    pairs = language.pairs
    begun = [
        place for place, (said, meant) in enumerate(zip(pairwise(words), pairwise(stems), strict=True))
        if said in pairs or meant in pairs
    ]
    for place in begun:
        word, stem = words[place], stems[place]
        for first in (word, stem) if stem != word else (word,):
            for phrase in known.get(first, ()):
                line, size = words if phrase.exact else stems, len(phrase.words)
                if place + size <= count and tuple(line[place : place + size]) == phrase.words:
                    found.append((place, size, int(phrase.cue)))
    return found


def _starts_clause(language: Language, word: str) -> bool:
    """Where subjects go unsaid, a finite verb after another word begins what is said next."""
    return bool(language.finite_endings) and len(word) > 3 and word.endswith(language.finite_endings)


def _negated(language: Language, words: list[str], cues: list[int], phrases: list[tuple[int, int, int]]) -> list[bool]:
    negated = [False] * len(words)
    spared = {first for first, _, cue in phrases if cue & _NO_NEGATION}
    for place, cue in enumerate(cues):
        if not cue & _NEGATOR or place in spared:
            continue
        reach = 0
        for ahead in range(place + 1, min(len(words), place + 1 + 2 * language.negation_reach)):
            ends = cues[ahead] & _CLAUSE_START or (reach and _starts_clause(language, words[ahead]))
            if ahead > place + 1 and ends:
                break
            negated[ahead] = True
            reach += not cues[ahead] & _FUNCTION
            if reach >= language.negation_reach:
                break
        if words[place] not in language.negators_back:
            continue
        for behind in range(place - 1, max(-1, place - 1 - language.negation_back), -1):
            if cues[behind] & _CLAUSE_START:
                break
            negated[behind] = True
    return negated
