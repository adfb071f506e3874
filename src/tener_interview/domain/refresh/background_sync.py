"""The background sync: what recruiters would have to refresh by hand, what the provider tells of, and what a dead
process left behind.

One process at a time holds the lease. Sessions that can still change are read in batches, those the provider has told
of first, then the longest unread. A webhook only wakes it: what it brings is always read from the provider itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from ...errors import Problem
from ...providers.protocol import ProviderEvent
from ...store.records import UNKNOWN_INTERVIEW
from ...store.session import Session
from ...system import logs
from ..jobs.batch_step import close_interrupted_steps
from ..privacy.retention import erase_overdue
from ..service import Service
from ..sessions.start import adopt
from ..sessions.states import Status
from .refresh import refresh_all
from .refresh_schedule import longest_pause_ms

LEASE = "background-sync"
#: Short, so that a process that was killed is soon replaced. When it lapses between rounds nothing is read twice: what
#: was read is not due again.
LEASE_MS = 15_000
#: Read in one round at most; the next round goes on where this one ended.
ROUND_SESSIONS = 500
#: A start that is still under way is nobody else's business.
START_GRACE_MS = 120_000
#: How often it is looked whether something is owed of an erasure: the file could not be scrubbed then.
SCRUB_EVERY_S = 10.0
SCRUB_EVERY_AT_MOST_S = 640.0
#: Between rounds that only erase, where interviews are not read.
RETENTION_ROUND_S = 3600


@dataclass(frozen=True)
class SyncRound:
    """What one round did. `at_s` is when it began on the monotonic clock."""

    at_ms: int
    at_s: float
    read: int = 0
    changed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class SyncState:
    """The background sync as this process sees it. `fault` is the code of what cut the last round short."""

    every_s: int
    holds_lease: bool
    last: SyncRound | None
    fault: str | None


class BackgroundSync:
    """Runs rounds every `every_s` seconds; 0 runs none by itself, but still reads what a webhook tells of."""

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
        self._holds_lease = False
        self._lease_taken_s = 0.0
        self._lease_denied = False

    def start(self) -> None:
        """Begin in a thread of its own; the service answers meanwhile."""
        self._thread = threading.Thread(target=self._run, name="background-sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Have a round now: the provider has told of something."""
        self._wake.set()

    def stop(self) -> None:
        """Stop within a second; an answer that is still awaited then is read again by the next process."""
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

    def recover(self) -> None:
        """Put right what a process that died left behind: steps that run no more, starts that were cut short."""
        close_interrupted_steps(self._service)
        with self._service.store.read() as tx:
            unsent = {"status": Status.CREATED, "is_current": True}
            cut_short = tx.sessions.newest_first(unsent, limit=ROUND_SESSIONS)
            told_of = tx.sessions.due_for_sync(
                self._service.clock.now_ms(), longest_pause_ms(self._every_s), urgent_only=True, limit=1
            )
        if told_of:
            self.wake()
        self._adopt_cut_short(cut_short, lambda: not self._stopping.is_set())

    def run_round(self) -> SyncRound | None:
        """Read what is due; None when another process holds the lease."""
        service = self._service
        if not self._take_lease():
            return None
        now_ms = service.clock.now_ms()
        with service.store.read() as tx:
            due = tx.sessions.due_for_sync(
                now_ms, longest_pause_ms(self._every_s), urgent_only=self._every_s == 0, limit=ROUND_SESSIONS
            )
        created = [each for each in due if each.status == Status.CREATED]
        self._adopt_cut_short(
            [each for each in created if not 0 <= now_ms - each.updated_at <= START_GRACE_MS], self._can_continue
        )
        refreshable = [each for each in due if each.status != Status.CREATED]
        done = SyncRound(now_ms, service.clock.monotonic_s())
        for _, outcome in refresh_all(service, refreshable, force=False, source="sync"):
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
        return done

    def _run(self) -> None:
        self._service.store.scrub()
        self._run_guarded(self.recover)
        if self._retention_days:
            # The first pause is long, and a process that is often restarted might never see the end of it.
            self.wake()
        while not self._stopping.is_set():
            self._wait_and_scrub(self._pause_s())
            self._wake.clear()
            if not self._stopping.is_set():
                self._run_guarded(self._round)

    def _wait_and_scrub(self, pause_s: float | None) -> None:
        """Wait until the next round, or until woken; meanwhile the file is scrubbed where that is owed."""
        left_s = inf if pause_s is None else pause_s
        slice_s = SCRUB_EVERY_S
        while left_s > 0 and not self._wake.wait(min(left_s, slice_s)):
            left_s -= slice_s
            # What keeps the log for long is not asked every time.
            slice_s = SCRUB_EVERY_S if self._service.store.scrub() else min(2 * slice_s, SCRUB_EVERY_AT_MOST_S)

    def _pause_s(self) -> float | None:
        """How long until the next round, if nobody asks for one. Where another process was at it, and perhaps has died
        since, what this one was woken for is tried again once that lease has run out."""
        usual_s = self._every_s or (RETENTION_ROUND_S if self._retention_days else None)
        return min(usual_s or LEASE_MS / 1000, LEASE_MS / 1000) if self._lease_denied else usual_s

    def _round(self) -> None:
        done = self.run_round()
        self._lease_denied = done is None
        if done is not None:
            self._last = done
            logs.log_event("sync_round", read=done.read, changed=done.changed, failed=done.failed)

    def _run_guarded(self, work: Callable[[], None]) -> None:
        """A fault ends a round, never the thread."""
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

    def _adopt_cut_short(self, sessions: list[Session], may_go_on: Callable[[], bool]) -> None:
        """Adopt what the provider has of starts that were cut short. One that is down is not asked for each of them."""
        for session in sessions:
            if not may_go_on():
                return
            try:
                adopt(self._service, session, wait=False)
            except Problem as problem:
                logs.log_event("start_pending", logging.WARNING, session_id=session.session_id, code=problem.code)
                if problem.code != "INTERVIEW_PROVIDER_REJECTED":
                    return

    def _can_continue(self) -> bool:
        """Whether a round may ask for more: not once it is to stop, nor when another process has taken the lease."""
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


def handle_webhook(service: Service, notice: ProviderEvent) -> bool:
    """Record a notice; whether it is news of an interview we know, so that the sync is to be woken."""
    with service.store.write() as tx:
        sessions = tx.sessions.by_invitation(notice.invitation_id)
        now_ms = service.clock.now_ms()
        outcome = "known" if sessions else UNKNOWN_INTERVIEW
        if not tx.webhooks.add(notice.invitation_id, notice.stage, notice.event, now_ms, outcome):
            return False
        logs.log_event("webhook", stage=notice.stage, outcome=outcome.replace(" ", "_"))
        for session in sessions:
            tx.sessions.update_if(session.session_id, {"is_current": True}, urgent=True, next_sync_at=0)
            tx.events.add(session.session_id, "notified", "webhook", now_ms, stage=notice.stage)
        return bool(sessions)
