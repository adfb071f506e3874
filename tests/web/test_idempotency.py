"""Idempotency-Key: one key has one effect and one response, even if a process dies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from fakes.application import make_application
from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.databases import every_byte, open_store
from fakes.front_door import SESSIONS, START, STEP, answer_questions, read_session, refused, score, start, token_of
from fakes.waiting import PATIENCE_S, eventually, join
from for_each import for_each
from tener_interview.actor import CLIENT_KEY, Actor, ActorKind, Role
from tener_interview.errors import STATUS_BY_CODE, Problem
from tener_interview.providers.demo.provider import DemoProvider
from tener_interview.web import idempotency
from tener_interview.web.idempotency import Idempotency, Keys
from tener_interview.web.request import Request
from tener_interview.web.response import Response, json_response

ONE = {"job_id": 1, "candidate_id": 42}
KEY = "key-of-the-test"
OpenKeys = Callable[[], AbstractContextManager[Keys]]


@pytest.fixture
def keys(environ: dict[str, str]) -> Iterator[OpenKeys]:
    """The table of keys in a database of its own."""
    store = open_store(environ)

    @contextmanager
    def opened() -> Iterator[Keys]:
        with store.write() as tx:
            yield tx.idempotency

    yield opened
    store.close()


@pytest.fixture
def guarded(keys: OpenKeys, clock: FakeClock) -> Idempotency:
    return Idempotency(
        keys, clock, lambda text: text.replace("token", "sealed"), lambda text: text.replace("sealed", "token")
    )


def keyed(key: str | None = KEY, path: str = "/orders", body: dict[str, Any] | None = None) -> Request:
    request = Request({"REQUEST_METHOD": "POST", "PATH_INFO": path}, "request-1", 1000)
    if key is not None:
        request.environ["HTTP_IDEMPOTENCY_KEY"] = key
    request.__dict__["json"] = body or {}
    return request


class Work:
    """Counts how often it was done; answers with a body or raises."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer = answer
        self.done = 0

    def __call__(self) -> Response:
        self.done += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def claim_of(keys: OpenKeys, key: str = KEY, path: str = "/orders") -> str | None:
    """The state of a key, None for one that is not kept."""
    with keys() as table:
        claim = table.get(f"POST {path}", key)
    return claim.state if claim else None


# Which answers are kept


@for_each("status", [200, 201, 202, 400, 429, 500, 503])
def test_only_final_responses_are_stored(status: int, guarded: Idempotency, keys: OpenKeys) -> None:
    key = f"status-{status}"
    work = Work(json_response({"n": 1}, status))
    answers = [guarded.run(keyed(key), work) for _ in range(2)]
    kept = status < 300
    assert (work.done, claim_of(keys, key)) == ((1, "done") if kept else (2, None))
    assert [json.loads(answer.body) for answer in answers] == [{"n": 1}, {"n": 1}]
    assert answers[1].headers.get("Idempotent-Replayed") == ("true" if kept else None)


@for_each("code", STATUS_BY_CODE)
def test_only_final_errors_are_stored(code: str, guarded: Idempotency, keys: OpenKeys) -> None:
    work = Work(Problem(code, "No."))
    with pytest.raises(Problem):
        guarded.run(keyed(code), work)
    kept = STATUS_BY_CODE[code] < 500 and STATUS_BY_CODE[code] not in (400, 428, 429)
    assert claim_of(keys, code) == ("done" if kept else None)
    if kept:
        again = guarded.run(keyed(code), work)
        assert (again.status, json.loads(again.body)["code"]) == (STATUS_BY_CODE[code], code)
    else:
        with pytest.raises(Problem):
            guarded.run(keyed(code), work)
    assert work.done == (1 if kept else 2)


def test_an_exception_is_not_stored_as_response(guarded: Idempotency, keys: OpenKeys) -> None:
    with pytest.raises(ZeroDivisionError):
        guarded.run(keyed(), Work(ZeroDivisionError()))
    assert claim_of(keys) is None


