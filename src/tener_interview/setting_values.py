"""What may stand in a variable: each function reads its text, or raises ValueError that says what it must be."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

MIN_TOKEN_SECRET_CHARS = 16
#: Of what opens the service to whoever sends it: so much is not guessed, however fast and from however many addresses.
MIN_TOKEN_CHARS = 24
MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def identifier(value: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", value):
        raise ValueError("must be 1 to 200 visible characters without spaces")
    return value


def secret_text(value: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError("must be visible ASCII characters without spaces")
    return value


def signing_secret(value: str) -> str:
    if len(value) < MIN_TOKEN_SECRET_CHARS:
        raise ValueError(f"must be at least {MIN_TOKEN_SECRET_CHARS} characters long")
    return secret_text(value)


def address_secret(value: str) -> str:
    """A secret that stands in an address as it is: in RFC 3986's words pchar and "/", and no dot segments, which
    clients take out."""
    if len(value) < MIN_TOKEN_CHARS:
        raise ValueError(f"must be at least {MIN_TOKEN_CHARS} characters long; {MAKE_ONE} makes one")
    if not re.fullmatch(r"[0-9A-Za-z._~!$&'()*+,;=:@/-]+", value) or {".", ".."} & set(value.split("/")):
        raise ValueError("must be letters, digits and -._~+/= only, because it stands in an address")
    return value


def networks(value: str) -> tuple[Network, ...]:
    """Addresses and ranges in CIDR notation (RFC 4632, RFC 4291)."""
    found = []
    for each in re.split(r"[\s,]+", value.strip(", ")):
        try:
            network = ipaddress.ip_network(each)
        except ValueError as fault:
            raise ValueError(f"must be addresses or ranges, such as 127.0.0.1, 10.0.0.0/8, ::1; {fault}") from None
        if network.prefixlen == 0:
            raise ValueError(f"must be addresses of proxies, and {each} is everybody")
        found.append(network)
    return tuple(found)


def whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def seconds(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", value) or not 0 < float(value) <= 3600:
        raise ValueError("must be a number of seconds above 0, at most 3600")
    return float(value)


def boolean(value: str) -> bool:
    known = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if value.lower() not in known:
        raise ValueError("must be true or false")
    return known[value.lower()]


def provider_name(value: str) -> str:
    known = {"hireflix": "hireflix", "demo": "demo", "hireflix_mock": "demo"}
    if value not in known:
        raise ValueError("must be hireflix or demo")
    return known[value]


def log_style(value: str) -> str:
    if value not in ("auto", "human", "json"):
        raise ValueError("must be auto, human or json")
    return value


def http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"[\x21-\x7e]+", value) or re.search(r"[?#]", value) or "@" in parts.netloc:
        raise ValueError("must be an http:// or https:// address without user, query or fragment")
    return value.rstrip("/")


def base_url(value: str) -> str:
    """Links, pages and their cookie begin at the root of a host name."""
    url = http_url(value)
    if urlsplit(url).path:
        raise ValueError(
            "must be an address without a path, because pages and links begin at the root of a host name;"
            " give the service a name of its own, such as https://interviews.example.com"
        )
    return url


def host_name(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]{1,253}", value):
        raise ValueError("must be a host name or an IP address")
    return value


def email_domain(value: str) -> str:
    if not re.fullmatch(r"(?=.{1,190}\Z)[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+", value):
        raise ValueError("must be a domain name with a dot, such as interview.local")
    return value.lower()


def plain_text(value: str) -> str:
    if len(value) > 100 or not value.isprintable():
        raise ValueError("must be at most 100 printable characters on one line")
    return value


def path(value: str) -> Path:
    if "\0" in value:
        raise ValueError("must be a path without NUL characters")
    return Path(value)
