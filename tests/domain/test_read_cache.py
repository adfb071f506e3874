"""What is kept of the database: only while nothing is committed, by whomever, and until a time comes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.desk import Desk, MakeDesk, write_source
from fakes.stored import add_session, new_store
from tener_interview.domain.read_cache import MAX_ENTRIES, ReadCache
from tener_interview.store.ports import Transaction
from tener_interview.store.sqlite.database import Store

BOARD = "/api/jobs/1/interview-leaderboard"
#: Every list that is kept, of job 1.
LISTS = (
    BOARD, f"{BOARD}?offset=0", f"{BOARD}?candidates=true", "/api/jobs/1/funnel", "/api/interviews/sessions",
    "/api/interviews/sessions?job_id=1", "/api/admin/jobs", "/api/admin/jobs/1/candidates",
    "/api/admin/jobs/1/candidates?q=person", "/api/admin/jobs/1/candidates?state=invited",
)


class Reading:
    """A value to read, and how often it was read."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, tx: Transaction) -> int:
        self.times += 1
        return tx.sessions.count_not_erased()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    store = new_store(tmp_path / "interview.sqlite3", clock=clock)
    yield store
    store.close()


def add(store: Store, number: int) -> None:
    with store.write() as tx:
        add_session(tx, number)


def add_and_fail(store: Store) -> None:
    with store.write() as tx:
        add_session(tx, 99)
        add_session(tx, 1 // 0)


def test_a_cached_value_is_read_once_until_a_commit(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    cache, reading = ReadCache(store, clock), Reading()
    other = Store(tmp_path / "interview.sqlite3", clock=clock, beside_server=True)
    cache.get("number", reading)
    for times, writer in enumerate((store, other, store, other), start=1):
        assert ([cache.get("number", reading) for _ in range(3)], reading.times) == ([times - 1] * 3, times)
        add(writer, times)
        assert (cache.get("number", reading), reading.times) == (times, times + 1)
    # A transaction that changes nothing is no reason to read again.
    before = reading.times
    with store.read():
        pass
    with pytest.raises(ZeroDivisionError):
        add_and_fail(store)
    assert (cache.get("number", reading), reading.times) == (4, before)
    other.close()


def test_a_cached_value_is_read_again_at_its_expiry_time(store: Store, clock: FakeClock) -> None:
    cache, reading = ReadCache(store, clock), Reading()
    at_ms = clock.now_ms() + 5_000
    for moves_ms, times in ((0, 1), (4_999, 1), (1, 2), (0, 3)):
        clock.advance(seconds=moves_ms / 1000)
        cache.get("number", reading, lambda _tx, _value: at_ms)
        assert reading.times == times


def test_a_commit_during_a_cached_read_is_seen_by_the_next_read(store: Store, clock: FakeClock) -> None:
    cache = ReadCache(store, clock)

    def read_beside_a_writer(tx: Transaction) -> int:
        found = tx.sessions.count_not_erased()
        add(store, 1)
        return found

    assert cache.get("number", read_beside_a_writer) == 0
    assert cache.get("number", Reading()) == 1


def test_the_read_cache_has_a_maximum_of_entries(store: Store, clock: FakeClock) -> None:
    cache, reading = ReadCache(store, clock), Reading()
    for number in range(MAX_ENTRIES + 1):
        cache.get(number, reading)
    cache.get(MAX_ENTRIES, reading)
    assert reading.times == MAX_ENTRIES + 1
    cache.get(0, reading)
    assert reading.times == MAX_ENTRIES + 2


def test_cached_lists_show_each_change_at_once(make_desk: MakeDesk, clock: FakeClock, tmp_path: Path) -> None:
    """Against a second service on the same database, which has kept nothing."""
    write_source(tmp_path / "source.sqlite3", {number: (f"Person {number}", None) for number in range(1, 4)})
    # Long ago, so that the file counts as one that nobody writes to.
    os.utime(tmp_path / "source.sqlite3", (1_700_000_000, 1_700_000_000))
    desk = make_desk(TENER_INTERVIEW_SOURCE_DB_PATH=tmp_path / "source.sqlite3")

    def change() -> Iterator[str]:
        first = desk.started(1)
        yield "started"
        desk.client.get(desk.start(2)["entry_url"])
        yield "opened"
        desk.finish(first)
        desk.refresh_job()
        yield "scored"
        desk.client.request(
            "PATCH", f"/api/interviews/sessions/{first}", body={"candidate_name": "Another Person"}
        )
        yield "corrected"
        desk.client.request(
            "PUT", f"/api/interviews/sessions/{first}/decision", body={"decision": "advanced", "if_revision": 0}
        )
        yield "decided"
        desk.start(3)
        clock.advance(hours=24 * 365)
        yield "expired"
        desk.client.request("DELETE", "/api/candidates/1")
        yield "erased"

    for what in change():
        kept = lists(desk)
        assert lists(desk) == kept
        other = make_desk(TENER_INTERVIEW_SOURCE_DB_PATH=tmp_path / "source.sqlite3")
        assert lists(other) == kept, what


def lists(desk: Desk) -> dict[str, object]:
    return {url: desk.client.get(url).json for url in LISTS}
