"""Starting an interview: what is sent, what comes of every refusal, and that nobody is ever invited twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import ANSWERS, Desk, MakeDesk, held_back_invite, in_background
from fakes.front_door import SESSIONS, refused
from fakes.hireflix import FakeHireflix
from fakes.waiting import PATIENCE_S, join
from tener_interview.system.clock import HOUR_MS, SystemClock

INVITE = "inviteCandidateToInterview"


def sent(fake: FakeHireflix) -> dict[str, Any]:
    """The input of the last invite that was asked for."""
    last = [request for request in fake.requests if INVITE in request["fields"]][-1]
    wanted: dict[str, Any] = last["variables"]["input"]
    return wanted


# What is sent ---------------------------------------------------------------------------------------------------------


def test_an_invitation_names_candidate_and_position_and_turns_off_hireflix_mail(desk: Desk, fake: FakeHireflix) -> None:
    started = desk.start(candidate_name="Jane Doe", candidate_email="jane@example.com")
    assert sent(fake) == {
        "positionId": fake.position_id,
        "candidate": {"email": "jane@example.com", "firstName": "Jane", "lastName": "Doe"},
        "externalId": started["session_id"],
        "disableNotifications": True,
    }
    (record,) = fake.interviews
    assert started["provider"] == {
        "name": "hireflix", "invitation_id": record.interview_id, "assessment_id": fake.position_id,
    }
    assert (started["status"], started["reused"]) == ("invited", False)
    assert desk.open(started["session_id"]).headers["location"] == f"https://app.hireflix.com/{record.hash}"
    assert desk.event_names(started["session_id"]) == ["created", "invited", "link_opened"]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Jane Doe", "Jane", "Doe"),
        ("Madonna", "Madonna", None),
        ("  Jane \u00a0  van  der Berg ", "Jane", "van der Berg"),
        ("x" * 60 + " " + "y" * 60, "x" * 50, "y" * 50),
        ("José Ñúñez", "José", "Ñúñez"),
        ("山田 太郎", "山田 太郎", None),
        ("محمد الفارسي", "محمد", "الفارسي"),
        ("Ольга Сергеевна Иванова", "Ольга Сергеевна", "Иванова"),
        (f"Ada {'y' * 49} z", "Ada", "y" * 49),
        ("", "Candidate", "42"),
        ("   ", "Candidate", "42"),
        (None, "Candidate", "42"),
    ],
)
def test_candidate_names_are_split_for_hireflix(
    desk: Desk, fake: FakeHireflix, name: str | None, first: str, last: str | None
) -> None:
    desk.start(candidate_name=name)
    candidate = sent(fake)["candidate"]
    assert (candidate["firstName"], candidate.get("lastName")) == (first, last)
    assert ("lastName" in candidate) == (last is not None)


@pytest.mark.parametrize("email", [None, "", "   "])
def test_the_made_up_email_of_a_candidate_is_always_the_same(
    desk: Desk, fake: FakeHireflix, email: str | None
) -> None:
    desk.start(candidate_email=email)
    assert sent(fake)["candidate"]["email"] == "candidate-42-job-1@interview.local"


def test_the_domain_of_made_up_addresses_is_a_setting(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    make_desk(TENER_INTERVIEW_SYNTHETIC_EMAIL_DOMAIN="invalid.example").start(7, 3)
    assert sent(fake)["candidate"]["email"] == "candidate-7-job-3@invalid.example"


def test_without_made_up_emails_an_email_is_required(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    desk = make_desk(TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL="false")
    assert refused(desk.try_start(), "CANDIDATE_EMAIL_REQUIRED") == {"candidate_id": 42}
    assert (desk.sessions(), fake.requests) == ([], [])
    desk.start(candidate_email="jane@example.com")


def test_the_link_lifetime_is_rounded_to_whole_seconds(desk: Desk) -> None:
    desk.clock.advance(seconds=0.5)
    session_id = desk.started(ttl_hours=5)
    row = desk.row(session_id)
    assert row.link.expires_at == desk.clock.now_ms() // 1000 * 1000 + 5 * HOUR_MS


# Who is who -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["same@example.com", "SAME@example.com"])
def test_a_second_candidate_with_the_same_email_is_refused(desk: Desk, fake: FakeHireflix, second: str) -> None:
    first = desk.start(1, candidate_email="same@example.com")
    details = refused(desk.try_start(2, candidate_email=second), "INTERVIEW_PROVIDER_REJECTED")
    assert details["provider_error"] == {"type": "InterviewOfAnotherCandidate", "candidate_id": 1}
    (failed,) = desk.sessions(candidate_id=2, status="failed")
    assert (failed["status"], failed["invitation_id"]) == ("failed", None)
    assert fake.invites == 1
    own = desk.start(2, candidate_email="own@example.com")
    assert own["provider"]["invitation_id"] != first["provider"]["invitation_id"]


def test_an_interview_created_at_hireflix_belongs_to_the_first_session_that_adopts_it(
    desk: Desk, fake: FakeHireflix
) -> None:
    fake.invite_elsewhere("same@example.com")
    desk.start(1, candidate_email="same@example.com")
    refused(desk.try_start(2, candidate_email="same@example.com"), "INTERVIEW_PROVIDER_REJECTED")


def test_an_interview_created_by_hand_is_adopted_once_by_concurrent_starts(desk: Desk, fake: FakeHireflix) -> None:
    fake.invite_elsewhere("same@example.com")
    together = threading.Barrier(2)
    find = desk.service.provider.find

    def find_together(*args: Any, **kwargs: Any) -> Any:
        found = find(*args, **kwargs)
        together.wait(PATIENCE_S)
        return found

    desk.service.provider.find = find_together
    threads = [in_background(lambda number: desk.try_start(number, candidate_email="same@example.com"), number)
               for number in (1, 2)]
    for thread, _ in threads:
        join(thread)
    assert sorted(done[0].status for _, done in threads) == [201, 422]


def test_one_candidate_in_two_jobs_that_share_a_position_has_one_interview(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.started(42, 1, candidate_email="jane@example.com")
    second = desk.started(42, 2, candidate_email="jane@example.com", share_interview=True)
    assert first != second
    assert desk.read_session(first)["invitation_id"] == desk.read_session(second)["invitation_id"]
    assert fake.invites == 1
    desk.finish(first)
    assert [desk.refresh(item).json["status"] for item in (first, second)] == ["scored", "scored"]


def test_one_candidate_in_two_jobs_with_made_up_addresses_has_two_interviews(desk: Desk, fake: FakeHireflix) -> None:
    desk.start(42, 1)
    desk.start(42, 2, share_interview=False)
    assert fake.invites == 2


def test_a_retry_may_change_the_email_if_no_interview_was_created(
    desk: Desk, fake: FakeHireflix
) -> None:
    fake.fail_next(faults.status(503), on=INVITE)
    desk.try_start(candidate_email="typo@example.com")
    session_id = desk.started(candidate_email="right@example.com", candidate_name="Jane Roe", language="de")
    assert desk.interview(session_id).email == "right@example.com"
    session = desk.read_session(session_id)
    assert (session["candidate_name"], session["language"]) == ("Jane Roe", "de")
    assert desk.row(session_id).candidate_email == "right@example.com"


def test_another_email_on_a_retry_never_makes_a_second_interview(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.carried_out_without_response(), on=INVITE)
    desk.try_start(candidate_email="first@example.com")
    session_id = desk.started(candidate_email="second@example.com")
    assert fake.invites == 1
    assert desk.interview(session_id).email == "first@example.com"


def test_a_job_with_a_position_of_its_own_invites_to_that_position(desk: Desk, fake: FakeHireflix) -> None:
    own = fake.account.add_position("Data engineer", [{"title": "Why?"}])
    assert desk.client.request("PUT", "/api/admin/jobs/1/position", body={"position_id": own}).status == 200
    assert desk.start(1, 1)["provider"]["assessment_id"] == own
    assert desk.start(1, 2)["provider"]["assessment_id"] == fake.position_id


# Starting again -------------------------------------------------------------------------------------------------------


def test_starting_an_active_session_again_returns_it_unchanged(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.start()
    asked = len(fake.requests)
    reply = desk.try_start()
    assert reply.status == 200
    assert reply.json == {**first, "reused": True}
    desk.open(first["session_id"])
    assert desk.start() == {**first, "status": "in_progress", "reused": True}
    assert len(fake.requests) == asked


@pytest.mark.parametrize("noticed_by", ["refresh", "candidate", "nobody"])
def test_starting_an_expired_session_again_extends_the_link_already_sent(
    desk: Desk, fake: FakeHireflix, noticed_by: str
) -> None:
    first = desk.start(ttl_hours=1)
    desk.clock.advance(hours=2)
    if noticed_by == "refresh":
        assert desk.refresh(first["session_id"]).json["status"] == "expired"
    if noticed_by == "candidate":
        refused(desk.client.get(first["entry_url"]), "INTERVIEW_LINK_EXPIRED")
    again = desk.start()
    assert (again["session_id"], again["status"], again["reused"]) == (first["session_id"], "invited", True)
    assert again["entry_url"] == first["entry_url"]
    assert fake.invites == 1
    assert desk.client.get(first["entry_url"]).status == 302


def test_starting_a_session_in_progress_extends_its_expired_link(desk: Desk) -> None:
    first = desk.start(ttl_hours=1)
    desk.open(first["session_id"])
    desk.clock.advance(hours=2)
    again = desk.start()
    assert (again["session_id"], again["status"]) == (first["session_id"], "in_progress")
    assert again["entry_url"] == first["entry_url"]
    assert desk.client.get(first["entry_url"]).status == 302


@pytest.mark.parametrize("transcripts", [[None] * 4, list(ANSWERS)], ids=["completed", "scored"])
def test_a_finished_session_cannot_be_started_again(desk: Desk, transcripts: list[str | None]) -> None:
    session_id = desk.started()
    desk.finish(session_id, transcripts)
    status = desk.refresh(session_id).json["status"]
    assert refused(desk.try_start(), "INTERVIEW_ALREADY_FINISHED") == {"session_id": session_id, "status": status}


def test_a_canceled_session_is_replaced_by_one_that_adopts_its_interview(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.start()
    desk.cancel(first["session_id"])
    second = desk.start()
    assert second["session_id"] != first["session_id"]
    assert second["provider"] == first["provider"]
    assert fake.invites == 1
    assert desk.events(second["session_id"])[0]["details"] == {"replaces": first["session_id"]}
    refused(desk.client.get(first["entry_url"]), "INTERVIEW_LINK_REVOKED")


def test_a_session_that_replaces_a_failed_one_adopts_its_interview(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.start()
    record = desk.interview(first["session_id"])
    fake.delete(record.interview_id)
    assert desk.refresh(first["session_id"]).json["status"] == "failed"
    fake.account.interviews[record.interview_id] = record
    second = desk.start()
    assert second["session_id"] != first["session_id"]
    assert second["provider"] == first["provider"]
    assert fake.invites == 1


# At the same time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [1, 2])
def test_twenty_concurrent_starts_make_one_session_and_one_interview(
    make_desk: MakeDesk, fake: FakeHireflix, processes: int
) -> None:
    desks = [make_desk(SystemClock(), TENER_HIREFLIX_TIMEOUT_SECONDS="20") for _ in range(processes)]
    fake.latency_s = 0.01
    together = threading.Barrier(20)

    def one(number: int) -> Any:
        together.wait(PATIENCE_S)
        return desks[number % processes].try_start(candidate_email="jane@example.com")

    threads = [in_background(one, number) for number in range(20)]
    for thread, _ in threads:
        join(thread)
    replies = [done[0] for _, done in threads]
    assert {reply.status for reply in replies} <= {200, 201}
    assert len({reply.json["session_id"] for reply in replies}) == 1
    assert (fake.invites, len(fake.interviews), len(desks[0].sessions())) == (1, 1, 1)
    assert desks[0].only_session()["status"] == "invited"


def test_canceling_during_an_invitation_keeps_the_id_of_the_interview(desk: Desk, fake: FakeHireflix) -> None:
    asked, answer = held_back_invite(desk)
    thread, done = in_background(desk.try_start)
    assert asked.wait(PATIENCE_S)
    session_id = desk.only_session()["session_id"]
    assert desk.cancel(session_id).json["status"] == "canceled"
    answer.set()
    join(thread)
    assert (done[0].json["status"], done[0].json["entry_url"]) == ("canceled", None)
    session = desk.read_session(session_id)
    assert (session["status"], session["invitation_id"]) == ("canceled", fake.interviews[0].interview_id)
    assert desk.start()["provider"]["invitation_id"] == fake.interviews[0].interview_id
    assert fake.invites == 1


def test_replacing_the_link_during_an_invitation_does_not_stop_the_status_invited(
    desk: Desk, fake: FakeHireflix
) -> None:
    asked, answer = threading.Event(), threading.Event()
    invite = desk.service.provider.invite

    def invite_slowly(invitee: Any) -> Any:
        asked.set()
        answer.wait(PATIENCE_S)
        return invite(invitee)

    desk.service.provider.invite = invite_slowly
    thread, done = in_background(desk.try_start)
    assert asked.wait(PATIENCE_S)
    session_id = desk.only_session()["session_id"]
    assert desk.client.post(f"{SESSIONS}/{session_id}/link", {"ttl_hours": 9}).status == 200
    answer.set()
    join(thread)
    assert done[0].json["status"] == "invited"
    assert desk.open(session_id).status == 302
    assert desk.read_session(session_id)["invitation_id"] == fake.interviews[0].interview_id
