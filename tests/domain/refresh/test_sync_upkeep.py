"""What the background sync puts right: starts that were cut short, steps that run no more, people kept for too long."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import Desk, MakeDesk
from fakes.hireflix import FakeHireflix
from fakes.waiting import eventually
from tener_interview.domain.refresh import background_sync as module
from tener_interview.store.records import StepProgress

INVITE = "inviteCandidateToInterview"


def test_a_start_whose_response_was_lost_is_recovered(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.carried_out_without_response(), on=INVITE)
    desk.try_start()
    desk.sync.recover()
    session = desk.only_session()
    assert (session["status"], session["last_error"], fake.invites) == ("invited", None, 1)
    assert desk.event_names(session["session_id"])[-1] == "adopted"


@pytest.mark.parametrize(("later_ms", "status"), [(1, "created"), (60_000, "created"), (0, "invited"), (-9, "invited")])
def test_a_start_that_runs_in_another_process_is_not_adopted(
    desk: Desk, fake: FakeHireflix, later_ms: int, status: str
) -> None:
    """It began after this process, which therefore is not the next one of a process that died."""
    started_ms = desk.clock.now_ms()
    desk.clock.advance(seconds=later_ms / 1000)
    fake.fail_next(faults.carried_out_without_response(), on=INVITE)
    desk.try_start()
    desk.sync.recover(before_ms=started_ms)
    assert (desk.only_session()["status"], fake.invites) == (status, 1)


def record_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """A process that died between recording and inviting; the session's id."""
    with monkeypatch.context() as patched:
        patched.setattr(desk.service.provider, "invite", lambda _invitee: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            desk.try_start()
    return str(desk.only_session()["session_id"])


def test_a_start_interrupted_before_the_invite_is_reported_and_invites_nobody(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = record_only(desk, monkeypatch)
    desk.sync.recover()
    session = desk.read_session(session_id)
    assert (session["status"], session["last_error"]["code"]) == ("created", "INTERVIEW_NOT_STARTED")
    assert fake.invites == 0
    assert desk.start()["session_id"] == session_id
    assert desk.read_session(session_id)["last_error"] is None


def test_recovery_does_not_overwrite_the_reason_of_a_refused_start(desk: Desk, fake: FakeHireflix) -> None:
    fake.account.invites_left = 0
    desk.try_start()
    desk.clock.advance(hours=1)
    desk.sync.recover()
    desk.sync.run_round()
    assert desk.only_session()["last_error"]["code"] == "INTERVIEW_PROVIDER_QUOTA_EXCEEDED"


def test_an_outage_during_recovery_is_recorded_and_the_next_round_adopts_the_interview(
    desk: Desk, fake: FakeHireflix
) -> None:
    fake.fail_next(faults.carried_out_without_response(), on=INVITE)
    desk.try_start()
    with fake.down():
        desk.sync.recover()
        desk.clock.advance(hours=1)
        desk.sync.run_round()
        session = desk.only_session()
        assert (session["status"], session["last_error"]["code"]) == ("created", "INTERVIEW_PROVIDER_UNAVAILABLE")
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    assert desk.only_session()["status"] == "invited"


def test_an_adoption_that_would_mix_up_two_candidates_fails_the_session(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_next(faults.closed(), on=INVITE)
    desk.try_start(1, candidate_email="same@example.com")
    desk.started(2, candidate_email="same@example.com")
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    (session,) = desk.sessions(candidate_id=1, status="failed")
    assert (session["status"], session["last_error"]["code"]) == ("failed", "INTERVIEW_PROVIDER_REJECTED")


def test_recovery_leaves_a_running_start_alone(
    desk: Desk, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_only(desk, monkeypatch)
    desk.clock.advance(seconds=60)
    fake.requests.clear()
    desk.sync.run_round()
    assert fake.requests == []
    desk.clock.advance(seconds=61)
    desk.sync.run_round()
    assert desk.only_session()["last_error"]["code"] == "INTERVIEW_NOT_STARTED"


def test_recovering_many_interrupted_starts_sends_few_requests_to_an_unreachable_hireflix(
    desk: Desk, fake: FakeHireflix
) -> None:
    fake.fail_always(faults.closed(), on=INVITE)
    for number in range(1, 31):
        desk.try_start(number)
        desk.clock.advance(seconds=20)
    fake.heal()
    fake.fail_always(faults.status(503))
    desk.clock.advance(hours=1)
    fake.requests.clear()
    desk.sync.run_round()
    assert len(fake.requests) <= 3, "one look and its repeats"
    fake.heal()
    desk.clock.advance(hours=1)
    desk.sync.run_round()
    created = desk.sessions(status="created")
    assert {item["last_error"]["code"] for item in created} == {"INTERVIEW_PROVIDER_UNAVAILABLE"}


def test_recovery_of_interrupted_starts_can_be_stopped(desk: Desk, fake: FakeHireflix) -> None:
    fake.fail_always(faults.closed(), on=INVITE)
    for number in range(1, 6):
        desk.try_start(number)
        desk.clock.advance(seconds=20)
    desk.clock.advance(hours=1)
    fake.requests.clear()
    find = desk.service.provider.find

    def find_and_stop(*args: Any, **kwargs: Any) -> Any:
        desk.sync.stop()
        return find(*args, **kwargs)

    desk.service.provider.find = find_and_stop
    desk.sync.run_round()
    assert fake.count("position") <= 2


def test_batch_steps_left_running_by_a_dead_process_are_closed(desk: Desk) -> None:
    with desk.service.store.write() as tx:
        tx.steps.put(StepProgress(1, "interview", "running", 3, 0, 9, None, desk.clock.now_ms()))
        tx.steps.put(StepProgress(2, "interview", "success", 9, 0, 9, {"items": []}, desk.clock.now_ms()))
    desk.sync.recover()
    shown = [desk.client.get(f"/api/jobs/{job_id}/steps/interview").json for job_id in (1, 2)]
    assert [(item["status"], item["done"], item["total"]) for item in shown] == [("error", 3, 9), ("success", 9, 9)]


# Retention ------------------------------------------------------------------------------------------------------------


def test_retention_erases_sessions_unchanged_for_the_set_days(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_RETENTION_DAYS="30")
    old = desk.scored(1, candidate_name="Jane Doe")
    desk.clock.advance(hours=29 * 24)
    recent = desk.scored(2, candidate_name="John Roe")
    desk.sync.run_round()
    assert desk.read_session(old)["candidate_name"] == "Jane Doe"
    desk.clock.advance(hours=25)
    desk.sync.run_round()
    assert desk.read_session(old)["candidate_name"] == "(erased)"
    assert desk.read_session(recent)["candidate_name"] == "John Roe"
    assert [(event["event"], event["source"]) for event in desk.events(old)][-1] == ("erased", "sync")


def test_retention_is_off_by_default(desk: Desk) -> None:
    session_id = desk.started(candidate_name="Jane Doe")
    desk.clock.advance(hours=24 * 3650)
    desk.sync.run_round()
    assert desk.read_session(session_id)["candidate_name"] == "Jane Doe"


def test_retention_needs_no_sync_of_interviews(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETENTION_ROUND_S", 0.01)
    desk = make_desk(TENER_INTERVIEW_RETENTION_DAYS="30", TENER_INTERVIEW_SYNC_SECONDS="0")
    session_id = desk.started()
    desk.app.start()
    eventually(lambda: desk.sync.state().last)
    desk.clock.advance(hours=31 * 24)
    eventually(lambda: desk.read_session(session_id)["candidate_name"] == "(erased)")


def test_retention_runs_when_the_service_starts(make_desk: MakeDesk) -> None:
    """Waiting for the first hour, one that is restarted every half hour would never erase anybody."""
    desk = make_desk(TENER_INTERVIEW_RETENTION_DAYS="30", TENER_INTERVIEW_SYNC_SECONDS="0")
    session_id = desk.started()
    desk.clock.advance(hours=31 * 24)
    desk.app.start()
    eventually(lambda: desk.read_session(session_id)["candidate_name"] == "(erased)")
