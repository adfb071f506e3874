"""Erase a person. Only a tombstone with ids and times remains, so that lists and counts stay correct."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from typing import Any

from ...actor import acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.erasure_log import Erasure, erased_session_ids, interview_fingerprint
from ...store.event_records import EventCause
from ...store.ports import Store, Transaction
from ...store.records import INTERVIEW_STEP
from ...store.session import Session
from ...system import logs
from ..leaderboard.near_duplicates import update_duplicate_flags
from ..plans.references import erase_model_answers
from ..service import Service
from ..sessions.status import FINAL, Status
from .erasure_log import append_to_erasure_log

#: Statuses that a tombstone keeps; any other becomes canceled. Without its total, a session is not scored.
_KEPT_STATUSES = FINAL - {Status.SCORED}

ERASED_NAME = "(erased)"

#: Columns of a session that an erasure clears.
_CLEARED_COLUMNS: dict[str, Any] = {
    "candidate_name": ERASED_NAME,
    "candidate_email": "",
    "conversation_id": None,
    "language": None,
    "candidate_url": None,
    "invitation_id": None,
    "last_error": None,
    "awaiting_transcription": False,
    "result_version": None,
    "technical_score": None,
    "soft_skills_score": None,
    "culture_fit_score": None,
    "total_score": None,
    "machine_total": None,
    "override_total": None,
    "overrides": 0,
    "human_total": None,
    "human_reviews": 0,
    "human_spread": None,
    "judge_total": None,
    "judge_spread": None,
    "judge_result_version": None,
    "total_source": None,
    "competency_scores": None,
    "question_set": None,
    "score_confidence": None,
    "pass_recommendation": None,
    "review_reason": None,
    "ended_review_reason": None,
    "scoring_versions": None,
    "video_urls": None,
    "video_urls_at": None,
    "urgent": False,
    "flags": None,
    "scored_questions": None,
    "total_questions": None,
    "decision": None,
    "decided_at": None,
}


@dataclass(frozen=True)
class Erased:
    """The number of erased sessions. `scrubbed`: their data are gone from the bytes of the database files as well;
    otherwise the background sync overwrites them later."""

    sessions: int
    scrubbed: bool


def erase_candidate(service: Service, candidate_id: int) -> Erased:
    """Erase everything stored about a candidate. Repeating it is harmless.

    Raises `STORE_UNAVAILABLE`; then nothing is erased.
    """
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        jobs = {session.job_id for session in tx.sessions.of_candidate(candidate_id)}
    with service.store.write(jobs) as tx:
        _lock_sessions_and_jobs(tx, tx.sessions.of_candidate(candidate_id))
        sessions = tx.sessions.of_candidate(candidate_id)
        _append_to_erasure_log(service.store, tx, sessions, now_ms, candidate_id)
        _erase(tx, sessions, "recruiter", now_ms)
        tx.audit.append(
            acting.get(), "candidate.erased", "candidate", candidate_id, at_ms=now_ms,
            details={"sessions": len(sessions)},
        )
    return Erased(len(sessions), service.store.scrub(at_once=True))


def erase_old(
    service: Service, tx: Transaction, unchanged_since_ms: int, trusted_now_ms: int, *, limit: int
) -> int:
    """Erase the people of sessions that have not changed since a time, up to `limit`; return the number of sessions."""
    now_ms = service.clock.now_ms()
    _lock_sessions_and_jobs(tx, tx.sessions.unchanged_since(unchanged_since_ms, trusted_now_ms, limit=limit))
    old = tx.sessions.unchanged_since(unchanged_since_ms, trusted_now_ms, limit=limit)
    if old:
        _append_to_erasure_log(service.store, tx, old, now_ms)
        _erase(tx, old, "sync", now_ms)
        tx.audit.append(
            acting.get(), "retention.erased", "database", at_ms=now_ms,
            details={"sessions": len(old), "unchanged_since": unchanged_since_ms},
        )
    return len(old)


def erase_again(store: Store, listed: Collection[str], now_ms: int) -> int:
    """Erase the listed sessions that are in the database. Return their number. Raises `STORE_UNAVAILABLE`."""
    with store.read() as tx:
        if not tx.sessions.unerased(listed):
            return 0
    with store.write() as tx:
        _lock_sessions_and_jobs(tx, tx.sessions.unerased(listed))
        again = tx.sessions.unerased(listed)
        _erase(tx, again, "system", now_ms)
    logs.log_event("erased_again", logging.WARNING, sessions=len(again))
    return len(again)


def erase_restored(
    tx: Transaction, erasures: Collection[Erasure], alive: Collection[str], now_ms: int
) -> list[Session]:
    """Erase people in a restored database who were erased after it was copied; return their sessions before that.

    This includes earlier sessions of an erased candidate that exist only in this copy. `alive` are the ids of sessions
    that were not erased in the previous database.
    """
    to_erase = {session.session_id: session for session in tx.sessions.unerased(erased_session_ids(erasures))}
    for erasure in erasures:
        for session in tx.sessions.of_candidate(erasure.candidate_id) if erasure.candidate_id is not None else ():
            before = session.created_at <= erasure.at_ms and session.session_id not in alive
            if before and session.erased_at is None:
                to_erase[session.session_id] = session
    _erase(tx, list(to_erase.values()), "system", now_ms)
    return list(to_erase.values())


def _lock_sessions_and_jobs(tx: Transaction, sessions: list[Session]) -> None:
    """Let nobody change these sessions, or what is compared with their answers. They may have changed until now."""
    tx.locks.jobs(session.job_id for session in sessions)
    tx.locks.sessions(session.session_id for session in sessions)


def _append_to_erasure_log(
    store: Store, tx: Transaction, sessions: list[Session], now_ms: int, candidate_id: int | None = None
) -> None:
    """Record an erasure in the log before it is done, so that it is completed even after a crash."""
    fresh = [session for session in sessions if session.erased_at is None]
    if not fresh and sessions:
        return
    interviews = tuple(interview_fingerprint(session.invitation_id) for session in fresh if session.invitation_id)
    session_ids = tuple(session.session_id for session in fresh)
    append_to_erasure_log(store, tx, Erasure(now_ms, session_ids, interviews, candidate_id))


def _erase(tx: Transaction, sessions: list[Session], caused_by: EventCause, now_ms: int) -> None:
    """Erase sessions. Tombstones are erased again, because something may have been stored after their erasure."""
    for session in sessions:
        tx.results.remove(session.session_id)
        tx.reviews.remove(session.session_id)
        tx.overrides.remove(session.session_id)
        tx.opinions.remove(session.session_id)
        tx.decisions.erase(session.session_id)
        tx.consents.remove(session.session_id)
        tx.correction_notes.remove_of_session(session.session_id)
        tx.outbox.erase_of_session(session.session_id, now_ms)
        tx.messages.remove_of_session(session.session_id)
        tx.recipients.erase(session.candidate_id)
        erase_model_answers(tx, session.session_id, now_ms)
        similar = tx.near_duplicates.similar_sessions(session.session_id)
        tx.near_duplicates.remove(session.session_id)
        update_duplicate_flags(tx, similar)
        tx.events.erase_details(session.session_id)
        tx.idempotency.forget_responses_mentioning(session.session_id)
        tx.demo.remove(session.position_id, session.session_id, session.invitation_id)
        strip_step_output(tx, session)
        if session.is_current:
            tx.recommendations.forget_candidate(session.job_id, session.candidate_id)
            tx.shares.forget_candidate(session.job_id, session.candidate_id)
        if session.erased_at is None:
            leave_tombstone(tx, session, caused_by, now_ms)
    if sessions:
        tx.pending_scrub.request()


def leave_tombstone(tx: Transaction, session: Session, caused_by: EventCause, now_ms: int) -> None:
    """Turn a session into a tombstone. Raises `STORE_UNAVAILABLE` if the row does not change, so that no erasure is
    reported that did not happen."""
    status = session.status if session.status in _KEPT_STATUSES else Status.CANCELED
    is_erased = tx.sessions.update_if(
        session.session_id, {"erased_at": None}, **_CLEARED_COLUMNS, status=status,
        link_serial=session.link.serial + 1, erased_at=now_ms, updated_at=now_ms,
    )
    if not is_erased or tx.results.latest(session.session_id) is not None:
        raise Problem(
            "STORE_UNAVAILABLE",
            "The database could not erase the data, and nothing was erased. Run `doctor` to find out why.",
        )
    tx.events.add(session.session_id, "erased", caused_by, now_ms)


def strip_step_output(tx: Transaction, session: Session) -> None:
    """Remove the candidate's item from the stored output of the job's batch step."""
    tx.locks.step(session.job_id, INTERVIEW_STEP)
    progress = tx.steps.get(session.job_id, INTERVIEW_STEP)
    if progress is None or not progress.output:
        return
    items = [item for item in progress.output.get("items", []) if item.get("candidate_id") != session.candidate_id]
    tx.steps.put_output(session.job_id, INTERVIEW_STEP, json.dumps({**progress.output, "items": items}))
