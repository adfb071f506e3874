"""From which address a request comes, past the proxies before the service that are to be believed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .request import Request

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Nobody has more proxies before them; who sends a longer list wants it to be gone through.
_MOST_HOPS = 20
#: An element's parameter `for`, of RFC 7239 section 4.
_FOR = re.compile(r'(?:^|;)\s*for=(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)
#: With a port, as some proxies write it; IPv6 in brackets then (RFC 7239 section 6).
_NODE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\w+)?|([0-9.]+)(?::\w+)?|([0-9A-Fa-f:.]+)")


@dataclass(frozen=True)
class ClientAddress:
    """Finds the address of a request's client.

    Each proxy adds whom it was asked by at the end of `X-Forwarded-For` or `Forwarded`. What stands before that is what
    it was told, so the list is read from its end, and no further than to the first address that is not a proxy's.
    """

    proxies: Sequence[Network] = ()
    #: In which the platform's proxy says who the client is; only for a proxy that always sets it itself.
    header: str | None = None

    def of(self, request: Request) -> str:
        """What one client has to itself: an IPv4 address, but of IPv6 addresses a whole /64 (RFC 6177)."""
        peer: str = request.environ.get("REMOTE_ADDR", "")
        if self.header and (told := request.header(self.header)):
            return _own(_parsed(told), told)
        address = _parsed(peer)
        return _own(self._past_proxies(address, request) if address else None, peer)

    def _past_proxies(self, peer: Address, request: Request) -> Address:
        """Where the two headers do not say the same, one is not the proxies' own, and neither is believed."""
        told = {
            self._first_stranger(peer, hops)
            for hops in (_x_forwarded_for(request), _forwarded(request)) if hops
        }
        return told.pop() if len(told) == 1 else peer

    def _first_stranger(self, peer: Address, hops: Iterable[str]) -> Address:
        for hop in hops:
            if not any(peer in each for each in self.proxies):
                break
            before = _parsed(hop)
            if before is None:
                break
            peer = before
        return peer


def _x_forwarded_for(request: Request) -> list[str]:
    """The last first."""
    given = request.header("X-Forwarded-For")
    return _from_end(given) if given else []


def _forwarded(request: Request) -> list[str]:
    given = request.header("Forwarded")
    found = [_FOR.search(each) for each in _from_end(given)] if given else []
    return [each[1] or each[2] or "" if each else "" for each in found]


def _from_end(listed: str) -> list[str]:
    return [each.strip() for each in reversed(listed.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:])]


def _parsed(text: str) -> Address | None:
    """An address; one of IPv4 that is written as IPv6 is one of IPv4."""
    node = _NODE.fullmatch(text.strip())
    try:
        address = ipaddress.ip_address(next(filter(None, node.groups()))) if node else None
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _own(address: Address | None, text: str) -> str:
    if address is None:
        return text
    return str(address) if isinstance(address, ipaddress.IPv4Address) else f"{int(address) >> 64:x}/64"
