"""Tool: something that an assistant may do, as one row of a table."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, get_type_hints

from ..actor import Role
from ..lazy_dataclass import dataclass
from ..web.schema import Schema, Schemas
from ..web.shape import shape_schema

_REFER_TO = "#/$defs/"


class Effect(Enum):
    """What calling a tool does; clients ask their user before what changes something."""

    #: It only reads.
    READ = "read"
    #: It adds something that can be changed or removed again.
    ADD = "add"
    #: It reaches people outside or costs money, and cannot be undone.
    SEND = "send"


@dataclass(frozen=True)
class Tool:
    """A tool. `arguments` is the shape of what it takes; `run` gets the context of the call and the arguments as that
    shape, and its annotation says what it returns. It raises Problem. Repeating a call never has a second effect.

    `roles` are those who may use it.
    """

    name: str
    title: str
    description: str
    arguments: type[Any]
    run: Callable[[Any, Any], Any]
    effect: Effect
    roles: tuple[Role, ...]

    @property
    def changes_something(self) -> bool:
        return self.effect is not Effect.READ

    def definition(self) -> dict[str, Any]:
        """The tool as `tools/list` describes it (specification 2026-07-28, Tools, "Data Types")."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": input_schema(self.arguments),
            "outputSchema": output_schema(self.run),
            "annotations": {
                "title": self.title,
                "readOnlyHint": self.effect is Effect.READ,
                "destructiveHint": self.effect is Effect.SEND,
                "idempotentHint": True,
                "openWorldHint": self.effect is Effect.SEND,
            },
        }


def input_schema(shape: type[Any]) -> Schema:
    """The schema of a tool's arguments. An optional one is left out rather than null, which models understand best."""
    schema = shape_schema(shape)
    return {**schema, "properties": {name: _without_null(value) for name, value in schema["properties"].items()}}


def output_schema(run: Callable[..., Any]) -> Schema:
    """The schema of what a tool returns, with the objects in it under `$defs`."""
    schemas = Schemas({}, _REFER_TO)
    root = schemas.of(get_type_hints(run, include_extras=True)["return"])["$ref"].removeprefix(_REFER_TO)
    schema = schemas.components.pop(root)
    return {**schema, **({"$defs": schemas.components} if schemas.components else {})}


def _without_null(schema: Schema) -> Schema:
    alternatives = [entry for entry in schema.get("anyOf", ()) if entry != {"type": "null"}]
    if len(alternatives) != 1:
        return schema
    return {**alternatives[0], **{name: value for name, value in schema.items() if name != "anyOf"}}
