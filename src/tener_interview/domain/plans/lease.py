"""A lease: one process at a time does what must not be done twice, and one that is killed lets go of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ...errors import Problem
from ...system import logs
from ..service import Service

#: How long a lease outlives a process that was killed, and how often a living one renews it.
LEASE_MS = 9_000
RENEW_S = 2.0
#: Longer than the lease of a killed process, and shorter than a client waits.
WAIT_S = 12.0
_TRY_AGAIN_S = 0.25


@contextmanager
def hold_lease(service: Service, name: str) -> Iterator[None]:
    """Hold the lease of this name; a thread renews it meanwhile. Raises `SERVER_BUSY` if another process keeps it."""
    owner = service.token_hex(8)
    deadline_s = service.clock.monotonic_s() + WAIT_S
    while not _acquire(service, name, owner):
        if service.clock.monotonic_s() >= deadline_s:
            raise Problem(
                "SERVER_BUSY", "Another process is doing this right now. Try again in a few seconds.",
                headers={"Retry-After": "5"},
            )
        service.clock.sleep(_TRY_AGAIN_S)
    done = threading.Event()
    renewer = threading.Thread(target=_renew, args=(service, name, owner, done), name=f"lease {name}", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        done.set()
        renewer.join()
        with suppress(Problem), service.store.write() as tx:
            tx.leases.release(name, owner)


def _acquire(service: Service, name: str, owner: str) -> bool:
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        return tx.leases.acquire(name, owner, now_ms=now_ms, until=now_ms + LEASE_MS)


def _renew(service: Service, name: str, owner: str, done: threading.Event) -> None:
    while not done.wait(RENEW_S):
        try:
            if not _acquire(service, name, owner):
                logs.log_event("lease_lost", logging.WARNING, lease=name)
        except Problem as problem:
            logs.log_event("lease_not_renewed", logging.WARNING, lease=name, code=problem.code)
