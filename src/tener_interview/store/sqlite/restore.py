"""Restoring: a verified backup takes the place of the database, whole or not at all, and the old one is kept aside."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..erasure_log import Erasure, ErasureLog, LogEntry, latest_revocations
from .backup import ReportProgress, VerifiedCopy, compact, put_in_place, verified_draft, verify
from .database import StoreRefused, connect, readonly_mode, refuse_foreign
from .database_files import resolve_symlink
from .previous_database import PreviousDatabase, read_previous_database
from .schema import refuse_altered
from .scrubbing import truncate_wal
from .sessions import Sessions

#: The bytes of a file of which SQLite locks some for as long as it has a database in WAL mode open
#: (https://www.sqlite.org/src/file/src/os.h, SHARED_FIRST and SHARED_SIZE).
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
_LOG_MS = 1_000


#: Changes the restored copy before it takes its place, by what must not come back: (the copy, the former database with
#: all revocations on record, all erasures on record).
AmendCopy = Callable[[Path, PreviousDatabase, list[Erasure]], None]


@dataclass(frozen=True)
class RestoreResult:
    """What is in place now, and where the former database was put; None if there was none.

    `former_unread` says that there was one, and nobody can tell what was erased or taken back in it; `unread_lines` are
    those of lists that say nothing that can be understood.
    """

    copy: VerifiedCopy
    kept: Path | None
    former_unread: bool
    unread_lines: int


def restore(
    backup: Path, path: Path, *, provider: str, moment: str, amend: AmendCopy, lists: Sequence[Path] = (),
    tell: ReportProgress | None = None,
) -> RestoreResult:
    """Put a backup in the place of the database at `path`; the former one gets a name that ends in `moment`.

    Before that, `amend` erases again who was erased since, and takes back what was: as the former database says, the
    lists beside it and beside the backup, and other `lists`. What is restored is brought to this version's schema
    meanwhile.

    Raises StoreRefused, with everything left as it is: for a backup that is damaged, altered, foreign, from a newer
    version or of another `provider`, for a list that cannot be read, and while any program has the database open.
    """
    backup, path = resolve_symlink(backup), resolve_symlink(path)
    if not backup.is_file():
        raise StoreRefused(f"there is no file {backup}.")
    try:
        verify(backup)
        refuse_altered(backup)
        _refuse_others(backup, provider)
    except (sqlite3.Error, OSError) as fault:
        raise StoreRefused(f"{backup} is not a backup of this service: {fault}") from None
    for each in lists:
        if not each.is_file():
            raise StoreRefused(f"there is no list {each}.")
    there = path.exists()
    if there and backup.samefile(path):
        raise StoreRefused(f"{backup} is the database itself. Name a backup.")
    listed, unread = _listed([ErasureLog(path), ErasureLog(backup), *map(ErasureLog.at, lists)])
    if not there:
        with _amended(backup, path, amend, PreviousDatabase(), listed, tell) as (draft, copy):
            put_in_place(draft, path, overwrite=False)
        return RestoreResult(copy, None, former_unread=False, unread_lines=unread)
    kept = path.with_name(f"{path.name}.before-restore-{moment}")
    with _held(path):
        pass
    _fold_log(path)
    former = read_previous_database(path)
    with _amended(backup, path, amend, former or PreviousDatabase(), listed, tell) as (draft, copy), _held(path):
        _keep(path, kept)
        put_in_place(draft, path, overwrite=True)
    return RestoreResult(copy, kept, former_unread=former is None, unread_lines=unread)


def _listed(lists: Sequence[ErasureLog]) -> tuple[list[LogEntry], int]:
    """All that is on a list, and how many lines cannot be read. Raises StoreRefused where a list cannot be: without it
    somebody would come back."""
    try:
        return [line for each in lists for line in each.entries()], sum(len(each.unreadable_lines()) for each in lists)
    except OSError as fault:
        raise StoreRefused(f"a list of what was erased and taken back cannot be read: {fault}") from None


@contextmanager
def _amended(
    backup: Path,
    path: Path,
    amend: AmendCopy,
    former: PreviousDatabase,
    listed: list[LogEntry],
    tell: ReportProgress | None,
) -> Iterator[tuple[Path, VerifiedCopy]]:
    """A copy beside the database in which nothing is that was erased or taken back since; the list is on the disk."""
    # The former database last: of a link it knows best how long it lives.
    everything = list(dict.fromkeys([*listed, *former.erasures, *former.revocations]))
    everyone = [each for each in everything if isinstance(each, Erasure)]
    with verified_draft(backup, path, tell) as (draft, _):
        # Of the copy, and not only of the file: a journal beside that may have brought something back.
        refuse_altered(draft, backup)
        amend(draft, replace(former, revocations=latest_revocations(everything)), everyone)
        compact(draft)
        version, rows = verify(draft)
        ErasureLog(path).merge(everything)
        yield draft, VerifiedCopy(path, draft.stat().st_size, version, rows)


def _refuse_others(backup: Path, provider: str) -> None:
    """A backup with pretend interviews would not be accepted by a service with real ones, nor the other way round."""
    with closing(connect(backup, readonly_mode(backup))) as db:
        others = Sessions(db).providers() - {provider}
    if others:
        raise StoreRefused(
            f"{backup} holds sessions of the {min(others)} provider, and this service is set up for {provider}."
        )


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Nobody has the database open, and nobody can begin to. Raises StoreRefused while somebody has.

    Asked of the lock itself, because a damaged file cannot be opened to find out. SQLite must not be used on the file
    meanwhile: closing it would drop the lock of the whole process (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    import fcntl  # not everywhere, and nobody else needs it

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


def _fold_log(path: Path) -> None:
    """What a crash left in the log goes into the file, so that the file is all there is. Nothing is done to a damaged
    one: opening it for writing can throw its log away."""
    with suppress(sqlite3.Error):
        with closing(connect(path, readonly_mode(path))) as db:
            refuse_foreign(db, path)
            whole = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        if whole:
            with closing(connect(path, "rw")) as db:
                truncate_wal(db, _LOG_MS)


def _keep(path: Path, kept: Path) -> None:
    """Give the former database a second name. Its log must be gone from beside the restored one: it would be taken for
    that one's."""
    log, index = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    os.link(path, kept)
    if log.exists():
        os.link(log, kept.with_name(f"{kept.name}-wal"))
        log.unlink()
    index.unlink(missing_ok=True)
