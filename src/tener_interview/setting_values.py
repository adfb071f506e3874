"""Parsers of environment variables: each returns the value, or raises ValueError with what is valid ("must be ...")."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .host_names import is_host

MIN_TOKEN_SECRET_CHARS = 16
#: Minimum length of tokens that grant access: long enough not to be guessed, from any number of addresses.
MIN_TOKEN_CHARS = 24
GENERATE_COMMAND = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach a server that binds to this host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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
    """A secret that is used unescaped in a path: pchar of RFC 3986 and "/", but no dot segments, which clients remove.
    """
    if len(value) < MIN_TOKEN_CHARS:
        raise ValueError(f"must be at least {MIN_TOKEN_CHARS} characters long; {GENERATE_COMMAND} makes one")
    if not re.fullmatch(r"[0-9A-Za-z._~!$&'()*+,;=:@/-]+", value) or {".", ".."} & set(value.split("/")):
        raise ValueError("must be letters, digits and -._~+/= only, because it stands in an address")
    return value


def networks(value: str) -> tuple[Network, ...]:
    """Addresses and ranges in CIDR notation (RFC 4632, RFC 4291)."""
    parsed = []
    for text in re.split(r"[\s,]+", value.strip(", ")):
        try:
            network = ipaddress.ip_network(text)
        except ValueError as fault:
            raise ValueError(f"must be addresses or ranges, such as 127.0.0.1, 10.0.0.0/8, ::1; {fault}") from None
        if network.prefixlen == 0:
            raise ValueError(f"must be addresses of proxies, and {text} is everybody")
        parsed.append(network)
    return tuple(parsed)


def integer(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def seconds(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", value) or not 0 < float(value) <= 3600:
        raise ValueError("must be a number of seconds above 0, at most 3600")
    return float(value)


def amount(value: str) -> float:
    """An amount of money."""
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", value):
        raise ValueError("must be a number of 0 or more with a decimal point, such as 0.15")
    return float(value)


def boolean(value: str) -> bool:
    values = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if value.lower() not in values:
        raise ValueError("must be true or false")
    return values[value.lower()]


def provider_name(value: str) -> str:
    values = {"hireflix": "hireflix", "demo": "demo", "hireflix_mock": "demo"}
    if value not in values:
        raise ValueError("must be hireflix or demo")
    return values[value]


def log_style(value: str) -> str:
    if value not in ("auto", "human", "json"):
        raise ValueError("must be auto, human or json")
    return value


def http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_valid = False
    if not is_valid or not re.fullmatch(r"[\x21-\x7e]+", value) or re.search(r"[?#]", value) or "@" in parts.netloc:
        raise ValueError("must be an http:// or https:// address without user, query or fragment")
    if not is_host(parts.hostname or ""):
        raise ValueError("must be an address with the name or IP address of a host, such as https://interviews.example.com")
    return value.rstrip("/")


def webhook_url(value: str) -> str:
    """An address that may have a query, which is a secret at some receivers."""
    try:
        http_url(value.partition("?")[0])
    except ValueError as fault:
        raise ValueError(str(fault).replace("user, query or", "user or")) from None
    if not re.fullmatch(r"[\x21-\x7e]{1,2000}", value) or "#" in value:
        raise ValueError("must be an http:// or https:// address without user or fragment")
    return value


def webhook_secrets(value: str) -> str:
    """Secrets of the Standard Webhooks specification with a comma between, the newest first."""
    secrets = [text for text in re.split(r"[\s,]+", value) if text]
    for secret in secrets:
        if not is_webhook_secret(secret):
            raise ValueError(
                "must be whsec_ and the base64 of 24 to 64 bytes; two with a comma between, while it is changed"
            )
    return ",".join(secrets)


def is_webhook_secret(text: str) -> bool:
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return text.startswith("whsec_") and 24 <= len(key) <= 64


def host_names(value: str) -> tuple[str, ...]:
    """Names of hosts, or addresses, as they stand in a URL."""
    names = tuple(text.lower().rstrip(".") for text in re.split(r"[\s,]+", value) if text)
    for name in names:
        if not is_host(name) or "[" in name:
            raise ValueError("must be names of hosts without port, such as main-system.internal, 10.0.0.5")
    return names


def base_url(value: str) -> str:
    """An address without a path: links, pages and the login cookie begin at the root of a host name."""
    url = http_url(value)
    if urlsplit(url).path:
        raise ValueError(
            "must be an address without a path, because pages and links begin at the root of a host name;"
            " give the service a name of its own, such as https://interviews.example.com"
        )
    return url


def host_name(value: str) -> str:
    if not is_host(value) or "[" in value:
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


def zone(value: str) -> tzinfo:
    """A time zone by its name in the IANA database, which not every computer has."""
    if value == "UTC":
        return UTC
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be UTC or a time zone that this computer knows, such as Europe/Berlin") from None


def path(value: str) -> Path:
    if "\0" in value:
        raise ValueError("must be a path without NUL characters")
    return Path(value)
