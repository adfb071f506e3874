"""A sender that writes what it sends to a file, and a process that dies while it sends: `python -m fakes.outbox`"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fakes.clock import FakeClock
from fakes.databases import open_store
from fakes.running_service import PROJECT, clean_environ
from fakes.waiting import PATIENCE_S
from tener_interview.domain.outbox.delivery import Delivery, OutboxChannel, Outcome
from tener_interview.domain.outbox.dispatcher import Dispatcher
from tener_interview.store.outbox_records import Channel, OutboxRow
from tener_interview.store.ports import Store
from tener_interview.store.tables.outbox import Outbox
from tener_interview.system.clock import Clock

#: The steps of sending that leave something different, in order: what has just been done when the process dies.
MOMENTS = ("claim undone", "hand-over undone", "handed over", "finish undone", "finished")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class FileSender:
    """Appends the key of every row that it sends to a file; the file holds what the receivers have got."""

    def __init__(self, path: Path, dies_after: str | None = None) -> None:
        self._path = path
        self._dies_after = dies_after

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        if not confirm_send():
            return Delivery(Outcome.CANCELED)
        if self._dies_after == "handed over":
            die()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{row.unique_key}\n")
        return Delivery(Outcome.DELIVERED, "200 OK")

    def received(self) -> list[str]:
        return self._path.read_text("utf-8").splitlines() if self._path.exists() else []


def dispatcher(store: Store, clock: Clock, sender: Any, owner: str, **more: Any) -> Dispatcher:
    """Create a dispatcher that uses the same sender for every channel."""
    channels = {channel: OutboxChannel(sender, **more) for channel in (Channel.MAIL, Channel.ENDPOINT)}
    return Dispatcher(store, clock, channels, owner, lambda: 0.0)


class DyingProcess:
    """A process that sends what is in the outbox and is killed at a chosen moment, as often as needed."""

    def __init__(self, environ: Mapping[str, str], now_ms: int, path: Path) -> None:
        arguments = json.dumps({"environ": dict(environ), "now_ms": now_ms, "path": str(path)})
        self._process = subprocess.Popen(
            (sys.executable, "-m", "fakes.outbox", arguments), cwd=PROJECT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env=clean_environ(PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}"),
        )

    def dies_after(self, moment: str) -> int:
        """Send until the process is killed; return the exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{moment}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE_S)


def _send_and_die(arguments: Mapping[str, Any], moment: str) -> None:
    for name, when in (("claim", "claim undone"), ("confirm_send", "hand-over undone"), ("finish", "finish undone")):
        if moment == when:
            _die_in_transaction(name)
    clock = FakeClock(arguments["now_ms"])
    store = open_store(arguments["environ"], clock)
    dispatcher(store, clock, FileSender(Path(arguments["path"]), moment), f"dies after {moment}").run_once()
    die()


def _die_in_transaction(name: str) -> None:
    """Die when a statement has changed a row and nothing is committed."""
    statement = getattr(Outbox, name)

    def run_and_die(*args: Any, **kwargs: Any) -> Any:
        changed = statement(*args, **kwargs)
        if changed:
            die()
        return changed

    setattr(Outbox, name, run_and_die)


if __name__ == "__main__":
    from tener_interview.store.postgres import database as _the_driver_too  # noqa: F401

    _arguments = json.loads(sys.argv[1])
    for _line in sys.stdin:
        if not (_pid := os.fork()):
            _send_and_die(_arguments, _line.strip())
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(_pid, 0)[1])}\n")
        sys.stdout.flush()
