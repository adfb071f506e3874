"""Command-line options generated from the API's shapes, with the same names."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Collection, Mapping
from dataclasses import Field, fields
from typing import Any

from ..web.shape import Boolean, Integer, OneOf
from .command import integer_between


def add_options(
    parser: ArgumentParser, shape: type[Any], *, names: Mapping[str, str] | None = None, excluded: Collection[str] = ()
) -> None:
    """Add an option for each field of a shape, except the `excluded` ones; `names` are options with other names.

    The parsed arguments hold a value under the field's name, None if it was not given; `read` validates them.
    """
    for field in fields(shape):
        if field.name not in excluded:
            name = (names or {}).get(field.name, field.name.replace("_", "-"))
            parser.add_argument(f"--{name}", dest=field.name, default=None, help=_help(field), **_argument_type(field))


def given_values(arguments: Namespace, shape: type[Any]) -> dict[str, Any]:
    """The given values of a shape's fields."""
    values = vars(arguments)
    return {field.name: values[field.name] for field in fields(shape) if values.get(field.name) is not None}


def _argument_type(field: Field[Any]) -> dict[str, Any]:
    kind = field.metadata["kind"]
    if isinstance(kind, Boolean):
        return {"action": "store_true"} if field.default is False else {"action": BooleanOptionalAction}
    if isinstance(kind, OneOf):
        choices = [str(choice) for choice in kind.choices]
        return {"choices": choices, "metavar": f"{{{' '.join(choice for choice in choices if choice.strip())}}}"}
    if isinstance(kind, Integer):
        return {"metavar": "NUMBER", "type": integer_between(kind.low, kind.high)}
    return {"metavar": "TEXT"}


def _help(field: Field[Any]) -> str:
    description: str = field.metadata["description"]
    kind = field.metadata["kind"]
    bounds = f"{kind.low} to {kind.high}" if isinstance(kind, Integer) and kind.high < 10**9 else ""
    default = f"{field.default} if not given" if field.default not in (None, False, "") else ""
    return "; ".join(filter(None, (description, bounds, default))).replace("%", "%%")
