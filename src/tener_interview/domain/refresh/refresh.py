"""Bringing sessions up to date with the provider, one or many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

from ...errors import Problem
from ...store.session import Session
from ...system.parallel import chunks, run_in_parallel
from ..service import SESSIONS_PER_TRANSACTION, Service, find_session
from ..sessions.start import adopt
from ..sessions.states import ENDED, Status
from .apply_snapshot import ProviderSnapshot, RefreshOutcome, apply_snapshot, nothing_to_score, precompute_scores
from .refresh_schedule import is_refresh_due
from .score_cache import ScoreCache
from .shared_snapshots import Aside


@dataclass(frozen=True)
class JobRefreshOutcome:
    """What refreshing a job's sessions did; each with the session as it was before."""

    settled: tuple[tuple[Session, RefreshOutcome], ...]
    skipped: tuple[Session, ...]


def refresh(service: Service, session_id: str, *, force: bool = False, source: str = "recruiter") -> RefreshOutcome:
    """Bring one session up to date. Raises what kept it from going on; its state then is what it was.

    A scored session answers from the store unless forced, and so does one that needs a human look, unless transcripts
    of it may have come meanwhile; one that ended in another way has nothing to read.
    """
    session = find_session(service, session_id)
    if not can_refresh(session, service.clock.now_ms(), force=force):
        if session.review_reason is not None and session.result_version is None:
            raise nothing_to_score(session)
        return RefreshOutcome(session, updated=False)
    (_, settled), = refresh_all(service, [session], force=force, source=source)
    if settled.problem is not None:
        raise settled.problem
    return settled


def refresh_job(
    service: Service, job_id: int, *, limit: int, force: bool = False,
    tell: Callable[[int, int], None] | None = None, aside: Aside = nullcontext,
) -> JobRefreshOutcome:
    """Bring a job's sessions up to date, those that can still change and were not looked at for longest first.

    Refreshes of one job go one after the other, `aside` while they wait, and what one has read need not be read again
    for those that came meanwhile. `tell` hears after each session how many of how many are done.
    """
    with service.job_locks.acquire(job_id, service.clock, aside, force=force) as readings:
        fresh_outcomes = readings.fresh_outcomes()
        settled = list(fresh_outcomes.values())[:limit]
        with service.store.read() as tx:
            listed = tx.sessions.longest_unsynced(job_id, limit=limit, ended=sorted(ENDED))
        sessions = [each for each in listed if each.session_id not in fresh_outcomes][: limit - len(settled)]
        now_ms = service.clock.now_ms()
        due = [each for each in sessions if can_refresh(each, now_ms, force=force)]
        skipped = tuple(each for each in sessions if not can_refresh(each, now_ms, force=force))
        total = len(settled) + len(due)
        for batch in refresh_batches(service, due, force=force, source="recruiter"):
            readings.keep(batch)
            for each in batch:
                settled.append(each)
                if tell:
                    tell(len(settled), total)
    return JobRefreshOutcome(tuple(settled), skipped)


def can_refresh(session: Session, now_ms: int, *, force: bool) -> bool:
    """Whether asking the provider about a session can change it."""
    if session.status == Status.CANCELED:
        return False
    if session.status in ENDED:
        return force and session.invitation_id is not None
    return force or session.review_reason is None or is_refresh_due(session, now_ms)


def refresh_all(
    service: Service, sessions: Sequence[Session], *, force: bool, source: str
) -> Iterator[tuple[Session, RefreshOutcome]]:
    """Bring sessions up to date; yields (session before, what became of it) as they come."""
    for batch in refresh_batches(service, sessions, force=force, source=source):
        yield from batch


def refresh_batches(
    service: Service, sessions: Sequence[Session], *, force: bool, source: str
) -> Iterator[list[tuple[Session, RefreshOutcome]]]:
    """The same in the batches that they are read and written in, side by side.

    One that fails carries its problem and never keeps another from being read. While a batch is scored and written, a
    few sessions in a transaction, the next ones are already asked for.
    """
    invited = [each for each in sessions if each.invitation_id is not None]
    unsent = [[each] for each in sessions if each.invitation_id is None]
    batches = [*chunks(invited, service.provider.batch_size), *unsent]

    def ask(batch: list[Session]) -> Mapping[str, ProviderSnapshot] | RefreshOutcome:
        if batch[0].invitation_id is None:
            return _adopt_unsent(service, batch[0])
        wanted = [each.invitation_id or "" for each in batch]
        return service.in_flight_snapshots.read(partial(service.provider.read, force=force), wanted, force=force)

    for batch, told in run_in_parallel(ask, batches, service.provider.concurrency):
        if isinstance(told, RefreshOutcome):
            yield [(batch[0], told)]
        else:
            yield list(zip(batch, apply_batch(service, batch, told, force=force, source=source), strict=True))


def apply_batch(
    service: Service, batch: list[Session], readings: Mapping[str, ProviderSnapshot], *, force: bool, source: str
) -> list[RefreshOutcome]:
    """Apply what was read of each session of a batch, few in a transaction: whoever else writes waits for its end."""
    settled = []
    for some in chunks([(each, readings[each.invitation_id or ""]) for each in batch], SESSIONS_PER_TRANSACTION):
        scores = ScoreCache(service.rules.criteria, service.rules.formula, service.embed, service.score_many)
        precompute_scores(service, some, scores, force=force)
        with service.store.write() as tx:
            for session, reading in some:
                now = tx.sessions.get(session.session_id) or session
                settled.append(apply_snapshot(service, now, reading, scores, force=force, source=source, tx=tx))
    return settled


def _adopt_unsent(service: Service, session: Session) -> RefreshOutcome:
    """What came of a session without an interview: one is adopted where the provider has it, and nobody is invited."""
    problem = None
    try:
        adopt(service, session)
    except Problem as refused:
        problem = refused
    now = find_session(service, session.session_id)
    return RefreshOutcome(now, updated=now.status != session.status and problem is None, problem=problem)
