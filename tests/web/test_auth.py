"""Authentication: the bearer token, the login cookie, failed attempts, and cross-site requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.front_door import (
    ADMIN_TOKEN,
    BEARER,
    CLIENT_KEY,
    HTML,
    SESSIONS,
    START,
    MakeApp,
    cookie_of,
    locked_client,
    refused,
)
from fakes.stored import new_store
from for_each import for_each
from tener_interview.__main__ import ROUTES
from tener_interview.web.auth import COOKIE, Guard, login_url, safe_redirect_path
from tener_interview.web.throttle import Throttle

ONE = {"job_id": 1, "candidate_id": 42}
OTHER_SITE = "https://evil.example"


@pytest.fixture
def guarded(make_app: MakeApp) -> Client:
    """A client of a service with an admin token, without any."""
    return locked_client(make_app)


def log_in(client: Client, token: str = ADMIN_TOKEN, query: str = "", **headers: str) -> Reply:
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return client.request("POST", f"/login{query}", body=f"token={token}".encode(), headers=form)


# The bearer token


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_admin_token_is_accepted_by_every_route(scheme: str, guarded: Client) -> None:
    assert guarded.get(SESSIONS, Authorization=f"{scheme} {ADMIN_TOKEN}").status == 200


@for_each(
    ("number", "authorization"),
    enumerate((
        "", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {ADMIN_TOKEN}x", f"Bearer {ADMIN_TOKEN[:-1]}", ADMIN_TOKEN,
        f"Basic {ADMIN_TOKEN}", f"Bearer {ADMIN_TOKEN.upper()}", "Bearer na\xefve", "Bearer \xff\xfe", "Bearer \0",
    )),
)
def test_any_other_authorization_header_is_refused(number: int, authorization: str, guarded: Client) -> None:
    """Each from another address, so that wrong tries do not add up."""
    reply = guarded.get(SESSIONS, Authorization=authorization, Remote_Addr=f"10.0.0.{number}")
    refused(reply, "UNAUTHORIZED")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert ADMIN_TOKEN not in reply.text


def test_a_bearer_token_needs_no_origin(guarded: Client) -> None:
    headers = {**BEARER, "Sec-Fetch-Site": "cross-site", "Origin": OTHER_SITE, "Host": "anything.example"}
    assert guarded.request("POST", START, body=ONE, headers=headers).status == 201


def test_a_browser_is_redirected_to_the_login_page_and_back(guarded: Client) -> None:
    reply = guarded.request("GET", "/dashboard?job=1&view=leaderboard", headers=HTML)
    assert reply.status == 303
    login = reply.headers["location"]
    assert login == login_url("/dashboard", "job=1&view=leaderboard")
    signed_in = log_in(guarded, query=login.removeprefix("/login"))
    assert signed_in.headers["location"] == "/dashboard?job=1&view=leaderboard"


def test_a_program_gets_401_and_no_redirect(guarded: Client) -> None:
    refused(guarded.get("/dashboard"), "UNAUTHORIZED")
    assert guarded.request("POST", START, body=ONE, headers=HTML).status == 401


# The login page and its cookie


def test_signing_in_sets_a_cookie_and_signing_out_ends_it(guarded: Client) -> None:
    assert guarded.get("/login").status == 200
    signed_in = log_in(guarded)
    assert (signed_in.status, signed_in.headers["location"]) == (303, "/dashboard")
    cookie = cookie_of(signed_in)
    assert guarded.get("/dashboard", Cookie=cookie).status == 200
    desk, job = "/dashboard", "/dashboard?job=2"
    for next_path, location in (("", desk), ("?next=/dashboard%3Fjob%3D2", job), ("?next=//x", desk)):
        back = guarded.get(f"/login{next_path}", Cookie=cookie)
        assert (back.status, back.headers["location"]) == (302, location)
    assert guarded.post(START, ONE, Cookie=f"other=1; {cookie}").status == 201
    signed_out = guarded.post("/logout", Cookie=cookie)
    assert (signed_out.status, signed_out.headers["location"]) == (303, "/login")
    assert signed_out.headers["set-cookie"].startswith(f"{COOKIE}=; ")
    assert "Max-Age=0" in signed_out.headers["set-cookie"]
    refused(guarded.get(SESSIONS, Cookie=cookie), "UNAUTHORIZED")


WAYS: list[tuple[str, dict[str, str], bool]] = [
    ("http://127.0.0.1:8090", {}, False),
    ("https://tener.example", {}, True),
    ("https://tener.example", {"Origin": "https://tener.example", "Sec-Fetch-Site": "same-origin"}, True),
    ("https://tener.example", {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
    # From within, past the proxy.
    ("https://tener.example", {"Origin": "http://10.0.0.5:8090", "Host": "10.0.0.5:8090"}, False),
    ("https://tener.example", {"Origin": "http://127.0.0.1:8090", "Sec-Fetch-Site": "same-origin"}, False),
    # Through a proxy that nobody told it of.
    ("http://127.0.0.1:8090", {"Origin": "https://hire.example", "Sec-Fetch-Site": "same-origin"}, True),
    ("http://0.0.0.0:8090", {"Origin": "http://hire.lan:8090", "Host": "hire.lan:8090"}, False),
]


@pytest.mark.parametrize(("base", "headers", "secure"), WAYS)
def test_the_login_cookie_is_host_only_and_secure_over_https(
    base: str, headers: dict[str, str], secure: bool, make_app: MakeApp
) -> None:
    client = locked_client(make_app, TENER_INTERVIEW_PUBLIC_BASE_URL=base)
    signed_in = log_in(client, **headers)
    cookie, *attributes = signed_in.headers["set-cookie"].split("; ")
    always = {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=43200"}
    assert set(attributes) == (always | {"Secure"} if secure else always)
    assert cookie.startswith(f"__Host-{COOKIE}=" if secure else f"{COOKIE}=")
    assert client.request("POST", START, body=ONE, headers={**headers, "Cookie": cookie}).status == 201
    signed_out = client.request("POST", "/logout", headers={**headers, "Cookie": cookie})
    assert signed_out.headers["set-cookie"].startswith(cookie.partition("=")[0] + "=; ")
    assert ("Secure" in signed_out.headers["set-cookie"]) is secure
    refused(client.get(SESSIONS, Cookie=cookie), "UNAUTHORIZED")


def test_signing_out_ends_every_login_of_the_browser(guarded: Client) -> None:
    plain = cookie_of(log_in(guarded))
    secure = cookie_of(log_in(guarded, Origin="https://h.example", Sec_Fetch_Site="same-origin"))
    guarded.post("/logout", Cookie=f"{plain}; {secure}")
    for cookie in (plain, secure):
        refused(guarded.get(SESSIONS, Cookie=cookie), "UNAUTHORIZED")


def test_a_login_cookie_lasts_twelve_hours(guarded: Client, clock: FakeClock) -> None:
    cookie = cookie_of(log_in(guarded))
    clock.advance(hours=12, seconds=-1)
    assert guarded.get(SESSIONS, Cookie=cookie).status == 200
    clock.advance(seconds=1)
    refused(guarded.get(SESSIONS, Cookie=cookie), "UNAUTHORIZED")


def test_a_changed_admin_token_signs_everybody_out(guarded: Client, make_app: MakeApp) -> None:
    cookie = cookie_of(log_in(guarded))
    other = Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN="another-token"))
    refused(other.get(SESSIONS, Cookie=cookie), "UNAUTHORIZED")


def test_an_invented_login_cookie_is_refused(guarded: Client) -> None:
    name, _, value = cookie_of(log_in(guarded)).partition("=")
    for other in ("", ".", value[:-1], f"{value}x", value.swapcase(), "9" * 5000, "\xff", ADMIN_TOKEN, value * 2):
        refused(guarded.get(SESSIONS, Cookie=f"{name}={other}"), "UNAUTHORIZED")


@for_each(
    ("number", "token"), enumerate(("wrong", "", "na%C3%AFve", "%ff%fe", "%00", "%ED%A0%80", f"{ADMIN_TOKEN}%20x"))
)
def test_a_wrong_token_shows_the_form_again(number: int, token: str, guarded: Client) -> None:
    reply = log_in(guarded, token, Remote_Addr=f"10.0.0.{number}")
    assert reply.status == 401
    assert "That is not the admin token." in reply.text
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 401), (b"token", 401), (b"&".join([b"a=1"] * 300), 400), (b"x" * 20_000, 413)]
)
def test_a_malformed_login_form_is_refused(body: bytes, status: int, guarded: Client) -> None:
    assert guarded.request("POST", "/login", body=body).status == status


def test_an_open_service_redirects_from_the_login_page(client: Client) -> None:
    assert client.get("/login").headers["location"] == "/dashboard"
    assert log_in(client).status == 401


@for_each(
    ("next_path", "location"),
    [
        ("/dashboard?job=1", "/dashboard?job=1"),
        ("/api", "/api"),
        ("/a//b", "/a//b"),
        ("/", "/"),
        *((bad, "/dashboard") for bad in (
            "", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
            "javascript:alert(1)", "evil.example", " /dashboard", "/\t/evil.example", "/\n/evil.example", "/a\r\nX: y",
            "/é", "//[", "http://[", "/\0", "//evil.example@127.0.0.1",
        )),
    ],
)
def test_signing_in_redirects_within_this_service(next_path: str, location: str) -> None:
    assert safe_redirect_path(next_path) == location


@given(st.text() | st.text("/\\:.@[]%e\t\n ", max_size=6))
def test_the_next_parameter_never_redirects_to_another_site(next_path: str) -> None:
    location = safe_redirect_path(next_path)
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert location.isascii()
    assert location.isprintable()


@for_each(
    "query", ["?next=//[", "?next=http://[", "?next=%00", "?next=", "?next=%0d%0aX:%20y", "?other=1"]
)
def test_a_malformed_next_parameter_is_ignored(query: str, guarded: Client) -> None:
    reply = log_in(guarded, query=query)
    assert (reply.status, reply.headers["location"]) == (303, "/dashboard")


# Wrong tries


def test_five_failed_tokens_per_minute_are_allowed(guarded: Client, clock: FakeClock) -> None:
    for _ in range(5):
        refused(guarded.get(SESSIONS, Authorization="Bearer guess"), "UNAUTHORIZED")
        clock.advance(seconds=2)
    blocked = guarded.get(SESSIONS, Authorization="Bearer guess")
    refused(blocked, "TOO_MANY_ATTEMPTS")
    assert blocked.headers["retry-after"] == "50"
    refused(guarded.get(SESSIONS, Authorization="Bearer guess", Remote_Addr="10.0.0.9"), "UNAUTHORIZED")
    clock.advance(seconds=50)
    refused(guarded.get(SESSIONS, Authorization="Bearer guess"), "UNAUTHORIZED")


def test_a_valid_token_is_accepted_while_others_are_throttled(make_app: MakeApp) -> None:
    client = locked_client(make_app, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    for number in range(64):
        client.get(SESSIONS, Authorization=f"Bearer guess-{number}")
        client.get(f"/k/guess-{number}{SESSIONS}")
    refused(client.get(SESSIONS, Authorization="Bearer guess"), "TOO_MANY_ATTEMPTS")
    key = {"Authorization": f"Bearer {CLIENT_KEY}"}
    assert [client.get(SESSIONS, **item).status for item in (BEARER, key)] == [200, 200]
    assert client.get(f"/k/{CLIENT_KEY}{SESSIONS}").status == 200
    assert log_in(client).status == 303


@pytest.mark.parametrize(
    ("network", "elsewhere"),
    [
        ("2001:db8:0:7::{}", "2001:db8:0:8::1"),
        ("203.0.113.7", "203.0.113.8"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
    ],
)
def test_failures_are_counted_per_ipv6_network(network: str, elsewhere: str, guarded: Client) -> None:
    for number in range(1, 6):
        reply = guarded.get(SESSIONS, Authorization="Bearer guess", Remote_Addr=network.format(number))
        refused(reply, "UNAUTHORIZED")
    guess = {"Authorization": "Bearer guess"}
    refused(guarded.get(SESSIONS, **guess, Remote_Addr=network.format(6)), "TOO_MANY_ATTEMPTS")
    refused(guarded.get(SESSIONS, **guess, Remote_Addr=elsewhere), "UNAUTHORIZED")


def test_failures_on_the_login_page_count_too(guarded: Client) -> None:
    for _ in range(3):
        assert log_in(guarded, "guess").status == 401
    for _ in range(2):
        refused(guarded.get(SESSIONS, Authorization="Bearer guess"), "UNAUTHORIZED")
    blocked = log_in(guarded, "guess")
    assert (blocked.status, blocked.headers["retry-after"]) == (429, "60")
    assert "Too many wrong tokens" in blocked.text


def test_a_login_keeps_working_while_others_are_throttled(guarded: Client) -> None:
    cookie = cookie_of(log_in(guarded))
    for _ in range(9):
        guarded.get(SESSIONS, Authorization="Bearer guess")
    assert guarded.get(SESSIONS, Cookie=cookie).status == 200


def test_a_missing_or_expired_cookie_does_not_count_as_a_failure(guarded: Client) -> None:
    for _ in range(9):
        guarded.get(SESSIONS, Cookie=f"{COOKIE}=1.stale")
    assert guarded.get(SESSIONS, **BEARER).status == 200


def test_the_repr_of_the_guard_has_no_token(clock: FakeClock, tmp_path: Path) -> None:
    store = new_store(tmp_path / "logins.sqlite3")
    throttle = Throttle(clock, store, ADMIN_TOKEN)
    guard = Guard(ADMIN_TOKEN, CLIENT_KEY, store, "http://127.0.0.1:8090", clock, throttle, lambda _bytes: "cookie")
    assert ADMIN_TOKEN not in repr(guard)
    assert CLIENT_KEY not in repr(guard)
    store.close()


# Requests that another site's page makes this browser send

CROSS_SITE: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8090"}, True),
    ({"Origin": "http://127.0.0.1:8090"}, True),
    ({"Origin": "http://localhost:8090", "Host": "localhost:8090"}, True),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8090"}, False),
    ({"Origin": OTHER_SITE}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "http://127.0.0.1:3000"}, False),
    ({"Origin": "https://127.0.0.1:8090"}, False),
    ({"Origin": "http://127.0.0.1:8090.evil.example"}, False),
]


@for_each(("headers", "is_allowed"), CROSS_SITE)
def test_a_write_must_come_from_the_same_origin(
    headers: dict[str, str], is_allowed: bool, client: Client, guarded: Client
) -> None:
    cookie = cookie_of(log_in(guarded))
    for reply in (
        client.request("POST", START, body=ONE, headers=headers),
        guarded.request("POST", START, body=ONE, headers={**headers, "Cookie": cookie}),
    ):
        if is_allowed:
            assert reply.status in (200, 201)
        else:
            refused(reply, "CROSS_SITE_REQUEST")
    assert log_in(guarded, **headers).status == (303 if is_allowed else 403)
    assert guarded.request("POST", "/logout", headers=headers).status == (303 if is_allowed else 403)


@pytest.mark.parametrize(("base", "host", "origin", "is_allowed"), [
    ("http://0.0.0.0:8090", "192.168.1.5:8090", "http://192.168.1.5:8090", True),
    ("http://hire.lan:8090", "10.0.0.5:9000", "http://10.0.0.5:9000", True),
    ("http://hire.lan:8090", "Hire:8090", "http://hire:8090", True),
    ("https://hire.example", "127.0.0.1:8090", "https://hire.example", True),
    ("https://Hire.example:443/", "hire.example", "https://hire.example", True),
    ("http://hire.lan:80", "hire.lan", "http://hire.lan", True),
    ("http://127.0.0.1:8090", "hire.example", "https://hire.example", True),
    ("http://[fd00::2]:8090", "[fd00::2]:8090", "http://[fd00::2]:8090", True),
    ("http://0.0.0.0:8090", "192.168.1.5:8090", "http://192.168.1.5:3000", False),
    ("http://0.0.0.0:8090", "192.168.1.5:8090", "http://192.168.1.6:8090", False),
    ("http://0.0.0.0:8090", "192.168.1.5:8090", "http://evil.example", False),
    ("http://0.0.0.0:8090", "192.168.1.5:8090", "null", False),
    ("https://hire.example", "hire.example", "https://hire.example.evil.example", False),
    ("https://hire.example", "hire.example", "https://evil.hire.example", False),
    ("https://hire.example", "", "http://", False),
])
def test_without_fetch_metadata_origin_must_match_host(
    base: str, host: str, origin: str, is_allowed: bool, make_app: MakeApp
) -> None:
    """To an unencrypted address of a network no browser sends fetch metadata."""
    client = locked_client(make_app, TENER_INTERVIEW_PUBLIC_BASE_URL=base)
    headers = {"Origin": origin, "Host": host}
    assert log_in(client, **headers).status == (303 if is_allowed else 403)
    cookie = cookie_of(log_in(client, **(headers if is_allowed else {})))
    reply = client.request("POST", START, body=ONE, headers={**headers, "Cookie": cookie})
    assert reply.status == (201 if is_allowed else 403)


def test_an_http_page_cannot_use_an_https_login(make_app: MakeApp) -> None:
    client = locked_client(make_app, TENER_INTERVIEW_PUBLIC_BASE_URL="https://hire.example")
    cookie = cookie_of(log_in(client))
    for origin, is_allowed in (("https://hire.example", True), ("http://hire.example", False)):
        reply = client.post(START, ONE, Cookie=cookie, Origin=origin, Host="hire.example")
        assert reply.status == (201 if is_allowed else 403)


def test_an_open_service_refuses_writes_to_a_foreign_host_name(client: Client) -> None:
    """Nothing is typed to sign in to it, so that a name pointed at this computer must not do."""
    headers = {"Origin": "http://evil.example:8090", "Host": "evil.example:8090"}
    refused(client.request("POST", START, body=ONE, headers=headers), "CROSS_SITE_REQUEST")


@for_each(
    "write",
    [f"{route.method} {route.pattern}" for route in ROUTES if route.access.guarded and route.method != "GET"],
)
def test_every_write_refuses_cross_site_requests(write: str, client: Client) -> None:
    method, _, pattern = write.partition(" ")
    address = pattern.replace("{job_id}", "1").replace("{session_id}", "iv_1").replace("{candidate_id}", "1")
    reply = client.request(method, address, body={}, headers={"Origin": OTHER_SITE})
    refused(reply, "CROSS_SITE_REQUEST")


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("127.0.0.1:8090", True), ("localhost:8090", True), ("[::1]:8090", True), ("LOCALHOST", True),
        ("tener.example", True), ("evil.example:8090", False), ("127.0.0.1.evil.example", False), ("", False),
        ("192.168.1.5:8090", False), ("[", False),
    ],
)
def test_an_open_service_refuses_a_foreign_host_name(host: str, is_allowed: bool, make_app: MakeApp) -> None:
    """A page of evil.example whose name is pointed at this computer would be of the same origin (DNS rebinding)."""
    client = Client(make_app(TENER_INTERVIEW_PUBLIC_BASE_URL="https://tener.example"))
    assert client.request("GET", SESSIONS, headers={"Host": host}).status == 200, "a program is no danger"
    reply = client.request("GET", SESSIONS, headers={"Host": host, "Accept-Language": "en"})
    if is_allowed:
        assert reply.status == 200
    else:
        refused(reply, "CROSS_SITE_REQUEST")
