"""Finding people across all jobs: those who were invited, and those whom the source has matched."""

from __future__ import annotations

from collections.abc import Sequence

from ...actor import Actor
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.records import FoundSession
from ..jobs.job_titles import stored_titles
from ..reviews.reviewing import is_assigned_only, reviewer_id
from ..service import Service


@dataclass(frozen=True)
class FoundCandidate:
    """Somebody in a job, whose title is None until the source has been asked for it. `session_id` and `status` are None
    without an interview; a reviewer gets no status."""

    candidate_id: int
    candidate_name: str
    job_id: int
    job_title: str | None
    session_id: str | None
    status: str | None


@dataclass(frozen=True)
class CandidateSearch:
    """Who was found. `covers_uninvited` is whether those without an interview were searched."""

    candidates: list[FoundCandidate]
    covers_uninvited: bool


def search_candidates(service: Service, actor: Actor, words: Sequence[str], limit: int) -> CandidateSearch:
    """Find people by name, id or e-mail address: first those with an interview, the newest on top, then the others.

    A reviewer finds finished interviews of assigned jobs only, by name or id. If the source cannot be read, or only job
    by job, people without an interview are not found.
    """
    if not words:
        return CandidateSearch([], covers_uninvited=False)
    with service.store.read() as tx:
        if is_assigned_only(actor):
            to_review = tx.session_search.to_review(words, reviewer_id(actor), limit=limit)
            return CandidateSearch(_found_candidates(tx, to_review, with_status=False), covers_uninvited=False)
        invited = _found_candidates(tx, tx.session_search.by_words(words, limit=limit), with_status=True)
    if len(invited) >= limit:
        return CandidateSearch(invited, covers_uninvited=False)
    uninvited = _search_uninvited(service, words, limit)
    return CandidateSearch([*invited, *(uninvited or [])][:limit], covers_uninvited=uninvited is not None)


def _found_candidates(tx: Transaction, rows: Sequence[FoundSession], *, with_status: bool) -> list[FoundCandidate]:
    titles = stored_titles(tx)
    return [
        FoundCandidate(
            row.candidate_id, row.candidate_name, row.job_id, titles.get(row.job_id), row.session_id,
            row.status if with_status else None,
        )
        for row in rows
    ]


def _search_uninvited(service: Service, words: Sequence[str], limit: int) -> list[FoundCandidate] | None:
    """Return those whom the source has matched and who have no interview; None if the source cannot search all jobs."""
    try:
        matched = service.source.search(words, 2 * limit)
    except Problem:
        return None
    if matched is None:
        return None
    by_job: dict[int, list[int]] = {}
    for match in matched:
        by_job.setdefault(match.job_id, []).append(match.candidate_id)
    with service.store.read() as tx:
        invited = {
            (job_id, candidate_id)
            for job_id, ids in by_job.items()
            for candidate_id in tx.sessions.summaries_by_candidate(job_id, ids)
        }
    return [
        FoundCandidate(match.candidate_id, match.full_name, match.job_id, match.job_title, None, None)
        for match in matched
        if (match.job_id, match.candidate_id) not in invited
    ]
