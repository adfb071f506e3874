"""Whether a source can be read just now, for those who will not wait for it."""

from __future__ import annotations

import threading

from ..errors import Problem
from .protocol import Source

PATIENCE_S = 2.0


class SourceCheck:
    """Asks a source for one job, in a thread of its own, so that a slow source holds nobody up."""

    def __init__(self, source: Source, patience_s: float = PATIENCE_S) -> None:
        self._source = source
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._fault: Problem | None = None

    def fault(self) -> Problem | None:
        """What is wrong with the source, None for nothing; an answer that takes too long is a fault as well."""
        with self._lock:
            asking = self._asking
            if asking is None or not asking.is_alive():
                asking = self._asking = threading.Thread(target=self._ask, name="source-check", daemon=True)
                asking.start()
        asking.join(self._patience_s)
        if asking.is_alive():
            return Problem(
                "SOURCE_UNAVAILABLE",
                f"The source of jobs and candidates at {self._source.location} has not answered within"
                f" {self._patience_s:g} seconds.",
            )
        return self._fault

    def _ask(self) -> None:
        try:
            self._source.jobs(1)
            self._fault = None
        except Problem as problem:
            self._fault = problem
