"""A limit on large request bodies in memory: anybody may send one, and slowly."""

from __future__ import annotations

import threading
import time

from .connection import Connection

#: A request that has been arriving for this long may be refused in favour of others.
SLOW_S = 1.0


class LargeBodyLimit:
    """Holds a fixed number of large bodies. A new one evicts the longest arriving body, if that is slow."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._lock = threading.Lock()
        self._held: dict[Connection, None] = {}

    def __len__(self) -> int:
        return len(self._held)

    def acquire(self, connection: Connection) -> bool:
        """Return whether there is room for the body on this connection."""
        with self._lock:
            if len(self._held) >= self._slots and not self._evict_slowest():
                return False
            self._held[connection] = None
            return True

    def _evict_slowest(self) -> bool:
        now = time.monotonic()
        slow_connections = [
            (since, connection)
            for connection in self._held
            if (since := connection.waiting_for_client_since) and now - since > SLOW_S
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
