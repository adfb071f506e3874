"""SQL of `messages`, `message_recipients` and `mail_switch`: what was sent to whom, and who wants no more of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..message_records import MailState, Message, MessageState, Recipient, SessionMessages
from .table import Table

_MESSAGE = ", ".join(Message._fields)
_RECIPIENT = ", ".join(Recipient._fields)
_STATE = """
    messages.message_id, messages.session_id, job_id, candidate_id, candidate_name, kind, by_hand, automatic,
    messages.created_at, state, attempts, next_attempt_at, outbox.finished_at, answer
    FROM messages JOIN interview_sessions ON interview_sessions.session_id = messages.session_id
    LEFT JOIN outbox ON outbox_id = message_id"""
#: Neither refused nor canceled.
_WAS_SENT = (
    "(by_hand = TRUE OR EXISTS"
    " (SELECT 1 FROM outbox WHERE outbox_id = message_id AND state NOT IN ('canceled', 'parked')))"
)


class Messages(Table):
    """Reads and adds messages. What becomes of them is in the outbox."""

    def add(self, message: Message) -> None:
        self._db.execute(f"INSERT INTO messages ({_MESSAGE}) VALUES (?, ?, ?, ?, ?, ?)", message)  # noqa: S608 - ours

    def newest_first(
        self, *, limit: int, job_id: int | None = None, session_id: str | None = None, state: str | None = None,
        by_hand: bool = False,
    ) -> list[MessageState]:
        """Messages in a state, or sent by hand, or all."""
        conditions: list[tuple[str, Any]] = []
        if job_id is not None:
            conditions.append(("job_id = ?", job_id))
        if session_id is not None:
            conditions.append(("messages.session_id = ?", session_id))
        if state is not None or by_hand:
            conditions.append(("by_hand = ?", by_hand) if by_hand else ("state = ?", state))
        where = f" WHERE {' AND '.join(text for text, _ in conditions)}" if conditions else ""
        rows = self._db.execute(
            f"SELECT {_STATE}{where} ORDER BY messages.created_at DESC, outbox.seq DESC LIMIT ?",
            (*(value for _, value in conditions), limit),
        )
        return [_read_state(row) for row in rows.fetchall()]

    def get(self, message_id: str) -> MessageState | None:
        row = self._db.execute(f"SELECT {_STATE} WHERE message_id = ?", (message_id,)).fetchone()
        return None if row is None else _read_state(row)

    def of_sessions(self, session_ids: Collection[str]) -> dict[str, SessionMessages]:
        """What the candidates of these sessions have got so far; nothing for those who have got nothing."""
        rows = self._db.execute(
            f"SELECT session_id, kind, count(*), max(created_at), max(CASE WHEN {_WAS_SENT} THEN created_at END)"  # noqa: S608
            f" FROM messages WHERE {self._dialect.is_among('session_id')} GROUP BY session_id, kind",
            (self._dialect.list_value(session_ids),),
        )
        by_session: dict[str, SessionMessages] = {}
        for session_id, kind, number, last_at, sent_at in rows.fetchall():
            summary = by_session.get(session_id, SessionMessages())
            by_session[session_id] = SessionMessages(
                {**summary.numbers, kind: int(number)}, {**summary.last_at, kind: int(last_at)},
                summary.sent_at if sent_at is None else {**summary.sent_at, kind: int(sent_at)},
            )
        return by_session

    def ids_of_candidate(self, candidate_id: int) -> list[str]:
        """The sessions of a candidate that something was sent about."""
        rows = self._db.execute(
            "SELECT DISTINCT messages.session_id FROM messages JOIN interview_sessions"
            " ON interview_sessions.session_id = messages.session_id WHERE candidate_id = ?",
            (candidate_id,),
        )
        return [row[0] for row in rows.fetchall()]

    def waiting_sessions(self, job_id: int, now_ms: int, invited_before_ms: int, ends_before_ms: int) -> list[str]:
        """The sessions of a job whose candidates could be reminded: invited, not finished, with a link that still
        works, and either invited before then or with a link that ends before then."""
        rows = self._db.execute(
            "SELECT session_id FROM interview_sessions WHERE job_id = ?1 AND is_current = TRUE"
            " AND listed_as IN ('invited', 'in_progress') AND erased_at IS NULL AND link_expires_at > ?2"
            " AND (invited_at <= ?3 OR link_expires_at <= ?4) ORDER BY link_expires_at, session_id",
            (job_id, now_ms, invited_before_ms, ends_before_ms),
        )
        return [row[0] for row in rows.fetchall()]

    def jobs_with_waiting(self, now_ms: int) -> list[int]:
        """The jobs that have candidates who could still answer."""
        rows = self._db.execute(
            "SELECT DISTINCT job_id FROM interview_sessions WHERE is_current = TRUE"
            " AND listed_as IN ('invited', 'in_progress') AND erased_at IS NULL AND link_expires_at > ?"
            " ORDER BY job_id",
            (now_ms,),
        )
        return [row[0] for row in rows.fetchall()]

    def remove_of_session(self, session_id: str) -> None:
        self._db.execute("DELETE FROM messages WHERE session_id = ?", (session_id,))


class MessageRecipients(Table):
    """Reads and writes what is known of the people who get messages."""

    def get(self, candidate_id: int) -> Recipient:
        return self.of_candidates([candidate_id]).get(candidate_id, Recipient(candidate_id))

    def of_candidates(self, candidate_ids: Collection[int]) -> dict[int, Recipient]:
        rows = self._db.execute(
            f"SELECT {_RECIPIENT} FROM message_recipients"  # noqa: S608 - our own fields
            f" WHERE {self._dialect.is_among('candidate_id')}",
            (self._dialect.list_value(candidate_ids),),
        )
        return {row[0]: Recipient(*row) for row in rows.fetchall()}

    def set_time_zone(self, candidate_id: int, time_zone: str) -> None:
        self._db.execute(
            "INSERT INTO message_recipients (candidate_id, time_zone) VALUES (?, ?)"
            " ON CONFLICT (candidate_id) DO UPDATE SET time_zone = excluded.time_zone",
            (candidate_id, time_zone),
        )

    def opt_out(self, candidate_id: int, address: str, at_ms: int) -> bool:
        """Record that a person wants no messages. Returns False if that was known."""
        recorded = self._db.execute(
            "INSERT INTO message_recipients (candidate_id, opted_out_at, opted_out_address) VALUES (?, ?, ?)"
            " ON CONFLICT (candidate_id) DO UPDATE SET opted_out_at = excluded.opted_out_at,"
            " opted_out_address = excluded.opted_out_address WHERE message_recipients.opted_out_at IS NULL",
            (candidate_id, at_ms, address),
        )
        return recorded.rowcount == 1

    def opt_in(self, candidate_id: int) -> bool:
        """Record that a person wants messages again. Returns False if that was so."""
        recorded = self._db.execute(
            "UPDATE message_recipients SET opted_out_at = NULL, opted_out_address = NULL"
            " WHERE candidate_id = ? AND opted_out_at IS NOT NULL",
            (candidate_id,),
        )
        return recorded.rowcount == 1

    def opted_out(self, addresses: Collection[str]) -> set[str]:
        """Return the given hashes of addresses whose owners want no messages, whichever candidate they are."""
        rows = self._db.execute(
            "SELECT opted_out_address FROM message_recipients"  # noqa: S608 - our own
            f" WHERE {self._dialect.is_among('opted_out_address')}",
            (self._dialect.list_value(addresses),),
        )
        return {row[0] for row in rows.fetchall()}

    def bounce(self, candidate_id: int, address: str, bounce: str, at_ms: int) -> None:
        """Record that a server refuses an address for good."""
        self._db.execute(
            "INSERT INTO message_recipients (candidate_id, bounced_at, bounced_address, bounce) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (candidate_id) DO UPDATE SET bounced_at = excluded.bounced_at,"
            " bounced_address = excluded.bounced_address, bounce = excluded.bounce",
            (candidate_id, at_ms, address, bounce),
        )

    def forget_bounce(self, candidate_id: int) -> None:
        """Try the address again."""
        self._db.execute(
            "UPDATE message_recipients SET bounced_at = NULL, bounced_address = NULL, bounce = NULL"
            " WHERE candidate_id = ?",
            (candidate_id,),
        )

    def erase(self, candidate_id: int) -> None:
        """Delete everything about an erased person except the opt-out and its time."""
        self._db.execute(
            "UPDATE message_recipients SET time_zone = NULL, opted_out_address = NULL, bounced_at = NULL,"
            " bounced_address = NULL, bounce = NULL WHERE candidate_id = ?",
            (candidate_id,),
        )


class MailStates(Table):
    """Reads and writes whether e-mail is paused, and counts what was sent on a day."""

    def get(self) -> MailState:
        row = self._db.execute("SELECT paused, paused_at, day, sent FROM mail_switch").fetchone()
        return MailState(bool(row[0]), row[1], row[2], row[3])

    def set_paused(self, paused: bool, at_ms: int) -> bool:
        """Pause or go on. Returns False if nothing changed."""
        changed = self._db.execute(
            "UPDATE mail_switch SET paused = ?, paused_at = ? WHERE paused <> ?",
            (paused, at_ms if paused else None, paused),
        )
        return changed.rowcount == 1

    def count_sent(self, day: str, limit: int) -> bool:
        """Count one more message of a day. Returns False, and counts nothing, when that would be too many, or e-mail is
        paused."""
        counted = self._db.execute(
            "UPDATE mail_switch SET sent = CASE WHEN day = ?1 THEN sent + 1 ELSE 1 END, day = ?1"
            " WHERE paused = FALSE AND (day <> ?1 OR sent < ?2) AND ?2 > 0",
            (day, limit),
        )
        return counted.rowcount == 1

    def uncount_sent(self, day: str) -> None:
        """Uncount a message that was not sent."""
        self._db.execute("UPDATE mail_switch SET sent = sent - 1 WHERE day = ? AND sent > 0", (day,))


def _read_state(row: Sequence[Any]) -> MessageState:
    state = MessageState(*row)
    return state._replace(by_hand=bool(state.by_hand), automatic=bool(state.automatic))
