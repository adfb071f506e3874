"""SQL of `outbox`: what leaves the service by itself. Every change of a state is one conditional statement."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ..outbox_records import AT_MOST_ONCE, Channel, OutboxClaim, OutboxRow, OutboxState
from .dialect import Connection, Dialect
from .table import Table

_COLUMNS = ", ".join(OutboxRow._fields)
_SELECT = f"SELECT {_COLUMNS} FROM outbox"  # noqa: S608 - our own fields
_AT_MOST_ONCE = ", ".join(f"'{channel}'" for channel in AT_MOST_ONCE)

#: Nothing with the same order key is before it, and its receiver gets nothing else right now.
_IS_FREE = """
    NOT EXISTS (
        SELECT 1 FROM outbox AS earlier
        WHERE earlier.order_key = outbox.order_key AND earlier.seq < outbox.seq AND earlier.finished_at IS NULL)
    AND (outbox.receiver IS NULL OR outbox.receiver NOT IN (
        SELECT busy.receiver FROM outbox AS busy WHERE busy.claimed_until IS NOT NULL AND busy.receiver IS NOT NULL))"""

#: An erased row has no content; what the receiver said may be about the person.
_SET_ANSWER = "answer = CASE WHEN content = '{}' THEN NULL ELSE ? END"

#: How many rows a claim tries, if others are claiming at the same time.
_MAX_CLAIM_ATTEMPTS = 10


class Outbox(Table):
    """Adds rows, and moves them from state to state."""

    def __init__(self, db: Connection, dialect: Dialect) -> None:
        super().__init__(db, dialect)
        #: Whether the dispatcher may have something to do once the transaction is committed.
        self.has_new_work = False

    def add(self, row: OutboxRow) -> bool:
        """Add a row in the transaction of its cause. Returns False when the same cause has added one already."""
        added = self._db.execute(
            f"INSERT INTO outbox ({_COLUMNS}) VALUES ({', '.join('?' * len(OutboxRow._fields))})"  # noqa: S608 - ours
            " ON CONFLICT DO NOTHING",
            row._replace(content=json.dumps(row.content)),  # type: ignore[arg-type]  # as the database keeps it
        )
        return self._wake_dispatcher_if(added.rowcount)

    def claim(self, channel: Channel, owner: str, *, now_ms: int, until_ms: int) -> OutboxRow | None:
        """Take a row of a channel that is due. None when there is none that is free."""
        due = self._db.execute(
            f"SELECT outbox_id FROM outbox WHERE channel = ? AND state = 'queued' AND finished_at IS NULL"  # noqa: S608
            f" AND next_attempt_at <= ? AND {_IS_FREE} ORDER BY next_attempt_at, seq LIMIT {_MAX_CLAIM_ATTEMPTS}",
            (channel, now_ms),
        ).fetchall()
        for (outbox_id,) in due:
            claimed = self._db.execute(
                f"UPDATE outbox SET state = 'claimed', attempts = attempts + 1, claimed_by = ?, claimed_until = ?"  # noqa: S608
                f" WHERE outbox_id = ? AND state = 'queued' AND {_IS_FREE}",
                (owner, until_ms, outbox_id),
            )
            if claimed.rowcount:
                return self.get(outbox_id)
        return None

    def confirm_send(self, outbox_id: str, owner: str) -> bool:
        """The last statement before it leaves. Returns False if it must not: it was canceled, or is another's now."""
        return self._update("state = 'handing_over'", "outbox_id = ? AND claimed_by = ? AND state = 'claimed'",
                            outbox_id, owner)

    def finish(self, outbox_id: str, owner: str, state: OutboxState, answer: str | None, at_ms: int) -> bool:
        """Record an outcome. Return False if another process has the row now, or it was canceled. The owner may
        still record success after another process marked the row uncertain. An erased row keeps no answer."""
        finished = self._db.execute(
            f"UPDATE outbox SET state = ?, {_SET_ANSWER}, finished_at = ?, claimed_until = NULL"  # noqa: S608 - ours
            " WHERE outbox_id = ? AND claimed_by = ? AND state IN ('claimed', 'handing_over', 'uncertain')",
            (state, answer, at_ms, outbox_id, owner),
        )
        return finished.rowcount == 1

    def try_later(
        self, outbox_id: str, owner: str, answer: str | None, next_attempt_at: int, now_ms: int, *, counts: bool = True
    ) -> bool:
        """Queue it again. Returns False if it is another's now, or was canceled, as it is if the person was erased
        while it left. `counts`: this was an attempt."""
        is_own = "outbox_id = ? AND claimed_by = ? AND state IN ('claimed', 'handing_over')"
        return not self._cancel_erased(is_own, now_ms, outbox_id, owner) and self._update(
            "state = 'queued', answer = coalesce(?, answer), next_attempt_at = ?, attempts = attempts - ?,"
            " claimed_by = NULL, claimed_until = NULL",
            is_own, answer, next_attempt_at, 0 if counts else 1, outbox_id, owner,
        )

    def pause_receiver(self, receiver: str, until_ms: int) -> None:
        """Let all that waits for a receiver wait until then: it can be reached by none of it."""
        self._db.execute(
            "UPDATE outbox SET next_attempt_at = ?1 WHERE receiver = ?2 AND state = 'queued' AND finished_at IS NULL"
            " AND next_attempt_at < ?1",
            (until_ms, receiver),
        )

    def send_again(self, outbox_id: str, now_ms: int) -> bool:
        """Queue what ended without being delivered, or was delivered, because a person wants that; it is tried
        as long as a new one. Returns False when it is on its way already, was canceled, or its content is erased."""
        return self._wake_dispatcher_if(self._update(
            "state = 'queued', attempts = 0, created_at = ?, next_attempt_at = ?, claimed_by = NULL,"
            " finished_at = NULL",
            "outbox_id = ? AND state IN ('delivered', 'parked', 'uncertain') AND content <> '{}'",
            now_ms, now_ms, outbox_id,
        ))

    def cancel(self, outbox_id: str, now_ms: int) -> bool:
        """Cancel one row. Returns False when it is too late."""
        return self._cancel("outbox_id = ?", now_ms, outbox_id) == 1

    def cancel_of_session(self, session_id: str, channels: Iterable[Channel], now_ms: int) -> int:
        """Cancel what has not left yet about a session; how many rows."""
        return self._cancel(
            f"session_id = ? AND {self._dialect.is_among('channel')}", now_ms, session_id,
            self._dialect.list_value([channel.value for channel in channels]),
        )

    def cancel_of_receiver(self, receiver: str, now_ms: int) -> int:
        """Cancel what has not left yet for a receiver; how many rows."""
        return self._cancel("receiver = ?", now_ms, receiver)

    def erase_of_session(self, session_id: str, now_ms: int) -> None:
        """Cancel what has not left yet about an erased person, and remove what it said."""
        self.cancel_of_session(session_id, Channel, now_ms)
        self._db.execute("UPDATE outbox SET content = '{}', answer = NULL WHERE session_id = ?", (session_id,))

    def renew_claims(self, outbox_ids: Collection[str], owner: str, until_ms: int) -> None:
        """Show that a process still works on what it claimed."""
        self._db.execute(
            "UPDATE outbox SET claimed_until = ? WHERE claimed_by = ? AND state IN ('claimed', 'handing_over')"  # noqa: S608
            f" AND {self._dialect.is_among('outbox_id')}",
            (until_ms, owner, self._dialect.list_value(outbox_ids)),
        )

    def claims(self) -> list[OutboxClaim]:
        """What processes work on, or did when they died."""
        rows = self._db.execute(
            "SELECT outbox_id, claimed_by, claimed_until FROM outbox WHERE claimed_until IS NOT NULL"
        )
        return [OutboxClaim(*row) for row in rows.fetchall()]

    def release(self, claim: OutboxClaim, now_ms: int) -> None:
        """End a claim whose process is dead, if it has not changed. What was being handed over and must not leave twice
        becomes uncertain; everything else is queued again."""
        is_lost = f"state = 'handing_over' AND channel IN ({_AT_MOST_ONCE})"
        condition = f"outbox_id = ? AND claimed_by {self._dialect.same} ? AND claimed_until {self._dialect.same} ?"
        ends = "state = 'uncertain', finished_at = ?, claimed_until = NULL"
        if not self._update(ends, f"{condition} AND {is_lost}", now_ms, *claim):
            condition += " AND state IN ('claimed', 'handing_over')"
            self._wake_dispatcher_if(self._cancel_erased(condition, now_ms, *claim) or self._update(
                "state = 'queued', next_attempt_at = ?, claimed_by = NULL, claimed_until = NULL",
                condition, now_ms, *claim,
            ))

    def release_own(self, owner: str, now_ms: int) -> None:
        """Queue again what a process that stops has claimed, and not begun to hand over."""
        self._db.execute(
            "UPDATE outbox SET state = 'queued', attempts = attempts - 1, next_attempt_at = ?, claimed_by = NULL,"
            " claimed_until = NULL WHERE claimed_by = ? AND state = 'claimed' AND finished_at IS NULL",
            (now_ms, owner),
        )

    def hold_after_restore(self, now_ms: int) -> None:
        """Send nothing of a restored backup that may have left since it was made and must not leave twice."""
        self._db.execute(
            f"UPDATE outbox SET state = 'uncertain', finished_at = ?, claimed_by = NULL, claimed_until = NULL"  # noqa: S608
            f" WHERE finished_at IS NULL AND channel IN ({_AT_MOST_ONCE})",
            (now_ms,),
        )

    def next_attempt_at(self, channel: Channel) -> int | None:
        """When the next free row of a channel is due; None when nothing waits."""
        row = self._db.execute(
            f"SELECT next_attempt_at FROM outbox WHERE channel = ? AND state = 'queued' AND finished_at IS NULL"  # noqa: S608
            f" AND {_IS_FREE} ORDER BY next_attempt_at, seq LIMIT 1",
            (channel,),
        ).fetchone()
        return None if row is None else int(row[0])

    def correct_times(self, now_ms: int, longest_wait_ms: int) -> None:
        """Bring rows back whose times were written while the clock ran fast. `longest_wait_ms` is the longest time
        that anything waits for an attempt."""
        self._db.execute(
            "UPDATE outbox SET next_attempt_at = next_attempt_at - (created_at - ?1), created_at = ?1"
            " WHERE state = 'queued' AND finished_at IS NULL AND created_at > ?1",
            (now_ms,),
        )
        self._db.execute(
            "UPDATE outbox SET next_attempt_at = ?1 WHERE state = 'queued' AND finished_at IS NULL"
            " AND next_attempt_at > ?2",
            (now_ms, now_ms + longest_wait_ms),
        )

    def get(self, outbox_id: str) -> OutboxRow | None:
        rows = self._rows("WHERE outbox_id = ?", outbox_id)
        return rows[0] if rows else None

    def of_session(self, session_id: str) -> list[OutboxRow]:
        """All rows about a session, in the order in which they were added."""
        return self._rows("WHERE session_id = ? ORDER BY seq", session_id)

    def of_receiver(
        self, receiver: str, states: Collection[OutboxState], *, before: str | None, limit: int
    ) -> list[OutboxRow]:
        """Rows for a receiver, newest first; with `before`, only those that were added before that one."""
        condition = f"receiver = ? AND {self._dialect.is_among('state')}"
        values: list[Any] = [receiver, self._dialect.list_value([state.value for state in states])]
        if before is not None:
            condition += " AND seq < (SELECT seq FROM outbox WHERE outbox_id = ?)"
            values.append(before)
        return self._rows(f"WHERE {condition} ORDER BY seq DESC LIMIT ?", *values, limit)

    def parked_of_receiver(self, receiver: str) -> list[str]:
        """The ids of what was given up for a receiver, in the order in which it was added."""
        rows = self._db.execute(
            "SELECT outbox_id FROM outbox WHERE receiver = ? AND state = 'parked' ORDER BY seq", (receiver,)
        )
        return [row[0] for row in rows.fetchall()]

    def count_by_receiver(self, channel: Channel) -> dict[tuple[str, str], int]:
        """The number of rows by receiver and state."""
        rows = self._db.execute(
            "SELECT receiver, state, count(*) FROM outbox WHERE channel = ? AND receiver IS NOT NULL"
            " GROUP BY receiver, state",
            (channel,),
        )
        return {(row[0], row[1]): row[2] for row in rows.fetchall()}

    def count(self) -> dict[tuple[str, ...], int]:
        """The number of rows by channel and state."""
        rows = self._db.execute("SELECT channel, state, count(*) FROM outbox GROUP BY channel, state")
        return {(row[0], row[1]): row[2] for row in rows.fetchall()}

    def prune(self, channel: Channel, states: Sequence[OutboxState], before_ms: int) -> int:
        """Delete rows of a channel that ended in one of these states before then; how many."""
        return self._db.execute(
            f"DELETE FROM outbox WHERE channel = ? AND finished_at < ? AND {self._dialect.is_among('state')}",  # noqa: S608
            (channel, before_ms, self._dialect.list_value([state.value for state in states])),
        ).rowcount

    def _cancel(self, condition: str, now_ms: int, *values: object) -> int:
        return self._db.execute(
            "UPDATE outbox SET state = 'canceled', finished_at = ?, claimed_until = NULL"  # noqa: S608 - our own
            f" WHERE state IN ('queued', 'claimed') AND finished_at IS NULL AND {condition}",
            (now_ms, *values),
        ).rowcount

    def _cancel_erased(self, condition: str, now_ms: int, *values: object) -> bool:
        """Cancel what was leaving when the person was erased, and has not arrived."""
        return self._update(
            "state = 'canceled', finished_at = ?, claimed_until = NULL", f"{condition} AND content = '{{}}'",
            now_ms, *values,
        )

    def _update(self, assignments: str, condition: str, *values: object) -> bool:
        sql = f"UPDATE outbox SET {assignments} WHERE {condition}"  # noqa: S608 - our own
        return self._db.execute(sql, values).rowcount == 1

    def _wake_dispatcher_if(self, changed: int | bool) -> bool:
        """Remember that the dispatcher may have something to do, if so."""
        self.has_new_work |= bool(changed)
        return bool(changed)

    def _rows(self, clause: str, *values: Any) -> list[OutboxRow]:
        rows = self._db.execute(f"{_SELECT} {clause}", values).fetchall()
        return [_read(row) for row in rows]


def _read(row: Sequence[Any]) -> OutboxRow:
    stored = OutboxRow(*row)
    return stored._replace(
        channel=Channel(stored.channel), content=json.loads(str(stored.content)), state=OutboxState(stored.state)
    )
