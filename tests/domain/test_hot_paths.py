"""What the paths that everybody waits on may cost the database: counted, not timed."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from fakes.desk import Desk, MakeDesk, in_background
from fakes.hireflix import FakeHireflix
from fakes.statements import Statements, statement_kinds, table_statements
from fakes.waiting import eventually, join
from tener_interview.domain.refresh import record_result
from tener_interview.domain.refresh.score_cache import ScoreCache
from tener_interview.domain.results import add_result
from tener_interview.domain.service import SESSIONS_PER_TRANSACTION
from tener_interview.scorecards import interview
from tener_interview.store.sqlite.database import Store

SESSIONS = 30
BATCHES = 2


@pytest.fixture
def desk(statements: Statements, make_desk: MakeDesk) -> Desk:  # noqa: ARG001 - they are heard from its start
    return make_desk()


@pytest.fixture
def finished(statements: Statements, make_desk: MakeDesk, criteria: Path) -> Desk:  # noqa: ARG001
    """A desk with a job whose candidates have all finished."""
    desk = make_desk(TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH=criteria)
    for candidate_id in range(1, SESSIONS + 1):
        desk.finish(desk.started(candidate_id))
    return desk


def results_of_transactions(run: list[str]) -> list[int]:
    """How many results each transaction keeps."""
    transactions = " ".join(text.split(" (")[0] for text in run).split("BEGIN IMMEDIATE")[1:]
    return [transaction.count("INSERT INTO interview_results") for transaction in transactions]


def change(criteria: Path) -> None:
    criteria.write_text(json.dumps({**json.loads(criteria.read_text("utf-8")), "version": "another"}), "utf-8")


def test_a_job_refresh_reads_in_batches_and_writes_in_short_transactions(
    finished: Desk, fake: FakeHireflix, statements: Statements
) -> None:
    """Whoever else wants to write waits for the end of a transaction."""
    before = fake.count("interview")
    with statements.recorded() as run:
        assert finished.refresh_job()["scored"] == SESSIONS
    assert results_of_transactions(run) == [SESSIONS_PER_TRANSACTION] * (SESSIONS // SESSIONS_PER_TRANSACTION)
    assert fake.count("interview") - before == BATCHES


def test_rescoring_a_job_writes_in_short_transactions(finished: Desk, criteria: Path, statements: Statements) -> None:
    finished.refresh_job()
    change(criteria)
    with statements.recorded() as run:
        assert finished.client.post("/api/admin/jobs/1/rescore", {}).json["rescored"] == SESSIONS
    assert [result for result in results_of_transactions(run) if result] == [SESSIONS_PER_TRANSACTION] * (
        SESSIONS // SESSIONS_PER_TRANSACTION
    )


def test_a_batch_is_scored_outside_of_the_serving_process(
    finished: Desk, criteria: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("scored in this process")

    monkeypatch.setattr(interview, "score_interview", refuse)
    assert finished.step(*range(1, 11))["scored"] == 10
    assert finished.refresh_job()["scored"] == SESSIONS - 10
    change(criteria)
    assert finished.client.post("/api/admin/jobs/1/rescore", {"dry_run": True}).json["total_sessions"] == SESSIONS
    assert finished.client.post("/api/admin/jobs/1/rescore", {}).json["rescored"] == SESSIONS


def test_a_batch_step_updates_its_progress_after_each_transaction(
    finished: Desk, statements: Statements
) -> None:
    """And at its beginning and end once more."""
    with statements.recorded() as run:
        finished.step(*range(1, SESSIONS + 1))
    assert run.count("COMMIT") == 2 * (SESSIONS // SESSIONS_PER_TRANSACTION) + 2


def test_writers_do_not_wait_for_scoring(finished: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = finished.service.store
    precompute = ScoreCache.precompute
    free: list[bool] = []

    def write() -> None:
        with store.write():
            pass

    def watched(self: ScoreCache, interviews: Any) -> None:
        listed = list(interviews)
        precompute(self, listed)
        writing, _ = in_background(write)
        join(writing)
        free.extend([not writing.is_alive()] * len(listed))

    monkeypatch.setattr(ScoreCache, "precompute", watched)
    finished.refresh_job()
    assert free == [True] * SESSIONS


@pytest.mark.parametrize("what", ["refresh", "rescore"])
def test_whoever_waits_to_write_comes_after_the_session_that_is_written(
    what: str, finished: Desk, criteria: Path, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "rescore":
        finished.refresh_job()
        change(criteria)
    store: Store = finished.service.store
    waiting: list[threading.Thread] = []

    def write() -> None:
        with store.write():
            pass

    def interrupted(*arguments: Any) -> int:
        if not waiting:
            waiting.append(in_background(write)[0])
            eventually(store.has_waiting_writers)
        return add_result(*arguments)

    monkeypatch.setattr(record_result, "add_result", interrupted)
    with statements.recorded() as run:
        if what == "refresh":
            assert finished.refresh_job()["scored"] == SESSIONS
        else:
            assert finished.client.post("/api/admin/jobs/1/rescore", {}).json["rescored"] == SESSIONS
    join(waiting[0])
    assert results_of_transactions(run)[:3] == [1, 0, SESSIONS_PER_TRANSACTION - 1]
    assert sum(results_of_transactions(run)) == SESSIONS


def test_the_next_batch_is_read_while_the_previous_is_written(finished: Desk, fake: FakeHireflix) -> None:
    before = fake.count("interview")
    store: Store = finished.service.store
    with store.write():
        refreshing = threading.Thread(target=finished.refresh_job)
        refreshing.start()
        eventually(lambda: fake.count("interview") - before == BATCHES)
    join(refreshing)


def test_starting_commits_before_and_after_the_request_to_hireflix(desk: Desk, statements: Statements) -> None:
    with statements.recorded() as run:
        desk.start()
    assert run.count("COMMIT") == 2


def test_opening_an_entry_link_takes_few_statements(desk: Desk, statements: Statements) -> None:
    link = desk.start()["entry_url"]
    with statements.recorded() as run:
        assert desk.client.get(link).status == 302
    # The session, and whether its job asks for consent; the schema's version is read before a write; at the end, who
    # is told of the event.
    assert statement_kinds(run) == ["SELECT", "SELECT", "PRAGMA", "UPDATE", "INSERT", "DELETE", "SELECT"]
    assert any("AND status IS 'invited'" in text for text in run if text.startswith("UPDATE"))


def test_opening_an_entry_link_again_writes_nothing(desk: Desk, statements: Statements) -> None:
    link = desk.start()["entry_url"]
    desk.client.get(link)
    with statements.recorded() as run:
        assert desk.client.get(link).status == 302
    assert run == ["BEGIN", *table_statements(run), "ROLLBACK"]
    assert statement_kinds(run) == ["SELECT", "SELECT"]


def test_a_forged_link_never_reaches_the_database(desk: Desk, statements: Statements) -> None:
    link = desk.start()["entry_url"]
    forged = link[:-30] + ("A" if link[-30] != "A" else "B") + link[-29:]
    with statements.recorded() as run:
        assert desk.client.get(forged).status == 404
    assert run == []
