"""Share a job's shortlist by a link with people who have no account: read-only, until it expires or is revoked.

A share lists candidates of a job and always shows their current results. It reveals no ids, addresses or recordings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...actor import Actor, ActorKind, acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...link_tokens import SignedLink
from ...store.erasure_log import Revocation
from ...store.ports import Transaction
from ...store.records import RANKED, LeaderboardRow
from ...store.review_records import OverrideRow
from ...store.session import Session
from ...store.share_records import Share
from ...system.clock import HOUR_MS
from ...transcripts.duplicates import NEAR_DUPLICATE
from ..privacy.erasure_log import append_to_erasure_log
from ..results import QuestionScore, Result, latest_result
from ..service import Service
from .masking import initials, is_named, mask_name

MAX_CANDIDATES = 50


@dataclass(frozen=True)
class ShareRequest:
    """What to share: these candidates, or the `top` scored ones if no candidates are named."""

    candidate_ids: Sequence[int]
    top: int
    ttl_hours: int
    initials_only: bool
    title: str | None
    #: Whether readers may leave recommendations.
    allow_answers: bool = False


@dataclass(frozen=True)
class SharedCandidate:
    """A candidate on a shortlist, with a number of its own and the name that the share may show."""

    number: int
    name: str
    session: LeaderboardRow


@dataclass(frozen=True)
class SharedScorecard:
    """A candidate on a shortlist with the latest result, None before the first, and people's scores by question."""

    candidate: SharedCandidate
    session: Session
    result: Result | None
    overrides: Mapping[str, OverrideRow]


def create(service: Service, job_id: int, request: ShareRequest, *, operation_id: str | None = None) -> Share:
    """Share candidates of a job; with an `operation_id` once, however often it is repeated.

    Raises `VALIDATION_FAILED`, and `NOTHING_TO_SHARE` while nobody has been scored.
    """
    share_id = f"sh_{operation_id or service.token_hex(16)}"
    now_ms = service.clock.now_ms()
    # Nobody on the list is erased meanwhile.
    with service.store.write([job_id]) as tx:
        if (created := tx.shares.get(share_id)) is not None:
            return created
        sessions = _select_candidates(tx, job_id, request)
        if request.initials_only and request.title:
            _refuse_title_with_name(request.title, sessions)
        tx.shares.add(
            share_id, job_id, [session.candidate_id for session in sessions], title=request.title,
            initials_only=request.initials_only, allow_answers=request.allow_answers,
            created_at=now_ms, expires_at=service.link_expiry(request.ttl_hours),
        )
        tx.audit.append(
            acting.get(), "share.created", "share", share_id, at_ms=now_ms, job_id=job_id,
            details={"candidate_ids": [session.candidate_id for session in sessions]},
        )
        return _require_share(tx, share_id)


def revoke(service: Service, share_id: str) -> Share:
    """Revoke a share's link for good; revoking it twice changes nothing.

    Raises `SHARE_NOT_FOUND` and `STORE_UNAVAILABLE`.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        revoked = tx.shares.revoke(share_id, now_ms)
        share = _require_share(tx, share_id)
        if revoked:
            append_to_erasure_log(service.store, tx, Revocation("share", share_id, share.link_serial, now_ms))
            tx.audit.append(acting.get(), "share.revoked", "share", share_id, at_ms=now_ms, job_id=share.job_id)
        return share


def find_share(service: Service, pasted: str) -> Share:
    """Return the share that a pasted link belongs to. The signature is verified before the database is read.

    Raises `SHARE_LINK_INVALID`, `SHARE_LINK_EXPIRED`, `SHARE_LINK_REVOKED`.
    """
    _, link = service.share_links.verify_pasted(pasted)
    with service.store.read() as tx:
        share = tx.shares.get(link.subject_id)
    if share is None:
        raise service.share_links.unknown_link_problem()
    if share.revoked_at is not None or link.serial != share.link_serial:
        raise _revoked_problem()
    if min(link.expires_at_ms, share.expires_at) <= service.clock.now_ms():
        raise Problem("SHARE_LINK_EXPIRED", "This shared link has expired. Ask the recruiter for a new one.")
    return share


def open_share(service: Service, token: str) -> Share:
    """Return the share of a link and count the opening. Raises what `find_share` raises."""
    share, now_ms = find_share(service, token), service.clock.now_ms()
    with service.store.write() as tx:
        if not tx.shares.count_visit(share.share_id, now_ms):
            raise _revoked_problem()
        if share.last_opened_at is None or now_ms - share.last_opened_at >= HOUR_MS:
            reader = Actor(ActorKind.SHARE, id=share.share_id, address=acting.get().address)
            tx.audit.append(reader, "share.opened", "share", share.share_id, at_ms=now_ms, job_id=share.job_id)
    return share


def share_url(service: Service, share: Share) -> str:
    """Derive the link; it is never stored."""
    return service.policy.public_base_url + service.share_links.path(
        SignedLink(share.share_id, share.link_serial, share.expires_at)
    )


def shortlist(tx: Transaction, share: Share) -> list[SharedCandidate]:
    """Return the share's candidates with their current standing, best first."""
    numbers = tx.shares.candidates(share.share_id)
    sessions = tx.rankings.for_candidates(share.job_id, numbers, erased=False)
    return [_shared_candidate(share, numbers[session.candidate_id], session) for session in sessions]


