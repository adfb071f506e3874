"""The erasure log in a table of its own, which only grows: a backup of the other tables need not contain it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from ..erasure_log import Erasure, LogEntry, missing_entries
from ..tables.transaction import Transaction

OpenTransaction = Callable[[], AbstractContextManager[Transaction]]


class PostgresErasureLog:
    """Reads and appends entries. Raises `STORE_UNAVAILABLE`."""

    def __init__(self, write: OpenTransaction, read: OpenTransaction) -> None:
        self._write, self._read = write, read

    def append(self, entry: LogEntry, tx: Transaction) -> None:
        """Write an entry together with the change that it is about."""
        tx.erasure_entries.add([entry])

    def merge(self, entries: Iterable[LogEntry]) -> None:
        """Add the entries that the log lacks, all or none."""
        with self._write() as tx:
            tx.erasure_entries.lock_log()
            tx.erasure_entries.add(missing_entries(tx.erasure_entries.all(), dict.fromkeys(entries)))

    def entries(self) -> list[LogEntry]:
        """All entries, oldest first."""
        with self._read() as tx:
            return tx.erasure_entries.all()

    def erasures(self) -> list[Erasure]:
        """All erasures, oldest first."""
        return [entry for entry in self.entries() if isinstance(entry, Erasure)]

    def contains(self, session_id: str | None, invitation_id: str) -> bool:
        """Return whether the session, or the interview at the provider, belongs to an erased person."""
        with self._read() as tx:
            return tx.erasure_entries.contain(session_id, invitation_id)
