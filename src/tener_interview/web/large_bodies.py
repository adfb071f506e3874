"""Room for what large bodies hold: whoever may connect may send one, and slowly."""

from __future__ import annotations

import threading
import time

from .wire import Wire

#: A request that has been arriving for so long may have to make place for others.
SLOW_S = 1.0


class LargeBodies:
    """Room for so many large bodies at once. The one that has been arriving longest makes place for another, if it is
    slow."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._held: dict[Wire, None] = {}

    def __len__(self) -> int:
        return len(self._held)

    def take(self, wire: Wire) -> bool:
        """Whether there is room for what comes over a wire."""
        with self._lock:
            if len(self._held) >= self._places and not self._displace():
                return False
            self._held[wire] = None
            return True

    def _displace(self) -> bool:
        now = time.monotonic()
        slow = [(since, wire) for wire in self._held if (since := wire.awaited_since) and now - since > SLOW_S]
        if not slow:
            return False
        wire = min(slow, key=lambda each: each[0])[1]
        del self._held[wire]
        wire.displace()
        return True

    def give_back(self, wire: Wire) -> None:
        with self._lock:
            self._held.pop(wire, None)
