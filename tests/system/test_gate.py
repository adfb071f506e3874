"""Places in the order of coming, and lanes made of them."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial

import pytest

from tener_interview.__main__ import ROUTES
from tener_interview.errors import Problem
from tener_interview.system.gate import LOOK_EVERY_S, Gate, Unwanted, acquire, always_wanted, wanted
from tener_interview.web.http1 import CLIENT_GONE, Limits
from tener_interview.web.lanes import WIDTHS, Lane, Lanes, Width, widths_within
from tener_interview.web.request import ClientGone, Request
from tener_interview.web.response import Response


def passing(gate: Gate, order: list[str], name: str, *, first: bool = False) -> threading.Thread:
    """Somebody who waits at a gate by now."""

    def go() -> None:
        if gate.enter(5, first=first):
            order.append(name)
            gate.leave()

    before = gate.waiting
    thread = threading.Thread(target=go)
    thread.start()
    while gate.waiting == before:
        time.sleep(0.001)
    return thread


def test_a_gate_lets_in_in_the_order_of_coming_and_those_first_who_are_urgent() -> None:
    gate, order = Gate(1), list[str]()
    assert gate.enter(0)
    assert not gate.enter(0.01)
    assert not gate.enter(0.01, first=True)
    threads = [passing(gate, order, name, first=name.isupper()) for name in ("a", "b", "C", "d", "E")]
    gate.leave()
    for thread in threads:
        thread.join(5)
    assert order == ["C", "E", "a", "b", "d"]
    assert gate.enter(0)


def test_whoever_steps_aside_lets_others_in_and_comes_back() -> None:
    gate, order = Gate(1), list[str]()
    assert gate.enter()
    thread = passing(gate, order, "another")
    with gate.aside():
        thread.join(5)
        assert order == ["another"]
    assert not gate.enter(0)


def request(*, gone: bool = False) -> Request:
    return Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/", CLIENT_GONE: lambda: gone}, "request-1", 1000)


def placed(lanes: Lanes, lane: Lane, asked: Request) -> Response:
    """What is done in a place of a lane."""

    def work() -> Response:
        with lanes.place(lane, asked):
            return Response(200)

    return lanes.run(lane, asked, work)


def test_a_lane_refuses_in_time_and_lets_nobody_in_who_has_gone() -> None:
    lanes = Lanes({Lane.OWN: Width(1, 9), Lane.SOURCE: Width(1, 2, patience_s=0.01)})

    def refused() -> None:
        with pytest.raises(Problem, match="SERVER_BUSY") as busy:
            placed(lanes, Lane.SOURCE, request())
        assert busy.value.headers == {"Retry-After": "5"}

    def full() -> Response:
        refused()
        # what takes no time is done before anybody could have gone
        return placed(lanes, Lane.OWN, request(gone=True))

    with lanes.place(Lane.SOURCE, request()):
        refused()
        assert lanes.run(Lane.SOURCE, request(), lambda: lanes.run(Lane.SOURCE, request(), full)).status == 200
    with pytest.raises(ClientGone):
        placed(lanes, Lane.SOURCE, request(gone=True))
    assert lanes.run(None, request(), lambda: placed(lanes, Lane.SOURCE, request())).status == 200


@pytest.mark.parametrize("behind", [1, 2])
def test_who_hangs_up_gives_the_place_to_others_and_so_many_at_most_go_on(behind: int) -> None:
    lanes = Lanes({Lane.SOURCE: Width(1, 9, patience_s=0.1, left_behind=behind)})
    going_on, end = threading.Semaphore(0), threading.Event()

    def left(asked: Request) -> Response:
        with lanes.place(Lane.SOURCE, asked):
            gone.set()
            going_on.release()
            assert end.wait(10)
        return Response(200)

    def leave() -> None:
        asked = Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/", CLIENT_GONE: gone.is_set}, "request-1", 1000)
        with suppress(ClientGone):
            lanes.run(Lane.SOURCE, asked, partial(left, asked))

    for _ in range(behind):
        gone = threading.Event()
        leave()
        assert placed(lanes, Lane.SOURCE, request()).status == 200
    gone = threading.Event()
    last = threading.Thread(target=leave)
    last.start()
    assert all(going_on.acquire(timeout=5) for _ in range(behind + 1))
    time.sleep(2 * LOOK_EVERY_S)
    with pytest.raises(Problem, match="SERVER_BUSY"):
        placed(lanes, Lane.SOURCE, request())
    end.set()
    last.join(5)
    assert placed(lanes, Lane.SOURCE, request()).status == 200


def test_what_nobody_waits_for_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tener_interview.system.gate.LOOK_EVERY_S", 0.01)
    gate, lock = Gate(1), threading.Lock()
    assert gate.enter()
    assert lock.acquire()
    token = wanted.set(lambda: False)
    try:
        for wait in (gate.enter, partial(gate.enter, first=True), partial(acquire, lock)):
            for timeout_s in (-1, 9):
                with pytest.raises(Unwanted):
                    wait(timeout_s)
        with always_wanted():
            assert not gate.enter(0.05)
            assert not acquire(lock, 0.05)
    finally:
        wanted.reset(token)
    assert gate.waiting == 0
    gate.leave()
    assert gate.enter(0), "no place was lost"


def test_all_that_may_wait_for_others_leaves_connections_and_threads_free() -> None:
    slow = set(Lane) - {Lane.OWN}
    assert sum(WIDTHS[each].at_most for each in slow) <= Limits().connections * 3 // 4
    for threads in (8, 9, 16, 32, 100):
        widths = widths_within(threads)
        assert sum(widths[each].at_most for each in slow) < threads
    for threads in (1, 2, 4):
        assert min(each.at_work for each in widths_within(threads).values()) >= 1


def test_routes_that_ask_others_say_so() -> None:
    marked = {(each.method, each.pattern): each.lane for each in ROUTES if each.lane is not Lane.OWN}
    sessions, job = "/api/interviews/sessions", "/api/admin/jobs/{job_id}"
    assert marked == {
        ("GET", "/health"): None,
        ("POST", f"{sessions}/start"): Lane.PROVIDER,
        ("POST", f"{sessions}/{{session_id}}/refresh"): Lane.PROVIDER,
        ("GET", "/api/admin/positions"): Lane.PROVIDER,
        ("POST", "/api/admin/positions"): Lane.PROVIDER,
        ("PUT", f"{job}/position"): Lane.PROVIDER,
        ("DELETE", f"{job}/position"): Lane.PROVIDER,
        ("POST", f"{job}/assessment/prepare"): Lane.PROVIDER,
        ("GET", "/api/admin/jobs"): Lane.SOURCE,
        ("GET", job): Lane.SOURCE,
        ("GET", f"{job}/candidates"): Lane.SOURCE,
        ("POST", f"{job}/candidates/read-list"): Lane.SOURCE,
        ("POST", "/api/steps/interview"): Lane.STEP,
        ("POST", f"{job}/sessions/refresh"): Lane.JOB,
        ("POST", f"{job}/rescore"): Lane.JOB,
    }
