"""ToolCall: what a tool gets beside its arguments; and pages of results."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from ...actor import Actor, Role
from ...lazy_dataclass import dataclass
from ...web.request import Request
from ...web.shape import Integer, optional
from ..web_service import WebService
from .untrusted import UntrustedTextJson, untrusted


@dataclass(frozen=True)
class ToolCall:
    """One call of a tool. `mark` is drawn for it and delimits untrusted texts."""

    service: WebService
    request: Request
    mark: str

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def is_reviewer(self) -> bool:
        """Return whether the caller sees only what reviewers see."""
        return self.actor.role is Role.REVIEWER

    def untrusted(self, text: str, author: str) -> UntrustedTextJson:
        return untrusted(text, author, self.mark)

    def untrusted_or_none(self, text: str | None, author: str) -> UntrustedTextJson | None:
        return untrusted(text, author, self.mark) if text else None


class PageJson(TypedDict):
    """A part of a list."""

    total: Annotated[int, "How many there are altogether."]
    next_offset: Annotated[int | None, "The `offset` of the next part; null after the last one."]


def page_json(total: int, offset: int, shown: int) -> PageJson:
    end = offset + shown
    return {"total": total, "next_offset": end if shown and end < total else None}


def limit_field(default: int, high: int) -> Any:
    """Declare the argument `limit`."""
    return optional(Integer(low=1, high=high), default, "how many at most")


def offset_field() -> Any:
    """Declare the argument `offset`."""
    return optional(Integer(low=0, high=10_000), 0, "how many to skip")


def job_id_field(meaning: str) -> Any:
    """Declare an optional argument `job_id`."""
    return optional(Integer(low=1), description=meaning)
