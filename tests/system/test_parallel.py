"""run_in_parallel: bounded threads, results in order of completion, and no running ahead of the caller."""

from __future__ import annotations

import threading
import time

import pytest

from fakes.waiting import eventually
from tener_interview.system.parallel import run_in_parallel


def test_every_item_is_yielded_with_its_result() -> None:
    assert sorted(run_in_parallel(lambda number: number * 2, range(50), 4)) == [
        (number, number * 2) for number in range(50)
    ]


def test_items_are_processed_while_the_caller_handles_a_result() -> None:
    started: list[int] = []
    results = run_in_parallel(started.append, range(8), 4)
    next(results)
    eventually(lambda: len(started) == 8)
    results.close()


def test_threads_pause_when_the_caller_is_slow() -> None:
    """Results stay in memory until the caller takes them."""
    started: list[int] = []
    results = run_in_parallel(started.append, range(100), 4)
    next(results)
    eventually(lambda: len(started) == 8)
    time.sleep(0.05)
    assert len(started) == 8
    next(results)
    eventually(lambda: len(started) == 9)
    results.close()


def test_all_threads_end_when_the_caller_stops() -> None:
    before = set(threading.enumerate())
    results = run_in_parallel(lambda number: number, range(100), 4)
    next(results)
    results.close()
    eventually(lambda: not set(threading.enumerate()) - before)


def test_an_exception_is_raised_in_the_caller() -> None:
    def fail(number: int) -> int:
        raise ZeroDivisionError(number)

    with pytest.raises(ZeroDivisionError):
        list(run_in_parallel(fail, range(100), 4))
