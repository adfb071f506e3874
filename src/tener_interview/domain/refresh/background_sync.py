"""The background sync: refreshes sessions without a recruiter, follows webhooks, and cleans up after a dead process.

One process at a time holds the lease. Sessions that can still change are read in batches: first those with a webhook
event, then the longest unread. A webhook only wakes the sync, which always reads the interview from the provider.

What the sync calls is imported in its own thread, so that the start does not wait for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...providers.protocol import Stage
from ...store.event_records import UNKNOWN_INTERVIEW
from ...system import logs
from ..sessions.status import FINISHED, Status
from .refresh_schedule import longest_pause_ms

if TYPE_CHECKING:
    from ...providers.protocol import ProviderEvent
    from ...store.session import Session
    from ..service import Service

LEASE = "background-sync"
#: Short, so that another process soon replaces a killed one. A lease that ends between rounds does no harm.
LEASE_MS = 15_000
#: The most sessions that one round reads; the next round continues with the rest.
ROUND_SESSIONS = 500
#: Leave a `created` session alone for this long: its invitation may still be under way.
INVITE_GRACE_MS = 120_000
#: How often to retry a pending scrub: an erasure could not scrub the database file at once.
SCRUB_EVERY_S = 10.0
MAX_SCRUB_EVERY_S = 640.0
#: How often to check whether the end of the audit log was written down today.
ANCHOR_CHECK_S = 3600.0
#: Pauses between rounds if the sync is off, but the provider does not show yet what a webhook event announced, or lacks
#: transcripts: first the shorter one, then twice the last.
FIRST_URGENT_ROUND_S, URGENT_ROUND_S = 2.0, 60.0
#: Pause between rounds that only erase overdue sessions, if the sync of interviews is off.
RETENTION_ROUND_S = 3600


@dataclass(frozen=True)
class SyncRound:
    """What one round did. `at_s` is its start on the monotonic clock."""

    at_ms: int
    at_s: float
    read: int = 0
    changed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class SyncState:
    """The background sync as this process sees it. `fault` is the code of the error that ended the last round."""

    every_s: int
    holds_lease: bool
    last: SyncRound | None
    fault: str | None


class BackgroundSync:
    """Runs a round every `every_s` seconds; with 0, only after a webhook event, until what it announced is read."""

    def __init__(self, service: Service, every_s: int, owner: str, retention_days: int) -> None:
        self._service = service
        self._every_s = every_s
        self._owner = owner
        self._retention_days = retention_days
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._last: SyncRound | None = None
        self._fault: str | None = None
        self._has_urgent = False
        self._urgent_pause_s = FIRST_URGENT_ROUND_S
        self._holds_lease = False
        self._lease_taken_s = 0.0
        self._lease_denied = False
        self._anchored_s = -inf
        self._started_ms: float = inf

    def start(self) -> None:
        """Start the sync in its own thread."""
        self._started_ms = self._service.clock.now_ms()
        self._thread = threading.Thread(target=self._run, name="background-sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Run a round now, because of a webhook event."""
        self._wake.set()

    def stop(self) -> None:
        """Stop within a second; the next process reads again what was still in flight."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=1)
        if self._holds_lease:
            try:
                with self._service.store.write() as tx:
                    tx.leases.release(LEASE, self._owner)
            except Problem as problem:
                logs.log_event("sync_lease_kept", logging.WARNING, code=problem.code)

    def state(self) -> SyncState:
        return SyncState(self._every_s, self._holds_lease, self._last, self._fault)

    def recover(self, before_ms: float = inf) -> None:
        """Clean up after a process that died: close its batch steps, recover its interrupted invitations.

        `before_ms` is when this process started: a later invitation belongs to another process that is alive. An
        earlier one may be alive as well, which cannot be told from a dead one at once. To adopt its interview does no
        harm: that never invites, the first of the two processes writes the session, and the other finds it written.
        """
        from ..jobs.batch_step import close_interrupted_steps

        close_interrupted_steps(self._service)
        now_ms = self._service.clock.now_ms()
        with self._service.store.read() as tx:
            is_created = {"status": Status.CREATED, "is_current": True}
            interrupted = tx.sessions.newest_first(is_created, limit=ROUND_SESSIONS)
        if self._urgent_sessions():
            self.wake()
        self._recover_created_sessions(
            [session for session in interrupted if not before_ms < session.updated_at <= now_ms],
            lambda: not self._stopping.is_set(),
        )

    def run_round(self) -> SyncRound | None:
        """Refresh the sessions that are due; return None if another process holds the lease."""
        from ..privacy.retention import erase_overdue
        from .refresh import refresh_sessions

        service = self._service
        if not self._take_lease():
            return None
        now_ms = service.clock.now_ms()
        with service.store.read() as tx:
            due = tx.sessions.due_for_sync(
                now_ms, longest_pause_ms(self._every_s), urgent_only=self._every_s == 0, limit=ROUND_SESSIONS
            )
        created = [session for session in due if session.status == Status.CREATED]
        self._recover_created_sessions(
            [session for session in created if not 0 <= now_ms - session.updated_at <= INVITE_GRACE_MS],
            self._can_continue,
        )
        refreshable = [session for session in due if session.status != Status.CREATED]
        done = SyncRound(now_ms, service.clock.monotonic_s())
        for _, outcome in refresh_sessions(service, refreshable, force=False, caused_by="sync"):
            done = replace(
                done,
                read=done.read + 1,
                changed=done.changed + outcome.updated,
                failed=done.failed + (outcome.problem is not None),
            )
            if not self._can_continue():
                break
        if self._retention_days:
            erase_overdue(service, self._retention_days)
        self._anchor()
        return done

    def _anchor(self) -> None:
        """Write down the end of the audit log once a day; check once an hour."""
        now_s = self._service.clock.monotonic_s()
        if now_s - self._anchored_s >= ANCHOR_CHECK_S:
            self._anchored_s = now_s
            from ..audit.anchoring import anchor_audit_log

            anchor_audit_log(self._service)

    def _begin(self) -> None:
        self.recover(self._started_ms)
        self._anchor()

    def _run(self) -> None:
        self._service.store.scrub()
        self._run_guarded(self._begin)
        if self._retention_days:
            # Without this, a process that restarts often might never run a round.
            self.wake()
        while not self._stopping.is_set():
            self._wait_and_scrub(self._pause_s())
            doubled_s = min(2 * self._urgent_pause_s, URGENT_ROUND_S)
            self._urgent_pause_s = FIRST_URGENT_ROUND_S if self._wake.is_set() else doubled_s
            self._wake.clear()
            if not self._stopping.is_set():
                self._run_guarded(self._round)

    def _wait_and_scrub(self, pause_s: float | None) -> None:
        """Wait for the next round or `wake`; retry a pending scrub meanwhile."""
        left_s = inf if pause_s is None else pause_s
        slice_s = SCRUB_EVERY_S
        while left_s > 0 and not self._wake.wait(min(left_s, slice_s)):
            left_s -= slice_s
            # Back off while a long reader keeps the log.
            slice_s = SCRUB_EVERY_S if self._service.store.scrub() else min(2 * slice_s, MAX_SCRUB_EVERY_S)

    def _pause_s(self) -> float | None:
        """Return the pause until the next round. If another process held the lease, retry as soon as it may expire."""
        off_s = self._urgent_pause_s if self._has_urgent else RETENTION_ROUND_S if self._retention_days else None
        usual_s = self._every_s or off_s
        return min(usual_s or LEASE_MS / 1000, LEASE_MS / 1000) if self._lease_denied else usual_s

    def _urgent_sessions(self) -> list[Session]:
        """A session with a webhook event that is not read yet, if there is one."""
        now_ms = self._service.clock.now_ms()
        with self._service.store.read() as tx:
            return tx.sessions.due_for_sync(now_ms, longest_pause_ms(self._every_s), urgent_only=True, limit=1)

    def _round(self) -> None:
        self._has_urgent = True  # unless the round gets to its end
        done = self.run_round()
        self._has_urgent = self._every_s == 0 and bool(self._urgent_sessions())
        self._lease_denied = done is None
        if done is not None:
            self._last = done
            logs.log_event("sync_round", read=done.read, changed=done.changed, failed=done.failed)

    def _run_guarded(self, work: Callable[[], None]) -> None:
        """Run a part of the sync; an exception ends it, but never the thread."""
        try:
            work()
            self._fault = None
        except Problem as problem:
            self._fault = problem.code
            logs.log_event("sync_failed", logging.WARNING, code=problem.code)
        except Exception as fault:
            if self._stopping.is_set():
                return
            self._fault = "INTERNAL_ERROR"
            logs.log_event("sync_failed", logging.ERROR, fault)

    def _recover_created_sessions(self, sessions: list[Session], can_continue: Callable[[], bool]) -> None:
        """Recover interrupted invitations; stop at the first sign that the provider is down."""
        from ..sessions.invite import recover_created

        for session in sessions:
            if not can_continue():
                return
            try:
                recover_created(self._service, session, wait=False)
            except Problem as problem:
                logs.log_event("start_pending", logging.WARNING, session_id=session.session_id, code=problem.code)
                if problem.code != "INTERVIEW_PROVIDER_REJECTED":
                    return

    def _can_continue(self) -> bool:
        """Return whether a round may continue: the sync is not stopping and still holds the lease."""
        if self._stopping.is_set():
            return False
        held_s = self._service.clock.monotonic_s() - self._lease_taken_s
        return held_s <= LEASE_MS / 3000 or self._take_lease()

    def _take_lease(self) -> bool:
        now_ms = self._service.clock.now_ms()
        self._lease_taken_s = self._service.clock.monotonic_s()
        with self._service.store.write() as tx:
            self._holds_lease = tx.leases.acquire(LEASE, self._owner, now_ms=now_ms, until=now_ms + LEASE_MS)
        return self._holds_lease


def handle_provider_event(service: Service, event: ProviderEvent) -> bool:
    """Record a provider's event; return whether it is new and of a known interview, so that the sync must wake."""
    with service.store.write() as tx:
        sessions = tx.sessions.by_invitation(event.invitation_id)
        tx.locks.sessions(session.session_id for session in sessions)
        now_ms = service.clock.now_ms()
        outcome = "known" if sessions else UNKNOWN_INTERVIEW
        if not tx.provider_events.add(event.invitation_id, event.stage, event.event, now_ms, outcome):
            return False
        logs.log_event("webhook", stage=event.stage, outcome=outcome.replace(" ", "_"))
        changed = [session for session in sessions if _may_change(session, event)]
        for session in changed:
            tx.sessions.update_if(session.session_id, {"is_current": True}, urgent=True, next_sync_at=0)
            tx.events.add(session.session_id, "notified", "webhook", now_ms, stage=event.stage)
        return bool(changed)


def _may_change(session: Session, event: ProviderEvent) -> bool:
    """Return whether an event may change a session. One that a finished interview is finished, shortlisted or discarded
    does not: recruiters do that at the provider, and this service does."""
    return session.status not in FINISHED or event.stage not in (Stage.FINISHED, Stage.WITHDRAWN)
