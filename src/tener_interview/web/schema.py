"""JSON Schema (draft 2020-12, as OpenAPI 3.1 has it) of the types that answers are made of."""

from __future__ import annotations

import types
from dataclasses import dataclass, is_dataclass
from inspect import getdoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from .shape import shape_schema

Schema = dict[str, Any]


@dataclass(frozen=True)
class Formatted:
    """Text in one of JSON Schema's formats."""

    name: str

    def schema(self) -> Schema:
        return {"format": self.name}


@dataclass(frozen=True)
class Within:
    """A number between two others, both included."""

    low: float
    high: float

    def schema(self) -> Schema:
        return {"minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Example:
    """What a value may look like, where the first that is allowed would mislead."""

    value: Any

    def schema(self) -> Schema:
        return {"examples": [self.value]}


@dataclass(frozen=True)
class Heading:
    """What the column of a field is called in a sheet."""

    text: str

    def schema(self) -> Schema:
        return {}


def headings(kind: type) -> dict[str, str]:
    """Return the fields of a TypedDict that have a heading, with it."""
    return {
        name: each.text
        for name, hint in get_type_hints(kind, include_extras=True).items()
        for each in getattr(hint, "__metadata__", ()) if isinstance(each, Heading)
    }


_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    dict: {"type": "object"},
    Any: {},
}


class Schemas:
    """Makes schemas; those of classes are kept as components, under their names, and referred to."""

    def __init__(self, examples: dict[str, Any]) -> None:
        #: By the names of fields: the same value wherever a field of that name stands.
        self._examples = examples
        self.components: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of a type: plain ones, `X | None`, lists, dicts, Literal, TypedDicts and the shapes of bodies.

        What `Annotated` adds is a description or has a `schema` of further keywords. Raises TypeError for a type that
        has no schema.
        """
        if is_typeddict(kind):
            return self._component(kind, self._fields_of)
        if is_dataclass(kind):
            return self._component(kind, shape_schema)
        origin, args = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._annotated(args[0], kind.__metadata__)
        if origin in (Union, types.UnionType):
            return self._either(args)
        if origin is Literal:
            return {"enum": list(args)}
        if origin is list:
            return {"type": "array", "items": self.of(args[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(args[1])}
        try:
            return dict(_PLAIN[kind])
        except (KeyError, TypeError):
            raise TypeError(f"there is no schema for {kind!r}") from None

    def _component(self, kind: Any, make: Any) -> Schema:
        name = kind.__name__.removesuffix("Json")
        if name not in self.components:
            self.components[name] = {}
            said = getdoc(kind) or ""
            described = {} if said.startswith((f"{kind.__name__}(", "dict(")) or not said else {"description": said}
            schema = make(kind)
            self._exemplify(schema)
            self.components[name].update(described | schema)
        return {"$ref": f"#/components/schemas/{name}"}

    def _exemplify(self, schema: Schema) -> None:
        for field, each in schema.get("properties", {}).items():
            if field in self._examples and "$ref" not in each:
                each.setdefault("examples", [self._examples[field]])
        for each in (*schema.get("properties", {}).values(), *schema.get("anyOf", ())):
            self._exemplify(each)
        if "items" in schema:
            self._exemplify(schema["items"])

    def _fields_of(self, kind: Any) -> Schema:
        hints = get_type_hints(kind, include_extras=True)
        return {
            "type": "object",
            "required": sorted(kind.__required_keys__, key=list(hints).index),
            "properties": {name: self.of(each) for name, each in hints.items()},
        }

    def _annotated(self, kind: Any, metadata: tuple[Any, ...]) -> Schema:
        schema = self.of(kind)
        for each in metadata:
            schema = {**schema, **({"description": each} if isinstance(each, str) else each.schema())}
        return schema

    def _either(self, kinds: tuple[Any, ...]) -> Schema:
        schemas = [self.of(each) for each in kinds]
        if len(schemas) == 2 and schemas[1] == {"type": "null"} and isinstance(schemas[0].get("type"), str):
            schema = {**schemas[0], "type": [schemas[0]["type"], "null"]}
            return {**schema, "enum": [*schema["enum"], None]} if "enum" in schema else schema
        return {"anyOf": schemas}
