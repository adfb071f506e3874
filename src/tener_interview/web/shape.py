"""What a body or a query string must look like, declared as a dataclass of kinds.

    @dataclass(frozen=True)
    class Start:
        job_id: int = required(Integer(low=1))
        language: str | None = optional(Text(max_chars=35))

    read(Start, {"job_id": 1})

Faults are collected, so that a caller learns of all of them at once. Fields that are not declared are ignored.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Protocol, TypeVar

from ..errors import Problem

MAX_INTEGER = 2**63 - 1
#: Of what was sent, so much is told back.
_TOLD_CHARS = 100
#: C0 and C1 controls, and the characters that turn the direction of text around what follows (Unicode UAX #9).
UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UNSHOWABLE_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\\[\]]{1,64}@(?=.{1,253}\Z)[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+")

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Adjusted:
    """A value that is taken in place of the one that was sent, None for leaving it out, and why ("must be ...")."""

    value: Any
    reason: str


@dataclass(frozen=True)
class Adjustment:
    """The same of a field, for whoever sent it."""

    field: str
    sent: Any
    taken: Any
    reason: str


class Kind(Protocol):
    """How one value is read, which may be Adjusted. Raises ValueError that says what is right ("must be ...")."""

    def read(self, value: Any) -> Any: ...

    def schema(self) -> dict[str, Any]:
        """The same in the words of JSON Schema."""


@dataclass(frozen=True)
class Integer:
    """A whole number; in a query string, its digits."""

    low: int = 0
    high: int = MAX_INTEGER
    from_text: bool = False

    def read(self, value: Any) -> int:
        if self.from_text and isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value, re.ASCII):
            value = int(value)
        if type(value) is not int or not self.low <= value <= self.high:
            raise ValueError(f"must be a whole number from {self.low} to {self.high}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def read(self, value: Any) -> bool:
        if type(value) is not bool:
            raise ValueError("must be true or false")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Text:
    """Text, trimmed; `lines` allows line breaks and tabs; `pattern` must match the whole."""

    max_chars: int
    min_chars: int = 0
    lines: bool = False
    pattern: str = ""
    #: The pattern in words.
    words: str = ""

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be text")
        text = value.strip()
        if not self.min_chars <= len(text) <= self.max_chars:
            raise ValueError(f"must have {self.min_chars} to {self.max_chars} characters")
        if (_UNSHOWABLE_BUT_LINES if self.lines else UNSHOWABLE).search(text):
            raise ValueError("must not contain control or text-direction characters")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValueError(f"must be {self.words}")
        return text

    def schema(self) -> dict[str, Any]:
        kept = _UNSHOWABLE_BUT_LINES if self.lines else UNSHOWABLE
        showable = f"^[^{kept.pattern[1:-1]}]*$"
        bounds = {"minLength": self.min_chars} if self.min_chars else {}
        return {"type": "string", **bounds, "maxLength": self.max_chars, "pattern": self._whole() or showable}

    def _whole(self) -> str:
        return f"^({self.pattern})$" if self.pattern else ""


@dataclass(frozen=True)
class Email:
    """An e-mail address, as it is written by people: not every address that RFC 5321 would allow."""

    def read(self, value: Any) -> str:
        text = Text(max_chars=254).read(value)
        if text and not _EMAIL.fullmatch(text):
            raise ValueError("must be an e-mail address, such as jane@example.com")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}


@dataclass(frozen=True)
class Base64:
    """Bytes, written as base64 (RFC 4648 section 4)."""

    max_bytes: int

    def read(self, value: Any) -> bytes:
        try:
            content = base64.b64decode(value, validate=True) if isinstance(value, str) else None
        except ValueError:
            content = None
        if content is None or len(content) > self.max_bytes:
            raise ValueError(f"must be base64 of at most {self.max_bytes} bytes")
        return content

    def schema(self) -> dict[str, Any]:
        most = (self.max_bytes + 2) // 3 * 4
        return {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/]*={0,2}$", "maxLength": most}


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            told = (word if word.isidentifier() else f"“{word}”" for word in self.words if word.strip())
            raise ValueError(f"must be one of {', '.join(told)}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(word) for word in self.words]}


@dataclass(frozen=True)
class ListOf:
    """A list of values of one kind; in a query string, if `from_text`, with commas between them."""

    item: Kind
    min_items: int
    max_items: int
    from_text: bool = False

    def read(self, value: Any) -> tuple[Any, ...]:
        if self.from_text and isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list) or not self.min_items <= len(value) <= self.max_items:
            raise ValueError(f"must be a list of {self.min_items} to {self.max_items} items")
        items = []
        for index, each in enumerate(value):
            try:
                items.append(self.item.read(each))
            except ValueError as fault:
                raise ValueError(f"item {index}: {fault}") from None
        return tuple(items)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array", "items": self.item.schema(), "minItems": self.min_items, "maxItems": self.max_items,
        }


@dataclass(frozen=True)
class Object:
    """A JSON object of a declared shape."""

    shape: type[Any]

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("must be a JSON object")
        made, faults = _read(self.shape, value)
        if faults:
            raise ValueError("; ".join(f"{name} {fault}" for name, fault in faults.items()))
        return made

    def schema(self) -> dict[str, Any]:
        return shape_schema(self.shape)


def required(kind: Kind, words: str = "") -> Any:
    """A field that must be there. `words` say what it is for, where its name does not."""
    return field(metadata={"kind": kind, "required": True, "words": words})


def optional(kind: Kind, default: Any = None, words: str = "") -> Any:
    """A field that may be missing or null, and then has the default."""
    return field(default=default, metadata={"kind": kind, "required": False, "words": words})


def read(
    shape: type[Shape], values: Mapping[str, Any], *, adjustments: list[Adjustment] | None = None
) -> Shape:
    """The values as a `shape`; what was taken in place of what was sent is added to `adjustments`.

    Raises `VALIDATION_FAILED` with `details.fields`: every faulty field and why.
    """
    made, faults = _read(shape, values, adjustments)
    if faults:
        listed = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        raise Problem("VALIDATION_FAILED", f"The request is not valid: {listed}.", {"fields": faults})
    good: Shape = made
    return good


def faults_of(shape: type[Any], values: Mapping[str, Any]) -> dict[str, str]:
    """What `read` would say is wrong with the values, field by field."""
    return _read(shape, values)[1]


def shape_schema(shape: type[Any]) -> dict[str, Any]:
    """A shape in the words of JSON Schema; what is not declared is ignored, and so may be there."""
    return {
        "type": "object",
        "required": [each.name for each in fields(shape) if each.metadata["required"]],
        "properties": {each.name: field_schema(each) for each in fields(shape)},
    }


def field_schema(declared: Field[Any]) -> dict[str, Any]:
    """One field of a shape. An optional one may be null, which says the same as leaving it out."""
    schema: dict[str, Any] = declared.metadata["kind"].schema()
    if not declared.metadata["required"]:
        schema = {"anyOf": [schema, {"type": "null"}]}
        schema |= {} if declared.default is None else {"default": declared.default}
    return schema | meaning_of(declared)


def meaning_of(declared: Field[Any]) -> dict[str, Any]:
    """What a field is for, as JSON Schema says it."""
    return {"description": declared.metadata["words"]} if declared.metadata["words"] else {}


def _read(
    shape: type[Any], values: Mapping[str, Any], adjustments: list[Adjustment] | None = None
) -> tuple[Any, dict[str, str]]:
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for each in fields(shape):
        given = values.get(each.name)
        if given is None:
            if each.metadata["required"]:
                faults[each.name] = "is required"
            continue
        try:
            taken = each.metadata["kind"].read(given)
        except ValueError as fault:
            faults[each.name] = str(fault)
            continue
        if isinstance(taken, Adjusted):
            if adjustments is not None:
                adjustments.append(Adjustment(each.name, told(given), taken.value, taken.reason))
            taken = taken.value
        if taken is not None:
            found[each.name] = taken
    return (None if faults else shape(**found)), faults


def told(sent: Any) -> str | int | float | bool | None:
    """What was sent, as it is told back: a number as it is, and of anything else no more than a person reads."""
    if sent is None or (isinstance(sent, bool | int | float) and abs(sent) <= MAX_INTEGER):
        return sent
    text = sent if isinstance(sent, str) else json.dumps(sent, ensure_ascii=False)
    return text[:_TOLD_CHARS]
