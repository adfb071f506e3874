"""Who is asking: the admin token as a bearer token, or the cookie that the login page sets for it.

Without an admin token the service is open, which the settings allow on a loopback address only. Even then a web page
in the recruiter's browser must not be able to use it: writes from other sites are refused, and so are requests that a
browser sends under a name that is not ours (DNS rebinding).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
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

    def judge(self, address: str, *, right: bool) -> None:
        """Count a try if it is wrong. Raises `TOO_MANY_ATTEMPTS` while the address has used up its tries, for a right
        one too: whoever guesses side by side must not learn which guess was good."""
        with self._lock:
            tries = self._recent(address)
            if len(tries) >= TRIES_A_MINUTE:
                wait_s = max(1, round(60 - (self._clock.monotonic_s() - tries[0])))
                raise Problem(
                    "TOO_MANY_ATTEMPTS",
                    f"Too many wrong tokens from this address. Wait {wait_s} seconds.",
                    headers={"Retry-After": str(wait_s)},
                )
            if right:
                return
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

    admin_token: str | None = field(repr=False)
    cookie_key: bytes = field(repr=False)
    public_base_url: str
    clock: Clock
    throttle: Throttle
    #: The header in which the platform's proxy says who the client is; only for a proxy that always sets it itself.
    address_header: str | None = None

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
        address = self._address(request)
        right = self.admin_token is not None and same_text(given, self.admin_token)
        self.throttle.judge(address, right=right)
        if not right:
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

    def _address(self, request: Request) -> str:
        told = request.header(self.address_header) if self.address_header else None
        peer: str = request.environ.get("REMOTE_ADDR", "")
        return told or peer

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
        """A page of a foreign name that was made to lead to this machine. Nothing but the Host header gives it away:
        to such an address a browser sends no fetch metadata (W3C Fetch Metadata, section 3), and reads no Origin."""
        given = request.header("Host")
        host = _host_only(given or "")
        if given is not None and host != urlsplit(self.public_base_url).hostname and not is_loopback(host):
            raise Problem("CROSS_SITE_REQUEST", "This service is not known by the name in the address bar.")


def login_address(path: str, query: str = "") -> str:
    """The login page, which will lead back to an address of this service."""
    return f"/login?next={quote(f'{path}?{query}' if query else path, safe='/')}"


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of this service, whatever was asked for."""
    return path if re.fullmatch(r"/(?![/\\])[!-~]*", path) else "/dashboard"


def _bearer(request: Request) -> str | None:
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _host_only(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
