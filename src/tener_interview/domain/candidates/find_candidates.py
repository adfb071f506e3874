"""Find candidates of a job: those matched by the source, then those invited from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from ...languages.spelling import fold_text
from ...lazy_dataclass import dataclass
from ...sources.protocol import Candidate, CandidateFilter, CandidatePage
from ...sources.rows import filter_page
from ...store.decision_records import UNDECIDED
from ...store.records import LeaderboardFilters
from ...system.clock import HOUR_MS
from ..service import Service
from ..sessions.status import Status
from .names import tidy_name

#: States besides those of a session: no session; invited and not finished; the link expires soon, or expired during the
#: interview; the finished interview needs a human look.
NO_SESSION, UNANSWERED, EXPIRING, NEEDS_REVIEW = "none", "unanswered", "expiring", "needs_review"
STATES = (NO_SESSION, UNANSWERED, EXPIRING, NEEDS_REVIEW, *Status)
#: A link that expires within this time is `expiring`: two days leave time to remind the candidate.
SOON_MS = 48 * HOUR_MS
#: The order by the source's match score, and the order of the leaderboard.
BY_MATCH, BY_RANK, BY_NAME = "match", "rank", "candidate_name"

#: Statuses of an interview that the candidate can still finish.
_OPEN = [Status.INVITED, Status.IN_PROGRESS]
_NO_FILTERS = LeaderboardFilters()
#: More candidates than any job has: all of them are needed to sort them by name.
_NO_LIMIT = 2**31


@dataclass(frozen=True)
class CandidateQuery:
    """A search for candidates: words that all occur in their details, one of `STATES`, filters of their sessions, the
    order, and the page.

    `sort` is `BY_MATCH`, `BY_RANK` or a sort key of a leaderboard. `descending` is the other way round than best match
    or best rank first; for the other keys, from high to low.
    """

    words: Sequence[str]
    state: str | None
    offset: int
    limit: int
    filters: LeaderboardFilters = _NO_FILTERS
    sort: str = BY_MATCH
    descending: bool = False


@dataclass(frozen=True)
class _Selection:
    """The candidates that a query is about: those of `with_session`, and, if `include_uninvited`, all without a
    session."""

    with_session: Collection[int]
    include_uninvited: bool
    #: Everybody with a session.
    invited: Collection[int]
    #: What is searched: the words, and in every spelling names from sessions, which may have been corrected.
    words: tuple[str, ...]
    other_names: Mapping[int, str]
    #: The candidates of `with_session` whom the source has not matched to the job; None for an erased one.
    invited_elsewhere: Mapping[int, Candidate | None]


def find_candidates(service: Service, job_id: int, query: CandidateQuery) -> CandidatePage:
    """Find candidates of a job: first those matched by the source, best match first; then, by id, others who were
    invited from a list or by the main system. Sorted otherwise, those without a session come last, best match first.

    Raises `JOB_NOT_FOUND` and `SOURCE_UNAVAILABLE`.
    """
    selection = _select(service, job_id, query)
    if query.sort == BY_MATCH:
        return _page_by_match(service, job_id, query, selection)
    if query.sort == BY_NAME:
        return _page_by_name(service, job_id, query, selection)
    return _page_by_session(service, job_id, query, selection)


def _select(service: Service, job_id: int, query: CandidateQuery) -> _Selection:
    # Candidates without a session have no decision either.
    undecided = query.filters in (_NO_FILTERS, LeaderboardFilters(decision=UNDECIDED))
    include_uninvited = undecided and query.state in (None, NO_SESSION)
    everybody = _ids_in_state(service, job_id, None)
    chosen = everybody if query.state is None else _ids_in_state(service, job_id, query.state)
    if query.filters != _NO_FILTERS:
        with service.store.read() as tx:
            chosen = chosen & set(tx.rankings.candidate_ids(job_id, query.filters))
    return _Selection(
        chosen, include_uninvited, everybody, tuple(query.words), _other_names(service, job_id) if query.words else {},
        _invited_elsewhere(service, job_id, chosen),
    )


def _ids_in_state(service: Service, job_id: int, state: str | None) -> frozenset[int]:
    """Return the ids of candidates whose session is in this state, or in any."""
    if state == NO_SESSION:
        return frozenset()
    if state == EXPIRING:
        soon_ms = service.clock.now_ms() + SOON_MS
        with service.store.read() as tx:
            return frozenset(tx.sessions.candidate_ids_by_status(job_id, _OPEN, link_expires_before=soon_ms))
    if state == NEEDS_REVIEW:
        return service.reads.get(
            ("ids needing review", job_id), lambda tx: frozenset(tx.sessions.candidate_ids_needing_review(job_id))
        )
    statuses = {None: list(Status), UNANSWERED: _OPEN}.get(state, [state or ""])
    return service.reads.get(
        ("ids by status", job_id, *statuses),
        lambda tx: frozenset(tx.sessions.candidate_ids_by_status(job_id, statuses)),
        lambda tx, _: tx.sessions.next_link_expiry([job_id]),
    )


def _page_by_match(service: Service, job_id: int, query: CandidateQuery, selection: _Selection) -> CandidatePage:
    if query.descending:
        return _reverse_page(query, lambda forward: _page_by_match(service, job_id, forward, selection))
    matched = service.source.page(job_id, _source_filter(selection), query.offset, query.limit)
    outside = filter_page(
        _not_in_source(selection), CandidateFilter(selection.words), max(0, query.offset - matched.total), query.limit
    )
    room = query.limit - len(matched.candidates)
    return CandidatePage([*matched.candidates, *outside.candidates[:room]], matched.total + outside.total)


def _page_by_name(service: Service, job_id: int, query: CandidateQuery, selection: _Selection) -> CandidatePage:
    everybody = _page_by_match(
        service, job_id, replace(query, offset=0, limit=_NO_LIMIT, descending=False), selection
    )

    with service.store.read() as tx:
        names = {candidate_id: name for candidate_id, name, _ in tx.sessions.contacts_of_job(job_id)}

    def sort_key(candidate: Candidate) -> tuple[str, int]:
        stored = names.get(candidate.candidate_id)
        return fold_text(name_on_record(candidate, stored)), candidate.candidate_id

    ordered = sorted(everybody.candidates, key=sort_key, reverse=query.descending)
    return CandidatePage(ordered[query.offset : query.offset + query.limit], everybody.total)


def _page_by_session(service: Service, job_id: int, query: CandidateQuery, selection: _Selection) -> CandidatePage:
    sort = None if query.sort == BY_RANK else query.sort
    with service.store.read() as tx:
        ordered = tx.rankings.candidate_ids(job_id, query.filters, sort=sort, descending=query.descending)
    found = _matching_with_session(service, job_id, selection)
    ordered = [candidate_id for candidate_id in ordered if candidate_id in found]
    page = ordered[query.offset : query.offset + query.limit]
    matched = service.source.candidates_by_id(job_id, page)
    candidates = [matched.get(candidate_id) or selection.invited_elsewhere.get(candidate_id) for candidate_id in page]
    uninvited = CandidatePage([], 0)
    if selection.include_uninvited:
        uninvited = service.source.page(
            job_id, CandidateFilter(selection.words, excluded_ids=selection.invited),
            max(0, query.offset - len(ordered)), query.limit - len(page),
        )
    listed = [candidate for candidate in candidates if candidate is not None]
    return CandidatePage([*listed, *uninvited.candidates], len(ordered) + uninvited.total)


def _matching_with_session(service: Service, job_id: int, selection: _Selection) -> set[int]:
    """The selected candidates with a session that match the words."""
    outside = filter_page(_not_in_source(selection), CandidateFilter(selection.words), 0, _NO_LIMIT).candidates
    if not selection.words:
        in_source = set(selection.with_session) - selection.invited_elsewhere.keys()
        return in_source | {candidate.candidate_id for candidate in outside}
    only = CandidateFilter(selection.words, only_ids=selection.with_session, other_names=selection.other_names)
    matched = service.source.page(job_id, only, 0, _NO_LIMIT).candidates
    return {candidate.candidate_id for candidate in (*matched, *outside)}


def name_on_record(candidate: Candidate, session_name: str | None) -> str:
    """Return the session's name, which may have been corrected, or the source's if the session has none."""
    if session_name is None or session_name == tidy_name(None, candidate.candidate_id):
        return candidate.full_name
    return session_name


def _reverse_page(query: CandidateQuery, page: Callable[[CandidateQuery], CandidatePage]) -> CandidatePage:
    """A page of the same candidates in reverse."""
    total = page(replace(query, offset=0, limit=0, descending=False)).total
    end = max(0, total - query.offset)
    start = max(0, end - query.limit)
    forward = page(replace(query, offset=start, limit=end - start, descending=False))
    return CandidatePage(forward.candidates[::-1], total)


def _source_filter(selection: _Selection) -> CandidateFilter:
    """The filter for those of the selection whom the source has matched to the job."""
    only_ids = None if selection.include_uninvited else selection.with_session
    excluded_ids = set(selection.invited) - set(selection.with_session) if selection.include_uninvited else ()
    return CandidateFilter(
        selection.words, only_ids=only_ids, excluded_ids=excluded_ids, other_names=selection.other_names
    )


def _other_names(service: Service, job_id: int) -> Mapping[int, str]:
    """Return the names of invited candidates, in every spelling, from their sessions, where they may have been
    corrected."""
    return service.reads.get(("spellings", job_id), lambda tx: tx.sessions.name_spellings_by_candidate(job_id))


def _not_in_source(selection: _Selection) -> list[Candidate]:
    """The candidates who are not from the source, by id."""
    return [candidate for _, candidate in sorted(selection.invited_elsewhere.items()) if candidate is not None]


def _invited_elsewhere(service: Service, job_id: int, invited: Collection[int]) -> dict[int, Candidate | None]:
    """Return the invited candidates whom the source has not matched to the job; None for erased ones."""
    # Counting first is cheap, and usually there are none.
    if service.source.page(job_id, CandidateFilter(only_ids=invited), 0, 0).total == len(invited):
        return {}
    unknown = set(invited) - service.source.candidates_by_id(job_id, invited).keys()
    with service.store.read() as tx:
        names = tx.sessions.candidate_names(job_id, unknown)
    return {number: Candidate(number, names[number]) if number in names else None for number in unknown}
