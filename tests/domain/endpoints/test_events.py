"""Events for other systems: what is told, to whom, in which order, and what never leaves."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from fakes.clock import FakeClock
from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import SESSIONS, refused
from fakes.receiver import Received, Receiver
from fakes.reviews import rate
from fakes.running_service import PROJECT
from fakes.waiting import eventually
from tener_interview.criteria.formula import RECOMMENDATIONS
from tener_interview.domain.endpoints.events import EVENT_TYPES
from tener_interview.domain.endpoints.sender import retry_after_ms

SECRET, OLD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "QUJD" * 11
ENDPOINTS = "/api/endpoints"
NAME, EMAIL = "Zoë <b>*Čech*</b> & Co", "zoe.cech@example.com"


@pytest.fixture
def clock() -> FakeClock:
    """At the time of this computer, by which the package verifies signatures."""
    return FakeClock(time.time_ns() // 1_000_000)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def desk(make_desk: MakeDesk, receiver: Receiver) -> Desk:
    """A service whose environment names an endpoint, and that sends."""
    desk = make_desk(
        TENER_INTERVIEW_WEBHOOK_URL=receiver.url, TENER_INTERVIEW_WEBHOOK_SECRET=f"{SECRET},{OLD_SECRET}",
        TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS="127.0.0.1", TENER_INTERVIEW_SYNC_SECONDS="0",
    )
    desk.app.start()
    return desk


def add(desk: Desk, url: str, **more: Any) -> Any:
    reply = desk.client.post(ENDPOINTS, {"name": "Another", "url": url, **more})
    assert reply.status == 201, reply.text
    return reply.json


def deliveries(desk: Desk, endpoint_id: str = "ep_environment", query: str = "") -> list[Any]:
    items: list[Any] = desk.client.get(f"{ENDPOINTS}/{endpoint_id}/deliveries{query}").json["items"]
    return items


def received_types(receiver: Receiver, session_id: str) -> list[str]:
    return [event.type for event in receiver.received if event.json["data"].get("session_id") == session_id]


def is_idle(desk: Desk) -> bool:
    """Whether nothing is being sent."""
    with desk.service.store.read() as tx:
        return not tx.outbox.claims()


def wake(desk: Desk) -> None:
    """Let the dispatcher look at the clock of the test."""
    desk.service.store.outbox_changed.set()


def arrived(desk: Desk, receiver: Receiver, count: int) -> list[Received]:
    def have_arrived() -> bool:
        wake(desk)
        return len(receiver.received) >= count

    eventually(have_arrived)
    return receiver.received


def cause_every_event(desk: Desk) -> str:
    """Everything that can happen to a candidate; the id of the session."""
    session_id = desk.started(1, candidate_name=NAME, candidate_email=EMAIL, conversation_id=77)
    assert desk.open(session_id).status == 302
    desk.open(session_id)
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "scored"
    assert rate(desk.client, session_id, 4).status == 200
    path = f"{SESSIONS}/{session_id}/decision"
    assert desk.client.request("PUT", path, body={"decision": "advance"}).status == 200
    assert desk.client.request("DELETE", path).status == 200
    return session_id


def test_every_event_is_sent_in_order_and_signed(desk: Desk, receiver: Receiver) -> None:
    session_id = cause_every_event(desk)
    arrived(desk, receiver, 7)
    assert desk.client.request("DELETE", "/api/candidates/1").status == 200
    # A second erasure, and one that nobody has data for, are no news.
    assert desk.client.request("DELETE", "/api/candidates/1").status == 200
    late = desk.started(2, ttl_hours=1)
    unscored = desk.started(3)
    desk.finish(unscored, [None] * len(ANSWERS), answered=[False] * len(ANSWERS))
    desk.refresh(unscored)
    desk.clock.advance(seconds=3601)
    desk.client.get(desk.read_session(late)["entry_url"])
    arrived(desk, receiver, 13)
    eventually(lambda: not deliveries(desk, query="?state=waiting"))
    assert received_types(receiver, session_id) == [
        "session.invited", "session.opened", "session.completed", "session.scored", "session.reviewed",
        "session.decided", "session.decided", "session.erased",
    ]
    assert received_types(receiver, late) == ["session.invited", "session.expired"]
    assert received_types(receiver, unscored) == ["session.invited", "session.completed", "session.needs_review"]
    assert set(receiver.types) == set(EVENT_TYPES)
    # Each is signed by both secrets, which are being changed, and has an id of its own.
    before = [event for event in receiver.received if event.json["data"].get("session_id") == session_id][:7]
    for event in before:
        assert event.is_signed_by(SECRET)
        assert event.is_signed_by(OLD_SECRET)
        assert not event.is_signed_by("whsec_" + "MTIz" * 11)
    assert len({event.message_id for event in receiver.received}) == len(receiver.received) == 13
    by_type = {event.type: event.json for event in before}
    scored, undone = by_type["session.scored"]["data"], by_type["session.decided"]["data"]
    total = scored["total_score"]
    assert scored == {
        "session_id": session_id, "job_id": 1, "candidate_id": 1, "conversation_id": 77, "status": "scored",
        "total_score": total, "total_source": "machine", "recommendation": scored["recommendation"],
        "review_reason": None, "decision": None, "link_expires_at": scored["link_expires_at"],
        "completed_at": scored["completed_at"], "scored_at": scored["scored_at"], "decided_at": None,
        "dashboard_url": f"{desk.service.policy.public_base_url}/dashboard?job=1&view=leaderboard&session={session_id}",
    }
    shown = documented_event()["data"]
    assert list(shown) == list(scored)
    assert shown["recommendation"] in RECOMMENDATIONS
    assert isinstance(total, float)
    assert undone["decision"] is None
    erased = receiver.received[receiver.types.index("session.erased")].json
    assert erased["data"] == {"session_id": session_id, "job_id": 1, "candidate_id": 1}
    # No name, no address, no link that opens anything.
    everything = b"".join(event.body for event in receiver.received).decode()
    secrets = ("Zoë", "Čech", EMAIL, "/i/", "entry_url", "candidate_url")
    assert [text for text in secrets if text in everything] == []
    eventually(lambda: {item["state"] for item in deliveries(desk)} == {"delivered"})
    # What was told of the erased person is kept without what it said.
    rows = [item for item in deliveries(desk) if item["session_id"] == session_id and item["data"]]
    assert [row["type"] for row in rows] == ["session.erased"]


def test_an_endpoint_gets_the_events_it_subscribes_to(desk: Desk, receiver: Receiver) -> None:
    with Receiver() as other, Receiver() as chat:
        names = add(desk, other.url, events=["session.scored", "session.invited"], with_contact=True)
        slack = add(desk, chat.url, format="slack", events=["session.invited", "session.scored"], with_contact=True)
        assert names["secret"].startswith("whsec_")
        assert slack["secret"] is None
        session_id = cause_every_event(desk)
        arrived(desk, receiver, 7)
        invited, scored, *more = arrived(desk, other, 2)
        assert (invited.type, scored.type, more) == ("session.invited", "session.scored", [])
        assert scored.is_signed_by(names["secret"])
        assert not scored.is_signed_by(SECRET)
        assert scored.json["data"]["candidate"] == {"name": NAME, "email": EMAIL}
        # The same event has the same id wherever it goes.
        assert invited.message_id == receiver.received[0].message_id
        greeting, result = arrived(desk, chat, 2)
        url = scored.json["data"]["dashboard_url"]
        assert greeting.json == {
            "text": f"*Zoë &lt;b&gt;Čech&lt;/b&gt; &amp; Co* (job 1) was invited · <{url}|Open>"
        }
        assert f"was scored: {scored.json['data']['total_score']:g} of 100" in result.json["text"]
        assert "webhook-signature" not in greeting.headers
        # What is stored has no name, and neither have the desk's deliveries.
        assert "Čech" not in str(deliveries(desk, names["endpoint_id"]))
        eventually(lambda: not deliveries(desk, names["endpoint_id"], "?state=waiting"))
        # A corrected name is sent, not the one of before; an erased one never.
        desk.client.request("PATCH", f"{SESSIONS}/{session_id}", body={"candidate_name": "Zoe New"})
        desk.client.post(f"{ENDPOINTS}/{names['endpoint_id']}/replay", {
            "delivery_ids": [deliveries(desk, names["endpoint_id"])[0]["delivery_id"]],
        })
        assert arrived(desk, other, 3)[-1].json["data"]["candidate"]["name"] == "Zoe New"


def test_failed_webhook_deliveries_are_retried_parked_and_replayed(desk: Desk, receiver: Receiver) -> None:
    receiver.answer(500, b"out of order")
    receiver.answer(429, Retry_After="1800")
    session_id = desk.started(1)
    (first,) = arrived(desk, receiver, 1)
    eventually(lambda: deliveries(desk)[0]["answer"] is not None)
    waiting = deliveries(desk)[0]
    assert (waiting["state"], waiting["attempts"], waiting["answer"]) == ("waiting", 1, "500 out of order")
    desk.open(session_id)
    desk.clock.advance(seconds=6)
    again = arrived(desk, receiver, 2)[1]
    assert (again.message_id, again.body) == (first.message_id, first.body)
    assert again.headers["webhook-timestamp"] != first.headers["webhook-timestamp"]
    eventually(lambda: deliveries(desk)[-1]["attempts"] == 2 and deliveries(desk)[-1]["answer"].startswith("429"))
    # As long as the receiver asked for, and nothing of the session overtakes.
    desk.clock.advance(seconds=1700)
    wake(desk)
    desk.clock.advance(seconds=200)
    arrived(desk, receiver, 4)
    assert received_types(receiver, session_id) == ["session.invited"] * 3 + ["session.opened"]
    # Three days later it is given up, and what comes after it goes its way.
    receiver.answers = [(503, {}, b"")] * 10
    other = desk.started(2)
    for left in (9, 8, 7, 6):
        eventually(partial(lambda left: len(receiver.answers) == left and is_idle(desk), left))
        desk.clock.advance(hours=24)
        wake(desk)
    receiver.answers.clear()
    (parked,) = deliveries(desk, query="?state=parked")
    assert (parked["session_id"], parked["attempts"], parked["answer"]) == (other, 4, "503 Service Unavailable")
    assert received_types(receiver, other) == ["session.invited"] * 4
    figures = desk.client.get("/metrics").text
    assert 'tener_interview_outbox_rows{channel="endpoint",state="parked"} 1' in figures
    replay = desk.client.post(f"{ENDPOINTS}/ep_environment/replay", {})
    assert replay.json == {"replayed": 1}
    eventually(lambda: deliveries(desk)[0]["state"] == "delivered")
    assert len({event.message_id for event in receiver.received if event.json["data"]["session_id"] == other}) == 1
    (entry,) = desk.client.get("/api/audit-log?action=delivery.replayed").json["items"]
    assert entry["details"] == {"deliveries": 1}


def test_an_endpoint_that_answers_410_is_disabled(desk: Desk, receiver: Receiver) -> None:
    receiver.answer(410, b"gone")
    desk.started(1)
    path = f"{ENDPOINTS}/ep_environment"
    eventually(lambda: not desk.client.get(path).json["enabled"])
    assert desk.client.get(path).json["disabled_reason"] == "It answered 410 Gone."
    desk.started(2)
    # The endpoint is disabled a moment before its delivery is parked.
    eventually(lambda: [item["state"] for item in deliveries(desk)] == ["parked"])
    refused(desk.client.post(f"{path}/replay", {}), "ENDPOINT_DISABLED")
    refused(desk.client.post(f"{path}/test", {}), "ENDPOINT_DISABLED")
    assert desk.client.request("PATCH", path, body={"disabled": False}).json["enabled"] is True
    assert desk.client.post(f"{path}/test", {}).status == 202
    assert arrived(desk, receiver, 2)[1].type == "endpoint.test"


def test_erasing_a_candidate_cancels_waiting_events(desk: Desk, receiver: Receiver) -> None:
    receiver.answer(500)
    session_id = desk.started(1, candidate_name=NAME)
    arrived(desk, receiver, 1)
    eventually(lambda: deliveries(desk)[0]["answer"] is not None)
    assert desk.client.request("DELETE", "/api/candidates/1").status == 200
    desk.clock.advance(seconds=400)
    arrived(desk, receiver, 2)
    assert received_types(receiver, session_id) == ["session.invited", "session.erased"]
    eventually(lambda: [item["state"] for item in deliveries(desk)] == ["delivered", "canceled"])


@pytest.mark.parametrize("status", [200, 500])
def test_erasing_a_candidate_during_a_delivery_keeps_no_content_of_the_event(
    desk: Desk, receiver: Receiver, status: int
) -> None:
    receiver.holding.clear()
    receiver.answer(status, f"I have {EMAIL} now".encode())
    receiver.answer(202, f"I have erased {EMAIL}".encode())
    session_id = desk.started(1, candidate_name=NAME, candidate_email=EMAIL)
    arrived(desk, receiver, 1)
    assert desk.client.request("DELETE", "/api/candidates/1").status == 200
    receiver.holding.set()
    # What failed is not tried again, so that the erasure is told at once.
    arrived(desk, receiver, 2)
    eventually(lambda: not deliveries(desk, query="?state=waiting"))
    assert received_types(receiver, session_id) == ["session.invited", "session.erased"]
    ended = "delivered" if status == 200 else "canceled"
    assert [(item["state"], item["answer"]) for item in deliveries(desk)] == [("delivered", "202"), (ended, None)]


def test_the_endpoint_of_the_environment_is_removed_with_its_setting(make_desk: MakeDesk, receiver: Receiver) -> None:
    settings = {"TENER_INTERVIEW_WEBHOOK_URL": receiver.url, "TENER_INTERVIEW_WEBHOOK_SECRET": SECRET}
    make_desk(**settings).close()
    again = make_desk(**settings)
    (endpoint,) = again.client.get(ENDPOINTS).json["items"]
    # Its address may have a secret in it.
    assert (endpoint["from_environment"], endpoint["url"]) == (True, receiver.url.partition("?")[0])
    for method, path, body in (
        ("PATCH", "", {"url": "https://a.example/"}), ("DELETE", "", None), ("POST", "/secret", {}),
    ):
        refused(again.client.request(method, f"{ENDPOINTS}/ep_environment{path}", body=body), "ENDPOINT_IN_ENVIRONMENT")
    changed = again.client.request("PATCH", f"{ENDPOINTS}/ep_environment", body={"events": ["session.scored"]})
    assert changed.json["events"] == ["session.scored"]
    again.close()
    kept = make_desk(**settings)
    assert kept.client.get(ENDPOINTS).json["items"][0]["events"] == ["session.scored"]
    kept.close()
    assert make_desk().client.get(ENDPOINTS).json["items"] == []


def test_retry_after_is_read_in_both_forms() -> None:
    now_ms = 1_770_000_000_000
    assert retry_after_ms("Mon, 02 Feb 2026 03:00:00 GMT", now_ms) == 1_200_000
    assert retry_after_ms("Mon, 02 Feb 2026 02:00:00 GMT", now_ms) == 0
    assert [retry_after_ms(text, now_ms) for text in ("120", " 0 ")] == [120_000, 0]
    broken = (None, "", "-1", "soon", "1.5", "٣", "tomorrow, maybe")
    assert [retry_after_ms(text, now_ms) for text in broken] == [None] * 7


def documented_event() -> Any:
    """The event that the documentation shows."""
    text = (PROJECT / "docs/webhooks.md").read_text("utf-8")
    return json.loads(text.partition("```json\n")[2].partition("```")[0])


def test_the_page_and_the_documentation_list_every_event_type() -> None:
    page = (PROJECT / "src/tener_interview/static/pages/webhooks.js").read_text("utf-8")
    documentation = (PROJECT / "docs/webhooks.md").read_text("utf-8")
    assert re.findall(r'^  "(session\.\w+)": \[', page, re.MULTILINE) == list(EVENT_TYPES)
    assert re.findall(r"^\| `(session\.\w+)` \|", documentation, re.MULTILINE) == list(EVENT_TYPES)
