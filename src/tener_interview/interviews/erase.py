"""Erasing a person: what is left is a tombstone with ids and times, so that lists and counts do not break."""

from __future__ import annotations

import json
from typing import Any

from ..store.database import Transaction
from ..store.sessions import Session
from .duplicates import flag_twins
from .service import Service
from .states import ENDED, Status
from .step import STEP

ERASED_NAME = "(erased)"
_SESSIONS_AT_ONCE = 500

_FORGOTTEN: dict[str, Any] = {
    "candidate_name": ERASED_NAME,
    "candidate_email": "",
    "conversation_id": None,
    "language": None,
    "candidate_url": None,
    "invitation_id": None,
    "last_error_code": None,
    "last_error_message": None,
    "last_error_at": None,
    "awaiting_transcription": 0,
    "result_version": None,
    "technical_score": None,
    "soft_skills_score": None,
    "culture_fit_score": None,
    "total_score": None,
    "score_confidence": None,
    "pass_recommendation": None,
    "video_urls": None,
    "video_urls_at": None,
    "urgent": 0,
    "flags": None,
    "scored_questions": None,
    "total_questions": None,
}


def erase_candidate(service: Service, candidate_id: int) -> int:
    """Erase everything held about a candidate; returns how many sessions that concerned. Doing it twice is harmless."""
    with service.store.write() as tx:
        sessions = tx.sessions.of_candidate(candidate_id)
        _erase(service, tx, [each for each in sessions if each.erased_at is None], "recruiter")
    service.store.scrub()
    return len(sessions)


def erase_older_than(service: Service, before_ms: int) -> int:
    """Erase the people of sessions in which nothing has moved since a time; returns how many sessions."""
    with service.store.write() as tx:
        old = tx.sessions.unmoved_since(before_ms, limit=_SESSIONS_AT_ONCE)
        _erase(service, tx, old, "sync")
    if old:
        service.store.scrub()
    return len(old)


def _erase(service: Service, tx: Transaction, sessions: list[Session], source: str) -> None:
    now_ms = service.clock.now_ms()
    for session in sessions:
        tx.results.remove(session.session_id)
        twins = tx.answers.twin_sessions(session.session_id)
        tx.answers.remove(session.session_id)
        flag_twins(tx, twins)
        tx.events.strip(session.session_id)
        tx.idempotency.forget_about(session.session_id)
        tx.demo.remove(session.position_id, session.session_id, session.invitation_id)
        ended = session.status if session.status in ENDED else Status.CANCELED.value
        serial = session.link_serial + 1
        tx.sessions.change(
            session.session_id, {}, **_FORGOTTEN, status=ended, link_serial=serial, erased_at=now_ms, updated_at=now_ms
        )
        tx.events.add(session.session_id, "erased", source, now_ms)
        _strip_step(tx, session)
        if session.is_current:
            tx.shares.forget_candidate(session.job_id, session.candidate_id)


def _strip_step(tx: Transaction, session: Session) -> None:
    """Take the candidate's item out of what the job's batch step answered."""
    progress = tx.steps.get(session.job_id, STEP)
    if progress is None or not progress.output:
        return
    items = [each for each in progress.output.get("items", []) if each.get("candidate_id") != session.candidate_id]
    tx.steps.put_output(session.job_id, STEP, json.dumps({**progress.output, "items": items}))
