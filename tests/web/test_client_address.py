"""The client address by which failed attempts are counted: with trusted proxies, and with forged headers."""

from __future__ import annotations

from ipaddress import ip_network

from fakes.front_door import SESSIONS, MakeApp, locked_client, refused
from for_each import for_each
from tener_interview.web.client_address import ClientAddress
from tener_interview.web.request import Request

PROXIES = tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "fd00::/8")))


def client_address(peer: str, xff: str | None = None, forwarded: str | None = None, header: str | None = None) -> str:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": peer}
    headers = {"HTTP_X_FORWARDED_FOR": xff, "HTTP_FORWARDED": forwarded, "HTTP_CF_CONNECTING_IP": "192.0.2.99"}
    environ |= {name: value for name, value in headers.items() if value is not None}
    return ClientAddress(PROXIES, header).of(Request(environ, "request-1", 1000))


@for_each(
    ("peer", "xff", "client"),
    [
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        # Read from its end: what stands before is what a client made up.
        ("127.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "nonsense, ,,127.0.0.1, 203.0.113.7 , 10.9.8.7", "203.0.113.7"),
        ("10.0.0.2", "203.0.113.7, fd00::1, 10.0.0.1", "203.0.113.7"),
        ("fd00::5", "[2001:db8:0:7::1]:443", "20010db800000007/64"),
        # No proxy of ours is asked by nonsense: then it is the last that is known.
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, 999.1.1.1, 10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", ", ".join(["10.0.0.1"] * 5000), "10.0.0.1"),
        # Who is no proxy of ours is not believed.
        ("203.0.113.8", "10.0.0.1", "203.0.113.8"),
        ("203.0.113.8", "1.1.1.1, 127.0.0.1", "203.0.113.8"),
        ("", "1.1.1.1", ""),
    ],
)
def test_the_last_address_that_is_not_a_proxy_is_the_client(peer: str, xff: str | None, client: str) -> None:
    assert client_address(peer, xff) == client


@for_each(
    ("forwarded", "client"),
    [
        ("for=203.0.113.7", "203.0.113.7"),
        ('For="203.0.113.7:80";proto=https;by=10.0.0.1', "203.0.113.7"),
        ('for=1.1.1.1, proto=https;for="[2001:db8:0:7::9]"', "20010db800000007/64"),
        ("for=203.0.113.7, for=10.1.1.1", "203.0.113.7"),
        ("for=_hidden", "127.0.0.1"),
        ("proto=https", "127.0.0.1"),
        ('for="1.1.1.1, for=203.0.113.7', "203.0.113.7"),
    ],
)
def test_the_forwarded_header_is_read_like_x_forwarded_for(forwarded: str, client: str) -> None:
    assert client_address("127.0.0.1", None, forwarded) == client


def test_contradicting_headers_are_ignored() -> None:
    assert client_address("127.0.0.1", "203.0.113.7", "for=203.0.113.7") == "203.0.113.7"
    assert client_address("127.0.0.1", "203.0.113.7", "for=1.1.1.1") == "127.0.0.1"
    assert client_address("127.0.0.1", "203.0.113.7", None, "CF-Connecting-IP") == "192.0.2.99"


def test_failures_are_counted_by_client_behind_a_trusted_proxy(make_app: MakeApp) -> None:
    client = locked_client(make_app, TENER_INTERVIEW_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8")
    guess = {"Authorization": "Bearer guess"}
    for _ in range(5):
        refused(client.get(SESSIONS, **guess, X_Forwarded_For="9.9.9.9, 203.0.113.7"), "UNAUTHORIZED")
    refused(client.get(SESSIONS, **guess, X_Forwarded_For="8.8.8.8, 203.0.113.7, 10.0.0.1"), "TOO_MANY_ATTEMPTS")
    refused(client.get(SESSIONS, **guess, X_Forwarded_For="203.0.113.8"), "UNAUTHORIZED")
    direct = locked_client(make_app)
    for number in range(5):
        refused(direct.get(SESSIONS, **guess, X_Forwarded_For=f"203.0.113.{number}"), "UNAUTHORIZED")
    refused(direct.get(SESSIONS, **guess, X_Forwarded_For="203.0.113.99"), "TOO_MANY_ATTEMPTS")
