"""The batch step: every candidate started or brought up to date, none stopped by another."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import Desk, MakeDesk, in_background, write_source
from fakes.front_door import STEP, faulty_fields, refused, stored, token_of
from fakes.hireflix import FakeHireflix
from fakes.waiting import PATIENCE_S, eventually, join

INVITE = "inviteCandidateToInterview"
#: How many candidates the source has.
LISTED = 100
PEOPLE: dict[int, tuple[str, str | None]] = {
    number: (f"Person Number{number}", None if number % 2 else f"person{number}@example.com")
    for number in range(1, LISTED + 1)
}


@pytest.fixture
def desk(make_desk: MakeDesk, environ: dict[str, str]) -> Desk:
    """A desk whose source lists candidates for job 1."""
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), PEOPLE)
    return make_desk()


def progress(desk: Desk, job_id: int = 1) -> Any:
    return desk.client.get(f"/api/jobs/{job_id}/steps/interview").json


def has_done(desk: Desk, count: int) -> bool:
    return bool(progress(desk).get("done", -1) >= count)


def by_candidate(answer: Any) -> dict[int, Any]:
    return {item["candidate_id"]: item for item in answer["items"]}


def test_candidates_without_a_session_are_started_with_name_and_email_of_the_source(
    desk: Desk, fake: FakeHireflix
) -> None:
    answer = desk.step(2, 1)
    assert {name: answer[name] for name in answer if name != "items"} == {
        "job_id": 1, "started": 2, "in_progress": 0, "needs_review": 0, "scored": 0, "failed": 0,
    }
    first = answer["items"][0]
    session = desk.read_session(first["session_id"])
    assert first == {
        "candidate_id": 2, "action": "started", "session_id": session["session_id"], "status": "invited",
        "needs_review": False, "review_reason": None, "entry_url": session["entry_url"], "error": None,
        "shared_with_job": None, "invitation_message": None,
    }
    assert session["candidate_name"] == "Person Number2"
    emails = {interview.email for interview in fake.interviews}
    assert emails == {"person2@example.com", "candidate-1-job-1@interview.local"}
    # A word with a digit in it is no family name: the whole name is used.
    assert {interview.first_name for interview in fake.interviews} == {"Person Number1", "Person Number2"}


def test_a_batch_step_keeps_the_order_and_ignores_duplicates(desk: Desk, fake: FakeHireflix) -> None:
    desk.started(7)
    answer = desk.step(9, 7, 3, 9, 999, 7, 5)
    assert [item["candidate_id"] for item in answer["items"]] == [9, 7, 3, 999, 5]
    assert (answer["started"], answer["in_progress"], answer["failed"]) == (3, 1, 1)
    assert fake.invites == 4


def test_a_batch_step_handles_candidates_in_every_state(desk: Desk, fake: FakeHireflix) -> None:
    who = {state: number for number, state in enumerate(
        ("new", "created", "invited", "opened", "awaiting", "finished", "scored", "expired", "canceled", "lost",
         "unreadable", "skipped all", "unknown"), start=1)}
    who["unknown"] = 999
    fake.fail_next(faults.closed(), on=INVITE)
    desk.try_start(who["created"])
    sessions = {state: desk.started(who[state], ttl_hours=1 if state == "expired" else 99)
                for state in who if state not in ("new", "created", "unknown")}
    desk.open(sessions["opened"])
    desk.finish(sessions["awaiting"], [None] * 4)
    desk.finish(sessions["finished"])
    desk.finish(sessions["scored"])
    desk.refresh(sessions["scored"])
    desk.cancel(sessions["canceled"])
    fake.delete(desk.interview(sessions["lost"]).interview_id)
    fake.account.broken.add(desk.interview(sessions["unreadable"]).interview_id)
    desk.finish(sessions["skipped all"], [None] * 4, answered=[False] * 4)
    desk.clock.advance(hours=2)
    answer = desk.step(*who.values())
    items = by_candidate(answer)
    shown = {state: (items[id_]["action"], items[id_]["status"], (items[id_]["error"] or {}).get("code"))
             for state, id_ in who.items()}
    assert shown == {
        "new": ("started", "invited", None),
        "created": ("started", "invited", None),
        "invited": ("refreshed", "invited", None),
        "opened": ("refreshed", "in_progress", None),
        "awaiting": ("refreshed", "completed", None),
        "finished": ("refreshed", "scored", None),
        "scored": ("refreshed", "scored", None),
        "expired": ("refreshed", "expired", None),
        "canceled": ("refreshed", "canceled", None),
        "lost": ("refreshed", "failed", None),
        "unreadable": ("failed", "invited", "INTERVIEW_PROVIDER_UNAVAILABLE"),
        "skipped all": ("failed", "completed", "INTERVIEW_NOTHING_TO_SCORE"),
        "unknown": ("failed", None, "CANDIDATE_NOT_FOUND"),
    }
    counts = {name: answer[name] for name in ("started", "in_progress", "needs_review", "scored", "failed")}
    assert counts == {"started": 2, "in_progress": 3, "needs_review": 1, "scored": 2, "failed": 3}
    assert progress(desk)["status"] == "partial"


def test_a_failed_candidate_is_started_by_the_next_batch_step(desk: Desk, fake: FakeHireflix) -> None:
    first = desk.started(1)
    fake.delete(desk.interview(first).interview_id)
    assert desk.step(1)["items"][0]["status"] == "failed"
    item = desk.step(1)["items"][0]
    assert (item["action"], item["status"]) == ("started", "invited")
    assert item["session_id"] != first
    assert fake.invites == 2


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (faults.status(503), "INTERVIEW_PROVIDER_UNAVAILABLE", "created"),
        (faults.carried_out_without_response(), "INTERVIEW_PROVIDER_UNAVAILABLE", "created"),
        (faults.json_body({"data": {INVITE: {"__typename": "PositionNotFoundError"}}}), "INTERVIEW_PROVIDER_REJECTED",
         "failed"),
    ],
)
def test_a_refused_candidate_does_not_stop_the_others(
    make_desk: MakeDesk, environ: dict[str, str], fake: FakeHireflix, fault: faults.Fault, code: str, status: str
) -> None:
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), PEOPLE)
    desk = make_desk(TENER_HIREFLIX_CONCURRENCY="1")
    fake.fail_next(fault, on=INVITE)
    answer = desk.step(1, 2, 3)
    assert (answer["started"], answer["failed"]) == (2, 1)
    item = answer["items"][0]
    assert (item["action"], item["status"], item["error"]["code"], item["entry_url"]) == ("failed", status, code, None)
    assert item["session_id"] == desk.sessions(candidate_id=1, status=status)[0]["session_id"]
    assert progress(desk)["status"] == "partial"
    again = desk.step(1, 2, 3)
    assert (again["started"], again["in_progress"], again["failed"]) == (1, 2, 0)
    assert (fake.invites, len(fake.interviews)) == (3, 3)
    assert progress(desk)["status"] == "success"


def test_an_unreadable_source_fails_only_candidates_to_be_started(make_desk: MakeDesk) -> None:
    desk = make_desk()
    session_id = desk.started(1)
    answer = desk.step(1, 2, 3)
    items = by_candidate(answer)
    assert items[1]["session_id"] == session_id
    assert [items[number]["error"]["code"] for number in (2, 3)] == ["SOURCE_UNAVAILABLE"] * 2
    assert (answer["in_progress"], answer["failed"]) == (1, 2)
    assert progress(desk)["status"] == "partial"
    assert desk.step(2, 3)["failed"] == 2
    assert progress(desk)["status"] == "error"


def test_candidates_with_a_session_need_no_source(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    desk = make_desk()
    fake.fail_next(faults.closed(), on=INVITE)
    desk.try_start(42, candidate_name="Jane Doe", candidate_email="jane@example.com")
    item = desk.step(42)["items"][0]
    assert (item["action"], item["status"], item["error"]) == ("started", "invited", None)
    assert fake.interviews[0].email == "jane@example.com"


def test_all_candidates_of_a_job_missing_in_the_source_fail(desk: Desk) -> None:
    answer = desk.step(1, 2, job_id=77)
    assert {item["error"]["code"] for item in answer["items"]} == {"CANDIDATE_NOT_FOUND"}


def test_a_batch_step_reads_sessions_from_hireflix_in_batches(desk: Desk, fake: FakeHireflix) -> None:
    assert desk.step(*range(1, 61))["started"] == 60
    fake.requests.clear()
    assert desk.step(*range(1, 61))["in_progress"] == 60
    assert sorted(len(request["variables"]) for request in fake.requests) == [10, 25, 25]


def test_a_batch_step_takes_at_most_500_candidates(desk: Desk, fake: FakeHireflix) -> None:
    answer = desk.step(*range(1, 501))
    assert (answer["started"], answer["failed"], fake.invites) == (LISTED, 500 - LISTED, LISTED)
    assert [item["candidate_id"] for item in answer["items"]] == list(range(1, 501))
    assert (progress(desk)["done"], progress(desk)["total"], progress(desk)["status"]) == (500, 500, "partial")
    too_many = desk.client.post(STEP, {"job_id": 1, "candidate_ids": list(range(1, 502))})
    assert faulty_fields(too_many) == {"candidate_ids"}


# Progress -------------------------------------------------------------------------------------------------------------


def test_the_progress_of_a_batch_step_that_never_ran_is_404(desk: Desk) -> None:
    refused(desk.client.get("/api/jobs/1/steps/interview"), "JOB_NOT_FOUND")


def test_progress_can_be_read_while_the_batch_step_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    invite = desk.service.provider.invite
    let_go = threading.Semaphore(0)

    def one_at_a_time(invitee: Any) -> Any:
        let_go.acquire(timeout=PATIENCE_S)
        return invite(invitee)

    desk.service.provider.invite = one_at_a_time
    thread, done = in_background(desk.step, 1, 2, 3, 4)
    monkeypatch.setattr(desk.service.provider, "concurrency", 1)
    seen = []
    for expected in range(5):
        eventually(partial(has_done, desk, expected))
        seen.append(progress(desk))
        let_go.release()
    join(thread)
    assert [(item["status"], item["done"], item["total"], item["output"]) for item in seen[:4]] == [
        ("running", done_so_far, 4, None) for done_so_far in range(4)
    ]
    last = progress(desk)
    assert (last["job_id"], last["step"], last["status"], last["done"]) == (1, "interview", "success", 4)
    assert last["output"] == done[0]


def test_a_batch_step_that_raises_ends_with_status_error(desk: Desk) -> None:
    def broken(_invitee: Any) -> Any:
        raise RuntimeError("a fault of the code")

    desk.service.provider.invite = broken
    refused(desk.client.post(STEP, {"job_id": 1, "candidate_ids": [1, 2]}), "INTERNAL_ERROR")
    assert progress(desk)["status"] == "error"


def test_links_of_a_batch_step_are_stored_without_signature_and_returned_complete(
    desk: Desk, environ: dict[str, str]
) -> None:
    answer = desk.step(1, 2)
    tokens = [token_of(item["entry_url"]) for item in answer["items"]]
    everything = "\n".join(stored(environ))
    assert not any(token in everything or token[:40] in everything for token in tokens)
    assert all(f"/i/~{token[40:]}" in everything for token in tokens)
    shown = progress(desk)["output"]
    assert shown == answer
    assert desk.client.get(shown["items"][0]["entry_url"]).status == 302


def test_two_concurrent_steps_start_no_candidate_twice(desk: Desk, fake: FakeHireflix) -> None:
    threads = [in_background(desk.step, *range(1, 31)) for _ in range(3)]
    for thread, _ in threads:
        join(thread)
    assert (fake.invites, len(desk.sessions())) == (30, 30)
    assert {len({item["session_id"] for _, done in threads for item in done[0]["items"]})} == {30}


def test_candidates_described_in_the_request_need_not_be_in_the_source(desk: Desk, fake: FakeHireflix) -> None:
    body = {
        "job_id": 1,
        "candidates": [
            {"candidate_id": 9001, "candidate_name": "Ann Other", "candidate_email": "ann@example.com"},
            {"candidate_id": 2, "candidate_name": "Somebody Else"},
            {"candidate_id": 3, "candidate_email": "third@example.com"},
        ],
    }
    answer = desk.client.post(STEP, body).json
    assert answer["started"] == 3
    assert {interview.email for interview in fake.interviews} == {
        "ann@example.com", "candidate-2-job-1@interview.local", "third@example.com"
    }
    assert desk.read_session(by_candidate(answer)[2]["session_id"])["candidate_name"] == "Somebody Else"
    assert desk.read_session(by_candidate(answer)[3]["session_id"])["candidate_name"] == "Person Number3"
    assert progress(desk)["total"] == 3
    assert desk.client.post(STEP, body).json["started"] == 0


def test_a_step_without_candidates_is_refused(desk: Desk) -> None:
    assert faulty_fields(desk.client.post(STEP, {"job_id": 1})) == {"candidate_ids"}
    faulty = {"job_id": 1, "candidates": [{"candidate_id": 1, "candidate_email": "nobody"}]}
    (item,) = desk.client.post(STEP, faulty).json["items"]
    assert (item["action"], item["error"]["code"]) == ("failed", "VALIDATION_FAILED")
