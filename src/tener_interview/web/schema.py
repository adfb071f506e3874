"""JSON Schema (draft 2020-12, as in OpenAPI 3.1) of response types."""

from __future__ import annotations

import types
from dataclasses import is_dataclass
from functools import cache
from inspect import getdoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from ..lazy_dataclass import dataclass
from .shape import shape_schema

Schema = dict[str, Any]


@dataclass(frozen=True)
class TextFormat:
    """Text in one of JSON Schema's formats."""

    name: str

    def schema(self) -> Schema:
        return {"format": self.name}


@dataclass(frozen=True)
class NumberRange:
    """A number in a closed range."""

    low: float
    high: float

    def schema(self) -> Schema:
        return {"minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Example:
    """An example value, where the first allowed one would mislead."""

    value: Any

    def schema(self) -> Schema:
        return {"examples": [self.value]}


@dataclass(frozen=True)
class Column:
    """The heading of a field's column in a CSV file."""

    text: str

    def schema(self) -> Schema:
        return {}


@cache
def column_headings(kind: type) -> dict[str, str]:
    """Return the column headings of a TypedDict by field; fields without one are left out."""
    return {
        name: meta.text
        for name, hint in get_type_hints(kind, include_extras=True).items()
        for meta in getattr(hint, "__metadata__", ()) if isinstance(meta, Column)
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
    """Generates schemas. Classes become named components, which other schemas refer to."""

    def __init__(self, examples: dict[str, Any], refer_to: str = "#/components/schemas/") -> None:
        #: By field name: the same example wherever a field has that name.
        self._examples = examples
        self.components: dict[str, Schema] = {}
        self._refer_to = refer_to

    def of(self, type_: Any) -> Schema:
        """The schema of a type: plain types, `X | None`, lists, dicts, Literal, TypedDicts and request shapes.

        `Annotated` adds a description, or objects whose `schema` has further keywords. Raises TypeError for other
        types.
        """
        if is_typeddict(type_):
            return self._component(type_, self._typeddict_schema)
        if is_dataclass(type_):
            return self._component(type_, shape_schema)
        origin, args = get_origin(type_), get_args(type_)
        if origin is Annotated:
            return self._annotated(args[0], type_.__metadata__)
        if origin in (Union, types.UnionType):
            return self._union(args)
        if origin is Literal:
            return {"enum": list(args)}
        if origin is list:
            return {"type": "array", "items": self.of(args[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(args[1])}
        try:
            return dict(_PLAIN[type_])
        except (KeyError, TypeError):
            raise TypeError(f"there is no schema for {type_!r}") from None

    def _component(self, type_: Any, make_schema: Any) -> Schema:
        name = type_.__name__.removesuffix("Json")
        if name not in self.components:
            self.components[name] = {}
            docstring = getdoc(type_) or ""
            # A class without a docstring has its signature, or in `values` its name.
            is_composed = docstring == type_.__name__ or docstring.startswith((f"{type_.__name__}(", "dict("))
            description = {"description": docstring} if docstring and not is_composed else {}
            schema = make_schema(type_)
            self._add_examples(schema)
            self.components[name].update(description | schema)
        return {"$ref": f"{self._refer_to}{name}"}

    def _add_examples(self, schema: Schema) -> None:
        for field, value in schema.get("properties", {}).items():
            if field in self._examples and "$ref" not in value and _fits(self._examples[field], value):
                value.setdefault("examples", [self._examples[field]])
        for value in (*schema.get("properties", {}).values(), *schema.get("anyOf", ())):
            self._add_examples(value)
        if "items" in schema:
            self._add_examples(schema["items"])

    def _typeddict_schema(self, type_: Any) -> Schema:
        hints = get_type_hints(type_, include_extras=True)
        return {
            "type": "object",
            "required": sorted(type_.__required_keys__, key=list(hints).index),
            "properties": {name: self.of(value) for name, value in hints.items()},
        }

    def _annotated(self, type_: Any, metadata: tuple[Any, ...]) -> Schema:
        schema = self.of(type_)
        for value in metadata:
            schema = {**schema, **({"description": value} if isinstance(value, str) else value.schema())}
        return schema

    def _union(self, types_: tuple[Any, ...]) -> Schema:
        schemas = [self.of(value) for value in types_]
        if len(schemas) == 2 and schemas[1] == {"type": "null"} and isinstance(schemas[0].get("type"), str):
            schema = {**schemas[0], "type": [schemas[0]["type"], "null"]}
            return {**schema, "enum": [*schema["enum"], None]} if "enum" in schema else schema
        return {"anyOf": schemas}


def _fits(example: Any, schema: Schema) -> bool:
    """Return whether an example fits a schema: fields of the same name may have different types."""
    if "anyOf" in schema:
        return any(_fits(example, either) for either in schema["anyOf"])
    if isinstance(example, list):
        items = schema.get("items", {})
        return schema.get("type") == "array" and "$ref" not in items and all(_fits(item, items) for item in example)
    python_type = _PYTHON_TYPES.get(str(schema.get("type")))
    is_short_enough = not isinstance(example, str) or len(example) <= schema.get("maxLength", len(example))
    return is_short_enough and (python_type is None or isinstance(example, python_type))


_PYTHON_TYPES: dict[str, type] = {"string": str, "object": dict, "null": type(None)}
