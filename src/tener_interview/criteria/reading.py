"""Stemmed criteria: what a rule asks for, as stems of a language, to be matched with an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..languages.language import Cue, Language, load_languages
from ..languages.tokens import NO_MEANING, TokenizedText, tokenize
from ..languages.words import folded_words
from .criteria import ExpectedContent

#: Questions, key points and references remembered.
_KEPT = 1_024
_NGRAM = 4
#: The beginning of an item of a list: "- ", "2. ", "b) ".
_ITEM = re.compile(r"(?:^|\s)(?:[-*\u2022\u2013](?=\s|[^\W\d_])|\(?\d{1,2}[.)]\s|\(?[a-h]\)\s)")
_SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\n")
#: Words of a brief sentence, and brief sentences and items of a list.
_BRIEF, _BRIEF_SENTENCES, _ITEMS = 6, 4, 3

#: A keyword's forms: each its stems in order.
Forms = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StemmedText:
    """A question, a wording of a key point, or a reference: its stems in order, those with a meaning, those that are
    not negated, and its sequences of four characters."""

    text: str
    stems: tuple[str, ...]
    meaning: tuple[str, ...]
    affirmed: frozenset[str]
    ngrams: frozenset[str]


@dataclass(frozen=True)
class StemmedCriteria:
    """What a rule asks for, as stems of one language."""

    question: StemmedText
    required: tuple[Forms, ...]
    optional: tuple[Forms, ...]
    #: The wordings of each key point.
    key_points: tuple[tuple[StemmedText, ...], ...]
    references: tuple[StemmedText, ...]
    #: Stems of all keywords, and of all that tells what the answer should be about.
    keywords: frozenset[str]
    vocabulary: frozenset[str]
    #: Words of which one stands for the other, by the keywords' lists.
    synonyms: Mapping[str, frozenset[str]]
    reference_is_list: bool
    #: Whether there is something to compare an answer with, where the question asks for knowledge: "What is …?".
    comparable: bool


@lru_cache(maxsize=_KEPT)
def stem_criteria(asked: ExpectedContent, title: str, code: str) -> StemmedCriteria:
    """Stem what a rule asks for in the language of the answer: stems match only within one language."""
    language = load_languages().get(code)
    points = tuple(tuple(_read(wording, language) for wording in wordings) for wordings in asked.key_points)
    references = tuple(_read(reference, language) for reference in asked.references)
    required, optional = (
        tuple(tuple(dict.fromkeys(_forms(synonyms, language))) for synonyms in keywords)
        for keywords in (asked.required, asked.optional)
    )
    groups = [frozenset(form[0] for form in forms if len(form) == 1) for forms in (*required, *optional)]
    stems = {stem for forms in (*required, *optional) for form in forms for stem in form}
    keywords = frozenset(stem for stem in stems if not language.read(stem)[1] & NO_MEANING)
    texts = [*(wording for wordings in points for wording in wordings), *references]
    return StemmedCriteria(
        _read(title, language), required, optional, points, references, keywords,
        keywords.union(*(text.meaning for text in texts)), {stem: group for group in groups for stem in group},
        any(map(_is_list, asked.references)), bool(asked) or not _asks_for_knowledge(tokenize(title, language)),
    )


def ngrams(stems: Iterable[str]) -> set[str]:
    """Every sequence of four characters."""
    line = " ".join(stems)
    return {line[place : place + _NGRAM] for place in range(len(line) - _NGRAM + 1)}


def _forms(synonyms: Sequence[str], language: Language) -> Iterable[tuple[str, ...]]:
    """The ways to say a keyword, by stems: as it is written, and as one word."""
    for phrase in synonyms:
        if words := folded_words(phrase, language):
            yield tuple(map(language.stem, words))
            yield (language.stem("".join(words)),)


def _read(text: str, language: Language) -> StemmedText:
    tokens = tokenize(text, language)
    meaning = (stem for stem, cue in zip(tokens.stems, tokens.cues, strict=True) if not cue & NO_MEANING)
    affirmed = frozenset(stem for stem, negated in zip(tokens.stems, tokens.negated, strict=True) if not negated)
    return StemmedText(
        text, tuple(tokens.stems), tuple(dict.fromkeys(meaning)), affirmed, frozenset(ngrams(tokens.stems))
    )


def _asks_for_knowledge(question: TokenizedText) -> bool:
    """Whether a question asks what somebody knows, not what somebody did: no "your", and nothing past."""
    personal = any(cue & (Cue.YOUR | Cue.PAST | Cue.PARTICIPLE) for cue in question.cues)
    return bool(question.find(Cue.KNOWLEDGE)) and not personal


def _is_list(text: str) -> bool:
    """Whether a text is a list, by its marks or by how brief its sentences are."""
    sizes = [len(words) for sentence in _SENTENCE_END.split(text) if (words := sentence.split())]
    brief = sum(size <= _BRIEF for size in sizes)
    return len(_ITEM.findall(text)) >= _ITEMS or (brief >= _BRIEF_SENTENCES and 2 * brief > len(sizes))
