"""Work on a database file that is not open here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ...special_files import is_missing
from ..audit_chain import AuditKeys
from ..erasure_log import ErasureLog, LogEntry
from ..maintenance import Inspection, ReportProgress, RestoreResult, StoreRefused, VerifiedCopy
from ..ports import AmendCopy
from ..tables.dialect import SQLITE
from ..tables.transaction import Transaction
from .backup import back_up
from .connection import connected, readonly_mode, refuse_foreign
from .database_files import resolve_symlink
from .inspection import inspect_database
from .restore import restore


class SqliteMaintenance:
    """Inspects, backs up and restores the file at a path."""

    def __init__(self, path: Path, audit_keys: AuditKeys) -> None:
        self._path = path
        self._audit_keys = audit_keys

    @property
    def location(self) -> str:
        return str(self._path)

    def exists(self) -> bool:
        return not is_missing(self._path)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        path = resolve_symlink(self._path)
        try:
            with connected(path, readonly_mode(path)) as db:
                refuse_foreign(db, path)
                db.execute("BEGIN")
                yield Transaction(db, SQLITE, self._audit_keys)
        except sqlite3.Error as fault:
            raise StoreRefused(f"{path} cannot be read: {fault}") from None

    def log_entries(self) -> Sequence[LogEntry]:
        return ErasureLog(resolve_symlink(self._path)).entries()

    def examine_server(self) -> None:
        return None

    def inspect(self, now_ms: int, longest_pause_ms: int) -> Inspection:
        return inspect_database(self._path, now_ms, longest_pause_ms)

    def back_up(self, target: Path, *, overwrite: bool, report_progress: ReportProgress | None) -> VerifiedCopy:
        return back_up(self._path, target, overwrite=overwrite, report_progress=report_progress)

    def restore(
        self, backup: Path, *, provider: str, moment: str, amend: AmendCopy, lists: Sequence[Path],
        report_progress: ReportProgress | None,
    ) -> RestoreResult:
        return restore(
            backup, self._path, provider=provider, moment=moment, amend=amend, lists=lists,
            audit_keys=self._audit_keys, report_progress=report_progress,
        )