def test_without_an_idempotency_key_every_request_runs(guarded: Idempotency) -> None:
    work = Work(json_response({}))
    for _ in range(2):
        guarded.run(keyed(None), work)
    assert work.done == 2


def test_links_in_a_stored_response_are_stored_without_signature(guarded: Idempotency, keys: OpenKeys) -> None:
    guarded.run(keyed(), Work(json_response({"entry_url": "token"})))
    with keys() as table:
        claim = table.get("POST /orders", KEY)
    assert claim is not None
    assert claim.body == '{"entry_url":"sealed"}'


def test_a_response_is_stored_for_two_days(guarded: Idempotency, clock: FakeClock) -> None:
    work = Work(json_response({}))
    guarded.run(keyed(), work)
    clock.advance(hours=47.9)
    guarded.run(keyed(), work)
    assert work.done == 1
    clock.advance(hours=0.2)
    guarded.run(keyed(), work)
    assert work.done == 2


@for_each("other", [{"a": 2}, {}, {"a": "1"}, {"a": 1.0}, {"a": True}, {"a": 1, "b": None}])
def test_another_body_with_the_same_idempotency_key_is_refused(other: dict[str, Any], guarded: Idempotency) -> None:
    key = f"key-{repr(other).encode().hex()}"
    work = Work(json_response({}))
    guarded.run(keyed(key, body={"a": 1}), work)
    with pytest.raises(Problem) as refusal:
        guarded.run(keyed(key, body=other), work)
    assert refusal.value.code == "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD"
    assert work.done == 1


def test_another_version_with_the_same_idempotency_key_is_refused(guarded: Idempotency) -> None:
    work = Work(json_response({}))
    for etag, done in (('"1"', True), ('"1"', True), ('"2"', False), (None, False)):
        request = keyed()
        if etag is not None:
            request.environ["HTTP_IF_MATCH"] = etag
        if done:
            assert guarded.run(request, work).status == 200
        else:
            with pytest.raises(Problem, match="another body or If-Match"):
                guarded.run(request, work)
    assert work.done == 1


def test_a_repeated_response_has_the_etag_of_the_first(guarded: Idempotency) -> None:
    work = Work(json_response({"n": 1}).with_headers(ETag='"7"'))
    for _ in range(2):
        answer = guarded.run(keyed(), work)
        assert (answer.headers["ETag"], json.loads(answer.body)) == ('"7"', {"n": 1})
    assert work.done == 1


def test_an_idempotency_key_belongs_to_its_route(guarded: Idempotency) -> None:
    work = Work(json_response({}))
    guarded.run(keyed(path="/orders"), work)
    guarded.run(keyed(path="/refunds"), work)
    assert work.done == 2


def test_an_idempotency_key_belongs_to_its_user_or_token(guarded: Idempotency) -> None:
    work = Work(json_response({}))
    reviewer = Actor(ActorKind.USER, Role.REVIEWER, "us_1")
    actors = (reviewer, replace(reviewer, id="us_2"), Actor(ActorKind.API_TOKEN, Role.MAIN_SYSTEM, "at_1"), CLIENT_KEY)
    for actor in (*actors, *actors):
        request = keyed()
        request.actor = actor
        guarded.run(request, work)
    assert work.done == len(actors)


@for_each("key", ["a", "x" * 255, "!~", "a/b:c=d", '"quoted"', " padded "])
def test_valid_idempotency_keys_are_accepted(key: str, guarded: Idempotency) -> None:
    assert guarded.run(keyed(key), Work(json_response({}))).status == 200


@for_each("key", ["", " ", '""', "x" * 256, "a b", "\u00e9", "a\tb", "a\x7f", "\0"])
def test_invalid_idempotency_keys_are_refused(key: str, guarded: Idempotency) -> None:
    work = Work(json_response({}))
    with pytest.raises(Problem) as refusal:
        guarded.run(keyed(key), work)
    assert (refusal.value.code, work.done) == ("IDEMPOTENCY_KEY_INVALID", 0)


# A request that runs, or ran when its process died


