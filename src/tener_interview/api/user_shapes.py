"""Users, logins and tokens as the API shows them."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..actor import Role
from ..domain.users.account import NewToken
from ..domain.users.users import LinkForUser
from ..store.user_records import ApiToken, User
from ..system.clock import iso_utc
from ..web.shape import OneOf
from .shapes import At

#: The roles of users; programs have one of their own.
USER_ROLES = (Role.ADMIN, Role.RECRUITER, Role.REVIEWER)

UserRole = Annotated[str, OneOf(tuple(USER_ROLES))]
AnyRole = Annotated[str, OneOf(tuple(Role))]


class UserJson(TypedDict):
    """A user. Invited ones have no password yet; disabled ones may not sign in."""

    user_id: str
    email: str
    name: str
    role: UserRole
    status: Annotated[str, OneOf(("invited", "active", "disabled"))]
    one_time_codes: Annotated[bool, "Whether signing in asks for a one-time code."]
    created_at: At | None
    job_ids: Annotated[list[int], "The jobs that the user is assigned to as a reviewer."]


class UserLinkJson(TypedDict):
    """A user with a one-time link to set a password. It is shown only once: send it to that person."""

    user: UserJson
    url: str
    expires_at: At | None


class ApiTokenJson(TypedDict):
    """A token of the API. `user_id` is null for a program's; the token itself is never shown again."""

    token_id: str
    user_id: str | None
    user_name: str | None
    name: str
    role: AnyRole
    read_only: bool
    status: Annotated[str, OneOf(("active", "expired", "revoked"))]
    created_at: At | None
    expires_at: At | None
    last_used_at: At | None


class NewTokenJson(ApiTokenJson):
    """A new token with its text, which is shown only this once."""

    token: str


def user_json(user: User, job_ids: list[int]) -> UserJson:
    status = "disabled" if user.disabled_at is not None else "invited" if user.password_hash is None else "active"
    return {
        "user_id": user.user_id, "email": user.email, "name": user.name, "role": user.role, "status": status,
        "one_time_codes": user.codes_enabled_at is not None, "created_at": iso_utc(user.created_at),
        "job_ids": job_ids,
    }


def link_json(link: LinkForUser, job_ids: list[int]) -> UserLinkJson:
    return {"user": user_json(link.user, job_ids), "url": link.url, "expires_at": iso_utc(link.expires_at_ms)}


def token_json(token: ApiToken, user_name: str | None, now_ms: int) -> ApiTokenJson:
    expired = token.expires_at is not None and token.expires_at <= now_ms
    return {
        "token_id": token.token_id, "user_id": token.user_id, "user_name": user_name, "name": token.name,
        "role": token.role, "read_only": bool(token.read_only),
        "status": "revoked" if token.revoked_at is not None else "expired" if expired else "active",
        "created_at": iso_utc(token.created_at), "expires_at": iso_utc(token.expires_at),
        "last_used_at": iso_utc(token.last_used_at),
    }


def new_token_json(new: NewToken, user_name: str | None, now_ms: int) -> NewTokenJson:
    return {**token_json(new.row, user_name, now_ms), "token": new.text}
