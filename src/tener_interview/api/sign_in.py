"""Signing in and out: with an e-mail address and a password, a one-time code if the user wants that, or with the admin
token; and setting a password by a one-time link."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from ..actor import Role
from ..domain.users import account, users
from ..domain.users.passwords import MIN_CHARS
from ..errors import Problem
from ..store.user_records import User
from ..web.auth import COOKIE_TTL_S, safe_redirect_path
from ..web.request import Request
from ..web.response import Response, html_response, redirect
from .account import Attempt
from .desk_texts import DESK_TEXTS
from .web_service import WebService

#: Advice after a rejected token.
_TOKEN_ADVICE = {"UNAUTHORIZED": "Check that you copied all of it, without spaces."}
_WRONG = "The e-mail address or the password is wrong, or the user is disabled."
_WRONG_CODE = "That code is wrong, was used already, or is too old. Wait for the next one."
_CODE_NEEDED = "Type the code that your authenticator app shows now, or a recovery code."


def login_form(service: WebService, request: Request) -> Response:
    """GET /login. Redirects a user who is still signed in, and tells one whose login has expired."""
    login = service.guard.find_login(request)
    if login is not None:
        return redirect(_next_path(request, login.role))
    if service.guard.is_open and not _has_users(service):
        return redirect(safe_redirect_path(request.query.get("next", "")))
    text = "You have been signed out. Sign in again to continue where you were."
    return _login_page(service, request, text if service.guard.has_expired_login(request) else "", kind="message info")


def log_in(service: WebService, request: Request) -> Response:
    """POST /login: sign in and set the cookie, or show the form again; a program gets the problem as JSON."""
    service.guard.refuse_cross_site(request)
    by_token = not (request.form.get("email") or request.form.get("password"))
    try:
        if by_token:
            service.guard.check_admin_token(request.form.get("token", "").strip(), request)
            cookie, role = service.guard.sign_in(request), None
        else:
            user = _check_user(service, request)
            cookie, role = service.guard.sign_in(request, account.actor_of(user)), user.role
    except Problem as problem:
        if not request.wants_html and not by_token:
            raise
        advice = _TOKEN_ADVICE.get(problem.code, "") if by_token else ""
        page = _login_page(
            service, request, f"{problem.error} {advice}".strip(), problem.status,
            needs_code=problem.code == "ONE_TIME_CODE_REQUIRED" or problem.error == _WRONG_CODE, by_token=by_token,
        )
        return page.with_headers(**{name: value for name, value in problem.headers.items() if name == "Retry-After"})
    return redirect(_next_path(request, role), 303).with_headers(Set_Cookie=cookie)


def log_out(service: WebService, request: Request) -> Response:
    """POST /logout"""
    service.guard.refuse_cross_site(request)
    return redirect("/login", 303).with_headers(Set_Cookie=service.guard.sign_out(request))


def password_form(service: WebService, request: Request) -> Response:
    """GET /set-password/{token}: what an invited user, or one without a password, is sent."""
    user, link = users.open_link(service, request.params["token"])
    return _password_page(service, request, user, link.kind, "")


def set_password(service: WebService, request: Request) -> Response:
    """POST /set-password/{token}: the link is used up, and the user signed in, unless a code is asked for as well."""
    service.guard.refuse_cross_site(request)
    token = request.params["token"]
    user, link = users.open_link(service, token)
    password, again = request.form.get("password", ""), request.form.get("again", "")
    name = " ".join(request.form.get("name", "").split())[:100]
    if password != again:
        return _password_page(service, request, user, link.kind, "The two passwords are not the same.", 400, name)
    try:
        user = users.use_link(service, service.passwords, token, name=name or None, password=password)
    except Problem as problem:
        if problem.code != "VALIDATION_FAILED":
            raise
        return _password_page(service, request, user, link.kind, problem.error, 400, name)
    if user.codes_enabled_at is not None:
        return redirect("/login", 303)
    cookie = service.guard.sign_in(request, account.actor_of(user))
    return redirect(_home(user.role), 303).with_headers(Set_Cookie=cookie)


def _check_user(service: WebService, request: Request) -> User:
    """The user whose e-mail address, password and code are in the form.

    Raises `UNAUTHORIZED`, `ONE_TIME_CODE_REQUIRED` and `TOO_MANY_ATTEMPTS`.
    """
    email, code = request.form.get("email", "").strip(), request.form.get("code", "").strip()
    address = service.guard.client_address.of(request)
    with Attempt(service, address, f"account {email.casefold()[:300]}"):
        user = account.check_password(service, service.passwords, email[:300], request.form.get("password", ""))
        if user is None:
            service.guard.record_refusal(request, account.find_user_id(service, email[:300]))
            raise Problem("UNAUTHORIZED", _WRONG)
        if user.codes_enabled_at is not None:
            if not code:
                raise Problem("ONE_TIME_CODE_REQUIRED", _CODE_NEEDED)
            if not account.check_code(service, user, code):
                service.guard.record_refusal(request, user.user_id)
                raise Problem("UNAUTHORIZED", _WRONG_CODE)
    return user


def _next_path(request: Request, role: str | None) -> str:
    """Where to go after signing in. Reviewers have a page of their own."""
    path = safe_redirect_path(request.query.get("next", ""))
    is_desk = urlsplit(path).path in ("/", "/dashboard")
    return _home(role) if is_desk and role == Role.REVIEWER else path


def _home(role: str | None) -> str:
    return "/reviews" if role == Role.REVIEWER else "/dashboard"


def _has_users(service: WebService) -> bool:
    with service.store.read() as tx:
        return any(user.password_hash for user in tx.users.all())


def _login_page(
    service: WebService, request: Request, message: str, status: int = 200, *, kind: str = "message",
    needs_code: bool = False,
    by_token: bool = False,
) -> Response:
    language = DESK_TEXTS.choose(request)
    is_error = kind == "message"
    by_token = by_token or not _has_users(service)
    invalid = ' aria-invalid="true"' if is_error and message else ""
    page = service.files.template("login.html", language).substitute(
        message=escape(DESK_TEXTS.translate_api_sentence(message, language) or message), kind=kind,
        role="alert" if is_error else "status", hours=COOKIE_TTL_S // 3600,
        email=escape(request.form.get("email", "") if request.method == "POST" else "", quote=True),
        user_invalid="" if by_token else invalid, token_invalid=invalid if by_token else "",
        code="" if needs_code else "hidden", token="hidden" if service.guard.is_open else "",
        token_open="open" if by_token else "", users="" if _has_users(service) else "hidden",
        token_focus="autofocus" if by_token else "", user_focus="" if by_token else "autofocus",
    )
    return html_response(page, status)


def _password_page(
    service: WebService, request: Request, user: User, kind: str, message: str, status: int = 200, name: str = ""
) -> Response:
    language = DESK_TEXTS.choose(request)
    welcome = DESK_TEXTS.translate("Welcome to Tener Interview", language)
    renewal = DESK_TEXTS.translate("Set a new password", language)
    page = service.files.template("set_password.html", language).substitute(
        heading=escape(welcome if kind == "invitation" else renewal),
        message=escape(DESK_TEXTS.translate_api_sentence(message, language) or message),
        email=escape(user.email, quote=True),
        name=escape(name or user.name, quote=True),
        invalid=' aria-invalid="true"' if message else "", min_chars=MIN_CHARS,
        name_field="" if kind == "invitation" else "hidden",
        button=escape(DESK_TEXTS.translate("Set Password and Sign In", language)),
    )
    return html_response(page, status)
