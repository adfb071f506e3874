"""What a URL takes and what it answers, declared over its handler; the API's description is made of it.

    @contract(query=ListQuery, raises=("SOURCE_UNAVAILABLE",))
    def list_sessions(service: Service, request: Request) -> Json[SessionPageJson]:
        query = read(ListQuery, request.query)

The type of the answer is the handler's own annotation, so that mypy holds the handler to it. What every route may
answer for its method and its access is known without being said here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from .response import Json

AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Contract:
    """`query` and `body` are the shapes that the handler reads, `statuses` those it answers with when all is well.

    `media` are the types of content beside the JSON of the annotation; `raises` the error codes of its own.
    """

    query: type[Any] | None = None
    body: type[Any] | None = None
    statuses: tuple[int, ...] = (200,)
    media: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()


def contract(
    *,
    query: type[Any] | None = None,
    body: type[Any] | None = None,
    statuses: tuple[int, ...] = (200,),
    media: tuple[str, ...] = (),
    raises: tuple[str, ...] = (),
) -> Callable[[AnyHandler], AnyHandler]:
    """Declare a handler's contract; the handler itself stays what it is."""

    def declare(handler: AnyHandler) -> AnyHandler:
        handler.__dict__["contract"] = Contract(query, body, statuses, media, raises)
        return handler

    return declare


def contract_of(handler: Callable[..., Any]) -> Contract | None:
    """What was declared over a handler; None where nothing was."""
    declared: Contract | None = getattr(handler, "contract", None)
    return declared


def answer_of(handler: Callable[..., Any]) -> Any:
    """The type of the JSON that a handler answers with; None for one that answers otherwise."""
    annotated = get_type_hints(handler, include_extras=True)["return"]
    answers = get_args(annotated) if get_origin(annotated) in (Union, UnionType) else (annotated,)
    return next((get_args(each)[0] for each in answers if get_origin(each) is Json), None)
