"""Stemmed criteria: the expected content of a rule as stems of a language, to be matched with an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ..languages.language import Cue, Language, load_languages
from ..languages.tokens import NO_MEANING, TokenizedText, tokenize
from ..languages.words import folded_words
from ..lazy_dataclass import dataclass
from ..regex import regex
from .criteria import ExpectedContent

#: Cached rules.
_CACHED = 1_024
_NGRAM = 4
#: The beginning of an item of a list: "- ", "2. ", "b) ".
_ITEM = regex(r"(?:^|\s)(?:[-*\u2022\u2013](?=\s|[^\W\d_])|\(?\d{1,2}[.)]\s|\(?[a-h]\)\s)")
_SENTENCE_END = regex(r"[.;!?](?=\s|$)|\n")
#: Most words of a brief sentence; fewest brief sentences, and fewest items, that make a text a list.
_BRIEF, _BRIEF_SENTENCES, _ITEMS = 6, 4, 3

#: The forms of a keyword, each as a sequence of stems.
Forms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StemmedText:
    """A question, a wording of a key point, or a reference: its stems in order, those of content words, those that are
    not negated, and its character n-grams."""

    text: str
    stems: tuple[str, ...]
    content_stems: tuple[str, ...]
    affirmed: frozenset[str]
    ngrams: frozenset[str]


@dataclass(frozen=True)
class StemmedCriteria:
    """The expected content of a rule as stems of one language."""

    question: StemmedText
    required: tuple[Forms, ...]
    optional: tuple[Forms, ...]
    #: The wordings of each key point.
    key_points: tuple[tuple[StemmedText, ...], ...]
    #: The first counts as much as all others together, which are model answers that joined it later.
    references: tuple[StemmedText, ...]
    #: Stems that make a list when they stand in a row, those of keywords and key points, and of all expected content.
    terms: frozenset[str]
    vocabulary: frozenset[str]
    #: Stems and their synonyms, from the keywords' lists.
    synonyms: Mapping[str, tuple[str, ...]]
    reference_is_list: bool
    #: False if the question asks for knowledge ("What is …?") and the rule has nothing to compare an answer with.
    comparable: bool
    #: Whether the question asks how something is done, or what somebody would do, and not what happened.
    asks_practice: bool


@lru_cache(maxsize=_CACHED)
def stem_criteria(expected: ExpectedContent, title: str, code: str) -> StemmedCriteria:
    """Stem the expected content in the language of the answer, because stems match only within one language."""
    language = load_languages().get(code)
    points = tuple(tuple(_read(wording, language) for wording in wordings) for wordings in expected.key_points)
    references = tuple(_read_reference(reference, language) for reference in expected.references)
    required, optional = (
        tuple(tuple(dict.fromkeys(_forms(synonyms, language))) for synonyms in keywords)
        for keywords in (expected.required, expected.optional)
    )
    # In the order of the file: the first that the answer contains decides which words are quoted.
    groups = [tuple(form[0] for form in forms if len(form) == 1) for forms in (*required, *optional)]
    stems = {stem for forms in (*required, *optional) for form in forms for stem in form}
    keywords = frozenset(stem for stem in stems if not language.read(stem)[1] & NO_MEANING)
    question = tokenize(title, language)
    texts = [*(wording for wordings in points for wording in wordings), *references]
    vocabulary = keywords.union(*(text.content_stems for text in texts))
    # A terse answer to a question of knowledge may well be in the words of its reference.
    terms = keywords if references else vocabulary
    return StemmedCriteria(
        _read(title, language), required, optional, points, references, terms, vocabulary,
        {stem: group for group in groups for stem in group},
        any(map(_is_list, expected.references)), bool(expected) or not _asks_for_knowledge(question),
        _asks_for_practice(question),
    )


def ngrams(stems: Iterable[str]) -> set[str]:
    """Return all character n-grams."""
    line = " ".join(stems)
    return {line[place : place + _NGRAM] for place in range(len(line) - _NGRAM + 1)}


def _forms(synonyms: Sequence[str], language: Language) -> Iterable[tuple[str, ...]]:
    """Yield the stems of a keyword's synonyms: as written, joined to one word, and as stems of their inflections."""
    for phrase in synonyms:
        if words := folded_words(phrase, language):
            yield tuple(map(language.stem, words))
            yield (language.stem("".join(words)),)
            yield tuple(_other_stem(language.stem(word), language) for word in words)


def _other_stem(stem: str, language: Language) -> str:
    """Return the stem of a word's other forms where it is another one: "install" of "instal", which "installed" has."""
    if not language.undouble or not stem.endswith("l"):
        return stem
    return stem[:-1] if stem.endswith("ll") else f"{stem}l"


def _read(text: str, language: Language) -> StemmedText:
    tokens = tokenize(text, language)
    content_stems = (stem for stem, cue in zip(tokens.stems, tokens.cues, strict=True) if not cue & NO_MEANING)
    affirmed = frozenset(stem for stem, negated in zip(tokens.stems, tokens.negated, strict=True) if not negated)
    return StemmedText(
        text, tuple(tokens.stems), tuple(dict.fromkeys(content_stems)), affirmed, frozenset(ngrams(tokens.stems))
    )


def _read_reference(text: str, language: Language) -> StemmedText:
    """Return a reference; of one without content words, such as "Yes, we do", all words are compared."""
    reference = _read(text, language)
    return reference if reference.content_stems else replace(reference, content_stems=reference.stems)


def _asks_for_knowledge(question: TokenizedText) -> bool:
    """Return whether a question asks for knowledge and not for experience: no "your", and no past tense."""
    personal = any(cue & (Cue.ASKS_EXPERIENCE | Cue.PAST | Cue.PARTICIPLE) for cue in question.cues)
    return bool(question.find(Cue.ASKS_KNOWLEDGE)) and not personal


def _asks_for_practice(question: TokenizedText) -> bool:
    """Return whether a question asks what somebody would do, or how something is done: not about what happened."""
    told = question.places(Cue.PAST | Cue.PARTICIPLE | Cue.HAVE | Cue.STATE)
    would = question.find(Cue.ASKS_IF)
    # "What would you do if a guest fell?", but not "You designed a system. Would you do it again?"
    return (not told or told[0] > would[0][0]) if would else question.has(Cue.ASKS_HOW) and not told


def _is_list(text: str) -> bool:
    """Return whether a text is a list, by its marks or its brief sentences."""
    sizes = [len(words) for sentence in _SENTENCE_END.split(text) if (words := sentence.split())]
    brief = sum(size <= _BRIEF for size in sizes)
    return len(_ITEM.findall(text)) >= _ITEMS or (brief >= _BRIEF_SENTENCES and 2 * brief > len(sizes))
