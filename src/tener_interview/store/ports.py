"""What the rest of the service knows of its database, whichever one it is.

A `Store` gives transactions. Each has one object for each aggregate, whose SQL is the same for both databases. What a
database alone can do is in `Maintenance`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..lazy_dataclass import dataclass
from .audit_chain import AuditEntry as AuditEntry
from .audit_chain import AuditFilters as AuditFilters
from .erasure_log import Erasure
from .maintenance import ReplacedDatabaseFacts
from .tables.transaction import Transaction as Transaction

if TYPE_CHECKING:
    from ..system.metrics import Histogram
    from .audit_chain import AuditKeys
    from .erasure_log import LogEntry
    from .maintenance import Inspection, ReportProgress, RestoreResult, ServerReport, VerifiedCopy


class ErasureLog(Protocol):
    """What was erased or revoked, kept apart from the tables, so that restoring a backup does not undo it."""

    def append(self, entry: LogEntry, tx: Transaction, /) -> None:
        """Write an entry about what a transaction changes. The change is never kept without its entry. Raises OSError.
        """

    def merge(self, entries: Iterable[LogEntry]) -> None:
        """Add the entries that the log lacks, all or none. Raises OSError."""

    def entries(self) -> list[LogEntry]:
        """All readable entries, oldest first. Raises OSError."""

    def erasures(self) -> list[Erasure]:
        """All erasures, oldest first. Raises OSError."""

    def contains(self, session_id: str | None, invitation_id: str) -> bool:
        """Return whether the session, or the interview at the provider, belongs to an erased person. Raises OSError."""


@dataclass(frozen=True)
class PoolState:
    """The connections of this process to a server. `waiting` are requests that wait for one."""

    in_use: int
    idle: int
    limit: int
    waiting: int


@dataclass(frozen=True)
class ErasureNotices:
    """What to tell of an erasure: while it is not scrubbed, and what the database keeps longer than the service can
    help; None for nothing."""

    not_scrubbed: str
    kept_longer: str | None


class Writable(Protocol):
    """A database, or a copy of one, that can be changed."""

    def write(self) -> AbstractContextManager[Transaction]:
        """One transaction that may write."""


def add_nothing(_tx: Transaction) -> None:
    """What follows from changes, if nothing does."""


class Store(Protocol):
    """An open database. All of it raises `STORE_UNAVAILABLE` while the database cannot be used."""

    #: Called at the end of a transaction that has added events of sessions: it can add what follows from them.
    on_session_events: Callable[[Transaction], None]

    @property
    def location(self) -> str:
        """Where the database is, without any password."""

    @property
    def name_and_version(self) -> str:
        """The name and version of the database."""

    @property
    def erasure_log(self) -> ErasureLog: ...

    @property
    def audit_keys(self) -> AuditKeys:
        """The keys that seal the audit log."""

    @property
    def erasure_notices(self) -> ErasureNotices: ...

    @property
    def outbox_changed(self) -> threading.Event:
        """Set after a commit with which the outbox may have something to send; the dispatcher waits for it."""

    @property
    def timings(self) -> Sequence[Histogram]:
        """How long a server took; nothing for a file."""

    def pool_state(self) -> PoolState | None:
        """The connections to a server; None for a file. Raises nothing."""

    def write(self, jobs: Iterable[int] = ()) -> AbstractContextManager[Transaction]:
        """One transaction that may write: committed at the end, rolled back on any exception.

        Other writers may commit between two of its statements. So every decision is one statement: a conditional
        update whose row count is checked, or an insert that a unique index refuses. What is read for a decision of
        more than one statement is read with a lock on its session, job or share. Never hold it across a network call.

        Whoever changes scores of candidates of `jobs`, or erases them, names these: their answers are compared with
        each other, so that only one such transaction of a job runs at a time.
        """

    def has_waiting_writers(self) -> bool:
        """Return whether a transaction of this process waits until the current one ends."""

    def read(self) -> AbstractContextManager[Transaction]:
        """One consistent view for reading: all its statements see the database as it was at one moment."""

    def version(self) -> Hashable | None:
        """Return a value that is equal only while nothing was committed, by whichever process; None where that is not
        known without reading."""

    def size_bytes(self) -> int:
        """The size of the database on its disk."""

    def scrub(self, *, at_once: bool = False) -> bool:
        """Remove what was erased from the files, as far as the database can. Return whether that is done.

        `at_once` says that somebody waits. Raises nothing.
        """

    def close(self) -> None: ...


#: Erases and revokes in a copy what must not come back. Called with the copy, the replaced database (with all known
#: revocations) and all known erasures.
AmendCopy = Callable[[Writable, ReplacedDatabaseFacts, list[Erasure]], None]


class Maintenance(Protocol):
    """Work on a database that is not open here. Everything raises StoreRefused."""

    @property
    def location(self) -> str:
        """Where the database is, without any password."""

    def exists(self) -> bool:
        """Return whether there is a database already."""

    def read(self) -> AbstractContextManager[Transaction]:
        """One consistent view of the database for reading, whatever the version of its schema."""

    def log_entries(self) -> Sequence[LogEntry]:
        """The erasure log. Raises OSError as well."""

    def examine_server(self) -> ServerReport | None:
        """What the server of the database is like; None for a file."""

    def inspect(self, now_ms: int, longest_pause_ms: int) -> Inspection:
        """Inspect the database without changing it. `longest_pause_ms` is the longest time between two syncs of a
        session."""

    def back_up(self, target: Path, *, overwrite: bool, report_progress: ReportProgress | None) -> VerifiedCopy:
        """Write a verified copy of the database, as it is at one moment, to `target`."""

    def restore(
        self, backup: Path, *, provider: str, moment: str, amend: AmendCopy, lists: Sequence[Path],
        report_progress: ReportProgress | None,
    ) -> RestoreResult:
        """Replace the database with a backup, in which `amend` repeats the erasures and revocations made since."""
