"""Lanes: requests that wait for another system never stand in the way of those that are answered from the own store.

A route says in which lane its requests go. A lane has places for those that are worked on, and a bound on all that are
in it, from their coming to their answer: all lanes together leave connections, or threads of another server, free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from ..errors import Problem
from ..system.gate import Gate
from .request import Request


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
    """How many requests of a lane are worked on at once, how many may be in it, and how long one waits for a place."""

    at_work: int
    at_most: int
    patience_s: float = 10.0


#: Beside the server of our own, with its 256 connections: a request that waits costs a sleeping thread.
WIDTHS: Mapping[Lane, Width] = {
    Lane.OWN: Width(32, 256),
    Lane.SOURCE: Width(12, 32),
    Lane.PROVIDER: Width(16, 64),
    Lane.STEP: Width(8, 32),
    Lane.JOB: Width(8, 48, patience_s=300.0),
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

    @contextmanager
    def within(self, lane: Lane | None) -> Iterator[None]:
        """Be in a lane without a place yet. Raises `SERVER_BUSY` for one that is full."""
        if lane is None:
            yield
            return
        if not self._left[lane].acquire(blocking=False):
            raise _busy(lane)
        try:
            yield
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
        try:
            if lane is not Lane.OWN or time.monotonic() - came_s > _A_WHILE_S:
                request.refuse_gone()
            request.aside = partial(_aside, gate, request)
            yield
        finally:
            gate.leave()


@contextmanager
def _aside(gate: Gate, request: Request) -> Iterator[None]:
    with gate.aside():
        yield
    request.refuse_gone()


def _busy(lane: Lane) -> Problem:
    said, pause_s = "Too many requests are waiting; try again in a moment.", 1
    if lane is not Lane.OWN:
        said, pause_s = "Too many requests wait for other systems. Nothing was changed; try again in a moment.", 5
    return Problem("SERVER_BUSY", said, headers={"Retry-After": str(pause_s)})
