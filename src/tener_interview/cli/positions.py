"""`positions`: what candidates can be invited to."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from ..api.positions import PositionBody, PositionJson, position_draft, position_json
from ..composition import provider_alone
from ..errors import Problem
from ..web.shape import read
from .command import OK, Command, Context
from .terminal import table


def _list(context: Context, _arguments: Namespace) -> int:
    with provider_alone(context.account(), context.clock) as provider:
        items = [position_json(each, provider) for each in provider.positions()]
    context.terminal.result({"items": items}, *_lines(items))
    return OK


def _create(context: Context, arguments: Namespace) -> int:
    body = read(PositionBody, _given(arguments))
    with provider_alone(context.account(), context.clock) as provider:
        made = position_json(provider.create_position(position_draft(body)), provider)
    context.terminal.result(made, *_lines([made]))
    return OK


def _given(arguments: Namespace) -> dict[str, Any]:
    """The position in the API's words. Raises `VALIDATION_FAILED`."""
    if arguments.file is None:
        limit = None if arguments.minutes is None else {"minutes": arguments.minutes, "seconds": 0}
        questions = [{"title": each, "timeLimit": limit} for each in arguments.question]
        return {"name": arguments.name, "description": arguments.description, "questions": questions}
    try:
        content = json.load(sys.stdin) if arguments.file == "-" else json.loads(Path(arguments.file).read_bytes())
    except (OSError, ValueError) as fault:
        raise Problem("VALIDATION_FAILED", f"{arguments.file} cannot be read as JSON: {fault}.") from None
    if not isinstance(content, dict):
        raise Problem("VALIDATION_FAILED", f"{arguments.file} must hold a JSON object with name and questions.")
    return content


def _lines(items: list[PositionJson]) -> list[str]:
    rows = [(each["position_id"], each["name"], _marks(each)) for each in items]
    return table(("position", "name", ""), rows)


def _marks(position: PositionJson) -> str:
    marks = (("default", position["default"]), ("archived", position["archived"]))
    return ", ".join(mark for mark, fits in marks if fits)


def _create_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", help="at most 50 characters")
    parser.add_argument("--question", action="append", default=[], metavar="TITLE", help="once for each, in order")
    parser.add_argument("--minutes", type=int, help="how long each answer may take")
    parser.add_argument("--description")
    parser.add_argument("--file", help="the position as JSON, as POST /api/admin/positions takes it; - reads stdin")


POSITIONS = Command(
    "positions", "list or create Hireflix positions", lambda _: None, lambda *_: OK,
    commands=(
        Command("list", "all positions, archived ones included", lambda _: None, _list),
        Command("create", "create a position, from options or from a JSON file", _create_arguments, _create),
    ),
)
