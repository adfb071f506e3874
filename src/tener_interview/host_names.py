"""Names of hosts: which of them can stand for a computer at all."""

from __future__ import annotations

import ipaddress
import socket

from .regex import regex

#: RFC 1123, with the underscore that private networks use.
_LABEL = regex(r"(?!-)[0-9A-Za-z_-]{1,63}(?<!-)")
_NUMBER = regex(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_MAX_CHARS = 253

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_host(host: str) -> bool:
    """Whether a text is an IP address, or has the form of a host's name. A name that ends in a number is neither."""
    if literal_address(host) is not None:
        return True
    name = host.removesuffix(".")
    labels = name.split(".")
    return len(name) <= _MAX_CHARS and all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(labels[-1])


def can_be_reached(host: str) -> bool:
    """Whether a connection to a host may succeed: it is one, and not 0.0.0.0 or ::, which stand for no host in
    particular (RFC 1122, 3.2.1.3; RFC 4291, 2.5.2)."""
    address = literal_address(host)
    return is_host(host) if address is None else not address.is_unspecified


def literal_address(host: str) -> Address | None:
    """The address that a host is written as, in any form that systems understand: 127.1, 0x7f000001, 2130706433.
    None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        # Python's inet_aton ignores what follows a space.
        return None if " " in host else ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None
