"""The store: what a transaction guarantees to threads and processes, and how the store closes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from fakes.running_service import PROJECT
from fakes.statements import Statements, is_closed
from fakes.stored import add_session, filled_database, integrity, new_store, opened
from fakes.waiting import PATIENCE_S, join
from tener_interview.errors import Problem
from tener_interview.store.sqlite import database
from tener_interview.store.sqlite.database import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "interview.sqlite3"


# Transactions -------------------------------------------------------------------------------------------------------


def test_a_transaction_that_raises_is_rolled_back(path: Path) -> None:
    store = new_store(path)

    def interrupted_write() -> None:
        with store.write() as tx:
            add_session(tx, 1)
            raise LookupError

    with pytest.raises(LookupError):
        interrupted_write()
    with store.read() as tx:
        assert tx.sessions.newest_first({}, limit=10) == []
    with store.write() as tx:
        add_session(tx, 1)
    store.close()


def test_a_reader_sees_one_snapshot_during_writes(path: Path) -> None:
    store = new_store(path)
    with store.read() as before:
        assert before.sessions.newest_first({}, limit=10) == []
        with store.write() as tx:
            add_session(tx, 1)
        assert before.sessions.newest_first({}, limit=10) == []
    with store.read() as after:
        assert len(after.sessions.newest_first({}, limit=10)) == 1
    store.close()


def test_a_read_transaction_cannot_write_to_sqlite(path: Path) -> None:
    store = new_store(path)
    with pytest.raises(Problem, match="readonly") as refused, store.read() as tx:
        add_session(tx, 1)
    assert refused.value.code == "STORE_UNAVAILABLE"
    store.close()


def test_one_current_session_per_candidate_and_job(path: Path) -> None:
    store = new_store(path)
    with store.write() as tx:
        add_session(tx, 1)
        twin = {"session_id": "iv_twin", "candidate_id": 1, "job_id": 1, "status": "created"}
        rest = dict.fromkeys(("candidate_name", "candidate_email", "provider", "position_id"), "x")
        times = dict.fromkeys(("link_expires_at", "created_at", "updated_at"), 1)
        assert not tx.sessions.add(**twin, **rest, **times)
        assert tx.sessions.add(**{**twin, "is_current": 0}, **rest, **times)
    store.close()


def test_writers_in_threads_and_processes_lose_nothing(path: Path) -> None:
    """Each adds one to the same row, in a transaction that reads first and then writes."""
    store = new_store(path)
    with store.write() as tx:
        add_session(tx, 1, link_serial=0)
    code = (
        "import sys; from pathlib import Path; from tener_interview.store.sqlite.database import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for _ in range(100):\n"
        "    with store.write() as tx:\n"
        "        now = tx.sessions.current(1, 1)\n"
        "        tx.sessions.update_if(now.session_id, {}, link_serial=now.link.serial + 1)\n"
        "store.close()"
    )
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    others = [subprocess.Popen([sys.executable, "-c", code, str(path)], env=environ) for _ in range(2)]

    def add() -> None:
        for _ in range(50):
            with store.write() as tx:
                now = tx.sessions.current(1, 1)
                assert now
                tx.sessions.update_if(now.session_id, {}, link_serial=now.link.serial + 1)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(PATIENCE_S) for other in others] == [0, 0]
    with store.read() as tx:
        now = tx.sessions.current(1, 1)
    assert now is not None
    assert now.link.serial == 2 * 100 + 8 * 50
    store.close()


def test_a_process_that_writes_constantly_does_not_starve_others(path: Path) -> None:
    """On a disk that takes its time, ten threads of another process are at it without a pause."""
    busy = (
        "import sys, threading, time; from pathlib import Path\n"
        "from tener_interview.store.sqlite.database import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "def write():\n"
        "    while True:\n"
        "        with store.write() as tx:\n"
        "            tx.leases.acquire('busy', 'other', now_ms=0, until=1); time.sleep(0.005)\n"
        "for _ in range(10): threading.Thread(target=write, daemon=True).start()\n"
        "print('busy', flush=True); sys.stdin.read()"
    )
    store = new_store(path)
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    command = [sys.executable, "-c", busy, str(path)]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        try:
            for number in range(1, 21):
                with store.write() as tx:
                    add_session(tx, number)
        finally:
            other.kill()
    store.close()


def test_committed_rows_survive_a_kill(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = [sys.argv[2]]\n"
        "from fakes.stored import add_session; from tener_interview.store.sqlite.database import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for number in range(1, 100_000):\n"
        "    with store.write() as tx:\n"
        "        add_session(tx, number)\n"
        "    print(number, flush=True)"
    )
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    command = [sys.executable, "-c", code, str(path), str(PROJECT / "tests")]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        for _ in range(50):
            acknowledged = writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        acknowledged = (writer.stdout.read().rsplit("\n", 2)[-2:-1] or [acknowledged])[0]
    store = new_store(path)
    with store.read() as tx:
        last = tx.sessions.newest_first({}, limit=1)[0]
        assert len(tx.sessions.newest_first({}, limit=100_000)) == last.candidate_id
    assert last.candidate_id in (int(acknowledged), int(acknowledged) + 1)
    store.close()
    assert integrity(path) == "ok"


# Closing ------------------------------------------------------------------------------------------------------------


def test_closing_the_store_leaves_one_file(path: Path) -> None:
    filled_database(path)
    assert list(path.parent.iterdir()) == [path]


def test_a_transaction_that_runs_while_the_store_closes_gets_a_plain_error(statements: Statements, path: Path) -> None:
    store = Store(filled_database(path))
    reading, closed = threading.Event(), threading.Event()
    seen: list[int] = []

    def read() -> None:
        with store.read() as tx:
            seen.append(len(tx.sessions.newest_first({}, limit=500)))
            reading.set()
            assert closed.wait(PATIENCE_S)
            seen.append(len(tx.sessions.newest_first({}, limit=500)))

    thread = threading.Thread(target=read)
    thread.start()
    assert reading.wait(PATIENCE_S)
    store.close()
    store.close()
    closed.set()
    join(thread)
    assert seen == [200, 200]
    with pytest.raises(Problem, match="is closed") as refused, store.write():
        pass
    assert refused.value.status == 503
    with pytest.raises(Problem, match="is closed"), store.read():
        pass
    assert not store.scrub()
    assert all(is_closed(connection) for connection in statements.connections)


@pytest.mark.parametrize("step", ["file_identity", "wal_files", "connect"])
def test_reading_while_the_store_closes_succeeds_or_raises(
    step: str, statements: Statements, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store closes just before a step of opening the reader."""
    store = Store(filled_database(path))
    taken = getattr(database, step)

    def late(*given: Any) -> Any:
        store.close()
        return taken(*given)

    monkeypatch.setattr(database, step, late)
    refusals = []
    try:
        with store.read() as tx:
            assert len(tx.sessions.newest_first({}, limit=500)) == 200
    except Problem as refused:
        refusals.append(str(refused))
    assert set(refusals) <= {"STORE_UNAVAILABLE: The database is closed: the service is stopping."}
    assert all(is_closed(connection) for connection in statements.connections)
    with pytest.raises(Problem, match="is closed"), store.read():
        pass


