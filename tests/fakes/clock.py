"""A clock that stands still until a test moves it."""

from __future__ import annotations

import threading


class FakeClock:
    """Implements the Clock protocol; `sleep` moves the time instead of waiting."""

    def __init__(self, now_ms: int = 1_770_000_000_000) -> None:
        self._lock = threading.Lock()
        self._now_ms = now_ms
        self.slept_s: list[float] = []

    def now_ms(self) -> int:
        with self._lock:
            return self._now_ms

    def monotonic_s(self) -> float:
        return self.now_ms() / 1000

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.advance(seconds=seconds)

    def advance(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        with self._lock:
            self._now_ms += round(hours * 3_600_000 + seconds * 1000)
