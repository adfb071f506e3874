"""Who is asking: the admin token as a bearer token, or the cookie that the login page sets for it; for the main system
the client key, as a bearer token or, because it cannot send a header, before the path: `/k/{client_key}`.

Without an admin token the service is open, which the settings allow on a loopback address only. Even then a web page
in the recruiter's browser must not be able to use it: writes from other sites are refused, and so are requests that a
browser sends under a name that is not ours (DNS rebinding).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlsplit

from ..errors import Problem
from ..link_tokens import derive_key, equal_in_constant_time
from ..settings import is_loopback
from ..system import logs
from ..system.clock import Clock
from .client_address import ClientAddress
from .request import Request
from .router import Access, nowhere

COOKIE = "tener_interview_login"
#: Over HTTPS; the prefix has browsers refuse one that another host or an unencrypted page has set.
SECURE_COOKIE = f"__Host-{COOKIE}"
COOKIE_TTL_S = 12 * 3600
CLIENT_DOOR = "/k/"
TRIES_A_MINUTE = 5
_ADDRESSES_KEPT = 10_000


class Throttle:
    """Counts wrong tries per address over the last minute, in this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def count_wrong(self, address: str) -> None:
        """Count a wrong try. Raises `TOO_MANY_ATTEMPTS` while the address has used up its tries.

        A right one is never refused for others' wrong ones, who may share its address. It is so long that it is not
        found by guessing, however often; this keeps who tries all the same from taking up time.
        """
        with self._lock:
            tries = self._recent(address)
            if len(tries) >= TRIES_A_MINUTE:
                wait_s = max(1, round(60 - (self._clock.monotonic_s() - tries[0])))
                raise Problem(
                    "TOO_MANY_ATTEMPTS",
                    f"Too many wrong tokens or keys from this address. Wait {wait_s} seconds.",
                    headers={"Retry-After": str(wait_s)},
                )
            tries.append(self._clock.monotonic_s())
            self._wrong[address] = tries
            self._wrong.move_to_end(address)
            while len(self._wrong) > _ADDRESSES_KEPT:
                self._wrong.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        since = self._clock.monotonic_s() - 60
        return deque((at for at in self._wrong.get(address, ()) if at > since), maxlen=TRIES_A_MINUTE)


class Logins(Protocol):
    """Who is signed in, inside one transaction."""

    def add(self, cookie_hash: str, *, now_ms: int, expires_at: int) -> None: ...
    def is_signed_in(self, cookie_hash: str, *, now_ms: int) -> bool: ...
    def remove(self, cookie_hash: str) -> None: ...


class HasLogins(Protocol):
    """A transaction on the store."""

    @property
    def logins(self) -> Logins: ...


class LoginStore(Protocol):
    """Where logins are kept, so that they outlive a restart and end for good when somebody signs out."""

    def read(self) -> AbstractContextManager[HasLogins]: ...
    def write(self) -> AbstractContextManager[HasLogins]: ...


