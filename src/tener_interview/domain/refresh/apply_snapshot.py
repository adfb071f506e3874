"""Apply the provider's snapshot of an interview to its session.

`next_status` decides the status. `apply_snapshot` writes it, and scores a finished interview (record_result.py); each
write is conditional on the status that the decision was made from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...providers.protocol import Interview, InterviewAnswer
from ...scorecards.result import UNANSWERED, Result
from ...store.event_records import EventCause
from ...store.ports import Transaction
from ...store.records import NEVER
from ...store.session import Session
from ..consent.consents import sessions_without_consent
from ..messages.queueing import queue_thanks
from ..results import latest_result
from ..reviews.session_totals import has_open_dispute
from ..service import Service
from ..sessions.status import FINISHED, Status, can_transition, error_of, transition
from .next_status import NextStatus, awaits_transcripts, first_answer_ms, next_status, transcripts_missing
from .record_result import mark_for_review, score_session, write_needs_review
from .refresh_schedule import END_EXPECTED_FOR_MS, next_refresh_at, next_refresh_in_review
from .review_reasons import (
    CONSENT_MISSING,
    CONSENT_REASONS,
    CONSENT_REFUSED,
    NO_ANSWER,
    NO_TRANSCRIPT,
    nothing_to_score_problem,
)
from .score_cache import ScorableInterview, ScoreCache, ScoringFailed, load_rules, transcripts_of

#: What the provider returned for one interview: the interview, None if it is gone, or why reading failed.
ProviderSnapshot = Interview | Problem | None


@dataclass(frozen=True)
class RefreshOutcome:
    """A session after a refresh. `problem` says what prevented the refresh, if anything did."""

    session: Session
    updated: bool
    problem: Problem | None = None


class SessionRefresh(NamedTuple):
    """A session as it was before a refresh, and the outcome."""

    before: Session
    outcome: RefreshOutcome


def precompute_scores(
    service: Service, batch: Iterable[tuple[Session, ProviderSnapshot]], scores: ScoreCache, *, force: bool
) -> None:
    """Score interviews into the cache before a transaction holds the write lock; `apply_snapshot` takes them from
    it."""
    now_ms, wait_hours = service.clock.now_ms(), _transcript_wait_hours(service, force=force)
    scorable = [
        (session, snapshot) for session, snapshot in batch
        if isinstance(snapshot, Interview)
        and next_status(session, snapshot, now_ms, wait_hours).is_to_score
    ]
    lacking_consent = sessions_without_consent(service, [session.session_id for session, _ in scorable])
    scorable = [(session, snapshot) for session, snapshot in scorable if session.session_id not in lacking_consent]
    load_rules(service, [session for session, _ in scorable], scores)
    scores.precompute([
        ScorableInterview(transcripts_of(snapshot.answers), session.language, scores.rules.plan_versions_of(session))
        for session, snapshot in scorable
    ])


def apply_snapshot(
    service: Service,
    session: Session,
    snapshot: ProviderSnapshot,
    scores: ScoreCache,
    *,
    force: bool,
    caused_by: EventCause,
    tx: Transaction,
) -> RefreshOutcome:
    """Update a session from a snapshot of its interview, inside the caller's transaction."""
    now_ms = service.clock.now_ms()
    if session.status == Status.CANCELED or session.erased_at is not None:
        return RefreshOutcome(session, updated=False)
    if isinstance(snapshot, Problem):
        return _record_failure(service, tx, session, snapshot, now_ms)
    if snapshot is None:
        return _apply_interview_gone(tx, session, now_ms, caused_by)
    latest = latest_result(tx, session.session_id)
    previous = latest.result if latest else None
    interview = _restore_stored_transcripts(snapshot, previous)
    decided = next_status(session, interview, now_ms, _transcript_wait_hours(service, force=force))
    written = _write_status(service, tx, session, interview, decided, caused_by, now_ms)
    updated = written and decided.status != session.status
    session = tx.sessions.require(session.session_id)
    if not written or not decided.is_to_score:
        return RefreshOutcome(session, updated)
    if tx.consents.missing([session.session_id]):
        return _hold_for_consent(tx, session, caused_by, now_ms, updated=updated)
    if any(answer.transcript for answer in interview.answers):
        problem = None
        try:
            changed = score_session(service, tx, session, interview, scores, previous, now_ms, caused_by)
        except ScoringFailed as failed:
            return replace(_record_failure(service, tx, session, failed, now_ms), updated=updated)
    else:
        problem = nothing_to_score_problem(session)
        changed = _record_nothing_to_score(service, tx, session, interview, scores, problem, now_ms, caused_by)
    missing = problem is not None or transcripts_missing(interview)
    session = _schedule_review_refresh(service, tx, session.session_id, now_ms, transcripts_missing=missing)
    return RefreshOutcome(session, updated or changed, problem)


