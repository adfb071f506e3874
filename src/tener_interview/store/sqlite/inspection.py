"""A look at a database file that leaves no trace: what it is, whether it is sound, and what it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..erasure_log import ErasureLog
from ..records import RetentionHold
from .backup import find_abandoned_drafts
from .database import StoreRefused, connect, readonly_mode, refuse_damaged, refuse_foreign
from .database_files import is_accessible_to_others, resolve_symlink
from .future_timestamps import FutureTimestamps
from .migrations import MIGRATIONS
from .retention_hold import Retention
from .schema import refuse_altered
from .scrubbing import PendingScrub


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
    held: RetentionHold
    ahead: Mapping[str, int]
    abandoned: tuple[Path, ...]
    unread_lines: int


def sqlite_version() -> tuple[int, int, int]:
    """Of the SQLite that this Python comes with."""
    return sqlite3.sqlite_version_info


def inspect(path: Path, now_ms: int, longest_pause_ms: int) -> Inspection:
    """Look at the database at `path`, in which no session waits longer than that to be looked at.

    Raises StoreRefused for one that cannot be used."""
    path = resolve_symlink(path)
    try:
        log = path.with_name(f"{path.name}-wal")
        size_bytes = path.stat().st_size + (log.stat().st_size if log.exists() else 0)
        with closing(connect(path, readonly_mode(path))) as db:
            refuse_foreign(db, path)
            refuse_damaged(db, path)
            refuse_altered(path)
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            newest = version == len(MIGRATIONS)
            scrub_owed = PendingScrub(db).count() if newest else 0
            held = Retention(db).current_hold() if newest else RetentionHold(0, None)
            ahead = FutureTimestamps(db).count(now_ms, longest_pause_ms=longest_pause_ms) if newest else {}
            unread_lines = len(ErasureLog(path).unreadable_lines())
            rows = db.execute("SELECT provider, count(*) FROM interview_sessions GROUP BY provider").fetchall()
    except (OSError, sqlite3.Error) as fault:
        raise StoreRefused(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    return Inspection(
        size_bytes=size_bytes, version=version, older=version < len(MIGRATIONS),
        shared=is_accessible_to_others(path) or is_accessible_to_others(path.with_name(f"{path.name}.erased")),
        providers=tuple(sorted(row[0] for row in rows)), sessions=sum(row[1] for row in rows),
        scrub_owed=scrub_owed, held=held, ahead=ahead, abandoned=tuple(find_abandoned_drafts(path.parent)),
        unread_lines=unread_lines,
    )