def claim(keys: OpenKeys, clock: FakeClock, *, lease_s: float, body: dict[str, Any] | None = None) -> None:
    """A key that another process holds."""
    with keys() as table:
        fingerprint = idempotency.fingerprint_of(body or {})
        lease_until = clock.now_ms() + round(lease_s * 1000)
        assert table.claim("POST /orders", KEY, fingerprint, now_ms=clock.now_ms(), lease_until=lease_until)


def test_an_expired_lease_is_claimed_by_the_next_request(
    guarded: Idempotency, keys: OpenKeys, clock: FakeClock
) -> None:
    claim(keys, clock, lease_s=8)
    began_s = clock.monotonic_s()
    work = Work(json_response({}))
    assert guarded.run(keyed(), work).status == 200
    assert (work.done, claim_of(keys)) == (1, "done")
    assert 8 <= clock.monotonic_s() - began_s < 9


def test_a_running_request_is_waited_for_thirty_seconds(
    guarded: Idempotency, keys: OpenKeys, clock: FakeClock
) -> None:
    claim(keys, clock, lease_s=50)
    began_s = clock.monotonic_s()
    work = Work(json_response({}))
    with pytest.raises(Problem) as refusal:
        guarded.run(keyed(), work)
    assert refusal.value.code == "IDEMPOTENCY_REQUEST_IN_PROGRESS"
    assert refusal.value.headers == {"Retry-After": "5"}
    assert 30 <= clock.monotonic_s() - began_s < 31
    assert (work.done, claim_of(keys)) == (0, "running")


def test_another_body_is_refused_while_the_first_request_runs(
    guarded: Idempotency, keys: OpenKeys, clock: FakeClock
) -> None:
    claim(keys, clock, lease_s=3600, body={"a": 1})
    with pytest.raises(Problem) as refusal:
        guarded.run(keyed(body={"a": 2}), Work(json_response({})))
    assert refusal.value.code == "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD"
    assert clock.slept_s == []


def test_a_long_request_extends_its_lease(
    guarded: Idempotency, keys: OpenKeys, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "LEASE_MS", 30)

    def lease_until() -> int:
        with keys() as table:
            held = table.get("POST /orders", KEY)
        return getattr(held, "lease_until", 0)

    def work() -> Response:
        first = lease_until()
        clock.advance(seconds=1)
        eventually(lambda: lease_until() > first + 900)
        return json_response({})

    assert guarded.run(keyed(), work).status == 200
    assert claim_of(keys) == "done"


# Through the front door


def test_a_repeated_request_gets_the_first_response(client: Client) -> None:
    first = client.post(START, ONE, Idempotency_Key=KEY)
    session_id = first.json["session_id"]
    score(client, session_id)
    again = client.post(START, b'{ "candidate_id":42,\n"job_id":1 }', Idempotency_Key=f'"{KEY}"')
    assert (again.status, again.body) == (first.status, first.body)
    assert (first.status, first.json["status"], first.json["reused"]) == (201, "invited", False)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]


def test_a_stored_error_is_replayed(client: Client) -> None:
    score(client, start(client)["session_id"])
    first = client.post(START, ONE, Idempotency_Key=KEY)
    refused(first, "INTERVIEW_ALREADY_FINISHED")
    again = client.post(START, ONE, Idempotency_Key=KEY)
    assert (again.status, again.body) == (409, first.body)
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "code"),
    [({"job_id": 0}, "VALIDATION_FAILED"), (b"{", "INVALID_JSON"), (b"[]", "VALIDATION_FAILED")],
)
def test_a_malformed_request_may_be_corrected_with_the_same_key(body: object, code: str, client: Client) -> None:
    refused(client.post(START, body, Idempotency_Key=KEY), code)
    assert client.post(START, ONE, Idempotency_Key=KEY).status == 201


