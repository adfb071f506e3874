"""Erasing a person: what is left is a tombstone with ids and times, so that lists and counts do not break."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ...errors import Problem
from ...store.erasure_log import Erasure, erased_session_ids, interview_fingerprint
from ...store.ports import Store, Transaction
from ...store.session import Session
from ...system import logs
from ..jobs.batch_step import STEP
from ..leaderboard.near_duplicates import update_duplicate_flags
from ..service import Service
from ..sessions.states import ENDED, Status
from .tombstones import append_to_erasure_log, erasure_log_unavailable

#: What stays of a session's state. Without its total nothing is called scored.
_KEPT = ENDED - {Status.SCORED}

ERASED_NAME = "(erased)"

_FORGOTTEN: dict[str, Any] = {
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
    "score_confidence": None,
    "pass_recommendation": None,
    "review_reason": None,
    "judged_by": None,
    "video_urls": None,
    "video_urls_at": None,
    "urgent": False,
    "flags": None,
    "scored_questions": None,
    "total_questions": None,
}


@dataclass(frozen=True)
class Erased:
    """How many sessions an erasure concerned. `scrubbed`: nothing of them is left in any byte of the database's files;
    else that is still owed, and done in the background."""

    sessions: int
    scrubbed: bool


def erase_candidate(service: Service, candidate_id: int) -> Erased:
    """Erase everything held about a candidate. Doing it twice is harmless.

    Raises `STORE_UNAVAILABLE`, with nothing erased.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        sessions = tx.sessions.of_candidate(candidate_id)
        _append_to_erasure_log(service.store, sessions, now_ms, candidate_id)
        _erase(tx, sessions, "recruiter", now_ms)
    return Erased(len(sessions), service.store.scrub(at_once=True))


def erase_old(service: Service, tx: Transaction, before_ms: int, until_ms: int, *, limit: int) -> int:
    """Erase the people of sessions in which nothing has moved from one time until another; returns how many.
    """
    now_ms = service.clock.now_ms()
    old = tx.sessions.unchanged_since(before_ms, until_ms, limit=limit)
    if old:
        _append_to_erasure_log(service.store, old, now_ms)
        _erase(tx, old, "sync", now_ms)
    return len(old)


def erase_listed(store: Store, now_ms: int) -> int:
    """Erase who is on the list beside the database and yet in it: an erasure was cut short, or an older file was put in
    its place by hand. Returns how many sessions. Raises `STORE_UNAVAILABLE`."""
    try:
        listed = erased_session_ids(store.erasure_log.erasures())
    except OSError as fault:
        raise erasure_log_unavailable(fault) from None
    with store.read() as tx:
        if not listed or not tx.sessions.unerased(listed):
            return 0
    with store.write() as tx:
        again = tx.sessions.unerased(listed)
        _erase(tx, again, "system", now_ms)
    logs.log_event("erased_again", logging.WARNING, sessions=len(again))
    return len(again)


def erase_restored(
    tx: Transaction, erasures: Collection[Erasure], alive: Collection[str], now_ms: int
) -> list[Session]:
    """Erase in a restored database who was erased since it was copied; returns their sessions as they were.

    Also sessions of an erased candidate that the erasure did not meet, because they were in this copy only: those that
    began before it. `alive` are sessions that came after all of that.
    """
    found = {session.session_id: session for session in tx.sessions.unerased(erased_session_ids(erasures))}
    for erasure in erasures:
        for session in tx.sessions.of_candidate(erasure.candidate_id) if erasure.candidate_id is not None else ():
            before = session.created_at <= erasure.at_ms and session.session_id not in alive
            if before and session.erased_at is None:
                found[session.session_id] = session
    _erase(tx, list(found.values()), "system", now_ms)
    return list(found.values())


def _append_to_erasure_log(store: Store, sessions: list[Session], now_ms: int, candidate_id: int | None = None) -> None:
    """Put an erasure on the list beside the database before it is done, so that it is done whatever happens."""
    fresh = [session for session in sessions if session.erased_at is None]
    if not fresh and sessions:
        return
    interviews = tuple(interview_fingerprint(session.invitation_id) for session in fresh if session.invitation_id)
    session_ids = tuple(session.session_id for session in fresh)
    append_to_erasure_log(store, Erasure(now_ms, session_ids, interviews, candidate_id))


def _erase(tx: Transaction, sessions: list[Session], source: str, now_ms: int) -> None:
    """Of a tombstone, too, everything is removed again: something may have been stored after the erasure."""
    for session in sessions:
        tx.results.remove(session.session_id)
        twins = tx.near_duplicates.similar_sessions(session.session_id)
        tx.near_duplicates.remove(session.session_id)
        update_duplicate_flags(tx, twins)
        tx.events.erase_details(session.session_id)
        tx.idempotency.forget_about(session.session_id)
        tx.demo.remove(session.position_id, session.session_id, session.invitation_id)
        strip_step_output(tx, session)
        if session.is_current:
            tx.shares.forget_candidate(session.job_id, session.candidate_id)
        if session.erased_at is None:
            leave_tombstone(tx, session, source, now_ms)
    if sessions:
        tx.pending_scrub.request()


def leave_tombstone(tx: Transaction, session: Session, source: str, now_ms: int) -> None:
    """Leave a tombstone. Raises `STORE_UNAVAILABLE` when the row does not change: nobody is to be told it did."""
    ended = session.status if session.status in _KEPT else Status.CANCELED
    buried = tx.sessions.update_if(
        session.session_id, {"erased_at": None}, **_FORGOTTEN, status=ended, link_serial=session.link.serial + 1,
        erased_at=now_ms, updated_at=now_ms,
    )
    if not buried or tx.results.latest(session.session_id) is not None:
        raise Problem(
            "STORE_UNAVAILABLE",
            "The database does not let go of what was to be erased, and nothing was erased. Ask the doctor about it.",
        )
    tx.events.add(session.session_id, "erased", source, now_ms)


def strip_step_output(tx: Transaction, session: Session) -> None:
    """Take the candidate's item out of what the job's batch step answered."""
    progress = tx.steps.get(session.job_id, STEP)
    if progress is None or not progress.output:
        return
    items = [item for item in progress.output.get("items", []) if item.get("candidate_id") != session.candidate_id]
    tx.steps.put_output(session.job_id, STEP, json.dumps({**progress.output, "items": items}))
