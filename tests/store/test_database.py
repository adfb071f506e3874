"""The store's file: what is opened, what is refused and left alone, and what a transaction promises."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.running_service import PROJECT
from fakes.stored import add_session, integrity, opened
from tener_interview.errors import Problem
from tener_interview.store import database
from tener_interview.store.database import Store, StoreRefused
from tener_interview.store.migrations import APPLICATION_ID, MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "interview.sqlite3"


def contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


def filled(path: Path, sessions: int = 200) -> Path:
    store = Store(path)
    with store.write() as tx:
        for number in range(1, sessions + 1):
            add_session(tx, number)
    store.close()
    return path


# Opening ------------------------------------------------------------------------------------------------------------


def test_a_new_file_is_made_with_its_folder(path: Path) -> None:
    Store(path).close()
    with opened(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_empty_file_is_taken_for_a_new_one(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    Store(path).close()
    assert integrity(path) == "ok"


def test_a_path_with_characters_that_mean_something_in_an_address(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1" / "é&mode=ro.sqlite3"
    Store(path).close()
    assert path.exists()


def test_commits_survive_a_power_cut(path: Path) -> None:
    store = Store(path)
    pragmas = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert {name: store._writer.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas} == pragmas
    store.close()


# Refusing -----------------------------------------------------------------------------------------------------------


def _foreign(path: Path) -> None:
    with opened(path) as db:
        db.execute("CREATE TABLE jobs (id INTEGER)")
        db.execute("INSERT INTO jobs VALUES (1)")


def _foreign_with_a_version(path: Path) -> None:
    with opened(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _foreign_that_crashed_in_wal_mode(path: Path) -> None:
    living = path.with_name("living.sqlite3")
    with opened(living) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE jobs (id INTEGER)")
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{living}{suffix}", f"{path}{suffix}")


def _newer(path: Path) -> None:
    Store(path).close()
    _set_newer(path)


def _set_newer(path: Path) -> None:
    with opened(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def _not_a_database(path: Path) -> None:
    path.write_text("candidate,score\n42,80\n" * 200)


def _short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


def _damaged(path: Path) -> None:
    raw = bytearray(filled(path).read_bytes())
    raw[3 * 4096 :] = os.urandom(len(raw) - 3 * 4096)
    path.write_bytes(raw)


def _damaged_page(path: Path) -> None:
    raw = bytearray(filled(path).read_bytes())
    page = raw.index(b"candidate-100@example.com") // 4096
    raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(raw)


def _damaged_schema(path: Path) -> None:
    raw = bytearray(filled(path).read_bytes())
    raw[100:4096] = bytes(4096 - 100)
    path.write_bytes(raw)


def _cut_off(path: Path) -> None:
    raw = filled(path).read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_foreign, "was written by another program"),
        (_foreign_with_a_version, "was written by another program"),
        (_foreign_that_crashed_in_wal_mode, "was written by another program"),
        (_newer, "was written by a newer version of this service"),
        (_not_a_database, "file is not a database"),
        (_short, "file is not a database"),
        (_damaged, "malformed|is damaged"),
        (_damaged_page, "is damaged .* Restore a backup"),
        (_damaged_schema, "malformed"),
        (_cut_off, "malformed|is damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_left_as_it_is(
    path: Path, make: Callable[[Path], None], says: str
) -> None:
    path.parent.mkdir()
    make(path)
    before = contents(path.parent)
    with pytest.raises(StoreRefused, match=says) as refused:
        Store(path)
    assert str(path) in str(refused.value)
    after = contents(path.parent)
    assert {name: after[name] for name in before if not name.endswith("-shm")} == {
        name: raw for name, raw in before.items() if not name.endswith("-shm")
    }


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="unable to open database file"):
        Store(tmp_path)
    assert contents(tmp_path) == {}


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("hello")
    with pytest.raises(StoreRefused, match="cannot open"):
        Store(tmp_path / "note" / "interview.sqlite3")
    assert contents(tmp_path) == {"note": b"hello"}


def test_newer_code_that_comes_first_is_noticed_in_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first look and the migrations, another process has brought the file to a version unknown here."""
    look = database._look_first

    def overtaken(where: Path, busy_timeout_s: float) -> None:
        look(where, busy_timeout_s)
        _set_newer(where)

    Store(path).close()
    monkeypatch.setattr(database, "_look_first", overtaken)
    with pytest.raises(StoreRefused, match="newer version"):
        Store(path)


# Transactions -------------------------------------------------------------------------------------------------------


def test_what_raises_is_wholly_forgotten(path: Path) -> None:
    store = Store(path)

    def half() -> None:
        with store.write() as tx:
            add_session(tx, 1)
            raise LookupError

    with pytest.raises(LookupError):
        half()
    with store.read() as tx:
        assert tx.sessions.newest_first({}, limit=10) == []
    with store.write() as tx:
        add_session(tx, 1)
    store.close()


