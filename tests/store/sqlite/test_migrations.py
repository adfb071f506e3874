"""Migrations keep every row from every earlier version, and happen completely or not at all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.running_service import PROJECT
from fakes.stored import dump, integrity, opened, version
from fakes.waiting import PATIENCE_S
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite import database
from tener_interview.store.sqlite.database import Store
from tener_interview.store.sqlite.migrations import MIGRATIONS

LATEST = len(MIGRATIONS)
FIXTURES = Path(__file__).parent / "fixtures"
#: Tables that SQLite keeps for itself.
OWN = "type = 'table' AND name NOT LIKE 'sqlite_%'"


def fixture(path: Path, number: int) -> Path:
    """A database of an earlier version; version 0 is a missing file."""
    if number:
        script = FIXTURES / f"schema_{number}.sql"
        assert script.exists(), f"add {script.name}, as docs/contributing.md explains for a new table"
        with opened(path) as db:
            db.executescript(script.read_text("utf-8"))
            db.execute("PRAGMA journal_mode = WAL")
    return path


def schema(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    return {name: " ".join(sql.split()) for name, sql in rows}


def rows_of(path: Path, columns: dict[str, list[str]] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; with `columns`, only these of these tables."""
    with opened(path) as db:
        db.row_factory = sqlite3.Row
        tables = [row[0] for row in db.execute(f"SELECT name FROM sqlite_master WHERE {OWN}")]
        found = {table: [dict(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in tables}
    if columns is None:
        return found
    return {table: [{name: row[name] for name in columns[table]} for row in found[table]] for table in columns}


@pytest.mark.parametrize("number", range(1, LATEST))
def test_every_earlier_schema_version_has_a_fixture(tmp_path: Path, number: int) -> None:
    """As its migrations made it: a released step is never edited. And with rows in every table."""
    old = fixture(tmp_path / "old.sqlite3", number)
    with sqlite3.connect(":memory:") as made, opened(old) as db:
        for migrate in MIGRATIONS[:number]:
            migrate(made)
        assert schema(db) == schema(made)
    made.close()
    assert [table for table, rows in rows_of(old).items() if not rows] == [], f"insert a row into schema_{number}.sql"


@pytest.mark.parametrize("number", range(LATEST))
def test_migrating_from_every_version_keeps_every_row(tmp_path: Path, number: int) -> None:
    path = fixture(tmp_path / "old.sqlite3", number)
    before = rows_of(path)
    columns = {table: list(rows[0]) for table, rows in before.items()}
    Store(path).close()
    assert rows_of(path, columns) == before
    assert version(path) == LATEST
    assert integrity(path) == "ok"
    Store(tmp_path / "new.sqlite3").close()
    with opened(path) as migrated, opened(tmp_path / "new.sqlite3") as new:
        assert schema(migrated) == schema(new)


@pytest.mark.parametrize("number", range(1, LATEST))
def test_a_migrated_database_can_be_read_and_written(tmp_path: Path, number: int) -> None:
    store = Store(fixture(tmp_path / "old.sqlite3", number))
    with store.write() as tx:
        for session in tx.sessions.newest_first({}, limit=10):
            assert tx.sessions.update_if(
                session.session_id, {"status": session.status}, updated_at=session.updated_at + 1
            )
            tx.results.all(session.session_id)
            tx.events.add(session.session_id, "seen", "system", 1)
        assert tx.rankings.top(1, limit=10)[0].total_score == 73.0
        assert [item.status for item in tx.sessions.due_for_sync(2_000_000_000_000, 1, urgent_only=False, limit=10)]
        progress = tx.steps.get(2, "interview")
        assert progress is not None
        assert progress.status == "running"
    store.close()


@pytest.mark.parametrize("number", range(1, LATEST))
def test_links_sent_before_a_migration_stay_valid(tmp_path: Path, number: int) -> None:
    path = fixture(tmp_path / "old.sqlite3", number)
    before = {row["session_id"]: row["link_expires_at"] for row in rows_of(path)["interview_sessions"]}
    Store(path).close()
    after = {row["session_id"]: row["link_signed_expires_at"] for row in rows_of(path)["interview_sessions"]}
    assert after == before != {}


def test_a_migrated_scored_session_without_a_total_needs_review(tmp_path: Path) -> None:
    path = fixture(tmp_path / "old.sqlite3", 5)
    with opened(path) as db:
        (scored,) = db.execute("SELECT session_id FROM interview_sessions WHERE status = 'scored' LIMIT 1").fetchone()
        db.execute(
            "UPDATE interview_sessions SET total_score = NULL, pass_recommendation = 'mixed' WHERE session_id = ?",
            (scored,),
        )
        db.execute(
            "UPDATE interview_results SET content = json_set(content, '$.total_score', NULL, '$.pass_recommendation',"
            " 'mixed', '$.engine_version', '4') WHERE session_id = ?", (scored,),
        )
        before = db.execute("SELECT count(*) FROM interview_results").fetchone()
    store = Store(path)
    with store.read() as tx:
        session, result = tx.sessions.get(scored), tx.results.latest(scored)
        assert session is not None
        assert (session.status, session.pass_recommendation, session.scored_at) == ("completed", None, None)
        assert session.review_reason == "The answers could not be scored, so there is no total."
        assert result is not None
        assert json.loads(result.content)["pass_recommendation"] is None
        (stored,) = [row for row in tx.sessions.rows_of_candidate(session.candidate_id) if row.session_id == scored]
        assert json.loads(stored.judged_by or "{}")["engine_version"] == "4"
        last = tx.events.of_session(scored)[-1]
        assert (last.event, last.details) == ("needs_review", {"from": "scored", "to": "completed"})
        ranked = tx.rankings.for_candidates(session.job_id, [session.candidate_id])
        assert [row.section for row in ranked] == [
            "needs_review"
        ]
    store.close()
    with opened(path) as db:
        assert db.execute("SELECT count(*) FROM interview_results").fetchone() == before
        assert not db.execute(
            "SELECT 1 FROM interview_sessions WHERE total_score IS NULL AND"
            " (status = 'scored' OR pass_recommendation IS NOT NULL)"
        ).fetchall()


def test_opening_the_latest_version_again_changes_nothing(tmp_path: Path) -> None:
    path = fixture(tmp_path / "old.sqlite3", 1)
    Store(path).close()
    before = dump(path)
    Store(path).close()
    assert dump(path) == before


def _raise_sql(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE idempotency_keys")
    db.execute("UPDATE interview_sessions SET candidate_name = 'nobody'")
    db.execute("INSERT INTO no_such_table VALUES (1)")


def _raise_python(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE half (done INTEGER)")
    db.execute("PRAGMA user_version = 77")
    raise LookupError("the step has a fault")


@pytest.mark.parametrize(("faulty", "error"), [(_raise_sql, StoreRefused), (_raise_python, LookupError)])
@pytest.mark.parametrize("number", range(LATEST + 1))
def test_a_failing_migration_keeps_the_old_version(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    faulty: Callable[[sqlite3.Connection], None],
    error: type[Exception],
) -> None:
    path = tmp_path / "old.sqlite3"
    fixture(path, number) if number < LATEST else Store(fixture(path, 1)).close()
    before = dump(path) if number else None
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", (*MIGRATIONS, faulty))
        with pytest.raises(error):
            Store(path)
    assert version(path) == number
    assert integrity(path) == "ok"
    assert before is None or dump(path) == before
    Store(path).close()
    assert version(path) == LATEST


KILLED = """
import os, signal, sys
from pathlib import Path
from tener_interview.store.sqlite import database
from tener_interview.store.sqlite.migrations import MIGRATIONS

def migrate_and_die(db):
    MIGRATIONS[-1](db)
    db.execute("UPDATE interview_sessions SET candidate_name = 'half'")
    os.kill(os.getpid(), signal.SIGKILL)

# A page cache this small spills what is not committed into the log.
connect = database.connect
def with_small_cache(*arguments):
    db = connect(*arguments)
    db.execute("PRAGMA cache_size = 1")
    return db
database.connect = with_small_cache
database.MIGRATIONS = (*MIGRATIONS[:-1], migrate_and_die)
database.Store(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("number", range(LATEST))
def test_a_process_killed_in_a_migration_keeps_the_old_version(tmp_path: Path, number: int) -> None:
    path = fixture(tmp_path / "old.sqlite3", number)
    before = dump(path) if number else None
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    killed = subprocess.run([sys.executable, "-c", KILLED, path], env=environ, capture_output=True, timeout=PATIENCE_S)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert path.with_name("old.sqlite3-wal").stat().st_size > 4096, "the step has left nothing to be taken back"
    assert integrity(path) == "ok"
    assert version(path) == number
    assert before is None or dump(path) == before
    Store(path).close()
    assert version(path) == LATEST


def test_a_process_killed_while_creating_the_database_leaves_a_usable_file(tmp_path: Path) -> None:
    """Before anything of its own is in it, a file has no mark yet, and a crash leaves a rollback journal beside it."""
    path = tmp_path / "new.sqlite3"
    code = (
        "import os, signal, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        " db.execute('PRAGMA cache_size = 1'); db.execute('BEGIN'); db.execute('CREATE TABLE t (x)');"
        " db.execute('INSERT INTO t SELECT zeroblob(5000) FROM (VALUES (1), (2), (3))');"
        " os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, path], timeout=PATIENCE_S).returncode == -signal.SIGKILL
    # The journal of a file that was empty, and the file as the switch to the write-ahead log has already written it.
    with opened(tmp_path / "switched.sqlite3") as db:
        db.execute("PRAGMA journal_mode = WAL")
    path.write_bytes((tmp_path / "switched.sqlite3").read_bytes())
    assert path.with_name("new.sqlite3-journal").stat().st_size > 0
    Store(path).close()
    assert version(path) == LATEST
    assert integrity(path) == "ok"


def test_four_concurrent_processes_create_and_migrate_one_database(tmp_path: Path) -> None:
    path = fixture(tmp_path / "old.sqlite3", 1)
    path.chmod(0o600)
    code = (
        "import sys; from pathlib import Path; from tener_interview.store.sqlite.database import Store;"
        " sys.stdin.read(1); Store(Path(sys.argv[1])).close(); Store(Path(sys.argv[2])).close()"
    )
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    command = [sys.executable, "-c", code, str(path), str(tmp_path / "new.sqlite3")]
    running = [
        subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for item in running:
        assert item.stdin
        item.stdin.write("!")
        item.stdin.flush()
    assert [item.communicate(timeout=PATIENCE_S)[1] for item in running] == [""] * 4
    for made in (path, tmp_path / "new.sqlite3"):
        assert version(made) == LATEST
        assert integrity(made) == "ok"