def test_another_body_or_an_invalid_key_changes_nothing(client: Client) -> None:
    client.post(START, ONE, Idempotency_Key=KEY)
    other = client.post(START, {**ONE, "candidate_id": 43}, Idempotency_Key=KEY)
    refused(other, "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD")
    refused(client.post(START, {**ONE, "candidate_id": 43}, Idempotency_Key="a b"), "IDEMPOTENCY_KEY_INVALID")
    assert [item["candidate_id"] for item in client.get(SESSIONS).json["items"]] == [42]


def test_a_provider_failure_is_retried(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise Problem("INTERVIEW_PROVIDER_UNAVAILABLE", "It refuses connections.")

    with monkeypatch.context() as broken:
        broken.setattr(DemoProvider, "invite", down)
        refused(client.post(START, ONE, Idempotency_Key=KEY), "INTERVIEW_PROVIDER_UNAVAILABLE")
    again = client.post(START, ONE, Idempotency_Key=KEY)
    assert (again.status, again.json["status"]) == (201, "invited")
    assert len(client.get(SESSIONS).json["items"]) == 1


def test_one_idempotency_key_may_be_used_on_every_route(client: Client) -> None:
    session_id = client.post(START, ONE, Idempotency_Key=KEY).json["session_id"]
    for path, body in (
        (STEP, {"job_id": 1, "candidate_ids": [43]}),
        (f"{SESSIONS}/{session_id}/link", {}),
        (f"{SESSIONS}/{session_id}/cancel", None),
        (f"{SESSIONS}/{session_id}/refresh", {}),
        ("/api/admin/jobs/1/sessions/refresh", {}),
        ("/api/admin/jobs/1/assessment/prepare", None),
        ("/api/admin/positions", {"name": "A position", "questions": [{"title": "Why?"}]}),
    ):
        first, again = (client.post(path, body, Idempotency_Key=KEY) for _ in range(2))
        assert first.status in (200, 201), path
        assert again.json == first.json, path
        assert again.headers["idempotent-replayed"] == "true", path


def test_twenty_concurrent_requests_create_one_interview(environ: dict[str, str]) -> None:
    app = make_application(environ)
    client = Client(app)
    together = threading.Barrier(20)
    replies: list[Reply] = []

    def ask() -> None:
        together.wait(PATIENCE_S)
        replies.append(client.post(START, ONE, Idempotency_Key=KEY))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    join(*threads)
    items = client.get(SESSIONS).json["items"]
    app.close()
    assert [reply.status for reply in replies] == [201] * 20
    assert len({reply.text for reply in replies}) == 1
    assert sum("idempotent-replayed" in reply.headers for reply in replies) == 19
    assert len(items) == 1


def test_no_entry_link_is_in_the_database(client: Client, environ: dict[str, str]) -> None:
    session = client.post(START, ONE, Idempotency_Key=KEY).json
    step = client.post(STEP, {"job_id": 1, "candidate_ids": [42, 43, 44]}, Idempotency_Key=KEY).json
    replaced = client.post(f"{SESSIONS}/{session['session_id']}/link", {"revoke": True}, Idempotency_Key=KEY).json
    urls = [session["entry_url"], replaced["entry_url"], *(item["entry_url"] for item in step["items"])]
    tokens = {token_of(url).encode() for url in urls}
    assert len(tokens) == 4
    raw = every_byte(environ)
    assert session["session_id"].encode() in raw
    assert [token for token in tokens if token in raw or token[:40] in raw] == []


def test_a_link_in_a_candidates_name_is_never_signed(client: Client) -> None:
    """A transcript in the form of a kept link must not come back as a link that works."""
    session = start(client)
    forged = f"https://tener.example/i/~{token_of(session['entry_url'])[40:]}"
    room = client.get(session["entry_url"]).headers["location"]
    answer_questions(client, room, forged)
    refresh = f"{SESSIONS}/{session['session_id']}/refresh"
    first, again = (client.post(refresh, {}, Idempotency_Key=KEY) for _ in range(2))
    assert again.headers["idempotent-replayed"] == "true"
    assert {score["transcript"] for score in first.json["result"]["question_scores"]} == {forged}
    assert again.json == first.json
    assert read_session(client, session["session_id"])["status"] == "scored"
