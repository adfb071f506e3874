"""Every code of the API, and the one shape in which all of them are answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.conformance import api_document
from fakes.front_door import ADMIN_TOKEN, BEARER, SESSIONS, START, STEP, MakeApp, locked_client, refused, score, start
from fakes.running_service import PROJECT
from tener_interview.errors import STATUS_BY_CODE, Problem
from tener_interview.providers.demo.provider import DemoProvider
from tener_interview.store.tables.idempotency import IdempotencyKeys
from tener_interview.store.tables.sessions import Sessions

ONE = {"job_id": 1, "candidate_id": 42}
#: What design and README promise; the codes beyond these are the server's own.
DOCUMENTED = {
    400: {"INVALID_JSON", "VALIDATION_FAILED", "IDEMPOTENCY_KEY_INVALID"},
    401: {"UNAUTHORIZED"},
    402: {"INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED", "INTERVIEW_PROVIDER_QUOTA_EXCEEDED"},
    403: {"CROSS_SITE_REQUEST"},
    404: {"ROUTE_NOT_FOUND", "INTERVIEW_SESSION_NOT_FOUND", "JOB_NOT_FOUND", "INTERVIEW_TOKEN_INVALID"},
    405: {"METHOD_NOT_ALLOWED"},
    409: {"INTERVIEW_ALREADY_FINISHED", "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD",
          "IDEMPOTENCY_REQUEST_IN_PROGRESS"},
    410: {"INTERVIEW_LINK_EXPIRED", "INTERVIEW_LINK_REVOKED"},
    413: {"BODY_TOO_LARGE"},
    415: {"UNSUPPORTED_MEDIA_TYPE"},
    422: {"INTERVIEW_PROVIDER_REJECTED", "INTERVIEW_NOTHING_TO_SCORE", "CANDIDATE_EMAIL_REQUIRED"},
    429: {"TOO_MANY_ATTEMPTS"},
    431: {"HEADERS_TOO_LARGE"},
    500: {"INTERNAL_ERROR"},
    502: {"INTERVIEW_PROVIDER_UNAVAILABLE"},
    503: {"SOURCE_UNAVAILABLE", "STORE_UNAVAILABLE"},
    504: {"INTERVIEW_PROVIDER_TIMEOUT"},
}


class Scene:
    """What a test needs to bring a code about."""

    def __init__(
        self, make_app: MakeApp, environ: dict[str, str], clock: FakeClock, patch: pytest.MonkeyPatch
    ) -> None:
        self.make_app, self.environ, self.clock, self.patch = make_app, environ, clock, patch

    @property
    def client(self) -> Client:
        return Client(self.make_app())


@pytest.fixture
def scene(
    make_app: MakeApp, environ: dict[str, str], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    return Scene(make_app, environ, clock, monkeypatch)


def expired(scene: Scene) -> Reply:
    link = start(scene.client)["entry_url"]
    scene.clock.advance(hours=72)
    return scene.client.get(link)


def revoked(scene: Scene) -> Reply:
    session = start(scene.client)
    scene.client.post(f"{SESSIONS}/{session['session_id']}/cancel")
    return scene.client.get(session["entry_url"])


def finished(scene: Scene) -> Reply:
    score(scene.client, start(scene.client)["session_id"])
    return scene.client.post(START, ONE)


def reused_key(scene: Scene) -> Reply:
    scene.client.post(START, ONE, Idempotency_Key="key")
    return scene.client.post(START, {**ONE, "candidate_id": 43}, Idempotency_Key="key")


def running_key(scene: Scene) -> Reply:
    """Another process holds the key, and extends its lease for longer than anybody waits."""
    claim = IdempotencyKeys.claim

    def taken(self: IdempotencyKeys, scope: str, key: str, fingerprint: str, *, now_ms: int, lease_until: int) -> None:
        claim(self, scope, key, fingerprint, now_ms=now_ms, lease_until=lease_until + 3_600_000)

    scene.patch.setattr(IdempotencyKeys, "claim", taken)
    return scene.client.post(START, ONE, Idempotency_Key="key")


def too_many(scene: Scene) -> Reply:
    client = locked_client(scene.make_app)
    for _ in range(5):
        client.get(SESSIONS, Authorization="Bearer guess")
    return client.get(SESSIONS, Authorization="Bearer guess")


def provider_says(code: str) -> Callable[[Scene], Reply]:
    """What a provider refuses with is answered as it is; see `FROM_HIREFLIX` for how the real one comes to."""

    def produce(scene: Scene) -> Reply:
        def refuse(*_: object) -> None:
            raise Problem(code, "The provider says no.")

        scene.patch.setattr(DemoProvider, "invite", refuse)
        return scene.client.post(START, ONE)

    return produce


def rejected(scene: Scene) -> Reply:
    made = scene.client.post("/api/admin/positions", {"name": "A", "questions": [{"title": "Why?"}]}).json
    scene.client.request("PUT", "/api/admin/jobs/1/position", body={"position_id": made["position_id"]})
    scene.patch.setattr(DemoProvider, "position", lambda _self, _position_id: None)
    return scene.client.post("/api/admin/jobs/1/assessment/prepare")


def nothing_to_score_problem(scene: Scene) -> Reply:
    transcripts = "tener_interview.providers.demo.provider.transcripts"
    scene.patch.setattr(transcripts, lambda _email, questions: ("",) * len(questions))
    session_id = start(scene.client)["session_id"]
    return scene.client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True})


def broken_source(scene: Scene) -> Reply:
    Path(scene.environ["TENER_INTERVIEW_SOURCE_DB_PATH"]).write_text("This is not a database. " * 50)
    return scene.client.get("/api/admin/jobs")


def closed_store(scene: Scene) -> Reply:
    app = scene.make_app()
    app.close()
    return Client(app).get(SESSIONS)


def fault_of_the_code(scene: Scene) -> Reply:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret-inside")

    scene.patch.setattr(Sessions, "summaries", broken)
    reply = scene.client.get(SESSIONS)
    assert "secret-inside" not in reply.text
    assert reply.json["details"] == {}
    return reply


def without_email(scene: Scene) -> Reply:
    return Client(scene.make_app(TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL="false")).post(START, ONE)


PRODUCED: dict[str, Callable[[Scene], Reply]] = {
    "INVALID_JSON": lambda scene: scene.client.post(START, b"{"),
    "VALIDATION_FAILED": lambda scene: scene.client.post(START, {}),
    "IDEMPOTENCY_KEY_INVALID": lambda scene: scene.client.post(START, ONE, Idempotency_Key="a b"),
    "BAD_REQUEST": lambda scene: scene.client.request("POST", START, body=b"{}", headers={"Content-Length": "9"}),
    "UNAUTHORIZED": lambda scene: locked_client(scene.make_app).get(SESSIONS),
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED": provider_says("INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED"),
    "INTERVIEW_PROVIDER_QUOTA_EXCEEDED": provider_says("INTERVIEW_PROVIDER_QUOTA_EXCEEDED"),
    "CROSS_SITE_REQUEST": lambda scene: scene.client.post(START, ONE, Origin="https://evil.example"),
    "ROUTE_NOT_FOUND": lambda scene: scene.client.get("/nowhere"),
    "INTERVIEW_SESSION_NOT_FOUND": lambda scene: scene.client.get(f"{SESSIONS}/iv_0"),
    "JOB_NOT_FOUND": lambda scene: scene.client.get("/api/admin/jobs/999/candidates"),
    "OPT_OUT_LINK_INVALID": lambda scene: scene.client.get("/o/altered"),
    "UNDELIVERED_NOT_FOUND": lambda scene: scene.client.post("/api/undelivered/ob_0/send-again", {}),
    "INTERVIEW_TOKEN_INVALID": lambda scene: scene.client.get("/i/altered"),
    "METHOD_NOT_ALLOWED": lambda scene: scene.client.request("DELETE", START),
    "INTERVIEW_ALREADY_FINISHED": finished,
    "INTERVIEW_SHARED_WITH_JOB": lambda scene: start(scene.client) and scene.client.post(START, {**ONE, "job_id": 2}),
    "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD": reused_key,
    "IDEMPOTENCY_REQUEST_IN_PROGRESS": running_key,
    "INTERVIEW_LINK_EXPIRED": expired,
    "INTERVIEW_LINK_REVOKED": revoked,
    "BODY_TOO_LARGE": lambda scene: scene.client.post(START, b" " * (1024 * 1024 + 1)),
    "UNSUPPORTED_MEDIA_TYPE": lambda scene: scene.client.post(START, ONE, Content_Type="text/plain"),
    "INTERVIEW_PROVIDER_REJECTED": rejected,
    "INTERVIEW_NOTHING_TO_SCORE": nothing_to_score_problem,
    "CANDIDATE_EMAIL_REQUIRED": without_email,
    "TOO_MANY_ATTEMPTS": too_many,
    "INTERNAL_ERROR": fault_of_the_code,
    "INTERVIEW_PROVIDER_UNAVAILABLE": provider_says("INTERVIEW_PROVIDER_UNAVAILABLE"),
    "INTERVIEW_PROVIDER_TIMEOUT": provider_says("INTERVIEW_PROVIDER_TIMEOUT"),
    "SOURCE_UNAVAILABLE": broken_source,
    "STORE_UNAVAILABLE": closed_store,
}

#: Codes that are brought about in a test file of their own.
ELSEWHERE = {
    "FORBIDDEN": "tests/api/test_access.py",
    "QUESTION_NOT_FOUND": "tests/domain/reviews/test_overrides.py",
    "INTERVIEW_NOT_SCORED": "tests/domain/reviews/test_overrides.py",
    "INTERVIEW_NOT_FINISHED": "tests/domain/reviews/test_reviewing.py",
    "REVIEW_CHANGED": "tests/domain/reviews/test_reviewing.py",
    "REVIEW_INCOMPLETE": "tests/domain/reviews/test_reviewing.py",
    "TOO_MANY_CALLS": "tests/assistants/test_tools.py",
    "TOO_MANY_NOTES": "tests/assistants/test_tools.py",
    "JOB_PAUSED": "tests/domain/sessions/test_invite_checks.py",
    "PLAN_NOT_FOUND": "tests/api/test_publish_api.py",
    "PLAN_REQUIRED": "tests/domain/plans/test_preparing.py",
    "PLAN_CHANGED": "tests/api/test_plan_api.py",
    "PRECONDITION_REQUIRED": "tests/api/test_plan_api.py",
    "LIBRARY_INVALID": "tests/api/test_plan_api.py",
    "REQUEST_TIMEOUT": "tests/web/test_server_bounds.py",
    "URI_TOO_LONG": "tests/web/test_http1.py",
    "HEADERS_TOO_LARGE": "tests/web/test_http1.py",
    "NOT_IMPLEMENTED": "tests/web/test_http1.py",
    "SERVER_BUSY": "tests/web/test_server_bounds.py",
    "CRITERIA_INVALID": "tests/api/test_rescore_api.py",
    "LIST_NOT_READABLE": "tests/api/test_candidate_lists_api.py",
    "CANDIDATE_NOT_FOUND": "tests/api/test_shares_api.py",
    "NOTHING_TO_SHARE": "tests/api/test_shares_api.py",
    "SHARE_LINK_EXPIRED": "tests/api/test_shares_api.py",
    "SHARE_LINK_INVALID": "tests/api/test_shares_api.py",
    "SHARE_LINK_REVOKED": "tests/api/test_shares_api.py",
    "SHARE_NOT_FOUND": "tests/api/test_shares_api.py",
    "RESULT_NOT_FOUND": "tests/api/test_rescore_api.py",
    **dict.fromkeys(
        ("DECISION_CHANGED", "DECISION_REASONS_CHANGED", "INTERVIEW_SESSION_REPLACED", "INTERVIEW_STILL_OPEN"),
        "tests/domain/decisions/test_decisions.py",
    ),
    **dict.fromkeys(
        ("ANSWERS_NOT_ALLOWED", "TOO_MANY_RECOMMENDATIONS"), "tests/domain/sharing/test_recommendations.py",
    ),
    **dict.fromkeys(
        ("LAST_ADMIN", "LOGIN_NOT_FOUND", "ONE_TIME_CODES_OFF", "ONE_TIME_CODES_ON", "ONE_TIME_CODE_REQUIRED",
         "TOKEN_NOT_FOUND", "TOO_MANY_TOKENS", "USER_DISABLED", "USER_EMAIL_IN_USE", "USER_LINK_INVALID",
         "USER_NOT_FOUND", "WRONG_CODE", "WRONG_PASSWORD"),
        "tests/api/test_users_api.py",
    ),
    **dict.fromkeys(("MAIL_NOT_SET_UP", "MESSAGE_NOT_FOUND", "MESSAGE_NOT_POSSIBLE"), "tests/api/test_messages_api.py"),
    **dict.fromkeys(
        ("DELIVERY_NOT_FOUND", "ENDPOINT_DISABLED", "ENDPOINT_NOT_FOUND", "ENDPOINT_UNSIGNED", "TOO_MANY_ENDPOINTS"),
        "tests/api/test_endpoints_api.py",
    ),
    "ENDPOINT_IN_ENVIRONMENT": "tests/domain/endpoints/test_events.py",
    "JUDGE_OFF": "tests/domain/judge/test_judging.py",
    "CANDIDATE_EMAIL_IN_USE": "tests/domain/sessions/test_corrections.py",
    "CANDIDATE_ERASED": "tests/domain/sessions/test_corrections.py",
}
#: Codes that the real provider alone brings about, and where; here the pretend one is made to.
FROM_HIREFLIX = {
    "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED": "tests/providers/hireflix/test_hireflix.py",
    "INTERVIEW_PROVIDER_QUOTA_EXCEEDED": "tests/providers/hireflix/test_hireflix.py",
    "INTERVIEW_PROVIDER_UNAVAILABLE": "tests/providers/hireflix/test_hireflix_faults.py",
    "INTERVIEW_PROVIDER_TIMEOUT": "tests/providers/hireflix/test_hireflix_faults.py",
}
HEADERS = {
    "METHOD_NOT_ALLOWED": "allow",
    "UNAUTHORIZED": "www-authenticate",
    "TOO_MANY_ATTEMPTS": "retry-after",
    "IDEMPOTENCY_REQUEST_IN_PROGRESS": "retry-after",
}
#: Refused before the body is read: an admin token has no account, and no webhook is set up.
NOT_FOR_PROGRAMS = ("/api/account", "/api/webhooks/hireflix")
DETAILS = {
    "VALIDATION_FAILED": "fields",
    "INTERVIEW_PROVIDER_REJECTED": "provider_error",
    "INVALID_JSON": "reason",
}


def test_every_error_code_is_produced_by_a_test() -> None:
    assert set(PRODUCED) | set(ELSEWHERE) == set(STATUS_BY_CODE)
    for code, file in {**ELSEWHERE, **FROM_HIREFLIX}.items():
        assert code in (PROJECT / file).read_text("utf-8"), f"{file} does not bring {code} about"


@pytest.mark.parametrize(("code", "produce"), PRODUCED.items(), ids=PRODUCED)
def test_error_responses_have_the_documented_code_details_and_headers(
    code: str, produce: Callable[[Scene], Reply], scene: Scene
) -> None:
    reply = produce(scene)
    details = refused(reply, code)
    assert isinstance(details, dict)
    if code in HEADERS:
        assert reply.headers[HEADERS[code]]
    if code in DETAILS:
        assert details[DETAILS[code]]
    assert reply.headers["cache-control"] == "no-store"


def test_every_operation_refuses_a_body_that_is_not_json(make_app: MakeApp) -> None:
    client = Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN), BEARER)
    operations = [
        (method.upper(), re.sub(r"\{\w+\}", "1", path))
        for path, item in api_document()["paths"].items()
        for method, operation in item.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
        and not path.startswith(NOT_FOR_PROGRAMS)
    ]
    assert len(operations) > 50
    for method, path in operations:
        for body in (b"{", b"\xff"):
            refused(client.request(method, path, body=body), "INVALID_JSON")


def test_a_failed_item_of_a_batch_has_an_error_code(client: Client) -> None:
    item = client.post(STEP, {"job_id": 1, "candidate_ids": [999_999]}).json["items"][0]
    assert item["error"]["code"] == "CANDIDATE_NOT_FOUND"


def test_the_documented_codes_have_their_documented_status() -> None:
    assert {code: status for status, codes in DOCUMENTED.items() for code in codes}.items() <= STATUS_BY_CODE.items()


def test_refused_requests_start_no_session(scene: Scene) -> None:
    for code in ("INVALID_JSON", "VALIDATION_FAILED", "IDEMPOTENCY_KEY_INVALID", "BAD_REQUEST", "CROSS_SITE_REQUEST",
                 "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "CANDIDATE_EMAIL_REQUIRED", "UNAUTHORIZED"):
        PRODUCED[code](scene)
    assert scene.client.get(SESSIONS).json["items"] == []
