"""Webhooks: believed only when signed, answered at once, acted on once, urgent until the transcripts are there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Client, Reply
from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import ADMIN_TOKEN, refused
from fakes.hireflix import FakeHireflix
from fakes.waiting import eventually
from for_each import for_each
from tener_interview.domain.refresh import background_sync

SECRET = "a-webhook-secret-for-tests"
PATH = "/api/webhooks/hireflix"
NOTHING: list[str | None] = [None] * 4


def signature(raw: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()


def envelope(event: str, invitation_id: str, **data: Any) -> bytes:
    content = {"event": event, "data": {"id": invitation_id, **data}, "date": 1767398600000}
    return json.dumps(content).encode()


def finish_event(invitation_id: str) -> bytes:
    return envelope("interview.finish", invitation_id, completed=1767398600000)


def change_event(invitation_id: str, status: str = "completed") -> bytes:
    return envelope("interview.status-change", invitation_id, status=status, completed=1767398600000)


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk that takes webhooks, whose recruiter has to sign in and whose sync waits to be called."""
    desk = make_desk(
        TENER_HIREFLIX_WEBHOOK_SECRET=SECRET, TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_SYNC_SECONDS=0
    )
    desk.client.headers["Authorization"] = f"Bearer {ADMIN_TOKEN}"
    return desk


