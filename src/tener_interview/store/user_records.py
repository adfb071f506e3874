"""Rows of users, and of what they sign in with, as the store keeps and returns them. No SQL here."""

from __future__ import annotations

from typing import NamedTuple


class User(NamedTuple):
    """Somebody who may sign in. `email` is empty once the user was removed.

    Without `password_hash` the user was invited, or has to set a new password by a link. One-time codes are asked for
    if `codes_enabled_at` is set; until then `codes_secret` is only offered. Codes of time steps up to
    `codes_last_step` were used.
    """

    user_id: str
    email: str
    name: str
    role: str
    password_hash: str | None
    password_changed_at: int | None
    created_at: int
    disabled_at: int | None
    removed_at: int | None
    codes_secret: str | None
    codes_enabled_at: int | None
    codes_last_step: int

    @property
    def is_active(self) -> bool:
        """Whether the user may sign in."""
        return self.disabled_at is None and self.removed_at is None


class UserLink(NamedTuple):
    """A one-time link of a user: an `invitation`, or to `reset` the password."""

    user_id: str
    kind: str
    expires_at: int


class Login(NamedTuple):
    """A browser that is signed in. Without a user it signed in with the admin token."""

    cookie_hash: str
    user_id: str | None
    name: str | None
    role: str | None
    created_at: int
    last_seen_at: int
    expires_at: int
    browser: str


class ApiToken(NamedTuple):
    """A token of the API. Without a user it belongs to a program. `created_by` is None for the admin token."""

    token_id: str
    user_id: str | None
    name: str
    role: str
    read_only: bool
    created_at: int
    created_by: str | None
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None


class StoredApiToken(NamedTuple):
    """A valid token and whose it is; `user_name` and `user_role` are None for a program's."""

    token_id: str
    name: str
    role: str
    read_only: bool
    last_used_at: int | None
    user_id: str | None
    user_name: str | None
    user_role: str | None


class JobReviewer(NamedTuple):
    """A user who reviews a job."""

    user_id: str
    name: str
    role: str
    assigned_at: int
