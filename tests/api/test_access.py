"""Every address of the service, and who may use it: a stranger, a candidate with a link, the main system with the
client key, a recruiter with the token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

import pytest

from fakes.client import Client
from fakes.front_door import ADMIN_TOKEN, BEARER, CLIENT_KEY, HTML, MakeApp, refused, start, token_of
from tener_interview import settings
from tener_interview.__main__ import ROUTES, create_app
from tener_interview.web.router import Access, Route

PUBLIC, RECRUITER, MACHINE, SIGNED = Access.PUBLIC, Access.RECRUITER, Access.MACHINE, Access.SIGNED
ADMIN, REVIEWER = Access.ADMIN, Access.REVIEWER

#: Who may use what. A new route has no line here, and so fails, until somebody has decided.
DECISIONS: dict[tuple[str, str], Access] = {
    ("GET", "/"): PUBLIC,
    ("GET", "/dashboard"): REVIEWER,
    ("GET", "/users"): ADMIN,
    ("GET", "/account"): REVIEWER,
    ("GET", "/set-password/{token}"): PUBLIC,
    ("POST", "/set-password/{token}"): PUBLIC,
    ("GET", "/agreement"): RECRUITER,
    ("GET", "/jobs/{job_id}/agreement"): RECRUITER,
    ("GET", "/jobs/{job_id}/fairness"): RECRUITER,
    ("GET", "/static/{path}"): PUBLIC,
    ("GET", "/login"): PUBLIC,
    ("POST", "/login"): PUBLIC,
    ("POST", "/logout"): PUBLIC,
    ("GET", "/i/{token}"): PUBLIC,
    ("GET", "/i/{token}/start"): PUBLIC,
    ("POST", "/i/{token}/start"): PUBLIC,
    ("GET", "/s/{token}"): PUBLIC,
    ("GET", "/demo/interview/{hash}"): PUBLIC,
    ("POST", "/demo/interview/{hash}"): PUBLIC,
    ("GET", "/health"): PUBLIC,
    ("GET", "/ready"): RECRUITER,
    ("GET", "/metrics"): RECRUITER,
    ("GET", "/api"): RECRUITER,
    ("GET", "/api/openapi.json"): RECRUITER,
    ("GET", "/api/interviews/sessions"): MACHINE,
    ("POST", "/api/interviews/sessions/start"): MACHINE,
    ("GET", "/api/interviews/sessions/{session_id}"): MACHINE,
    ("GET", "/api/interviews/sessions/{session_id}/events"): MACHINE,
    ("POST", "/api/interviews/sessions/{session_id}/refresh"): MACHINE,
    ("GET", "/api/interviews/sessions/{session_id}/scorecard"): MACHINE,
    ("GET", "/api/interviews/sessions/{session_id}/results"): RECRUITER,
    ("POST", "/api/interviews/sessions/{session_id}/cancel"): MACHINE,
    ("POST", "/api/interviews/sessions/{session_id}/link"): MACHINE,
    ("PATCH", "/api/interviews/sessions/{session_id}"): RECRUITER,
    ("POST", "/api/interviews/sessions/{session_id}/answers/{question_id}/model"): RECRUITER,
    ("DELETE", "/api/interviews/sessions/{session_id}/answers/{question_id}/model"): RECRUITER,
    ("PUT", "/api/interviews/sessions/{session_id}/decision"): RECRUITER,
    ("DELETE", "/api/interviews/sessions/{session_id}/decision"): RECRUITER,
    ("GET", "/api/interviews/sessions/{session_id}/decisions"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/decisions"): RECRUITER,
    ("GET", "/api/decision-reasons"): RECRUITER,
    ("PUT", "/api/decision-reasons"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/interview-leaderboard"): MACHINE,
    ("GET", "/api/jobs/{job_id}/funnel"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/compare"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/agreement"): RECRUITER,
    ("GET", "/api/agreement"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/fairness"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/plan"): RECRUITER,
    ("PUT", "/api/jobs/{job_id}/plan"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/plan/try"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/plan/draft"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/plan/import"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/plan/publish"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/plan/versions"): RECRUITER,
    ("GET", "/api/question-library"): RECRUITER,
    ("GET", "/api/interviews/sessions/{session_id}/override"): RECRUITER,
    ("PUT", "/api/interviews/sessions/{session_id}/override"): RECRUITER,
    ("DELETE", "/api/interviews/sessions/{session_id}/override"): RECRUITER,
    ("PUT", "/api/interviews/sessions/{session_id}/questions/{question_id}/override"): RECRUITER,
    ("DELETE", "/api/interviews/sessions/{session_id}/questions/{question_id}/override"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/settings"): RECRUITER,
    ("PATCH", "/api/jobs/{job_id}/settings"): RECRUITER,
    ("GET", "/reviews"): REVIEWER,
    ("GET", "/reviews/{session_id}"): REVIEWER,
    ("GET", "/api/reviews/{session_id}/video/{question_id}"): REVIEWER,
    ("GET", "/api/reviews"): REVIEWER,
    ("GET", "/api/reviews/{session_id}"): REVIEWER,
    ("PUT", "/api/reviews/{session_id}"): REVIEWER,
    ("POST", "/api/reviews/{session_id}/submit"): REVIEWER,
    ("POST", "/api/reviews/{session_id}/discard"): REVIEWER,
    ("GET", "/api/interviews/sessions/{session_id}/reviews"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/shares"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/shares"): RECRUITER,
    ("POST", "/api/shares/{share_id}/revoke"): RECRUITER,
    ("GET", "/api/shared/{token}"): PUBLIC,
    ("GET", "/api/shared/{token}/candidates/{number}"): PUBLIC,
    ("PUT", "/api/shared/{token}/candidates/{number}/recommendation"): PUBLIC,
    ("DELETE", "/api/shared/{token}/candidates/{number}/recommendation"): PUBLIC,
    ("GET", "/api/jobs/{job_id}/recommendations"): RECRUITER,
    ("DELETE", "/api/shares/{share_id}/recommendations/{recommendation_id}"): RECRUITER,
    ("POST", "/api/steps/interview"): MACHINE,
    ("GET", "/api/jobs/{job_id}/steps/interview"): MACHINE,
    ("GET", "/api/admin/jobs"): RECRUITER,
    ("GET", "/api/admin/jobs/{job_id}"): RECRUITER,
    ("GET", "/api/admin/jobs/{job_id}/candidates"): RECRUITER,
    ("POST", "/api/admin/jobs/{job_id}/candidates/read-list"): RECRUITER,
    ("POST", "/api/admin/jobs/{job_id}/sessions/refresh"): RECRUITER,
    ("POST", "/api/admin/jobs/{job_id}/rescore"): RECRUITER,
    ("GET", "/api/admin/positions"): RECRUITER,
    ("POST", "/api/admin/positions"): RECRUITER,
    ("PUT", "/api/admin/jobs/{job_id}/position"): RECRUITER,
    ("DELETE", "/api/admin/jobs/{job_id}/position"): RECRUITER,
    ("POST", "/api/admin/jobs/{job_id}/assessment/prepare"): MACHINE,
    ("GET", "/api/candidates/{candidate_id}/export"): RECRUITER,
    ("DELETE", "/api/candidates/{candidate_id}"): RECRUITER,
    ("GET", "/api/audit-log"): Access.ADMIN,
    ("GET", "/audit-log"): Access.ADMIN,
    ("POST", "/i/{token}/refuse"): PUBLIC,
    ("GET", "/i/{token}/score"): PUBLIC,
    ("GET", "/api/jobs/{job_id}/notice"): RECRUITER,
    ("PUT", "/api/jobs/{job_id}/notice"): RECRUITER,
    ("GET", "/jobs/{job_id}/notice"): RECRUITER,
    ("POST", "/jobs/{job_id}/notice"): RECRUITER,
    ("GET", "/api/interviews/sessions/{session_id}/consent"): RECRUITER,
    ("PUT", "/api/interviews/sessions/{session_id}/consent"): RECRUITER,
    ("GET", "/api/candidates/{candidate_id}/data-sheet"): RECRUITER,
    ("GET", "/candidates/{candidate_id}/data-sheet"): RECRUITER,
    ("POST", "/candidates/{candidate_id}/data-sheet"): RECRUITER,
    ("POST", "/api/candidates/{candidate_id}/corrections"): RECRUITER,
    ("DELETE", "/api/candidates/{candidate_id}/corrections/{note_id}"): RECRUITER,
    ("GET", "/api/users"): ADMIN,
    ("POST", "/api/users"): ADMIN,
    ("GET", "/api/users/{user_id}"): ADMIN,
    ("PATCH", "/api/users/{user_id}"): ADMIN,
    ("DELETE", "/api/users/{user_id}"): ADMIN,
    ("POST", "/api/users/{user_id}/reset"): ADMIN,
    ("GET", "/api/jobs/{job_id}/reviewers"): RECRUITER,
    ("PUT", "/api/jobs/{job_id}/reviewers"): RECRUITER,
    ("GET", "/api/tokens"): ADMIN,
    ("POST", "/api/tokens"): ADMIN,
    ("DELETE", "/api/tokens/{token_id}"): ADMIN,
    ("GET", "/api/account"): REVIEWER,
    ("PATCH", "/api/account"): REVIEWER,
    ("POST", "/api/account/password"): REVIEWER,
    ("POST", "/api/account/one-time-codes"): REVIEWER,
    ("POST", "/api/account/one-time-codes/confirm"): REVIEWER,
    ("POST", "/api/account/one-time-codes/disable"): REVIEWER,
    ("POST", "/api/account/recovery-codes"): REVIEWER,
    ("GET", "/api/account/logins"): REVIEWER,
    ("POST", "/api/account/logins/end"): REVIEWER,
    ("DELETE", "/api/account/logins/{login_id}"): REVIEWER,
    ("GET", "/api/account/tokens"): REVIEWER,
    ("POST", "/api/account/tokens"): REVIEWER,
    ("DELETE", "/api/account/tokens/{token_id}"): REVIEWER,
    ("POST", "/api/webhooks/hireflix"): SIGNED,
}


def test_every_route_has_its_decision() -> None:
    assert {(route.method, route.pattern): route.access for route in ROUTES} == DECISIONS


#: What of an account the admin token may read as well.
READ_BY_ANYBODY = {("GET", "/api/account"), ("GET", "/api/account/logins")}


def ways_of_a_candidate(token: str) -> list[dict[str, str]]:
    """What somebody who was sent a link may try it as."""
    return [
        {},
        {"Authorization": f"Bearer {token}"},
        {"Cookie": f"tener_interview_login={token}"},
        {"Authorization": "Bearer "},
        {"X-Forwarded-For": "127.0.0.1", "X-Original-Url": "/health"},
    ]


@pytest.mark.parametrize("route", ROUTES, ids=lambda item: f"{item.method} {item.pattern}")
def test_who_is_let_in(route: Route, make_app: MakeApp) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    client, recruiter = Client(app), Client(app, BEARER)
    session = start(recruiter)
    known = {"session_id": session["session_id"], "token": token_of(session["entry_url"]), "path": "styles/base.css"}
    address = re.sub(r"\{(\w+)\}", lambda part: known.get(part[1], "1"), route.pattern)
    body: dict[str, object] | None = {} if route.method in ("POST", "PUT", "PATCH") else None
    access = DECISIONS[(route.method, route.pattern)]
    for number, way in enumerate(ways_of_a_candidate(known["token"])):
        # Each from another address, so that wrong tries do not add up.
        way["Remote-Addr"] = f"10.0.0.{number}"
        reply = client.request(route.method, address, body=body, headers=way)
        if access.guarded:
            refused(reply, "UNAUTHORIZED")
            assert client.request("HEAD", address, headers=way).status in (401, 405)
            assert client.request(route.method, address, body=body, headers={**way, **HTML}).status in (303, 401)
        elif address != "/login" or route.method == "GET":
            assert reply.status not in (401, 403)
    # An account belongs to a user who signed in, and the admin token is none.
    own = route.pattern.startswith("/api/account") and (route.method, route.pattern) not in READ_BY_ANYBODY
    assert recruiter.request(route.method, address, body=body).status in ((403,) if own else range(200, 600))
    assert own or recruiter.request(route.method, address, body=body).status not in (403, 429)
    if access.guarded:
        assert recruiter.request(route.method, address, body=body).status != 401
    machine = {"Authorization": f"Bearer {CLIENT_KEY}"}
    reply = client.request(route.method, address, body=body, headers=machine)
    if access is RECRUITER:
        refused(reply, "FORBIDDEN")
        assert client.request(route.method, address, body=body, headers={**machine, **HTML}).status == 403
    elif access is MACHINE:
        assert reply.status not in (401, 403, 429)
    behind_the_door = client.request(route.method, f"/k/{CLIENT_KEY}{address}", body=body)
    if access is MACHINE:
        assert behind_the_door.status not in (401, 403, 405, 429)
        assert behind_the_door.json.get("code") != "ROUTE_NOT_FOUND"
    else:
        assert behind_the_door.json["code"] in ("ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED")


def test_a_webhook_is_let_in_by_its_signature(environ: dict[str, str]) -> None:
    app = create_app(settings.load({
        **environ,
        "TENER_HIREFLIX_API_KEY": "key",
        "TENER_HIREFLIX_POSITION_ID": "position",
        "TENER_HIREFLIX_WEBHOOK_SECRET": "a-webhook-secret",
        "TENER_INTERVIEW_ADMIN_TOKEN": "an-admin-token",
        "TENER_INTERVIEW_SYNC_SECONDS": "0",
    }))
    client = Client(app)
    body = json.dumps({"event": "interview.finish", "data": {"id": "0" * 24}}).encode()
    signature = base64.b64encode(hmac.digest(b"a-webhook-secret", body, hashlib.sha256)).decode()
    for sent in ({}, {"X-Hireflix-Signature": ""}, {"X-Hireflix-Signature": signature[:-4] + "AAA="},
                 {"X-Hireflix-Signature": "\xff"}, {"Authorization": "Bearer an-admin-token"}):
        refused(client.request("POST", "/api/webhooks/hireflix", body=body, headers=sent), "UNAUTHORIZED")
    assert client.post("/api/webhooks/hireflix", body, X_Hireflix_Signature=signature).status == 202
    app.close()


def test_without_a_secret_there_are_no_webhooks(client: Client) -> None:
    refused(client.post("/api/webhooks/hireflix", {}), "ROUTE_NOT_FOUND")
