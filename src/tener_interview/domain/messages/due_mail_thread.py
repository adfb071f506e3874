"""Queues automatic e-mail that is due, in a background thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from ...errors import Problem
from ...system import logs
from ..service import Service

#: How often to look for due messages.
EVERY_S = 60.0

QueueDue = Callable[[Service], int]


class DueMailThread:
    """Queues due messages once a minute. `find_queues` is called in the thread and returns functions by name; each
    queues its due messages and returns how many."""

    def __init__(self, service: Service, find_queues: Callable[[], Mapping[str, QueueDue]]) -> None:
        self._service = service
        self._find_queues = find_queues
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start, if a mail server is set up."""
        if self._service.mail.can_send:
            self._thread = threading.Thread(target=self._run, name="mail-schedule", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _run(self) -> None:
        queues = self._find_queues()
        while not self._stopping.is_set():
            for name, queue_due in queues.items():
                self._run_guarded(name, queue_due)
            self._stopping.wait(EVERY_S)

    def _run_guarded(self, name: str, queue_due: QueueDue) -> None:
        try:
            queued = queue_due(self._service)
            if queued:
                logs.log_event(name, queued=queued)
        except Problem as problem:
            logs.log_event(f"{name}_failed", logging.WARNING, code=problem.code)
        except Exception as fault:
            if not self._stopping.is_set():
                logs.log_event(f"{name}_failed", logging.ERROR, fault)
