"""Logins and API tokens as the guard reads them, and the actors they stand for."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from typing import Protocol

from ..actor import ADMIN_TOKEN, Actor, ActorKind, Role, lesser_role


class StoredLogin(Protocol):
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


class StoredApiToken(Protocol):
    """A valid API token and its owner; without a user it belongs to a program."""

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
    def find(self, cookie_hash: str, *, now_ms: int) -> StoredLogin | None: ...
    def touch(self, cookie_hash: str, *, now_ms: int) -> None: ...
    def remove(self, cookie_hash: str) -> bool: ...


class ApiTokens(Protocol):
    """The table of tokens inside one transaction."""

    def find(self, token_hash: str, *, now_ms: int) -> StoredApiToken | None: ...
    def touch(self, token_id: str, *, now_ms: int) -> None: ...


class AuditLog(Protocol):
    """The log of who did what, inside one transaction."""

    def append(
        self, actor: Actor, action: str, subject_kind: str, subject_id: str | int | None = ..., *, at_ms: int
    ) -> None: ...


class LoginTransaction(Protocol):
    """A transaction on the store."""

    @property
    def logins(self) -> Logins: ...
    @property
    def api_tokens(self) -> ApiTokens: ...
    @property
    def audit(self) -> AuditLog: ...


class LoginStore(Protocol):
    """The store of logins: they survive a restart, and end for good on signing out."""

    def read(self) -> AbstractContextManager[LoginTransaction]: ...
    def write(self) -> AbstractContextManager[LoginTransaction]: ...


def hash_api_token(token: str) -> str:
    """The hash that is stored of a token. Tokens are too long to guess, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def actor_of_login(login: StoredLogin) -> Actor:
    """The signed-in user, or the holder of the admin token."""
    if login.user_id is None or login.role is None:
        return ADMIN_TOKEN
    return Actor(ActorKind.USER, Role(login.role), login.user_id, login.name or "")


def actor_of_token(owner: StoredApiToken) -> Actor:
    """The actor of a token: its user, with the lesser of the two roles, or a program."""
    role = Role(owner.role)
    if owner.user_id is None or owner.user_role is None:
        return Actor(ActorKind.API_TOKEN, role, owner.token_id, owner.name, read_only=owner.read_only)
    role = lesser_role(role, Role(owner.user_role))
    return Actor(ActorKind.USER, role, owner.user_id, owner.user_name or "", read_only=owner.read_only)
