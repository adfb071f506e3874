"""Wrong tokens are counted by address, together by all processes on one database, and never bring the store down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.stored import new_store, opened
from fakes.waiting import PATIENCE_S, join
from tener_interview.errors import Problem
from tener_interview.store.sqlite.database import Store
from tener_interview.web.throttle import MAX_STORE_COUNTS_PER_SECOND, Throttle

SECRET = "the-admin-token-of-the-test"
HERE, THERE = "10.0.0.1", "2001:db8::7"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = new_store(tmp_path / "interview.sqlite3")
    yield store
    store.close()


@pytest.fixture
def throttle(clock: FakeClock, store: Store) -> Throttle:
    return Throttle(clock, store, SECRET)


def outcome(throttle: Throttle, address: str = HERE) -> int:
    """0 for a wrong token that is counted, or how many seconds to wait."""
    try:
        throttle.record_failure(address)
    except Problem as problem:
        refusal = problem
    else:
        return 0
    wait_s = int((refusal.headers or {})["Retry-After"])
    assert (refusal.code, f"Wait {wait_s} seconds" in refusal.error) == ("TOO_MANY_ATTEMPTS", True)
    return wait_s


def test_concurrent_failed_tokens_are_limited_to_five(throttle: Throttle) -> None:
    together = threading.Barrier(20)
    outcomes: list[int] = []

    def guess() -> None:
        together.wait(PATIENCE_S)
        outcomes.append(outcome(throttle))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    join(*threads)
    assert sorted(outcomes) == [0] * 5 + [60] * 15


@pytest.mark.parametrize("split", [(1, 4), (3, 2), (5, 0)])
def test_failed_tokens_are_counted_across_processes(clock: FakeClock, store: Store, split: tuple[int, int]) -> None:
    one, other = Throttle(clock, store, SECRET), Throttle(clock, store, SECRET)
    for throttle, attempts in zip((one, other), split, strict=True):
        assert [outcome(throttle) for _ in range(attempts)] == [0] * attempts
    clock.advance(seconds=20)
    assert (outcome(one), outcome(other)) == (40, 40)
    assert (outcome(one, THERE), outcome(other, THERE)) == (0, 0)
    clock.advance(seconds=40)
    assert (outcome(one), outcome(other)) == (0, 0)


def test_a_clock_that_was_ahead_locks_nobody_out(clock: FakeClock, store: Store) -> None:
    clock.jump(hours=24)
    ahead = Throttle(clock, store, SECRET)
    assert [outcome(ahead) for _ in range(6)] == [0, 0, 0, 0, 0, 60]
    clock.jump(hours=-24)
    assert outcome(Throttle(clock, store, SECRET)) == 0


def test_failures_are_counted_in_the_process_if_the_store_fails(throttle: Throttle, store: Store) -> None:
    store.close()
    assert [outcome(throttle) for _ in range(6)] == [0, 0, 0, 0, 0, 60]


def test_failures_from_many_addresses_cause_few_writes_to_the_store(
    clock: FakeClock, throttle: Throttle, tmp_path: Path
) -> None:
    for number in range(500):
        assert outcome(throttle, f"10.1.{number // 256}.{number % 256}") == 0
    with opened(tmp_path / "interview.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM wrong_tokens").fetchone() == (MAX_STORE_COUNTS_PER_SECOND,)
        clock.advance(seconds=1)
        assert outcome(throttle, HERE) == 0
        assert db.execute("SELECT count(*) FROM wrong_tokens").fetchone() == (MAX_STORE_COUNTS_PER_SECOND + 1,)
        clock.advance(seconds=60)
        outcome(throttle, THERE)
        assert db.execute("SELECT count(*) FROM wrong_tokens").fetchone() == (1,), "what is over is forgotten"


def test_no_client_address_is_stored_by_the_throttle(throttle: Throttle, tmp_path: Path) -> None:
    for address in (HERE, THERE):
        outcome(throttle, address)
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert not [item for item in (HERE, THERE) if item.encode() in content]
