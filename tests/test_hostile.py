"""The whole service under attack: no request breaks it, and no log has personal data or secrets."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Client, Reply
from fakes.forked_service import ForkedService
from fakes.front_door import (
    ADMIN_TOKEN,
    BEARER,
    CLIENT_KEY,
    HTML,
    SESSIONS,
    START,
    STEP,
    MakeApp,
    answer_questions,
    score,
    start,
    stored,
    token_of,
)
from fakes.hireflix import FakeHireflix
from fakes.hostile import Attack, Attacker
from fakes.process import ServiceProcess, hireflix_environ
from fakes.waiting import PATIENCE_S
from tener_interview.__main__ import ROUTES
from tener_interview.errors import STATUS_BY_CODE

ATTACKS = 2500
#: Where a redirect may lead: a path of this service, or the pretend interview of a good link.
LOCATION = re.compile(r"/(?![/\\])[!-~]*|http://127\.0\.0\.1:8090/demo/interview/[0-9a-f]{8}")
ON_EVERY_ANSWER = ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control")


def assert_documented_response(attack: Attack, reply: Reply) -> None:
    """Assert that an answer is a documented one, that it is whole, and that it leads nowhere."""
    assert reply.status < 500, (attack, reply.text)
    assert all(reply.headers.get(name) for name in ON_EVERY_ANSWER), attack
    assert not any(mark in value for value in reply.headers.values() for mark in "\r\n\0"), attack
    assert LOCATION.fullmatch(reply.headers.get("location", "/")), attack
    if reply.body and reply.headers["content-type"].startswith("application/json"):
        value = reply.json
        if reply.status >= 400 and isinstance(value.get("error"), dict):
            # To a message of an assistant, which has a protocol of its own.
            assert attack.url.startswith("/mcp"), attack
            assert {"code", "message"} <= set(value["error"]) <= {"code", "message", "data"}, attack
        elif reply.status >= 400:
            assert STATUS_BY_CODE[value["code"]] == reply.status, attack
            assert set(value) == {"error", "code", "details", "request_id"}, attack
    assert b"Traceback" not in reply.content, attack


def attack_from_many_addresses(client: Client, attacker: Attacker) -> Counter[int]:
    """Many attacks, each from an address of its own so that wrong tokens do not add up; how they were answered."""
    answered: Counter[int] = Counter()
    for number in range(ATTACKS):
        attack = attacker.attack()
        headers = {"Remote-Addr": f"10.0.{number >> 8}.{number & 255}", **attack.headers}
        reply = client.request(attack.method, attack.url, body=attack.body, headers=headers)
        assert_documented_response(attack, reply)
        answered[reply.status] += 1
    return answered


@pytest.mark.parametrize("access", ["open", "token"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_hostile_request_of_a_recruiter_breaks_the_service(access: str, seed: int, make_app: MakeApp) -> None:
    settings = {"TENER_INTERVIEW_CLIENT_KEY": CLIENT_KEY}
    client = Client(make_app(**settings)) if access == "open" else Client(
        make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, **settings), BEARER
    )
    begun = [start(client, candidate_id) for candidate_id in range(1, 9)]
    tokens = [token_of(item["entry_url"]) for item in begun]
    rooms = [client.get(item["entry_url"]).headers["location"].rpartition("/")[2] for item in begun[:4]]
    known = {"session_id": [item["session_id"] for item in begun], "token": tokens, "hash": rooms, "key": [CLIENT_KEY]}
    answered = attack_from_many_addresses(client, Attacker(Random(seed), ROUTES, known))
    assert {200, 201, 302, 400, 404, 405, 409, 413, 415} <= set(answered)


def unaltered(environ: dict[str, str]) -> list[str]:
    """Everything stored, but for the counts of wrong tokens."""
    return [line for line in stored(environ) if not line.startswith("wrong_tokens: ")]


def test_no_unauthenticated_request_changes_anything(make_app: MakeApp, environ: dict[str, str]) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    begun = [start(Client(app, BEARER), candidate_id) for candidate_id in range(1, 9)]
    before = unaltered(environ)
    attacker = Attacker(Random(3), ROUTES, {"session_id": [item["session_id"] for item in begun]})
    answered = attack_from_many_addresses(Client(app), attacker)
    assert unaltered(environ) == before
    assert answered[401] > ATTACKS // 4
    assert not {201, 409, 422} & set(answered)


def test_unauthenticated_responses_do_not_reveal_what_exists(make_app: MakeApp) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    session_id = start(Client(app, BEARER))["session_id"]
    guarded = [item for item in ROUTES if item.access.guarded and "{session_id}" in item.pattern]
    for route in guarded:
        responses = {
            (reply.status, reply.json["error"])
            for item in (session_id, f"iv_{'0' * 32}", "x")
            for reply in [Client(app).request(route.method, route.pattern.replace("{session_id}", item))]
        }
        assert len(responses) == 1


# The log ------------------------------------------------------------------------------------------------------------

#: What is told to the service in a long session, and must not be told on.
NAME, EMAIL, SAID = "Quillfeather", "zenobia.quillfeather@example.com", "marzipan is how I debug"
KEY, GUESS = "an-idempotency-key-to-be-kept", "a-guessed-token"


def found_in_log(log: str, *secrets: str) -> list[str]:
    return [secret for secret in secrets if secret.lower() in log.lower()]


def malformed(service: ServiceProcess, *requests: str) -> None:
    for request in requests:
        with closing(socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_S)) as client:
            client.sendall(request.encode("latin-1"))
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass


def test_the_log_of_a_long_run_has_no_personal_data(tmp_path: Path, fake: FakeHireflix) -> None:
    secrets = {
        "TENER_INTERVIEW_ADMIN_TOKEN": ADMIN_TOKEN,
        "TENER_INTERVIEW_CLIENT_KEY": CLIENT_KEY,
        "TENER_HIREFLIX_WEBHOOK_SECRET": "a-webhook-secret-to-be-kept",
        "TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS": "a-previous-secret-to-be-kept",
    }
    body = {"job_id": 1, "candidate_id": 42, "candidate_name": f"Zenobia {NAME}", "candidate_email": EMAIL}
    bearer = {**BEARER, "Idempotency-Key": KEY, "User-Agent": NAME}
    with ForkedService(hireflix_environ(tmp_path, fake, **secrets)) as service:
        service.start()
        for broken in (faults.html(), faults.errors({"message": f"{EMAIL} is wrong"}), faults.truncated_json()):
            fake.fail_next(broken)
            assert service.post(START, body, **BEARER).status >= 500
        begun = service.post(START, body, **bearer).json
        token, session = token_of(begun["entry_url"]), f"{SESSIONS}/{begun['session_id']}"
        assert service.get(f"/i/{token}", **HTML).status == 302
        assert service.get(f"/i/{token[:-2]}AA").status == 404
        assert service.get(f"/{NAME}/{EMAIL}?token={ADMIN_TOKEN}").status == 404
        answer = f"{SAID}: I ran the failing import again with two rows, found an empty date, and mended the parser."
        fake.finish(begun["provider"]["invitation_id"], [answer, None, answer, answer])
        assert service.post(f"{session}/refresh", {"force": True}, **BEARER).json["status"] == "scored"
        for path in (session, f"{session}/scorecard", f"{session}/events", "/api/candidates/42/export",
                     "/api/jobs/1/interview-leaderboard?format=csv", f"/dashboard?session={NAME}"):
            assert service.get(path, **BEARER).status == 200
        assert service.post(STEP, {"job_id": 1, "candidate_ids": [42, 43]}, **BEARER).status == 200
        signed_in = service.post(
            "/login", f"token={ADMIN_TOKEN}".encode(), Content_Type="application/x-www-form-urlencoded"
        )
        cookie = signed_in.headers["set-cookie"].partition(";")[0]
        assert service.get("/api", Cookie=cookie).status == 200
        assert service.get("/api", Authorization=f"Bearer {GUESS}").status == 401
        assert service.post("/api/webhooks/hireflix", body, X_Hireflix_Signature=GUESS).status == 401
        assert service.get(f"/k/{CLIENT_KEY}{SESSIONS}").status == 200
        assert service.get(f"/k/{CLIENT_KEY}/dashboard", **HTML).status == 404
        malformed(service, f"GET /k/{CLIENT_KEY}/ HTTP/1.1\r\n\r\n", f"GET /k/{CLIENT_KEY}\x01 HTTP/1.1\r\n\r\n",
                  f"GET /i/{token} HTTP/1.1\r\nX {NAME}: {EMAIL}\r\n\r\n", f"{token}\r\n\r\n",
                  f"GET /i/{token}\x01 HTTP/1.1\r\n\r\n", f"POST /login HTTP/1.1\r\nHost: a\r\n"
                  f"Content-Length: 90\r\n\r\ntoken={ADMIN_TOKEN}")
        with fake.down():
            service.post(f"{session}/refresh", {"force": True}, **BEARER)
        assert service.call("DELETE", "/api/candidates/42", headers=BEARER).status == 200
        service.terminate()
        log = service.log
    assert log.count("\n") > 25
    assert found_in_log(
        log, NAME, EMAIL, SAID, KEY, GUESS, token, token[:20], token[40:], cookie.partition("=")[2], fake.api_key,
        service.environ["TENER_INTERVIEW_TOKEN_SECRET"], *secrets.values(), "@example", "Traceback", "raised_at",
    ) == []
    lines = [json.loads(line) for line in log.splitlines() if not line.startswith("Tener Interview runs ")]
    events = {line["event"] for line in lines}
    assert {"request", "session", "upstream_failed", "sign_in_refused", "signed_in", "request_refused"} <= events
    assert all({"time", "level", "event"} <= set(line) for line in lines)
    opened = next(line for line in lines if line.get("route") == "/i/{token}")
    assert (opened["method"], opened["status"], opened["upstream_calls"]) == ("GET", 302, 0)
    started = next(line for line in lines if line.get("route") == START and line["status"] == 201)
    assert started["upstream_calls"] >= 1
    assert started["upstream_ms"] > 0
    assert any(line.get("what") and line["request_id"] == started["request_id"] for line in lines)


def test_the_log_of_demo_mode_has_no_personal_data(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        begun = start(client, candidate_name=f"Zenobia {NAME}", candidate_email=EMAIL)
        room = client.get(begun["entry_url"]).headers["location"]
        answer_questions(client, room, SAID)
        score(client, begun["session_id"])
        client.post(START, json.dumps({"candidate_email": EMAIL, "job_id": SAID}).encode())
    assert caplog.text
    assert found_in_log(caplog.text, NAME, EMAIL, SAID, token_of(begun["entry_url"]), room.rpartition("/")[2]) == []
