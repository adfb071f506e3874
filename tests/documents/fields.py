"""JSON Schema in words: tables of fields for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.table import table

Schema = Mapping[str, Any]
NULL: Schema = {"type": "null"}
Row = tuple[str, str, str]

#: Numbers from here on are bounds of the machine and not of the matter.
_BEYOND = 2**53 - 1
_FORMATS = {"date-time": "time", "email": "e-mail address", "uri": "address"}
_TYPES = {"string": "text", "boolean": "true or false", "null": "null", "integer": "whole number"}


@dataclass(frozen=True)
class Objects:
    """The named objects of a description; `shared` are those that are described by themselves, and linked to.

    A response has all its fields, but for those that say otherwise; of a body (`asked`), only what is required.
    """

    schemas: Mapping[str, Schema]
    shared: Sequence[str]
    asked: bool = False

    def described(self, name: str) -> Iterator[str]:
        """What a shared object is, and its fields."""
        schema = self.schemas[name]
        if "description" in schema:
            yield schema["description"]
        yield table(("field", "", ""), self._fields(schema))

    def rows(self, schema: Schema) -> list[Row]:
        """The fields of an object, and of objects in it that are not shared: `provider.name`."""
        return list(self._fields(self._followed(schema)))

    def link(self, schema: Schema) -> str:
        """Where a shared object is described; nothing for any other."""
        name = _ref(schema)
        return f"[{name}](#{name.lower()})" if name in self.shared else ""

    def meaning(self, schema: Schema) -> str:
        """What an object says of itself."""
        description: str = self._followed(schema).get("description", "")
        return description

    def parameter(self, parameter: Mapping[str, Any]) -> Iterator[Row]:
        """A parameter of the query."""
        yield self._row(parameter["name"], parameter["schema"], required=parameter["required"])

    def _fields(self, schema: Schema, prefix: str = "") -> Iterator[Row]:
        for name, item in schema.get("properties", {}).items():
            yield self._row(prefix + name, item, required=name in schema.get("required", ()))
            inner, mark = self._inside(item)
            yield from self._fields(inner, f"{prefix}{name}{mark}.")

    def _inside(self, schema: Schema) -> tuple[Schema, str]:
        """The object within a field, unless it is shared, and how it is written: `[]` for those in a list."""
        found = _without_null(schema)
        if found.get("type") == "array":
            inner, mark = self._inside(found["items"])
            return inner, f"[]{mark}"
        return ({} if self.link(found) else self._followed(found)), ""

    def _row(self, name: str, schema: Schema, *, required: bool) -> Row:
        found = _without_null(schema)
        words = [self._kind(schema)]
        if self.asked == required:
            words.append("**required**" if required else "*not always*")
        default = schema.get("default", found.get("default"))
        words += [f"default `{default}`".replace("False", "false")] if default not in (None, "") else []
        description = schema.get("description") or ("" if self.link(found) else self.meaning(found))
        return f"`{name}`", ", ".join(words), description

    def _kind(self, schema: Schema) -> str:
        if "anyOf" in schema:
            either = [item for item in schema["anyOf"] if item != NULL or not self.asked]
            return " or ".join(self._kind(item) for item in either)
        if "$ref" in schema:
            return self.link(schema) or "object"
        if "enum" in schema:
            return " ".join(f"`{item}`" for item in schema["enum"] if item is not None) + _or_null(schema)
        types = schema.get("type", "anything")
        return self._plain(types[0] if isinstance(types, list) else types, schema) + _or_null(schema)

    def _plain(self, kind: str, schema: Schema) -> str:
        if kind == "array":
            return f"list of {self._kind(schema['items'])}{_bounds(schema, 'Items', ' (', ' of them)')}"
        if kind == "object" and schema.get("additionalProperties"):
            return f"object of {self._kind(schema['additionalProperties'])}"
        word = _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, kind))
        if kind == "string":
            return word + _bounds(schema, "Length", ", ", " characters")
        if "minimum" in schema:
            low, high = schema["minimum"], schema["maximum"]
            return f"{word} from {low}" + (f" to {high}" if high < _BEYOND else "")
        return word

    def _followed(self, schema: Schema) -> Schema:
        return self.schemas[_ref(schema)] if "$ref" in schema else schema


def _ref(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _without_null(schema: Schema) -> Schema:
    either: list[Schema] = [item for item in schema.get("anyOf", ()) if item != NULL]
    return either[0] if len(either) == 1 else schema


def _or_null(schema: Schema) -> str:
    return " or null" if isinstance(schema.get("type"), list) else ""


def _bounds(schema: Schema, what: str, before: str, after: str) -> str:
    low, high = schema.get(f"min{what}"), schema.get(f"max{what}")
    if high is None:
        return ""
    return f"{before}{low} to {high}{after}" if low else f"{before}up to {high}{after}"
