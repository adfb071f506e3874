"""Backups are complete, verified and private, and never half written, whatever happens to the database meanwhile."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fakes.running_service import PROJECT, clean_environ
from fakes.stored import add_session, dump, filled_database, integrity, opened
from for_each import for_each
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite import backup
from tener_interview.store.sqlite.backup import back_up
from tener_interview.store.sqlite.database import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "interview.sqlite3"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy.sqlite3"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_holds_everything_in_one_private_file(path: Path, target: Path) -> None:
    filled_database(path)
    former = os.umask(0)
    try:
        copy = back_up(path, target)
    finally:
        os.umask(former)
    assert names(target.parent) == {target.name}
    assert names(path.parent) == {path.name, "backups"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert copy.rows["interview_sessions"] == 200
    assert copy.size_bytes == target.stat().st_size
    assert dump(target) == dump(path)
    assert integrity(target) == "ok"


def test_changes_in_the_write_ahead_log_are_backed_up(path: Path, target: Path) -> None:
    store = Store(path)
    with store.write() as tx:
        add_session(tx, 1)
    assert back_up(path, target).rows["interview_sessions"] == 1
    store.close()


def test_the_progress_of_a_backup_is_reported(path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_PAGES_PER_STEP", 10)
    progress: list[tuple[int, int]] = []
    back_up(filled_database(path), target, report_progress=lambda done, total: progress.append((done, total)))
    assert len(progress) > 2
    assert progress == sorted(progress)
    assert progress[-1][0] == progress[-1][1]


def test_a_backup_does_not_replace_an_existing_file_without_overwrite(path: Path, target: Path) -> None:
    filled_database(path)
    target.write_text("dear")
    with pytest.raises(StoreRefused, match="is there already"):
        back_up(path, target)
    assert target.read_text() == "dear"
    back_up(path, target, overwrite=True)
    assert dump(target) == dump(path)


def test_a_file_that_appears_during_the_backup_is_not_replaced(
    path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = backup.verify

    def verify_after_creating_the_target(draft: Path) -> tuple[int, dict[str, int]]:
        target.write_text("dear")
        return verify(draft)

    monkeypatch.setattr(backup, "verify", verify_after_creating_the_target)
    with pytest.raises(StoreRefused, match="is there already"):
        back_up(filled_database(path), target)
    assert target.read_text() == "dear"
    assert names(target.parent) == {target.name}


def test_a_backup_onto_the_database_itself_is_refused(path: Path) -> None:
    before = dump(filled_database(path))
    with pytest.raises(StoreRefused, match="is the database itself"):
        back_up(path, path, overwrite=True)
    assert dump(path) == before


@for_each("suffix", ["-wal", "-shm", "-journal", ".erased"])
def test_a_backup_onto_a_file_of_the_database_is_refused(path: Path, suffix: str) -> None:
    """A copy in place of the write-ahead log would lose everything that is only in the log."""
    if not path.exists():
        filled_database(path)
    target = path.with_name(f"{path.name}{suffix}")
    for exists in (False, True):
        if exists:
            target.write_bytes(b"")
        with pytest.raises(StoreRefused, match="belongs to it"):
            back_up(path, target, overwrite=True)
    assert target.read_bytes() == b""
    target.unlink()


def _absent(_path: Path) -> None:
    pass


def _empty(path: Path) -> None:
    path.touch()


def _foreign(path: Path) -> None:
    with opened(path) as db:
        db.execute("CREATE TABLE jobs (id INTEGER)")


def _damaged(path: Path) -> None:
    raw = bytearray(filled_database(path).read_bytes())
    page = raw.index(b"candidate-100@example.com") // 4096
    raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(raw)


def _undecodable_schema(path: Path) -> None:
    """SQLite's message about it is not UTF-8."""
    path.write_bytes(filled_database(path).read_bytes().replace(b"allow_answers INTEGER", b"allow_answers\xbfINTEGER"))


def _text(path: Path) -> None:
    path.write_text("not a database " * 300)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_absent, "there is no database"),
        (_empty, "is empty"),
        (_foreign, "another program"),
        (_damaged, "damaged|malformed"),
        (_undecodable_schema, "malformed"),
        (_text, "not a database"),
    ],
)
def test_a_failed_backup_leaves_no_file(make: object, says: str, path: Path, target: Path) -> None:
    assert callable(make)
    make(path)
    with pytest.raises(StoreRefused, match=says):
        back_up(path, target)
    assert names(target.parent) == set()


@pytest.mark.parametrize("target", ["nowhere/copy.sqlite3", "."])
def test_a_backup_to_an_unwritable_target_is_refused(path: Path, tmp_path: Path, target: str) -> None:
    with pytest.raises(StoreRefused, match=r"cannot write|is a folder"):
        back_up(filled_database(path), tmp_path / target)


def test_an_incomplete_backup_is_discarded(path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verify = backup.verify

    def verify_after_losing_a_row(draft: Path) -> tuple[int, dict[str, int]]:
        with opened(draft) as db:
            db.execute("DELETE FROM interview_sessions WHERE candidate_id = 7")
        return verify(draft)

    monkeypatch.setattr(backup, "verify", verify_after_losing_a_row)
    with pytest.raises(StoreRefused, match="does not hold what the original does"):
        back_up(filled_database(path), target)
    assert names(target.parent) == set()


def test_backups_made_during_writes_are_consistent(
    path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every write adds two sessions, so a copy with an odd number of them would be of no moment at all."""
    monkeypatch.setattr(backup, "_PAGES_PER_STEP", 5)
    store = Store(filled_database(path, 400))
    stop = threading.Event()

    def write() -> None:
        number = 1_000
        while not stop.is_set():
            with store.write() as tx:
                add_session(tx, number)
                add_session(tx, number + 1)
            number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [
            back_up(path, target.with_name(f"copy-{number}"), report_progress=lambda *_: None).rows[
                "interview_sessions"
            ]
            for number in range(8)
        ]
    finally:
        stop.set()
        writer.join()
        store.close()
    assert [count % 2 for count in counts] == [0] * 8
    assert counts == sorted(counts)
    assert counts[-1] > counts[0] >= 400
    assert integrity(path) == "ok"


COPYING = """
import sys, time
from pathlib import Path
from tener_interview.store.sqlite import backup

def stop_in_the_middle(copied, total):
    if copied > total / 2:
        print("in the middle", flush=True)
        time.sleep(600)

backup._PAGES_PER_STEP = 1
backup.back_up(Path(sys.argv[1]), Path(sys.argv[2]), report_progress=stop_in_the_middle)
"""


def test_a_killed_backup_leaves_no_file_at_the_target(path: Path, target: Path) -> None:
    filled_database(path, 400)
    with subprocess.Popen(
        [sys.executable, "-c", COPYING, str(path), str(target)], env=clean_environ(PYTHONPATH=str(PROJECT / "src")),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"in the middle\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert list(target.parent.glob(".*.part"))
    assert not target.exists()
    assert integrity(path) == "ok"
    assert back_up(path, target).rows["interview_sessions"] == 400
