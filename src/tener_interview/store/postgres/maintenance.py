"""Work on a PostgreSQL database that is not open here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from ...system.clock import SystemClock
from ..audit_chain import AuditKeys
from ..erasure_log import LogEntry
from ..maintenance import Inspection, ReportProgress, RestoreResult, ServerReport, StoreRefused, VerifiedCopy
from ..ports import AmendCopy
from ..tables.transaction import Transaction
from .backup import back_up
from .connection import BoundedConnection, TableConnection, open_connection
from .dialect import READING
from .inspection import inspect_database
from .migrations import find_version
from .restore import restore
from .server import report_on_server


class PostgresMaintenance:
    """Inspects, backs up and restores the database that the settings of a connection name."""

    def __init__(self, settings: Mapping[str, Any], location: str, audit_keys: AuditKeys) -> None:
        self._settings = settings
        self._audit_keys = audit_keys
        self.location = location

    def exists(self) -> bool:
        """Return whether the database has this service's tables. Raises StoreRefused when nobody knows."""
        with self._connection() as db:
            return find_version(db, self.location) > 0

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with self._connection() as db, db.transaction():
            db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield Transaction(TableConnection(db, SystemClock().now_ms()), READING, self._audit_keys)

    def log_entries(self) -> Sequence[LogEntry]:
        with self.read() as tx:
            return tx.erasure_entries.all()

    def examine_server(self) -> ServerReport:
        with self._connection() as db:
            return report_on_server(db, self.location)

    def inspect(self, now_ms: int, longest_pause_ms: int) -> Inspection:
        with self._connection() as db:
            return inspect_database(db, self.location, now_ms, longest_pause_ms)

    def back_up(self, target: Path, *, overwrite: bool, report_progress: ReportProgress | None) -> VerifiedCopy:
        return back_up(self._settings, self.location, target, overwrite=overwrite, report_progress=report_progress)

    def restore(
        self, backup: Path, *, provider: str, moment: str, amend: AmendCopy, lists: Sequence[Path],
        report_progress: ReportProgress | None,
    ) -> RestoreResult:
        return restore(
            self._settings, self.location, backup, provider=provider, moment=moment, now_ms=SystemClock().now_ms(),
            amend=amend, lists=lists, audit_keys=self._audit_keys, report_progress=report_progress,
        )

    @contextmanager
    def _connection(self) -> Iterator[BoundedConnection]:
        try:
            with closing(open_connection(self._settings)) as db:
                yield db
        except psycopg.Error as fault:
            raise StoreRefused(f"{self.location} cannot be used: {' '.join(str(fault).split())}") from None
