"""Examples of what a schema describes: the examples it names itself, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_BY_FORMAT = {
    "date-time": "2026-01-31T09:30:00.000Z",
    "email": "jane.doe@example.com",
    "uri": "https://interview.example.com/i/…",
}
_BY_TYPE: dict[str, Any] = {"string": "…", "boolean": False, "null": None, "number": 71.5, "integer": 1}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value that the schema allows, the same one every time. `components` are what it may refer to."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components)
    for known in ("examples", "enum"):
        if schema.get(known):
            return schema[known][0]
    if "default" in schema:
        return schema["default"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example_of(each, components) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], components)]
    if kind == "integer":
        return max(schema.get("minimum", 1), 1)
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])
