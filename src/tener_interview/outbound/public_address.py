"""Connections to addresses that people typed in: only to the public internet, unless a host is allowed by name.

What a name resolves to is checked at the moment of connecting, and the connection goes to the address that was checked:
a name that resolves to something else a moment later (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ..host_names import Address, literal_address

#: Looks up a host as `socket.getaddrinfo` does; a parameter, so that tests need no DNS.
Resolve = Callable[[str, int], list[Any]]

#: Translates to IPv4 (RFC 6052): the last 32 bits are the address that is reached.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: All that is handed out to hosts on the public internet (RFC 4291 section 2.4).
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
#: What no public host has, but some versions of Python call global. 2001::/32 and 2002::/16 are Teredo (RFC 4380) and
#: 6to4 (RFC 3056): they wrap an IPv4 address, and the relays that unwrapped them are gone (RFC 7526).
_NEVER_PUBLIC = tuple(map(ipaddress.ip_network, (
    "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "2001::/32", "2002::/16",
)))


class PrivateAddress(Exception):
    """A host is not on the public internet. `reason` is for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet; of a mapped or translated one, the IPv4 address within."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in special for special in _NEVER_PUBLIC)


def refuse_private_literal(host: str, allowed: Collection[str]) -> None:
    """Raises PrivateAddress for a host that is private without asking anybody."""
    name = host.lower().rstrip(".")
    if name in allowed:
        return
    address = literal_address(name)
    if name == "localhost" or name.endswith(".localhost") or (address is not None and not is_public(address)):
        raise PrivateAddress(_reason(host, str(address or name)))


def resolve(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def connect(
    host: str, port: int, *, deadline_s: float, is_allowed: bool, lookup: Resolve = resolve
) -> socket.socket:
    """A connection to a host, by the monotonic time `deadline_s`. `is_allowed`: it may be private.

    Raises PrivateAddress and OSError. If a name has public and private addresses, it is refused.
    """
    entries = lookup(host, port)
    if not is_allowed:
        for address in _addresses(entries):
            if not is_public(address):
                raise PrivateAddress(_reason(host, str(address)))
    fault: OSError | None = None
    for family, kind, protocol, _, where in entries:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(0.001, deadline_s - time.monotonic()))
            # The address itself, not the name, which is not looked up again.
            sock.connect(where)
            return sock
        except OSError as error:
            sock.close()
            fault = error
            if time.monotonic() >= deadline_s:
                raise TimeoutError from None
    raise fault or OSError("no address")


def _addresses(entries: list[Any]) -> Iterator[Address]:
    for entry in entries:
        yield ipaddress.ip_address(str(entry[4][0]).partition("%")[0])


def _reason(host: str, address: str) -> str:
    stands_for = f"{host} is" if host == address else f"{host} stands for {address},"
    return f"{stands_for} not on the public internet. TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS can allow it by its name"
