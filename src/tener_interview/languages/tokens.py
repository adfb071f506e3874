"""Tokens: an answer as words with their places in the transcript, read in one language."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, groupby

from ..lazy_dataclass import dataclass
from ..regex import regex
from .language import Cue, Language
from .words import Word, fold_word, split_words

_APOSTROPHE = regex("['\u2019\u2018\u02bc]")
#: Words that carry no meaning by themselves.
NO_MEANING = Cue.FUNCTION | Cue.FILLER
#: Words that may say what somebody did.
VERB = Cue.PAST | Cue.PARTICIPLE | Cue.OWN_VERB
#: Numbers, and "one", which is a number only beside another.
NUMERAL = Cue.NUMBER | Cue.ONE
#: Words and phrases with a meaning of their own for the scorer.
_MARKERS = (
    Cue.HABIT | Cue.REASON | Cue.OUTCOME | Cue.AFTERWARDS | Cue.INSTRUCTION | Cue.PERSONAL_FACT | Cue.RETRACTION
    | Cue.NO_ANSWER | Cue.FILLER | Cue.OTHERS | Cue.CORRECTION | Cue.IT_WAS | Cue.NOT_A_FIGURE | Cue.ASKS_KNOWLEDGE
    | Cue.NAME_TITLE | Cue.ONCE | Cue.ANY_TIME | Cue.ASKS_IF
)
#: How many content words a "not" negates, and within how many words.
_NEGATED_WORDS, _NEGATION_REACH = 3, 8
_CLAUSE_STARTS = Cue.SUBJECT | Cue.SELF | Cue.CONJUNCTION


@dataclass(frozen=True)
class TokenizedText:
    """The words of an answer without fillers, as parallel lists of the same length."""

    text: str
    language: Language
    words: list[str]
    stems: list[str]
    #: The cues of each word, a sum of `Cue`.
    cues: list[int]
    #: Character offsets into `text`.
    starts: list[int]
    ends: list[int]
    #: The number of each word's sentence. A transcript without punctuation is one sentence.
    sentences: list[int]
    #: First word of each word's sentence, and first word after it.
    bounds: list[tuple[int, int]]
    #: Marker words and phrases, in order: first word, last word, cues.
    markers: list[tuple[int, int, int]]
    #: Whether a "not" negates the word.
    negated: list[bool]
    #: For each combination of cues, the places of the words that have exactly it.
    by_cue: Mapping[int, list[int]]

    def __len__(self) -> int:
        return len(self.words)

    def places(self, wanted: int) -> list[int]:
        """Return the places of the words with any of the wanted cues, in order."""
        return sorted(chain.from_iterable([places for cues, places in self.by_cue.items() if cues & wanted]))

    def has(self, wanted: int) -> bool:
        """Return whether any word has one of the wanted cues."""
        return any(cues & wanted for cues in self.by_cue)

    def quote(self, first: int, last: int) -> str:
        """Return the transcript verbatim, from one word to another."""
        return self.text[self.starts[first] : self.ends[last]]

    def same_clause(self, place: int) -> bool:
        """Return whether neither a comma nor the end of a sentence separates a word from the one before it."""
        if not 0 < place < len(self.words) or self.sentences[place] != self.sentences[place - 1]:
            return False
        return "," not in self.text[self.ends[place - 1] : self.starts[place]]

    def capital_inside(self, place: int) -> bool:
        """Return whether a word has a capital although it does not begin a sentence."""
        inside = place and self.sentences[place] == self.sentences[place - 1]
        return bool(inside) and self.text[self.starts[place]].isupper()

    def near(self, place: int, before: int, after: int) -> range:
        """Return the places around a word, within its sentence."""
        start, end = self.bounds[place]
        return range(max(start, place - before), min(end, place + after + 1))

    def number_end(self, place: int) -> int:
        """Where a number that begins here ends, "one thousand two hundred and six", "ten past twelve"; 0: none."""
        cues, size = self.cues, len(self)
        end = place + bool(cues[place] & Cue.ONE)
        if end == size or not cues[end] & Cue.NUMBER:
            return 0
        while end < size and (end == place or self.same_clause(end)):
            after = end + 1
            joins = cues[end] & (Cue.CONJUNCTION | Cue.NUMBER_JOIN) and self.words[end - 1].isalpha()
            if end > place and ":" in self.text[self.starts[end - 1] : self.ends[end - 1]]:
                break
            if cues[end] & (NUMERAL if end > place else Cue.NUMBER):
                end += 1
            elif joins and after < size and cues[after] & Cue.NUMBER and self.same_clause(after):
                end += 2
            else:
                break
        return end

    def find(self, wanted: int) -> list[tuple[int, int]]:
        """Return the first and last word of every marker with a wanted cue, in order."""
        return [(first, last) for first, last, cues in self.markers if cues & wanted]


def tokenize(text: str, language: Language, words: list[Word] | None = None) -> TokenizedText:
    """Tokenize a text in a language. Case, punctuation and fillers make no difference.

    `words` are those of the text, if it was split already.
    """
    line = _expand_contractions(text, split_words(text) if words is None else words, language)
    readings, by_cue, markers = _read(line, language)
    if fillers := {place for first, last, cue in markers if cue & Cue.FILLER for place in range(first, last + 1)}:
        line = [token for place, token in enumerate(line) if place not in fillers]
        readings, by_cue, markers = _read(line, language)
    folded, starts, ends, sentences = map(list, zip(*line, strict=True)) if line else ([], [], [], [])
    stems, cues = map(list, zip(*readings, strict=True)) if line else ([], [])
    bounds = _bounds(sentences)
    return TokenizedText(
        text, language, folded, stems, cues, starts, ends, sentences, bounds, markers,
        _negated(cues, bounds, by_cue), by_cue,
    )


def _read(
    line: list[Word], language: Language
) -> tuple[list[tuple[str, int]], dict[int, list[int]], list[tuple[int, int, int]]]:
    """Return the stem and cues of each word, the places of each combination of cues, and the markers."""
    words = [word for word, _, _, _ in line]
    known = language.word_cache
    readings = [known[word] for word in words]
    by_cue: dict[int, list[int]] = {}
    for place, (_, cue) in enumerate(readings):
        if cue in by_cue:
            by_cue[cue].append(place)
        else:
            by_cue[cue] = [place]
    markers = [(place, place, cue) for cue, places in by_cue.items() if cue & _MARKERS for place in places]
    starts, begins = language.phrase_starts, language.phrases
    for place in [place for place, word in enumerate(words[:-1]) if word in starts]:
        markers += [(place, place + len(phrase) - 1, cue)
                    for phrase, cue in begins.get((words[place], words[place + 1]), ())
                    if tuple(words[place : place + len(phrase)]) == phrase]
    return readings, by_cue, sorted(markers)


def _bounds(sentences: list[int]) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    for _, group in groupby(sentences):
        size = len(list(group))
        bounds += [(len(bounds), len(bounds) + size)] * size
    return bounds


def _expand_contractions(text: str, words: list[Word], language: Language) -> list[Word]:
    """Return the words with contractions and elisions written in full."""
    contracted = [place for place, word in enumerate(words) if word[0] in language.contractions]
    full: list[Word] = []
    if not language.elisions:
        before = 0
        for place in contracted:
            word, start, end, sentence = words[place]
            full += words[before:place]
            full += [(part, start, end, sentence) for part in language.contractions[word]]
            before = place + 1
        return full + words[before:]
    for word, start, end, sentence in words:
        cut = _APOSTROPHE.search(text, start, end) if language.elisions else None
        if cut and (elided := fold_word(text[start : cut.start()])) in language.elisions:
            full.append((elided, start, cut.start(), sentence))
            word, start = fold_word(text[cut.end() : end]), cut.end()
        if word in language.contractions:
            full += [(part, start, end, sentence) for part in language.contractions[word]]
        else:
            full.append((word, start, end, sentence))
    return full


def _negated(cues: list[int], bounds: list[tuple[int, int]], by_cue: Mapping[int, list[int]]) -> list[bool]:
    """Return which words a "not" negates: the next few content words of its clause."""
    negated = [False] * len(cues)
    for place in [place for cue, places in by_cue.items() if cue & Cue.NEGATOR for place in places]:
        reached = 0
        for ahead in range(place + 1, min(place + 1 + _NEGATION_REACH, bounds[place][1])):
            cue, away = cues[ahead], ahead - place
            next_clause = (away > 1 and cue & _CLAUSE_STARTS) or (reached and away > 2 and cue & Cue.OWN_VERB)
            if reached == _NEGATED_WORDS or next_clause:
                break
            negated[ahead] = True
            reached += not cue & Cue.FUNCTION
    return negated
