"""Today and notifications through the API: for a recruiter, for a reviewer, and what is new for each."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import ADMIN_TOKEN, MakeApp, refused
from fakes.stored import add_session
from fakes.users import signed_in
from for_each import for_each
from tener_interview.actor import Role
from tener_interview.store.outbox_records import Channel, OutboxRow, OutboxState, outbox_row
from tener_interview.web.application import Application

HOUR = 3_600_000
DAY = 24 * HOUR
KINDS = ["needs_look", "recommended", "finished", "running_out", "not_written", "not_answered", "disagreement"]


@pytest.fixture
def app(make_app: MakeApp, clock: FakeClock) -> Application:
    """A service with one interview of each kind for job 1, and one finished for job 2."""
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    now = clock.now_ms()
    far = now + 9 * DAY
    with app.service.store.write() as tx:
        add_session(tx, 1, status="completed", completed_at=now - HOUR, updated_at=now - HOUR, review_reason="Short.")
        add_session(tx, 2, status="scored", completed_at=now - HOUR, total_score=81.0, machine_total=81.0,
                    flags=["off_topic"])
        add_session(tx, 3, status="invited", invited_at=now - HOUR, link_expires_at=now + 30 * HOUR)
        add_session(tx, 4, status="invited", invited_at=now - 4 * DAY, link_expires_at=far)
        add_session(
            tx, 5, status="scored", completed_at=now - 20 * DAY, updated_at=now - HOUR, machine_total=40.0,
            total_score=40.0, human_total=75.0, human_reviews=2, human_spread=5.0,
        )
        add_session(tx, 6, job_id=2, status="scored", completed_at=now - 2 * HOUR, total_score=50.0)
    return app


def groups(client: Client, query: str = "") -> dict[str, Any]:
    return {group["kind"]: group for group in client.get(f"/api/today{query}").json["groups"]}


def new(client: Client) -> dict[str, int]:
    answer = client.get("/api/notifications").json
    assert answer["total"] == sum(answer["kinds"].values())
    return {kind: number for kind, number in answer["kinds"].items() if number}


def test_a_recruiter_sees_open_tasks_of_all_jobs(app: Application) -> None:
    recruiter = signed_in(app, Role.RECRUITER)
    today = groups(recruiter)
    assert list(today) == KINDS
    assert {kind: [item["candidate_id"] for item in group["items"]] for kind, group in today.items()} == {
        "needs_look": [1], "finished": [2, 6], "running_out": [3], "not_written": [], "not_answered": [4],
        "disagreement": [5], "recommended": [],
    }
    assert [(job["job_id"], job["total"]) for job in today["finished"]["jobs"]] == [(1, 1), (2, 1)]
    assert today["needs_look"]["items"][0]["review_reason"] == "Short."
    assert [item["flags"] for item in today["finished"]["items"]] == [["off_topic"], []]
    (apart,) = today["disagreement"]["items"]
    assert (apart["machine_total"], apart["human_total"]) == (40.0, 75.0)
    limited = groups(recruiter, "?limit=1")["finished"]
    assert (limited["total"], len(limited["items"])) == (2, 1)


def test_who_was_not_written_to_and_who_is_recommended_is_listed_until_it_is_done(
    app: Application, clock: FakeClock
) -> None:
    recruiter = signed_in(app, Role.RECRUITER)
    now = clock.now_ms()
    with app.service.store.write() as tx:
        add_session(tx, 8, status="invited", invited_at=now - 2 * HOUR, link_expires_at=now + 9 * DAY)
        add_session(tx, 9, status="scored", completed_at=now - 9 * DAY, total_score=70.0, machine_total=70.0)
    shared = recruiter.post("/api/jobs/1/shares", {"candidate_ids": [9], "allow_answers": True}).json
    token = shared["url"].rpartition("/")[2]
    recommendation = {"author_name": "Ann Mole", "recommendation": "strong_yes"}
    given = recruiter.request("PUT", f"/api/shared/{token}/candidates/1/recommendation", body=recommendation)
    assert given.status == 200
    today = groups(recruiter)
    assert [item["candidate_id"] for item in today["not_written"]["items"]] == [8]
    (item,) = today["recommended"]["items"]
    assert (item["candidate_id"], item["recommended_by"], item["recommendation"]) == (9, "Ann Mole", "strong_yes")
    assert all(today["finished"]["items"][0][name] is None for name in ("recommended_by", "recommendation"))
    assert (new(recruiter)["not_written"], new(recruiter)["recommended"]) == (1, 1)
    recruiter.post("/api/jobs/1/messages/by-hand", {"kind": "invitation", "candidate_id": 8})
    decided = {"decision": "advance"}
    recruiter.request("PUT", f"/api/interviews/sessions/{item['session_id']}/decision", body=decided)
    today = groups(recruiter)
    assert (today["not_written"]["total"], today["recommended"]["total"]) == (0, 0)


def test_marking_items_as_seen_affects_only_that_user(app: Application, clock: FakeClock) -> None:
    ann, bob = signed_in(app, Role.RECRUITER), signed_in(app, Role.ADMIN)
    first = ann.get("/api/today").json
    assert first["seen_at"] == 0
    assert new(ann) == {"needs_look": 1, "finished": 2, "running_out": 1, "disagreement": 1}
    assert ann.post("/api/notifications/seen", {"until": first["at"]}).json == {"seen_at": first["at"]}
    assert new(ann) == {}
    assert ann.post("/api/notifications/seen", {"until": 5}).json == {"seen_at": first["at"]}, "never back"
    in_future = ann.post("/api/notifications/seen", {"until": first["at"] + DAY}).json
    assert in_future == {"seen_at": first["at"]}, "and never ahead"
    assert new(bob) == {"needs_look": 1, "finished": 2, "running_out": 1, "disagreement": 1}
    clock.advance(hours=1)
    with app.service.store.write() as tx:
        add_session(tx, 7, status="scored", completed_at=clock.now_ms() - 1, total_score=60.0)
    assert new(ann) == {"finished": 1}
    finished = groups(ann)["finished"]
    assert [(item["candidate_id"], item["is_new"]) for item in finished["items"]] == [(7, True), (2, False), (6, False)]
    assert (finished["total"], finished["new"]) == (3, 1)
    assert all(item["is_new"] for item in groups(ann, "?seen_at=0")["finished"]["items"])


def test_a_reviewer_sees_only_open_reviews_and_no_scores(app: Application, clock: FakeClock) -> None:
    reviewer = signed_in(app, Role.REVIEWER, job_ids=[1])
    today = groups(reviewer)
    assert list(today) == ["to_review"]
    items = today["to_review"]["items"]
    assert [item["candidate_id"] for item in items] == [1, 2, 5]
    hidden = ("total_score", "machine_total", "human_total", "human_spread", "review_reason")
    assert all(item[name] is None for item in items for name in hidden)
    assert new(reviewer) == {"to_review": 3}
    reviewer.post("/api/notifications/seen", {"until": clock.now_ms() - 2 * HOUR})
    assert new(reviewer) == {"to_review": 2}
    assert new(signed_in(app, Role.REVIEWER)) == {}


@for_each("query", ["?limit=0", "?limit=501", "?seen_at=-1", "?finished_since=x", "?seen_at=1e400"])
def test_an_invalid_today_query_is_refused(app: Application, query: str) -> None:
    refused(signed_in(app, Role.RECRUITER).get(f"/api/today{query}"), "VALIDATION_FAILED")


@for_each("body", [{}, {"until": -1}, {"until": "now"}, {"until": None}, []])
def test_an_invalid_seen_time_is_refused_and_changes_nothing(app: Application, body: Any) -> None:
    recruiter = signed_in(app, Role.RECRUITER)
    refused(recruiter.post("/api/notifications/seen", body), "VALIDATION_FAILED")
    assert recruiter.get("/api/today").json["seen_at"] == 0


def test_undelivered_messages_are_listed_and_can_be_sent_again(app: Application, clock: FakeClock) -> None:
    recruiter, reviewer = signed_in(app, Role.RECRUITER), signed_in(app, Role.REVIEWER, job_ids=[1])
    now = clock.now_ms()
    kept = outbox_row(Channel.PROVIDER, "provider:1", {"part": "link"}, now, session_id=f"iv_{2:032x}")
    ends: list[tuple[OutboxRow, OutboxState]] = [
        (kept, OutboxState.PARKED),
        (outbox_row(Channel.MAIL, "mail:1", {"kind": "x"}, now), OutboxState.UNCERTAIN),
        (outbox_row(Channel.ENDPOINT, "event:1", {"x": 1}, now), OutboxState.DELIVERED),
        (outbox_row(Channel.ENDPOINT, "event:2", {"x": 1}, now), OutboxState.CANCELED),
        (outbox_row(Channel.PROVIDER, "erased", {}, now), OutboxState.PARKED),
        (outbox_row(Channel.PROVIDER, "old", {"part": "link"}, now), OutboxState.PARKED),
    ]
    with app.service.store.write() as tx:
        for row, state in ends:
            assert tx.outbox.add(row)
            assert tx.outbox.claim(row.channel, "one", now_ms=now, until_ms=now) is not None
            ended_at = now - (15 * DAY if row.unique_key == "old" else 1)
            assert tx.outbox.finish(row.outbox_id, "one", state, "no", ended_at)
    found = recruiter.get("/api/today?limit=10").json["undelivered"]
    assert found["total"] == 2
    by_channel = {item["channel"]: item for item in found["items"]}
    assert (by_channel["mail"]["state"], by_channel["mail"]["candidate_name"]) == ("uncertain", None)
    assert (by_channel["provider"]["candidate_id"], by_channel["provider"]["answer"]) == (2, "no")
    assert new(recruiter)["undelivered"] == 2
    assert reviewer.get("/api/today").json["undelivered"] == {"total": 0, "items": []}

    again = f"/api/undelivered/{kept.outbox_id}/send-again"
    refused(reviewer.post(again), "FORBIDDEN")
    assert recruiter.post(again).json == {"status": "queued"}
    refused(recruiter.post(again), "UNDELIVERED_NOT_FOUND")
    for row, _ in ends[2:5]:
        refused(recruiter.post(f"/api/undelivered/{row.outbox_id}/send-again"), "UNDELIVERED_NOT_FOUND")
    refused(recruiter.post("/api/undelivered/ob_unknown/send-again"), "UNDELIVERED_NOT_FOUND")
    assert recruiter.get("/api/today").json["undelivered"]["total"] == 1
    entries = signed_in(app, Role.ADMIN).get("/api/audit-log?action=outbox.sent_again").json["items"]
    assert [entry["subject_id"] for entry in entries] == [kept.outbox_id]


def test_today_can_be_filtered_by_job(app: Application) -> None:
    recruiter, reviewer = signed_in(app, Role.RECRUITER), signed_in(app, Role.REVIEWER, job_ids=[1, 2])
    for job_id, expected in ((1, [1, 0, 1, 1, 0, 1, 1]), (2, [0, 0, 1, 0, 0, 0, 0]), (3, [0] * 7)):
        found = groups(recruiter, f"?job_id={job_id}")
        assert [group["total"] for group in found.values()] == expected
        assert [len(group["items"]) for group in found.values()] == expected
        assert {item["job_id"] for group in found.values() for item in group["items"]} <= {job_id}
    assert [item["candidate_id"] for item in groups(reviewer, "?job_id=2")["to_review"]["items"]] == [6]


def test_today_reads_missing_job_titles_from_the_source(app: Application) -> None:
    finished = groups(signed_in(app, Role.RECRUITER))["finished"]
    assert [job["job_title"] for job in finished["jobs"]] == [
        "Senior Backend Engineer (Python)", "Machine Learning Engineer, Search Ranking",
    ]
