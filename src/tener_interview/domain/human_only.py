"""What only people may do: decide about candidates, review them, and override scores. The main system and other
programs are refused, and so is the service itself."""

from __future__ import annotations

from ..actor import Actor, ActorKind
from ..errors import Problem

#: The kinds of actors that are people.
HUMAN_KINDS = frozenset({ActorKind.USER, ActorKind.ADMIN_TOKEN, ActorKind.LOCAL, ActorKind.COMMAND_LINE})


def require_person(actor: Actor) -> None:
    """Raises `FORBIDDEN` unless the actor is a person."""
    if actor.kind not in HUMAN_KINDS:
        raise Problem(
            "FORBIDDEN",
            "Only a person decides about candidates or reviews them. Sign in, or use a token that belongs to a person.",
        )
