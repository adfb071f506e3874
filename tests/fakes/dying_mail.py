"""A process that dies while it sends a message, at any step of the dialogue: `python -m fakes.dying_mail`"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from fakes.clock import FakeClock
from fakes.running_service import PROJECT, clean_environ
from fakes.waiting import PATIENCE_S
from tener_interview import settings
from tener_interview.composition import build_service
from tener_interview.domain.outbox.dispatcher import Dispatcher
from tener_interview.outbox_channels import outbox_channels
from tener_interview.store.tables.messages import MailStates
from tener_interview.store.tables.outbox import Outbox

#: What is interrupted, in the order of sending: the class and method, whether it was done, and with which argument.
MOMENTS: dict[str, tuple[type[Any], str, bool, Any]] = {
    "claim undone": (Outbox, "claim", True, None),
    "recipient accepted": (smtplib.SMTP, "rcpt", True, None),
    "count undone": (MailStates, "count_sent", True, None),
    "hand-over undone": (Outbox, "confirm_send", True, None),
    "handed over": (smtplib.SMTP, "docmd", False, "DATA"),
    "content sent but for its end": (smtplib.SMTP, "send", False, b".\r\n"),
    "all sent": (smtplib.SMTP, "send", True, b".\r\n"),
    "accepted": (smtplib.SMTP, "quit", False, None),
    "finish undone": (Outbox, "finish", True, None),
}


class DyingSender:
    """A process that sends what is in the outbox and is killed at a chosen moment, as often as needed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "fakes.dying_mail", json.dumps(dict(environ))), cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=clean_environ(PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}"),
        )

    def dies(self, moment: str, now_ms: int) -> int:
        """Send until the process is killed; return the exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{now_ms} {moment}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE_S)


def die_at(kind: type[Any], name: str, *, done: bool, argument: Any) -> None:
    """Kill this process when a method is called, or when it has returned."""
    method: Callable[..., Any] = getattr(kind, name)

    def call_and_die(*args: Any, **kwargs: Any) -> Any:
        is_moment = argument is None or argument in args
        if is_moment and not done:
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*args, **kwargs)
        # What changed nothing, or found nothing, is not the moment.
        if is_moment and (result not in (None, False) or name == "send"):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(kind, name, call_and_die)


def _send_and_die(environ: Mapping[str, str], moment: str, now_ms: int) -> None:
    kind, name, done, argument = MOMENTS[moment]
    die_at(kind, name, done=done, argument=argument)
    clock = FakeClock(now_ms)
    loaded = settings.load(environ)
    service = build_service(loaded, clock)
    Dispatcher(service.store, clock, outbox_channels(service, loaded), f"dies: {moment}", lambda: 0.0).run_once()


if __name__ == "__main__":
    _environ = json.loads(sys.argv[1])
    for _line in sys.stdin:
        _now_ms, _, _moment = _line.strip().partition(" ")
        if not (_pid := os.fork()):
            _send_and_die(_environ, _moment, int(_now_ms))
            # It did not come to the moment.
            os.kill(os.getpid(), signal.SIGTERM)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(_pid, 0)[1])}\n")
        sys.stdout.flush()
