"""Lets the threads of one process wait for a job before they have a connection: waiting ones would use up the pool."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from ...system.locks import acquire_lock
from ..tables.locks import MAX_LOCK_WAIT_S
from . import faults


class JobLocks:
    """A lock for each job."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def hold(self, job_ids: Collection[int]) -> Iterator[None]:
        """Hold the locks of these jobs. Raises `STORE_UNAVAILABLE` after a long wait, and NoLongerNeeded."""
        give_up_at = time.monotonic() + MAX_LOCK_WAIT_S
        with ExitStack() as stack:
            for job_id in sorted(job_ids):
                with self._mutex:
                    lock = self._locks[job_id]
                if not acquire_lock(lock, max(0.0, give_up_at - time.monotonic())):
                    raise faults.unavailable("other requests hold for too long what this one needs")
                stack.callback(lock.release)
            yield
