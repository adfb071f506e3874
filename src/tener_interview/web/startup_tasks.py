"""Runs tasks in the background after the start, so that first requests need not wait for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from ..system import logs

#: How long to wait first: the first requests after a start would share the processor with the tasks.
DELAY_S = 0.5


class StartupTasks:
    """Runs tasks one after the other in a thread. A failure is logged; a request that needs the task fails as well."""

    def __init__(self, tasks: Iterable[Callable[[], object]], delay_s: float = DELAY_S) -> None:
        self._tasks = tasks
        self._delay_s = delay_s
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="startup-tasks", daemon=True).start()

    def stop(self) -> None:
        """Begin no further task."""
        self._stopping.set()

    def _run(self) -> None:
        if self._stopping.wait(self._delay_s):
            return
        for task in self._tasks:
            try:
                task()
            except Exception as error:
                logs.log_event("not_done_ahead", logging.ERROR, error)
            if self._stopping.is_set():
                return
