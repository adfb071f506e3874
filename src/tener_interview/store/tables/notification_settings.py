"""SQL of `notification_settings`: what each person has seen, and when the digest comes. A person without a row has seen
nothing and gets none."""

from __future__ import annotations

from ..notification_records import NotificationSettings
from .table import Table

_COLUMNS = ", ".join(NotificationSettings._fields)


class NotificationSettingsTable(Table):
    """Reads and writes the settings of persons: users by their id, others by what they are."""

    def get(self, person_id: str) -> NotificationSettings:
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM notification_settings WHERE person_id = ?{self._dialect.for_update}",  # noqa: S608
            (person_id,),
        ).fetchone()
        return NotificationSettings(person_id, 0, None, None, None) if row is None else NotificationSettings._make(row)

    def mark_seen(self, person_id: str, seen_at: int) -> None:
        """Note until when a person has seen everything; an earlier time changes nothing."""
        self._db.execute(
            "INSERT INTO notification_settings (person_id, seen_at) VALUES (?1, ?2)"
            " ON CONFLICT (person_id) DO UPDATE SET seen_at = excluded.seen_at"
            " WHERE notification_settings.seen_at < excluded.seen_at",
            (person_id, seen_at),
        )

    def set_digest(self, person_id: str, hour: int | None, zone: str | None, digest_at: int | None) -> None:
        """Choose when the digest comes, None for none, and when one was last due."""
        self._db.execute(
            "INSERT INTO notification_settings (person_id, seen_at, digest_hour, digest_zone, digest_at)"
            " VALUES (?, 0, ?, ?, ?) ON CONFLICT (person_id) DO UPDATE SET digest_hour = excluded.digest_hour,"
            " digest_zone = excluded.digest_zone, digest_at = excluded.digest_at",
            (person_id, hour, zone, digest_at),
        )

    def mark_digest(self, settings: NotificationSettings, at_ms: int) -> bool:
        """Note that a digest was due. Returns False if the settings are no longer these."""
        same = self._dialect.same
        updated = self._db.execute(
            f"UPDATE notification_settings SET digest_at = ? WHERE person_id = ? AND digest_at {same} ?"  # noqa: S608
            f" AND digest_hour {same} ? AND digest_zone {same} ?",
            (at_ms, settings.person_id, settings.digest_at, settings.digest_hour, settings.digest_zone),
        )
        return updated.rowcount == 1

    def with_digest(self) -> list[NotificationSettings]:
        """Everybody who gets a digest."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM notification_settings WHERE digest_hour IS NOT NULL ORDER BY person_id"  # noqa: S608
        ).fetchall()
        return [NotificationSettings._make(row) for row in rows]

    def remove(self, person_id: str) -> None:
        self._db.execute("DELETE FROM notification_settings WHERE person_id = ?", (person_id,))