def _transcript_wait_hours(service: Service, *, force: bool) -> int:
    return 0 if force else service.policy.transcription_wait_hours


def _record_failure(
    service: Service, tx: Transaction, session: Session, problem: Problem, now_ms: int
) -> RefreshOutcome:
    """Record why the interview could not be read or scored; the session keeps its status."""
    columns = {
        "last_error": error_of(problem, now_ms),
        "next_sync_at": next_refresh_at(session, now_ms, service.policy.sync_seconds),
    }
    tx.sessions.update_if(session.session_id, {"status": session.status}, **columns)
    return RefreshOutcome(tx.sessions.require(session.session_id), updated=False, problem=problem)


def _write_status(
    service: Service, tx: Transaction, session: Session, interview: Interview, decided: NextStatus,
    caused_by: EventCause, now_ms: int,
) -> bool:
    """Write what was read of the interview and the next status; False if another writer changed the session."""
    columns: dict[str, Any] = {
        "last_sync_at": now_ms,
        "urgent": session.urgent and (decided.awaits_transcripts or _is_end_expected(tx, session, decided, now_ms)),
        "awaiting_transcription": decided.awaits_transcripts,
        "candidate_url": interview.candidate_url,
        "first_activity_at": session.first_activity_at or first_answer_ms(interview, now_ms),
        "video_urls": {answer.question_id: answer.video_url for answer in interview.answers if answer.video_url},
        "video_urls_at": now_ms,
        "last_error": None,
    }
    if decided.status == session.status:
        next_sync_at = next_refresh_at(session, now_ms, service.policy.sync_seconds)
        return tx.sessions.update_if(
            session.session_id, {"status": session.status}, next_sync_at=next_sync_at, **columns
        )
    event = _EVENTS.get(decided.status, decided.status.value)
    columns |= _milestones(decided.status, session, interview, now_ms)
    written = transition(tx, session, decided.status, event, caused_by, now_ms, **columns)
    if written and decided.status is Status.COMPLETED:
        queue_thanks(tx, service.mail, session, now_ms)
    return written


def _is_end_expected(tx: Transaction, session: Session, decided: NextStatus, now_ms: int) -> bool:
    """Return whether a webhook announced an end that the provider does not show yet: it may answer from a copy of its
    data that lags behind."""
    has_ended = decided.status in FINISHED or decided.status is Status.CANCELED
    return not has_ended and tx.provider_events.is_end_expected(
        session.invitation_id or "", now_ms - END_EXPECTED_FOR_MS, now_ms
    )


def _record_nothing_to_score(
    service: Service, tx: Transaction, session: Session, interview: Interview, scores: ScoreCache, problem: Problem,
    now_ms: int, caused_by: EventCause,
) -> bool:
    """Record that there is no transcript, and mark for review once none is expected; return whether that is new."""
    tx.sessions.update_if(session.session_id, {"status": session.status}, last_error=error_of(problem, now_ms))
    if awaits_transcripts(session, interview, now_ms, service.policy.transcription_wait_hours):
        return False
    reason = NO_TRANSCRIPT if transcripts_missing(interview) or not interview.answers else NO_ANSWER
    is_new = (session.review_reason or session.ended_review_reason) != reason
    return is_new and mark_for_review(tx, session, reason, scores, caused_by, now_ms)


