"""What people decide and rate here reaches the interview at Hireflix, once, and comes back as no news."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Client, Reply
from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS
from fakes.hireflix import FakeHireflix
from fakes.reviews import rate
from fakes.users import signed_in
from for_each import for_each
from tener_interview import settings
from tener_interview.actor import Role
from tener_interview.domain.outbox.dispatcher import CLAIM_S, Dispatcher
from tener_interview.domain.provider_updates.sender import hireflix_score
from tener_interview.outbox_channels import outbox_channels
from tener_interview.store.outbox_records import OutboxRow, OutboxState

SECRET = "a-webhook-secret-for-tests"


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk whose job 1 writes back."""
    desk = make_desk(TENER_HIREFLIX_WEBHOOK_SECRET=SECRET, TENER_INTERVIEW_PUBLIC_BASE_URL="https://t.example.com")
    switch(desk, on=True)
    return desk


def switch(desk: Desk, *, on: bool, job_id: int = 1) -> None:
    reply = desk.client.request("PATCH", f"/api/jobs/{job_id}/settings", body={"provider_updates": on})
    assert reply.json["provider_updates"] is on


def decide(desk: Desk, session_id: str, decision: str | None) -> Reply:
    path = f"{SESSIONS}/{session_id}/decision"
    if decision is None:
        return desk.client.request("DELETE", path)
    reason = {"reason_id": "missing_skill"} if decision == "reject" else {}
    return desk.client.request("PUT", path, body={"decision": decision, **reason})


def dispatcher(desk: Desk, owner: str = "one") -> Dispatcher:
    channels = outbox_channels(desk.service, settings.load(desk.environ))
    return Dispatcher(desk.service.store, desk.clock, channels, owner, lambda: 0.0)


def send(desk: Desk) -> None:
    dispatcher(desk).run_once()


def rows(desk: Desk, session_id: str) -> list[OutboxRow]:
    with desk.service.store.read() as tx:
        found: list[OutboxRow] = tx.outbox.of_session(session_id)
    return found


def states(desk: Desk, session_id: str) -> list[str]:
    return [row.state for row in rows(desk, session_id)]


def dashboard_link(session_id: str) -> str:
    return f"https://t.example.com/dashboard?job=1&view=leaderboard&session={session_id}"


def test_updates_of_hireflix_are_off_by_default(make_desk: MakeDesk) -> None:
    desk = make_desk()
    session_id = desk.scored()
    decide(desk, session_id, "advance")
    rate(desk.client, session_id, 5)
    assert rows(desk, session_id) == []
    switch(desk, on=True, job_id=2)
    decide(desk, session_id, "reject")
    assert rows(desk, session_id) == []
    switch(desk, on=True)
    assert rows(desk, session_id) == [], "from then on, not from before"
    decide(desk, session_id, "hold")
    assert len(rows(desk, session_id)) == 2


@pytest.mark.parametrize(("decisions", "stages"), [
    (["advance", "reject", None, None], ["shortlisted", "discarded", "shortlisted", "to_evaluate"]),
    (["reject", "hold", "hired", None], ["discarded", "to_evaluate", "shortlisted", "to_evaluate"]),
    (["withdrawn", None, "hold", None], ["discarded", "to_evaluate", "to_evaluate", "to_evaluate"]),
])
def test_a_decision_moves_the_interview_to_its_stage_at_hireflix(
    desk: Desk, decisions: list[str | None], stages: list[str]
) -> None:
    session_id = desk.scored()
    seen = []
    for decision in decisions:
        assert decide(desk, session_id, decision).status == 200
        send(desk)
        seen.append(desk.interview(session_id).stage)
    assert seen == stages
    assert desk.interview(session_id).comments == [f"Scorecard in Tener Interview: {dashboard_link(session_id)}"]
    assert set(states(desk, session_id)) == {"delivered"}