def test_closing_the_store_during_reads_and_writes_loses_no_committed_row(statements: Statements, path: Path) -> None:
    store = new_store(path)
    written: list[int] = []
    faults: list[str] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 100_000):
                with store.write() as tx:
                    add_session(tx, number)
                written.append(number)
                with store.read() as tx:
                    assert tx.sessions.current(1, number)
        except BaseException as fault:
            faults.append(str(fault))

    threads = [threading.Thread(target=work, args=(base * 1_000_000 + 1,)) for base in range(6)]
    for thread in threads:
        thread.start()
    while len(written) < 30:
        threading.Event().wait(0.005)
    store.close()
    join(*threads)
    assert set(faults) == {"STORE_UNAVAILABLE: The database is closed: the service is stopping."}
    assert all(is_closed(connection) for connection in statements.connections)
    with opened(path) as db:
        kept = {row[0] for row in db.execute("SELECT candidate_id FROM interview_sessions")}
    assert kept == set(written)


def test_a_failed_rollback_does_not_block_later_transactions(statements: Statements, path: Path) -> None:
    store = new_store(path)
    writer = statements.connections[-1]
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE interview_sessions SET status = 'failed'")
    with store.write() as tx:
        add_session(tx, 1)
    store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT status FROM interview_sessions").fetchall() == [("created",)]
    db.close()
