"""The service as a process that a test may kill, start again, and watch from outside.

    with ServiceProcess(hireflix_environ(tmp_path, fake)) as service:
        service.start(altered("kill-before tener_interview.domain.sessions.invite:mark_invited 1"))
        with pytest.raises(Died):
            service.post("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 42})
        service.wait()                      # -9
        service.start()                     # unaltered, with the same settings, on another port
        service.get("/api/interviews/sessions").json
        service.kill()                      # SIGKILL: nothing is tidied up
"""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fakes.client import Reply
from fakes.databases import database_of
from fakes.hireflix import FakeHireflix
from fakes.running_service import PROJECT, START, clean_environ, free_port
from fakes.waiting import PATIENCE_S

#: How often a port that was free a moment ago may turn out to be taken.
_PORT_TRIES = 5
_PORT_TAKEN = "cannot listen on"


class Died(Exception):
    """The process ended, or its connection did, before a response came."""


def environ(folder: Path, **changes: str) -> dict[str, str]:
    """Return the settings of demo mode with its files in a folder. The base of entry links does not change with the
    port."""
    return clean_environ(
        PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}",
        **database_of(folder),
        TENER_INTERVIEW_SOURCE_DB_PATH=str(folder / "source.sqlite3"),
        TENER_INTERVIEW_TOKEN_SECRET="a-secret-only-for-tests",
        TENER_INTERVIEW_PUBLIC_BASE_URL="http://interviews.example.com",
        **changes,
    )


def hireflix_environ(folder: Path, fake: FakeHireflix, **changes: str) -> dict[str, str]:
    """Return the same with Hireflix, and without background sync unless a test needs it."""
    wanted = {"TENER_INTERVIEW_SYNC_SECONDS": "0", "TENER_HIREFLIX_TIMEOUT_SECONDS": "30", **changes}
    return environ(
        folder,
        TENER_HIREFLIX_BASE_URL=fake.url,
        TENER_HIREFLIX_API_KEY=fake.api_key,
        TENER_HIREFLIX_POSITION_ID=fake.position_id,
        **wanted,
    )


def altered(*alterations: str) -> tuple[str, ...]:
    """Return the command for a service with an alteration; see `altered_service.py`."""
    return (sys.executable, "-m", "fakes.altered_service", *alterations)


class ServiceProcess:
    """A service, started and ended as often as a test needs. Whatever still runs after `with` is killed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = dict(environ)
        self.port = 0
        self._process: Any = None
        self._log = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - open for as long as this object is used

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None:
            print(self.log)
        self.kill()
        self._log.close()

    # Living and dying -------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        return int(self._running().pid)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """Return what all processes of this service have logged."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def start(self, command: Sequence[str] = START, cwd: Path = PROJECT) -> Self:
        """Start a process and wait until it responds. Raises Died with its log if it does not."""
        for _ in range(_PORT_TRIES):
            self.launch(command, cwd)
            if self._answers():
                return self
            if _PORT_TAKEN not in self.log:
                break
        raise Died(self.log)

    def launch(self, command: Sequence[str] = START, cwd: Path = PROJECT) -> None:
        """Start a process without waiting for it."""
        assert not self.alive
        self.port = free_port()
        self._process = self._begin(command, cwd, {**self.environ, "TENER_INTERVIEW_PORT": str(self.port)})

    def _begin(self, command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> Any:
        return subprocess.Popen(
            command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )

    def kill(self) -> None:
        """Send SIGKILL if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def terminate(self) -> int:
        """Send SIGTERM; return the exit status."""
        self._running().send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Wait until the process ends by itself; return the exit status, -9 if it was killed."""
        status = int(self._running().wait(timeout_s))
        self._process = None
        return status

    def _answers(self) -> bool:
        give_up_at = time.monotonic() + PATIENCE_S
        while self.alive and time.monotonic() < give_up_at:
            try:
                self.get("/health")
            except Died:
                time.sleep(0.02)
            else:
                return True
        return False

    def _running(self) -> Any:
        assert self._process is not None
        return self._process

    # Asking -----------------------------------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        """Send a POST; underscores in header names stand for hyphens, and a body that is not bytes is sent as JSON."""
        return self.call("POST", path, body=body, headers=headers)

    def call(self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request on a connection of its own. Raises Died if no response comes."""
        with self.connected() as line:
            return line.call(method, path, body=body, headers=headers)

    @contextmanager
    def connected(self, timeout_s: float = PATIENCE_S) -> Iterator[Line]:
        """Open a connection that stays open, for one thread."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            yield Line(connection)
        finally:
            connection.close()


class Line:
    """A connection to the service."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def call(self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a request and return the response. Raises Died if none comes."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if raw is not None:
            sent = {"Content-Type": "application/json", **sent}
        try:
            self._connection.request(method, path, raw, sent)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as fault:
            raise Died(repr(fault)) from None
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
