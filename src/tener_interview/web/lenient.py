"""Kinds for values that programs often send slightly wrong. They are corrected if the meaning is certain, and the
correction is reported."""

from __future__ import annotations

import math
import re
from typing import Any

from ..languages.tags import language_tag
from ..lazy_dataclass import dataclass
from ..regex import regex
from .shape import UNSHOWABLE, AdjustedValue, Boolean, Integer, Kind, Text

_DECIMAL = regex(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


#: Up to here every integer is exact as a float (IEEE 754, binary64).
_EXACT = 2**53


@dataclass(frozen=True)
class LenientInteger:
    """An integer from `low` up; its digits in text, and 42.0, are accepted too."""

    low: int = 0

    def read(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
            value = int(value)
        text = value.strip() if isinstance(value, str) else value
        return Integer(self.low, from_text=True).read(text)

    def schema(self) -> dict[str, Any]:
        return Integer(self.low).schema()


@dataclass(frozen=True)
class LenientBoolean(Boolean):
    """true or false; the words in text are accepted too."""

    def read(self, value: Any) -> Any:
        if _is_blank(value):
            return None
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in ("true", "false"):
            return AdjustedValue(word == "true", "must be true or false, without quotation marks")
        return super().read(value)


@dataclass(frozen=True)
class ClampedInteger:
    """An integer within a range. Numbers in text are accepted, fractions are rounded up, and numbers out of range are
    clamped."""

    low: int
    high: int

    def read(self, value: Any) -> int | AdjustedValue | None:
        if _is_blank(value):
            return None
        if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
            value = float(value)
        if type(value) not in (int, float):
            raise ValueError(f"must be a number from {self.low} to {self.high}")
        adjusted = math.ceil(max(self.low, min(value, self.high)))
        return (
            adjusted
            if adjusted == value
            else AdjustedValue(adjusted, f"must be a whole number from {self.low} to {self.high}")
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class LanguageTag:
    """A language by its tag, its locale, or its name in English or in that language."""

    def read(self, value: Any) -> str | AdjustedValue | None:
        if _is_blank(value):
            return None
        tag = language_tag(value) if isinstance(value, str) else None
        if tag is None:
            raise ValueError("must be a language, as a tag such as en or pt-BR, or in a word")
        is_same_tag = value.strip().replace("_", "-").casefold() == tag.casefold()
        return tag if is_same_tag else AdjustedValue(tag, "is known by this tag")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 60}


@dataclass(frozen=True)
class OmittedIfInvalid:
    """An optional value; an invalid one is dropped and reported."""

    kind: Kind

    def read(self, value: Any) -> Any:
        if _is_blank(value):
            return None
        try:
            return self.kind.read(value)
        except ValueError as fault:
            return AdjustedValue(None, f"{fault}, and was left out")

    def schema(self) -> dict[str, Any]:
        return self.kind.schema()


@dataclass(frozen=True)
class InvalidValue:
    """An invalid item: what was sent, and the error ("must be ...")."""

    sent: Any
    fault: str


@dataclass(frozen=True)
class ItemOrError:
    """An item of a list. An invalid one becomes an InvalidValue, so that the other items can be processed."""

    kind: Kind

    def read(self, value: Any) -> Any:
        try:
            return self.kind.read(value)
        except ValueError as fault:
            return InvalidValue(value, str(fault))

    def schema(self) -> dict[str, Any]:
        return self.kind.schema()


@dataclass(frozen=True)
class PersonName:
    """A person's name on one line. Characters that cannot be displayed are removed; a name that is too long is cut."""

    max_chars: int

    def read(self, value: Any) -> str | AdjustedValue:
        if not isinstance(value, str):
            raise ValueError("must be text")
        cleaned = UNSHOWABLE.sub(lambda match: " " if match[0].isspace() else "", value).strip()
        adjusted = cleaned[: self.max_chars].strip()
        if adjusted != cleaned:
            return AdjustedValue(adjusted, f"has more than {self.max_chars} characters, and was cut")
        return adjusted if adjusted == value.strip() else AdjustedValue(adjusted, "had characters that cannot be shown")

    def schema(self) -> dict[str, Any]:
        return Text(self.max_chars).schema()


def _is_blank(value: Any) -> bool:
    """Whether a value is blank text, which counts as left out."""
    return isinstance(value, str) and not value.strip()
