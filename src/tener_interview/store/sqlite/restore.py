"""Restore: a verified backup replaces the database, completely or not at all; the replaced database is kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..audit_chain import UNSEALED, AuditKeys
from ..backup_files import put_in_place
from ..erasure_log import Erasure, ErasureLog, LogEntry, latest_revocations, read_logs
from ..maintenance import ReplacedDatabaseFacts, ReportProgress, RestoreResult, StoreRefused, VerifiedCopy
from ..ports import AmendCopy
from ..tables.dialect import SQLITE
from ..tables.session_providers import SessionProviders
from .backup import compact, make_verified_copy, verify
from .connection import connected, readonly_mode, refuse_foreign
from .database import Store
from .database_files import resolve_symlink
from .replaced_database import read_replaced_database
from .schema import refuse_altered
from .scrubbing import truncate_wal

#: The byte range of a file in which SQLite holds a lock while it has a database in WAL mode open
#: (https://www.sqlite.org/src/file/src/os.h, SHARED_FIRST and SHARED_SIZE).
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
_CHECKPOINT_TIMEOUT_MS = 1_000


def restore(
    backup: Path, path: Path, *, provider: str, moment: str, amend: AmendCopy, lists: Sequence[Path] = (),
    audit_keys: AuditKeys = UNSEALED, report_progress: ReportProgress | None = None,
) -> RestoreResult:
    """Replace the database at `path` with a backup; the replaced one gets a name that ends in `moment`.

    Before that, `amend` repeats in the copy the erasures and revocations made since the backup. They come from the
    replaced database, from the erasure logs beside it and beside the backup, and from other `lists`. The copy is
    migrated to this version's schema meanwhile.

    Raises StoreRefused and changes nothing: for a backup that is damaged, altered, foreign, from a newer version or of
    another `provider`, for an erasure log that cannot be read, and while another program has the database open.
    """
    backup, path = resolve_symlink(backup), resolve_symlink(path)
    if not backup.is_file():
        raise StoreRefused(f"there is no file {backup}.")
    try:
        verify(backup)
        refuse_altered(backup)
        _refuse_other_provider(backup, provider)
    except (sqlite3.Error, OSError) as fault:
        raise StoreRefused(f"{backup} is not a backup of this service: {fault}") from None
    for log_path in lists:
        if not log_path.is_file():
            raise StoreRefused(f"there is no list {log_path}.")
    exists = path.exists()
    if exists and backup.samefile(path):
        raise StoreRefused(f"{backup} is the database itself. Name a backup.")
    draft_of = partial(_make_amended_copy, backup, path, amend, audit_keys, report_progress)
    log_entries, unreadable = read_logs([ErasureLog(path), ErasureLog(backup), *map(ErasureLog.at, lists)])
    if not exists:
        with draft_of(ReplacedDatabaseFacts(), log_entries) as (draft, copy):
            put_in_place(draft, path, overwrite=False)
        return RestoreResult(copy, None, previous_unreadable=False, unreadable_lines=unreadable)
    previous_path = path.with_name(f"{path.name}.before-restore-{moment}")
    with exclusive_lock(path):
        pass
    _checkpoint_wal(path)
    previous = read_replaced_database(path)
    with (
        draft_of(previous or ReplacedDatabaseFacts(), log_entries) as (draft, copy),
        exclusive_lock(path),
    ):
        _keep_previous(path, previous_path)
        put_in_place(draft, path, overwrite=True)
    return RestoreResult(copy, str(previous_path), previous_unreadable=previous is None, unreadable_lines=unreadable)


@contextmanager
def _make_amended_copy(
    backup: Path,
    path: Path,
    amend: AmendCopy,
    audit_keys: AuditKeys,
    report_progress: ReportProgress | None,
    previous: ReplacedDatabaseFacts,
    log_entries: list[LogEntry],
) -> Iterator[tuple[Path, VerifiedCopy]]:
    """A draft beside the database without anything erased or revoked since; its erasure log is on the disk first."""
    # The replaced database last: it knows the current expiry of links best.
    entries = list(dict.fromkeys([*log_entries, *previous.erasures, *previous.revocations]))
    erasures = [entry for entry in entries if isinstance(entry, Erasure)]
    with make_verified_copy(backup, path, report_progress) as (draft, _):
        # The copy again, not only the backup: a journal beside the backup may have changed it.
        refuse_altered(draft, backup)
        with closing(Store(draft, audit_keys=audit_keys)) as copy:
            amend(copy, replace(previous, revocations=latest_revocations(entries)), erasures)
        compact(draft)
        version, rows = verify(draft)
        ErasureLog(path).merge(entries)
        yield draft, VerifiedCopy(str(path), draft.stat().st_size, version, rows)


def _refuse_other_provider(backup: Path, provider: str) -> None:
    """Raises StoreRefused for a backup of the other provider: a service with real interviews would not accept demo
    ones."""
    with connected(backup, readonly_mode(backup)) as db:
        others = SessionProviders(db, SQLITE).names() - {provider}
    if others:
        raise StoreRefused(
            f"{backup} holds sessions of the {min(others)} provider, and this service is set up for {provider}."
        )


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold the file while nobody else has the database open or can open it. Raises StoreRefused while somebody has.

    This uses SQLite's own lock, because a damaged file cannot be opened to find out. SQLite must not open the file
    meanwhile: closing it would drop the lock of the whole process (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    import fcntl  # POSIX only, and only needed here

    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        yield
    except BlockingIOError:
        raise StoreRefused(
            f"{path} is in use by another program. Stop the service, and whatever else reads the file, then try again."
        ) from None
    finally:
        os.close(descriptor)


def _checkpoint_wal(path: Path) -> None:
    """Copy what a crash left in the log into the file, so that the file is complete. A damaged database stays as it is:
    opening it for writing can discard its log."""
    with suppress(sqlite3.Error):
        with connected(path, readonly_mode(path)) as db:
            refuse_foreign(db, path)
            is_sound = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        if is_sound:
            with connected(path, "rw") as db:
                truncate_wal(db, _CHECKPOINT_TIMEOUT_MS)


def _keep_previous(path: Path, previous_path: Path) -> None:
    """Give the replaced database a second name, and move its log: SQLite would take the log for the restored one's."""
    log, index = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    os.link(path, previous_path)
    if log.exists():
        os.link(log, previous_path.with_name(f"{previous_path.name}-wal"))
        log.unlink()
    index.unlink(missing_ok=True)
