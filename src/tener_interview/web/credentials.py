"""What logins and tokens of the API are to the guard, and whom they stand for."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from typing import Protocol

from ..actor import ADMIN_TOKEN, Actor, ActorKind, Role, lesser_role


class SignedIn(Protocol):
    """A valid login; without a user it was made with the admin token."""

    @property
    def cookie_hash(self) -> str: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def role(self) -> str | None: ...
    @property
    def last_seen_at(self) -> int: ...


class TokenOwner(Protocol):
    """A valid token of the API and whose it is; without a user it belongs to a machine."""

    @property
    def token_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def read_only(self) -> bool: ...
    @property
    def last_used_at(self) -> int | None: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def user_name(self) -> str | None: ...
    @property
    def user_role(self) -> str | None: ...


class Logins(Protocol):
    """The table of logins inside one transaction."""

    def add(
        self, cookie_hash: str, *, now_ms: int, expires_at: int, user_id: str | None = ..., browser: str = ...
    ) -> None: ...
    def find(self, cookie_hash: str, *, now_ms: int) -> SignedIn | None: ...
    def touch(self, cookie_hash: str, *, now_ms: int) -> None: ...
    def remove(self, cookie_hash: str) -> bool: ...


class ApiTokens(Protocol):
    """The table of tokens inside one transaction."""

    def find(self, token_hash: str, *, now_ms: int) -> TokenOwner | None: ...
    def touch(self, token_id: str, *, now_ms: int) -> None: ...


class AuditLog(Protocol):
    """The log of who did what, inside one transaction."""

    def append(
        self, actor: Actor, action: str, subject_kind: str, subject_id: str | int | None = ..., *, at_ms: int
    ) -> None: ...


class HasLogins(Protocol):
    """A transaction on the store."""

    @property
    def logins(self) -> Logins: ...
    @property
    def api_tokens(self) -> ApiTokens: ...
    @property
    def audit(self) -> AuditLog: ...


class LoginStore(Protocol):
    """Where logins are stored: they survive a restart, and end for good when somebody signs out."""

    def read(self) -> AbstractContextManager[HasLogins]: ...
    def write(self) -> AbstractContextManager[HasLogins]: ...


def hash_api_token(token: str) -> str:
    """What is stored of a token: it is too long to be guessed, so that a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def actor_of_login(login: SignedIn) -> Actor:
    """The user who is signed in, or whoever has the admin token."""
    if login.user_id is None or login.role is None:
        return ADMIN_TOKEN
    return Actor(ActorKind.USER, Role(login.role), login.user_id, login.name or "")


def actor_of_token(owner: TokenOwner) -> Actor:
    """Whoever the token acts for: its user, with no more rights than either of both has now, or a machine."""
    role = Role(owner.role)
    if owner.user_id is None or owner.user_role is None:
        return Actor(ActorKind.API_TOKEN, role, owner.token_id, owner.name)
    return Actor(ActorKind.USER, lesser_role(role, Role(owner.user_role)), owner.user_id, owner.user_name or "")
