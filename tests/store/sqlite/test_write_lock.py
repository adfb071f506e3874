"""Readers take a lock for a whole read, wait for it a bounded time, and never block themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.stored import add_session, new_store
from fakes.waiting import PATIENCE_S, join
from tener_interview.errors import Problem
from tener_interview.store.sqlite.database import Store


@pytest.fixture
def busy_timeout_s() -> float:
    return PATIENCE_S


@pytest.fixture
def store(tmp_path: Path, busy_timeout_s: float) -> Iterator[Store]:
    store = new_store(tmp_path / "interview.sqlite3", busy_timeout_s=busy_timeout_s)
    with store.write() as tx:
        add_session(tx, 1)
    yield store
    store.close()


def test_a_read_in_a_second_thread_waits_for_the_first(store: Store) -> None:
    order: list[str] = []

    def second() -> None:
        with store.read() as tx:
            order.append(f"second reads {len(tx.sessions.newest_first({}, limit=10))}")

    with store.read():
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.05)
        order.append("first is done")
    join(thread)
    assert order == ["first is done", "second reads 1"]


@pytest.mark.parametrize("busy_timeout_s", [0.1])
def test_a_reader_that_waits_too_long_gets_an_error(store: Store) -> None:
    problems: list[Problem] = []

    def second() -> None:
        try:
            with store.read():
                pass
        except Problem as problem:
            problems.append(problem)

    with store.read():
        thread = threading.Thread(target=second)
        thread.start()
        join(thread)
    assert [answer.code for answer in problems] == ["STORE_UNAVAILABLE"]
    with store.read() as tx:
        assert len(tx.sessions.newest_first({}, limit=10)) == 1


def test_nested_reads_of_one_thread_do_not_wait_for_each_other(store: Store) -> None:
    with store.read(), store.read() as tx:
        assert len(tx.sessions.newest_first({}, limit=10)) == 1


def test_readers_and_the_writer_do_not_wait_for_each_other(store: Store) -> None:
    with store.read() as before:
        writer = threading.Thread(target=_write_one, args=(store,))
        writer.start()
        join(writer)
        assert not writer.is_alive()
        assert len(before.sessions.newest_first({}, limit=10)) in (1, 2)
    with store.read() as after:
        assert len(after.sessions.newest_first({}, limit=10)) == 2


def _write_one(store: Store) -> None:
    with store.write() as tx:
        add_session(tx, 2)
