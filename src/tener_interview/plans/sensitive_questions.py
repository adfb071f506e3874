"""Questions that the law of many countries forbids in an interview, or that invite bias: find them in a text.

The topics, their phrases (`phrases.py`) and what may be asked instead are in `sensitive_questions.json`. The phrases
of all languages are tried, since nobody says in which language a question is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..criteria.node import Node
from ..lazy_dataclass import dataclass
from .phrases import BOUNDARY, Phrase, PhraseFinder, parse_phrase, split_words

LANGUAGES = ("en", "de", "es", "fr", "pt", "ru")

_DATA = Path(__file__).with_name("sensitive_questions.json")
_KEYS = ("id", "instead", "phrases", "exceptions")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\ufeff"))
#: How many words before a match an exception may begin.
_EXCEPTION_REACH = 6


@dataclass(frozen=True)
class SensitiveMatch:
    """A place in a text that asks about something an employer should not ask about.

    `topic` is the id of the topic, `phrase` the words as they stand in the text, `language` that of the phrase, and
    `instead` a sentence that says what is wrong and what may be asked instead.
    """

    topic: str
    phrase: str
    language: str
    instead: str


@dataclass(frozen=True)
class SensitiveTopic:
    """A topic with its phrases and exceptions by language. A match that overlaps an exception does not count."""

    topic_id: str
    instead: str
    phrases: Mapping[str, tuple[Phrase, ...]]
    exceptions: Mapping[str, tuple[Phrase, ...]]


@dataclass(frozen=True)
class _Span:
    """A match from one word to before another."""

    start: int
    end: int
    topic: SensitiveTopic
    language: str


def find_sensitive(text: str) -> tuple[SensitiveMatch, ...]:
    """The places of a text that ask about age, family, health, origin and the like, in the order of the text.

    The same words on the same topic are reported once. Takes time in proportion to the length of the text.
    """
    visible = text.translate(_INVISIBLE)
    words = list(split_words(visible))
    matches: dict[tuple[str, str], SensitiveMatch] = {}
    for span in _longest_of_each_topic(_spans([word.folded for word in words])):
        inside = [word for word in words[span.start : span.end] if word.folded != BOUNDARY]
        phrase = visible[inside[0].start : inside[-1].end]
        match = SensitiveMatch(span.topic.topic_id, phrase, span.language, span.topic.instead)
        matches.setdefault((match.topic, phrase.casefold()), match)
    return tuple(matches.values())


@cache
def sensitive_topics() -> tuple[SensitiveTopic, ...]:
    """The topics of `sensitive_questions.json`."""
    return read_topics(json.loads(_DATA.read_text("utf-8")))


def read_topics(data: Any) -> tuple[SensitiveTopic, ...]:
    """Read the topics from their JSON. Raises ValueError with every fault and its JSON path, one a line."""
    faults: list[str] = []
    document = Node(data, "$", faults).object()
    _refuse_unknown(document, ("topics",))
    topics = tuple(_read_topic(node) for node in document.member("topics").required().items())
    ids = [topic.topic_id for topic in topics]
    faults.extend(f"$.topics: {topic_id} is given twice" for topic_id in sorted({i for i in ids if ids.count(i) > 1}))
    if faults:
        raise ValueError("\n".join(faults))
    return topics


def _read_topic(node: Node) -> SensitiveTopic:
    topic = node.required().object()
    _refuse_unknown(topic, _KEYS)
    return SensitiveTopic(
        topic_id=topic.member("id").required().text(),
        instead=topic.member("instead").required().text(),
        phrases=_read_languages(topic.member("phrases"), at_least=1),
        exceptions=_read_languages(topic.member("exceptions"), at_least=0),
    )


def _read_languages(node: Node, at_least: int) -> dict[str, tuple[Phrase, ...]]:
    languages = node.required().object()
    _refuse_unknown(languages, LANGUAGES)
    return {language: _read_phrases(languages.member(language), at_least) for language in LANGUAGES}


def _read_phrases(node: Node, at_least: int) -> tuple[Phrase, ...]:
    items = node.required().items()
    if node.is_present and len(items) < at_least:
        node.fault("must not be empty")
    return tuple(phrase for item in items for phrase in _read_phrase(item))


def _read_phrase(node: Node) -> Iterator[Phrase]:
    written = node.required().text()
    if written:
        try:
            yield parse_phrase(written)
        except ValueError as error:
            node.fault(str(error))


def _refuse_unknown(node: Node, allowed: Sequence[str]) -> None:
    for key in sorted(set(node.value) - set(allowed)):
        node.member(key).fault("is not known")


@dataclass(frozen=True)
class _Finders:
    """The phrases of all topics and languages, and what each stands for, in the same order."""

    phrases: PhraseFinder
    owners: tuple[tuple[SensitiveTopic, str], ...]
    exceptions: PhraseFinder
    exception_topics: tuple[str, ...]


@cache
def _finders() -> _Finders:
    phrases = [
        (phrase, (topic, language)) for topic in sensitive_topics()
        for language, phrases in topic.phrases.items() for phrase in phrases
    ]
    exceptions = [
        (phrase, topic.topic_id) for topic in sensitive_topics()
        for phrases in topic.exceptions.values() for phrase in phrases
    ]
    return _Finders(
        phrases=PhraseFinder([phrase for phrase, _ in phrases]),
        owners=tuple(owner for _, owner in phrases),
        exceptions=PhraseFinder([phrase for phrase, _ in exceptions]),
        exception_topics=tuple(topic_id for _, topic_id in exceptions),
    )


def _spans(folded: Sequence[str]) -> Iterator[_Span]:
    finders = _finders()
    known = finders.phrases.mask_other_words(folded)
    known_exceptions = finders.exceptions.mask_other_words(folded)
    for start in range(len(known)):
        for phrase_index, end in finders.phrases.ends(known, start):
            topic, language = finders.owners[phrase_index]
            if topic.topic_id not in _exceptions_around(known_exceptions, start, end):
                yield _Span(start, end, topic, language)


def _exceptions_around(words: Sequence[str], start: int, end: int) -> set[str]:
    """The topics with an exception that overlaps the words from `start` to before `end`."""
    finders = _finders()
    return {
        finders.exception_topics[exception_index]
        for at in range(max(start - _EXCEPTION_REACH, 0), end)
        for exception_index, exception_end in finders.exceptions.ends(words, at)
        if exception_end > start
    }


def _longest_of_each_topic(spans: Iterable[_Span]) -> list[_Span]:
    """Of overlapping matches of a topic the one that begins first, and of those the longest."""
    kept: list[_Span] = []
    end_of_topic: dict[str, int] = {}
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= end_of_topic.get(span.topic.topic_id, 0):
            kept.append(span)
            end_of_topic[span.topic.topic_id] = span.end
    return kept