def _shared_candidate(share: Share, number: int, session: LeaderboardRow) -> SharedCandidate:
    return SharedCandidate(number, _name(share, number, session.candidate_name), session)


def scorecard(tx: Transaction, share: Share, number: int) -> SharedScorecard:
    """Return one candidate of a share with the latest result. Raises `CANDIDATE_NOT_FOUND`."""
    shared = next((candidate for candidate in shortlist(tx, share) if candidate.number == number), None)
    session = tx.sessions.get(shared.session.session_id) if shared else None
    if shared is None or session is None:
        raise Problem("CANDIDATE_NOT_FOUND", "This candidate is not on the shortlist, or no longer.")
    latest = latest_result(tx, session.session_id)
    if latest is None:
        return SharedScorecard(shared, session, None, {})
    overrides = _shared_overrides(tx, session)
    duplicates = tx.near_duplicates.candidates_by_question(session.session_id)
    questions = [
        _shared_question(question, share, session.candidate_name, duplicates)
        for question in (
            _without_machine_score(question) if question.question_id in overrides else question
            for question in latest.result.question_scores
        )
    ]
    return SharedScorecard(shared, session, replace(latest.result, question_scores=tuple(questions)), overrides)


def _shared_overrides(tx: Transaction, session: Session) -> dict[str, OverrideRow]:
    """Return the scores that people put in place of the machine's, by question, and nothing of who did so and why."""
    rows = tx.overrides.current(session.session_id) if session.overrides else {}
    return {
        name: row._replace(version=1, reason="", machine_score=None, result_version=None, set_by="", set_by_name="")
        for name, row in rows.items() if row.score is not None
    }


def _without_machine_score(question: QuestionScore) -> QuestionScore:
    """Return a question that a person scored without the machine's score, which does not count, and its reasons."""
    return replace(question, score=None, reasons=(), details={})


def _select_candidates(tx: Transaction, job_id: int, request: ShareRequest) -> list[LeaderboardRow]:
    if not request.candidate_ids:
        sessions = [row for row in tx.rankings.top(job_id, limit=request.top) if row.section == RANKED]
        if not sessions:
            raise Problem("NOTHING_TO_SHARE", "Nobody has been scored for this job yet, so there is no one to share.")
        return sessions
    sessions = tx.rankings.for_candidates(job_id, request.candidate_ids, erased=False)
    missing = sorted(set(request.candidate_ids) - {session.candidate_id for session in sessions})
    if missing:
        fault = f"must have an interview for this job; without one: {', '.join(map(str, missing[:20]))}"
        raise Problem("VALIDATION_FAILED", f"The candidates {fault}.", {"fields": {"candidate_ids": fault}})
    return sessions


def _refuse_title_with_name(title: str, sessions: Sequence[LeaderboardRow]) -> None:
    for session in sessions:
        if is_named(title, session.candidate_name):
            fault = "must not name a candidate where names are shortened to initials"
            raise Problem("VALIDATION_FAILED", f"The title {fault}.", {"fields": {"title": fault}})


def _name(share: Share, number: int, name: str) -> str:
    """Return the name to show; `Candidate 3` if no initials can be made of it."""
    return (initials(name) or f"Candidate {number}") if share.initials_only else name


def _shared_question(
    question: QuestionScore, share: Share, name: str, duplicates: Mapping[str, object]
) -> QuestionScore:
    """Return a question of a scorecard without references to other candidates, and with the name masked if required."""
    if duplicates.get(question.question_id):
        question = replace(question, flags=(*question.flags, NEAR_DUPLICATE))
    if not share.initials_only:
        return question
    # All texts that contain or quote the candidate's words.
    return replace(
        question,
        transcript=_mask_name_in(question.transcript, name),
        reasons=tuple(_mask_name_in(reason, name) for reason in question.reasons),
        details=_mask_name_in(question.details, name),
    )


def _mask_name_in(value: Any, name: str) -> Any:
    """Mask the name in every string of a JSON value."""
    if isinstance(value, str):
        return mask_name(value, name)
    if isinstance(value, list):
        return [_mask_name_in(item, name) for item in value]
    return {key: _mask_name_in(item, name) for key, item in value.items()} if isinstance(value, dict) else value


def _revoked_problem() -> Problem:
    return Problem("SHARE_LINK_REVOKED", "This shared link was revoked. Ask the recruiter for a new one.")


def _require_share(tx: Transaction, share_id: str) -> Share:
    share = tx.shares.get(share_id)
    if share is None:
        raise Problem("SHARE_NOT_FOUND", "There is no such share. GET /api/jobs/{job_id}/shares lists a job's.")
    return share
