"""What is read for one is read for all who want to know it at the same time, and for nobody afterwards."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from fakes.clock import FakeClock
from fakes.desk import Desk, in_background
from fakes.hireflix import FakeHireflix
from fakes.waiting import eventually
from tener_interview.domain.refresh.shared_snapshots import MAX_SHARED_AGE_S, InFlightSnapshots, JobLocks


def test_what_is_being_read_is_not_asked_for_beside_it() -> None:
    under_way: Any = InFlightSnapshots()
    asked: list[list[str]] = []
    begun, go_on = threading.Event(), threading.Event()

    def slowly(ids: list[str]) -> Mapping[str, Any]:
        asked.append(ids)
        begun.set()
        assert go_on.wait(5)
        return dict.fromkeys(ids, "slow")

    def quickly(ids: list[str]) -> Mapping[str, Any]:
        asked.append(ids)
        return dict.fromkeys(ids, "quick")

    first, one = in_background(partial(under_way.read, slowly, ["a", "b"], force=False))
    assert begun.wait(5)
    second, other = in_background(partial(under_way.read, quickly, ["b", "c"], force=False))
    eventually(lambda: len(asked) == 2)
    assert under_way.read(quickly, ["a"], force=True) == {"a": "quick"}
    go_on.set()
    first.join(5)
    second.join(5)
    assert (one, other) == ([{"a": "slow", "b": "slow"}], [{"b": "slow", "c": "quick"}])
    assert asked == [["a", "b"], ["c"], ["a"]]
    assert under_way.read(quickly, ["a"], force=False) == {"a": "quick"}


def test_a_reading_that_failed_is_nobody_elses_fault() -> None:
    under_way = InFlightSnapshots()
    begun, go_on = threading.Event(), threading.Event()

    def failing(_ids: list[str]) -> Mapping[str, Any]:
        begun.set()
        assert go_on.wait(5)
        raise ZeroDivisionError

    def fails() -> None:
        try:
            under_way.read(failing, ["a"], force=False)
        except ZeroDivisionError:
            return

    first, _ = in_background(fails)
    assert begun.wait(5)
    second, other = in_background(partial(under_way.read, lambda ids: dict.fromkeys(ids, None), ["a"], force=False))
    go_on.set()
    first.join(5)
    second.join(5)
    assert other == [{"a": None}]


def test_only_what_was_read_lately_by_somebody_still_there_is_taken_over(clock: FakeClock) -> None:
    turns = JobLocks()
    session: Any = type("Read", (), {"session_id": "iv_1"})
    settled: Any = object()
    with turns.acquire(1, clock, nullcontext, force=False) as first:
        first.keep([(session, settled)])
        clock.advance(seconds=MAX_SHARED_AGE_S - 1)
        soon: list[object] = []
        waiting = threading.Thread(target=lambda: soon.append(_of_others(turns, clock, force=False)))
        waiting.start()
        eventually(lambda: turns.jobs[1].waiting == 2)
        clock.advance(seconds=2)
        late: list[object] = []
        also = threading.Thread(target=lambda: late.append(_of_others(turns, clock, force=False)))
        also.start()
        forced: list[object] = []
        eventually(lambda: turns.jobs[1].waiting == 3)
        third = threading.Thread(target=lambda: forced.append(_of_others(turns, clock, force=True)))
        third.start()
        eventually(lambda: turns.jobs[1].waiting == 4)
        assert _of_others(turns, clock, force=False, job_id=2) == {}, "another job waits for nobody"
    for each in (waiting, also, third):
        each.join(5)
    assert (soon, late, forced) == ([{"iv_1": (session, settled)}], [{}], [{}])
    assert turns.jobs == {}
    assert _of_others(turns, clock, force=False) == {}


def _of_others(turns: JobLocks, clock: FakeClock, *, force: bool, job_id: int = 1) -> object:
    with turns.acquire(job_id, clock, nullcontext, force=force) as mine:
        return mine.fresh_outcomes()


def test_a_step_and_a_refresh_at_the_same_time_read_once(desk: Desk, fake: FakeHireflix) -> None:
    sessions = [desk.started(candidate_id) for candidate_id in range(1, 31)]
    for session_id in sessions:
        desk.finish(session_id)
    fake.requests.clear()
    fake.latency_s = 0.3
    body = {"job_id": 1, "candidate_ids": list(range(1, 31)), "mode": "start_or_refresh"}
    refreshing, refreshed = in_background(desk.refresh_job)
    eventually(lambda: fake.in_flight > 0)
    stepping, stepped = in_background(desk.client.post, "/api/steps/interview", body)
    single, one = in_background(desk.refresh, sessions[0])
    for each in (refreshing, stepping, single):
        each.join(20)
    assert refreshed[0]["refreshed"] == 30
    assert (stepped[0].json["scored"], one[0].json["status"]) == (30, "scored")
    assert fake.count("interview") <= 3
