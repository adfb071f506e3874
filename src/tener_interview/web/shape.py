"""Request bodies and query strings, declared as dataclasses, each field with the kind of its value:

    @dataclass(frozen=True)
    class Start:
        job_id: int = required(Integer(low=1))
        language: str | None = optional(Text(max_chars=35))

    read(Start, {"job_id": 1})

All errors are reported at once. Unknown fields are ignored, except by a `StrictShape` shape.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import Field, field, fields
from typing import Any, Protocol, TypeVar

from ..errors import Problem
from ..languages.folding import UNSHOWABLE as UNSHOWABLE
from ..languages.folding import UNSHOWABLE_EXCEPT_LINES
from ..lazy_dataclass import dataclass
from ..regex import regex

MAX_INTEGER = 2**63 - 1
#: How many characters of a sent value are repeated in an adjustment.
_EXCERPT_CHARS = 100
#: How many undeclared members are named.
_MAX_UNKNOWN_FIELDS = 10
_EMAIL = regex(r"[^@\s\"<>(),;:\\\[\]]{1,64}@(?=.{1,253}\Z)[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+")

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class AdjustedValue:
    """A value that replaces the one that was sent, or None if it was dropped, and the reason ("must be ...")."""

    value: Any
    reason: str


@dataclass(frozen=True)
class Adjustment:
    """An adjusted field, reported to the sender."""

    field: str
    sent: Any
    taken: Any
    reason: str


class InvalidParts(ValueError):
    """Some parts of a value are invalid: `parts` has the errors by `.name` or `[index]`."""

    def __init__(self, sentence: str, parts: Mapping[str, ValueError]) -> None:
        super().__init__(sentence)
        self.parts = parts


class StrictShape:
    """The base of shapes for documents that people edit: undeclared members are refused, since they are misspelt, and
    every error is reported by its path, such as `questions[2].title`."""


class Kind(Protocol):
    """The kind of a value: how to read it, and its JSON Schema.

    `read` may return an AdjustedValue, and raises ValueError with what would be valid ("must be ...").
    """

    def read(self, value: Any) -> Any: ...

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a valid value."""


@dataclass(frozen=True)
class Integer:
    """An integer; with `from_text`, as in a query string, its digits."""

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
class Number:
    """A finite number, whole or not."""

    low: float
    high: float

    def read(self, value: Any) -> float:
        if type(value) not in (int, float) or not math.isfinite(value) or not self.low <= value <= self.high:
            raise ValueError(f"must be a number from {self.low:g} to {self.high:g}")
        return float(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Boolean:
    """true or false."""

    def read(self, value: Any) -> bool:
        if type(value) is not bool:
            raise ValueError("must be true or false")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Text:
    """Trimmed text. `lines` allows line breaks and tabs; `pattern` must match the whole text."""

    max_chars: int
    min_chars: int = 0
    lines: bool = False
    pattern: str = ""
    #: What the pattern allows, after "must be", and a text that it allows.
    expected: str = ""
    example: str = ""

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be text")
        text = value.strip()
        if not self.min_chars <= len(text) <= self.max_chars:
            raise ValueError(f"must have {self.min_chars} to {self.max_chars} characters")
        if self.min_chars and not any(char.isprintable() and not char.isspace() for char in text):
            raise ValueError("must have visible characters")
        if (UNSHOWABLE_EXCEPT_LINES if self.lines else UNSHOWABLE).search(text):
            raise ValueError("must not contain control or text-direction characters")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValueError(f"must be {self.expected}")
        return text

    def schema(self) -> dict[str, Any]:
        excluded = UNSHOWABLE_EXCEPT_LINES if self.lines else UNSHOWABLE
        pattern = f"^[^{excluded.pattern[1:-1]}]*$"
        more: dict[str, Any] = {"minLength": self.min_chars} if self.min_chars else {}
        more |= {"examples": [self.example]} if self.example else {}
        return {"type": "string", **more, "maxLength": self.max_chars, "pattern": self._whole_pattern() or pattern}

    def _whole_pattern(self) -> str:
        return f"^({self.pattern})$" if self.pattern else ""


@dataclass(frozen=True)
class Email:
    """An e-mail address as people write it; RFC 5321 allows more."""

    def read(self, value: Any) -> str:
        text = Text(max_chars=254).read(value)
        if text and not _EMAIL.fullmatch(text):
            raise ValueError("must be an e-mail address, such as jane@example.com")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}


@dataclass(frozen=True)
class Base64:
    """Bytes encoded as base64 (RFC 4648 section 4)."""

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
        max_chars = (self.max_bytes + 2) // 3 * 4
        return {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": "^[A-Za-z0-9+/]*={0,2}$",
            "maxLength": max_chars,
        }


