"""Doing things side by side: so many at once, results as they come, and no running ahead of whoever takes them."""

from __future__ import annotations

import threading
import time

import pytest

from tener_interview.system.parallel import run_in_parallel


def eventually(true: object) -> None:
    end = time.monotonic() + 10
    while not (true() if callable(true) else true):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_every_item_comes_back_with_its_result() -> None:
    assert sorted(run_in_parallel(lambda number: number * 2, range(50), 4)) == [(each, each * 2) for each in range(50)]


def test_others_are_worked_on_while_a_result_is_dealt_with() -> None:
    begun: list[int] = []
    results = run_in_parallel(begun.append, range(8), 4)
    next(results)
    eventually(lambda: len(begun) == 8)
    results.close()


def test_nobody_runs_ahead_for_long() -> None:
    """What is read is kept in memory until it is taken."""
    begun: list[int] = []
    results = run_in_parallel(begun.append, range(100), 4)
    next(results)
    eventually(lambda: len(begun) == 8)
    time.sleep(0.05)
    assert len(begun) == 8
    next(results)
    eventually(lambda: len(begun) == 9)
    results.close()


def test_when_the_caller_stops_every_thread_ends() -> None:
    before = set(threading.enumerate())
    results = run_in_parallel(lambda number: number, range(100), 4)
    next(results)
    results.close()
    eventually(lambda: not set(threading.enumerate()) - before)


def test_a_fault_is_raised_where_results_are_taken() -> None:
    def fail(number: int) -> int:
        raise ZeroDivisionError(number)

    with pytest.raises(ZeroDivisionError):
        list(run_in_parallel(fail, range(100), 4))
