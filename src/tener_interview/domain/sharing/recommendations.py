"""Recommendations by readers of a shared shortlist, under a name they type; they enter no score.

A reader has no account. A random key in the reader's browser says whose recommendation is whose; only its hash is
stored, and it differs on every share.
"""

from __future__ import annotations

import hashlib

from ...actor import Actor, ActorKind, acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.share_records import Share, ShareRecommendation
from ..service import Service
from .shares import find_share

#: How many readers of a share may leave recommendations.
MAX_AUTHORS = 25
#: How many recommendations of a share may be made or changed in a minute.
MAX_PER_MINUTE = 60
#: The shortest time between two changes of a recommendation.
PAUSE_MS = 1_000
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class NewRecommendation:
    """What a reader says about a candidate."""

    author_name: str
    recommendation: str
    note: str | None


def recommend(
    service: Service, token: str, number: int, reader_key: str, new: NewRecommendation, address: str
) -> ShareRecommendation:
    """Leave a recommendation about a candidate of a share, or change one's own.

    Raises what `find_share` raises, `ANSWERS_NOT_ALLOWED`, `CANDIDATE_NOT_FOUND`, `TOO_MANY_RECOMMENDATIONS` when so
    many readers have left one, and `TOO_MANY_ATTEMPTS`.
    """
    share = find_share(service, token)
    now_ms = service.clock.now_ms()
    author_hash = _author_hash(share, reader_key)
    with service.store.write() as tx:
        tx.locks.share(share.share_id)
        candidate_id = _candidate(tx, share, number)
        own = tx.recommendations.of_author(share.share_id, author_hash).get(candidate_id)
        if own is not None and new == NewRecommendation(own.author_name, own.recommendation, own.note):
            return own
        _limit(tx, share, author_hash, own, now_ms)
        row = ShareRecommendation(
            own.recommendation_id if own else f"sr_{service.token_hex(16)}", share.share_id, candidate_id, author_hash,
            new.author_name, new.recommendation, new.note, own.created_at if own else now_ms, now_ms,
        )
        tx.recommendations.put(row)
        tx.audit.append(
            _reader(share, address), "share.recommended", "candidate", candidate_id, at_ms=now_ms, job_id=share.job_id,
            details={"recommendation": row.recommendation, "before": own.recommendation if own else None},
        )
        return row


def take_back(service: Service, token: str, number: int, reader_key: str, address: str) -> None:
    """Remove one's own recommendation; without one nothing happens. Raises what `recommend` raises."""
    share = find_share(service, token)
    with service.store.write() as tx:
        tx.locks.share(share.share_id)
        candidate_id = _candidate(tx, share, number)
        own = tx.recommendations.of_author(share.share_id, _author_hash(share, reader_key)).get(candidate_id)
        if own is not None:
            _remove(service, tx, share, own.recommendation_id, _reader(share, address))


def own_recommendations(tx: Transaction, share: Share, reader_key: str | None) -> dict[int, ShareRecommendation]:
    """Return what a reader has said on a share, by candidate."""
    return tx.recommendations.of_author(share.share_id, _author_hash(share, reader_key)) if reader_key else {}


def remove(service: Service, share_id: str, recommendation_id: str) -> None:
    """Remove anybody's recommendation, as the recruiter. Raises `SHARE_NOT_FOUND` if there is no such."""
    with service.store.write() as tx:
        share = tx.shares.get(share_id)
        if share is None or not _remove(service, tx, share, recommendation_id, acting.get()):
            raise Problem("SHARE_NOT_FOUND", "There is no such recommendation on this share, or no longer.")


def _remove(service: Service, tx: Transaction, share: Share, recommendation_id: str, by: Actor) -> bool:
    removed = tx.recommendations.remove(share.share_id, recommendation_id)
    if removed is None:
        return False
    tx.audit.append(
        by, "share.recommendation_removed", "candidate", removed.candidate_id, at_ms=service.clock.now_ms(),
        job_id=share.job_id, details={"recommendation": removed.recommendation},
    )
    return True


def _reader(share: Share, address: str) -> Actor:
    return Actor(ActorKind.SHARE, id=share.share_id, address=address)


def _author_hash(share: Share, reader_key: str) -> str:
    return hashlib.sha256(f"{share.share_id} {reader_key}".encode()).hexdigest()


def _candidate(tx: Transaction, share: Share, number: int) -> int:
    """Return who has this number. Raises `ANSWERS_NOT_ALLOWED`, `SHARE_LINK_REVOKED` and `CANDIDATE_NOT_FOUND`."""
    if not share.allow_answers:
        raise Problem("ANSWERS_NOT_ALLOWED", "This shortlist is for reading only. Ask the recruiter for another link.")
    current = tx.shares.get(share.share_id)
    if current is None or current.revoked_at is not None:
        raise Problem("SHARE_LINK_REVOKED", "This shared link was revoked. Ask the recruiter for a new one.")
    numbers = tx.shares.candidates(share.share_id)
    listed = tx.rankings.for_candidates(share.job_id, numbers, erased=False)
    for session in listed:
        if numbers[session.candidate_id] == number:
            return session.candidate_id
    raise Problem("CANDIDATE_NOT_FOUND", "This candidate is not on the shortlist, or no longer.")


def _limit(
    tx: Transaction, share: Share, author_hash: str, own: ShareRecommendation | None, now_ms: int
) -> None:
    """Raises `TOO_MANY_RECOMMENDATIONS` and `TOO_MANY_ATTEMPTS`."""
    if tx.recommendations.count_other_authors(share.share_id, author_hash) >= MAX_AUTHORS:
        raise Problem(
            "TOO_MANY_RECOMMENDATIONS",
            f"{MAX_AUTHORS} people have left recommendations here already. Send yours to the recruiter.",
        )
    is_hasty = own is not None and 0 <= now_ms - own.updated_at < PAUSE_MS
    if is_hasty or tx.recommendations.count_since(share.share_id, now_ms - _MINUTE_MS) >= MAX_PER_MINUTE:
        raise Problem(
            "TOO_MANY_ATTEMPTS", "Too many recommendations at once. Wait a moment and try again.",
            headers={"Retry-After": "1" if is_hasty else "60"},
        )
