"""Who is asking: the admin token as a bearer token, or the cookie that the login page sets for it.

Without an admin token the service is open, which the settings allow on a loopback address only. Even then a web page
in the recruiter's browser must not be able to use it: writes from other sites are refused, and so are requests that a
browser sends under a name that is not ours (DNS rebinding).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from ..clock import Clock
from ..errors import Problem
from ..settings import is_loopback
from ..tokens import same_text
from .request import Request

COOKIE = "tener_interview_login"
COOKIE_TTL_S = 12 * 3600
TRIES_A_MINUTE = 5
_ADDRESSES_KEPT = 10_000


class Throttle:
    """Counts wrong tries per address over the last minute, in this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raises `TOO_MANY_ATTEMPTS` while the address has used up its tries."""
        with self._lock:
            tries = self._recent(address)
            if len(tries) >= TRIES_A_MINUTE:
                wait_s = max(1, round(60 - (self._clock.monotonic_s() - tries[0])))
                raise Problem(
                    "TOO_MANY_ATTEMPTS",
                    f"Too many wrong tokens from this address. Wait {wait_s} seconds.",
                    headers={"Retry-After": str(wait_s)},
                )

    def count(self, address: str) -> None:
        with self._lock:
            tries = self._recent(address)
            tries.append(self._clock.monotonic_s())
            self._wrong[address] = tries
            self._wrong.move_to_end(address)
            while len(self._wrong) > _ADDRESSES_KEPT:
                self._wrong.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        since = self._clock.monotonic_s() - 60
        return deque((at for at in self._wrong.get(address, ()) if at > since), maxlen=TRIES_A_MINUTE)


@dataclass(frozen=True)
class Guard:
    """Decides whether a request may use a recruiter's route. `cookie_key` signs login cookies."""

    admin_token: str | None
    cookie_key: bytes = field(repr=False)
    public_base_url: str
    clock: Clock
    throttle: Throttle

    @property
    def open(self) -> bool:
        """Whether anybody on this machine may use everything."""
        return self.admin_token is None

    @property
    def https(self) -> bool:
        return self.public_base_url.startswith("https://")

    def admit(self, request: Request) -> None:
        """Raises `UNAUTHORIZED`, `TOO_MANY_ATTEMPTS` or `CROSS_SITE_REQUEST`."""
        bearer = _bearer(request)
        if self.admin_token is None:
            self._refuse_rebinding(request)
            self.refuse_cross_site(request)
            return
        if bearer is not None:
            self.check_token(bearer, request)
            return
        if not self._good_cookie(request.cookies.get(COOKIE, "")):
            raise Problem(
                "UNAUTHORIZED",
                "Sign in first, or send the admin token as Authorization: Bearer.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        self.refuse_cross_site(request)

    def check_token(self, given: str, request: Request) -> None:
        """Raises `UNAUTHORIZED` for a wrong token and `TOO_MANY_ATTEMPTS` after five of them in a minute."""
        address = request.environ.get("REMOTE_ADDR", "")
        self.throttle.check(address)
        if self.admin_token is None or not same_text(given, self.admin_token):
            self.throttle.count(address)
            raise Problem("UNAUTHORIZED", "That is not the admin token.", headers={"WWW-Authenticate": "Bearer"})

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

    def cookie(self) -> str:
        """A fresh login cookie, as a Set-Cookie value."""
        expires_s = self.clock.now_ms() // 1000 + COOKIE_TTL_S
        value = f"{expires_s}.{self._cookie_mac(expires_s)}"
        return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={COOKIE_TTL_S}{self._secure()}"

    def no_cookie(self) -> str:
        """A Set-Cookie value that takes the cookie away."""
        return f"{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{self._secure()}"

    def _secure(self) -> str:
        return "; Secure" if self.https else ""

    def _good_cookie(self, value: str) -> bool:
        expires, _, mac = value.partition(".")
        if not (expires.isascii() and expires.isdigit() and len(expires) < 13):
            return False
        fresh = self.clock.now_ms() // 1000 < int(expires)
        return same_text(mac, self._cookie_mac(int(expires))) and fresh

    def _cookie_mac(self, expires_s: int) -> str:
        """Bound to the admin token, so that changing it signs everybody out."""
        message = f"{expires_s}|{self.admin_token}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self.cookie_key, message, hashlib.sha256)).decode().rstrip("=")

    def _own_origins(self, request: Request) -> set[str]:
        parts = urlsplit(self.public_base_url)
        origins = {f"{parts.scheme}://{parts.netloc}"}
        host = request.header("Host") or ""
        if is_loopback(_host_only(host)):
            origins.add(f"http://{host}")
        return origins

    def _refuse_rebinding(self, request: Request) -> None:
        """A browser (only browsers send fetch metadata) that reached a loopback address under a foreign name."""
        host = _host_only(request.header("Host") or "")
        own = host == urlsplit(self.public_base_url).hostname or is_loopback(host)
        if request.header("Sec-Fetch-Site") is not None and not own:
            raise Problem("CROSS_SITE_REQUEST", "This service is not known by the name in the address bar.")


def login_address(path: str) -> str:
    """The login page, which will lead back to a path of this service."""
    return f"/login?next={quote(path, safe='/')}"


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of this service, whatever was asked for."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return path if own and path.isprintable() and path.isascii() else "/dashboard"


def _bearer(request: Request) -> str | None:
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _host_only(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
