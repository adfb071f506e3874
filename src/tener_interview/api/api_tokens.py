"""Tokens of the API: one's own, and for admins those of programs and of everybody."""

from __future__ import annotations

import secrets
from typing import Annotated, TypedDict

from ..actor import Actor, Role
from ..domain.users import account
from ..domain.users.account import NewToken
from ..lazy_dataclass import dataclass
from ..store.user_records import ApiToken
from ..system.clock import DAY_MS, iso_utc
from ..web.auth import API_TOKEN_PREFIX
from ..web.contract import contract
from ..web.credentials import hash_api_token
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Boolean, Integer, OneOf, Text, optional, read, required
from .account import user_in_browser
from .shapes import At
from .users import USER_ROLES, AnyRole
from .web_service import WebService

_NAME = Text(max_chars=80, min_chars=1)
_DAYS = Integer(low=1, high=3650)


@dataclass(frozen=True)
class OwnTokenBody:
    name: str = required(_NAME, "what uses the token")
    role: str | None = optional(OneOf(USER_ROLES), description="at most your own, which is the default")
    read_only: bool = optional(Boolean(), False, "refuse everything that changes something")
    expires_in_days: int | None = optional(_DAYS, 90)


@dataclass(frozen=True)
class MachineTokenBody:
    name: str = required(_NAME, "which program uses the token")
    role: str = optional(
        OneOf((Role.MAIN_SYSTEM, Role.RECRUITER)), Role.MAIN_SYSTEM, "`machine` is what the client key may do"
    )
    read_only: bool = optional(Boolean(), False, "refuse everything that changes something")
    expires_in_days: int | None = optional(_DAYS, description="default: never")


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


class TokensJson(TypedDict):
    """Tokens, newest first."""

    items: list[ApiTokenJson]


class RevokedTokenJson(TypedDict):
    """A token that no longer works."""

    token_id: str
    revoked: bool


@contract()
def list_own_tokens(service: WebService, request: Request) -> Json[TokensJson]:
    """GET /api/account/tokens"""
    user_id = user_in_browser(request)
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        items = [token_json(token, request.actor.name, now_ms) for token in tx.api_tokens.of_user(user_id)]
    return json_response({"items": items})


@contract(body=OwnTokenBody, statuses=(201,), raises=("TOO_MANY_TOKENS",))
def create_own_token(service: WebService, request: Request) -> Json[NewTokenJson]:
    """POST /api/account/tokens"""
    user_in_browser(request)
    body = read(OwnTokenBody, request.json)
    role = Role(body.role) if body.role is not None else request.actor.role or Role.REVIEWER
    return _create_token(service, request.actor, body.name, role, body.read_only, body.expires_in_days)


@contract(raises=("TOKEN_NOT_FOUND",))
def revoke_own_token(service: WebService, request: Request) -> Json[RevokedTokenJson]:
    """DELETE /api/account/tokens/{token_id}"""
    account.revoke_token(service, request.params["token_id"], user_id=user_in_browser(request))
    return json_response({"token_id": request.params["token_id"], "revoked": True})


@contract()
def list_tokens(service: WebService, _request: Request) -> Json[TokensJson]:
    """GET /api/tokens"""
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        names = tx.users.names()
        items = [token_json(token, names.get(token.user_id or ""), now_ms) for token in tx.api_tokens.all()]
    return json_response({"items": items})


@contract(body=MachineTokenBody, statuses=(201,), raises=("TOO_MANY_TOKENS",))
def create_machine_token(service: WebService, request: Request) -> Json[NewTokenJson]:
    """POST /api/tokens"""
    body = read(MachineTokenBody, request.json)
    return _create_token(service, None, body.name, Role(body.role), body.read_only, body.expires_in_days)


@contract(raises=("TOKEN_NOT_FOUND",))
def revoke_token(service: WebService, request: Request) -> Json[RevokedTokenJson]:
    """DELETE /api/tokens/{token_id}"""
    account.revoke_token(service, request.params["token_id"], user_id=None)
    return json_response({"token_id": request.params["token_id"], "revoked": True})


def _create_token(
    service: WebService, owner: Actor | None, name: str, role: Role, read_only: bool, days: int | None
) -> Json[NewTokenJson]:
    text = API_TOKEN_PREFIX + secrets.token_urlsafe(32)
    new = account.create_token(
        service, text=text, token_hash=hash_api_token(text), owner=owner, name=name, role=role, read_only=read_only,
        ttl_ms=None if days is None else days * DAY_MS,
    )
    return json_response(new_token_json(new, None if owner is None else owner.name, service.clock.now_ms()), 201)


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
