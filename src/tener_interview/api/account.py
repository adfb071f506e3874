"""The signed-in user's account: name, password, one-time codes and logins."""

from __future__ import annotations

import secrets
from typing import Annotated, TypedDict

from ..actor import ActorKind
from ..domain.users import account, one_time_codes, users
from ..domain.users.passwords import MAX_CHARS
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.user_records import Login
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.shape import Boolean, Text, optional, read, required
from .desk_pages import desk_page
from .shapes import At
from .users import AnyRole, UserJson, user_json
from .web_service import WebService

#: How many characters of the hash of its cookie are the id of a login.
_LOGIN_ID_CHARS = 32


class Password:
    """A password: any text, exactly as it was typed. Spaces at its ends count."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= MAX_CHARS:
            raise ValueError(f"must be text of 1 to {MAX_CHARS} characters")
        return value

    def schema(self) -> dict[str, object]:
        return {"type": "string", "minLength": 1, "maxLength": MAX_CHARS, "format": "password"}


@dataclass(frozen=True)
class AccountBody:
    name: str = required(Text(max_chars=100, min_chars=1))


@dataclass(frozen=True)
class PasswordBody:
    current_password: str = required(Password())
    new_password: str = required(Password(), "at least 12 characters, and not a common one")


@dataclass(frozen=True)
class ConfirmBody:
    password: str = required(Password(), "your password, so that nobody does this at a desk left alone")


@dataclass(frozen=True)
class CodeBody:
    code: str = required(Text(max_chars=20, min_chars=1), "what the app shows now")


@dataclass(frozen=True)
class EndLoginsBody:
    this_browser: bool = optional(Boolean(), False, "end the login of this browser as well")


class AccountJson(TypedDict):
    """Who is signed in, and in which role. `user` is null for the admin token and an open service."""

    name: str
    role: AnyRole
    user: UserJson | None
    recovery_codes_left: int | None


class LoginJson(TypedDict):
    """A browser that is signed in."""

    login_id: str
    browser: Annotated[str, "Browser and system as the browser names them; empty if it does not."]
    this_browser: bool
    created_at: At | None
    last_seen_at: Annotated[At | None, "To ten minutes."]
    expires_at: At | None


class LoginsJson(TypedDict):
    """The logins of the account, newest first."""

    items: list[LoginJson]


class EndedLoginsJson(TypedDict):
    """How many logins ended."""

    ended: int


class CodesSecretJson(TypedDict):
    """The secret for an authenticator app. It is asked for codes only after `confirm` got one."""

    secret: str
    otpauth_uri: str


class RecoveryCodesJson(TypedDict):
    """Codes that each work once in place of a one-time code. They are shown only this once."""

    recovery_codes: list[str]


def account_page(service: WebService, request: Request) -> Response:
    """GET /account"""
    return desk_page(service, request, "account.html")


@contract()
def get_account(service: WebService, request: Request) -> Json[AccountJson]:
    """GET /api/account"""
    actor = request.actor
    name, user, codes_left = actor.name, None, None
    if actor.kind is ActorKind.USER and actor.id is not None:
        with service.store.read() as tx:
            row = users.find_user(tx, actor.id)
            # The request may have changed the name.
            name, user = row.name, user_json(row, tx.job_reviewers.jobs_of(actor.id))
            codes_left = tx.users.count_recovery_codes(actor.id) if row.codes_enabled_at is not None else None
    return json_response({
        "name": name, "role": str(actor.role), "user": user, "recovery_codes_left": codes_left,
    })


@contract(body=AccountBody)
def change_account(service: WebService, request: Request) -> Json[AccountJson]:
    """PATCH /api/account"""
    user_id = user_in_browser(request)
    users.change(service, user_id, name=read(AccountBody, request.json).name, role=None, disabled=None)
    return get_account(service, request)


@contract(body=PasswordBody, raises=("WRONG_PASSWORD",))
def change_password(service: WebService, request: Request) -> Json[EndedLoginsJson]:
    """POST /api/account/password"""
    user_id = user_in_browser(request)
    body = read(PasswordBody, request.json)
    with _attempt(service, request, user_id):
        ended = account.change_password(
            service, service.passwords, user_id, current=body.current_password, new=body.new_password,
            keep=[request.login or ""],
        )
    return json_response({"ended": ended})


@contract(body=ConfirmBody, raises=("WRONG_PASSWORD", "ONE_TIME_CODES_ON"))
def create_codes_secret(service: WebService, request: Request) -> Json[CodesSecretJson]:
    """POST /api/account/one-time-codes"""
    user_id = user_in_browser(request)
    _confirm(service, request, user_id, read(ConfirmBody, request.json).password)
    user, secret = account.create_codes_secret(service, secrets.token_bytes, user_id)
    return json_response({"secret": secret, "otpauth_uri": one_time_codes.otpauth_uri(secret, user.email)})


@contract(body=CodeBody, raises=("WRONG_CODE", "ONE_TIME_CODES_ON"))
def confirm_codes(service: WebService, request: Request) -> Json[RecoveryCodesJson]:
    """POST /api/account/one-time-codes/confirm"""
    user_id = user_in_browser(request)
    code = read(CodeBody, request.json).code
    with _attempt(service, request, user_id):
        codes = account.enable_codes(service, secrets.token_bytes, user_id, code)
    return json_response({"recovery_codes": codes})


@contract(body=ConfirmBody, raises=("WRONG_PASSWORD",))
def disable_codes(service: WebService, request: Request) -> Json[AccountJson]:
    """POST /api/account/one-time-codes/disable"""
    user_id = user_in_browser(request)
    _confirm(service, request, user_id, read(ConfirmBody, request.json).password)
    account.disable_codes(service, user_id)
    return get_account(service, request)


@contract(body=ConfirmBody, raises=("WRONG_PASSWORD", "ONE_TIME_CODES_OFF"))
def renew_recovery_codes(service: WebService, request: Request) -> Json[RecoveryCodesJson]:
    """POST /api/account/recovery-codes"""
    user_id = user_in_browser(request)
    _confirm(service, request, user_id, read(ConfirmBody, request.json).password)
    return json_response({"recovery_codes": account.renew_recovery_codes(service, secrets.token_bytes, user_id)})


@contract()
def list_logins(service: WebService, request: Request) -> Json[LoginsJson]:
    """GET /api/account/logins"""
    with service.store.read() as tx:
        logins = tx.logins.of_user(_owner(request), now_ms=service.clock.now_ms())
    return json_response({
        "items": [
            {
                "login_id": _login_id(login), "browser": login.browser,
                "this_browser": login.cookie_hash == request.login, "created_at": iso_utc(login.created_at),
                "last_seen_at": iso_utc(login.last_seen_at), "expires_at": iso_utc(login.expires_at),
            }
            for login in logins
        ]
    })


@contract(raises=("LOGIN_NOT_FOUND",))
def end_login(service: WebService, request: Request) -> Json[EndedLoginsJson]:
    """DELETE /api/account/logins/{login_id}"""
    _require_browser(request)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        logins = tx.logins.of_user(_owner(request), now_ms=now_ms)
        found = next((login for login in logins if _login_id(login) == request.params["login_id"]), None)
        if found is None or not tx.logins.remove(found.cookie_hash):
            raise Problem("LOGIN_NOT_FOUND", "This login has ended already.")
        tx.audit.append(request.actor, "login.ended", "login", at_ms=now_ms, details={"logins": 1})
    return json_response({"ended": 1})


@contract(body=EndLoginsBody)
def end_logins(service: WebService, request: Request) -> Json[EndedLoginsJson]:
    """POST /api/account/logins/end"""
    _require_browser(request)
    body = read(EndLoginsBody, request.json)
    with service.store.write() as tx:
        keep = [] if body.this_browser or request.login is None else [request.login]
        ended = tx.logins.remove_of_user(_owner(request), keep=keep)
        tx.audit.append(
            request.actor, "login.ended", "login", at_ms=service.clock.now_ms(), details={"logins": ended}
        )
    return json_response({"ended": ended})


def user_in_browser(request: Request) -> str:
    """The user who is signed in in this browser. Raises `FORBIDDEN` for anybody else, tokens of the user included."""
    if request.actor.kind is not ActorKind.USER or request.actor.id is None:
        raise Problem("FORBIDDEN", "Only a user has an account. Sign in with an e-mail address and a password.")
    _require_browser(request)
    return request.actor.id


def _require_browser(request: Request) -> None:
    if request.login is None:
        raise Problem("FORBIDDEN", "A token cannot change an account. Sign in in a browser.")


def _owner(request: Request) -> str | None:
    return request.actor.id if request.actor.kind is ActorKind.USER else None


def _login_id(login: Login) -> str:
    """A login as its owner names it: half of the hash of its cookie, from which nobody gets the cookie."""
    return f"lo_{login.cookie_hash[:_LOGIN_ID_CHARS]}"


def _confirm(service: WebService, request: Request, user_id: str, password: str) -> None:
    with _attempt(service, request, user_id):
        account.confirm_password(service, service.passwords, user_id, password)


def _attempt(service: WebService, request: Request, user_id: str) -> Attempt:
    return Attempt(service, service.guard.client_address.of(request), f"account {user_id}")


@dataclass(frozen=True)
class Attempt:
    """A password or code is checked inside of it: counted first, and not counted if nothing was wrong with it."""

    service: WebService
    address: str
    account: str

    def __enter__(self) -> None:
        self.service.guard.throttle.count_attempt(self.address, self.account)

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: object) -> None:
        if not isinstance(fault, Problem) or fault.code not in ("WRONG_PASSWORD", "WRONG_CODE", "UNAUTHORIZED"):
            self.service.guard.throttle.undo_attempt(self.address, self.account)


