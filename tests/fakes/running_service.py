"""The service as a separate process, started as a person or a host starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from fakes.waiting import PATIENCE_S

PROJECT = Path(__file__).parent.parent.parent
START = (sys.executable, "-m", "tener_interview")

#: Below those that systems give to connections and to whoever listens on port 0.
_PORTS = range(10_000, 32_000)
_PORT_STRIDE = 7919
_NUMBERS = count()

_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class RunningService:
    """A running service; `base_url` is its address. `exit_status` and `output` are known once it has stopped."""

    base_url: str
    exit_status: int | None = field(default=None, init=False)
    output: str = field(default="", init=False)

    def status_of(self, path: str, **headers: str) -> int:
        """Return the status of a GET. Raises OSError while nothing responds."""
        request = urllib.request.Request(self.base_url + path, headers=headers)
        try:
            with _NO_PROXY.open(request, timeout=PATIENCE_S) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    def ask(self, path: str, body: Any = None) -> Any:
        """Return the JSON of a GET, or with a body of a POST. Raises HTTPError if it is refused."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base_url + path, data, {"Content-Type": "application/json"})
        with _NO_PROXY.open(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)


def free_port() -> int:
    """Return a loopback port that is unused and that the system gives to nobody who asks for any.

    Processes begin their search at different ports, and no process returns the same port twice.
    """
    for number in islice(_NUMBERS, len(_PORTS)):
        port = _PORTS[(_PORT_STRIDE * os.getpid() + number) % len(_PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def clean_environ(**changes: str) -> dict[str, str]:
    """Return this process's environment without the service's settings, with its own Python first, and with changes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TENER_", "RENDER", "PYTHON"))}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}", **changes}


def demo_environ(folder: Path, port: int, **changes: str) -> dict[str, str]:
    """Return the settings of demo mode as a newcomer starts it, except that its files belong to the test."""
    return clean_environ(
        PYTHONPATH="src",
        TENER_INTERVIEW_PORT=str(port),
        TENER_INTERVIEW_DB_PATH=str(folder / "interview.sqlite3"),
        TENER_INTERVIEW_SOURCE_DB_PATH=str(folder / "no-source.sqlite3"),
        TENER_INTERVIEW_TOKEN_SECRET="a-token-secret-for-the-test",
        **changes,
    )


@contextmanager
def running_service(
    environ: Mapping[str, str], port: int, command: Sequence[str] = START, cwd: Path = PROJECT
) -> Iterator[RunningService]:
    """Start the service, wait until it responds, and stop it with SIGTERM at the end."""
    # A file, because a pipe that nobody reads would stop the service once it is full.
    with TemporaryFile("w+", encoding="utf-8") as output, subprocess.Popen(
        command, cwd=cwd, env=dict(environ), stdin=subprocess.DEVNULL, stdout=output, stderr=output
    ) as process:
        service = RunningService(f"http://127.0.0.1:{port}")
        try:
            _await_answer(service, process)
            yield service
        finally:
            service.exit_status = _stopped(process)
            output.seek(0)
            service.output = output.read()
            if sys.exc_info()[0] is not None:
                print(service.output)


def _await_answer(service: RunningService, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            service.status_of("/health")
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("The service did not start; what it said is in the captured output.")


def _stopped(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
