"""The address of an SMTP server, and how to show it without its password.

`smtps://user:password@host` uses TLS from the first byte (port 465, RFC 8314); `smtp://user:password@host` uses
STARTTLS (port 587, RFC 3207), without which nothing is sent. `smtp://host?tls=off` sends unencrypted, for a relay on
the same machine or network.
"""

from __future__ import annotations

import re
from dataclasses import field
from enum import StrEnum
from urllib.parse import unquote

from ..host_names import is_host
from ..lazy_dataclass import dataclass
from ..regex import regex

_FORM = "must be smtps://user:password@host or smtp://user:password@host, with a port after the host if it is unusual"
_ESCAPE = "write special characters of user and password as %40 for @, %3A for :, %2F for / and so on"
_HOST = regex(r"(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]+\])")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Encryption(StrEnum):
    """How the connection is encrypted."""

    TLS = "TLS"
    STARTTLS = "STARTTLS"
    NONE = "no encryption"


_DEFAULT_PORTS = {Encryption.TLS: 465, Encryption.STARTTLS: 587, Encryption.NONE: 25}


@dataclass(frozen=True)
class SmtpUrl:
    """An SMTP server's address. Its text has neither user nor password."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port} ({self.encryption})"


def smtp_url(value: str) -> SmtpUrl:
    """Parse the address of a server. Raises ValueError, without repeating the value, which has a password."""
    scheme, separator, rest = value.partition("://")
    if scheme not in ("smtp", "smtps") or not separator or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(f"{_FORM}; {_ESCAPE}")
    address, _, query = rest.partition("?")
    credentials, at, place = address.removesuffix("/").rpartition("@")
    if re.search(r"[@/#\[\]]", credentials) or re.search(r"%(?![0-9A-Fa-f]{2})", credentials):
        raise ValueError(f"{_FORM}; {_ESCAPE}")
    host, port = _host_and_port(place)
    encryption = _encryption(scheme, query)
    user, password = _credentials(credentials) if at else (None, None)
    if encryption is Encryption.NONE and user is not None and host not in _LOOPBACK:
        raise ValueError("must be encrypted where there is a password: leave out tls=off, or user and password")
    return SmtpUrl(host, port or _DEFAULT_PORTS[encryption], encryption, user, password)


def _host_and_port(place: str) -> tuple[str, int | None]:
    match = re.fullmatch(rf"({_HOST.pattern})(?::([0-9]{{1,5}}))?", place)
    if match is None:
        raise ValueError(f"{_FORM}; {_ESCAPE}")
    port = None if match[2] is None else int(match[2])
    if port is not None and not 1 <= port <= 65_535:
        raise ValueError(f"{_FORM}; the port must be from 1 to 65535")
    if not is_host(match[1]):
        raise ValueError(f"{_FORM}; the host must be a host name or an IP address")
    return match[1].strip("[]").lower(), port


def _encryption(scheme: str, query: str) -> Encryption:
    if query not in ("", "tls=off"):
        raise ValueError(f"{_FORM}; after ? only tls=off has a meaning")
    if scheme == "smtps" and query:
        raise ValueError("must be smtp://, and not smtps://, with tls=off")
    return Encryption.TLS if scheme == "smtps" else Encryption.NONE if query else Encryption.STARTTLS


def _credentials(credentials: str) -> tuple[str, str]:
    user, _, password = credentials.partition(":")
    if not user or not password or ":" in password:
        raise ValueError(f"{_FORM}: before the @ are both user and password; {_ESCAPE}")
    if not (unquote(user) + unquote(password)).isascii():
        raise ValueError(f"{_FORM}; user and password must be ASCII")
    return unquote(user), unquote(password)
