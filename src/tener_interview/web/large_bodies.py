"""A limit on large request bodies in memory: anybody may send one, and slowly."""

from __future__ import annotations

import threading
import time

from .connection import Connection

#: A request that has been arriving for this long may be refused in favour of others.
SLOW_S = 1.0


class LargeBodyLimit:
    """A fixed number of slots for large bodies, each of which takes one or more. A new one evicts those that have been
    arriving longest, if they are slow."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._lock = threading.Lock()
        self._held: dict[Connection, int] = {}

    def __len__(self) -> int:
        return len(self._held)

    def acquire(self, connection: Connection, slots: int) -> bool:
        """Return whether there is room for the body on this connection, which takes so many slots by now."""
        with self._lock:
            more = slots - self._held.get(connection, 0)
            while sum(self._held.values()) + more > self._slots:
                if not self._evict_slowest(connection):
                    return False
            self._held[connection] = slots
            return True

    def _evict_slowest(self, newest: Connection) -> bool:
        now = time.monotonic()
        slow_connections = [
            (since, connection)
            for connection in self._held
            if connection is not newest and (since := connection.waiting_for_client_since) and now - since > SLOW_S
        ]
        if not slow_connections:
            return False
        connection = min(slow_connections, key=lambda entry: entry[0])[1]
        del self._held[connection]
        connection.evict()
        return True

    def release(self, connection: Connection) -> None:
        with self._lock:
            self._held.pop(connection, None)
