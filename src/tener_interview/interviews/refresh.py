"""Bringing sessions up to date with the provider, one or many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import Problem
from ..store.database import Transaction
from ..store.sessions import Session
from .outcome import Settled, settle
from .parallel import chunks, side_by_side
from .service import Service
from .start import resume
from .states import ENDED, Status


@dataclass(frozen=True)
class JobRefresh:
    """What refreshing a job's sessions did; each with the session as it was before."""

    settled: tuple[tuple[Session, Settled], ...]
    skipped: tuple[Session, ...]


def find_session(service: Service, session_id: str) -> Session:
    """A session by its id. Raises `INTERVIEW_SESSION_NOT_FOUND`."""
    with service.store.read() as tx:
        return found_session(tx, session_id)


def found_session(tx: Transaction, session_id: str) -> Session:
    """A session inside a transaction. Raises `INTERVIEW_SESSION_NOT_FOUND`."""
    session = tx.sessions.get(session_id)
    if session is None:
        raise Problem("INTERVIEW_SESSION_NOT_FOUND", "There is no interview session with this id.")
    return session


def refresh(service: Service, session_id: str, *, force: bool = False, source: str = "recruiter") -> Settled:
    """Bring one session up to date. Raises what kept it from going on; its state then is what it was.

    A scored session answers from the store unless forced; one that ended in another way has nothing to read.
    """
    session = find_session(service, session_id)
    if not readable(session, force=force):
        return Settled(session, updated=False)
    (_, settled), = refresh_all(service, [session], force=force, source=source)
    if settled.problem is not None:
        raise settled.problem
    return settled


def refresh_job(service: Service, job_id: int, *, limit: int, force: bool = False) -> JobRefresh:
    """Bring a job's sessions up to date, those that can still change and were not looked at for longest first."""
    with service.store.read() as tx:
        sessions = tx.sessions.longest_unread(job_id, limit=limit, ended=sorted(ENDED))
    due = [each for each in sessions if readable(each, force=force)]
    skipped = tuple(each for each in sessions if not readable(each, force=force))
    return JobRefresh(tuple(refresh_all(service, due, force=force, source="recruiter")), skipped)


def readable(session: Session, *, force: bool) -> bool:
    """Whether asking the provider about a session can change it."""
    if session.status == Status.CANCELED:
        return False
    if session.status in ENDED:
        return force and session.invitation_id is not None
    return True


def refresh_all(
    service: Service, sessions: Sequence[Session], *, force: bool, source: str
) -> Iterator[tuple[Session, Settled]]:
    """Bring sessions up to date, in batches side by side; yields (session before, what became of it) as they come.

    One that fails carries its problem and never keeps another from being read. Each batch is written in one
    transaction while others are still on their way.
    """
    invited = [each for each in sessions if each.invitation_id is not None]
    unsent = [[each] for each in sessions if each.invitation_id is None]
    batches = [*chunks(invited, service.provider.batch_size), *unsent]

    def bring(batch: list[Session]) -> list[Settled]:
        if batch[0].invitation_id is None:
            return [_resumed(service, batch[0])]
        return _read(service, batch, force=force, source=source)

    for batch, settled in side_by_side(bring, batches, service.provider.concurrency):
        yield from zip(batch, settled, strict=True)


def _read(service: Service, batch: list[Session], *, force: bool, source: str) -> list[Settled]:
    readings = service.provider.read([each.invitation_id or "" for each in batch], force=force)
    with service.store.write() as tx:
        settled = []
        for session in batch:
            now = tx.sessions.get(session.session_id) or session
            reading = readings[session.invitation_id or ""]
            settled.append(settle(service, now, reading, force=force, source=source, tx=tx))
        return settled


def _resumed(service: Service, session: Session) -> Settled:
    try:
        now = resume(service, session)
    except Problem as problem:
        return Settled(find_session(service, session.session_id), updated=False, problem=problem)
    return Settled(now, updated=now.status != session.status)
