"""Who does something: a user, a token, the main system, a candidate, or the service itself."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import field
from enum import StrEnum

from .lazy_dataclass import dataclass


class Role(StrEnum):
    """What somebody who is signed in may do; docs/security.md has the table."""

    #: Everything.
    ADMIN = "admin"
    #: Jobs, candidates, plans, decisions.
    RECRUITER = "recruiter"
    #: Finished interviews of assigned jobs, without contact data.
    REVIEWER = "reviewer"
    #: What the main system needs; it and other programs have this role.
    MAIN_SYSTEM = "machine"


_HUMAN_ROLES = (Role.REVIEWER, Role.RECRUITER, Role.ADMIN)


def lesser_role(one: Role, other: Role) -> Role:
    """The role of the two that may do less. Each human role may do all that those before it may."""
    return min(one, other, key=_HUMAN_ROLES.index)


class ActorKind(StrEnum):
    """How somebody was recognised."""

    USER = "user"
    ADMIN_TOKEN = "admin_token"  # noqa: S105 - a kind, not a token
    CLIENT_KEY = "client_key"
    #: A token of the API that belongs to a program, not to a user.
    API_TOKEN = "api_token"  # noqa: S105 - as above
    #: Anybody on this computer, while the service has no admin token.
    LOCAL = "local"
    #: Somebody on the command line.
    COMMAND_LINE = "command_line"
    CANDIDATE = "candidate"
    #: Somebody with a shared link.
    SHARE = "share"
    #: The service by itself.
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Somebody who does something. `id` is that of the user, token, session or share; None where there is just one.

    `name` is shown beside what they did; the audit log stores `kind`, `id` and a hash of the client's `address` only.
    """

    kind: ActorKind
    role: Role | None = None
    id: str | None = None
    name: str = ""
    address: str = field(default="", repr=False)
    #: Whether the token in use may only read.
    read_only: bool = False
    #: Whether an assistant acts for them; the audit log says so.
    by_assistant: bool = False


SYSTEM = Actor(ActorKind.SYSTEM, name="the service")
COMMAND_LINE = Actor(ActorKind.COMMAND_LINE, Role.ADMIN, name="command line")
LOCAL = Actor(ActorKind.LOCAL, Role.ADMIN, name="somebody on this computer")
ADMIN_TOKEN = Actor(ActorKind.ADMIN_TOKEN, Role.ADMIN, name="admin token")
CLIENT_KEY = Actor(ActorKind.CLIENT_KEY, Role.MAIN_SYSTEM, name="main system")
#: Nobody signed in: the actor of a public request.
ANYBODY = Actor(ActorKind.LOCAL)

#: Whom this thread works for: the sender of a request, also in the threads that it starts; else the service itself.
acting: ContextVar[Actor] = ContextVar("acting", default=SYSTEM)
