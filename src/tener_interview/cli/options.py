"""Options made of the API's shapes: what an address takes, its command takes under the same names."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Collection, Mapping
from dataclasses import Field, fields
from typing import Any

from ..web.shape import Flag, Integer, OneOf
from .command import whole


def add_options(
    parser: ArgumentParser, shape: type[Any], *, names: Mapping[str, str] | None = None, but: Collection[str] = ()
) -> None:
    """An option for each field of a shape, `but` some; `names` are those that are called otherwise here.

    What was given is in the parsed arguments under the field's own name, None where it was not, to be read as a shape.
    """
    for each in fields(shape):
        if each.name not in but:
            name = (names or {}).get(each.name, each.name.replace("_", "-"))
            parser.add_argument(f"--{name}", dest=each.name, default=None, help=_help(each), **_kind(each))


def given(arguments: Namespace, shape: type[Any]) -> dict[str, Any]:
    """What was given of a shape, by its fields' names."""
    held = vars(arguments)
    return {each.name: held[each.name] for each in fields(shape) if held.get(each.name) is not None}


def _kind(declared: Field[Any]) -> dict[str, Any]:
    kind = declared.metadata["kind"]
    if isinstance(kind, Flag):
        return {"action": "store_true"} if declared.default is False else {"action": BooleanOptionalAction}
    if isinstance(kind, OneOf):
        words = [str(word) for word in kind.words]
        return {"choices": words, "metavar": f"{{{' '.join(word for word in words if word.strip())}}}"}
    if isinstance(kind, Integer):
        return {"metavar": "NUMBER", "type": whole(kind.low, kind.high)}
    return {"metavar": "TEXT"}


def _help(declared: Field[Any]) -> str:
    words: str = declared.metadata["words"]
    kind = declared.metadata["kind"]
    bounds = f"{kind.low} to {kind.high}" if isinstance(kind, Integer) and kind.high < 10**9 else ""
    default = f"{declared.default} if not given" if declared.default not in (None, False, "") else ""
    return "; ".join(filter(None, (words, bounds, default))).replace("%", "%%")
