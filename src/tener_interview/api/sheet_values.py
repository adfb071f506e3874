"""Stored values in words, for the page of a data sheet: labels of codes, dates and numbers in the reader's form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from html import escape
from typing import Any

from ..domain.privacy.data_sheet import RecordedEvent, Sentence, StoredValue, is_time, named_values
from ..domain.privacy.sheet_words import CODES, EVENTS, LABELS, WORDS, YES_NO
from ..languages.dates import date_in_words
from ..regex import regex
from ..system.clock import local_time
from .consents import LANGUAGE_NAMES
from .desk_texts import DESK_TEXTS, DeskWords
from .page_constants import labels

#: A time as answers of the API have it.
_ISO_TIME = regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_NAME = regex(r"[a-z]+(?:_[a-z]+)*")
_DECIMAL_MARKS = {"en": "."}


class SheetValues:
    """Shows the names and values of a data sheet as HTML, in the language of a page."""

    def __init__(self, words: DeskWords) -> None:
        self._words = words

    def show(self, value: str | Sentence | StoredValue | RecordedEvent) -> str:
        """Return a sentence, an event or a stored value in words."""
        if isinstance(value, Sentence):
            return self._words.translate(value.text, **{name: self._plain(part) for name, part in value.values.items()})
        if isinstance(value, RecordedEvent):
            return escape(self._event(value))
        return escape(self._plain(value))

    def name(self, name: str | Sentence | StoredValue) -> str:
        """Return what a value is."""
        return self._words.translate(name) if isinstance(name, str) else self.show(name)

    def _plain(self, value: object) -> str:
        return self._stored(value.column, value.value) if isinstance(value, StoredValue) else str(value)

    def _event(self, event: RecordedEvent) -> str:
        who = self._code("source", event.caused_by)
        text = EVENTS.get(event.event)
        what = self._text(text).format(who=who) if text else f"{_as_words(event.event)} ({who})"
        details = self._stored("", event.details)
        return f"{what} ({details})" if details else what

    def _stored(self, column: str, value: Any) -> str:
        if is_time(column, value):
            return self._time(local_time(value, UTC))
        if isinstance(value, bool) or (column in YES_NO and value in (0, 1)):
            return self._text("yes" if value else "no")
        if isinstance(value, float):
            return f"{value:g}".replace(".", _DECIMAL_MARKS.get(self._words.language, ","))
        if isinstance(value, Mapping):
            return "; ".join(
                f"{self._label(name)}: {self._stored(name, part)}"
                for name, part in value.items() if part not in (None, "", [], {})
            )
        if isinstance(value, (list, tuple)):
            return ", ".join(self._stored(column, part) for part in value)
        return self._string(column, value) if isinstance(value, str) else str(value)

    def _string(self, column: str, value: str) -> str:
        if pairs := named_values(value):
            return self._stored(column, pairs)
        if _ISO_TIME.fullmatch(value):
            return self._time(datetime.fromisoformat(value))
        if value[:1] in ("{", "["):
            try:
                return self._stored(column, json.loads(value))
            except ValueError:
                return value
        if column == "language":
            return self._text(LANGUAGE_NAMES.get(value, value))
        return self._code(column, value)

    def _code(self, column: str, code: str) -> str:
        """Return the label of a code, or a sentence of the service, in the language of the page; else it stays."""
        kind = CODES.get(column, "")
        if kind in LABELS:
            return self._text(LABELS[kind].get(code, code))
        label = self._labels.get(kind, {}).get(code)
        if label is not None:
            return str(label["label"] if isinstance(label, Mapping) else label)
        return DESK_TEXTS.translate_api_sentence(code, self._words.language) or code

    def _label(self, name: str) -> str:
        return self._labels["dimensions"].get(name) or self._text(WORDS.get(name) or _as_words(name))

    def _time(self, at: datetime) -> str:
        return date_in_words(at, self._words.language)

    def _text(self, text: str) -> str:
        return DESK_TEXTS.translate(text, self._words.language)

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, Any]]:
        return labels(self._words.language)


def _as_words(name: str) -> str:
    """Return a name in words; an id, such as that of a question, stays as it is."""
    return name.replace("_", " ").capitalize() if _NAME.fullmatch(name) else name
