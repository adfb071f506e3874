"""The contract of a handler: what it takes and what it returns. The API's description is generated from it.

    @contract(query=ListQuery, raises=("SOURCE_UNAVAILABLE",))
    def list_sessions(service: Service, request: Request) -> Json[SessionPageJson]:
        query = read(ListQuery, request.query)

The response type is the handler's own annotation, so that mypy checks the handler against it. Errors that any route may
return for its method and access need not be declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ..lazy_dataclass import dataclass
from .response import Json

AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Contract:
    """`query` and `body` are the shapes that the handler reads, `statuses` its successful statuses.

    `media` are content types besides the JSON of the annotation; `raises` are the handler's own error codes.
    `conditional`: the request needs `If-Match` with the version it is about, and the response has an `ETag`.
    """

    query: type[Any] | None = None
    body: type[Any] | None = None
    statuses: tuple[int, ...] = (200,)
    media: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    conditional: bool = False
    #: Content types of the request besides JSON, each with an example.
    body_media: Mapping[str, str] = field(default_factory=dict)


def contract(
    *,
    query: type[Any] | None = None,
    body: type[Any] | None = None,
    statuses: tuple[int, ...] = (200,),
    media: tuple[str, ...] = (),
    raises: tuple[str, ...] = (),
    conditional: bool = False,
    body_media: Mapping[str, str] | None = None,
) -> Callable[[AnyHandler], AnyHandler]:
    """Declare a handler's contract; the handler itself is unchanged."""

    def declare(handler: AnyHandler) -> AnyHandler:
        handler.__dict__["contract"] = Contract(query, body, statuses, media, raises, conditional, body_media or {})
        return handler

    return declare


def contract_of(handler: Callable[..., Any]) -> Contract | None:
    """The contract of a handler, None if it has none."""
    contract: Contract | None = getattr(handler, "contract", None)
    return contract


def response_type(handler: Callable[..., Any]) -> Any:
    """The type of the JSON that a handler returns; None if it returns no JSON."""
    annotation = get_type_hints(handler, include_extras=True)["return"]
    alternatives = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return next((get_args(kind)[0] for kind in alternatives if get_origin(kind) is Json), None)
