"""A job's candidates as the desk lists them: those whom the source has matched, then those invited from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...sources.protocol import Candidate, CandidateFilter, CandidatePage
from ...sources.rows import filter_page
from ...system.clock import HOUR_MS
from ..service import Service
from ..sessions.states import Status

#: States that are none of a session's own: there is no session; its link runs out soon, or did while the candidate was
#: at it; the interview is over and needs a human look.
NO_SESSION, EXPIRING, NEEDS_REVIEW = "none", "expiring", "needs_review"
STATES = (NO_SESSION, EXPIRING, NEEDS_REVIEW, *Status)
#: A link that expires within this time is `expiring`: two days leave time to remind the candidate.
SOON_MS = 48 * HOUR_MS


@dataclass(frozen=True)
class CandidateQuery:
    """Whom to look for: words that all occur in what is known of a candidate, one of `STATES`, and which part."""

    words: Sequence[str]
    state: str | None
    offset: int
    limit: int


def find_candidates(service: Service, job_id: int, look: CandidateQuery) -> CandidatePage:
    """Those whom the source has matched to the job come first, best match first; whoever was invited without being
    among them, from a spreadsheet or by the main system, follows by id.

    Raises `JOB_NOT_FOUND` and `SOURCE_UNAVAILABLE`.
    """
    words = tuple(look.words)
    invited = _invited(service, job_id, look.state)
    named = _names(service, job_id) if words else {}
    if look.state == NO_SESSION:
        return service.source.page(job_id, CandidateFilter(words, excluded_ids=invited), look.offset, look.limit)
    matched = service.source.page(
        job_id,
        CandidateFilter(words, only_ids=None if look.state is None else invited, other_names=named),
        look.offset,
        look.limit,
    )
    others = filter_page(
        _unmatched(service, job_id, invited), CandidateFilter(words), max(0, look.offset - matched.total), look.limit
    )
    room = look.limit - len(matched.candidates)
    return CandidatePage([*matched.candidates, *others.candidates[:room]], matched.total + others.total)


def _invited(service: Service, job_id: int, state: str | None) -> set[int]:
    """The candidates who have a session: in this state, or in any."""
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
    """What those who were invited are called in their sessions, where a name may have been corrected."""
    with service.store.read() as tx:
        return {candidate_id: name for candidate_id, name, _ in tx.sessions.contacts_of_job(job_id)}


def _unmatched(service: Service, job_id: int, invited: Collection[int]) -> list[Candidate]:
    """Those among the invited whom the source has not matched to the job, and who were not erased."""
    # Counted first: that is little work, and mostly there is nobody.
    if service.source.page(job_id, CandidateFilter(only_ids=invited), 0, 0).total == len(invited):
        return []
    unknown = set(invited) - service.source.candidates_by_id(job_id, invited).keys()
    with service.store.read() as tx:
        names = tx.sessions.candidate_names(job_id, unknown)
    return [Candidate(candidate_id, name) for candidate_id, name in sorted(names.items())]
