"""Starting an interview: what comes of every refusal, and of an answer that never arrives."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import ANSWERS, Desk, MakeDesk
from fakes.front_door import refused
from fakes.hireflix import FakeHireflix

INVITE = "inviteCandidateToInterview"


NO_SUBSCRIPTION = {"message": f"Accessing Mutation.{INVITE} requires an active subscription"}
MEMBER = {"code": 404, "name": "x", "message": "No."}
SUBSCRIPTION, QUOTA = "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED", "INTERVIEW_PROVIDER_QUOTA_EXCEEDED"
REJECTED, UNAVAILABLE = "INTERVIEW_PROVIDER_REJECTED", "INTERVIEW_PROVIDER_UNAVAILABLE"


def member(kind: str, **more: Any) -> faults.Fault:
    return faults.json_body({"data": {INVITE: {"__typename": kind, **MEMBER, **more}}})


#: What Hireflix says to an invite -> the code the caller gets.
REFUSALS: dict[str, tuple[faults.Fault, str]] = {
    "position not found": (member("PositionNotFoundError"), REJECTED),
    "position not ready": (member("PositionNotReadyToAcceptInvitesError"), REJECTED),
    "not valid": (member("ValidationError", fieldErrors=[]), REJECTED),
    "a member nobody knows": (member("SomethingNewError"), REJECTED),
    "no invites left": (member("ExceededInvitesThisPeriodError"), QUOTA),
    "no subscription, in errors": (faults.errors(NO_SUBSCRIPTION), SUBSCRIPTION),
    "bad input, in errors": (faults.errors({"message": "No", "extensions": {"code": "BAD_USER_INPUT"}}), REJECTED),
    "unauthenticated, in errors": (faults.errors({"message": "Unauthenticated"}), UNAVAILABLE),
    "an error nobody knows": (faults.errors({"message": "Oops"}), UNAVAILABLE),
    "an error beside no data": (
        faults.json_body({"errors": [{"message": "Oops"}], "data": {INVITE: None}}), UNAVAILABLE,
    ),
    "schema has changed": (faults.errors({"message": 'Cannot query field "x" on type "Y".'}, code=400), UNAVAILABLE),
    "key refused": (faults.unauthorized(), UNAVAILABLE),
    "key forbidden": (faults.unauthorized(403), UNAVAILABLE),
    "500": (faults.status(500), UNAVAILABLE),
    "502": (faults.status(502), UNAVAILABLE),
    "503": (faults.status(503), UNAVAILABLE),
    "429 for long": (faults.too_many("600"), UNAVAILABLE),
    "closed": (faults.closed(), UNAVAILABLE),
    "HTML": (faults.html(), UNAVAILABLE),
    "truncated": (faults.truncated_json(), UNAVAILABLE),
    "broken off": (faults.truncated_response(), UNAVAILABLE),
    "nothing at all": (faults.json_body({"data": {INVITE: None}}), UNAVAILABLE),
    "not an object": (faults.json_body([1, 2]), UNAVAILABLE),
}


@pytest.mark.parametrize(("fault", "code"), REFUSALS.values(), ids=REFUSALS)
def test_an_invitation_refused_by_hireflix_fails_the_session(
    desk: Desk, fake: FakeHireflix, fault: faults.Fault, code: str
) -> None:
    fake.fail_always(fault, on=INVITE)
    details = refused(desk.try_start(), code)
    session = desk.only_session()
    assert session["status"] == ("failed" if code == REJECTED else "created")
    assert session["last_error"]["code"] == code
    assert session["entry_url"] is None
    assert (details.get("provider_error") is not None) == (code == REJECTED)
    assert details["session_id"] == session["session_id"]
    assert fake.invites == 0
    fake.heal()
    desk.clock.advance(hours=1)
    again = desk.start()
    assert fake.invites == 1
    # What was refused for good is left behind; all else goes on with the session there is.
    assert (again["session_id"] == session["session_id"]) == (code != REJECTED)
    assert desk.read_session(again["session_id"])["last_error"] is None


def test_account_limits_map_to_error_codes(desk: Desk, fake: FakeHireflix) -> None:
    fake.account.invites_left = 0
    refused(desk.try_start(1), QUOTA)
    fake.account.invites_left = None
    fake.account.subscription = "member"
    refused(desk.try_start(2), SUBSCRIPTION)
    fake.account.subscription = "errors"
    refused(desk.try_start(3), SUBSCRIPTION)
    fake.account.subscription = "active"
    fake.archive_position()
    details = refused(desk.try_start(4), REJECTED)
    assert details["provider_error"]["type"] == "PositionNotReadyToAcceptInvitesError"
    assert [item["status"] for item in desk.recorded()] == ["failed", "created", "created", "created"]


def test_a_start_that_times_out_at_hireflix_stays_created(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    desk = make_desk(TENER_HIREFLIX_TIMEOUT_SECONDS="0.8")
    fake.fail_next(faults.held(act=False))
    refused(desk.try_start(), "INTERVIEW_PROVIDER_TIMEOUT")
    assert desk.only_session()["status"] == "created"
    assert desk.only_session()["last_error"]["code"] == "INTERVIEW_PROVIDER_TIMEOUT"


def test_a_start_whose_connection_to_hireflix_is_refused_is_unavailable(desk: Desk, fake: FakeHireflix) -> None:
    with fake.down():
        refused(desk.try_start(), UNAVAILABLE)
    session_id = desk.only_session()["session_id"]
    assert desk.start()["session_id"] == session_id
    assert fake.invites == 1


# The answer that never arrives ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["start", "refresh"])
def test_an_invite_whose_response_was_lost_is_recovered(desk: Desk, fake: FakeHireflix, again: str) -> None:
    fake.fail_next(faults.carried_out_without_response(), on=INVITE)
    refused(desk.try_start(), UNAVAILABLE)
    session_id = desk.only_session()["session_id"]
    if again == "refresh":
        assert desk.refresh(session_id).json["updated"]
    else:
        assert desk.start()["session_id"] == session_id
    assert (desk.status(session_id), fake.invites, len(fake.interviews)) == ("invited", 1, 1)
    assert desk.interview(session_id) is fake.interviews[0]
    assert desk.event_names(session_id) == ["created", "invite_failed", "adopted"]
    assert desk.read_session(session_id)["last_error"] is None


def test_an_interview_created_by_an_invitation_that_timed_out_is_adopted(
    make_desk: MakeDesk, fake: FakeHireflix
) -> None:
    desk = make_desk(TENER_HIREFLIX_TIMEOUT_SECONDS="0.8")
    fake.fail_next(faults.held(), on=INVITE)
    refused(desk.try_start(), "INTERVIEW_PROVIDER_TIMEOUT")
    session_id = desk.only_session()["session_id"]
    assert desk.start()["session_id"] == session_id
    assert (fake.invites, fake.count(INVITE)) == (1, 1)
    assert desk.interview(session_id).external_id == session_id


def test_an_interview_that_is_refused_as_existing_but_not_listed_yet_is_waited_for(
    desk: Desk, fake: FakeHireflix
) -> None:
    fake.fail_next(member("InterviewAlreadyExistsInPositionError", code=409), on=INVITE)
    refused(desk.try_start(), UNAVAILABLE)
    assert desk.only_session()["status"] == "created"
    assert desk.start()["status"] == "invited"


@pytest.mark.parametrize(
    "kind", ["InterviewAlreadyExistsInPositionError", "InterviewExternalIdAlreadyExistsInPositionError"]
)
def test_an_existing_interview_of_the_candidate_is_adopted(desk: Desk, fake: FakeHireflix, kind: str) -> None:
    there = fake.invite_elsewhere("jane@example.com")
    fake.fail_next(member(kind, code=409), on=INVITE)
    started = desk.start(candidate_email="jane@example.com")
    assert started["provider"]["invitation_id"] == there
    assert fake.invites == 0
    assert desk.event_names(started["session_id"]) == ["created", "adopted"]


def test_an_interview_made_by_hand_is_adopted_whatever_the_case_of_its_email(desk: Desk, fake: FakeHireflix) -> None:
    there = fake.invite_elsewhere("Jane.DOE@Example.com")
    for number in range(60):
        fake.invite_elsewhere(f"other{number}@example.com")
    assert desk.start(candidate_email="jane.doe@example.com")["provider"]["invitation_id"] == there


def test_a_finished_interview_that_is_adopted_is_scored_by_the_next_refresh(desk: Desk, fake: FakeHireflix) -> None:
    fake.finish(fake.invite_elsewhere("jane@example.com"), ANSWERS)
    session_id = desk.started(candidate_email="jane@example.com")
    assert desk.status(session_id) == "invited"
    assert desk.refresh(session_id).json["status"] == "scored"
