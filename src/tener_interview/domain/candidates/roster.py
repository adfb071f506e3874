"""The candidates of a job: those matched by the source, then those invited from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...sources.protocol import Candidate, CandidateFilter, CandidatePage
from ...sources.rows import filter_page
from ...store.decision_records import UNDECIDED
from ...system.clock import HOUR_MS
from ..service import Service
from ..sessions.states import Status

#: States besides those of a session: no session; the link expires soon, or expired during the interview; the finished
#: interview needs a human query.
NO_SESSION, EXPIRING, NEEDS_REVIEW = "none", "expiring", "needs_review"
STATES = (NO_SESSION, EXPIRING, NEEDS_REVIEW, *Status)
#: A link that expires within this time is `expiring`: two days leave time to remind the candidate.
SOON_MS = 48 * HOUR_MS


@dataclass(frozen=True)
class CandidateQuery:
    """A search for candidates: words that all occur in their details, one of `STATES`, a decision or `none`, and the
    page."""

    words: Sequence[str]
    state: str | None
    offset: int
    limit: int
    decision: str | None = None


def find_candidates(service: Service, job_id: int, query: CandidateQuery) -> CandidatePage:
    """Find candidates of a job: first those matched by the source, best match first; then, by id, others who were
    invited from a list or by the main system.

    Raises `JOB_NOT_FOUND` and `SOURCE_UNAVAILABLE`.
    """
    words = tuple(query.words)
    invited = _invited(service, job_id, query.state)
    named = _names(service, job_id) if words else {}
    if query.state == NO_SESSION:
        if query.decision not in (None, UNDECIDED):
            return CandidatePage([], 0)
        return service.source.page(job_id, CandidateFilter(words, excluded_ids=invited), query.offset, query.limit)
    only_ids: Collection[int] | None = None if query.state is None else invited
    excluded_ids: Collection[int] = ()
    if query.decision is not None:
        with service.store.read() as tx:
            matching = tx.sessions.candidate_ids_by_decision(job_id, query.decision)
        # Candidates without a session have no decision either.
        excluded_ids = invited - matching if query.decision == UNDECIDED else ()
        invited = invited & matching
        only_ids = None if query.state is None and query.decision == UNDECIDED else invited
    matched = service.source.page(
        job_id,
        CandidateFilter(words, only_ids=only_ids, excluded_ids=excluded_ids, other_names=named),
        query.offset,
        query.limit,
    )
    others = filter_page(
        _unmatched(service, job_id, invited), CandidateFilter(words), max(0, query.offset - matched.total), query.limit
    )
    room = query.limit - len(matched.candidates)
    return CandidatePage([*matched.candidates, *others.candidates[:room]], matched.total + others.total)


def _invited(service: Service, job_id: int, state: str | None) -> set[int]:
    """Return the ids of candidates with a session in this state, or in any state."""
    with service.store.read() as tx:
        if state == EXPIRING:
            soon = service.clock.now_ms() + SOON_MS
            return tx.sessions.candidate_ids_by_status(
                job_id, [Status.INVITED, Status.IN_PROGRESS], link_expires_before=soon
            )
        if state == NEEDS_REVIEW:
            return tx.sessions.candidate_ids_needing_review(job_id)
        return tx.sessions.candidate_ids_by_status(
            job_id, list(Status) if state in (None, NO_SESSION) else [state or ""]
        )


def _names(service: Service, job_id: int) -> dict[int, str]:
    """Return the names of invited candidates from their sessions, where they may have been corrected."""
    with service.store.read() as tx:
        return {candidate_id: name for candidate_id, name, _ in tx.sessions.contacts_of_job(job_id)}


def _unmatched(service: Service, job_id: int, invited: Collection[int]) -> list[Candidate]:
    """Return the invited candidates whom the source has not matched to the job, without erased ones."""
    # Counting first is cheap, and usually there are none.
    if service.source.page(job_id, CandidateFilter(only_ids=invited), 0, 0).total == len(invited):
        return []
    unknown = set(invited) - service.source.candidates_by_id(job_id, invited).keys()
    with service.store.read() as tx:
        names = tx.sessions.candidate_names(job_id, unknown)
    return [Candidate(candidate_id, name) for candidate_id, name in sorted(names.items())]
