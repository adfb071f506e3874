"""SQL of `logins`: who is signed in, by a hash of the login cookie."""

from __future__ import annotations

from collections.abc import Sequence

from ...system.clock import HOUR_MS
from ..user_records import Login
from .table import Table

#: The longest life of a login. A later expiry was written while the clock ran fast, and counts as expired.
MAX_LOGIN_MS = 13 * HOUR_MS


#: The most logins at a time; the oldest one is signed out for a new one.
MAX_LOGINS = 1_000

_SELECT = (
    "SELECT logins.cookie_hash, logins.user_id, users.name, users.role, logins.created_at, logins.last_seen_at,"
    " logins.expires_at, logins.browser FROM logins LEFT JOIN users ON users.user_id = logins.user_id"
    " WHERE logins.expires_at BETWEEN ?1 AND ?2"
    " AND (logins.user_id IS NULL OR (users.disabled_at IS NULL AND users.removed_at IS NULL))"
)


class Logins(Table):
    """Reads and writes logins. One without a user was made with the admin token."""

    def add(
        self, cookie_hash: str, *, now_ms: int, expires_at: int, user_id: str | None = None, browser: str = ""
    ) -> None:
        """Sign in, and delete expired logins."""
        self._db.execute("DELETE FROM logins WHERE expires_at NOT BETWEEN ? AND ?", (now_ms + 1, now_ms + MAX_LOGIN_MS))
        self._db.execute(
            "INSERT INTO logins (cookie_hash, expires_at, user_id, created_at, last_seen_at, browser)"
            " VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
            (cookie_hash, expires_at, user_id, now_ms, browser),
        )
        self._db.execute(
            "DELETE FROM logins WHERE cookie_hash NOT IN"
            " (SELECT cookie_hash FROM logins ORDER BY expires_at DESC, rowid DESC LIMIT ?)",
            (MAX_LOGINS,),
        )

    def find(self, cookie_hash: str, *, now_ms: int) -> Login | None:
        """A valid login, with the name and role that its user has now; None also for a disabled user's."""
        row = self._db.execute(
            f"{_SELECT} AND logins.cookie_hash = ?3", (now_ms + 1, now_ms + MAX_LOGIN_MS, cookie_hash)
        ).fetchone()
        return None if row is None else Login(*row)

    def of_user(self, user_id: str | None, *, now_ms: int) -> list[Login]:
        """The valid logins of a user, or those with the admin token, newest first."""
        rows = self._db.execute(
            f"{_SELECT} AND logins.user_id {self._dialect.same} ?3"
            " ORDER BY logins.created_at DESC, logins.rowid DESC",
            (now_ms + 1, now_ms + MAX_LOGIN_MS, user_id),
        )
        return [Login(*row) for row in rows]

    def touch(self, cookie_hash: str, *, now_ms: int) -> None:
        """Record that a login is in use."""
        self._db.execute("UPDATE logins SET last_seen_at = ? WHERE cookie_hash = ?", (now_ms, cookie_hash))

    def remove(self, cookie_hash: str) -> bool:
        """Sign out. Returns False if nobody was signed in."""
        removed = self._db.execute("DELETE FROM logins WHERE cookie_hash = ?", (cookie_hash,))
        return removed.rowcount == 1

    def remove_of_user(self, user_id: str | None, *, keep: Sequence[str] = ()) -> int:
        """End the logins of a user, or those with the admin token, except some. Returns how many."""
        removed = self._db.execute(
            f"DELETE FROM logins WHERE user_id {self._dialect.same} ?1"  # noqa: S608 - our own text
            f" AND NOT ({self._dialect.is_among('cookie_hash', '?2')})",
            (user_id, self._dialect.list_value(keep)),
        )
        return removed.rowcount

    def clear(self) -> None:
        """Sign everybody out."""
        self._db.execute("DELETE FROM logins")
