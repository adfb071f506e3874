"""Kinds of values that machines send almost right: taken for what they mean, and said so; see `shape`.

What is refused is what would be wrong to guess.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ..languages.tags import language_tag
from .shape import UNSHOWABLE, Adjusted, Flag, Integer, Kind, Text

_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


#: Up to here every whole number is one float (IEEE 754, binary64).
_EXACT = 2**53


@dataclass(frozen=True)
class WholeNumber:
    """A whole number from `low` up, also as its digits in text, or written as 42.0."""

    low: int = 0

    def read(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
            value = int(value)
        text = value.strip() if isinstance(value, str) else value
        return Integer(self.low, from_text=True).read(text)

    def schema(self) -> dict[str, Any]:
        return Integer(self.low).schema()


@dataclass(frozen=True)
class YesOrNo(Flag):
    """true or false, also as these words in text."""

    def read(self, value: Any) -> Any:
        if _blank(value):
            return None
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in ("true", "false"):
            return Adjusted(word == "true", "must be true or false, without quotation marks")
        return super().read(value)


@dataclass(frozen=True)
class Clamped:
    """A number, or its digits in text, brought into a range: a whole one, and not less than what was asked for."""

    low: int
    high: int

    def read(self, value: Any) -> int | Adjusted | None:
        if _blank(value):
            return None
        if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
            value = float(value)
        if type(value) not in (int, float):
            raise ValueError(f"must be a number from {self.low} to {self.high}")
        taken = math.ceil(max(self.low, min(value, self.high)))
        return taken if taken == value else Adjusted(taken, f"must be a whole number from {self.low} to {self.high}")

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Language:
    """A language by its tag, as a locale or in a word, English or its own."""

    def read(self, value: Any) -> str | Adjusted | None:
        if _blank(value):
            return None
        tag = language_tag(value) if isinstance(value, str) else None
        if tag is None:
            raise ValueError("must be a language, as a tag such as en or pt-BR, or in a word")
        same = value.strip().replace("_", "-").casefold() == tag.casefold()
        return tag if same else Adjusted(tag, "is known by this tag")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 60}


@dataclass(frozen=True)
class OrLeftOut:
    """A value that the rest can do without: one that cannot be read is left out."""

    kind: Kind

    def read(self, value: Any) -> Any:
        if _blank(value):
            return None
        try:
            return self.kind.read(value)
        except ValueError as fault:
            return Adjusted(None, f"{fault}, and was left out")

    def schema(self) -> dict[str, Any]:
        return self.kind.schema()


@dataclass(frozen=True)
class Faulty:
    """One of many that cannot be read: what was sent for it, and what is wrong ("must be ...")."""

    sent: Any
    fault: str


@dataclass(frozen=True)
class OrFaulty:
    """One of many, of which one that cannot be read should not keep the others from being read."""

    kind: Kind

    def read(self, value: Any) -> Any:
        try:
            return self.kind.read(value)
        except ValueError as fault:
            return Faulty(value, str(fault))

    def schema(self) -> dict[str, Any]:
        return self.kind.schema()


@dataclass(frozen=True)
class Name:
    """What somebody is called, on one line, without what cannot be shown; one that is too long is cut."""

    max_chars: int

    def read(self, value: Any) -> str | Adjusted:
        if not isinstance(value, str):
            raise ValueError("must be text")
        shown = UNSHOWABLE.sub(lambda found: " " if found[0].isspace() else "", value).strip()
        taken = shown[: self.max_chars].strip()
        if taken != shown:
            return Adjusted(taken, f"has more than {self.max_chars} characters, and was cut")
        return taken if taken == value.strip() else Adjusted(taken, "had characters that cannot be shown")

    def schema(self) -> dict[str, Any]:
        return Text(self.max_chars).schema()


def _blank(value: Any) -> bool:
    """Whether a text says nothing, which is the same as leaving it out."""
    return isinstance(value, str) and not value.strip()
