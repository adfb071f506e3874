"""Database files for tests: insert rows, and read a file without disturbing it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tener_interview.store.ports import Transaction
from tener_interview.store.sqlite.database import Store


def add_session(tx: Transaction, number: int, **changes: Any) -> str:
    """Record a session, the current one of candidate `number` for job 1; its id."""
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


def filled(path: Path, sessions: int = 200) -> Path:
    """A database file with some sessions, closed."""
    store = Store(path)
    with store.write() as tx:
        for number in range(1, sessions + 1):
            add_session(tx, number)
    store.close()
    return path


def begin_with(empty: Path, environ: Mapping[str, str]) -> None:
    """Spare a service that is about to begin its migrations, which are most of what its start costs."""
    if "TENER_INTERVIEW_DB_PATH" not in environ:
        return
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    if path.parent.is_dir() and not path.exists():
        shutil.copy(empty, path)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to a database file, as any other program would have it."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
        yield db


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot change the file, not even by recovering it."""
    uri = f"file:{quote(str(path))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as db:
        yield db


def dump(path: Path) -> list[str]:
    """Everything in a database as SQL, with its version."""
    with read_only(path) as db:
        return [f"-- version {version(path)}", *db.iterdump()]


def version(path: Path) -> int:
    """The schema version that a file says it has."""
    with read_only(path) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def integrity(path: Path) -> str:
    """`ok`, or what is wrong with a file; also `ok` only if every reference in it leads somewhere."""
    with opened(path) as db:
        findings = db.execute("PRAGMA integrity_check").fetchall() + db.execute("PRAGMA foreign_key_check").fetchall()
    return "; ".join(str(finding[0]) for finding in findings)
