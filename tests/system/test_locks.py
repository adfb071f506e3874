"""The first-in-first-out semaphore, and the lanes made of it."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial

import pytest

from fakes.waiting import PATIENCE_S, join
from for_each import for_each
from tener_interview.__main__ import ROUTES
from tener_interview.errors import Problem
from tener_interview.system.locks import FairSemaphore, NoLongerNeeded, acquire_lock, needed, run_to_completion
from tener_interview.web import lanes as lanes_module
from tener_interview.web.http1 import CLIENT_GONE, Limits
from tener_interview.web.lanes import LANE_LIMITS, Lane, LaneLimit, Lanes, limits_for_threads
from tener_interview.web.request import ClientGone, Request
from tener_interview.web.response import Response


def waiting_thread(
    semaphore: FairSemaphore, order: list[str], name: str, *, priority: bool = False
) -> threading.Thread:
    """A thread that waits for the semaphore and, once served, adds its name to `order`."""

    def wait() -> None:
        if semaphore.acquire(5, priority=priority):
            order.append(name)
            semaphore.release()

    before = semaphore.waiting
    thread = threading.Thread(target=wait)
    thread.start()
    while semaphore.waiting == before:
        time.sleep(0.001)
    return thread


def test_waiting_threads_get_a_slot_in_order_and_priority_ones_first() -> None:
    semaphore, order = FairSemaphore(1), list[str]()
    assert semaphore.acquire(0)
    assert not semaphore.acquire(0.01)
    assert not semaphore.acquire(0.01, priority=True)
    threads = [waiting_thread(semaphore, order, name, priority=name.isupper()) for name in ("a", "b", "C", "d", "E")]
    semaphore.release()
    join(*threads)
    assert order == ["C", "E", "a", "b", "d"]
    assert semaphore.acquire(0)


def test_a_lent_slot_serves_others_and_is_acquired_again() -> None:
    semaphore, order = FairSemaphore(1), list[str]()
    assert semaphore.acquire()
    thread = waiting_thread(semaphore, order, "another")
    with semaphore.released():
        join(thread)
        assert order == ["another"]
    assert not semaphore.acquire(0)


def request(*, gone: bool = False) -> Request:
    return Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/", CLIENT_GONE: lambda: gone}, "request-1", 1000)


def run_in_slot(lanes: Lanes, lane: Lane, incoming: Request) -> Response:
    """Run trivial work in a slot of a lane."""

    def work() -> Response:
        with lanes.slot(lane, incoming):
            return Response(200)

    return lanes.run(lane, incoming, work)


def test_a_full_lane_refuses_and_a_client_that_has_gone_gets_no_slot() -> None:
    lanes = Lanes({Lane.DATABASE: LaneLimit(1, 9), Lane.SOURCE: LaneLimit(1, 2, slot_timeout_s=0.01)})

    def assert_refused() -> None:
        with pytest.raises(Problem, match="SERVER_BUSY") as busy:
            run_in_slot(lanes, Lane.SOURCE, request())
        assert busy.value.headers == {"Retry-After": "5"}

    def in_full_lane() -> Response:
        assert_refused()
        # work that takes no time runs even if the client has gone
        return run_in_slot(lanes, Lane.DATABASE, request(gone=True))

    with lanes.slot(Lane.SOURCE, request()):
        assert_refused()
        assert lanes.run(Lane.SOURCE, request(), lambda: lanes.run(Lane.SOURCE, request(), in_full_lane)).status == 200
    with pytest.raises(ClientGone):
        run_in_slot(lanes, Lane.SOURCE, request(gone=True))
    assert lanes.run(None, request(), lambda: run_in_slot(lanes, Lane.SOURCE, request())).status == 200


@for_each("max_abandoned", [1, 2])
def test_a_hang_up_frees_the_slot_up_to_the_limit_of_abandoned_requests(
    max_abandoned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll_s = 0.02
    monkeypatch.setattr(lanes_module, "POLL_S", poll_s)
    lanes = Lanes({Lane.SOURCE: LaneLimit(1, 9, slot_timeout_s=0.1, max_abandoned=max_abandoned)})
    running, end = threading.Semaphore(0), threading.Event()

    def outlive_client(incoming: Request) -> Response:
        with lanes.slot(Lane.SOURCE, incoming):
            gone.set()
            running.release()
            assert end.wait(PATIENCE_S)
        return Response(200)

    def send_and_hang_up() -> None:
        incoming = Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/", CLIENT_GONE: gone.is_set}, "request-1", 1000)
        with suppress(ClientGone):
            lanes.run(Lane.SOURCE, incoming, partial(outlive_client, incoming))

    for _ in range(max_abandoned):
        gone = threading.Event()
        send_and_hang_up()
        assert run_in_slot(lanes, Lane.SOURCE, request()).status == 200
    gone = threading.Event()
    last = threading.Thread(target=send_and_hang_up)
    last.start()
    assert all(running.acquire(timeout=PATIENCE_S) for _ in range(max_abandoned + 1))
    time.sleep(2 * poll_s)
    with pytest.raises(Problem, match="SERVER_BUSY"):
        run_in_slot(lanes, Lane.SOURCE, request())
    end.set()
    join(last)
    assert run_in_slot(lanes, Lane.SOURCE, request()).status == 200


def test_waiting_for_a_lock_ends_when_the_client_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tener_interview.system.locks.POLL_S", 0.01)
    semaphore, lock = FairSemaphore(1), threading.Lock()
    assert semaphore.acquire()
    assert lock.acquire()
    token = needed.set(lambda: False)
    try:
        for wait in (semaphore.acquire, partial(semaphore.acquire, priority=True), partial(acquire_lock, lock)):
            for timeout_s in (-1, 9):
                with pytest.raises(NoLongerNeeded):
                    wait(timeout_s)
        with run_to_completion():
            assert not semaphore.acquire(0.05)
            assert not acquire_lock(lock, 0.05)
    finally:
        needed.reset(token)
    assert semaphore.waiting == 0
    semaphore.release()
    assert semaphore.acquire(0), "no slot was lost"


@pytest.mark.parametrize("priority", [False, True])
def test_a_client_that_has_gone_gets_no_slot(priority: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even before the next look whether it is still there."""
    monkeypatch.setattr("tener_interview.system.locks.POLL_S", 60)
    semaphore, gone, refused = FairSemaphore(1), threading.Event(), threading.Event()
    assert semaphore.acquire()

    def wait() -> None:
        needed.set(lambda: not gone.is_set())
        try:
            semaphore.acquire(priority=priority)
        except NoLongerNeeded:
            refused.set()

    client = threading.Thread(target=wait)
    client.start()
    while not semaphore.waiting:
        time.sleep(0.001)
    gone.set()
    semaphore.release()
    join(client)
    assert refused.is_set()
    assert semaphore.acquire(0), "the slot was not lost"


