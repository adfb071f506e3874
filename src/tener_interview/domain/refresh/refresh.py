"""Refresh sessions: ask the provider about their interviews, and apply the answers. For a job:

1. `refresh_job` waits for earlier refreshes of the same job and takes over their outcomes (coalescing.py);
   `can_refresh` skips sessions that the provider cannot change any more.
2. `refresh_in_batches` reads interviews from the provider, several requests at a time.
3. `_score_batch` decides the next status of each session and scores finished interviews before a transaction begins,
   because scoring is slow (`precompute_scores` in apply_snapshot.py).
4. `apply_batch` opens one transaction per batch; `apply_snapshot` decides again, from the rows that are locked now,
   takes the score of step 3 unless transcripts or rules have changed since, and writes status, result and events.
5. Sessions without an interview are searched for at the provider (`recover_created` in sessions/invite.py).

The background sync calls the same functions for the sessions of all jobs.

`force` is what the API calls so: also ask about sessions whose interviews are not expected to have changed, and score
without waiting for missing transcripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial

from ...criteria.criteria import Criteria
from ...criteria.formula import Formula
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.event_records import EventCause
from ...store.session import Session
from ...system.parallel import chunks, run_in_parallel
from ..plans.session_rules import SessionRules
from ..service import SESSIONS_PER_TRANSACTION, Service, find_session
from ..sessions.invite import recover_created
from ..sessions.status import FINAL, Status
from .apply_snapshot import ProviderSnapshot, RefreshOutcome, SessionRefresh, apply_snapshot, precompute_scores
from .coalescing import LendSlot
from .refresh_schedule import is_review_refresh_due
from .review_reasons import CONSENT_REASONS, nothing_to_score_problem
from .score_cache import ScoreCache


@dataclass(frozen=True)
class JobRefresh:
    """What refreshing a job's sessions did.

    `skipped` (`skipped_terminal` in the API) are with a final status, or need review while no new transcripts are
    expected.
    """

    refreshed: tuple[SessionRefresh, ...]
    skipped: tuple[Session, ...]


def refresh(
    service: Service, session_id: str, *, force: bool = False, caused_by: EventCause = "recruiter"
) -> RefreshOutcome:
    """Refresh one session. Raises the problem that prevented it; the session then keeps its status.

    Without `force`, the provider is not asked about a session with a final status, nor about one that needs review
    unless transcripts may have arrived.
    """
    session = find_session(service, session_id)
    if not can_refresh(session, service.clock.now_ms(), force=force):
        is_unscored = session.review_reason is not None and session.result_version is None
        if is_unscored and session.review_reason not in CONSENT_REASONS:
            raise nothing_to_score_problem(session)
        return RefreshOutcome(session, updated=False)
    (_, outcome), = refresh_sessions(service, [session], force=force, caused_by=caused_by)
    if outcome.problem is not None:
        raise outcome.problem
    return outcome


def refresh_job(
    service: Service, job_id: int, *, limit: int, force: bool = False,
    report_progress: Callable[[int, int], None] | None = None, lend_slot: LendSlot = nullcontext,
) -> JobRefresh:
    """Refresh a job's sessions: those that can still change first, the longest unread first.

    Refreshes of one job run one after the other and share their outcomes; `lend_slot` is entered while waiting.
    `report_progress(done, total)` is called after each session.
    """
    with service.job_refresh_queues.acquire(job_id, service.clock, lend_slot, force=force) as recent:
        fresh = recent.by_session_id()
        refreshed = list(fresh.values())[:limit]
        with service.store.read() as tx:
            listed = tx.sessions.longest_unsynced(job_id, limit=limit, final=sorted(FINAL))
        sessions = [session for session in listed if session.session_id not in fresh][: limit - len(refreshed)]
        now_ms = service.clock.now_ms()
        due = [session for session in sessions if can_refresh(session, now_ms, force=force)]
        skipped = tuple(session for session in sessions if not can_refresh(session, now_ms, force=force))
        total = len(refreshed) + len(due)
        for batch in refresh_in_batches(service, due, force=force, caused_by="recruiter"):
            recent.add(batch)
            for session_refresh in batch:
                refreshed.append(session_refresh)
                if report_progress:
                    report_progress(len(refreshed), total)
    return JobRefresh(tuple(refreshed), skipped)


def can_refresh(session: Session, now_ms: int, *, force: bool) -> bool:
    """Return whether asking the provider about a session can change it."""
    if session.status == Status.CANCELED:
        return False
    if session.status in FINAL:
        return force and session.invitation_id is not None
    return force or session.review_reason is None or is_review_refresh_due(session, now_ms)


def refresh_sessions(
    service: Service, sessions: Sequence[Session], *, force: bool, caused_by: EventCause
) -> Iterator[SessionRefresh]:
    """Refresh sessions; yield each as it is done."""
    for batch in refresh_in_batches(service, sessions, force=force, caused_by=caused_by):
        yield from batch


def refresh_in_batches(
    service: Service, sessions: Sequence[Session], *, force: bool, caused_by: EventCause
) -> Iterator[list[SessionRefresh]]:
    """Refresh sessions; yield each batch as it is done. One batch is read from the provider while another is scored and
    a third written.

    A session that fails carries its problem and stops no other.
    """
    if not sessions:
        return
    invited = [session for session in sessions if session.invitation_id is not None]
    without_interview = [session for session in sessions if session.invitation_id is None]

    def read_batches(sessions: list[Session]) -> list[_Batch]:
        invitation_ids = [session.invitation_id or "" for session in sessions]
        read = partial(service.provider.read, answer_at_once=force)
        snapshots = service.in_flight_snapshots.read(read, invitation_ids, force=force)
        return chunks(
            [(session, snapshots[session.invitation_id or ""]) for session in sessions], SESSIONS_PER_TRANSACTION
        )

    concurrency = service.provider.concurrency
    reads = run_in_parallel(read_batches, chunks(invited, service.provider.batch_size), concurrency)
    batches: Iterable[_Batch] = (batch for _, batches_read in reads for batch in batches_read)
    if len(invited) <= SESSIONS_PER_TRANSACTION:
        batches = list(batches)
    # Otherwise all of this is lazy: taking what is yielded below drives the reading and the scoring.
    for _, scored in run_in_parallel(partial(_score_batch, service, force=force), batches, _PARALLEL_SCORERS):
        yield apply_batch(service, scored, force=force, caused_by=caused_by)
    for session, outcome in run_in_parallel(partial(_recover_created, service), without_interview, concurrency):
        yield [SessionRefresh(session, outcome)]


#: The sessions of one transaction, with the provider's snapshots; few, so that other writers do not wait long.
_Batch = list[tuple[Session, ProviderSnapshot]]
#: How many batches are scored while others are written: two, so that the scoring process never idles.
_PARALLEL_SCORERS = 2


@dataclass(frozen=True)
class _ScoredBatch:
    """A batch with its scores, by the criteria and formula in force at that time."""

    batch: _Batch
    rules: tuple[Criteria, Formula]
    scores: ScoreCache


def _score_batch(service: Service, batch: _Batch, *, force: bool) -> _ScoredBatch:
    rules = service.rules.criteria, service.rules.formula
    scores = ScoreCache(SessionRules(*rules), service.embed, service.worker_scorer)
    precompute_scores(service, batch, scores, force=force)
    return _ScoredBatch(batch, rules, scores)


def apply_batch(service: Service, scored: _ScoredBatch, *, force: bool, caused_by: EventCause) -> list[SessionRefresh]:
    """Apply a batch of snapshots in one transaction, or in more, so that other writers wait for one session at most."""
    if scored.rules != (service.rules.criteria, service.rules.formula):
        scored = _score_batch(service, scored.batch, force=force)
    refreshed: list[SessionRefresh] = []
    while rest := scored.batch[len(refreshed) :]:
        with service.store.write(session.job_id for session, _ in rest) as tx:
            locked = tx.sessions.locked([session.session_id for session, _ in rest])
            for session, snapshot in rest:
                current = locked.get(session.session_id, session)
                outcome = apply_snapshot(
                    service, current, snapshot, scored.scores, force=force, caused_by=caused_by, tx=tx
                )
                refreshed.append(SessionRefresh(session, outcome))
                if len(refreshed) < len(scored.batch) and service.store.has_waiting_writers():
                    break
    return refreshed


def _recover_created(service: Service, session: Session) -> RefreshOutcome:
    """Refresh a session without an interview: adopt it if the provider has one, but invite nobody."""
    problem = None
    try:
        recover_created(service, session)
    except Problem as refused:
        problem = refused
    current = find_session(service, session.session_id)
    return RefreshOutcome(current, updated=current.status != session.status and problem is None, problem=problem)
