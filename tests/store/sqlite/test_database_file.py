"""The store notices what happens to its files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.running_service import PROJECT, clean_environ
from fakes.stored import add_session, new_store, opened
from fakes.waiting import PATIENCE_S
from tener_interview.errors import Problem
from tener_interview.store.sqlite.database import Store
from tener_interview.store.sqlite.migrations import MIGRATIONS
from tener_interview.system import logs


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = new_store(tmp_path / "interview.sqlite3")
    yield store
    store.close()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666, 0o777])
def test_permissions_of_a_database_readable_by_others_are_fixed(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "interview.sqlite3"
    new_store(path).close()
    listed = tmp_path / "interview.sqlite3.erased"
    listed.touch()
    for item in (path, listed):
        item.chmod(mode)
    store = Store(path)
    with store.write() as tx:
        add_session(tx, 1)
    modes = {item.name: item.stat().st_mode & 0o777 for item in tmp_path.iterdir()}
    store.close()
    assert set(modes.values()) == {0o600}


def test_a_database_with_unfixable_permissions_is_used_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "interview.sqlite3"
    new_store(path).close()
    path.chmod(0o644)
    logged: list[str] = []
    monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(PermissionError(1, "not the owner")))
    monkeypatch.setattr(logs, "log_event", lambda what, *_args, **_named: logged.append(what))
    Store(path).close()
    assert logged == ["file_may_be_read_by_others"]


WRITER = """
import os, signal, sys, time
from pathlib import Path
from fakes.stored import add_session
from tener_interview.system import logs
from tener_interview.errors import Problem
from tener_interview.store.sqlite.database import Store
store = Store(Path(sys.argv[1]))
with store.write() as tx:
    add_session(tx, 1)
    add_session(tx, 2)
print("written", flush=True)
sys.stdin.readline()
try:
    with store.write() as tx:
        add_session(tx, 3)
    print("written again", flush=True)
except Problem as problem:
    print(problem.code, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("lost", [("-wal",), ("-wal", "-shm"), ("-shm",)])
def test_a_deleted_write_ahead_log_is_noticed_at_the_next_write_without_data_loss(
    tmp_path: Path, lost: tuple[str, ...]
) -> None:
    path = tmp_path / "interview.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=PROJECT, env=clean_environ(PYTHONPATH=os.pathsep.join(("src", "tests"))),
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "written\n"
    for part in lost:
        path.with_name(path.name + part).unlink()
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.read() == "STORE_UNAVAILABLE\n"
    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    process.stdin.close()
    process.stdout.close()
    with opened(path) as db:
        assert [row[0] for row in db.execute("SELECT candidate_id FROM interview_sessions ORDER BY 1")] == [1, 2]
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_new_write_ahead_log_of_another_process_is_not_overwritten(store: Store) -> None:
    with store.write() as tx:
        add_session(tx, 1)
    log = store.path.with_name(f"{store.path.name}-wal")
    log.unlink()
    log.write_bytes(b"another's")
    for _ in range(2):
        with pytest.raises(Problem) as refused, store.write() as tx:
            add_session(tx, 2)
        assert "log" in refused.value.error
    assert log.read_bytes() == b"another's"
    log.unlink()


@pytest.mark.parametrize("version", [len(MIGRATIONS) + 1, len(MIGRATIONS) + 2, 99])
def test_an_older_version_stops_writing_after_a_newer_one_migrated_the_database(store: Store, version: int) -> None:
    with store.write() as tx:
        add_session(tx, 1)
    with opened(store.path) as db:
        db.execute(f"PRAGMA user_version = {version}")
    for _ in range(2):
        with pytest.raises(Problem) as refused, store.write() as tx:
            add_session(tx, 2)
        assert refused.value.code == "STORE_UNAVAILABLE"
        assert "newer version" in refused.value.error
    with opened(store.path) as db:
        assert db.execute("SELECT count(*) FROM interview_sessions").fetchone() == (1,)
