"""Values that every database can store: with replacement characters for what PostgreSQL refuses.

PostgreSQL stores neither NUL in a text nor half of a surrogate pair in JSON.
"""

from __future__ import annotations

from typing import Any

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable_text(text: str) -> str:
    """The text without NUL."""
    return text.replace("\0", _REPLACEMENT)


def storable_json(value: Any) -> Any:
    """The JSON value without NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return storable_text(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [storable_json(item) for item in value]
    if isinstance(value, dict):
        return {storable_json(name): storable_json(item) for name, item in value.items()}
    return value