@dataclass(frozen=True)
class OneOf:
    """One of a fixed set of strings."""

    choices: tuple[str, ...]

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            names = (word if word.isidentifier() else f"“{word}”" for word in self.choices if word.strip())
            raise ValueError(f"must be one of {', '.join(names)}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(word) for word in self.choices]}


@dataclass(frozen=True)
class ListOf:
    """A list of values of one kind; with `from_text`, as in a query string, separated by commas."""

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
        faults: dict[int, ValueError] = {}
        for index, item in enumerate(value):
            try:
                items.append(self.item.read(item))
            except ValueError as fault:
                faults[index] = fault
        if faults:
            first = next(iter(faults))
            parts = {f"[{index}]": error for index, error in faults.items()}
            raise InvalidParts(f"item {first}: {faults[first]}", parts)
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
        result, faults = _read(self.shape, value)
        if faults:
            sentences = "; ".join(f"{name} {fault}" for name, fault in faults.items())
            raise InvalidParts(sentences, {f".{name}": fault for name, fault in faults.items()})
        return result

    def schema(self) -> dict[str, Any]:
        return shape_schema(self.shape)


def required(kind: Kind, description: str = "") -> Any:
    """A required field; `description` says what it is for, if its name does not."""
    return field(metadata={"kind": kind, "required": True, "description": description})


def optional(kind: Kind, default: Any = None, description: str = "") -> Any:
    """A field that may be missing or null, and then has the default."""
    return field(default=default, metadata={"kind": kind, "required": False, "description": description})


def read(
    shape: type[Shape], values: Mapping[str, Any], *, adjustments: list[Adjustment] | None = None
) -> Shape:
    """Validate the values and return them as a `shape`; adjusted values are appended to `adjustments`.

    Raises `VALIDATION_FAILED` with `details.fields`: every invalid field and why.
    """
    result, invalid = _read(shape, values, adjustments)
    if invalid:
        by_name = {name: str(fault) for name, fault in invalid.items()}
        faults = _by_path(invalid) if issubclass(shape, StrictShape) else by_name
        sentences = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        raise Problem("VALIDATION_FAILED", f"The request is not valid: {sentences}.", {"fields": faults})
    checked: Shape = result
    return checked


def validation_errors(shape: type[Any], values: Mapping[str, Any]) -> dict[str, str]:
    """The errors that `read` would report, by field."""
    return {name: str(fault) for name, fault in _read(shape, values)[1].items()}


def _by_path(faults: Mapping[str, ValueError]) -> dict[str, str]:
    messages: dict[str, str] = {}
    for path, fault in faults.items():
        if isinstance(fault, InvalidParts):
            inner = {f"{path}{part}": error for part, error in fault.parts.items()}
            messages |= _by_path(inner)
        else:
            messages[path] = str(fault)
    return messages


def shape_schema(shape: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a shape. Undeclared properties are allowed, and ignored, except in a StrictShape."""
    return {
        "type": "object",
        **({"additionalProperties": False} if issubclass(shape, StrictShape) else {}),
        "required": [declared.name for declared in fields(shape) if declared.metadata["required"]],
        "properties": {declared.name: field_schema(declared) for declared in fields(shape)},
    }


def field_schema(declared: Field[Any]) -> dict[str, Any]:
    """The JSON Schema of one field. An optional one may be null, which means the same as leaving it out."""
    schema: dict[str, Any] = declared.metadata["kind"].schema()
    if not declared.metadata["required"]:
        schema = {"anyOf": [schema, {"type": "null"}]}
        default = list(declared.default) if isinstance(declared.default, tuple) else declared.default
        schema |= {} if default is None else {"default": default}
    return schema | description_schema(declared)


def description_schema(declared: Field[Any]) -> dict[str, Any]:
    """The description of a field as a JSON Schema keyword."""
    return {"description": declared.metadata["description"]} if declared.metadata["description"] else {}


def _read(
    shape: type[Any], values: Mapping[str, Any], adjustments: list[Adjustment] | None = None
) -> tuple[Any, dict[str, ValueError]]:
    values_by_name: dict[str, Any] = {}
    faults: dict[str, ValueError] = {}
    known = {declared.name for declared in fields(shape)}
    if issubclass(shape, StrictShape):
        unknown = [name for name in values if name not in known][:_MAX_UNKNOWN_FIELDS]
        faults |= {name[:_EXCERPT_CHARS]: ValueError("is not known here") for name in unknown}
    for declared in fields(shape):
        value = values.get(declared.name)
        if value is None:
            if declared.metadata["required"]:
                faults[declared.name] = ValueError("is required")
            continue
        try:
            parsed = declared.metadata["kind"].read(value)
        except ValueError as fault:
            faults[declared.name] = fault
            continue
        if isinstance(parsed, AdjustedValue):
            if adjustments is not None:
                adjustments.append(Adjustment(declared.name, excerpt(value), parsed.value, parsed.reason))
            parsed = parsed.value
        if parsed is not None:
            values_by_name[declared.name] = parsed
    return (None if faults else shape(**values_by_name)), faults


def excerpt(value: Any) -> str | int | float | bool | None:
    """A sent value as it is repeated to the sender: numbers and booleans unchanged, anything else as shortened text."""
    if value is None or (isinstance(value, bool | int | float) and abs(value) <= MAX_INTEGER):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_EXCERPT_CHARS]
