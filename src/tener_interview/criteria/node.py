"""Node: a value in a JSON document that is read strictly and collects the document's faults."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from dataclasses import field
from typing import Any

from ..lazy_dataclass import dataclass


@dataclass(frozen=True)
class Node:
    """A value, its JSON path (`$.defaults.weights`), and the list of faults of the whole document.

    `looked_for` collects the paths of all members that were read, whether they exist or not. Every reader returns its
    default if the value is missing (absent or null) or invalid, so that parsing continues and finds all faults.
    """

    value: Any
    path: str
    faults: list[str]
    looked_for: set[str] = field(default_factory=set)

    @property
    def is_present(self) -> bool:
        return self.value is not None

    def fault(self, sentence: str) -> None:
        """Record what is wrong with this value."""
        self.faults.append(f"{self.path}: {sentence}")

    def required(self) -> Node:
        """Return the node itself; a missing value is a fault."""
        if not self.is_present:
            self.fault("must be given")
        return self

    def object(self) -> Node:
        """Return the node as an object; an empty one, with optional members, if it is not an object."""
        if self.is_present and not isinstance(self.value, dict):
            self.fault(f"must be an object (it is {shown(self.value)})")
        return self if isinstance(self.value, dict) else Node({}, self.path, [], self.looked_for)

    def member(self, key: str) -> Node:
        """Return a member of this object; a missing one has the value None."""
        path = f"{self.path}.{key}"
        self.looked_for.add(path)
        return Node(self.value.get(key), path, self.faults, self.looked_for)

    def items(self) -> list[Node]:
        """Return the items of this list."""
        if self.is_present and not isinstance(self.value, list):
            self.fault(f"must be a list (it is {shown(self.value)})")
        values = self.value if isinstance(self.value, list) else []
        return [
            Node(value, f"{self.path}[{index}]", self.faults, self.looked_for) for index, value in enumerate(values)
        ]

    def read_part(self) -> Any:
        """Return the value without members that were not read, such as comments, and with 1.0 as 1."""
        if isinstance(self.value, dict):
            members = ((key, f"{self.path}.{key}") for key in self.value)
            return {
                key: Node(self.value[key], path, [], self.looked_for).read_part()
                for key, path in members if path in self.looked_for and self.value[key] is not None
            }
        if isinstance(self.value, list):
            return [item.read_part() for item in self.items()]
        whole = isinstance(self.value, float) and self.value.is_integer()
        return int(self.value) if whole else self.value

    def texts(self) -> tuple[str, ...]:
        """Read a list of texts, none of them blank."""
        return tuple(text for item in self.items() if (text := item.required().text()))

    def text(self, default: str = "") -> str:
        """Read a text that is not blank, stripped."""
        if not self.is_present:
            return default
        if not isinstance(self.value, str) or not self.value.strip() or not _is_encodable(self.value):
            self.fault(f"must be a text that is not empty (it is {shown(self.value)})")
            return default
        return self.value.strip()

    def choice(self, choices: Collection[str], default: str) -> str:
        """Read one of the known words."""
        if self.is_present and (not isinstance(self.value, str) or self.value not in choices):
            self.fault(f"must be one of {', '.join(choices)} (it is {shown(self.value)})")
            return default
        return self.value if self.is_present else default

    def number(self, default: float, high: float | None = None) -> float:
        """Read a finite number from 0 up, or from 0 to `high`."""
        if not self.is_present:
            return default
        value = _finite(self.value)
        if value is None or value < 0 or (high is not None and value > high):
            range_ = "from 0 up" if high is None else f"from 0 to {high:g}"
            self.fault(f"must be a number {range_} (it is {shown(self.value)})")
            return default
        return value

    def whole(self, default: int, high: int) -> int:
        """Read a whole number from 0 to `high`, such as 90 or 90.0."""
        if not self.is_present:
            return default
        value = _finite(self.value)
        if value is None or not value.is_integer() or not 0 <= value <= high:
            self.fault(f"must be a whole number from 0 to {high} (it is {shown(self.value)})")
            return default
        return int(value)

    def version(self, default: str | None = None) -> str:
        """A version: a text or a number, kept as text; required unless there is a default."""
        if not self.is_present and default is not None:
            return default
        if _finite(self.value) is not None:
            return str(self.value)
        return self.required().text()


def shown(value: Any) -> str:
    """A value in a fault: short, whatever it is."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _is_encodable(text: str) -> bool:
    """Half of a surrogate pair is text to JSON but can be neither stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
