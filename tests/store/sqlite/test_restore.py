"""Restore replaces the database with the backup or changes nothing, and keeps the replaced database."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.running_service import PROJECT, clean_environ
from fakes.stored import add_session, filled_database, integrity, opened, version
from fakes.stored import dump as dump_all
from tener_interview.domain.privacy.replay import replay
from tener_interview.store import ports
from tener_interview.store.erasure_log import Erasure
from tener_interview.store.maintenance import ReplacedDatabaseFacts, StoreRefused
from tener_interview.store.sqlite.backup import back_up
from tener_interview.store.sqlite.database import Store
from tener_interview.store.sqlite.migrations import MIGRATIONS
from tener_interview.store.sqlite.restore import restore

KEPT = "interview.sqlite3.before-restore-now"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with five sessions."""
    return filled_database(tmp_path / "interview.sqlite3", 5)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup with three sessions."""
    target = tmp_path / "backup.sqlite3"
    back_up(filled_database(tmp_path / "other.sqlite3", 3), target)
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def dump(path: Path) -> list[str]:
    """Everything in a database but its audit log, in which a restore is an entry of its own."""
    return [line for line in dump_all(path) if not line.startswith('INSERT INTO "audit_')]


def restore_backup(backup: Path, path: Path, provider: str = "demo") -> Path | None:
    def amend(copy: ports.Writable, former: ReplacedDatabaseFacts, erasures: list[Erasure]) -> None:
        replay(copy, former, erasures, 1_800_000_000_000)

    previous = restore(backup, path, provider=provider, moment="now", amend=amend).previous_location
    return None if previous is None else Path(previous)


def test_a_restore_replaces_the_database_and_keeps_the_old_one(path: Path, backup: Path) -> None:
    former, wanted = dump(path), dump(backup)
    for trace in path.parent.glob("*-[sw][ha][ml]"):
        trace.unlink()
    before = set(contents(path.parent))
    kept = restore_backup(backup, path)
    assert kept == path.with_name(KEPT)
    assert set(contents(path.parent)) == {*before, KEPT}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert dump(path) == wanted
    assert dump(kept) == former
    store = Store(path)
    with store.write() as tx:
        add_session(tx, 4)
    store.close()
    assert integrity(path) == "ok"


def test_a_restore_without_a_database_keeps_no_old_file(path: Path, backup: Path) -> None:
    path.unlink()
    assert restore_backup(backup, path) is None
    assert dump(path) == dump(backup)


def test_a_log_left_by_a_crash_stays_with_the_replaced_database(path: Path, backup: Path) -> None:
    store = Store(path)
    with store.write() as tx:
        add_session(tx, 6)
    crashed = {item.name: item.read_bytes() for item in path.parent.glob(f"{path.name}*")}
    store.close()
    for name, raw in crashed.items():
        path.with_name(name).write_bytes(raw)
    kept = restore_backup(backup, path)
    assert kept
    assert dump(path) == dump(backup)
    assert len([line for line in dump(kept) if "candidate-6@example.com" in line]) == 1


def test_a_damaged_database_is_replaced_and_kept_with_its_log(path: Path, backup: Path) -> None:
    damage = os.urandom(path.stat().st_size)
    path.write_bytes(damage)
    path.with_name(f"{path.name}-wal").write_bytes(b"a log")
    kept = restore_backup(backup, path)
    assert kept
    assert kept.read_bytes() == damage
    assert kept.with_name(f"{KEPT}-wal").read_bytes() == b"a log"
    assert not path.with_name(f"{path.name}-wal").exists()
    assert dump(path) == dump(backup)


def test_a_backup_of_an_older_version_is_migrated_before_it_replaces_the_database(path: Path, backup: Path) -> None:
    backup.unlink()
    with opened(backup) as db:
        db.executescript((Path(__file__).parent / "fixtures" / "schema_1.sql").read_text("utf-8"))
    restore_backup(backup, path, "hireflix")
    assert version(path) == len(MIGRATIONS)


def _damaged(backup: Path) -> None:
    raw = bytearray(backup.read_bytes())
    page = raw.index(b"candidate-2@example.com") // 4096
    raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    backup.write_bytes(raw)


def _undecodable_schema(backup: Path) -> None:
    """SQLite's message about it is not UTF-8."""
    backup.write_bytes(backup.read_bytes().replace(b"allow_answers INTEGER", b"allow_answers\xbfINTEGER"))


