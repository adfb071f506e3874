"""The dispatcher: sends the rows of the outbox. Any number of processes may run one; each row is sent by one of them.

It wakes when a transaction has added a row, and when the next attempt is due. Each channel has its own threads. A row
is claimed, confirmed and finished by one conditional statement each, so a process may be killed between any two steps.
A claim is released when another process has seen it unchanged for CLAIM_S on its own monotonic clock: its process is
dead, and a wall clock that jumps sends nothing twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from ...errors import Problem
from ...store.outbox_records import AT_MOST_ONCE, Channel, OutboxClaim, OutboxRow, OutboxState
from ...store.ports import Store
from ...system import logs
from ...system.clock import DAY_MS, Clock
from .delivery import MAX_EXPLANATION_CHARS, MAX_RETRY_AFTER_MS, Delivery, OutboxChannel, Outcome

#: How often a process renews its claims.
RENEW_CLAIMS_EVERY_S = 2.0
#: A claim that was not renewed for this long belongs to a dead process.
CLAIM_S = 4 * RENEW_CLAIMS_EVERY_S
#: The longest wait between rounds: another process may have added a row.
MAX_WAIT_S = 15.0
#: How long a stop waits for rows that are being sent.
STOP_S = 1.0
#: How long finished rows are kept, by channel; those of other channels are kept until the person is erased.
RETENTION_MS: Mapping[Channel, int] = {Channel.ENDPOINT: 30 * DAY_MS, Channel.JUDGE: 30 * DAY_MS}
_PRUNED = (OutboxState.DELIVERED, OutboxState.CANCELED, OutboxState.PARKED)
_TIDY_EVERY_S = 3600.0

Result = TypeVar("Result")

#: The pauses between tries to record an outcome while the database cannot be used.
_RECORD_PAUSES_S = (0.2, 1.0, 4.0, 10.0, 0.0)
#: The shortest wait of a deferred row.
_SHORTEST_WAIT_MS = 1_000
#: A larger backward jump means that the clock had been fast.
_CLOCK_STEP_MS = 1_000

_STATES = {
    Outcome.DELIVERED: OutboxState.DELIVERED, Outcome.PARK: OutboxState.PARKED,
    Outcome.UNCERTAIN: OutboxState.UNCERTAIN, Outcome.CANCELED: OutboxState.CANCELED,
}


class Dispatcher:
    """Sends the rows of all channels that have a sender; rows of other channels wait."""

    def __init__(
        self, store: Store, clock: Clock, channels: Mapping[Channel, OutboxChannel], owner: str,
        random: Callable[[], float],
    ) -> None:
        """`owner` names this process. `random` returns a number from 0 to 1."""
        self._store = store
        self._clock = clock
        self._channels = channels
        self._owner = owner
        self._random = random
        self._stopping = threading.Event()
        self._wake = store.outbox_changed
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._workers: dict[Channel, list[threading.Thread]] = {channel: [] for channel in channels}
        #: When each claim of another process was first seen as it is, on the monotonic clock.
        self._seen_s: dict[OutboxClaim, float] = {}
        #: The rows that this process is sending.
        self._in_flight: set[str] = set()
        self._tidied_s: float | None = None
        #: The wall-clock time when the monotonic clock was 0, as it was at the start and in the last round.
        self._first_epoch_ms = clock.now_ms() - round(clock.monotonic_s() * 1000)
        self._epoch_ms = self._first_epoch_ms

    def start(self) -> None:
        """Start in a background thread."""
        if self._channels:
            self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop within about a second. Another process, or the next start, sends the remaining rows."""
        self._stopping.set()
        self._wake.set()
        give_up_at_s = self._clock.monotonic_s() + STOP_S
        for thread in (self._thread, *self._all_workers()):
            if thread is not None:
                thread.join(max(0.0, give_up_at_s - self._clock.monotonic_s()))
        if self._thread is not None:
            self._run_guarded(self._release_own)

    def run_once(self) -> None:
        """Send everything that is due now, in this thread."""
        self.renew_and_release_claims()
        self._hourly_maintenance()
        for channel in self._channels:
            while self._send_next(channel):
                pass

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            wait_s = self._run_guarded(self._round)
            if not self._stopping.is_set():
                self._wake.wait(MAX_WAIT_S if wait_s is None else wait_s)

    def _round(self) -> float:
        """Renew and release claims, start workers, and return the seconds to the next round."""
        self.renew_and_release_claims()
        self._hourly_maintenance()
        with self._store.read() as tx:
            due_at_ms = {channel: tx.outbox.next_attempt_at(channel) for channel in self._channels}
        now_ms = self._clock.now_ms()
        waits_s = [MAX_WAIT_S]
        for channel, at_ms in due_at_ms.items():
            if at_ms is not None and at_ms <= now_ms:
                self._start_worker(channel)
            elif at_ms is not None:
                waits_s.append((at_ms - now_ms) / 1000)
        if self._all_workers() or self._seen_s:
            waits_s.append(RENEW_CLAIMS_EVERY_S)
        return min(waits_s)

    def _all_workers(self) -> list[threading.Thread]:
        with self._lock:
            return [thread for threads in self._workers.values() for thread in threads]

    def _start_worker(self, channel: Channel) -> None:
        """Start another thread for a channel, up to its limit."""
        with self._lock:
            threads = self._workers[channel]
            if self._stopping.is_set() or len(threads) >= self._channels[channel].workers:
                return
            thread = threading.Thread(target=self._work, args=(channel,), name=f"outbox-{channel}", daemon=True)
            threads.append(thread)
            thread.start()

    def _work(self, channel: Channel) -> None:
        """Send rows of a channel until none is due."""
        sent: bool | None = True
        while sent and not self._stopping.is_set():
            sent = self._run_guarded(partial(self._send_next, channel))
        with self._lock:
            self._workers[channel].remove(threading.current_thread())
        if sent is not None:
            # A row may have come while this thread was ending. After a failure the next round is soon enough.
            self._wake.set()

    def _send_next(self, channel: Channel) -> bool:
        """Claim and send one row that is due; return whether there was one."""
        with self._store.write() as tx:
            now_ms = self._clock.now_ms()
            row = tx.outbox.claim(channel, self._owner, now_ms=now_ms, until_ms=now_ms + round(CLAIM_S * 1000))
        if row is None:
            return False
        if self._channels[channel].workers > 1:
            # The next row may be for another receiver, and be sent at the same time.
            self._wake.set()
        self._in_flight.add(row.outbox_id)
        try:
            self._record(row, self._deliver(row))
        finally:
            self._in_flight.discard(row.outbox_id)
        return True

    def _deliver(self, row: OutboxRow) -> Delivery:
        confirmed = False

        def confirm_send() -> bool:
            nonlocal confirmed
            with self._store.write() as tx:
                confirmed = tx.outbox.confirm_send(row.outbox_id, self._owner)
            return confirmed

        try:
            return self._channels[row.channel].sender.deliver(row, confirm_send)
        except Exception as fault:
            code = fault.code if isinstance(fault, Problem) else type(fault).__name__
            logs.log_event("delivery_failed", logging.WARNING, fault, channel=row.channel.value, row=row.outbox_id)
            is_lost = confirmed and row.channel in AT_MOST_ONCE
            return Delivery(Outcome.UNCERTAIN if is_lost else Outcome.RETRY, code)

    def _record(self, row: OutboxRow, delivery: Delivery) -> None:
        """Record how an attempt ended, with retries while the database cannot be used."""
        for pause_s in _RECORD_PAUSES_S:
            try:
                self._record_once(row, delivery)
                return
            except Problem:
                if not pause_s or self._stopping.wait(pause_s):
                    raise

    def _record_once(self, row: OutboxRow, delivery: Delivery) -> None:
        """Changes nothing if another process has the row now, or it was canceled."""
        now_ms = self._clock.now_ms()
        retry_after_ms = delivery.retry_after_ms or 0
        explanation = None if delivery.explanation is None else delivery.explanation[:MAX_EXPLANATION_CHARS]
        state = _STATES.get(delivery.outcome)
        again_at: int | None = now_ms + max(retry_after_ms, _SHORTEST_WAIT_MS)
        if delivery.outcome is Outcome.RETRY:
            schedule = self._channels[row.channel].retries
            again_at = schedule.next_attempt_at(row, now_ms, retry_after_ms, self._random())
            state = OutboxState.PARKED if again_at is None else None
        with self._store.write() as tx:
            if state is not None or again_at is None:
                tx.outbox.finish(row.outbox_id, self._owner, state or OutboxState.PARKED, explanation, now_ms)
            else:
                is_attempt = delivery.outcome is Outcome.RETRY
                tx.outbox.try_later(row.outbox_id, self._owner, explanation, again_at, now_ms, counts=is_attempt)
                if delivery.pauses_receiver and row.receiver is not None:
                    tx.outbox.pause_receiver(row.receiver, again_at)
        logs.log_event(
            "delivery", channel=row.channel.value, row=row.outbox_id, outcome=(state or delivery.outcome).value,
            attempt=row.attempts,
        )

    def renew_and_release_claims(self) -> None:
        """Renew the claims of this process, and release those of dead processes."""
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        in_flight = set(self._in_flight)
        with self._store.read() as tx:
            others = [claim for claim in tx.outbox.claims() if claim.outbox_id not in in_flight]
        self._seen_s = {claim: self._seen_s.get(claim, now_s) for claim in others}
        dead = [claim for claim, since_s in self._seen_s.items() if now_s - since_s >= CLAIM_S]
        if not dead and not in_flight:
            return
        with self._store.write() as tx:
            tx.outbox.renew_claims(in_flight, self._owner, now_ms + round(CLAIM_S * 1000))
            for claim in dead:
                tx.outbox.release(claim, now_ms)

    def _release_own(self) -> None:
        with self._store.write() as tx:
            tx.outbox.release_own(self._owner, self._clock.now_ms())

    def _hourly_maintenance(self) -> None:
        """Delete old rows once an hour. Then, and after the clock was set back, correct times too far ahead."""
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        epoch_ms = now_ms - round(now_s * 1000)
        is_set_back, self._epoch_ms = epoch_ms < self._epoch_ms - _CLOCK_STEP_MS, epoch_ms
        is_due = self._tidied_s is None or now_s - self._tidied_s >= _TIDY_EVERY_S
        if not is_due and not is_set_back:
            return
        self._tidied_s = now_s
        with self._store.write() as tx:
            tx.outbox.correct_times(now_ms, MAX_RETRY_AFTER_MS)
            # A clock that jumped ahead must not delete rows too early.
            trusted_ms = min(now_ms, self._first_epoch_ms + round(now_s * 1000))
            for channel, kept_ms in RETENTION_MS.items():
                tx.outbox.prune(channel, _PRUNED, trusted_ms - kept_ms)

    def _run_guarded(self, work: Callable[[], Result]) -> Result | None:
        """Run a part of the work and return its result; log a failure and return None, so that the thread continues."""
        try:
            return work()
        except Problem as problem:
            logs.log_event("outbox_failed", logging.WARNING, code=problem.code)
        except Exception as fault:
            if not self._stopping.is_set():
                logs.log_event("outbox_failed", logging.ERROR, fault)
        return None
