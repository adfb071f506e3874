"""Opening a database file: which files are created and opened, and which are refused and left untouched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.special_files import special_file
from fakes.statements import Statements
from fakes.stored import filled_database, integrity, opened
from tener_interview.store.maintenance import StoreRefused
from tener_interview.store.sqlite import connection, database
from tener_interview.store.sqlite.database import Store
from tener_interview.store.sqlite.inspection import inspect_database
from tener_interview.store.sqlite.migrations import APPLICATION_ID, MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "interview.sqlite3"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_new_database_is_created_with_its_folder(path: Path) -> None:
    Store(path).close()
    with opened(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_empty_file_becomes_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    Store(path).close()
    assert integrity(path) == "ok"


def test_only_the_owner_can_read_the_database_and_its_log(path: Path) -> None:
    former = os.umask(0)
    try:
        store = Store(path)
        with store.write() as tx:
            tx.leases.acquire("test", "owner", now_ms=1, until=2)
        with store.read():
            pass
        modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in path.parent.iterdir()}
        store.close()
    finally:
        os.umask(former)
    assert modes == {path.name + suffix: 0o600 for suffix in ("", "-wal", "-shm")}


def test_opening_a_database_makes_its_file_private(path: Path) -> None:
    Store(path).close()
    path.chmod(0o640)
    Store(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_database_path_may_have_characters_special_in_urls(tmp_path: Path) -> None:
    path = tmp_path / "what? 100% #1" / "é&mode=ro.sqlite3"
    Store(path).close()
    assert path.exists()


def test_the_writer_uses_full_sync_and_secure_delete(
    statements: Statements, path: Path
) -> None:
    store = Store(path)
    writer = statements.connections[-1]
    pragmas = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert {name: writer.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas} == pragmas
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
    raw = bytearray(filled_database(path).read_bytes())
    raw[3 * 4096 :] = os.urandom(len(raw) - 3 * 4096)
    path.write_bytes(raw)


def _damaged_page(path: Path) -> None:
    raw = bytearray(filled_database(path).read_bytes())
    page = raw.index(b"candidate-100@example.com") // 4096
    raw[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(raw)


def _damaged_schema(path: Path) -> None:
    raw = bytearray(filled_database(path).read_bytes())
    raw[100:4096] = bytes(4096 - 100)
    path.write_bytes(raw)


def _undecodable_schema(path: Path) -> None:
    """SQLite's message about it is not UTF-8."""
    path.write_bytes(filled_database(path).read_bytes().replace(b"allow_answers INTEGER", b"allow_answers\xbfINTEGER"))


def _cut_off(path: Path) -> None:
    raw = filled_database(path).read_bytes()
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
        (_undecodable_schema, "malformed"),
        (_cut_off, "malformed|is damaged"),
    ],
)
def test_an_unusable_file_is_refused_as_database_and_unchanged(
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


@pytest.mark.parametrize(
    "make", [_foreign, _foreign_with_a_version, _foreign_that_crashed_in_wal_mode, _newer, _not_a_database]
)
def test_a_foreign_file_keeps_its_permissions(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir()
    make(path)
    path.chmod(0o644)
    with pytest.raises(StoreRefused):
        Store(path)
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_folder_is_refused_as_database(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="unable to open database file"):
        Store(tmp_path)
    assert contents(tmp_path) == {}


def test_a_link_that_leads_in_a_circle_is_refused_as_database(tmp_path: Path) -> None:
    path = tmp_path / "circle.sqlite3"
    path.symlink_to(path)
    with pytest.raises((StoreRefused, OSError), match="Too many levels of symbolic links"):
        Store(path)


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_device_or_pipe_is_refused_as_database(kind: str, tmp_path: Path) -> None:
    path = special_file(kind, tmp_path)
    for use in (Store, lambda path: inspect_database(path, 0, 0)):
        with pytest.raises(StoreRefused, match="not a regular file"):
            use(path)


def test_a_database_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("hello")
    with pytest.raises(StoreRefused, match="cannot open"):
        Store(tmp_path / "note" / "interview.sqlite3")
    assert contents(tmp_path) == {"note": b"hello"}


def test_a_migration_by_newer_code_during_opening_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first look and the migrations, another process has brought the file to a version unknown here."""
    connect = connection.connect

    def interrupted(where: Path, mode: str, busy_timeout_s: float) -> sqlite3.Connection:
        if mode == "rwc":
            _set_newer(where)
        return connect(where, mode, busy_timeout_s)

    Store(path).close()
    monkeypatch.setattr(database, "connect", interrupted)
    with pytest.raises(StoreRefused, match="newer version"):
        Store(path)


def test_a_database_file_that_changes_during_inspection_is_inspected_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_foreign = connection.refuse_foreign
    whole = filled_database(path).read_bytes()
    looks: list[str] = []

    def interrupted(db: sqlite3.Connection, where: Path) -> None:
        looks.append("look")
        if len(looks) > 1:
            return refuse_foreign(db, where)
        where.write_bytes(whole[:100] + bytes(3996) + whole[4096:])
        try:
            refuse_foreign(db, where)
        finally:
            where.write_bytes(whole)

    monkeypatch.setattr(connection, "refuse_foreign", interrupted)
    Store(path).close()
    assert integrity(path) == "ok"
    assert len(looks) > 1
