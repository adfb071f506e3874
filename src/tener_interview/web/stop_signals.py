"""The signals that stop the service."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that the first stop signal sets; the second signal ends the process.

    The kernel may deliver a signal to any thread while the main thread sleeps on in a lock. Only the wake-up descriptor
    is always written to, so a thread reads that. Signal handlers can be installed only by the main thread; in any other
    the event is never set. Process 1 of a container has no default action, so it needs a handler.
    """
    stop_requested = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop_requested
        return
    wakeup_read, wakeup_write = os.pipe()
    os.set_blocking(wakeup_write, False)

    def watch_signals() -> None:
        with os.fdopen(wakeup_read, "rb", buffering=0) as signals:
            if signals.read(1):
                stop_requested.set()
            if signals.read(1):
                os._exit(1)

    threading.Thread(target=watch_signals, name="signals", daemon=True).start()
    previous_wakeup = signal.set_wakeup_fd(wakeup_write)
    previous_handlers = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop_requested
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_wakeup)
        os.close(wakeup_write)
