"""Database files for tests: insert rows, and read a file without changing it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from tener_interview.store.ports import Transaction
from tener_interview.store.sqlite import connection, database
from tener_interview.store.sqlite.database import Store
from tener_interview.system.clock import Clock


def add_session(tx: Transaction, number: int, **changes: Any) -> str:
    """Add a session, the current one of candidate `number` for job 1; return its id."""
    session_id = f"iv_{number:032x}"
    columns = {
        "session_id": session_id,
        "job_id": 1,
        "candidate_id": number,
        "candidate_name": f"Candidate {number}",
        "candidate_email": f"candidate-{number}@example.com",
        "status": "created",
        "provider": "demo",
        "position_id": "position",
        "link_expires_at": 2_000_000_000_000,
        "created_at": 1_770_000_000_000,
        "updated_at": 1_770_000_000_000,
    }
    assert tx.sessions.add(**{**columns, **changes})
    return session_id


def filled_database(path: Path, sessions: int = 200) -> Path:
    """Create a database file with some sessions, closed."""
    store = new_store(path)
    with store.write() as tx:
        for number in range(1, sessions + 1):
            add_session(tx, number)
    store.close()
    return path


@cache
def first_bytes() -> bytes:
    """Return the bytes of a database file after a first start; migrations are most of what such a start costs."""
    with TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as folder:
        path = Path(folder) / "interview.sqlite3"
        Store(path).close()
        return path.read_bytes()


def new_store(path: Path, busy_timeout_s: float = connection.BUSY_TIMEOUT_S, clock: Clock | None = None) -> Store:
    """Open a new database."""
    with without_file_checks(create_migrated_file({"TENER_INTERVIEW_DB_PATH": str(path)})):
        return Store(path, busy_timeout_s, clock=clock)


def create_migrated_file(environ: Mapping[str, str]) -> Path | None:
    """Create a migrated file for a service that is about to start, to save it the migrations. Returns the file; None if
    there was one, or no folder for it."""
    if path := environ.get("TENER_INTERVIEW_DB_PATH"):
        with suppress(OSError), open(path, "xb", opener=_private) as file:
            file.write(first_bytes())
            return Path(path)
    return None


@contextmanager
def without_file_checks(path: Path | None) -> Iterator[None]:
    """Skip the checks of a file that has just been written, for the duration of the block."""

    def check_other_files(check: Callable[[Path, float], None]) -> Callable[[Path, float], None]:
        return lambda file, busy_timeout_s: None if file == path else check(file, busy_timeout_s)

    with patch.multiple(
        database, refuse_foreign_file=check_other_files(connection.refuse_foreign_file),
        refuse_damaged_file=check_other_files(connection.refuse_damaged_file),
    ):
        yield


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect to a database file as another program would."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
        yield db


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection that cannot change the file, not even by recovering it."""
    uri = f"file:{quote(str(path))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as db:
        yield db


def dump(path: Path) -> list[str]:
    """Return everything in a database as SQL, with its version.

    Statistics, which a database makes for itself, are left out; triggers come last, as in a copy.
    """
    with read_only(path) as db:
        kept = [line for line in db.iterdump() if "sqlite_stat" not in line and not line.startswith("ANALYZE")]
    return [f"-- version {version(path)}", *sorted(kept, key=lambda line: line.startswith("CREATE TRIGGER"))]


def version(path: Path) -> int:
    """Return the schema version that a file names."""
    with read_only(path) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def integrity(path: Path) -> str:
    """Return `ok`, or what is wrong with a file; references to missing rows are wrong too."""
    with opened(path) as db:
        findings = db.execute("PRAGMA integrity_check").fetchall() + db.execute("PRAGMA foreign_key_check").fetchall()
    return "; ".join(str(finding[0]) for finding in findings)
