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
from for_each import for_each
from tener_interview import settings
from tener_interview.__main__ import ROUTES, create_app
from tener_interview.web.application import Application
from tener_interview.web.router import Access, Route

PUBLIC, RECRUITER, MAIN_SYSTEM, SIGNED = Access.PUBLIC, Access.RECRUITER, Access.MAIN_SYSTEM, Access.SIGNED
ADMIN, REVIEWER = Access.ADMIN, Access.REVIEWER

#: Who may use what. A new route has no line here, and so fails, until somebody has decided.
DECISIONS: dict[tuple[str, str], Access] = {
    ("GET", "/"): PUBLIC,
    ("GET", "/dashboard"): REVIEWER,
    ("GET", "/users"): ADMIN,
    ("GET", "/account"): REVIEWER,
    ("GET", "/set-password/{token}"): PUBLIC,
    ("POST", "/set-password/{token}"): PUBLIC,
    ("GET", "/api/today"): REVIEWER,
    ("GET", "/api/notifications"): REVIEWER,
    ("POST", "/api/notifications/seen"): REVIEWER,
    ("POST", "/api/undelivered/{outbox_id}/send-again"): RECRUITER,
    ("GET", "/api/account/digest"): REVIEWER,
    ("PUT", "/api/account/digest"): REVIEWER,
    ("GET", "/agreement"): RECRUITER,
    ("GET", "/jobs/{job_id}/agreement"): RECRUITER,
    ("GET", "/jobs/{job_id}/fairness"): RECRUITER,
    ("GET", "/static/{path}"): PUBLIC,
    ("GET", "/help/{name}"): PUBLIC,
    ("GET", "/login"): PUBLIC,
    ("POST", "/login"): PUBLIC,
    ("POST", "/logout"): PUBLIC,
    ("GET", "/i/{token}"): PUBLIC,
    ("GET", "/i/{token}/start"): PUBLIC,
    ("POST", "/i/{token}/start"): PUBLIC,
    ("GET", "/s/{token}"): PUBLIC,
    ("GET", "/demo/interview/{hash}"): PUBLIC,
    ("POST", "/demo/interview/{hash}"): PUBLIC,
    ("POST", "/mcp"): REVIEWER,
    ("GET", "/health"): PUBLIC,
    ("GET", "/ready"): RECRUITER,
    ("GET", "/metrics"): RECRUITER,
    ("GET", "/api"): RECRUITER,
    ("GET", "/api/openapi.json"): RECRUITER,
    ("GET", "/api/interviews/sessions"): MAIN_SYSTEM,
    ("POST", "/api/interviews/sessions/start"): MAIN_SYSTEM,
    ("GET", "/api/interviews/sessions/{session_id}"): MAIN_SYSTEM,
    ("GET", "/api/interviews/sessions/{session_id}/events"): MAIN_SYSTEM,
    ("POST", "/api/interviews/sessions/{session_id}/refresh"): MAIN_SYSTEM,
    ("GET", "/api/interviews/sessions/{session_id}/scorecard"): MAIN_SYSTEM,
    ("GET", "/api/interviews/sessions/{session_id}/results"): RECRUITER,
    ("POST", "/api/interviews/sessions/{session_id}/cancel"): MAIN_SYSTEM,
    ("POST", "/api/interviews/sessions/{session_id}/link"): MAIN_SYSTEM,
    ("PATCH", "/api/interviews/sessions/{session_id}"): RECRUITER,
    ("POST", "/api/interviews/sessions/{session_id}/answers/{question_id}/model"): RECRUITER,
    ("DELETE", "/api/interviews/sessions/{session_id}/answers/{question_id}/model"): RECRUITER,
    ("PUT", "/api/interviews/sessions/{session_id}/decision"): RECRUITER,
    ("DELETE", "/api/interviews/sessions/{session_id}/decision"): RECRUITER,
    ("GET", "/api/interviews/sessions/{session_id}/decisions"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/decisions"): RECRUITER,
    ("GET", "/api/decision-reasons"): RECRUITER,
    ("PUT", "/api/decision-reasons"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/interview-leaderboard"): MAIN_SYSTEM,
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
    ("GET", "/api/judge"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/opinions"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/settings"): RECRUITER,
    ("PATCH", "/api/jobs/{job_id}/settings"): RECRUITER,
    ("GET", "/reviews"): REVIEWER,
    ("GET", "/reviews/{session_id}"): REVIEWER,
    ("GET", "/reviews/{session_id}/player"): REVIEWER,
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
    ("POST", "/api/steps/interview"): MAIN_SYSTEM,
    ("GET", "/api/jobs/{job_id}/steps/interview"): MAIN_SYSTEM,
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
    ("POST", "/api/admin/jobs/{job_id}/assessment/prepare"): MAIN_SYSTEM,
    ("GET", "/api/candidates"): REVIEWER,
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
    ("GET", "/webhooks"): ADMIN,
    ("GET", "/api/endpoints"): ADMIN,
    ("POST", "/api/endpoints"): ADMIN,
    ("GET", "/api/endpoints/{endpoint_id}"): ADMIN,
    ("PATCH", "/api/endpoints/{endpoint_id}"): ADMIN,
    ("DELETE", "/api/endpoints/{endpoint_id}"): ADMIN,
    ("POST", "/api/endpoints/{endpoint_id}/secret"): ADMIN,
    ("POST", "/api/endpoints/{endpoint_id}/test"): ADMIN,
    ("GET", "/api/endpoints/{endpoint_id}/deliveries"): ADMIN,
    ("POST", "/api/endpoints/{endpoint_id}/replay"): ADMIN,
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
    ("GET", "/messages"): RECRUITER,
    ("GET", "/o/{token}"): PUBLIC,
    ("POST", "/o/{token}"): PUBLIC,
    ("GET", "/api/messages"): RECRUITER,
    ("GET", "/api/messages/status"): RECRUITER,
    ("PATCH", "/api/messages/status"): RECRUITER,
    ("GET", "/api/messages/due"): RECRUITER,
    ("POST", "/api/messages/{message_id}/send-again"): RECRUITER,
    ("POST", "/api/messages/{message_id}/cancel"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/messages/review"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/messages"): RECRUITER,
    ("POST", "/api/jobs/{job_id}/messages/by-hand"): RECRUITER,
    ("GET", "/api/jobs/{job_id}/message-rules"): RECRUITER,
    ("PATCH", "/api/jobs/{job_id}/message-rules"): RECRUITER,
    ("GET", "/api/message-templates"): RECRUITER,
    ("POST", "/api/message-templates/preview"): RECRUITER,
    ("POST", "/api/message-templates/test"): RECRUITER,
    ("PUT", "/api/message-templates/{kind}/{language}"): RECRUITER,
    ("DELETE", "/api/message-templates/{kind}/{language}"): RECRUITER,
    ("POST", "/api/webhooks/hireflix"): SIGNED,
}


def test_every_route_has_a_decided_access() -> None:
    assert {(route.method, route.pattern): route.access for route in ROUTES} == DECISIONS, "decide in DECISIONS"


#: Of the candidates who are invited here; none of the made-up ones has such an id.
FIRST_CANDIDATE = 1000
#: What of an account the admin token may read as well.
READ_BY_ANYBODY = {("GET", "/api/account"), ("GET", "/api/account/logins")}


def credentials_of_a_candidate(token: str) -> list[dict[str, str]]:
    """What somebody who was sent a link may try it as."""
    return [
        {},
        {"Authorization": f"Bearer {token}"},
        {"Cookie": f"tener_interview_login={token}"},
        {"Authorization": "Bearer "},
        {"X-Forwarded-For": "127.0.0.1", "X-Original-Url": "/health"},
    ]


@pytest.fixture
def guarded(make_app: MakeApp) -> Application:
    """A service with an admin token and a client key."""
    return make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)


@for_each("route", ROUTES, ids=lambda item: f"{item.method} {item.pattern}")
def test_each_caller_gets_the_decided_access(route: Route, guarded: Application) -> None:
    client, recruiter = Client(guarded), Client(guarded, BEARER)
    row = ROUTES.index(route)
    # Every route gets a session of its own, because some of them end it; and job 1 has few, which some of them score.
    session = start(recruiter, candidate_id=FIRST_CANDIDATE + row, job_id=1 if "{job_id}" in route.pattern else 2)
    known = {"session_id": session["session_id"], "token": token_of(session["entry_url"]), "path": "styles/base.css"}
    address = re.sub(r"\{(\w+)\}", lambda part: known.get(part[1], "1"), route.pattern)
    body: dict[str, object] | None = {} if route.method in ("POST", "PUT", "PATCH") else None
    access = DECISIONS[(route.method, route.pattern)]
    for number, way in enumerate(credentials_of_a_candidate(known["token"])):
        # Each from another address, so that wrong tries do not add up.
        way["Remote-Addr"] = f"10.0.{row}.{number}"
        reply = client.request(route.method, address, body=body, headers=way)
        if access.guarded:
            refused(reply, "UNAUTHORIZED")
            assert client.request("HEAD", address, headers=way).status in (401, 405)
            assert client.request(route.method, address, body=body, headers={**way, **HTML}).status in (303, 401)
        elif address != "/login" or route.method == "GET":
            assert reply.status not in (401, 403)
    # An account belongs to a user who signed in, and the admin token is none.
    own = route.pattern.startswith("/api/account") and (route.method, route.pattern) not in READ_BY_ANYBODY
    for _ in range(2):
        status = recruiter.request(route.method, address, body=body).status
        assert status in ((403,) if own else range(200, 600))
        assert own or status not in (403, 429)
        assert status != 401 or not access.guarded
    machine = {"Authorization": f"Bearer {CLIENT_KEY}"}
    reply = client.request(route.method, address, body=body, headers=machine)
    if access is RECRUITER:
        refused(reply, "FORBIDDEN")
        assert client.request(route.method, address, body=body, headers={**machine, **HTML}).status == 403
    elif access is MAIN_SYSTEM:
        assert reply.status not in (401, 403, 429)
    behind_the_door = client.request(route.method, f"/k/{CLIENT_KEY}{address}", body=body)
    if access is MAIN_SYSTEM:
        assert behind_the_door.status not in (401, 403, 405, 429)
        assert behind_the_door.json.get("code") != "ROUTE_NOT_FOUND"
    else:
        assert behind_the_door.json["code"] in ("ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED")


def test_a_signed_webhook_is_accepted_and_others_are_401(environ: dict[str, str]) -> None:
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


def test_without_a_webhook_secret_the_webhook_route_is_404(client: Client) -> None:
    refused(client.post("/api/webhooks/hireflix", {}), "ROUTE_NOT_FOUND")
