"""A look at a database file that leaves no trace: what it is, whether it is sound, and what it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..erased import ErasedList
from ..records import Held
from .ahead import Ahead
from .backup import abandoned
from .database import StoreRefused, connect, looking_mode, refuse_damaged, refuse_foreign
from .files import real, shared_with_others
from .migrations import MIGRATIONS
from .retention import Retention
from .schema import refuse_altered
from .scrubs import ScrubDebt


@dataclass(frozen=True)
class Inspection:
    """What was found. `older` says that this code will migrate the file; `shared` that others may read it.

    `held` are sessions that retention has not erased, `ahead` times that were written while the clock was ahead.
    `scrub_owed` counts erasures of which something may still be readable; `abandoned` are drafts beside the file that a
    killed backup or restore left. `unread_lines` are those of the list beside it that say nothing that can be
    understood.
    """

    size_bytes: int
    version: int
    older: bool
    shared: bool
    providers: tuple[str, ...]
    sessions: int
    scrub_owed: int
    held: Held
    ahead: Mapping[str, int]
    abandoned: tuple[Path, ...]
    unread_lines: int


def sqlite_version() -> tuple[int, int, int]:
    """Of the SQLite that this Python comes with."""
    return sqlite3.sqlite_version_info


def inspect(path: Path, now_ms: int, longest_pause_ms: int) -> Inspection:
    """Look at the database at `path`, in which no session waits longer than that to be looked at.

    Raises StoreRefused for one that cannot be used."""
    path = real(path)
    try:
        log = path.with_name(f"{path.name}-wal")
        size_bytes = path.stat().st_size + (log.stat().st_size if log.exists() else 0)
        with closing(connect(path, looking_mode(path))) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            refuse_altered(path)
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            newest = version == len(MIGRATIONS)
            scrub_owed = ScrubDebt(db).owed() if newest else 0
            held = Retention(db).held() if newest else Held(0, None)
            ahead = Ahead(db).count(now_ms, longest_pause_ms=longest_pause_ms) if newest else {}
            unread_lines = len(ErasedList(path).unread())
            rows = db.execute("SELECT provider, count(*) FROM interview_sessions GROUP BY provider").fetchall()
    except (OSError, sqlite3.Error) as fault:
        raise StoreRefused(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    return Inspection(
        size_bytes=size_bytes, version=version, older=version < len(MIGRATIONS),
        shared=shared_with_others(path) or shared_with_others(path.with_name(f"{path.name}.erased")),
        providers=tuple(sorted(row[0] for row in rows)), sessions=sum(row[1] for row in rows),
        scrub_owed=scrub_owed, held=held, ahead=ahead, abandoned=tuple(abandoned(path.parent)),
        unread_lines=unread_lines,
    )
