"""Starts of the service that cost a fork instead of a Python that imports everything: `python -m fakes.forked_service`

One process imports the service, has used it once and waits; each start is a fork of it, with its own settings,
alterations, folder and log. It ends as a process does, so it can be killed at any moment. It differs from the real
command, which `ServiceProcess` starts, in three ways: it finds a migrated database where there was none, it scores
interviews itself instead of beginning another Python for them, and it builds no page before somebody opens it.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from fakes import front_door
from fakes.process import ServiceProcess
from fakes.running_service import PROJECT, START, clean_environ
from fakes.stored import create_migrated_file
from fakes.waiting import PATIENCE_S, eventually

_LOOK_S = 0.005
_MESSAGE_BYTES = 2**18
#: To begin a connection costs a server more than most of these services ask of it in their whole life.
_FEW_CONNECTIONS = {"TENER_INTERVIEW_DATABASE_POOL_SIZE": "4"}


class ForkedService(ServiceProcess):
    """A `ServiceProcess` that is forked: for tests that start and kill a service often."""

    def _begin(self, command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> Any:
        alterations = () if tuple(command) == START else tuple(command[len(START) :])
        create_migrated_file(environ)
        return _fork_server().start(alterations, {**_FEW_CONNECTIONS, **environ}, cwd, self._log.fileno())


class _ForkedProcess:
    """The part of `subprocess.Popen` that `ServiceProcess` needs."""

    def __init__(self, server: _ForkServer, pid: int) -> None:
        self._server = server
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            self._status = self._server.call({"poll": self.pid})
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        give_up_at = time.monotonic() + (PATIENCE_S if timeout is None else timeout)
        while (status := self.poll()) is None:
            if time.monotonic() > give_up_at:
                raise subprocess.TimeoutExpired("a forked service", timeout or 0.0)
            time.sleep(_LOOK_S)
        return status

    def send_signal(self, number: int) -> None:
        # Its id is no other process's as long as nobody has asked for its status.
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _ForkServer:
    """The process that forks. It ends with this process, because its standard input is closed then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environ = clean_environ(PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}")
        with theirs:
            subprocess.Popen(
                (sys.executable, "-m", "fakes.forked_service"), cwd=PROJECT, env=environ, stdin=theirs.fileno()
            ).returncode = 0  # nobody waits for it
        atexit.register(self._socket.close)

    def start(
        self, alterations: Sequence[str], environ: Mapping[str, str], cwd: Path, output: int
    ) -> _ForkedProcess:
        pid = self.call({"alterations": alterations, "environ": dict(environ), "cwd": str(cwd)}, output)
        assert isinstance(pid, int)
        return _ForkedProcess(self, pid)

    def call(self, request: Mapping[str, Any], *descriptors: int) -> int | None:
        message = json.dumps(request).encode()
        with self._lock:
            socket.send_fds(self._socket, [message], list(descriptors))
            answer: int | None = json.loads(self._socket.recv(_MESSAGE_BYTES))
        return answer


@cache
def _fork_server() -> _ForkServer:
    return _ForkServer()


def _serve(requests: socket.socket) -> None:
    """Fork, and report the exit statuses, until there are no more requests. Does not return in a forked process."""
    while True:
        message, descriptors, *_ = socket.recv_fds(requests, _MESSAGE_BYTES, 1)
        if not message:
            return
        request = json.loads(message)
        if (pid := request.get("poll")) is not None:
            ended, status = os.waitpid(pid, os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if ended else None
        else:
            answer = os.fork()
            if not answer:
                requests.close()
                _run_service(request, descriptors[0])
            os.close(descriptors[0])
        requests.send(json.dumps(answer).encode())


def _run_service(request: Mapping[str, Any], output: int) -> None:
    """Run the requested service. Raises SystemExit at its end."""
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(request["environ"])
    os.chdir(request["cwd"])
    try:
        altered_service.run(request["alterations"])
    except SystemExit as end:
        _ending.status = end.code if isinstance(end.code, int) else 1
        raise


class _Ending:
    """Ends the process once only the clean-up of imports is left, which takes longest in a fork."""

    status = 1

    def __call__(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(self.status)


_ending = _Ending()


def _warm_up() -> None:
    """Do in advance what every fork would otherwise repeat: import, examine classes, compile patterns, load languages.
    """
    for module in pkgutil.walk_packages(tener_interview.__path__, "tener_interview."):
        import_module(module.name)
    answers = ["An answer of some words, which is long enough."] * 4
    with shared_folder("tener-warm-") as folder, FakeHireflix() as fake:
        app = make_application(hireflix_environ(folder, fake))
        client = Client(app)
        for candidate_id in (1, 2):
            assert client.post(front_door.START, {"job_id": 1, "candidate_id": candidate_id}).status == 201
        assert client.request("PUT", "/api/jobs/1/plan", body=plan_body()).status == 200
        assert client.post("/api/jobs/1/plan/publish").status == 200
        for interview in fake.interviews:
            fake.finish(interview.interview_id, answers)
        refreshed = client.post("/api/admin/jobs/1/sessions/refresh")
        assert refreshed.json["scored"] == 2, refreshed.text
        for path in (front_door.SESSIONS, "/api/jobs/1/interview-leaderboard", "/health", "/metrics"):
            assert client.get(path).status == 200
        app.close()
    # A fork has none but the thread that forks.
    eventually(lambda: threading.active_count() == 1)
    # What nobody looks through for garbage is not copied either.
    gc.collect()
    gc.freeze()
    # A fork lives too briefly to make much of it.
    gc.set_threshold(10_000, 20, 20)


if __name__ == "__main__":
    # The first to be registered is the last to be called: after all threads have ended.
    atexit.register(_ending)
    import tener_interview
    from fakes import altered_service
    from fakes.application import make_application
    from fakes.client import Client
    from fakes.hireflix import FakeHireflix
    from fakes.plans import plan_body
    from fakes.process import hireflix_environ
    from fakes.temporary import shared_folder
    from tener_interview.domain.refresh.scoring_worker import ScoringWorker, score_in_this_process
    from tener_interview.web.static import StaticFiles

    StaticFiles.build_ahead = lambda *_: None  # type: ignore[method-assign]
    ScoringWorker.score = staticmethod(score_in_this_process)  # type: ignore[method-assign, assignment]
    _warm_up()
    _serve(socket.socket(fileno=os.dup(0)))
