"""How many questions a position asks and how long their answers may take, for pages that wait for nobody."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass

from ...errors import Problem
from ...providers.protocol import Provider
from ...system.clock import Clock

READ_TIMEOUT_S = 0.3
_REFRESH_AFTER_S = 3600.0
_RETRY_AFTER_S = 60.0


@dataclass(frozen=True)
class InterviewOutline:
    """A position in figures. `minutes` for all answers together; None where not every question has a time."""

    questions: int
    minutes: int | None


class InterviewOutlines:
    """Outlines as they were last read. The provider is asked in a thread of its own, once an hour for a position."""

    def __init__(self, provider: Provider, clock: Clock, timeout_s: float = READ_TIMEOUT_S) -> None:
        self._provider = provider
        self._clock = clock
        self._patience_s = timeout_s
        self._lock = threading.Lock()
        self._read: dict[str, InterviewOutline] = {}
        self._asked_s: dict[str, float] = {}

    def of(self, position_id: str) -> InterviewOutline | None:
        """The position's outline; None where the provider does not say it, or not in time."""
        known = self._read.get(position_id)
        asking = self._ask(position_id, _RETRY_AFTER_S if known is None else _REFRESH_AFTER_S)
        if known is None and asking is not None:
            asking.join(self._patience_s)
        return known or self._read.get(position_id)

    def _ask(self, position_id: str, again_s: float) -> threading.Thread | None:
        """Begin to ask, unless that was done lately."""
        now_s = self._clock.monotonic_s()
        with self._lock:
            asked_s = self._asked_s.get(position_id)
            if asked_s is not None and now_s - asked_s < again_s:
                return None
            self._asked_s[position_id] = now_s
        asking = threading.Thread(target=self._look, args=(position_id,), name="position-outline", daemon=True)
        asking.start()
        return asking

    def _look(self, position_id: str) -> None:
        with suppress(Problem):
            position = self._provider.position(position_id, timed=True)
            asked = position.questions if position else None
            if asked:
                times = [each.time_limit_s for each in asked]
                known = [each for each in times if each is not None]
                minutes = -(-sum(known) // 60) if len(known) == len(times) else None
                self._read[position_id] = InterviewOutline(len(asked), minutes)
