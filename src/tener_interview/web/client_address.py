"""The address of a request's client, as reported by trusted proxies."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

from ..lazy_dataclass import dataclass
from ..regex import regex
from .request import Request

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: More proxies than anybody has; a longer list is only sent to waste time.
_MAX_HOPS = 20
#: The parameter `for` of an element (RFC 7239 section 4).
_FOR = regex(r'(?:^|;)\s*for=(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)
#: Some proxies add a port, and IPv6 addresses are then in brackets (RFC 7239 section 6).
_NODE = regex(r"\[([0-9A-Fa-f:.]+)\](?::\w+)?|([0-9.]+)(?::\w+)?|([0-9A-Fa-f:.]+)")


@dataclass(frozen=True)
class ClientAddress:
    """Finds the address of a request's client.

    Each proxy appends the address it was called from to `X-Forwarded-For` or `Forwarded`. Earlier elements may be
    invented by the client, so the list is read from its end, up to the first address that is not a trusted proxy.
    """

    proxies: Sequence[Network] = ()
    #: A header in which the platform's proxy states the client address; only for a proxy that always sets it.
    header: str | None = None

    def of(self, request: Request) -> str:
        """The client's IPv4 address, or its /64 network for IPv6 (RFC 6177)."""
        peer: str = request.environ.get("REMOTE_ADDR", "")
        if self.header and (stated := request.header(self.header)):
            return _format_address(_parse_address(stated), stated)
        address = _parse_address(peer)
        return _format_address(self._past_proxies(address, request) if address else None, peer)

    def _past_proxies(self, peer: Address, request: Request) -> Address:
        """The first address that is not a proxy's. If the two headers disagree, the client wrote one of them; then
        neither is used."""
        stated = {
            self._first_non_proxy(peer, hops)
            for hops in (_x_forwarded_for(request), _forwarded_addresses(request)) if hops
        }
        return stated.pop() if len(stated) == 1 else peer

    def _first_non_proxy(self, peer: Address, hops: Iterable[str]) -> Address:
        for hop in hops:
            if not any(peer in network for network in self.proxies):
                break
            previous = _parse_address(hop)
            if previous is None:
                break
            peer = previous
        return peer


def _x_forwarded_for(request: Request) -> list[str]:
    """The addresses, last first."""
    value = request.header("X-Forwarded-For")
    return _reversed_elements(value) if value else []


def _forwarded_addresses(request: Request) -> list[str]:
    value = request.header("Forwarded")
    matches = [_FOR.search(element) for element in _reversed_elements(value)] if value else []
    return [element[1] or element[2] or "" if element else "" for element in matches]


def _reversed_elements(value: str) -> list[str]:
    return [element.strip() for element in reversed(value.rsplit(",", _MAX_HOPS)[-_MAX_HOPS:])]


def _parse_address(text: str) -> Address | None:
    """An IP address; an IPv4-mapped IPv6 address becomes IPv4."""
    node = _NODE.fullmatch(text.strip())
    try:
        address = ipaddress.ip_address(next(filter(None, node.groups()))) if node else None
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _format_address(address: Address | None, unparsed: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address; the text as it came if it was neither."""
    if address is None:
        return unparsed
    return str(address) if isinstance(address, ipaddress.IPv4Address) else f"{int(address) >> 64:x}/64"