@dataclass(frozen=True)
class Guard:
    """Decides whether a request may use a recruiter's route. `token_urlsafe(32)` makes a login's cookie."""

    admin_token: str | None = field(repr=False)
    client_key: str | None = field(repr=False)
    store: LoginStore
    public_base_url: str
    clock: Clock
    throttle: Throttle
    token_urlsafe: Callable[[int], str]
    client_address: ClientAddress = ClientAddress()

    @property
    def open(self) -> bool:
        """Whether anybody on this machine may use everything."""
        return self.admin_token is None

    @property
    def https(self) -> bool:
        return self.public_base_url.startswith("https://")

    def take_key(self, request: Request) -> None:
        """Take the client key off the path of a request that comes through the client door.

        A wrong key is answered as an address where nothing is, so that nobody can tell the two apart. Raises
        `ROUTE_NOT_FOUND` and `TOO_MANY_ATTEMPTS`.
        """
        if self.client_key is None or not request.path.startswith(CLIENT_DOOR):
            return
        given = request.path.removeprefix(CLIENT_DOOR)
        # A key may hold slashes, so that it ends where the right one would.
        end = len(self.client_key)
        self._judge(request, nowhere(), equal_in_constant_time(f"{given}/"[: end + 1], f"{self.client_key}/"))
        request.path = given[end:] or "/"
        request.by_machine = True

    def admit(self, request: Request, access: Access) -> None:
        """Raises `UNAUTHORIZED`, `FORBIDDEN`, `TOO_MANY_ATTEMPTS` or `CROSS_SITE_REQUEST`."""
        bearer = _bearer(request)
        if request.by_machine:
            self.refuse_cross_site(request)
        elif self.admin_token is None:
            request.by_machine = self._is_client_key(bearer)
            self._refuse_rebinding(request)
            self.refuse_cross_site(request)
        elif bearer is not None:
            self._check_bearer(bearer, request, access)
        elif self.signed_in(request):
            self.refuse_cross_site(request)
        else:
            raise Problem(
                "UNAUTHORIZED",
                "Sign in first, or send the admin token as Authorization: Bearer.",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def check_token(self, given: str, request: Request) -> None:
        """Raises `UNAUTHORIZED` for a wrong token and `TOO_MANY_ATTEMPTS` after five of them in a minute."""
        self._judge(request, _wrong_token(), self._is_admin_token(given))

    def _check_bearer(self, given: str, request: Request, access: Access) -> None:
        request.by_machine = self._is_client_key(given)
        self._judge(request, _wrong_token(), self._is_admin_token(given) or request.by_machine)
        if request.by_machine and access is not Access.MACHINE:
            raise Problem("FORBIDDEN", "The client key does not open this address. Use the admin token.")

    def _judge(self, request: Request, refusal: Problem, right: bool) -> None:
        """Raises `refusal` for a wrong try, and `TOO_MANY_ATTEMPTS` for another after five of them in a minute."""
        if right:
            return
        try:
            self.throttle.count_wrong(self.client_address.of(request))
            raise refusal
        except Problem as problem:
            logs.log_event("sign_in_refused", code=problem.code)
            raise

    def _is_admin_token(self, given: str) -> bool:
        return self.admin_token is not None and equal_in_constant_time(given, self.admin_token)

    def _is_client_key(self, given: str | None) -> bool:
        return given is not None and self.client_key is not None and equal_in_constant_time(given, self.client_key)

    def refuse_cross_site(self, request: Request) -> None:
        """Raises `CROSS_SITE_REQUEST` for a write that another site's page makes this browser send.

        Fetch metadata decides where the browser sends it, the Origin header where it does not; a request with neither
        is not a browser's (OWASP Cross-Site Request Forgery Prevention Cheat Sheet).
        """
        if request.method in ("GET", "HEAD"):
            return
        site = request.header("Sec-Fetch-Site")
        origin = request.header("Origin")
        if site is not None:
            good = site in ("same-origin", "none")
        else:
            good = origin is None or origin in self._own_origins(request)
        if not good:
            raise Problem("CROSS_SITE_REQUEST", "This was sent by a page of another site. Use the service's own pages.")

    def had_login(self, request: Request) -> bool:
        """Whether the browser holds a login's cookie that is good no longer."""
        return bool(_login_cookies(request)) and not self.signed_in(request)

    def sign_in(self, request: Request) -> str:
        """A new login; the Set-Cookie value that hands it to the browser. Only its hash is kept."""
        value = self.token_urlsafe(32)
        now_ms = self.clock.now_ms()
        with self.store.write() as tx:
            tx.logins.add(self._hash(value), now_ms=now_ms, expires_at=now_ms + COOKIE_TTL_S * 1000)
        logs.log_event("signed_in")
        return _set_cookie(value, COOKIE_TTL_S, secure=self._came_by_https(request))

    def sign_out(self, request: Request) -> str:
        """End the login of a request, whoever else holds its cookie; the Set-Cookie value that takes it away."""
        held = _login_cookies(request)
        if held:
            with self.store.write() as tx:
                for value in held.values():
                    tx.logins.remove(self._hash(value))
            logs.log_event("signed_out")
        return _set_cookie("", 0, secure=SECURE_COOKIE in held or (not held and self._came_by_https(request)))

    def _came_by_https(self, request: Request) -> bool:
        """Whether the browser has come by HTTPS, whatever proxies made of it; by the public address where it does not
        say so. A service may be reached by both: from outside through a proxy, and from within without one."""
        scheme = (request.header("Origin") or "").partition("://")[0]
        return scheme == "https" if scheme in ("http", "https") else self.https

    def signed_in(self, request: Request) -> bool:
        held = _login_cookies(request)
        if not held:
            return False
        now_ms = self.clock.now_ms()
        with self.store.read() as tx:
            return any(tx.logins.is_signed_in(self._hash(value), now_ms=now_ms) for value in held.values())

    def _hash(self, cookie: str) -> str:
        """Keyed with the admin token, so that changing it signs everybody out."""
        key = derive_key(self.admin_token or "", "login-cookie v1")
        return hmac.digest(key, cookie.encode("utf-8", "surrogateescape"), hashlib.sha256).hex()

    def _own_origins(self, request: Request) -> set[str]:
        """Where the service's own pages may come from: the public address, and the one in the address bar.

        That is the Host header's, which no page can choose for its request. A locked service is known by any name: the
        login is a cookie, which the browser holds for one name only. An unencrypted page, which others on the way may
        have written, does not speak for a login that was made over HTTPS.
        """
        origins = {_origin(self.public_base_url)}
        host = (request.header("Host") or "").lower()
        if is_loopback(_host_only(host)):
            origins.add(f"http://{host}")
        elif host and not self.open:
            origins |= {f"https://{host}"} if SECURE_COOKIE in request.cookies else {f"https://{host}", f"http://{host}"}
        return origins

    def _refuse_rebinding(self, request: Request) -> None:
        """A page of a foreign name that was made to lead to this machine. Nothing but the Host header gives it away:
        to such an address a browser sends no fetch metadata (W3C Fetch Metadata, section 3), and reads no Origin.
        That it is a browser shows in Accept-Language, which a page can change but not leave out; a program that names
        another host is no danger to anybody."""
        host = _host_only(request.header("Host") or "")
        own = host == urlsplit(self.public_base_url).hostname or is_loopback(host)
        if not own and request.header("Accept-Language") is not None:
            raise Problem("CROSS_SITE_REQUEST", "This service is not known by the name in the address bar.")


def login_address(path: str, query: str = "") -> str:
    """The login page, which will lead back to an address of this service."""
    return f"/login?next={quote(f'{path}?{query}' if query else path, safe='/')}"


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of this service, whatever was asked for."""
    return path if re.fullmatch(r"/(?![/\\])[!-~]*", path) else "/dashboard"


def _wrong_token() -> Problem:
    return Problem("UNAUTHORIZED", "That is not the admin token.", headers={"WWW-Authenticate": "Bearer"})


def _bearer(request: Request) -> str | None:
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _login_cookies(request: Request) -> dict[str, str]:
    """The cookies of logins that a browser has sent, by name."""
    return {name: value for name, value in request.cookies.items() if name in (SECURE_COOKIE, COOKIE)}


def _set_cookie(value: str, ttl_s: int, *, secure: bool) -> str:
    """Lax: a link in a mail opens its page, and nothing but a link from elsewhere comes with the login."""
    name, mark = (SECURE_COOKIE, "; Secure") if secure else (COOKIE, "")
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={ttl_s}{mark}"


def _origin(url: str) -> str:
    """As browsers write it (RFC 6454 section 6.2): in lower case, and without the port that goes without saying."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    return f"{parts.scheme}://{host.removesuffix({'http': ':80', 'https': ':443'}[parts.scheme])}"


def _host_only(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
