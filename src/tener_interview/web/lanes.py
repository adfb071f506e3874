"""Lanes: requests that wait for another system never stand in the way of those that are answered from the own store.

A route says in which lane its requests go. A lane has places for those that are worked on, and a bound on all that are
in it, from their coming to their answer: all lanes together leave connections, or threads of another server, free.
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
from ..system.gate import LOOK_EVERY_S, Gate, Unwanted, wanted
from .request import ClientGone, Request
from .response import Response


class Lane(StrEnum):
    """What a request may wait for."""

    #: Nothing but this service's own store.
    OWN = "own"
    #: The source of jobs and candidates.
    SOURCE = "source"
    #: The interview provider, for one session or a position.
    PROVIDER = "provider"
    #: Both, for the many candidates of a batch step.
    STEP = "step"
    #: The provider, for all sessions of a job; or much work of our own.
    JOB = "job"


@dataclass(frozen=True)
class Width:
    """How many requests of a lane are worked on at once, how many may be in it, how long one waits for a place, and
    how many may go on beside it whose clients have hung up."""

    at_work: int
    at_most: int
    patience_s: float = 10.0
    left_behind: int = 0


#: Beside the server of our own, with its 256 connections: a request that waits costs a sleeping thread.
WIDTHS: Mapping[Lane, Width] = {
    Lane.OWN: Width(32, 256),
    Lane.SOURCE: Width(12, 32, left_behind=24),
    Lane.PROVIDER: Width(16, 64, left_behind=64),
    Lane.STEP: Width(8, 32, left_behind=32),
    Lane.JOB: Width(8, 48, patience_s=300.0, left_behind=16),
}
#: What a lane may take of the threads of another server, in eighths: what waits there keeps a thread from the others.
_EIGHTHS: Mapping[Lane, int] = {Lane.OWN: 8, Lane.SOURCE: 2, Lane.PROVIDER: 3, Lane.STEP: 1, Lane.JOB: 1}

#: Somebody who had to wait for so long may have left.
_A_WHILE_S = 0.01


def widths_within(threads: int) -> Mapping[Lane, Width]:
    """Beside a server with so many threads. With eight or more, one in eight is left to what waits for nobody."""
    shares = {lane: max(1, threads * eighths // 8) for lane, eighths in _EIGHTHS.items()}
    return {lane: Width(share, share) for lane, share in shares.items()}


class Lanes:
    """The lanes of an application, with whoever is in them."""

    def __init__(self, widths: Mapping[Lane, Width] = WIDTHS) -> None:
        self._widths = widths
        self._gates = {lane: Gate(width.at_work) for lane, width in widths.items()}
        self._left = {lane: threading.Semaphore(width.at_most) for lane, width in widths.items()}
        self._behind = {lane: threading.Semaphore(width.left_behind) for lane, width in widths.items()}

    def run(self, lane: Lane | None, request: Request, work: Callable[[], Response]) -> Response:
        """What `work` returns, which is to take a `place` when it begins.

        Raises what it raises, `SERVER_BUSY` for a lane that is full, and ClientGone as soon as nobody waits for the
        answer any more: what waits for its turn is not begun then, and what is under way goes on in the background, of
        which there is so much at most. More than that keeps its place until its end.
        """
        if lane is None:
            return work()
        if not self._left[lane].acquire(blocking=False):
            raise _busy(lane)
        try:
            if lane is Lane.OWN or not request.shows_hang_up:
                return work()
            return _errand(request, work, self._behind[lane])
        finally:
            self._left[lane].release()

    @contextmanager
    def place(self, lane: Lane | None, request: Request) -> Iterator[None]:
        """Hold a place in a lane, for work that begins now. Meanwhile `request.aside` gives it to others.

        Raises `SERVER_BUSY` where none becomes free in time, and ClientGone where nobody waits for the answer any more.
        """
        if lane is None:
            yield
            return
        gate = self._gates[lane]
        came_s = time.monotonic()
        if not gate.enter(self._widths[lane].patience_s):
            raise _busy(lane)
        place = _Place(gate)
        request.aside, request.give_up_place = place.aside, place.give_up
        try:
            # After it is known how the place is given up: whoever goes from here on has it given up.
            if lane is not Lane.OWN or time.monotonic() - came_s > _A_WHILE_S:
                request.refuse_gone()
            yield
        finally:
            place.give_up()


class _Place:
    """A place that is held, given to others for a while, or given up for good."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._held = True
        self._given_up = False

    def give_up(self) -> None:
        with self._lock:
            held, self._held, self._given_up = self._held, False, True
        if held:
            self._gate.leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Raises Unwanted at the end where nobody waits any more."""
        with self._lock:
            held, self._held = self._held, False
        if held:
            self._gate.leave()
        try:
            yield
        finally:
            if not self._given_up:
                self._gate.enter()
                with self._lock:
                    self._held = not self._given_up
                if not self._held:
                    self._gate.leave()
        if not wanted.get()():
            raise Unwanted


def _errand(request: Request, work: Callable[[], Response], behind: threading.Semaphore) -> Response:
    """Do it in a thread of its own, so that it can be left behind when the client hangs up.

    It is wanted until then; and for good what it leaves to others, where it has said so to its client.
    """
    lock, over, left = threading.Lock(), threading.Event(), threading.Event()
    done: list[Response | BaseException] = []

    def go() -> None:
        wanted.set(lambda: not left.is_set() and (over.is_set() or not request.client_gone))
        try:
            done.append(work())
        except BaseException as fault:  # carried over to the request's thread
            done.append(fault)
        with lock:
            over.set()
        if left.is_set():
            behind.release()
            if isinstance(done[0], BaseException) and not isinstance(done[0], Unwanted | ClientGone):
                logs.log_background_failure(done[0])

    threading.Thread(target=copy_context().run, args=(go,), name="errand", daemon=True).start()
    while not over.wait(LOOK_EVERY_S):
        if request.client_gone and behind.acquire(blocking=False):
            with lock:
                if over.is_set():
                    behind.release()
                    break
                left.set()
            request.give_up_place()
            raise ClientGone
    (result,) = done
    if isinstance(result, Unwanted):
        raise ClientGone
    if isinstance(result, BaseException):
        raise result
    return result


def _busy(lane: Lane) -> Problem:
    said, pause_s = "Too many requests are waiting; try again in a moment.", 1
    if lane is not Lane.OWN:
        said, pause_s = "Too many requests wait for other systems. Nothing was changed; try again in a moment.", 5
    return Problem("SERVER_BUSY", said, headers={"Retry-After": str(pause_s)})
