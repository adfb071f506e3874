"""Lanes keep requests that wait for another system from delaying requests that need only this service's own database.

Each route belongs to a lane. A lane limits how many of its requests run at once, and how many it holds altogether, from
arrival to response. All lanes together leave some connections, or threads of another server, free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from enum import StrEnum

from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..system import logs
from ..system.locks import POLL_S, FairSemaphore, NoLongerNeeded, needed
from .request import ClientGone, Request
from .response import Response


class Lane(StrEnum):
    """What a request waits for."""

    #: Only this service's own database.
    DATABASE = "own"
    #: The source of jobs and candidates.
    SOURCE = "source"
    #: The interview provider, for one session or a position.
    PROVIDER = "provider"
    #: The source and the provider, for the many candidates of a batch step.
    STEP = "step"
    #: The provider, for all sessions of a job; or a long computation.
    LONG = "job"
    #: The hash of a password, which takes much memory and time on purpose.
    PASSWORD = "password"  # noqa: S105 - a lane, not a password
    #: The tools of assistants, which may wait for the source and the provider.
    ASSISTANT = "assistant"


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
    Lane.DATABASE: LaneLimit(32, 256),
    Lane.SOURCE: LaneLimit(12, 32, max_abandoned=24),
    Lane.PROVIDER: LaneLimit(16, 64, max_abandoned=64),
    Lane.STEP: LaneLimit(8, 32, max_abandoned=32),
    Lane.LONG: LaneLimit(8, 40, slot_timeout_s=300.0, max_abandoned=16),
    Lane.PASSWORD: LaneLimit(2, 16),
    Lane.ASSISTANT: LaneLimit(4, 8, max_abandoned=8),
}
#: Each lane's part of another server's threads, in sixteenths: there, a waiting request occupies a thread.
_SIXTEENTHS: Mapping[Lane, int] = {Lane.DATABASE: 16, Lane.SOURCE: 4, Lane.PROVIDER: 3, Lane.STEP: 2, Lane.LONG: 2,
                                   Lane.PASSWORD: 2, Lane.ASSISTANT: 1}

#: After waiting this long, check whether the client is still there.
_CHECK_CLIENT_AFTER_S = 0.01


def limits_for_threads(threads: int) -> Mapping[Lane, LaneLimit]:
    """The limits for a server with this many threads. With eight or more, an eighth stays free for requests that wait
    for nothing."""
    shares = {lane: max(1, threads * sixteenths // 16) for lane, sixteenths in _SIXTEENTHS.items()}
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
        them. If too many already run on, the call waits for the work, which keeps
        its slot.
        """
        if lane is None:
            return work()
        if not self._capacity[lane].acquire(blocking=False):
            raise _busy_problem(lane)
        try:
            if lane is Lane.DATABASE or not request.detects_hang_up:
                return work()
            return _run_detachable(request, work, self._abandoned[lane])
        finally:
            self._capacity[lane].release()

    @contextmanager
    def slot(self, lane: Lane | None, request: Request) -> Iterator[None]:
        """Hold a slot of a lane while the work runs. The work may lend it to others by `request.lend_slot`.

        Raises `SERVER_BUSY` if none becomes free in time, and ClientGone if the client has hung up.
        """
        if lane is None:
            yield
            return
        slots = self._slots[lane]
        waited_since_s = time.monotonic()
        if not slots.acquire(self._limits[lane].slot_timeout_s):
            raise _busy_problem(lane)
        slot = _Slot(slots)
        request.lend_slot, request.free_slot = slot.lent, slot.free
        try:
            # Only after free_slot is set: from here on, a client that hangs up frees the slot.
            if lane is not Lane.DATABASE or time.monotonic() - waited_since_s > _CHECK_CLIENT_AFTER_S:
                request.raise_if_client_gone()
            yield
        finally:
            slot.free()


class _Slot:
    """A slot that can be lent for a while, or freed for good."""

    def __init__(self, slots: FairSemaphore) -> None:
        self._slots_of_lane = slots
        self._lock = threading.Lock()
        self._is_held = True
        self._is_free = False

    def free(self) -> None:
        with self._lock:
            held, self._is_held, self._is_free = self._is_held, False, True
        if held:
            self._slots_of_lane.release()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lend the slot for the duration of the block. Raises NoLongerNeeded afterwards if the client has gone."""
        with self._lock:
            held, self._is_held = self._is_held, False
        if held:
            self._slots_of_lane.release()
        try:
            yield
        finally:
            if not self._is_free:
                self._slots_of_lane.acquire()
                with self._lock:
                    self._is_held = not self._is_free
                if not self._is_held:
                    self._slots_of_lane.release()
        if not needed.get()():
            raise NoLongerNeeded


def _run_detachable(request: Request, work: Callable[[], Response], abandoned_slots: threading.Semaphore) -> Response:
    """Run in a separate thread, which continues when the client hangs up.

    `needed` is true until the client hangs up. Once the work has finished it stays true, so that threads it started go
    on.
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
            request.free_slot()
            raise ClientGone
    (result,) = outcome
    if isinstance(result, NoLongerNeeded):
        raise ClientGone
    if isinstance(result, BaseException):
        raise result
    return result


def _busy_problem(lane: Lane) -> Problem:
    error, retry_after_s = "Too many requests are waiting; try again in a moment.", 1
    if lane is not Lane.DATABASE:
        error, retry_after_s = (
            "Too many requests wait for other systems. Nothing was changed; try again in a moment.",
            5,
        )
    return Problem("SERVER_BUSY", error, headers={"Retry-After": str(retry_after_s)})
