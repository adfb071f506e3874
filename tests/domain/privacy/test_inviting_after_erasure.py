"""Somebody who was erased and applies again begins anew: what Hireflix still has of before is not taken for new."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import Desk, MakeDesk
from fakes.front_door import refused
from fakes.hireflix import FakeHireflix

EMAIL = "zenobia.quillfeather@example.com"
INVITE = "inviteCandidateToInterview"


def erase(desk: Desk, candidate_id: int = 42) -> None:
    assert desk.client.request("DELETE", f"/api/candidates/{candidate_id}").status == 200


def assert_fresh(desk: Desk, fake: FakeHireflix, session_id: str, interviews: int = 2) -> None:
    """It has an interview of its own, and its own answers are scored."""
    record = desk.interview(session_id)
    assert record.external_id == session_id
    assert len(fake.interviews) == interviews
    assert desk.refresh(session_id, force=True).json["status"] == "invited"
    desk.finish(session_id)
    assert desk.refresh(session_id).json["status"] == "scored"


@pytest.mark.parametrize(
    ("candidate_id", "email"), [(42, EMAIL), (43, EMAIL), (42, EMAIL.upper()), (43, EMAIL.upper()), (42, None)]
)
def test_an_erased_candidate_who_applies_again_gets_a_new_interview(
    desk: Desk, fake: FakeHireflix, email: str | None, candidate_id: int
) -> None:
    """Also under another id, and also without an address, where the made-up one is the same every time."""
    desk.scored(candidate_email=email and EMAIL)
    erase(desk)
    assert_fresh(desk, fake, desk.started(candidate_id, candidate_email=email))


def test_an_erased_candidate_who_applies_for_another_job_gets_a_new_interview(desk: Desk, fake: FakeHireflix) -> None:
    """Nobody is asked whether the interview from before should count for it, too."""
    desk.scored(candidate_email=EMAIL)
    erase(desk)
    assert_fresh(desk, fake, desk.started(42, 2, candidate_email=EMAIL))


@pytest.mark.parametrize("state", ["invited", "canceled", "expired"])
def test_an_erased_candidate_with_an_unfinished_interview_gets_a_new_one(
    desk: Desk, fake: FakeHireflix, state: str
) -> None:
    first = desk.started(candidate_email=EMAIL, ttl_hours=1)
    record = desk.interview(first)
    if state == "canceled":
        desk.cancel(first)
    if state == "expired":
        desk.clock.advance(hours=2)
        desk.refresh(first)
    erase(desk)
    session_id = desk.started(candidate_email=EMAIL)
    fake.finish(record.interview_id, ["What was said before the erasure, and at some length."] * 4)
    assert_fresh(desk, fake, session_id)


@pytest.mark.parametrize("way", ["erased by hand", "grown old", "erased twice"])
def test_a_candidate_erased_by_retention_or_twice_gets_a_new_interview(
    make_desk: MakeDesk, fake: FakeHireflix, way: str
) -> None:
    desk = make_desk(TENER_INTERVIEW_RETENTION_DAYS=1)
    desk.scored(candidate_email=EMAIL)
    if way == "grown old":
        desk.clock.advance(hours=25)
        desk.sync.run_round()
    else:
        erase(desk)
    session_id = desk.started(candidate_email=EMAIL)
    if way == "erased twice":
        erase(desk)
        session_id = desk.started(candidate_email=EMAIL)
    assert_fresh(desk, fake, session_id, 3 if way == "erased twice" else 2)


def test_an_erased_interview_created_by_hand_at_hireflix_is_not_adopted_again(desk: Desk, fake: FakeHireflix) -> None:
    """One that somebody made there by hand and that was adopted: it does not carry the id of any session."""
    record = fake.account.add_interview(fake.position_id, email=EMAIL)
    assert desk.start(candidate_email=EMAIL)["status"] == "invited"
    assert desk.interview(desk.only_session()["session_id"]).interview_id == record.interview_id
    erase(desk)
    assert_fresh(desk, fake, desk.started(candidate_email=EMAIL))


@pytest.mark.parametrize("fault", ["unanswered", "closed"])
def test_an_interrupted_start_after_an_erasure_continues_with_the_new_interview(
    desk: Desk, fake: FakeHireflix, fault: str
) -> None:
    """The second request of the start is the one that is carried out: its answer is lost, or it never arrives."""
    desk.scored(candidate_email=EMAIL)
    erase(desk)
    invite = desk.service.provider.invite

    def invite_with_fault(invitee: Any) -> Any:
        if "-again-" in invitee.email:
            desk.service.provider.invite = invite
            lost = faults.carried_out_without_response() if fault == "unanswered" else faults.closed()
            fake.fail_next(lost, on=INVITE)
        return invite(invitee)

    desk.service.provider.invite = invite_with_fault
    refused(desk.try_start(candidate_email=EMAIL), "INTERVIEW_PROVIDER_UNAVAILABLE")
    desk.clock.advance(hours=1)
    session_id = desk.started(candidate_email=EMAIL)
    assert_fresh(desk, fake, session_id)


def test_the_background_sync_does_not_adopt_an_interview_from_before_the_erasure(
    desk: Desk, fake: FakeHireflix
) -> None:
    desk.scored(candidate_email=EMAIL)
    erase(desk)
    fake.fail_next(faults.closed(), on=INVITE)
    desk.try_start(candidate_email=EMAIL)
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    assert desk.sessions(status="created")[0]["invitation_id"] is None


def test_webhook_events_of_an_interview_from_before_the_erasure_change_nothing(
    make_desk: MakeDesk, fake: FakeHireflix
) -> None:
    desk = make_desk(TENER_HIREFLIX_WEBHOOK_SECRET="a-webhook-secret-for-tests")
    first = desk.started(candidate_email=EMAIL)
    record = desk.interview(first)
    erase(desk)
    session_id = desk.started(candidate_email=EMAIL)
    fake.finish(record.interview_id, ["What was said before the erasure."] * 4)
    raw = json.dumps({"event": "interview.finish", "data": {"id": record.interview_id}}).encode()
    signature = base64.b64encode(hmac.digest(b"a-webhook-secret-for-tests", raw, hashlib.sha256)).decode()
    response = desk.client.request(
        "POST", "/api/webhooks/hireflix", body=raw, headers={"X-Hireflix-Signature": signature}
    )
    assert response.status == 202, response.text
    desk.sync.run_round()
    assert desk.status(session_id) == "invited"
    assert desk.read_session(first)["candidate_name"] == "(erased)"


@pytest.mark.parametrize("candidate_id", [42, 43])
def test_the_interview_from_before_the_erasure_is_adopted_if_requested(
    desk: Desk, fake: FakeHireflix, candidate_id: int
) -> None:
    desk.scored(candidate_email=EMAIL)
    erase(desk)
    session_id = desk.started(candidate_id, candidate_email=EMAIL, use_earlier_interview=True)
    assert fake.invites == 1
    assert desk.refresh(session_id).json["status"] == "scored"
    desk.clock.advance(hours=1)
    assert desk.refresh(session_id, force=True).json["status"] == "scored"


def test_without_synthetic_emails_a_start_after_an_erasure_fails_with_advice(
    make_desk: MakeDesk, fake: FakeHireflix
) -> None:
    desk = make_desk(TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL="false")
    first = desk.scored(candidate_email=EMAIL)
    record = fake.interviews[0]
    erase(desk)
    reply = desk.try_start(candidate_email=EMAIL)
    assert refused(reply, "INTERVIEW_PROVIDER_REJECTED")["provider_error"]["type"] == "InterviewOfErasedPerson"
    assert "use_earlier_interview" in reply.json["error"]
    assert desk.scorecard(first) is None
    assert desk.start(candidate_email="z.quillfeather@example.com")["status"] == "invited"
    erase(desk)
    fake.delete(record.interview_id)
    assert desk.start(candidate_email=EMAIL)["status"] == "invited"


def test_the_batch_step_creates_a_new_interview_after_an_erasure(desk: Desk, fake: FakeHireflix) -> None:
    desk.scored(candidate_email=EMAIL)
    erase(desk)
    given = [{"candidate_id": 43, "candidate_email": EMAIL, "candidate_name": "Zenobia"}]
    reply = desk.client.post("/api/steps/interview", {"job_id": 1, "candidates": given})
    assert_fresh(desk, fake, reply.json["items"][0]["session_id"])
