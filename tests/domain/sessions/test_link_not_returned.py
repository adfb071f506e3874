"""A start that nobody was answered: it is finished without the caller, no list shows it, and the next start has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import ANSWERS, Desk, MakeDesk, held_back_invite, in_background
from fakes.front_door import SESSIONS, START, STEP, refused
from fakes.hireflix import FakeHireflix
from fakes.waiting import PATIENCE_S, eventually, join
from tener_interview.api import deadline
from tener_interview.web.http1 import CLIENT_GONE

INVITE = "inviteCandidateToInterview"
TIMEOUT, UNAVAILABLE = "INTERVIEW_PROVIDER_TIMEOUT", "INTERVIEW_PROVIDER_UNAVAILABLE"


@contextmanager
def shortly() -> Iterator[None]:
    """Answers within a third of a second: this is waited in real time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(deadline, "RESPONSE_DEADLINE_S", 0.3)
        yield


def lists(desk: Desk, **query: Any) -> list[list[Any]]:
    """What every list that a program may read shows of job 1."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    board = desk.client.get(f"/api/jobs/1/interview-leaderboard?limit=50{more}").json["items"]
    sheet = desk.client.get(f"/api/jobs/1/interview-leaderboard?format=csv{more}").text.splitlines()[1:]
    return [desk.sessions(**query), desk.sessions(job_id=1, **query), desk.sessions(candidate_id=42, **query), board,
            sheet]


def listed_totals(desk: Desk, **query: Any) -> set[int]:
    """How many sessions these lists show."""
    return {len(item) for item in lists(desk, **query)}


def start_with_a_fault(desk: Desk, fake: FakeHireflix, name: str) -> None:
    """A start that is answered with a fault, and after which Hireflix works again."""
    if name == "no invitation left":
        fake.account.invites_left = 0
        refused(desk.try_start(candidate_email="a@example.com"), "INTERVIEW_PROVIDER_QUOTA_EXCEEDED")
        fake.account.invites_left = None
        return
    fault = {
        "503": faults.status(503), "dropped": faults.closed(),
        "carried out, answer lost": faults.carried_out_without_response(), "429 for long": faults.too_many("600"),
        "nonsense": faults.html(), "answer broke off": faults.truncated_response(),
    }[name]
    fake.fail_always(fault, on=INVITE)
    refused(desk.try_start(candidate_email="a@example.com"), UNAVAILABLE)
    fake.heal()
    desk.clock.advance(hours=1)


WRONG = ("503", "dropped", "carried out, answer lost", "429 for long", "nonsense", "answer broke off",
         "no invitation left")


def noticed_by_sync(desk: Desk) -> None:
    desk.clock.advance(hours=1)
    desk.sync.run_round()


def noticed_by_restart(desk: Desk) -> None:
    desk.sync.recover()


def noticed_by_refresh(desk: Desk) -> None:
    desk.refresh(desk.only_session()["session_id"])


def noticed_by_job_refresh(desk: Desk) -> None:
    for item in desk.refresh_job()["items"]:
        assert (item["previous_status"], item["status"]) == ("created", "created")


def nobody(_desk: Desk) -> None:
    pass


@pytest.mark.parametrize("notice", [noticed_by_sync, noticed_by_restart, noticed_by_refresh, noticed_by_job_refresh,
                                    nobody])
@pytest.mark.parametrize("name", WRONG)
def test_a_session_is_not_listed_until_a_start_is_answered(
    desk: Desk, fake: FakeHireflix, name: str, notice: Callable[[Desk], None]
) -> None:
    start_with_a_fault(desk, fake, name)
    paid = fake.invites
    assert listed_totals(desk) == {0}
    notice(desk)
    assert fake.invites == paid, "nobody is invited behind anybody's back"
    assert listed_totals(desk) == listed_totals(desk, status="invited") == {0}
    assert listed_totals(desk, status="created") == {1}
    (created,) = desk.sessions(status="created")
    assert (created["status"], created["entry_url"]) == ("created", None)
    started = desk.try_start(candidate_email="b@example.com")
    assert started.status in (200, 201)
    assert started.json["session_id"] == created["session_id"]
    assert desk.client.get(started.json["entry_url"]).status == 302
    assert listed_totals(desk) == {1}
    assert desk.sessions()[0]["entry_url"] == started.json["entry_url"]
    assert (fake.invites, len(fake.interviews)) == (1, 1)


def test_a_start_refused_for_good_is_not_listed_and_the_next_start_makes_a_new_session(
    desk: Desk, fake: FakeHireflix
) -> None:
    fake.fail_next(faults.json_body({"data": {INVITE: {"__typename": "PositionNotFoundError"}}}), on=INVITE)
    refused(desk.try_start(), "INTERVIEW_PROVIDER_REJECTED")
    assert listed_totals(desk) == {0}
    assert [session["status"] for session in desk.sessions(status="failed")] == ["failed"]
    assert desk.try_start().status == 201
    assert [session["status"] for session in desk.sessions()] == ["invited"]


def test_an_interview_that_ends_before_a_start_is_answered_is_not_listed(desk: Desk, fake: FakeHireflix) -> None:
    start_with_a_fault(desk, fake, "carried out, answer lost")
    desk.sync.recover()
    fake.discard(fake.interviews[0].interview_id)
    assert desk.refresh(desk.only_session()["session_id"]).json["status"] == "canceled"
    assert listed_totals(desk) == {0}
    fake.delete(fake.interviews[0].interview_id)
    assert desk.try_start().status == 201


def test_a_link_that_expired_before_it_was_returned_is_renewed_when_returned(desk: Desk, fake: FakeHireflix) -> None:
    start_with_a_fault(desk, fake, "carried out, answer lost")
    desk.sync.recover()
    desk.clock.advance(hours=100)
    session_id = desk.only_session()["session_id"]
    assert desk.refresh(session_id).json["status"] == "expired"
    assert listed_totals(desk) == listed_totals(desk, status="expired") == {0}
    started = desk.start(ttl_hours=5)
    assert (started["session_id"], started["status"]) == (session_id, "invited")
    assert desk.client.get(started["entry_url"]).status == 302


@pytest.mark.parametrize("transcripts", [[None] * 4, list(ANSWERS)], ids=["completed", "scored"])
def test_a_start_of_an_interview_finished_meanwhile_is_answered_and_listed(
    desk: Desk, fake: FakeHireflix, transcripts: list[str | None]
) -> None:
    start_with_a_fault(desk, fake, "carried out, answer lost")
    fake.finish(fake.interviews[0].interview_id, transcripts)
    session_id = desk.only_session()["session_id"]
    desk.refresh(session_id)
    status = desk.refresh(session_id).json["status"]
    assert listed_totals(desk) == {1}
    reply = desk.try_start()
    assert (reply.status, reply.json["session_id"], reply.json["status"]) == (200, session_id, status)
    assert reply.json["entry_url"]
    refused(desk.try_start(), "INTERVIEW_ALREADY_FINISHED")


def test_opening_a_link_that_was_not_returned_yet_is_recorded(desk: Desk, fake: FakeHireflix) -> None:
    start_with_a_fault(desk, fake, "carried out, answer lost")
    desk.sync.recover()
    desk.open(desk.only_session()["session_id"])
    assert [session["status"] for session in desk.sessions()] == ["in_progress"]


def test_lists_show_created_until_the_link_is_returned(desk: Desk, fake: FakeHireflix) -> None:
    start_with_a_fault(desk, fake, "carried out, answer lost")
    desk.sync.recover()
    session_id = desk.only_session()["session_id"]
    (mine,) = desk.sessions(status="created")
    assert mine["session_id"] == session_id
    funnel = desk.client.get("/api/jobs/1/funnel").json
    assert (funnel["states"], funnel["steps"][0]["count"]) == ({"created": 1}, 0)
    desk.client.post(f"{SESSIONS}/{session_id}/link", {})
    assert desk.client.get("/api/jobs/1/funnel").json["steps"][0]["count"] == 1
    assert listed_totals(desk) == {1}


def test_a_batch_step_returns_links_that_were_never_returned(desk: Desk, fake: FakeHireflix) -> None:
    start_with_a_fault(desk, fake, "carried out, answer lost")
    desk.sync.recover()
    item = desk.step(42)["items"][0]
    assert (item["action"], item["status"]) == ("started", "invited")
    assert desk.client.get(item["entry_url"]).status == 302
    assert desk.step(42)["items"][0]["action"] == "refreshed"
    assert (listed_totals(desk), fake.invites) == ({1}, 1)


def test_refreshing_a_session_without_an_interview_invites_nobody(desk: Desk, fake: FakeHireflix) -> None:
    start_with_a_fault(desk, fake, "503")
    session_id = desk.only_session()["session_id"]
    refreshed = desk.refresh(session_id, force=True).json
    assert (refreshed["status"], refreshed["updated"], fake.invites) == ("created", False, 0)


# In time --------------------------------------------------------------------------------------------------------------


def test_a_start_that_takes_too_long_is_answered_and_continues_in_the_background(
    desk: Desk, fake: FakeHireflix
) -> None:
    asked, answer = held_back_invite(desk)
    with shortly():
        reply = desk.try_start()
    refused(reply, TIMEOUT)
    assert reply.headers["retry-after"]
    assert asked.wait(PATIENCE_S)
    assert listed_totals(desk) == {0}
    with shortly():
        refused(desk.try_start(), TIMEOUT)  # it waits for the first one, and asks for nothing itself
    answer.set()
    eventually(lambda: desk.only_session()["status"] == "invited")
    assert listed_totals(desk) == {0}
    again = desk.try_start()
    assert (again.status, again.json["status"]) == (200, "invited")
    assert listed_totals(desk) == {1}
    assert (fake.invites, fake.count(INVITE)) == (1, 1)


def test_concurrent_starts_of_one_candidate_all_return_the_same_link(
    desk: Desk, fake: FakeHireflix
) -> None:
    asked, answer = held_back_invite(desk)
    threads = [in_background(desk.try_start) for _ in range(4)]
    assert asked.wait(PATIENCE_S)
    answer.set()
    for thread, _ in threads:
        join(thread)
    assert len({done[0].json["entry_url"] for _, done in threads}) == 1
    assert sorted(done[0].status for _, done in threads) == [200, 200, 200, 201]
    assert fake.count(INVITE) == 1


def test_a_start_that_fails_after_its_response_stores_the_error_on_the_session(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.held(act=False), on=INVITE)
    with shortly():
        refused(desk.try_start(), TIMEOUT)
    fake.heal()
    eventually(lambda: desk.only_session()["last_error"])
    assert desk.only_session()["last_error"]["code"] == UNAVAILABLE
    desk.clock.advance(hours=1)
    assert desk.start()["status"] == "invited"


def test_a_timeout_response_is_not_stored_for_an_idempotency_key(desk: Desk) -> None:
    asked, answer = held_back_invite(desk)
    body = {"job_id": 1, "candidate_id": 42}
    with shortly():
        refused(desk.client.post(START, body, Idempotency_Key="k"), TIMEOUT)
    assert asked.wait(PATIENCE_S)
    answer.set()
    eventually(lambda: desk.only_session()["status"] == "invited")
    again = desk.client.post(START, body, Idempotency_Key="k")
    assert (again.status, "idempotent-replayed" in again.headers) == (200, False)


@pytest.mark.parametrize("what", ["refresh", "prepare"])
def test_other_requests_of_the_main_system_are_answered_in_time(
    desk: Desk, fake: FakeHireflix, what: str
) -> None:
    session_id = desk.started()
    desk.finish(session_id)
    fake.latency_s = 1
    url = f"{SESSIONS}/{session_id}/refresh" if what == "refresh" else "/api/admin/jobs/1/assessment/prepare"
    with shortly():
        refused(desk.client.post(url, {}), TIMEOUT)
    if what == "refresh":
        eventually(lambda: desk.status(session_id) == "scored")
    fake.latency_s = 0.0
    assert desk.client.post(url, {}).status == 200


def test_a_refresh_while_a_start_is_under_way_waits_for_it(desk: Desk, fake: FakeHireflix) -> None:
    asked, answer = held_back_invite(desk)
    started, _ = in_background(desk.try_start)
    assert asked.wait(PATIENCE_S)
    desk.clock.advance(hours=1)
    desk.sync.run_round()  # which leaves it alone
    refreshed, done = in_background(desk.refresh, desk.only_session()["session_id"])
    answer.set()
    join(started, refreshed)
    assert (done[0].json["status"], fake.count("position")) == ("invited", 0)


def test_a_start_whose_client_hung_up_has_not_returned_its_link(desk: Desk, fake: FakeHireflix) -> None:
    body = {"job_id": 1, "candidate_id": 42}
    assert desk.client.request("POST", START, body=body, extra={CLIENT_GONE: lambda: True}).status == 499
    assert fake.requests == [], "who has gone before anything was begun is not worked for"
    leaves = iter([False])
    meanwhile = {CLIENT_GONE: lambda: next(leaves, True)}
    assert desk.client.request("POST", START, body=body, extra=meanwhile).status == 499, "nobody reads this"
    assert listed_totals(desk) == {0}
    again = desk.try_start()
    assert (again.status, fake.invites) == (200, 1)
    assert listed_totals(desk) == {1}


def leaving(fake: FakeHireflix) -> dict[str, Callable[[], bool]]:
    """A client that hangs up while candidates are being invited."""
    return {CLIENT_GONE: lambda: fake.invites > 0}


def test_a_response_that_the_client_did_not_read_is_not_stored_for_an_idempotency_key(
    desk: Desk, fake: FakeHireflix
) -> None:
    key = {"Idempotency-Key": "once"}
    body = {"job_id": 1, "candidate_id": 42}
    assert desk.client.request("POST", START, body=body, headers=key, extra=leaving(fake)).status == 499
    assert (listed_totals(desk), fake.invites) == ({0}, 1)
    again = desk.client.request("POST", START, body=body, headers=key)
    assert (again.status, again.json["entry_url"] is not None, fake.invites) == (200, True, 1)
    assert listed_totals(desk) == {1}, "whoever was given the link is shown"
    replayed = desk.client.request("POST", START, body=body, headers=key)
    assert (replayed.headers["idempotent-replayed"], replayed.json) == ("true", again.json)


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}])
def test_a_step_whose_client_hung_up_has_returned_no_links(
    make_desk: MakeDesk, fake: FakeHireflix, key: dict[str, str]
) -> None:
    client_key = "k" * 30
    desk = make_desk(TENER_INTERVIEW_CLIENT_KEY=client_key)
    headers = {"Authorization": f"Bearer {client_key}", **key}
    body = {"job_id": 1, "candidates": [{"candidate_id": 42}, {"candidate_id": 43}]}
    assert desk.client.request("POST", STEP, body=body, headers=headers, extra=leaving(fake)).status == 499
    # What was asked for is done, and nobody waits for it.
    eventually(lambda: desk.client.get("/api/jobs/1/steps/interview").json["status"] == "success")
    assert (fake.invites, desk.client.get("/api/jobs/1/steps/interview").json["done"]) == (2, 2)
    assert desk.sessions(job_id=1) == []
    again = desk.client.request("POST", STEP, body=body, headers=headers).json
    assert [(item["action"], item["error"], item["entry_url"] is not None) for item in again["items"]] == [
        ("started", None, True)
    ] * 2
    assert (fake.invites, len(desk.sessions(job_id=1))) == (2, 2)


def test_links_of_a_recruiter_who_left_the_page_are_shown_in_the_desk(desk: Desk, fake: FakeHireflix) -> None:
    body = {"job_id": 1, "candidates": [{"candidate_id": 42}, {"candidate_id": 43}]}
    desk.client.request("POST", STEP, body=body, extra=leaving(fake))
    eventually(lambda: [session["status"] for session in desk.sessions(job_id=1)] == ["invited"] * 2)


@pytest.mark.parametrize("named", [{}, {"candidate_name": ""}, {"candidate_name": "Ann Lee"}])
def test_a_batch_step_resumes_a_failed_start_with_any_given_details(
    desk: Desk, fake: FakeHireflix, named: dict[str, str]
) -> None:
    body = {"job_id": 1, "candidates": [{"candidate_id": 4242, **named}]}
    fake.fail_always(faults.status(503), on=INVITE)
    assert [entry["action"] for entry in desk.client.post(STEP, body).json["items"]] == ["failed"]
    fake.heal()
    (item,) = desk.client.post(STEP, body).json["items"]
    assert (item["action"], item["status"], item["error"]) == ("started", "invited", None)


@pytest.mark.parametrize("nothing", ["Candidate 4242", "\u200b", "\u2060\u200d", " "])
def test_a_placeholder_name_does_not_replace_a_real_name(
    desk: Desk, fake: FakeHireflix, nothing: str
) -> None:
    fake.fail_always(faults.status(503), on=INVITE)
    refused(desk.try_start(candidate_id=4242, candidate_name="Jane Doe"), UNAVAILABLE)
    fake.heal()
    again = desk.try_start(candidate_id=4242, candidate_name=nothing)
    assert (again.status, again.json["corrections"]) == (201, [])
    assert [(interview.first_name, interview.last_name) for interview in fake.interviews] == [("Jane", "Doe")]
    assert desk.try_start(candidate_id=4242, candidate_name=nothing).status == 200
    assert [session["candidate_name"] for session in desk.sessions()] == ["Jane Doe"]