def send_webhook(desk: Desk, raw: bytes, **headers: str) -> Reply:
    """Send a webhook as Hireflix does, without a token."""
    signed = {"X-Hireflix-Signature": signature(raw), **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Client(desk.app).request("POST", PATH, body=raw, headers=signed)


def stored_events(desk: Desk, invitation_id: str) -> list[Any]:
    with desk.service.store.read() as tx:
        found: list[Any] = tx.provider_events.of_invitation(invitation_id)
    return found


def invited(desk: Desk, candidate_id: int = 42) -> tuple[str, str]:
    """A session and its interview."""
    session_id = desk.started(candidate_id)
    return session_id, desk.interview(session_id).interview_id


# Whether it is believed -----------------------------------------------------------------------------------------------


def test_without_a_webhook_secret_the_webhook_route_is_404(make_desk: MakeDesk) -> None:
    refused(send_webhook(make_desk(), finish_event("x")), "ROUTE_NOT_FOUND")


@for_each(
    "given",
    [
        "", "nonsense", "\u00e4\u00f6\u00fc".encode().decode("latin-1"), signature(b"something else"),
        signature(finish_event("x"), "another secret"), signature(finish_event("x"))[:-1],
        signature(finish_event("x")).rstrip("="), signature(finish_event("x")).lower(),
        hmac.new(SECRET.encode(), finish_event("x"), hashlib.sha256).hexdigest(),
    ],
)
def test_a_webhook_with_a_wrong_signature_is_refused(desk: Desk, given: str) -> None:
    refused(send_webhook(desk, finish_event("x"), X_Hireflix_Signature=given), "UNAUTHORIZED")
    assert stored_events(desk, "x") == []


def test_a_webhook_without_a_signature_is_refused(desk: Desk) -> None:
    refused(Client(desk.app).post(PATH, {"event": "interview.finish", "data": {"id": "x"}}), "UNAUTHORIZED")


def test_a_webhook_with_the_admin_token_but_no_signature_is_refused(desk: Desk) -> None:
    refused(desk.client.post(PATH, {"event": "interview.finish", "data": {"id": "x"}}), "UNAUTHORIZED")


def test_the_webhook_signature_is_computed_over_the_raw_body(desk: Desk) -> None:
    _, invitation_id = invited(desk)
    raw = b'{ "data" :{"id":\t"%s"},\r\n "event":"interview.finish" , "x": "\xc3\xa4\\u00e4" }' % invitation_id.encode()
    assert send_webhook(desk, raw).status == 202
    other = json.dumps(json.loads(raw)).encode()
    refused(send_webhook(desk, other, X_Hireflix_Signature=signature(raw)), "UNAUTHORIZED")


@for_each("raw", [b"{", b"\xff\xfe", b'{"event": ' * 10_000, b"", b"[" * 100_000])
def test_an_unsigned_webhook_body_is_not_parsed(desk: Desk, raw: bytes) -> None:
    refused(send_webhook(desk, raw, X_Hireflix_Signature=signature(b"else")), "UNAUTHORIZED")
    refused(send_webhook(desk, raw), "INVALID_JSON")


def test_a_too_large_webhook_body_is_refused(desk: Desk) -> None:
    refused(send_webhook(desk, b"x" * (1024 * 1024 + 1)), "BODY_TOO_LARGE")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/json; charset=utf-8", ""])
def test_the_content_type_of_a_webhook_does_not_matter(desk: Desk, content_type: str) -> None:
    _, invitation_id = invited(desk)
    assert send_webhook(desk, finish_event(invitation_id), Content_Type=content_type).status == 202


def test_a_replayed_webhook_changes_no_status(desk: Desk, fake: FakeHireflix) -> None:
    session_id, invitation_id = invited(desk)
    for _ in range(3):
        assert send_webhook(desk, finish_event(invitation_id)).status == 202
        desk.sync.run_round()
        desk.clock.advance(hours=2)
    desk.sync.run_round()
    assert fake.count("interview") == 2, "only the first event is acted on, for an hour"
    assert desk.status(session_id) == "invited", "Hireflix itself says pending"


# What it does ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [finish_event, change_event])
@pytest.mark.parametrize("nested", [False, True])
def test_a_webhook_of_a_finished_interview_wakes_the_sync_that_scores_it(desk: Desk, event: Any, nested: bool) -> None:
    session_id, invitation_id = invited(desk)
    desk.finish(session_id)
    raw = event(invitation_id)
    if nested:
        content = json.loads(raw)
        raw = json.dumps({**content, "data": {"interview": content["data"]}}).encode()
    desk.app.start()
    reply = send_webhook(desk, raw)
    assert (reply.status, reply.json) == (202, {"status": "accepted"})
    eventually(lambda: desk.status(session_id) == "scored")
    assert [(item["event"], item["source"]) for item in desk.events(session_id)][2:] == [
        ("notified", "webhook"), ("completed", "sync"), ("scored", "sync"),
    ]


def test_a_webhook_is_answered_without_a_request_to_hireflix(desk: Desk, fake: FakeHireflix) -> None:
    session_id, invitation_id = invited(desk)
    asked = len(fake.requests)
    send_webhook(desk, finish_event(invitation_id))
    assert len(fake.requests) == asked
    assert (desk.row(session_id).urgent, desk.row(session_id).next_sync_at) == (1, 0)


@pytest.mark.parametrize("order", [[finish_event, change_event], [change_event, finish_event]])
def test_two_webhook_events_of_one_finish_count_once(desk: Desk, order: list[Any]) -> None:
    session_id, invitation_id = invited(desk)
    for event in [*order, *order]:
        assert send_webhook(desk, event(invitation_id)).status == 202
    assert [item["stage"] for item in stored_events(desk, invitation_id)] == ["finished"]
    assert desk.event_names(session_id).count("notified") == 1


def test_each_stage_of_an_interview_is_a_separate_webhook_event(desk: Desk) -> None:
    session_id, invitation_id = invited(desk)
    send_webhook(desk, envelope("interview.status-change", invitation_id, status="pending"))
    send_webhook(desk, finish_event(invitation_id))
    send_webhook(desk, envelope("interview.delete", invitation_id))
    assert [item["stage"] for item in stored_events(desk, invitation_id)] == ["pending", "finished", "deleted"]
    assert desk.event_names(session_id).count("notified") == 3


@pytest.mark.parametrize("begun", [False, True])
def test_an_interview_deleted_at_hireflix_is_canceled(desk: Desk, fake: FakeHireflix, begun: bool) -> None:
    session_id, invitation_id = invited(desk)
    if begun:
        desk.open(session_id)
    fake.delete(invitation_id)
    send_webhook(desk, envelope("interview.delete", invitation_id))
    desk.sync.run_round()
    assert desk.status(session_id) == "canceled"
    assert desk.row(session_id).urgent == 0


def test_a_webhook_of_a_deletion_that_did_not_happen_cancels_nothing(desk: Desk) -> None:
    session_id, invitation_id = invited(desk)
    send_webhook(desk, envelope("interview.delete", invitation_id))
    desk.sync.run_round()
    assert desk.status(session_id) == "invited"


@for_each(
    "raw",
    [
        envelope("position.create", "65a0"),
        envelope("interview.score-updated", "65a0", score={"value": 4}),
        envelope("interview.create", "65a0"),
        b'{"event": 5, "data": {"id": "65a0"}}',
        b'{"event": "interview.finish"}',
        b'{"event": "interview.finish", "data": null}',
        b'{"event": "interview.finish", "data": {"id": 7}}',
        b'{"event": "interview.finish", "data": {"id": ""}}',
        b'{"event": "interview.finish", "data": {"interview": [1]}}',
        json.dumps({"event": "interview.finish", "data": {"id": "x" * 101}}).encode(),
        b"[]", b"null", b'"text"', b"7",
    ],
)
def test_unknown_webhook_events_are_accepted_and_ignored(desk: Desk, raw: bytes) -> None:
    assert send_webhook(desk, raw).status == 202
    assert stored_events(desk, "65a0") == []


def test_a_webhook_with_an_id_that_is_not_valid_utf_8_is_ignored(desk: Desk) -> None:
    assert send_webhook(desk, b'{"event": "interview.finish", "data": {"id": "\\ud800"}}').status == 202
    assert send_webhook(desk, b'{"event": "interview.finish", "data": {"id": "a\\u0000b"}}').status == 202


def test_an_event_of_an_unknown_interview_is_recorded_and_does_not_wake_the_sync(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(desk.sync, "wake", lambda: woken.append(1))
    assert send_webhook(desk, finish_event("65a0ffff")).status == 202
    (event,) = stored_events(desk, "65a0ffff")
    assert (event["outcome"], event["event"]) == ("unknown interview", "interview.finish")
    assert (woken, fake.requests) == ([], [])
    _, invitation_id = invited(desk)
    send_webhook(desk, finish_event(invitation_id))
    send_webhook(desk, finish_event(invitation_id))
    assert woken == [1]


def test_a_finished_session_stays_urgent_until_its_transcripts_arrive(desk: Desk, fake: FakeHireflix) -> None:
    session_id, invitation_id = invited(desk)
    desk.clock.advance(hours=24 * 2)
    desk.finish(session_id, NOTHING)
    send_webhook(desk, finish_event(invitation_id))
    for _ in range(3):
        desk.clock.advance(seconds=120)
        fake.requests.clear()
        done = desk.sync.run_round()
        assert done is not None
        assert done.read == 1
        assert desk.read_session(session_id)["awaiting_transcription"]
        assert desk.row(session_id).urgent == 1
    fake.set_transcripts(invitation_id, ANSWERS)
    desk.clock.advance(seconds=120)
    desk.sync.run_round()
    assert (desk.status(session_id), desk.row(session_id).urgent) == ("scored", 0)


def test_with_the_sync_on_a_session_without_transcripts_is_read_again_soon(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_HIREFLIX_WEBHOOK_SECRET=SECRET, TENER_INTERVIEW_SYNC_SECONDS=120)
    session_id, invitation_id = invited(desk)
    desk.clock.advance(hours=24 * 2)
    desk.finish(session_id, NOTHING)
    send_webhook(desk, finish_event(invitation_id))
    desk.sync.run_round()
    assert desk.row(session_id).next_sync_at - desk.clock.now_ms() <= 120_000
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    assert desk.row(session_id).next_sync_at - desk.clock.now_ms() <= 120_000, "urgent ones are read in every round"


def test_a_session_whose_transcripts_never_arrive_stops_being_urgent(desk: Desk) -> None:
    session_id, invitation_id = invited(desk)
    desk.finish(session_id, [ANSWERS[0], None, None, None])
    send_webhook(desk, finish_event(invitation_id))
    desk.sync.run_round()
    desk.clock.advance(hours=25)
    desk.sync.run_round()
    assert (desk.status(session_id), desk.row(session_id).urgent) == ("scored", 0)


def test_a_finish_that_could_not_be_read_is_read_later_although_the_sync_is_off(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_sync, "URGENT_ROUND_S", 0.05)
    session_id, invitation_id = invited(desk)
    desk.finish(session_id, NOTHING)
    fake.fail_always(faults.status(503))
    desk.app.start()
    assert send_webhook(desk, finish_event(invitation_id)).status == 202
    eventually(lambda: desk.read_session(session_id)["last_error"])
    fake.heal()
    eventually(lambda: desk.read_session(session_id)["awaiting_transcription"])
    fake.set_transcripts(invitation_id, ANSWERS)
    eventually(lambda: desk.status(session_id) == "scored")


def test_an_end_that_hireflix_does_not_show_yet_is_read_again_for_an_hour(desk: Desk, fake: FakeHireflix) -> None:
    session_id, invitation_id = invited(desk)
    other, other_id = invited(desk, 43)
    third, third_id = invited(desk, 44)
    desk.clock.advance(hours=24)
    for raw in (finish_event(invitation_id), envelope("interview.delete", other_id), finish_event(third_id)):
        send_webhook(desk, raw)
    for _ in range(3):
        desk.sync.run_round()
        assert [desk.status(item) for item in (session_id, other, third)] == ["invited"] * 3
        desk.clock.advance(seconds=60)
    desk.finish(session_id)
    fake.delete(other_id)
    desk.sync.run_round()
    assert [desk.status(item) for item in (session_id, other, third)] == ["scored", "canceled", "invited"]
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    fake.requests.clear()
    desk.sync.run_round()
    assert (fake.requests, desk.row(third).urgent) == ([], 0), "the event may have been wrong"


def test_an_end_that_hireflix_shows_late_is_seen_at_once_although_the_sync_is_off(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_sync, "FIRST_URGENT_ROUND_S", 0.05)
    session_id, invitation_id = invited(desk)
    desk.app.start()
    send_webhook(desk, finish_event(invitation_id))
    eventually(lambda: fake.count("interview") >= 2)
    desk.finish(session_id)
    eventually(lambda: desk.status(session_id) == "scored")


def test_a_webhook_event_reaches_all_sessions_of_an_interview(desk: Desk) -> None:
    first = desk.started(42, 1, candidate_email="jane@example.com")
    second = desk.started(42, 2, candidate_email="jane@example.com", share_interview=True)
    desk.finish(first)
    send_webhook(desk, finish_event(desk.read_session(first)["invitation_id"]))
    desk.sync.run_round()
    assert [desk.status(item) for item in (first, second)] == ["scored", "scored"]


def test_a_missed_webhook_is_caught_by_the_sync(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_HIREFLIX_WEBHOOK_SECRET=SECRET)
    session_id = desk.started()
    desk.finish(session_id)
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    assert desk.status(session_id) == "scored"


def test_a_get_request_on_the_webhook_route_is_405(desk: Desk) -> None:
    reply = Client(desk.app).get(PATH)
    refused(reply, "METHOD_NOT_ALLOWED")
    assert reply.headers["allow"] == "POST"


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *_size: Any) -> bytes:
        raise AssertionError("the body was read")


def test_a_webhook_with_a_content_length_over_the_limit_is_refused_unread(desk: Desk) -> None:
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "CONTENT_LENGTH": str(10**9), "wsgi.input": Unread(),
        "REMOTE_ADDR": "127.0.0.1",
    }
    responses: list[str] = []
    list(desk.app(environ, lambda status, _headers, _exc=None: responses.append(status)))  # type: ignore[arg-type]
    assert [text[:3] for text in responses] == ["413"], "the words differ from one Python to the next"
