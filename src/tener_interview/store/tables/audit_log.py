"""SQL of `audit_log`, to which entries are only ever added, and of `audit_head`, the sealed end of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...actor import SYSTEM, Actor
from ..audit_chain import UNSEALED, AuditEntry, AuditFilters, AuditHead, AuditKeys, canonical_json
from .dialect import Connection, Dialect
from .table import Table

_COLUMNS = ", ".join(AuditEntry._fields)
_PLACEHOLDERS = ", ".join("?" * len(AuditEntry._fields))
#: A detail of what an assistant did for somebody.
_BY_ASSISTANT = {"by_assistant": True}


def _conditions(filters: AuditFilters) -> tuple[str, list[Any]]:
    """A condition in SQL, and its values."""
    comparisons = {
        "actor_kind = ?": filters.actor_kind, "actor_id = ?": filters.actor_id,
        "subject_kind = ?": filters.subject_kind, "subject_id = ?": filters.subject_id,
        "job_id = ?": filters.job_id, "origin = ?": filters.origin, "at >= ?": filters.since,
        "at < ?": filters.until,
    }
    if filters.action is not None:
        is_kind = filters.action.endswith(".")
        comparisons[f"substr(action, 1, {len(filters.action)}) = ?" if is_kind else "action = ?"] = filters.action
    set_filters = {text: value for text, value in comparisons.items() if value is not None}
    return " AND ".join(set_filters) or "TRUE", list(set_filters.values())


class AuditLog(Table):
    """Adds entries and reads them. Added ones are written at the end of the transaction.

    Entries have one order, so whoever adds some locks the end of the log until the commit. Because that is the last
    thing a transaction does, others wait for little more than its commit.
    """

    def __init__(self, db: Connection, dialect: Dialect, keys: AuditKeys = UNSEALED) -> None:
        super().__init__(db, dialect)
        self._keys = keys
        self._pending: list[AuditEntry] = []
        #: The end of the log after this transaction's entries; None without any.
        self.written: AuditHead | None = None

    def append(
        self, actor: Actor, action: str, subject_kind: str, subject_id: str | int | None = None, *, at_ms: int,
        job_id: int | None = None, details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add what somebody did in this transaction. `domain/audit/actions.py` has the names of actions.

        Ids, numbers and words of the API are stored as they are. FreeText, and what is more than a word, become hashes.
        """
        hide = self._keys.hide_words
        self._pending.append(AuditEntry(
            0, at_ms, actor.kind.value, None if actor.id is None else hide(str(actor.id)),
            self._keys.hide(actor.address) if actor.address else None,
            action, subject_kind, None if subject_id is None else hide(str(subject_id)), job_id,
            canonical_json(hide({**(details or {}), **(_BY_ASSISTANT if actor.by_assistant else {})})),
            self._keys.key_id, "", "",
        ))

    def write_pending(self) -> None:
        """Write the added entries. Nothing else may follow in the transaction."""
        if not self._pending:
            return
        head = self._locked_head()
        if head.number and not self._keys.is_head_sealed(head):
            self._pending.insert(0, self._unverified_entry(head))
        entries, number, previous_hash = [], head.number, head.hash
        for pending in self._pending:
            number += 1
            entry = pending._replace(number=number)
            entry_hash = entry.computed_hash(previous_hash)
            entries.append(entry._replace(hash=entry_hash, seal=self._keys.seal(entry_hash)))
            previous_hash = entry_hash
        self._db.executemany(
            f"INSERT INTO audit_log ({_COLUMNS}) VALUES ({_PLACEHOLDERS})", entries  # noqa: S608 - our own fields
        )
        self.written = self._keys.seal_head(number, previous_hash)
        self._db.execute("UPDATE audit_head SET number = ?, hash = ?, seal = ?", self.written)
        self._pending.clear()

    def _unverified_entry(self, head: AuditHead) -> AuditEntry:
        """An entry that says that the end of the log is not what this service left: it was changed, or the secret was
        replaced without naming the previous one."""
        details = canonical_json({"number": head.number, "hash": self._keys.hide_words(head.hash)})
        return self._pending[0]._replace(
            actor_kind=SYSTEM.kind.value, actor_id=None, origin=None, action="log.unverified", subject_kind="log",
            subject_id=None, job_id=None, details=details,
        )

    def _locked_head(self) -> AuditHead:
        row = self._db.execute(
            f"SELECT number, hash, seal FROM audit_head{self._dialect.for_update}"  # noqa: S608 - our own text
        ).fetchone()
        if row is None:
            # Somebody took it away.
            self._db.execute("INSERT INTO audit_head (id, number, hash, seal) VALUES (1, 0, '', '')")
            return self._last_entry()
        return AuditHead(*row)

    def _last_entry(self) -> AuditHead:
        row = self._db.execute("SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1").fetchone()
        return AuditHead(*row) if row else AuditHead()

    def head(self) -> AuditHead | None:
        """The end of the log as it was written last; None if somebody took it away."""
        row = self._db.execute("SELECT number, hash, seal FROM audit_head").fetchone()
        return AuditHead(*row) if row else None

    def entries(self, after: int = 0, *, limit: int, filters: AuditFilters | None = None) -> list[AuditEntry]:
        """Entries with higher numbers than `after`, oldest first."""
        condition, values = _conditions(filters or AuditFilters())
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM audit_log WHERE number > ? AND {condition}"  # noqa: S608 - our own text
            " ORDER BY number LIMIT ?",
            (after, *values, limit),
        )
        return [AuditEntry(*row) for row in rows]

    def page(self, after: int | None, *, up_to: int, limit: int) -> list[AuditEntry]:
        """Entries with higher numbers than `after`, or all, whatever numbers they have; oldest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM audit_log WHERE number > ? AND number <= ? ORDER BY number"  # noqa: S608 - ours
            " LIMIT ?",
            (-(2**62) if after is None else after, up_to, limit),
        )
        return [AuditEntry(*row) for row in rows]

    def newest(self, before: int | None, *, limit: int, filters: AuditFilters | None = None) -> list[AuditEntry]:
        """Entries with lower numbers than `before`, newest first."""
        condition, values = _conditions(filters or AuditFilters())
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM audit_log WHERE number < ? AND {condition}"  # noqa: S608 - our own text
            " ORDER BY number DESC LIMIT ?",
            (2**62 if before is None else before, *values, limit),
        )
        return [AuditEntry(*row) for row in rows]

    def all(self, page_size: int, filters: AuditFilters | None = None) -> Iterator[AuditEntry]:
        """All entries, oldest first, a page of them in memory at a time."""
        after = 0
        while entries := self.entries(after, limit=page_size, filters=filters):
            yield from entries
            after = entries[-1].number
