"""Refreshing all sessions of a job: in batches, side by side, and none kept from the others by one that fails."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import Desk, MakeDesk, in_background
from fakes.failing_scorer import scorer_fails_on
from fakes.front_door import refused
from fakes.hireflix import FakeHireflix
from fakes.waiting import join

UNAVAILABLE = "INTERVIEW_PROVIDER_UNAVAILABLE"
NOTHING: list[str | None] = [None] * 4


def start_many(desk: Desk, candidate_ids: Sequence[int], job_id: int = 1) -> dict[int, str]:
    """Session ids by candidate."""
    return {item: desk.started(item, job_id) for item in candidate_ids}


def test_a_job_refresh_reads_interviews_in_batches_of_25(desk: Desk, fake: FakeHireflix) -> None:
    sessions = start_many(desk, range(1, 31))
    for session_id in sessions.values():
        desk.finish(session_id)
    fake.requests.clear()
    answer = desk.refresh_job()
    assert {name: answer[name] for name in answer if name != "items"} == {
        "job_id": 1, "force": False, "total_sessions": 30, "refreshed": 30, "skipped_terminal": 0, "needs_review": 0,
        "scored": 30,
        "failed": 0, "errors": 0,
    }
    assert sorted(len(request["variables"]) for request in fake.requests) == [5, 25]
    assert {item["session_id"] for item in answer["items"]} == set(sessions.values())
    assert {session["status"] for session in desk.sessions()} == {"scored"}


def test_an_interview_that_the_scorer_fails_on_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = start_many(desk, range(1, 13))
    for session_id in sessions.values():
        desk.finish(session_id)
    bad = sessions[5]
    desk.finish(bad, ["This is what the scorer fails on."] * 4)
    with scorer_fails_on("scorer fails", monkeypatch):
        answer = desk.refresh_job()
        assert (answer["scored"], answer["errors"]) == (11, 1)
        refused(desk.refresh(bad), "INTERNAL_ERROR")
        assert (desk.status(bad), desk.read_session(bad)["last_error"]["code"]) == ("completed", "INTERNAL_ERROR")
    assert desk.refresh(bad).json["status"] == "scored"


@pytest.mark.parametrize("refusal", ["poison", "broken"])
def test_one_unreadable_interview_among_30_does_not_stop_the_others(
    desk: Desk, fake: FakeHireflix, refusal: str
) -> None:
    sessions = start_many(desk, range(1, 31))
    for session_id in sessions.values():
        desk.finish(session_id)
    bad = desk.interview(sessions[10]).interview_id
    if refusal == "poison":
        fake.fail_requests_naming(bad)
    else:
        fake.account.broken.add(bad)
    fake.requests.clear()
    answer = desk.refresh_job()
    assert (answer["refreshed"], answer["scored"], answer["errors"]) == (29, 29, 1)
    assert len(fake.requests) < 15
    (item,) = [entry for entry in answer["items"] if entry["action"] == "error"]
    assert item == {
        "session_id": sessions[10], "candidate_id": 10, "previous_status": "invited", "status": "invited",
        "needs_review": False, "review_reason": None,
        "action": "error",
        "error": {"code": UNAVAILABLE, "message": desk.read_session(sessions[10])["last_error"]["message"]},
    }
    fake.heal()
    answer = desk.refresh_job()
    assert (answer["refreshed"], answer["skipped_terminal"], answer["errors"]) == (1, 29, 0)


def test_a_refused_batch_does_not_stop_the_other_batches(desk: Desk, fake: FakeHireflix) -> None:
    start_many(desk, range(1, 51))
    fake.fail_next(faults.too_many("600"), on="interview")
    answer = desk.refresh_job()
    assert (answer["refreshed"], answer["errors"]) == (25, 25)
    assert {item["status"] for item in answer["items"]} == {"invited"}


def test_a_job_refresh_never_exceeds_the_limit_of_concurrent_requests(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    desk = make_desk(TENER_HIREFLIX_CONCURRENCY="3")
    start_many(desk, range(1, 151))
    fake.latency_s, fake.in_flight_max = 0.05, 0
    threads = [in_background(desk.refresh_job)[0] for _ in range(3)]
    join(*threads)
    assert fake.in_flight_max == 3


def test_a_job_refresh_reports_an_item_per_session_and_counts_by_outcome(desk: Desk, fake: FakeHireflix) -> None:
    sessions = start_many(desk, range(1, 8))
    desk.finish(sessions[1])
    desk.refresh(sessions[1])
    desk.cancel(sessions[2])
    desk.finish(sessions[3])
    fake.delete(desk.interview(sessions[4]).interview_id)
    desk.finish(sessions[5], NOTHING, answered=[False] * 4)
    fake.account.broken.add(desk.interview(sessions[6]).interview_id)
    fake.fail_next(faults.status(503), on="inviteCandidateToInterview")
    desk.try_start(8)
    desk.started(9, job_id=2)
    answer = desk.refresh_job()
    items = {item["candidate_id"]: item for item in answer.pop("items")}
    assert answer == {
        "job_id": 1, "force": False, "total_sessions": 8, "refreshed": 5, "skipped_terminal": 2, "needs_review": 1,
        "scored": 1,
        "failed": 1, "errors": 1,
    }
    shown = {id_: (item["previous_status"], item["status"], item["action"]) for id_, item in items.items()}
    assert shown == {
        1: ("scored", "scored", "skipped"),
        2: ("canceled", "canceled", "skipped"),
        3: ("invited", "scored", "refreshed"),
        4: ("invited", "failed", "refreshed"),
        5: ("invited", "completed", "error"),
        6: ("invited", "invited", "error"),
        7: ("invited", "invited", "refreshed"),
        8: ("created", "created", "refreshed"),
    }
    assert items[5]["error"]["code"] == "INTERVIEW_NOTHING_TO_SCORE"
    assert [id_ for id_, item in items.items() if item["needs_review"]] == [5]
    assert all((item["error"] is None) == (item["action"] != "error") for item in items.values())
    assert desk.refresh_job(force=True)["skipped_terminal"] == 1
    assert desk.refresh_job(99)["total_sessions"] == 0


def test_a_limited_job_refresh_takes_the_longest_unread_unfinished_sessions(desk: Desk) -> None:
    sessions = start_many(desk, range(1, 7))
    desk.finish(sessions[1])
    for number in (1, 2, 3):
        desk.clock.advance(seconds=60)
        desk.refresh(sessions[number])
    desk.clock.advance(seconds=60)
    answer = desk.refresh_job(limit=4)
    assert {item["candidate_id"] for item in answer["items"]} == {4, 5, 6, 2}
    assert answer["skipped_terminal"] == 0
    desk.clock.advance(seconds=60)
    assert [item["candidate_id"] for item in desk.refresh_job(limit=1)["items"]] == [3]


def test_a_job_refresh_during_an_outage_reports_an_error_per_session(desk: Desk, fake: FakeHireflix) -> None:
    start_many(desk, range(1, 31))
    with fake.down():
        answer = desk.refresh_job()
    assert (answer["refreshed"], answer["errors"]) == (0, 30)
    assert {session["last_error"]["code"] for session in desk.sessions()} == {UNAVAILABLE}
    desk.clock.advance(seconds=60)
    assert desk.refresh_job()["errors"] == 0
    assert {str(session["last_error"]) for session in desk.sessions()} == {"None"}


def test_candidates_with_one_interview_in_two_jobs_are_read_together(desk: Desk) -> None:
    first = desk.started(42, 1, candidate_email="jane@example.com")
    desk.started(42, 2, candidate_email="jane@example.com", share_interview=True)
    desk.finish(first)
    assert [desk.refresh_job(job_id)["scored"] for job_id in (1, 2)] == [1, 1]
