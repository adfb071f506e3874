"""SQL of `notices`, `consents` and `correction_notes`: notices for candidates, their consent, their notes on scores."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from ..consent_records import Consent, CorrectionNote, Notice
from .table import Table

_CONSENT = ", ".join(Consent._fields)
_NOTE = ", ".join(CorrectionNote._fields)
#: Whether a job requires the consent that the candidate of a session has not given, and why it is missing.
_IS_MISSING = (
    "EXISTS (SELECT 1 FROM job_settings WHERE job_settings.job_id = interview_sessions.job_id"
    " AND consent_required = TRUE)"
    " AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.session_id = interview_sessions.session_id"
    " AND given = TRUE)"
)
_WHY_MISSING = (
    "CASE WHEN NOT EXISTS (SELECT 1 FROM consents WHERE consents.session_id = interview_sessions.session_id)"
    " THEN 'no_answer' WHEN EXISTS (SELECT 1 FROM interview_events WHERE event = 'consent_given'"
    " AND interview_events.session_id = interview_sessions.session_id) THEN 'withdrawn' ELSE 'refused' END"
)
#: Of a session with a total: why it lacks consent; null if it lacks none.
SCORED_WITHOUT_CONSENT_SQL = f"CASE WHEN total_score IS NOT NULL AND {_IS_MISSING} THEN {_WHY_MISSING} END"


class Notices(Table):
    """Reads and adds the versions of notices. They never change."""

    def latest(self, job_id: int) -> Notice | None:
        row = self._db.execute(
            "SELECT job_id, version, texts, published_at FROM notices WHERE job_id = ? ORDER BY version DESC LIMIT 1",
            (job_id,),
        ).fetchone()
        return None if row is None else Notice(row[0], row[1], json.loads(row[2]), row[3])

    def add(self, job_id: int, texts: Mapping[str, str], at_ms: int) -> int | None:
        """Add the next version; its number, or None if somebody else added one at the same moment."""
        latest = self.latest(job_id)
        version = latest.version + 1 if latest else 1
        added = self._db.execute(
            "INSERT INTO notices (job_id, version, texts, published_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (job_id, version, json.dumps(dict(texts), ensure_ascii=False), at_ms),
        )
        return version if added.rowcount == 1 else None


class Consents(Table):
    """Reads and writes the consent of each session's candidate."""

    def get(self, session_id: str) -> Consent | None:
        row = self._db.execute(
            f"SELECT {_CONSENT} FROM consents WHERE session_id = ?", (session_id,)  # noqa: S608 - our own fields
        ).fetchone()
        return None if row is None else Consent(*row)._replace(given=bool(row[1]))

    def put(self, consent: Consent) -> None:
        places = ", ".join("?" * len(Consent._fields))
        new = ", ".join(f"{name} = excluded.{name}" for name in Consent._fields[1:])
        self._db.execute(
            f"INSERT INTO consents ({_CONSENT}) VALUES ({places})"  # noqa: S608 - as above
            f" ON CONFLICT (session_id) DO UPDATE SET {new}",
            consent,
        )

    def was_given(self, session_id: str) -> bool:
        """Whether the candidate agreed at any time, even if that was withdrawn."""
        return self._db.execute(
            "SELECT 1 FROM interview_events WHERE session_id = ? AND event = 'consent_given' LIMIT 1", (session_id,)
        ).fetchone() is not None

    def missing(self, session_ids: Collection[str]) -> dict[str, str]:
        """Return those of the sessions whose candidates have not consented although their job requires it, each with
        `no_answer`, `refused` or `withdrawn`."""
        rows = self._db.execute(
            f"SELECT session_id, {_WHY_MISSING} FROM interview_sessions"  # noqa: S608 - our own text
            f" WHERE {self._dialect.is_among('session_id')} AND {_IS_MISSING}",
            (self._dialect.list_value(session_ids),),
        )
        return {row[0]: row[1] for row in rows}

    def without_consent(self, job_id: int, *, limit: int) -> list[str]:
        """The current sessions of a job whose candidates have not agreed, newest first; without canceled ones."""
        rows = self._db.execute(
            "SELECT session_id FROM interview_sessions WHERE job_id = ? AND is_current = TRUE AND erased_at IS NULL"
            " AND status <> 'canceled'"
            " AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.session_id = interview_sessions.session_id"
            " AND given = TRUE) ORDER BY seq DESC LIMIT ?",
            (job_id, limit),
        )
        return [row[0] for row in rows]

    def remove(self, session_id: str) -> None:
        self._db.execute("DELETE FROM consents WHERE session_id = ?", (session_id,))


class CorrectionNotes(Table):
    """Reads and writes what candidates have to say about their scores."""

    def of_session(self, session_id: str) -> list[CorrectionNote]:
        """Oldest first."""
        rows = self._db.execute(
            f"SELECT {_NOTE} FROM correction_notes WHERE session_id = ?"  # noqa: S608 - our own fields
            " ORDER BY added_at, note_id",
            (session_id,),
        )
        return [CorrectionNote(*row) for row in rows]

    def get(self, note_id: str) -> CorrectionNote | None:
        row = self._db.execute(
            f"SELECT {_NOTE} FROM correction_notes WHERE note_id = ?", (note_id,)  # noqa: S608 - as above
        ).fetchone()
        return None if row is None else CorrectionNote(*row)

    def add(self, note: CorrectionNote) -> None:
        self._db.execute(f"INSERT INTO correction_notes ({_NOTE}) VALUES (?, ?, ?, ?)", note)  # noqa: S608 - as above

    def remove(self, note_id: str) -> bool:
        """Remove a note. Returns False if there is none."""
        return self._db.execute("DELETE FROM correction_notes WHERE note_id = ?", (note_id,)).rowcount == 1

    def remove_of_session(self, session_id: str) -> None:
        self._db.execute("DELETE FROM correction_notes WHERE session_id = ?", (session_id,))
