"""What a candidate has to say about a score. It is kept beside the score, and shown with it."""

from __future__ import annotations

from ...actor import acting
from ...errors import Problem
from ...store.audit_chain import FreeText
from ...store.consent_records import CorrectionNote
from ..service import Service, require_session

#: More than anybody has to say; the texts are long.
MAX_NOTES = 20
MAX_NOTE_CHARS = 4_000


def add_correction_note(
    service: Service, candidate_id: int, session_id: str, text: str, *, operation_id: str | None = None
) -> CorrectionNote:
    """Keep a statement beside a session's score; with an `operation_id` once, however often it is repeated.

    Raises `INTERVIEW_SESSION_NOT_FOUND` if the session is not the candidate's, `CANDIDATE_ERASED`, and
    `VALIDATION_FAILED` if there are too many.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        tx.locks.sessions([session_id])
        session = require_session(tx, session_id)
        if session.candidate_id != candidate_id:
            raise Problem("INTERVIEW_SESSION_NOT_FOUND", "The candidate has no interview session with this id.")
        if session.erased_at is not None:
            raise Problem("CANDIDATE_ERASED", "This candidate was erased.", {"session_id": session.session_id})
        note_id = f"cn_{operation_id or service.token_hex(16)}"
        if (added := tx.correction_notes.get(note_id)) is not None:
            return added
        if len(tx.correction_notes.of_session(session.session_id)) >= MAX_NOTES:
            fault = f"has {MAX_NOTES} notes already; remove one first"
            raise Problem("VALIDATION_FAILED", f"The session {fault}.", {"fields": {"session_id": fault}})
        note = CorrectionNote(note_id, session.session_id, text, now_ms)
        tx.correction_notes.add(note)
        tx.events.add(session.session_id, "correction_added", "recruiter", now_ms)
        tx.audit.append(
            acting.get(), "correction.added", "session", session.session_id, at_ms=now_ms, job_id=session.job_id,
            details={"candidate_id": candidate_id, "note_id": note.note_id, "text": FreeText(text)},
        )
    return note


def remove_correction_note(service: Service, candidate_id: int, note_id: str) -> bool:
    """Remove a statement. Returns False if the candidate has none with this id."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        note = tx.correction_notes.get(note_id)
        session = tx.sessions.get(note.session_id) if note else None
        if note is None or session is None or session.candidate_id != candidate_id:
            return False
        removed = tx.correction_notes.remove(note_id)
        if removed:
            tx.events.add(session.session_id, "correction_removed", "recruiter", now_ms)
            tx.audit.append(
                acting.get(), "correction.removed", "session", session.session_id, at_ms=now_ms,
                job_id=session.job_id, details={"candidate_id": candidate_id, "note_id": note_id},
            )
        return removed
