"""What the paths that everybody waits on may cost the database: counted, not timed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakes.desk import Desk
from fakes.hireflix import FakeHireflix
from tener_interview.interviews.scores import Scores
from tener_interview.store.database import Store

SESSIONS = 60
BATCHES = 3


@contextmanager
def written(store: Store) -> Iterator[list[str]]:
    """Every statement that the writing connection runs."""
    said: list[str] = []
    store._writer.set_trace_callback(said.append)
    try:
        yield said
    finally:
        store._writer.set_trace_callback(None)


@contextmanager
def read(store: Store) -> Iterator[list[str]]:
    """Every statement that is read by, while there is one reader at a time."""
    said: list[str] = []
    with store.read():
        pass
    (connection,) = store._readers
    connection.set_trace_callback(said.append)
    try:
        yield said
    finally:
        connection.set_trace_callback(None)


def verbs(statements: list[str]) -> list[str]:
    return [each.split()[0] for each in statements if each not in ("BEGIN", "ROLLBACK", "BEGIN IMMEDIATE", "COMMIT")]


@pytest.fixture
def finished(desk: Desk) -> Desk:
    """A desk with a job whose candidates have all finished."""
    for candidate_id in range(1, SESSIONS + 1):
        desk.finish(desk.started(candidate_id))
    return desk


def test_refreshing_a_job_commits_once_for_each_batch(finished: Desk, fake: FakeHireflix) -> None:
    before = fake.count("interview")
    with written(finished.service.store) as said:
        assert finished.refresh_job()["scored"] == SESSIONS
    assert said.count("COMMIT") == BATCHES
    assert fake.count("interview") - before == BATCHES


def test_a_batch_step_that_refreshes_commits_twice_for_each_batch(finished: Desk) -> None:
    """The batch, and how far the step is; at its beginning and end once more."""
    with written(finished.service.store) as said:
        finished.step(*range(1, SESSIONS + 1))
    assert said.count("COMMIT") == 2 * BATCHES + 2


def test_nobody_waits_to_write_for_a_score(finished: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = finished.service.store
    score = Scores.of_transcripts
    free: list[bool] = []

    def watched(self: Scores, *args: Any) -> Any:
        known = len(self._known)
        result = score(self, *args)
        if len(self._known) > known:
            free.append(not store._writing.locked())
        return result

    monkeypatch.setattr(Scores, "of_transcripts", watched)
    finished.refresh_job()
    assert free == [True] * len(free)
    assert free


def test_the_next_batch_is_asked_for_while_one_is_written(finished: Desk, fake: FakeHireflix) -> None:
    before = fake.count("interview")
    store: Store = finished.service.store
    with store.write():
        refreshing = threading.Thread(target=finished.refresh_job)
        refreshing.start()
        for _ in range(1000):
            if fake.count("interview") - before == BATCHES:
                break
            refreshing.join(0.01)
        assert fake.count("interview") - before == BATCHES
    refreshing.join(30)


def test_starting_commits_before_hireflix_is_asked_and_after(desk: Desk) -> None:
    with written(desk.service.store) as said:
        desk.start()
    assert said.count("COMMIT") == 2


def test_an_entry_link_is_one_read_and_one_conditional_write(desk: Desk) -> None:
    link = desk.start()["entry_url"]
    store: Store = desk.service.store
    with read(store) as reads, written(store) as writes:
        assert desk.client.get(link).status == 302
    assert verbs(reads) == ["SELECT"]
    # The schema's version is read before a write; an event that is one too many for its session goes.
    assert verbs(writes) == ["PRAGMA", "UPDATE", "INSERT", "DELETE"]
    assert any("AND status IS 'invited'" in each for each in writes if each.startswith("UPDATE"))


def test_a_link_that_was_opened_writes_nothing_more(desk: Desk) -> None:
    link = desk.start()["entry_url"]
    desk.client.get(link)
    store: Store = desk.service.store
    with read(store) as reads, written(store) as writes:
        assert desk.client.get(link).status == 302
    assert (verbs(reads), writes) == (["SELECT"], [])


def test_a_forged_link_never_reaches_the_database(desk: Desk) -> None:
    link = desk.start()["entry_url"]
    store: Store = desk.service.store
    forged = link[:-30] + ("A" if link[-30] != "A" else "B") + link[-29:]
    with read(store) as reads, written(store) as writes:
        assert desk.client.get(forged).status == 404
    assert (reads, writes) == ([], [])