def test_slow_lanes_leave_connections_and_threads_free() -> None:
    slow = set(Lane) - {Lane.DATABASE}
    assert sum(LANE_LIMITS[lane].max_in_lane for lane in slow) <= Limits().connections * 3 // 4
    for threads in (8, 9, 16, 32, 100):
        limits = limits_for_threads(threads)
        assert sum(limits[lane].max_in_lane for lane in slow) < threads
    for threads in (1, 2, 4):
        assert min(limit.max_running for limit in limits_for_threads(threads).values()) >= 1


def test_routes_that_call_other_systems_are_in_a_lane() -> None:
    marked = {(route.method, route.pattern): route.lane for route in ROUTES if route.lane is not Lane.DATABASE}
    sessions, job = "/api/interviews/sessions", "/api/admin/jobs/{job_id}"
    assert marked == {
        ("GET", "/health"): None,
        ("POST", "/mcp"): Lane.ASSISTANT,
        ("POST", f"{sessions}/start"): Lane.PROVIDER,
        ("POST", f"{sessions}/{{session_id}}/refresh"): Lane.PROVIDER,
        ("GET", "/api/admin/positions"): Lane.PROVIDER,
        ("POST", "/api/admin/positions"): Lane.PROVIDER,
        ("PUT", f"{job}/position"): Lane.PROVIDER,
        ("DELETE", f"{job}/position"): Lane.PROVIDER,
        ("POST", f"{job}/assessment/prepare"): Lane.PROVIDER,
        ("GET", "/api/candidates"): Lane.SOURCE,
        ("GET", "/api/admin/jobs"): Lane.SOURCE,
        ("GET", job): Lane.SOURCE,
        ("GET", f"{job}/candidates"): Lane.SOURCE,
        ("POST", f"{job}/candidates/read-list"): Lane.SOURCE,
        ("POST", "/api/steps/interview"): Lane.STEP,
        ("POST", f"{job}/sessions/refresh"): Lane.LONG,
        ("POST", f"{job}/rescore"): Lane.LONG,
        ("POST", "/api/jobs/{job_id}/plan/draft"): Lane.SOURCE,
        ("POST", "/api/jobs/{job_id}/plan/import"): Lane.PROVIDER,
        ("POST", "/api/jobs/{job_id}/plan/publish"): Lane.PROVIDER,
        ("POST", "/jobs/{job_id}/notice"): Lane.PROVIDER,
        ("PUT", "/api/interviews/sessions/{session_id}/consent"): Lane.PROVIDER,
        ("GET", "/api/jobs/{job_id}/agreement"): Lane.LONG,
        ("GET", "/api/agreement"): Lane.LONG,
        ("POST", "/api/jobs/{job_id}/fairness"): Lane.LONG,
        ("GET", "/api/reviews/{session_id}/video/{question_id}"): Lane.PROVIDER,
        ("POST", "/login"): Lane.PASSWORD,
        ("POST", "/set-password/{token}"): Lane.PASSWORD,
        ("POST", "/api/account/password"): Lane.PASSWORD,
        ("POST", "/api/account/one-time-codes"): Lane.PASSWORD,
        ("POST", "/api/account/one-time-codes/disable"): Lane.PASSWORD,
        ("POST", "/api/account/recovery-codes"): Lane.PASSWORD,
        ("POST", f"{sessions}/{{session_id}}/answers/{{question_id}}/model"): Lane.LONG,
    }
