"""Lanes keep requests that wait for another system from delaying requests that need only this service's own store.

Each route belongs to a lane. A lane limits how many of its requests run at once, and how many it holds altogether, from
arrival to answer. All lanes together leave some connections, or threads of another server, free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Problem
from ..system import logs
from ..system.locks import POLL_S, FairSemaphore, NoLongerNeeded, needed
from .request import ClientGone, Request
from .response import Response


class Lane(StrEnum):
    """What a request may wait for."""

    #: Only this service's own store.
    OWN = "own"
    #: The source of jobs and candidates.
    SOURCE = "source"
    #: The interview provider, for one session or a position.
    PROVIDER = "provider"
    #: The source and the provider, for the many candidates of a batch step.
    STEP = "step"
    #: The provider, for all sessions of a job; or a long computation.
    JOB = "job"
    #: The hash of a password, which takes much memory and time on purpose.
    PASSWORD = "password"  # noqa: S105 - a lane, not a password


@dataclass(frozen=True)
class LaneLimit:
    """Limits of one lane: requests that run at once, requests it holds altogether, how long one waits for a slot, and
    how many may run on in the background after their clients have hung up."""

    max_running: int
    max_in_lane: int
    slot_timeout_s: float = 10.0
    max_abandoned: int = 0


#: For our own server, which has 256 connections: a waiting request costs it a sleeping thread.
LANE_LIMITS: Mapping[Lane, LaneLimit] = {
    Lane.OWN: LaneLimit(32, 256),
    Lane.SOURCE: LaneLimit(12, 32, max_abandoned=24),
    Lane.PROVIDER: LaneLimit(16, 64, max_abandoned=64),
    Lane.STEP: LaneLimit(8, 32, max_abandoned=32),
    Lane.JOB: LaneLimit(8, 48, slot_timeout_s=300.0, max_abandoned=16),
    Lane.PASSWORD: LaneLimit(2, 16),
}
#: Each lane's share of another server's threads, in eighths: a request that waits blocks one of them.
_EIGHTHS: Mapping[Lane, int] = {Lane.OWN: 8, Lane.SOURCE: 2, Lane.PROVIDER: 2, Lane.STEP: 1, Lane.JOB: 1,
                                  Lane.PASSWORD: 1}

#: After waiting this long, check whether the client is still there.
_A_WHILE_S = 0.01


def limits_for_threads(threads: int) -> Mapping[Lane, LaneLimit]:
    """The limits for a server with this many threads. With eight or more, an eighth stays free for requests that wait
    for nothing."""
    shares = {lane: max(1, threads * eighths // 8) for lane, eighths in _EIGHTHS.items()}
    return {lane: LaneLimit(share, share) for lane, share in shares.items()}


class Lanes:
    """The lanes of an application and the requests in them."""

    def __init__(self, limits: Mapping[Lane, LaneLimit] = LANE_LIMITS) -> None:
        self._limits = limits
        self._slots = {lane: FairSemaphore(limit.max_running) for lane, limit in limits.items()}
        self._capacity = {lane: threading.Semaphore(limit.max_in_lane) for lane, limit in limits.items()}
        self._abandoned = {lane: threading.Semaphore(limit.max_abandoned) for lane, limit in limits.items()}

    def run(self, lane: Lane | None, request: Request, work: Callable[[], Response]) -> Response:
        """Run `work`, which takes its `slot` when it begins, and return its response.

        Raises what it raises, `SERVER_BUSY` if the lane is full, and ClientGone as soon as the client hangs up. A
        request that still waits is then not begun; one that runs finishes in the background, up to `max_abandoned` of
        them. Beyond that it is waited for and keeps its slot.
        """
        if lane is None:
            return work()
        if not self._capacity[lane].acquire(blocking=False):
            raise _busy(lane)
        try:
            if lane is Lane.OWN or not request.detects_hang_up:
                return work()
            return _run_detachable(request, work, self._abandoned[lane])
        finally:
            self._capacity[lane].release()

    @contextmanager
    def slot(self, lane: Lane | None, request: Request) -> Iterator[None]:
        """Hold a slot of a lane while the work runs. The work may lend it to others by `request.slot_released`.

        Raises `SERVER_BUSY` if none becomes free in time, and ClientGone if the client has hung up.
        """
        if lane is None:
            yield
            return
        slots = self._slots[lane]
        waited_since_s = time.monotonic()
        if not slots.acquire(self._limits[lane].slot_timeout_s):
            raise _busy(lane)
        slot = _Slot(slots)
        request.slot_released, request.release_slot = slot.released, slot.release
        try:
            # Only after release_slot is set: from here on, a client that hangs up frees the slot.
            if lane is not Lane.OWN or time.monotonic() - waited_since_s > _A_WHILE_S:
                request.raise_if_client_gone()
            yield
        finally:
            slot.release()


class _Slot:
    """A slot that can be released for a while or for good."""

    def __init__(self, slots: FairSemaphore) -> None:
        self._slots_of_lane = slots
        self._lock = threading.Lock()
        self._held = True
        self._released = False

    def release(self) -> None:
        with self._lock:
            held, self._held, self._released = self._held, False, True
        if held:
            self._slots_of_lane.release()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Release the slot for the duration of the block. Raises NoLongerNeeded afterwards if the client has gone."""
        with self._lock:
            held, self._held = self._held, False
        if held:
            self._slots_of_lane.release()
        try:
            yield
        finally:
            if not self._released:
                self._slots_of_lane.acquire()
                with self._lock:
                    self._held = not self._released
                if not self._held:
                    self._slots_of_lane.release()
        if not needed.get()():
            raise NoLongerNeeded


def _run_detachable(request: Request, work: Callable[[], Response], abandoned_slots: threading.Semaphore) -> Response:
    """Run in a thread of its own, which goes on when the client hangs up.

    The work counts as needed until the client hangs up, or for good once it has finished: what it handed to other
    threads goes on.
    """
    lock, finished, abandoned = threading.Lock(), threading.Event(), threading.Event()
    outcome: list[Response | BaseException] = []

    def run() -> None:
        needed.set(lambda: not abandoned.is_set() and (finished.is_set() or not request.client_gone))
        try:
            outcome.append(work())
        except BaseException as fault:  # re-raised in the request's thread
            outcome.append(fault)
        with lock:
            finished.set()
        if abandoned.is_set():
            abandoned_slots.release()
            if isinstance(outcome[0], BaseException) and not isinstance(outcome[0], NoLongerNeeded | ClientGone):
                logs.log_background_failure(outcome[0])

    threading.Thread(target=copy_context().run, args=(run,), name="detachable-request", daemon=True).start()
    while not finished.wait(POLL_S):
        if request.client_gone and abandoned_slots.acquire(blocking=False):
            with lock:
                if finished.is_set():
                    abandoned_slots.release()
                    break
                abandoned.set()
            request.release_slot()
            raise ClientGone
    (result,) = outcome
    if isinstance(result, NoLongerNeeded):
        raise ClientGone
    if isinstance(result, BaseException):
        raise result
    return result


def _busy(lane: Lane) -> Problem:
    error, retry_after_s = "Too many requests are waiting; try again in a moment.", 1
    if lane is not Lane.OWN:
        error, retry_after_s = (
            "Too many requests wait for other systems. Nothing was changed; try again in a moment.",
            5,
        )
    return Problem("SERVER_BUSY", error, headers={"Retry-After": str(retry_after_s)})
