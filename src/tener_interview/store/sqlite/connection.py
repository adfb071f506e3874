"""Connections to database files, and which files are refused: foreign, newer and damaged ones."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from ...special_files import NOT_A_REGULAR_FILE, is_special_file
from ..maintenance import StoreRefused
from .migrations import APPLICATION_ID, MIGRATIONS
from .transaction import one_view

#: How long a write waits for another process; it waits up to twice as long for the lock in this process.
BUSY_TIMEOUT_S = 5.0
#: What to do with a file of the previous service, which this service never uses as its own.
_LEGACY_DATABASE_HINT = (
    "is a database of this service's predecessor. Name a new file for this service, and take over what is in that one"
    " with: python3 -m tener_interview import {path}"
)


def connect(path: Path, mode: str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection in autocommit mode. Raises sqlite3.Error."""
    if is_special_file(path):
        raise sqlite3.OperationalError(NOT_A_REGULAR_FILE)
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=busy_timeout_s)
    db.row_factory = sqlite3.Row
    return db


@contextmanager
def connected(path: Path, mode: str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Iterator[sqlite3.Connection]:
    """A connection that is closed at the end. Raises sqlite3.Error, also for whatever damage SQLite finds."""
    with undecodable_as_damaged(), closing(connect(path, mode, busy_timeout_s)) as db:
        yield db


@contextmanager
def undecodable_as_damaged() -> Iterator[None]:
    """Raise sqlite3.DatabaseError where SQLite's message quotes a damaged schema that Python cannot decode."""
    try:
        yield
    except UnicodeDecodeError:
        raise sqlite3.DatabaseError("database disk image is malformed") from None


def refuse_foreign_file(path: Path, busy_timeout_s: float) -> None:
    """Refuse a foreign file before anything changes it, its permissions included. A writing connection recovers what a
    crash left behind, and copies the log into the file when it closes."""
    if not path.is_file() or not path.stat().st_size:
        return
    before = _file_stamps(path)
    try:
        with suppress(sqlite3.OperationalError), connected(path, readonly_mode(path), busy_timeout_s) as db:
            refuse_foreign(db, path)
    except (sqlite3.DatabaseError, StoreRefused):
        # The immutable mode takes no lock: ignore what was read while another process wrote.
        if _file_stamps(path) == before:
            raise


def refuse_damaged_file(path: Path, busy_timeout_s: float) -> None:
    """Refuse a damaged file before a writing connection changes it."""
    if not path.stat().st_size:
        return
    with suppress(sqlite3.OperationalError), connected(path, "ro", busy_timeout_s) as db:
        refuse_foreign(db, path)
        refuse_damaged(db, path)


def _file_stamps(path: Path) -> list[tuple[int, int, int]]:
    """Inodes, sizes and times of the file and its log."""
    statuses = [file.stat() for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
    return [(status.st_ino, status.st_size, status.st_mtime_ns) for status in statuses]


def refuse_foreign(db: sqlite3.Connection, path: Path) -> None:
    """Raises StoreRefused for a file of another program or of a newer version of this service."""
    # Another process may be creating the file right now.
    with undecodable_as_damaged(), one_view(db):
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        application_id = int(db.execute("PRAGMA application_id").fetchone()[0])
        # Not asked of our own: the first statement about tables has a connection parse the whole schema.
        is_foreign = application_id != APPLICATION_ID
        table_names = {row[0] for row in db.execute("SELECT name FROM sqlite_master")} if is_foreign else set()
    if ((table_names or version) and is_foreign) or version < 0:
        raise StoreRefused(
            f"{path} {_LEGACY_DATABASE_HINT.format(path=shlex.quote(str(path)))}" if "interview_sessions" in table_names
            else f"{path} was written by another program. Name a file of this service's own."
        )
    if version > len(MIGRATIONS):
        raise StoreRefused(
            f"{path} was written by a newer version of this service (schema {version}, known here: {len(MIGRATIONS)})."
            " Start that version, or restore a backup made with this one."
        )


def readonly_mode(path: Path) -> str:
    """The mode to inspect a file in. Without a log the file is complete, and the immutable mode leaves nothing beside
    it."""
    log = path.with_name(f"{path.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    return "ro" if has_log else "ro&immutable=1"


def refuse_damaged(db: sqlite3.Connection, path: Path) -> None:
    """Raises StoreRefused for a damaged file. Takes about a second per gigabyte."""
    with undecodable_as_damaged():
        finding = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise StoreRefused(f"{path} is damaged ({' '.join(finding.split())}). Restore a backup of it.")
