"""Every response of every route has the security headers, and every page works with them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from fakes.client import Client, Reply
from fakes.front_door import (
    BEARER,
    HTML,
    SESSIONS,
    START,
    MakeApp,
    locked_client,
    read_session,
    scripts_and_styles,
    start,
)
from for_each import for_each
from tener_interview.__main__ import ROUTES
from tener_interview.web.response import (
    CONTENT_SECURITY_POLICY,
    POLICY_WITH_FRAMES,
    policy_in_frame,
    refuse_line_breaks,
)
from tener_interview.web.router import Route

#: The two pages that are made for each other: a video plays in a frame of the dashboard.
POLICIES = {"/dashboard": POLICY_WITH_FRAMES, "/reviews/{session_id}/player": policy_in_frame([])}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def check(reply: Reply, pattern: str = "") -> None:
    assert reply.headers["content-security-policy"] in (CONTENT_SECURITY_POLICY, POLICIES.get(pattern))
    for name, value in ALWAYS.items():
        assert reply.headers[name] == value
    assert re.fullmatch(r"[A-Za-z0-9_.-]{8,64}", reply.headers["x-request-id"])
    assert reply.headers["cache-control"] in ("no-store", "no-cache")
    assert "strict-transport-security" not in reply.headers


def address(route: Route) -> str:
    return re.sub(r"\{\w+\}", "1", route.pattern)


@pytest.fixture
def admin_only(make_app: MakeApp) -> Client:
    return locked_client(make_app)


@for_each("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_every_route_has_the_security_headers(route: Route, admin_only: Client) -> None:
    body: dict[str, object] | None = {} if route.method in ("POST", "PUT", "PATCH") else None
    for headers in ({}, HTML, BEARER, {**BEARER, **HTML}, {**BEARER, "Content-Type": "text/plain"}):
        check(admin_only.request(route.method, address(route), body=body, headers=headers), route.pattern)
        check(admin_only.request("TRACE", address(route), headers=headers))
        check(admin_only.request("HEAD", address(route), headers=headers), route.pattern)


@for_each(
    ("method", "url", "body", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("POST", START, b"{", 400),
        ("POST", START, b" " * (1024 * 1024 + 1), 413),
        ("DELETE", START, None, 405),
        ("GET", f"{SESSIONS}?limit=x", None, 400),
        ("GET", "/i/" + "A" * 76, None, 404),
    ],
)
def test_every_error_has_the_security_headers(
    method: str, url: str, body: bytes | None, status: int, client: Client
) -> None:
    for headers in ({}, HTML):
        reply = client.request(method, url, body=body, headers=headers)
        assert reply.status == status
        check(reply)


def test_the_content_security_policy_is_strict() -> None:
    directives = {name: values for name, *values in (part.split() for part in CONTENT_SECURITY_POLICY.split(";"))}
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert directives["base-uri"] == ["'none'"]
    assert {word for values in directives.values() for word in values} <= {"'none'", "'self'", "data:"}
    assert directives["script-src"] == directives["style-src"] == ["'self'"]
    assert f"{CONTENT_SECURITY_POLICY}; frame-src 'self'" == POLICY_WITH_FRAMES
    assert "frame-ancestors 'self'" in policy_in_frame(["https://videos.example.com"])
    assert "frame-src" not in policy_in_frame([])


def test_https_sets_strict_transport_security(make_app: MakeApp) -> None:
    reply = Client(make_app(TENER_INTERVIEW_PUBLIC_BASE_URL="https://tener.example")).get("/health")
    assert reply.headers["strict-transport-security"].startswith("max-age=31536000")


def pages(client: Client, guarded: Client) -> dict[str, Reply]:
    """Every kind of page there is."""
    session = start(client)
    link = urlsplit(session["entry_url"]).path
    room = urlsplit(client.get(link).headers["location"]).path
    finished = client.request("POST", room, body=b"x=", headers={"Content-Type": "application/x-www-form-urlencoded"})
    return {
        "dashboard": client.get("/dashboard"),
        "login": guarded.get("/login"),
        "login refused": guarded.request("POST", "/login", body=b"token=no", headers=HTML),
        "preview": client.get(link, User_Agent="LinkedInBot/1.0"),
        "error": client.request("GET", "/i/altered", headers=HTML),
        "demo interview": client.get(room),
        "demo interview refused": finished,
    }


def test_pages_have_no_inline_or_external_content(client: Client, make_app: MakeApp) -> None:
    for name, reply in pages(client, locked_client(make_app)).items():
        assert reply.headers["content-type"] == "text/html; charset=utf-8", name
        assert scripts_and_styles(reply.text) == [], name
        used = re.findall(r"(?:src|href)=\"([^\"]*)\"", reply.text)
        assert [item for item in used if not re.match(r"[/#](?!/)", item)] == [], name
        assert "$" not in reply.text, name


def test_every_resource_of_a_page_is_served(client: Client) -> None:
    for name in set(re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", client.get("/dashboard").text)):
        assert client.get(name).status == 200


@for_each("value", ["a\r\nb", "a\nb", "a\rb", "a\0b"])
def test_a_line_break_in_a_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="X-Any"):
        refuse_line_breaks({"X-Any": value})


def test_a_well_formed_request_id_is_kept(client: Client) -> None:
    assert client.get("/health", X_Request_Id="caller-1234.5").headers["x-request-id"] == "caller-1234.5"
    for strange in ("short", "x" * 65, "a b c d e f", "id\u00e9-with-accent", "<script>alert</script>"):
        assert client.get("/health", X_Request_Id=strange).headers["x-request-id"] != strange


def test_pages_change_no_session(client: Client) -> None:
    session = start(client)
    client.get("/dashboard")
    assert read_session(client, session["session_id"])["status"] == "invited"
