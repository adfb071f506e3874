"""Refresh sessions: read their interviews at the provider and apply what has changed, for one session or many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

from ...errors import Problem
from ...store.session import Session
from ...system.parallel import chunks, run_in_parallel
from ..plans.session_rules import SessionRules
from ..service import SESSIONS_PER_TRANSACTION, Service, find_session
from ..sessions.start import adopt
from ..sessions.states import ENDED, Status
from .apply_snapshot import ProviderSnapshot, RefreshOutcome, apply_snapshot, nothing_to_score, precompute_scores
from .refresh_schedule import is_review_refresh_due
from .score_cache import ScoreCache
from .shared_snapshots import SlotReleased


@dataclass(frozen=True)
class JobRefreshOutcome:
    """What refreshing a job's sessions did: pairs of the session before and the outcome."""

    outcomes: tuple[tuple[Session, RefreshOutcome], ...]
    skipped: tuple[Session, ...]


def refresh(service: Service, session_id: str, *, force: bool = False, source: str = "recruiter") -> RefreshOutcome:
    """Refresh one session. Raises the problem that prevented it; the session then keeps its state.

    Without `force`, the provider is not asked about a scored or ended session, nor about one that needs review unless
    transcripts may have arrived.
    """
    session = find_session(service, session_id)
    if not can_refresh(session, service.clock.now_ms(), force=force):
        if session.review_reason is not None and session.result_version is None:
            raise nothing_to_score(session)
        return RefreshOutcome(session, updated=False)
    (_, outcome), = refresh_all(service, [session], force=force, source=source)
    if outcome.problem is not None:
        raise outcome.problem
    return outcome


def refresh_job(
    service: Service, job_id: int, *, limit: int, force: bool = False,
    report_progress: Callable[[int, int], None] | None = None, slot_released: SlotReleased = nullcontext,
) -> JobRefreshOutcome:
    """Refresh a job's sessions: those that can still change first, the longest unread first.

    Refreshes of one job run one after the other and share what they read; `slot_released` is entered while waiting.
    `report_progress(done, total)` is called after each session.
    """
    with service.job_locks.acquire(job_id, service.clock, slot_released, force=force) as shared:
        fresh = shared.fresh_outcomes()
        outcomes = list(fresh.values())[:limit]
        with service.store.read() as tx:
            listed = tx.sessions.longest_unsynced(job_id, limit=limit, ended=sorted(ENDED))
        sessions = [session for session in listed if session.session_id not in fresh][: limit - len(outcomes)]
        now_ms = service.clock.now_ms()
        due = [session for session in sessions if can_refresh(session, now_ms, force=force)]
        skipped = tuple(session for session in sessions if not can_refresh(session, now_ms, force=force))
        total = len(outcomes) + len(due)
        for batch in refresh_batches(service, due, force=force, source="recruiter"):
            shared.add(batch)
            for pair in batch:
                outcomes.append(pair)
                if report_progress:
                    report_progress(len(outcomes), total)
    return JobRefreshOutcome(tuple(outcomes), skipped)


def can_refresh(session: Session, now_ms: int, *, force: bool) -> bool:
    """Return whether asking the provider about a session can change it."""
    if session.status == Status.CANCELED:
        return False
    if session.status in ENDED:
        return force and session.invitation_id is not None
    return force or session.review_reason is None or is_review_refresh_due(session, now_ms)


def refresh_all(
    service: Service, sessions: Sequence[Session], *, force: bool, source: str
) -> Iterator[tuple[Session, RefreshOutcome]]:
    """Refresh sessions; yield pairs of the session before and the outcome, as they are done."""
    for batch in refresh_batches(service, sessions, force=force, source=source):
        yield from batch


def refresh_batches(
    service: Service, sessions: Sequence[Session], *, force: bool, source: str
) -> Iterator[list[tuple[Session, RefreshOutcome]]]:
    """Refresh sessions; yield a list of pairs, session before and outcome, as each batch is done. The provider is asked
    for several batches in parallel, also while one is scored and written.

    A session that fails carries its problem and stops no other.
    """
    invited = [session for session in sessions if session.invitation_id is not None]
    unsent = [[session] for session in sessions if session.invitation_id is None]
    batches = [*chunks(invited, service.provider.batch_size), *unsent]

    def read_batch(batch: list[Session]) -> Mapping[str, ProviderSnapshot] | RefreshOutcome:
        if batch[0].invitation_id is None:
            return _adopt_unsent(service, batch[0])
        invitation_ids = [session.invitation_id or "" for session in batch]
        read = partial(service.provider.read, force=force)
        return service.in_flight_snapshots.read(read, invitation_ids, force=force)

    for batch, found in run_in_parallel(read_batch, batches, service.provider.concurrency):
        if isinstance(found, RefreshOutcome):
            yield [(batch[0], found)]
        else:
            yield list(zip(batch, apply_batch(service, batch, found, force=force, source=source), strict=True))


def apply_batch(
    service: Service, batch: list[Session], snapshots: Mapping[str, ProviderSnapshot], *, force: bool, source: str
) -> list[RefreshOutcome]:
    """Apply a batch of snapshots, a few per transaction, so that other writers do not wait long."""
    outcomes = []
    pairs = [(session, snapshots[session.invitation_id or ""]) for session in batch]
    for chunk in chunks(pairs, SESSIONS_PER_TRANSACTION):
        rules = SessionRules(service.rules.criteria, service.rules.formula)
        scores = ScoreCache(rules, service.embed, service.batch_scorer)
        precompute_scores(service, chunk, scores, force=force)
        with service.store.write(session.job_id for session, _ in chunk) as tx:
            tx.locks.sessions(session.session_id for session, _ in chunk)
            for session, snapshot in chunk:
                current = tx.sessions.get(session.session_id) or session
                outcomes.append(apply_snapshot(service, current, snapshot, scores, force=force, source=source, tx=tx))
    return outcomes


def _adopt_unsent(service: Service, session: Session) -> RefreshOutcome:
    """Refresh a session without an interview: adopt it if the provider has one, but invite nobody."""
    problem = None
    try:
        adopt(service, session)
    except Problem as refused:
        problem = refused
    now = find_session(service, session.session_id)
    return RefreshOutcome(now, updated=now.status != session.status and problem is None, problem=problem)
