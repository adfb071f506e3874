"""How far a job's candidates have come."""

from __future__ import annotations

from typing import Any

from fakes.desk import Desk

HOUR_MS = 3_600_000


def job_funnel(desk: Desk, job_id: int = 1) -> Any:
    return desk.client.get(f"/api/jobs/{job_id}/funnel").json


def counts(answer: Any) -> dict[str, int]:
    return {step["step"]: step["count"] for step in answer["steps"]}


def test_each_funnel_step_counts_candidates_who_reached_it(desk: Desk) -> None:
    desk.started(1)
    opened = desk.started(2)
    desk.open(opened)
    desk.scored(3)
    answer = job_funnel(desk)
    assert counts(answer) == {"invited": 3, "opened": 2, "finished": 1, "scored": 1}
    assert answer["states"] == {"invited": 1, "in_progress": 1, "scored": 1}
    assert sum(score["count"] for score in answer["scores"]) == 1
    assert [score["low"] for score in answer["scores"]] == list(range(0, 100, 10))


def test_times_between_funnel_steps_are_medians_of_candidates_with_both_times(desk: Desk) -> None:
    sessions = [desk.started(number) for number in (1, 2, 3)]
    for hours, session_id in zip((1, 2, 6), sessions, strict=True):
        desk.clock.advance(hours=hours)
        desk.open(session_id)
    steps = {step["step"]: step["median_ms_since_previous"] for step in job_funnel(desk)["steps"]}
    assert steps["invited"] is None
    assert abs(steps["opened"] - 3 * HOUR_MS) < 60_000
    assert steps["finished"] is None


def test_the_last_batch_step_is_returned(desk: Desk) -> None:
    people = [{"candidate_id": number, "candidate_name": f"Person {number}"} for number in (1, 2)]
    assert job_funnel(desk)["last_step"] is None
    desk.client.post("/api/steps/interview", {"job_id": 1, "candidates": people, "candidate_ids": [999]})
    step = job_funnel(desk)["last_step"]
    assert {name: step[name] for name in ("status", "done", "failed", "total")} == {
        "status": "partial", "done": 3, "failed": 1, "total": 3
    }
    assert step["updated_at"] == desk.client.get("/api/jobs/1/steps/interview").json["updated_at"]


def test_a_job_without_sessions_has_an_empty_funnel(desk: Desk) -> None:
    answer = job_funnel(desk, 99)
    assert set(counts(answer).values()) == {0}
    assert answer["states"] == {}


def test_a_total_of_100_counts_in_the_highest_score_range(desk: Desk) -> None:
    session_id = desk.started(1)
    with desk.service.store.write() as tx:
        tx.sessions.update_if(session_id, {}, total_score=100.0)
    assert job_funnel(desk)["scores"][-1]["count"] == 1