def _schedule_review_refresh(
    service: Service, tx: Transaction, session_id: str, now_ms: int, *, transcripts_missing: bool
) -> Session:
    """Set when a session that needs review is refreshed next; return the session as it is then."""
    session = tx.sessions.require(session_id)
    if session.review_reason is None:
        return session
    next_sync_at = next_refresh_in_review(
        session, now_ms, service.trusted_clock.now_ms(), service.policy.sync_seconds,
        transcripts_missing=transcripts_missing,
    )
    tx.sessions.update_if(session_id, {"status": session.status}, next_sync_at=next_sync_at)
    return tx.sessions.require(session_id)


def _hold_for_consent(
    tx: Transaction, session: Session, caused_by: EventCause, now_ms: int, *, updated: bool
) -> RefreshOutcome:
    """Mark for review because consent is missing; score nothing. A score from before the job required consent stays."""
    is_scored = session.status is Status.SCORED or has_open_dispute(session)
    is_new = not is_scored and session.review_reason not in CONSENT_REASONS
    consent = tx.consents.get(session.session_id) if is_new else None
    reason = CONSENT_MISSING if consent is None else CONSENT_REFUSED
    columns = {"review_reason": reason, "awaiting_transcription": False}
    changed = is_new and write_needs_review(tx, session, caused_by, now_ms, {}, columns)
    tx.sessions.update_if(session.session_id, {"status": session.status}, next_sync_at=NEVER)
    return RefreshOutcome(tx.sessions.require(session.session_id), updated or changed)


#: Events are named after the new status, except where a recruiter's action has that name.
_EVENTS = {Status.CANCELED: "withdrawn"}


def _milestones(status: Status, session: Session, interview: Interview, now_ms: int) -> dict[str, Any]:
    if status is Status.IN_PROGRESS and session.in_progress_at is None:
        return {"in_progress_at": first_answer_ms(interview, now_ms) or now_ms}
    if status is Status.COMPLETED:
        return {"completed_at": interview.finished_at_ms or now_ms}
    return {}


def _apply_interview_gone(tx: Transaction, session: Session, now_ms: int, caused_by: EventCause) -> RefreshOutcome:
    """Apply that the provider no longer has the interview. A session with a result keeps its status."""
    gone = Problem("INTERVIEW_PROVIDER_REJECTED", "The interview provider no longer has this interview.")
    columns = {"last_error": error_of(gone, now_ms), "last_sync_at": now_ms, "urgent": False}
    deleted = tx.provider_events.was_received(session.invitation_id or "", "deleted")
    if deleted and can_transition(session.status, Status.CANCELED):
        written = transition(tx, session, Status.CANCELED, "deleted", caused_by, now_ms, **columns)
        return RefreshOutcome(tx.sessions.require(session.session_id), updated=written)
    if can_transition(session.status, Status.FAILED) and session.result_version is None:
        written = transition(
            tx, session, Status.FAILED, "lost", caused_by, now_ms, awaiting_transcription=False, **columns
        )
        return RefreshOutcome(tx.sessions.require(session.session_id), updated=written)
    tx.sessions.update_if(session.session_id, {"status": session.status}, **columns)
    return RefreshOutcome(tx.sessions.require(session.session_id), updated=False)


def _restore_stored_transcripts(interview: Interview, previous: Result | None) -> Interview:
    """Add stored questions and transcripts that the provider no longer returns."""
    answers = list(interview.answers)
    index_of = {answer.question_id: index for index, answer in enumerate(answers)}
    for stored in previous.question_scores if previous else ():
        transcript, index = stored.transcript, index_of.get(stored.question_id)
        if index is None:
            answered = stored.status != UNANSWERED
            question = InterviewAnswer(
                stored.question_id, stored.title, answered=answered, transcript=transcript,
                language=stored.details.get("language_tag"),
            )
            answers.insert(stored.question_index, question)
        elif transcript and answers[index].transcript is None:
            language = answers[index].language or stored.details.get("language_tag")
            answers[index] = replace(answers[index], transcript=transcript, answered=True, language=language)
    return replace(interview, answers=tuple(answers))
