"""The consent of candidates to the notice of their job. Where a job requires it, nothing is scored without it."""

from __future__ import annotations

from collections.abc import Collection

from ...actor import Actor, ActorKind, acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.consent_records import Consent
from ...store.ports import Transaction
from ...store.records import CandidateSessionSummary, LeaderboardRow
from ...store.session import Session
from ..refresh.review_reasons import CONSENT_REASONS, CONSENT_REFUSED
from ..reviews.session_totals import has_open_dispute
from ..service import Service, require_session
from ..sessions.status import FINAL, FINISHED, Status
from .notices import NoticeText

#: What the audit log says of an answer on the page of the link.
_ACTIONS = {"given": "consent.given", "refused": "consent.refused", "withdrawn": "consent.withdrawn"}


@dataclass(frozen=True)
class ConsentState:
    """Whether the job requires consent, and the candidate's answer; None without one."""

    required: bool
    consent: Consent | None
    #: Whether the candidate had agreed before refusing.
    withdrawn: bool


def consent_state(tx: Transaction, session: Session) -> ConsentState:
    is_required, consent = tx.job_settings.get(session.job_id).consent_required, tx.consents.get(session.session_id)
    withdrawn = consent is not None and not consent.given and tx.consents.was_given(session.session_id)
    return ConsentState(is_required, consent, withdrawn)


def sessions_without_consent(service: Service, session_ids: Collection[str]) -> set[str]:
    """Return the given sessions of which nothing may be scored yet."""
    if not session_ids:
        return set()
    with service.store.read() as tx:
        return set(tx.consents.missing(session_ids))


def scored_without_consent(
    tx: Transaction, sessions: Collection[Session | LeaderboardRow | CandidateSessionSummary]
) -> dict[str, str]:
    """Return the given sessions that have a total and lack the consent that their job requires, with the reason.
    """
    scored = [session.session_id for session in sessions if session.total_score is not None]
    return tx.consents.missing(scored) if scored else {}


def give_consent(service: Service, session: Session, notice: NoticeText) -> Session:
    """Record that the candidate agreed on the page of the link. Answers that are there already are scored soon."""
    return _record(service, session, given=True, how="link", notice=notice)


def refuse_consent(service: Service, session: Session, notice: NoticeText) -> Session:
    """Record that the candidate does not agree, or no longer. The recruiter sees it; nothing is scored from now on."""
    return _record(service, session, given=False, how="link", notice=notice)


def record_consent(service: Service, session_id: str, *, given: bool, note: str | None) -> Session:
    """Record consent or refusal that a candidate gave elsewhere. Raises `INTERVIEW_SESSION_NOT_FOUND` and
    `CANDIDATE_ERASED`."""
    with service.store.read() as tx:
        session = require_session(tx, session_id)
    return _record(service, session, given=given, how="recruiter", note=note)


def _record(
    service: Service, session: Session, *, given: bool, how: str, notice: NoticeText | None = None,
    note: str | None = None,
) -> Session:
    now_ms = service.clock.now_ms()
    by_link = how == "link"
    who = Actor(ActorKind.CANDIDATE, id=session.session_id, address=acting.get().address) if by_link else acting.get()
    with service.store.write() as tx:
        tx.locks.sessions([session.session_id])
        session = require_session(tx, session.session_id)
        if session.erased_at is not None:
            raise Problem("CANDIDATE_ERASED", "This candidate was erased.", {"session_id": session.session_id})
        version, language, text_hash = (
            (notice.version, notice.language, notice.text_hash) if notice else (None, None, None)
        )
        consent = Consent(session.session_id, given, how, now_ms, version, language, text_hash, note)
        known = tx.consents.get(session.session_id)
        if known is not None and known._replace(at=now_ms) == consent:
            return session
        tx.consents.put(consent)
        answer = "given" if given else "withdrawn" if tx.consents.was_given(session.session_id) else "refused"
        tx.events.add(
            session.session_id, f"consent_{answer}",
            "candidate" if by_link else "recruiter", now_ms, how=how, notice_version=version, language=language,
        )
        tx.audit.append(
            who, _ACTIONS[answer] if by_link else "consent.recorded", "session", session.session_id, at_ms=now_ms,
            job_id=session.job_id,
            details={
                "candidate_id": session.candidate_id, "given": given, "notice_version": version, "language": language,
                "text_hash": text_hash,
            },
        )
        _apply_to_session(tx, session, given=given, now_ms=now_ms)
        return require_session(tx, session.session_id)


def _apply_to_session(tx: Transaction, session: Session, *, given: bool, now_ms: int) -> None:
    """After a refusal, mark the session for review; after consent, let the next sync score it."""
    waited = session.review_reason in CONSENT_REASONS
    expected = {"status": session.status}
    scored = session.total_score is not None or has_open_dispute(session)
    if given and waited:
        is_finished = session.status in FINISHED
        reason = session.review_reason if is_finished else None
        tx.sessions.update_if(
            session.session_id, expected, review_reason=reason, urgent=is_finished, next_sync_at=0, updated_at=now_ms
        )
    elif not given and session.status not in FINAL - {Status.EXPIRED} and not scored:
        tx.sessions.update_if(session.session_id, expected, review_reason=CONSENT_REFUSED, updated_at=now_ms)
