"""The main system without a header: what is behind /k/{client_key}, what is not, and that the key is told to nobody."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.front_door import (
    ADMIN_TOKEN,
    BEARER,
    CLIENT_KEY,
    HTML,
    SESSIONS,
    START,
    STEP,
    MakeApp,
    cookie_of,
    locked_client,
    refused,
    score,
    start,
)
from for_each import for_each
from tener_interview.__main__ import ROUTES
from tener_interview.web.application import Application

KEY_PATH = f"/k/{CLIENT_KEY}"
ONE = {"job_id": 1, "candidate_id": 42}
LEADERBOARD = "/api/jobs/1/interview-leaderboard"


@pytest.fixture
def app(make_app: MakeApp) -> Application:
    return make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)


@pytest.fixture
def client(app: Application) -> Client:
    """Somebody without any header."""
    return Client(app)


@pytest.fixture
def recruiter(app: Application) -> Client:
    return Client(app, BEARER)


def comparable_parts(reply: Reply) -> tuple[Any, ...]:
    """An answer without what no two answers share."""
    changing = ("x-request-id", "date")
    body = reply.content.replace(reply.headers["x-request-id"].encode(), b"")
    return reply.status, {name: text for name, text in reply.headers.items() if name not in changing}, body


def test_a_client_without_headers_can_use_the_api_by_the_client_key_path(client: Client) -> None:
    begun = client.post(f"{KEY_PATH}{START}", ONE)
    assert begun.status == 201
    assert begun.json["entry_url"].startswith("http://127.0.0.1:8090/i/"), "links do not have the client key"
    session = f"{KEY_PATH}{SESSIONS}/{begun.json['session_id']}"
    assert client.get(session).json["status"] == "invited"
    assert client.get(f"{KEY_PATH}{SESSIONS}?limit=500").json["items"][0]["session_id"] == begun.json["session_id"]
    assert client.post(f"{session}/refresh", {"force": True}).json["status"] == "scored"
    assert client.get(f"{session}/scorecard").json["scorecard"]["total_score"] is not None
    assert client.get(f"{session}/events").json["items"]
    assert client.get(f"{KEY_PATH}{LEADERBOARD}").json["items"][0]["rank"] == 1
    step = client.post(f"{KEY_PATH}{STEP}", {"job_id": 1, "candidate_ids": [43], "mode": "start_or_refresh"})
    assert step.json["started"] == 1
    assert client.get(f"{KEY_PATH}/api/jobs/1/steps/interview").json["status"] == "success"
    assert client.post(f"{KEY_PATH}/api/admin/jobs/1/assessment/prepare", {}).json["status"] == "ready"
    other = f"{KEY_PATH}{SESSIONS}/{step.json['items'][0]['session_id']}"
    assert client.post(f"{other}/link", {}).status == 200
    assert client.post(f"{other}/cancel").json["status"] == "canceled"


@for_each(("method", "address", "body", "headers"), [
    ("GET", SESSIONS, None, {}),
    ("GET", f"{SESSIONS}?limit=0", None, {}),
    ("GET", f"{SESSIONS}?cursor=%00&status=nonsense", None, {}),
    ("GET", f"{SESSIONS}/iv_unknown/scorecard", None, {}),
    ("GET", f"{LEADERBOARD}?format=csv", None, {}),
    ("GET", f"{LEADERBOARD}?limit=500", None, {"Accept-Encoding": "gzip"}),
    ("HEAD", LEADERBOARD, None, {}),
    ("HEAD", START, None, {}),
    ("DELETE", SESSIONS, None, {}),
    ("GET", STEP, None, {}),
    ("POST", START, {"job_id": 0}, {}),
    ("POST", START, b"{", {}),
    ("POST", START, b"x" * 1_100_000, {}),
    ("POST", START, {}, {"Content-Type": "text/plain"}),
    ("POST", START, ONE, {"Idempotency-Key": "\u00e9"}),
    ("POST", f"{SESSIONS}/iv_unknown/refresh", {}, {}),
    ("POST", "/api/admin/jobs/x/assessment/prepare", {}, {}),
    ("POST", "/api/admin/jobs/1/assessment/prepare", None, {}),
])
def test_a_url_with_the_client_key_gets_the_same_response_as_with_a_token(
    method: str, address: str, body: Any, headers: dict[str, str], client: Client, recruiter: Client
) -> None:
    for candidate_id in range(1, 20):
        start(recruiter, candidate_id)
    plain = client.request(method, address, body=body, headers={**headers, **BEARER})
    through = client.request(method, f"{KEY_PATH}{address}", body=body, headers=headers)
    assert comparable_parts(through) == comparable_parts(plain)
    as_bearer = {**headers, "Authorization": f"Bearer {CLIENT_KEY}"}
    assert comparable_parts(client.request(method, address, body=body, headers=as_bearer)) == comparable_parts(plain)


def test_an_unchanged_response_under_the_client_key_path_is_304(client: Client) -> None:
    tag = client.get(f"{KEY_PATH}{SESSIONS}").headers["etag"]
    assert client.get(f"{KEY_PATH}{SESSIONS}", If_None_Match=tag).status == 304
    assert client.get(SESSIONS, If_None_Match=tag, **BEARER).status == 304


def test_an_idempotency_key_is_shared_by_the_client_key_and_the_admin_token(client: Client) -> None:
    first = client.post(f"{KEY_PATH}{START}", ONE, Idempotency_Key="once")
    as_bearer = {"Authorization": f"Bearer {CLIENT_KEY}"}
    for address, headers in ((START, BEARER), (START, as_bearer), (f"{KEY_PATH}{START}", {})):
        again = client.post(address, ONE, Idempotency_Key="once", **headers)
        assert (again.status, again.json) == (201, first.json)
        assert again.headers["idempotent-replayed"] == "true"
    other = client.post(f"{KEY_PATH}{START}", {**ONE, "candidate_id": 7}, Idempotency_Key="once")
    refused(other, "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD")


@for_each("path", [
    "", "/", "/dashboard", "/login", "/static/styles/base.css", "/health", "/ready", "/metrics", "/api",
    "/api/openapi.json", "/api/admin/jobs", "/api/jobs/1/shares", "/api/jobs/1/funnel", "/api/candidates/42/export",
    f"{SESSIONS}/iv_1/results", "/i/token", "/s/token", "/api/interviews/sessions/", f"{KEY_PATH}{SESSIONS}",
    f"/{SESSIONS}", "/api/admin/positions",
])
def test_routes_for_other_callers_are_404_under_the_client_key_path(path: str, client: Client) -> None:
    nothing = client.get("/nowhere-at-all")
    for headers in ({}, BEARER, {"Authorization": f"Bearer {CLIENT_KEY}"}):
        assert comparable_parts(client.get(f"{KEY_PATH}{path}", **headers)) == comparable_parts(nothing)


@for_each(("row", "key"), enumerate((
    "wrong", CLIENT_KEY[:-1], CLIENT_KEY + "=", CLIENT_KEY.lower(), CLIENT_KEY[::-1], "x" * 5000, "%00", "%ff%fe",
    ADMIN_TOKEN, "", f"{CLIENT_KEY}%2F..%2F{CLIENT_KEY}x", f"%20{CLIENT_KEY}", f"/{CLIENT_KEY}", "%ED%A0%80", "\u00e9",
)))
def test_a_wrong_client_key_is_404_like_an_unknown_url(row: int, key: str, client: Client) -> None:
    tries = [("GET", SESSIONS), ("POST", START), ("PUT", SESSIONS), ("GET", "/nowhere")]
    for number, (method, path) in enumerate(tries):
        address = {"Remote_Addr": f"10.1.{row}.{number}"}
        wrong = client.request(method, f"/k/{key}{path}", headers=address)
        assert comparable_parts(wrong) == comparable_parts(client.request(method, "/nowhere", headers=address))
        browser = {**address, **HTML}
        page = client.request(method, f"/k/{key}{path}", headers=browser)
        assert comparable_parts(page) == comparable_parts(client.request(method, "/nowhere", headers=browser))


@pytest.mark.parametrize("written", [
    CLIENT_KEY.replace("/", "%2F").replace("+", "%2b").replace("=", "%3D"),
    "".join(f"%{ord(item):02x}" for item in CLIENT_KEY),
])
def test_a_client_key_may_be_percent_encoded(written: str, client: Client) -> None:
    assert client.get(f"/k/{written}{SESSIONS}").status == 200
    assert client.get(f"/%6b/{written}{SESSIONS}").status == 200


def test_without_the_client_key_setting_every_client_key_url_is_404(make_app: MakeApp) -> None:
    client = locked_client(make_app)
    for _ in range(9):
        assert comparable_parts(client.get(f"{KEY_PATH}{SESSIONS}")) == comparable_parts(client.get("/nowhere"))
    refused(client.get(SESSIONS, Authorization=f"Bearer {CLIENT_KEY}"), "UNAUTHORIZED")


def test_wrong_client_keys_are_throttled(client: Client, clock: FakeClock) -> None:
    for number in range(5):
        refused(client.get(f"/k/guess-{number}{SESSIONS}"), "ROUTE_NOT_FOUND")
    blocked = client.get(f"/k/guess{SESSIONS}")
    refused(blocked, "TOO_MANY_ATTEMPTS")
    assert blocked.headers["retry-after"] == "60"
    rights = client.get(f"{KEY_PATH}{SESSIONS}"), client.get(f"{KEY_PATH}/nowhere"), client.get(SESSIONS, **BEARER)
    assert [right.status for right in rights] == [200, 404, 200]
    refused(client.get(f"/k/guess{SESSIONS}", Remote_Addr="10.0.0.9"), "ROUTE_NOT_FOUND")
    clock.advance(seconds=60)
    for _ in range(2):
        client.get(SESSIONS, Authorization="Bearer guess")
    for _ in range(3):
        refused(client.get(f"/k/guess{SESSIONS}"), "ROUTE_NOT_FOUND")
    refused(client.get(f"/k/guess{SESSIONS}"), "TOO_MANY_ATTEMPTS")


def test_the_client_key_cannot_sign_in(client: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.request("POST", "/login", body=f"token={CLIENT_KEY}".encode(), headers=form).status == 401


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
])
def test_cross_site_writes_to_a_client_key_url_are_refused(headers: dict[str, str], client: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    cookie = cookie_of(client.request("POST", "/login", body=f"token={ADMIN_TOKEN}".encode(), headers=form))
    for sent in (headers, {**headers, "Cookie": cookie}):
        refused(client.request("POST", f"{KEY_PATH}{START}", body=ONE, headers=sent), "CROSS_SITE_REQUEST")
        refused(client.request("POST", f"/k/wrong{START}", body=ONE, headers=sent), "ROUTE_NOT_FOUND")
    assert client.get(f"{KEY_PATH}{SESSIONS}").json["items"] == []


def test_a_service_without_an_admin_token_may_have_a_client_key(make_app: MakeApp) -> None:
    client = Client(make_app(TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY))
    assert client.post(f"{KEY_PATH}{START}", ONE).status == 201
    refused(client.get(f"/k/wrong{SESSIONS}"), "ROUTE_NOT_FOUND")
    refused(client.get(f"{KEY_PATH}/api"), "ROUTE_NOT_FOUND")
    assert client.get("/api").json["client_door"] == "on"


def test_the_client_key_is_never_shown(
    client: Client, recruiter: Client, caplog: pytest.LogCaptureFixture
) -> None:
    keys = (CLIENT_KEY, f"{CLIENT_KEY}x", CLIENT_KEY.replace("/", "%2f"), f"%E2%80%AE{CLIENT_KEY}")
    with caplog.at_level(logging.DEBUG):
        session = start(recruiter)["session_id"]
        score(recruiter, session)
        known = [route.pattern.replace("{session_id}", session).replace("{job_id}", "1") for route in ROUTES]
        tries: list[tuple[str, str, Any, dict[str, str]]] = [
            *((item.method, path, None, HTML) for item, path in zip(ROUTES, known, strict=True)),
            ("POST", START, b"{", {}), ("POST", START, {"job_id": "x"}, {}), ("OPTIONS", SESSIONS, None, {}),
            ("GET", f"{SESSIONS}/%22%3E{CLIENT_KEY}", None, {}), ("GET", "/login?next=/k", None, HTML),
        ]
        replies = [
            client.request(method, f"/k/{key}{path}", body=body, headers={"Remote-Addr": f"10.{a}.{b}.1", **headers})
            for a, key in enumerate(keys) for b, (method, path, body, headers) in enumerate(tries)
        ]
        documents = [
            recruiter.get(item) for item in
            ("/api", "/api/openapi.json", "/metrics", f"{SESSIONS}/{session}/events", "/dashboard")
        ]
    for reply in (*replies, *documents):
        assert CLIENT_KEY[:12] not in json.dumps(reply.headers) + reply.text
        assert reply.headers["referrer-policy"] == "no-referrer"
    assert CLIENT_KEY[:12] not in caplog.text
    assert f"route={SESSIONS} " in caplog.text, "the client key is not logged"