def test_only_the_latest_decision_is_sent_to_hireflix(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    for decision in ("reject", "hold", "advance"):
        decide(desk, session_id, decision)
    send(desk)
    assert desk.interview(session_id).stage == "shortlisted"
    assert fake.account.events == [event for event in fake.account.events if event["data"]["status"] == "finalist"]
    assert states(desk, session_id) == ["delivered"] * 4


def test_undoing_a_decision_keeps_a_later_move_made_at_hireflix(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    decide(desk, session_id, "advance")
    send(desk)
    fake.discard(desk.interview(session_id).interview_id)  # somebody, in Hireflix itself
    decide(desk, session_id, None)
    send(desk)
    assert desk.interview(session_id).stage == "discarded"


@pytest.mark.parametrize(("ratings", "stars"), [([5], 5.0), ([4], 4.0), ([1], 1.0), ([4, 3], 3.5), ([5, 4], 4.5)])
def test_the_mean_of_the_reviews_becomes_the_hireflix_score(desk: Desk, ratings: list[int], stars: float) -> None:
    session_id = desk.scored()
    for rating in ratings:
        reviewer = signed_in(desk.app, Role.REVIEWER, job_ids=[1])
        assert rate(reviewer, session_id, rating).status == 200
        send(desk)
    assert desk.interview(session_id).score == stars
    assert len(desk.interview(session_id).comments) == 1


@for_each(("total", "stars"), [
    (None, None), (0, 0.5), (15.0, 0.5), (22.4, 0.5), (30, 1.0), (37.4, 1.5), (75, 4.0), (82.5, 4.5), (90, 5.0),
    (100, 5.0),
])
def test_ratings_become_hireflix_scores(total: float | None, stars: float | None) -> None:
    assert hireflix_score(total) == stars


def test_our_own_updates_are_not_read_back_as_changes(desk: Desk, fake: FakeHireflix) -> None:
    """Neither the sync, which reads what we wrote, nor the webhooks that it causes change anything here."""
    session_id = desk.scored()
    decide(desk, session_id, "reject")
    rate(desk.client, session_id, 2)
    send(desk)
    assert desk.interview(session_id).stage == "discarded"

    def everything() -> tuple[Any, ...]:
        entries = desk.client.get("/api/audit-log?limit=500").json["items"]
        return desk.read_session(session_id), desk.events(session_id), desk.results(session_id), entries

    before = everything()
    assert [event["event"] for event in fake.account.events] == ["interview.status-change", "interview.score-updated"]
    for event in fake.account.events:
        raw = json.dumps(event).encode()
        signature = base64.b64encode(hmac.digest(SECRET.encode(), raw, hashlib.sha256)).decode()
        reply = Client(desk.app).request(
            "POST", "/api/webhooks/hireflix", body=raw, headers={"X-Hireflix-Signature": signature}
        )
        assert reply.status == 202
    desk.clock.advance(hours=30)
    desk.sync.run_round()
    refreshed = desk.refresh(session_id, force=True).json
    assert refreshed["status"] == "scored"
    after = everything()
    assert {**after[0], "last_sync_at": before[0]["last_sync_at"]} == before[0]
    assert after[1:] == before[1:]


def test_an_unfinished_interview_is_not_moved_at_hireflix(desk: Desk) -> None:
    """Discarding it at Hireflix would withdraw the candidate's invitation here."""
    session_id = desk.started()
    decide(desk, session_id, "withdrawn")
    send(desk)
    assert desk.interview(session_id).stage == "pending"
    assert rows(desk, session_id)[0].answer == "not finished, so not moved"
    desk.refresh(session_id)
    assert desk.status(session_id) == "invited"


@pytest.mark.parametrize("fault", [
    faults.status(503), faults.closed(), faults.too_many(), faults.unauthorized(), faults.html(),
    faults.errors({"message": "Internal server error"}),
])
def test_failed_updates_of_hireflix_are_retried_and_arrive_once(
    desk: Desk, fake: FakeHireflix, fault: faults.Fault
) -> None:
    session_id = desk.scored()
    decide(desk, session_id, "advance")
    fake.fail_always(fault)
    for _ in range(3):
        send(desk)
        assert desk.interview(session_id).stage == "to_evaluate"
        desk.clock.advance(hours=1)
    assert set(states(desk, session_id)) == {"queued"}
    fake.heal()
    for _ in range(5):
        desk.clock.advance(hours=6)
        send(desk)
    assert desk.interview(session_id).stage == "shortlisted"
    assert len(desk.interview(session_id).comments) == 1


def test_an_update_whose_response_is_lost_is_not_repeated(desk: Desk, fake: FakeHireflix) -> None:
    session_id = desk.scored()
    decide(desk, session_id, "advance")
    rate(desk.client, session_id, 4)
    fake.fail_next(faults.carried_out_without_response(), times=3, on="Interview")
    for _ in range(6):
        send(desk)
        desk.clock.advance(hours=6)
    record = desk.interview(session_id)
    assert (record.stage, record.score, len(record.comments)) == ("shortlisted", 4.0, 1)
    names = [event["event"] for event in fake.account.events]
    assert names == ["interview.status-change", "interview.score-updated"], "done once each"
    assert set(states(desk, session_id)) == {"delivered"}


def test_permanently_refused_updates_of_hireflix_are_parked(desk: Desk, fake: FakeHireflix) -> None:
    gone, refused = desk.scored(1), desk.scored(2)
    for session_id in (gone, refused):
        decide(desk, session_id, "advance")
    fake.delete(desk.interview(gone).interview_id)
    fake.fail_next(faults.errors({"message": "no", "extensions": {"code": "BAD_USER_INPUT"}}), on="Interview")
    send(desk)
    assert set(states(desk, gone)) == {"parked"}
    assert states(desk, refused) == ["parked", "delivered"]
    assert rows(desk, refused)[0].answer == "INTERVIEW_PROVIDER_REJECTED"
    with desk.service.store.write() as tx:
        assert tx.outbox.send_again(rows(desk, refused)[0].outbox_id, desk.clock.now_ms())
    send(desk)
    assert desk.interview(refused).stage == "shortlisted"


def test_no_update_is_sent_to_hireflix_after_switching_off_or_erasing(desk: Desk) -> None:
    switched_off, erased, replaced = desk.scored(1), desk.scored(2), desk.scored(3)
    interviews = [desk.interview(session_id) for session_id in (switched_off, erased, replaced)]
    for session_id in (switched_off, erased):
        decide(desk, session_id, "reject")
    assert desk.client.request("DELETE", "/api/candidates/2").status == 200
    switch(desk, on=False)
    send(desk)
    assert [record.stage for record in interviews] == ["to_evaluate"] * 3
    assert [record.comments for record in interviews] == [[], [], []]
    assert set(states(desk, switched_off)) == {OutboxState.CANCELED}
    assert all(row.content == {} for row in rows(desk, erased))


def test_erasing_during_an_update_stores_nothing_about_the_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id, real = desk.scored(1), desk.service.provider.rate
    assert rate(desk.client, session_id, 4).status == 200

    def rate_and_erase(*args: Any) -> None:
        real(*args)
        assert desk.client.request("DELETE", "/api/candidates/1").status == 200

    monkeypatch.setattr(desk.service.provider, "rate", rate_and_erase)
    send(desk)
    with desk.service.store.read() as tx:
        events = [(event.event, event.details) for event in tx.events.of_session(session_id)]
    assert [details for event, details in events if event == "provider_updated"] in ([], [{}])
    assert "score" not in str(events[-1])


class Killed(BaseException):
    """Ends everything at once, as a killed process would."""


STEPS = ("evaluation", "set_placement", "rate", "comment")


@pytest.mark.parametrize("done", [False, True], ids=["before it", "after it"])
def test_an_update_is_made_once_if_killed_at_any_step(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    for number, step in enumerate(STEPS):
        session_id = desk.scored(100 + number)
        decide(desk, session_id, "advance")
        rate(desk.client, session_id, 3)
        work = getattr(desk.service.provider, step)

        def die(*arguments: Any, _work: Any = work) -> Any:
            if done:
                _work(*arguments)
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(desk.service.provider, step, die)
            with pytest.raises(Killed):
                dispatcher(desk, f"killed at {step}").run_once()
        another = dispatcher(desk, "another")
        another.run_once()
        desk.clock.advance(seconds=CLAIM_S + 1)
        another.run_once()
        another.run_once()
        record = desk.interview(session_id)
        assert (record.stage, record.score, len(record.comments)) == ("shortlisted", 3.0, 1), step
        assert set(states(desk, session_id)) == {"delivered"}, step


def test_an_interview_shared_by_two_jobs_is_updated_only_by_the_first(desk: Desk) -> None:
    first = desk.scored(1)
    switch(desk, on=True, job_id=2)
    other = desk.start(1, job_id=2, unlisted=True, share_interview=True)["session_id"]
    assert desk.read_session(other)["shared_with_job"] == 1
    desk.refresh(other)
    decide(desk, other, "reject")
    assert rows(desk, other) == []
    decide(desk, first, "advance")
    send(desk)
    assert desk.interview(first).stage == "shortlisted"