def test_a_reader_sees_one_state_however_much_is_written_meanwhile(path: Path) -> None:
    store = Store(path)
    with store.read() as before:
        assert before.sessions.newest_first({}, limit=10) == []
        with store.write() as tx:
            add_session(tx, 1)
        assert before.sessions.newest_first({}, limit=10) == []
    with store.read() as after:
        assert len(after.sessions.newest_first({}, limit=10)) == 1
    store.close()


def test_a_reader_cannot_write(path: Path) -> None:
    store = Store(path)
    with pytest.raises(Problem, match="readonly") as refused, store.read() as tx:
        add_session(tx, 1)
    assert refused.value.code == "STORE_UNAVAILABLE"
    store.close()


def test_one_current_session_per_candidate_and_job(path: Path) -> None:
    store = Store(path)
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
    store = Store(path)
    with store.write() as tx:
        add_session(tx, 1, link_serial=0)
    code = (
        "import sys; from pathlib import Path; from tener_interview.store.database import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for _ in range(100):\n"
        "    with store.write() as tx:\n"
        "        now = tx.sessions.current(1, 1)\n"
        "        tx.sessions.change(now.session_id, {}, link_serial=now.link_serial + 1)\n"
        "store.close()"
    )
    environ = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    others = [subprocess.Popen([sys.executable, "-c", code, str(path)], env=environ) for _ in range(2)]

    def add() -> None:
        for _ in range(50):
            with store.write() as tx:
                now = tx.sessions.current(1, 1)
                assert now
                tx.sessions.change(now.session_id, {}, link_serial=now.link_serial + 1)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.wait(60) for each in others] == [0, 0]
    with store.read() as tx:
        now = tx.sessions.current(1, 1)
    assert now is not None
    assert now.link_serial == 2 * 100 + 8 * 50
    store.close()


def test_a_process_that_writes_all_the_time_leaves_others_their_turn(path: Path) -> None:
    """On a disk that takes its time, ten threads of another process are at it without a pause."""
    busy = (
        "import sys, threading, time; from pathlib import Path; from tener_interview.store.database import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "def write():\n"
        "    while True:\n"
        "        with store.write() as tx:\n"
        "            tx.leases.take('busy', 'other', now_ms=0, until=1); time.sleep(0.005)\n"
        "for _ in range(10): threading.Thread(target=write, daemon=True).start()\n"
        "print('busy', flush=True); sys.stdin.read()"
    )
    store = Store(path)
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


def test_acknowledged_rows_survive_a_kill(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = [sys.argv[2]]\n"
        "from fakes.stored import add_session; from tener_interview.store.database import Store\n"
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
    store = Store(path)
    with store.read() as tx:
        last = tx.sessions.newest_first({}, limit=1)[0]
        assert len(tx.sessions.newest_first({}, limit=100_000)) == last.candidate_id
    assert last.candidate_id in (int(acknowledged), int(acknowledged) + 1)
    store.close()
    assert integrity(path) == "ok"


# Closing ------------------------------------------------------------------------------------------------------------


def test_closing_leaves_one_file(path: Path) -> None:
    filled(path)
    assert set(contents(path.parent)) == {path.name}


def test_what_still_runs_when_the_store_is_closed_gets_a_plain_error(path: Path) -> None:
    store = Store(filled(path))
    reading, closed = threading.Event(), threading.Event()
    seen: list[int] = []

    def read() -> None:
        with store.read() as tx:
            seen.append(len(tx.sessions.newest_first({}, limit=500)))
            reading.set()
            assert closed.wait(10)
            seen.append(len(tx.sessions.newest_first({}, limit=500)))

    thread = threading.Thread(target=read)
    thread.start()
    assert reading.wait(10)
    store.close()
    store.close()
    closed.set()
    thread.join(10)
    assert seen == [200, 200]
    with pytest.raises(Problem, match="is closed") as refused, store.write():
        pass
    assert refused.value.status == 503
    with pytest.raises(Problem, match="is closed"), store.read():
        pass
    with pytest.raises(Problem, match="is closed"):
        store.scrub()
    assert not store._readers


def test_closing_amid_readers_and_writers_loses_nothing(path: Path) -> None:
    store = Store(path)
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
    for thread in threads:
        thread.join(20)
    assert set(faults) == {"STORE_UNAVAILABLE: The database is closed: the service is stopping."}
    assert not store._readers
    with opened(path) as db:
        kept = {row[0] for row in db.execute("SELECT candidate_id FROM interview_sessions")}
    assert kept == set(written)


def test_a_transaction_that_could_not_be_rolled_back_is_not_in_the_way(path: Path) -> None:
    store = Store(path)
    store._writer.execute("BEGIN IMMEDIATE")
    store._writer.execute("UPDATE interview_sessions SET status = 'failed'")
    with store.write() as tx:
        add_session(tx, 1)
    store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT status FROM interview_sessions").fetchall() == [("created",)]
    db.close()
