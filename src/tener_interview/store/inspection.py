"""A look at a database file that leaves no trace: what it is, whether it is sound, and what it holds."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .backup import abandoned
from .database import StoreRefused, connect, looking_mode, refuse_damaged, refuse_foreign
from .migrations import MIGRATIONS
from .schema import refuse_altered
from .scrubs import ScrubDebt


@dataclass(frozen=True)
class Inspection:
    """What was found. `older` says that this code will migrate the file; `shared` that others may read it.

    `scrub_owed` counts erasures of which something may still be readable; `abandoned` are drafts beside the file that a
    killed backup or restore left.
    """

    size_bytes: int
    version: int
    older: bool
    shared: bool
    providers: tuple[str, ...]
    sessions: int
    scrub_owed: int
    abandoned: tuple[Path, ...]


def sqlite_version() -> tuple[int, int, int]:
    """Of the SQLite that this Python comes with."""
    return sqlite3.sqlite_version_info


def inspect(path: Path) -> Inspection:
    """Look at the database at `path`. Raises StoreRefused for one that cannot be used."""
    try:
        status = path.stat()
        with closing(connect(path, looking_mode(path))) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            refuse_altered(path)
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            scrub_owed = ScrubDebt(db).owed() if version == len(MIGRATIONS) else 0
            rows = db.execute("SELECT provider, count(*) FROM interview_sessions GROUP BY provider").fetchall()
    except (OSError, sqlite3.Error) as fault:
        raise StoreRefused(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    return Inspection(
        size_bytes=status.st_size, version=version, older=version < len(MIGRATIONS),
        shared=bool(status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)),
        providers=tuple(sorted(row[0] for row in rows)), sessions=sum(row[1] for row in rows),
        scrub_owed=scrub_owed, abandoned=tuple(abandoned(path.parent)),
    )
