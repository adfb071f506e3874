"""The address of a PostgreSQL database, as libpq reads it, and how to show it without its password.

`postgresql://user:password@host:5432/database?sslmode=verify-full` (postgresql.org/docs/current/libpq-connect.html,
"Connection URIs"): several hosts are separated by commas, and query parameters are any that libpq knows.
"""

from __future__ import annotations

import re
from dataclasses import field
from urllib.parse import unquote

from .lazy_dataclass import dataclass

_FORM = "must be postgresql://user:password@host:5432/database"
_ESCAPE = "write special characters of the password as %40 for @, %2F for /, %3F for ? and so on"
_MASK = "***"
#: Query parameters whose values nobody may see.
_SECRET_PARAMETERS = ("password", "sslpassword", "oauth_client_secret")


@dataclass(frozen=True)
class DatabaseUrl:
    """A connection URI. As text it has no password."""

    conninfo: str = field(repr=False)
    shown: str
    has_password: bool

    def __str__(self) -> str:
        return self.shown


def database_url(value: str) -> DatabaseUrl:
    """Parse a connection URI. Raises ValueError with what is wrong, in words that repeat nothing of the value.

    A password whose special characters are not escaped would end up in the host, the port or a parameter, from where
    error messages show it. So what could be one is refused here, before anybody reads it.
    """
    scheme, separator, rest = value.partition("://")
    if scheme not in ("postgresql", "postgres") or not separator:
        raise ValueError(f"{_FORM}, and begin with postgresql://")
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(f"{_FORM}, in visible ASCII characters without spaces; write others as % and hex digits")
    if re.search(r"%(?![0-9A-Fa-f]{2})|%00", value):
        raise ValueError(f"{_FORM}; two hex digits must follow a %, and %25 stands for %")
    address, _, query = rest.partition("?")
    authority, _, database = address.partition("/")
    credentials, at, hosts = authority.rpartition("@")
    user, colon, password = credentials.partition(":")
    if "@" in credentials + database + query or "/" in database:
        raise ValueError(f"{_FORM}; {_ESCAPE}")
    parameters = _parameters(query)
    for host in hosts.split(",") if hosts else ():
        _check_host(host)
    if not (database or parameters.get("dbname") or "service" in parameters):
        raise ValueError(f"{_FORM}, with the name of the database after the host")
    shown_parameters = "&".join(
        f"{name}={_MASK if name in _SECRET_PARAMETERS else text}" for name, text in parameters.items()
    )
    return DatabaseUrl(
        conninfo=value,
        shown=f"postgresql://{user}{f':{_MASK}' if colon else ''}{at}{hosts}{f'/{database}' if database else ''}"
        f"{f'?{shown_parameters}' if parameters else ''}",
        has_password=bool(password or parameters.get("password")),
    )


def _parameters(query: str) -> dict[str, str]:
    """The parameters by name, not decoded."""
    parameters: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, separator, text = part.partition("=")
        if not separator or not re.fullmatch(r"[a-z_]+", name) or "=" in text:
            raise ValueError(f"{_FORM}, and after ? have parameters such as sslmode=require; {_ESCAPE}")
        if name in parameters:
            raise ValueError(f"{_FORM}, with each parameter after ? once")
        parameters[name] = text
    return parameters


def _check_host(host: str) -> None:
    """Raises ValueError for anything but `name`, `name:port` and `[address]:port`, where the name may be empty."""
    match = re.fullmatch(r"(?:\[[0-9A-Fa-f:.]+(?:%25[\w.-]+)?\]|([^:\[\]]*))(?::([0-9]{1,5}))?", host)
    if match is None or not re.fullmatch(r"[\w.~/-]*", unquote(match[1] or "")):
        raise ValueError(f"{_FORM}, with a host name or address, an IPv6 address in brackets; {_ESCAPE}")
    if match[2] is not None and not 1 <= int(match[2]) <= 65_535:
        raise ValueError(f"{_FORM}, with a port from 1 to 65535")


def database_password(value: str) -> str:
    """A password that no URL has to escape."""
    if not value.isprintable() or len(value) > 1000:
        raise ValueError("must be printable characters on one line")
    return value
