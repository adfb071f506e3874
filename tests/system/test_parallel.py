"""run_in_parallel: bounded threads, results in order of completion, and no running ahead of the caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import pytest

from fakes.waiting import PATIENCE_S, eventually
from for_each import for_each
from tener_interview.system.parallel import run_in_parallel


def test_every_item_is_yielded_with_its_result() -> None:
    assert sorted(run_in_parallel(lambda number: number * 2, range(50), 4)) == [
        (number, number * 2) for number in range(50)
    ]


def test_a_single_item_is_worked_on_by_the_callers_thread() -> None:
    here = threading.current_thread()
    assert list(run_in_parallel(lambda _: threading.current_thread(), [1], 4)) == [(1, here)]
    assert all(thread is not here for _, thread in run_in_parallel(lambda _: threading.current_thread(), [1, 2], 4))
    with pytest.raises(ZeroDivisionError):
        list(run_in_parallel(lambda number: 1 // number, [0], 4))


def test_items_are_processed_while_the_caller_handles_a_previous_result() -> None:
    started: list[int] = []
    results = run_in_parallel(started.append, range(8), 4)
    next(results)
    eventually(lambda: len(started) == 8)
    results.close()


def test_worker_threads_pause_when_the_caller_is_slow() -> None:
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


def test_all_worker_threads_end_when_the_caller_stops() -> None:
    before = set(threading.enumerate())
    results = run_in_parallel(lambda number: number, range(100), 4)
    next(results)
    results.close()
    eventually(lambda: not set(threading.enumerate()) - before)


def test_an_exception_in_a_worker_thread_is_raised_in_the_caller() -> None:
    def fail(number: int) -> int:
        raise ZeroDivisionError(number)

    with pytest.raises(ZeroDivisionError):
        list(run_in_parallel(fail, range(100), 4))


def test_available_items_are_processed_while_a_slow_iterator_is_waited_for() -> None:
    """Two stages: the second begins with what the first has done, and the last item needs the caller's go."""
    go = threading.Event()

    def slow(number: int) -> int:
        assert number < 4 or go.wait(PATIENCE_S)
        return number + 100

    first = (done for _, done in run_in_parallel(slow, range(5), 2))
    second = run_in_parallel(lambda number: number * 2, first, 2)
    early = [next(second) for _ in range(4)]
    assert sorted(early) == [(number, number * 2) for number in range(100, 104)]
    go.set()
    assert list(second) == [(104, 208)]


def test_items_are_taken_one_at_a_time_and_not_ahead_of_the_caller() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    # A generator that two threads run at once would raise.
    results = run_in_parallel(str, items(), 4)
    next(results)
    eventually(lambda: len(taken) == 8)
    results.close()
    assert len(taken) == 8


@for_each("stages", [1, 2, 3])
def test_all_threads_of_chained_stages_end_when_the_caller_stops(stages: int) -> None:
    before = set(threading.enumerate())
    results: Generator[Any, None, None] = run_in_parallel(str, range(100), 4)
    for _ in range(stages):
        results = run_in_parallel(str, results, 2)
    next(results)
    results.close()
    del results
    eventually(lambda: not set(threading.enumerate()) - before)


@for_each("items", [range(0), iter(list[int]()), [], (number for number in range(0))])
def test_running_no_items_in_parallel_yields_nothing(items: Iterable[int]) -> None:
    assert list(run_in_parallel(str, items, 2)) == []


def test_an_exception_of_the_items_iterator_is_raised_in_the_caller() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    results = run_in_parallel(str, items(), 2)
    with pytest.raises(ZeroDivisionError):
        list(results)