def _cut_off(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:10_000])


def _foreign(backup: Path) -> None:
    backup.unlink()
    with opened(backup) as db:
        db.execute("CREATE TABLE jobs (id INTEGER)")


def _newer(backup: Path) -> None:
    with opened(backup) as db:
        db.execute("PRAGMA user_version = 999")


def _text(backup: Path) -> None:
    backup.write_text("candidate,score\n" * 500)


def _absent(backup: Path) -> None:
    backup.unlink()


def _empty(backup: Path) -> None:
    backup.write_bytes(b"")


def _real(backup: Path) -> None:
    with opened(backup) as db:
        db.execute("UPDATE interview_sessions SET provider = 'hireflix'")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_damaged, "damaged|malformed"),
        (_undecodable_schema, "malformed"),
        (_cut_off, "malformed|damaged"),
        (_foreign, "another program"),
        (_newer, "newer version"),
        (_text, "not a database"),
        (_absent, "there is no file"),
        (_empty, "is empty"),
        (_real, "sessions of the hireflix provider"),
    ],
)
def test_an_unusable_backup_changes_nothing(spoil: object, says: str, path: Path, backup: Path) -> None:
    assert callable(spoil)
    spoil(backup)
    before = contents(path.parent)
    with pytest.raises(StoreRefused, match=says):
        restore_backup(backup, path)
    assert contents(path.parent) == before


def test_restoring_a_database_from_itself_is_refused(path: Path) -> None:
    before = dump(path)
    with pytest.raises(StoreRefused, match="is the database itself"):
        restore_backup(path, path)
    assert dump(path) == before


def test_a_database_of_another_program_is_not_replaced_by_a_restore(path: Path, backup: Path) -> None:
    path.unlink()
    with opened(path) as db:
        db.execute("CREATE TABLE jobs (id INTEGER)")
    before = contents(path.parent)
    with pytest.raises(StoreRefused, match="another program"):
        restore_backup(backup, path)
    assert contents(path.parent) == before


HOLD = """
import sys
from pathlib import Path
from tener_interview.store.sqlite.database import Store
store = Store(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("damage", [False, True])
def test_a_database_in_use_is_not_replaced_by_a_restore(path: Path, backup: Path, *, damage: bool) -> None:
    """Even one that is damaged: the lock is asked, not the content."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], env=clean_environ(PYTHONPATH=str(PROJECT / "src")),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    assert holder.stdin
    assert holder.stdout
    assert holder.stdout.readline() == "open\n"
    if damage:
        with path.open("r+b") as file:
            file.write(bytes(4096))
    before = path.read_bytes()
    with pytest.raises(StoreRefused, match="in use by another program"):
        restore_backup(backup, path)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*before*"))
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    assert restore_backup(backup, path)
    assert dump(path) == dump(backup)


DYING = """
import os, signal, sys
from pathlib import Path
from functools import partial
from tener_interview.domain.privacy.replay import replay
from tener_interview.store.sqlite import restore
module, name = sys.argv[3].split(":")
owner = {"restore": restore, "os": os, "path": Path}[module]
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, die)
restore.restore(Path(sys.argv[1]), Path(sys.argv[2]), provider="demo", moment="now",
                amend=partial(replay, now_ms=1_800_000_000_000))
"""


@pytest.mark.parametrize(
    "place", ["restore:_checkpoint_wal", "restore:_keep_previous", "restore:put_in_place", "path:replace"]
)
def test_a_killed_restore_leaves_the_old_database(place: str, path: Path, backup: Path) -> None:
    former = dump(path)
    ended = subprocess.run(
        [sys.executable, "-c", DYING, str(backup), str(path), place],
        env=clean_environ(PYTHONPATH=str(PROJECT / "src")), check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert dump(path) == former
    assert integrity(path) == "ok"
    path.with_name(KEPT).unlink(missing_ok=True)
    assert restore_backup(backup, path)
    assert dump(path) == dump(backup)


def test_a_running_service_notices_that_its_file_was_replaced(path: Path, backup: Path) -> None:
    """Within one process SQLite's locks do not show; what is written to a replaced file would be lost all the same."""
    store = Store(path)
    backup.replace(path)
    with pytest.raises(Exception, match="moved, deleted or replaced"), store.write():
        pass
    store.close()
