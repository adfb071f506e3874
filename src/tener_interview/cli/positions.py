"""`positions`: list and create the positions that candidates can be invited to."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from ..api.positions import PositionBody, PositionJson, position_draft, position_json
from ..composition import open_provider
from ..web.shape import read
from .command import OK, Command, Context
from .json_file import read_json_object
from .terminal import table


def _list(context: Context, _arguments: Namespace) -> int:
    with open_provider(context.provider_settings(), context.clock) as provider:
        items = [position_json(position, provider) for position in provider.positions()]
    context.terminal.result({"items": items}, *_lines(items))
    return OK


def _create(context: Context, arguments: Namespace) -> int:
    body = read(PositionBody, _position_values(arguments))
    with open_provider(context.provider_settings(), context.clock) as provider:
        created = position_json(provider.create_position(position_draft(body)), provider)
    context.terminal.result(created, *_lines([created]))
    return OK


def _position_values(arguments: Namespace) -> dict[str, Any]:
    """The position as the API takes it. Raises `VALIDATION_FAILED`."""
    if arguments.file is None:
        limit = None if arguments.minutes is None else {"minutes": arguments.minutes, "seconds": 0}
        questions = [{"title": position, "timeLimit": limit} for position in arguments.question]
        return {"name": arguments.name, "description": arguments.description, "questions": questions}
    return read_json_object(arguments.file, "name and questions")


def _lines(items: list[PositionJson]) -> list[str]:
    rows = [(position["position_id"], position["name"], _labels(position)) for position in items]
    return table(("position", "name", ""), rows)


def _labels(position: PositionJson) -> str:
    labels = (("default", position["default"]), ("archived", position["archived"]))
    return ", ".join(label for label, applies in labels if applies)


def _declare_create_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", help="at most 50 characters")
    parser.add_argument(
        "--question", action="append", default=[], metavar="TITLE", help="repeat for each question, in order"
    )
    parser.add_argument("--minutes", type=int, help="time limit of each answer")
    parser.add_argument("--description")
    parser.add_argument("--file", help="the position as JSON, as POST /api/admin/positions takes it; - reads stdin")


POSITIONS = Command(
    "positions", "list or create Hireflix positions", lambda _: None, lambda *_: OK,
    commands=(
        Command("list", "all positions, archived ones included", lambda _: None, _list),
        Command("create", "create a position, from options or from a JSON file", _declare_create_arguments, _create),
    ),
)
