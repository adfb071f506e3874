"""Authentication: users sign in with the login cookie or an API token, an admin also with the admin token. The main
system sends the client key, as a bearer token or, because it cannot set headers, as a path prefix: `/k/{client_key}`.

Without an admin token the service is open to requests without a cookie and a token, which the settings allow on a
loopback address only. Even then web pages of other sites cannot use it through the recruiter's browser: writes from
other sites are refused, and so are browser requests for a foreign host name (DNS rebinding).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from ..actor import ADMIN_TOKEN, ANYBODY, CLIENT_KEY, LOCAL, Role
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..link_tokens import derive_key, equal_in_constant_time
from ..settings import is_loopback
from ..system import logs
from .browser_name import browser_name
from .client_address import ClientAddress
from .credentials import actor_of_login, actor_of_token, hash_api_token
from .router import route_not_found

if TYPE_CHECKING:
    from ..actor import Actor
    from ..system.clock import Clock
    from .credentials import LoginStore, StoredLogin
    from .request import Request
    from .router import Access
    from .throttle import Throttle

COOKIE = "tener_interview_login"
#: Used over HTTPS. Browsers reject a cookie with this prefix if another host or an unencrypted page sets it.
SECURE_COOKIE = f"__Host-{COOKIE}"
COOKIE_TTL_S = 12 * 3600
CLIENT_KEY_PREFIX = "/k/"
#: The prefix of API tokens, by which secret scanners find leaked ones.
API_TOKEN_PREFIX = "tener_"  # noqa: S105 - not a token
#: How often the last use of a login or token is written down.
USE_RECORDED_EVERY_MS = 60_000


@dataclass(frozen=True)
class Guard:
    """Decides who may use a route that needs sign-in. `token_urlsafe(32)` makes the value of a login cookie."""

    admin_token: str | None = field(repr=False)
    client_key: str | None = field(repr=False)
    store: LoginStore
    public_base_url: str
    clock: Clock
    throttle: Throttle
    token_urlsafe: Callable[[int], str]
    client_address: ClientAddress = ClientAddress()

    @property
    def is_open(self) -> bool:
        """Whether anybody on this computer may use everything."""
        return self.admin_token is None

    @property
    def https(self) -> bool:
        return self.public_base_url.startswith("https://")

    def strip_client_key(self, request: Request) -> None:
        """Remove the client key from the path of a request that has it as a prefix.

        A wrong key gets the same response as an unknown address. Raises `ROUTE_NOT_FOUND` and `TOO_MANY_ATTEMPTS`.
        """
        if self.client_key is None or not request.path.startswith(CLIENT_KEY_PREFIX):
            return
        rest = request.path.removeprefix(CLIENT_KEY_PREFIX)
        # A key may contain slashes, so compare as many characters as the real key has.
        end = len(self.client_key)
        self._reject_unless(
            request, route_not_found(), equal_in_constant_time(f"{rest}/"[: end + 1], f"{self.client_key}/")
        )
        request.path = rest[end:] or "/"
        request.actor = CLIENT_KEY

    def authorize(self, request: Request, access: Access, *, checks_read_only: bool = False) -> None:
        """Raises `UNAUTHORIZED`, `FORBIDDEN`, `TOO_MANY_ATTEMPTS` or `CROSS_SITE_REQUEST`.

        A read-only token may send GET only, unless `checks_read_only`.
        """
        bearer = _bearer(request)
        if request.has_client_key:
            self.refuse_cross_site(request)
        elif bearer is not None and bearer.startswith(API_TOKEN_PREFIX) and not self._is_admin_token(bearer):
            self._check_api_token(bearer, request)
        elif self.admin_token is None:
            request.actor = CLIENT_KEY if self._is_client_key(bearer) else self._signed_in_actor(request) or LOCAL
            self._refuse_rebinding(request)
            self.refuse_cross_site(request)
        elif bearer is not None:
            self._check_bearer(bearer, request)
        elif actor := self._signed_in_actor(request):
            request.actor = actor
            self.refuse_cross_site(request)
        else:
            raise Problem(
                "UNAUTHORIZED",
                "Sign in first, or send the admin token or an API token as Authorization: Bearer.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if not access.admits(request.actor.role):
            raise Problem("FORBIDDEN", _FORBIDDEN[request.actor.role])
        if request.actor.read_only and not checks_read_only and request.method not in ("GET", "HEAD"):
            refuse_read_only(request.actor)

    def check_admin_token(self, token: str, request: Request) -> None:
        """Raises `UNAUTHORIZED` for a wrong token and `TOO_MANY_ATTEMPTS` after five of them in a minute."""
        self._reject_unless(request, _wrong_token_problem(), self._is_admin_token(token))

    def _check_api_token(self, token: str, request: Request) -> None:
        """Raises `UNAUTHORIZED` and `TOO_MANY_ATTEMPTS`."""
        now_ms = self.clock.now_ms()
        with self.store.read() as tx:
            owner = tx.api_tokens.find(hash_api_token(token), now_ms=now_ms)
        if owner is None:
            refusal = "This token is unknown, expired or revoked, or its user may no longer sign in."
            self._reject_unless(request, _unauthorized_problem(refusal), is_valid=False)
            return
        request.actor = actor_of_token(owner)
        if owner.last_used_at is None or not 0 <= now_ms - owner.last_used_at < USE_RECORDED_EVERY_MS:
            with self.store.write() as tx:
                tx.api_tokens.touch(owner.token_id, now_ms=now_ms)

    def _signed_in_actor(self, request: Request) -> Actor | None:
        """Who is signed in in this browser, with their present role."""
        login = self.find_login(request)
        if login is None:
            return None
        now_ms = self.clock.now_ms()
        if not 0 <= now_ms - login.last_seen_at < USE_RECORDED_EVERY_MS * 10:
            with self.store.write() as tx:
                tx.logins.touch(login.cookie_hash, now_ms=now_ms)
        request.login = login.cookie_hash
        return actor_of_login(login)

    def _check_bearer(self, token: str, request: Request) -> None:
        is_client_key = self._is_client_key(token)
        self._reject_unless(request, _wrong_token_problem(), self._is_admin_token(token) or is_client_key)
        request.actor = CLIENT_KEY if is_client_key else ADMIN_TOKEN

    def _reject_unless(self, request: Request, refusal: Problem, is_valid: bool) -> None:
        """Unless the token is valid, raise `refusal`, or `TOO_MANY_ATTEMPTS` after five failures in a minute."""
        if is_valid:
            return
        try:
            self.throttle.record_failure(self.client_address.of(request))
            raise refusal
        except Problem as problem:
            logs.log_event("sign_in_refused", code=problem.code)
            raise

    def record_refusal(self, request: Request, user_id: str | None) -> None:
        """Record a wrong password or code. Only the audit log names the user, if there is one."""
        logs.log_event("sign_in_refused", code="UNAUTHORIZED")
        with self.store.write() as tx:
            tx.audit.append(
                self._with_address(ANYBODY, request), "login.refused", "user", user_id, at_ms=self.clock.now_ms()
            )

    def _is_admin_token(self, token: str) -> bool:
        return self.admin_token is not None and equal_in_constant_time(token, self.admin_token)

    def _is_client_key(self, token: str | None) -> bool:
        return token is not None and self.client_key is not None and equal_in_constant_time(token, self.client_key)

    def refuse_cross_site(self, request: Request) -> None:
        """Raises `CROSS_SITE_REQUEST` for a write that a page of another site makes the browser send.

        Fetch metadata decides if the browser sends it, the Origin header otherwise; a request with neither does not
        come from a browser (OWASP Cross-Site Request Forgery Prevention Cheat Sheet).
        """
        if request.method in ("GET", "HEAD"):
            return
        site = request.header("Sec-Fetch-Site")
        origin = request.header("Origin")
        if site is not None:
            is_own_page = site in ("same-origin", "none")
        else:
            is_own_page = origin is None or origin in self._own_origins(request)
        if not is_own_page:
            raise Problem("CROSS_SITE_REQUEST", "A page of another site sent this. Use the service's own pages.")

    def has_expired_login(self, request: Request) -> bool:
        """Whether the browser sends a login cookie that is no longer valid."""
        return bool(_login_cookies(request)) and not self.is_signed_in(request)

    def sign_in(self, request: Request, actor: Actor = ADMIN_TOKEN) -> str:
        """Create a login of a user, or with the admin token, and return the Set-Cookie value for it. Only the cookie's
        hash is stored."""
        value = self.token_urlsafe(32)
        now_ms = self.clock.now_ms()
        with self.store.write() as tx:
            tx.logins.add(
                self._hash(value), now_ms=now_ms, expires_at=now_ms + COOKIE_TTL_S * 1000, user_id=actor.id,
                browser=browser_name(request.header("User-Agent") or ""),
            )
            tx.audit.append(self._with_address(actor, request), "login.created", "login", at_ms=now_ms)
        logs.log_event("signed_in")
        return _set_cookie(value, COOKIE_TTL_S, secure=self._used_https(request))

    def sign_out(self, request: Request) -> str:
        """End the login of a request, for every copy of its cookie, and return the Set-Cookie value that deletes it."""
        cookies = _login_cookies(request)
        login = self.find_login(request)
        if cookies:
            now_ms = self.clock.now_ms()
            with self.store.write() as tx:
                removed = [tx.logins.remove(self._hash(value)) for value in cookies.values()]
                if login is not None and any(removed):
                    actor = self._with_address(actor_of_login(login), request)
                    tx.audit.append(actor, "login.ended", "login", at_ms=now_ms)
            logs.log_event("signed_out")
        return _set_cookie("", 0, secure=SECURE_COOKIE in cookies or (not cookies and self._used_https(request)))

    def _used_https(self, request: Request) -> bool:
        """Whether the browser came by HTTPS, even if a proxy ended it; if the Origin header is missing, by the public
        address.

        A service may be reached both ways: from outside through a proxy, and from inside without one.
        """
        scheme = (request.header("Origin") or "").partition("://")[0]
        return scheme == "https" if scheme in ("http", "https") else self.https

    def is_signed_in(self, request: Request) -> bool:
        return self.find_login(request) is not None

    def find_login(self, request: Request) -> StoredLogin | None:
        """The valid login of the browser; None for a user who may no longer sign in."""
        cookies = _login_cookies(request)
        if not cookies:
            return None
        now_ms = self.clock.now_ms()
        with self.store.read() as tx:
            logins = (tx.logins.find(self._hash(value), now_ms=now_ms) for value in cookies.values())
            return next((login for login in logins if login is not None), None)

    def _with_address(self, actor: Actor, request: Request) -> Actor:
        return replace(actor, address=self.client_address.of(request))

    def _hash(self, cookie: str) -> str:
        """Keyed with the admin token, so that a new token signs everybody out."""
        key = derive_key(self.admin_token or "", "login-cookie v1")
        return hmac.digest(key, cookie.encode("utf-8", "surrogateescape"), hashlib.sha256).hex()

    def _own_origins(self, request: Request) -> set[str]:
        """The origins of the service's own pages: the public address, and the one in the address bar.

        The latter is in the Host header, which no page can choose for its requests. A service with an admin token
        accepts any host name: its login is a cookie, which the browser keeps for one host only. An unencrypted page,
        which could be altered on the network, may not use a login that was made over HTTPS.
        """
        origins = {_origin(self.public_base_url)}
        host = (request.header("Host") or "").lower()
        if is_loopback(_host_only(host)):
            origins.add(f"http://{host}")
        elif host and not self.is_open:
            origins |= {f"https://{host}"} if SECURE_COOKIE in request.cookies else {f"https://{host}", f"http://{host}"}
        return origins

    def _refuse_rebinding(self, request: Request) -> None:
        """Refuse pages of a foreign host name that resolves to this computer.

        Only the Host header reveals them: for such an address a browser sends no fetch metadata (W3C Fetch Metadata,
        section 3) and no foreign Origin. Accept-Language shows that a browser sends the request: a page can change this
        header but not remove it. Programs that use another host name are no threat: from a container this
        computer is called `host.docker.internal`.
        """
        host = _host_only(request.header("Host") or "")
        is_own_host = host == urlsplit(self.public_base_url).hostname or is_loopback(host)
        if not is_own_host and request.header("Accept-Language") is not None:
            raise Problem("CROSS_SITE_REQUEST", f"Host name not allowed. Open {self.public_base_url} instead.")


_FORBIDDEN = {
    Role.MAIN_SYSTEM: "The client key does not give access to this address. Use the admin token.",
    Role.REVIEWER: "Reviewers have no access to this. Ask a recruiter.",
    Role.RECRUITER: "Only admins have access to this.",
    None: "Sign in first.",
}


def refuse_read_only(actor: Actor) -> None:
    """Raises `FORBIDDEN` for a read-only token."""
    if actor.read_only:
        raise Problem("FORBIDDEN", "This token is read-only.")


def login_url(path: str, query: str = "") -> str:
    """The login page with the address to return to."""
    return f"/login?next={quote(f'{path}?{query}' if query else path, safe='/')}"


def safe_redirect_path(path: str) -> str:
    """The path to go to after signing in, if it is a path of this service; else the dashboard."""
    return path if re.fullmatch(r"/(?![/\\])[!-~]*", path) else "/dashboard"


def _wrong_token_problem() -> Problem:
    return _unauthorized_problem("That is not the admin token.")


def _unauthorized_problem(message: str) -> Problem:
    return Problem("UNAUTHORIZED", message, headers={"WWW-Authenticate": "Bearer"})


def _bearer(request: Request) -> str | None:
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _login_cookies(request: Request) -> dict[str, str]:
    """The login cookies of a request, by name."""
    return {name: value for name, value in request.cookies.items() if name in (SECURE_COOKIE, COOKIE)}


def _set_cookie(value: str, ttl_s: int, *, secure: bool) -> str:
    """A Set-Cookie value.

    SameSite=Lax: the login is sent when a link in an e-mail is followed, and with no other request from another site.
    """
    name, attributes = (SECURE_COOKIE, "; Secure") if secure else (COOKIE, "")
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={ttl_s}{attributes}"


def _origin(url: str) -> str:
    """An origin as browsers write it (RFC 6454 section 6.2): in lower case, without the default port."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    return f"{parts.scheme}://{host.removesuffix({'http': ':80', 'https': ':443'}[parts.scheme])}"


def _host_only(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
