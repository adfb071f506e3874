"""Requests at the same time share one read of an interview; later requests read it again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from fakes.clock import FakeClock
from fakes.desk import Desk, in_background
from fakes.hireflix import FakeHireflix
from fakes.waiting import PATIENCE_S, eventually, join
from tener_interview.domain.refresh.apply_snapshot import SessionRefresh
from tener_interview.domain.refresh.coalescing import MAX_SHARED_AGE_S, InFlightSnapshots, JobRefreshQueues


def test_concurrent_reads_of_one_interview_become_one() -> None:
    in_flight: Any = InFlightSnapshots()
    reads: list[list[str]] = []
    started, resume = threading.Event(), threading.Event()

    def slowly(ids: list[str]) -> Mapping[str, Any]:
        reads.append(ids)
        started.set()
        assert resume.wait(PATIENCE_S)
        return dict.fromkeys(ids, "slow")

    def quickly(ids: list[str]) -> Mapping[str, Any]:
        reads.append(ids)
        return dict.fromkeys(ids, "quick")

    first, one = in_background(partial(in_flight.read, slowly, ["a", "b"], force=False))
    assert started.wait(PATIENCE_S)
    second, other = in_background(partial(in_flight.read, quickly, ["b", "c"], force=False))
    eventually(lambda: len(reads) == 2)
    assert in_flight.read(quickly, ["a"], force=True) == {"a": "quick"}
    resume.set()
    join(first, second)
    assert (one, other) == ([{"a": "slow", "b": "slow"}], [{"b": "slow", "c": "quick"}])
    assert reads == [["a", "b"], ["c"], ["a"]]
    assert in_flight.read(quickly, ["a"], force=False) == {"a": "quick"}


def test_a_failed_read_fails_only_its_own_request() -> None:
    in_flight = InFlightSnapshots()
    started, resume = threading.Event(), threading.Event()

    def failing(_ids: list[str]) -> Mapping[str, Any]:
        started.set()
        assert resume.wait(PATIENCE_S)
        raise ZeroDivisionError

    def fails() -> None:
        try:
            in_flight.read(failing, ["a"], force=False)
        except ZeroDivisionError:
            return

    first, _ = in_background(fails)
    assert started.wait(PATIENCE_S)
    second, other = in_background(partial(in_flight.read, lambda ids: dict.fromkeys(ids, None), ["a"], force=False))
    resume.set()
    join(first, second)
    assert other == [{"a": None}]


def test_only_recent_refreshes_are_shared_while_requests_wait(clock: FakeClock) -> None:
    queue = JobRefreshQueues()
    session: Any = type("Read", (), {"session_id": "iv_1"})
    outcome: Any = object()
    with queue.acquire(1, clock, nullcontext, force=False) as first:
        first.add([SessionRefresh(session, outcome)])
        clock.advance(seconds=MAX_SHARED_AGE_S - 1)
        soon: list[object] = []
        waiting = threading.Thread(target=lambda: soon.append(_recent_refreshes(queue, clock, force=False)))
        waiting.start()
        eventually(lambda: queue.queues[1].requests == 2)
        clock.advance(seconds=2)
        late: list[object] = []
        also = threading.Thread(target=lambda: late.append(_recent_refreshes(queue, clock, force=False)))
        also.start()
        forced: list[object] = []
        eventually(lambda: queue.queues[1].requests == 3)
        third = threading.Thread(target=lambda: forced.append(_recent_refreshes(queue, clock, force=True)))
        third.start()
        eventually(lambda: queue.queues[1].requests == 4)
        assert _recent_refreshes(queue, clock, force=False, job_id=2) == {}, "another job does not wait"
    join(waiting, also, third)
    assert (soon, late, forced) == ([{"iv_1": (session, outcome)}], [{}], [{}])
    assert queue.queues == {}
    assert _recent_refreshes(queue, clock, force=False) == {}


def _recent_refreshes(queue: JobRefreshQueues, clock: FakeClock, *, force: bool, job_id: int = 1) -> object:
    with queue.acquire(job_id, clock, nullcontext, force=force) as recent:
        return recent.by_session_id()


def test_a_batch_step_and_a_refresh_at_the_same_time_read_each_interview_once(desk: Desk, fake: FakeHireflix) -> None:
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
    join(refreshing, stepping, single)
    assert refreshed[0]["refreshed"] == 30
    assert (stepped[0].json["scored"], one[0].json["status"]) == (30, "scored")
    assert fake.count("interview") <= 3
