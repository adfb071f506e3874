"""Only people judge candidates: they decide, review and override. The service itself, the main system and other
machines are refused, whichever way they come."""

from __future__ import annotations

from ..actor import Actor, ActorKind
from ..errors import Problem

#: How the people who may judge are recognised.
PEOPLE = frozenset({ActorKind.USER, ActorKind.ADMIN_TOKEN, ActorKind.LOCAL, ActorKind.COMMAND_LINE})


def require_person(actor: Actor) -> None:
    """Raises `FORBIDDEN` unless the actor is a person."""
    if actor.kind not in PEOPLE:
        raise Problem(
            "FORBIDDEN",
            "Only a person decides about candidates or reviews them. Sign in, or use a token that belongs to a person.",
        )
