"""Servers as processes of their own: started, awaited, weighed and ended."""

from __future__ import annotations

import http.client
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.running_service import PROJECT, clean_environ, free_port

_START_S = 30.0
_STOP_S = 25.0
#: A server that takes less than this share of a core for so long has nothing left to do.
_IDLE_SHARE = 0.05
_IDLE_FOR_S = 0.5


@dataclass(frozen=True)
class Server:
    """A process that answers. `start_ms` is the time from its start to its first answer."""

    port: int
    pid: int
    start_ms: float

    def memory_mb(self) -> dict[str, float]:
        """What it occupies now and what it did at most, with the processes it started; empty where Linux is not."""
        found = [_memory_mb(pid) for pid in [self.pid, *_children(self.pid)]]
        names = ("VmRSS", "VmHWM")
        return {name: sum(item[name] for item in found) for name in names} if found and found[0] else {}

    def wait_until_idle(self) -> None:
        """Wait until it no longer works on what it was asked before; at once where Linux is not."""
        used_s, since = _processor_s(self.pid), time.perf_counter()
        while used_s is not None:
            time.sleep(_IDLE_FOR_S)
            before_s, before = used_s, since
            used_s, since = _processor_s(self.pid), time.perf_counter()
            if used_s is not None and used_s - before_s < _IDLE_SHARE * (since - before):
                return

    def call(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """One request on a connection of its own. Raises RuntimeError for an answer that is an error."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
        answer = line.getresponse()
        content = answer.read()
        line.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str] | None = None, path: str = "/health"
) -> Iterator[Server]:
    """Start a server, `{port}` in its command or in a variable being its port, and wait for its first answer."""
    port = free_port()
    filled = [part.format(port=port) for part in command]
    variables = {"PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT / 'tests'}", **(environ or {})}
    env = clean_environ(**{name: value.replace("{port}", str(port)) for name, value in variables.items()})
    # What it logs goes into a file, as a service's log does: it is part of the work.
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            filled, cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _await_answer(port, path, process, began)
            yield Server(port, process.pid, (time.perf_counter() - began) * 1000)
        except BaseException:
            log.seek(0)
            print(log.read()[-2000:].decode("utf-8", "replace"), file=sys.stderr)
            raise
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def installed(*modules: str) -> bool:
    """Whether all of these can be imported."""
    return all(importlib.util.find_spec(module) is not None for module in modules)


def _await_answer(port: int, path: str, process: subprocess.Popen[bytes], began: float) -> None:
    while process.poll() is None and time.perf_counter() - began < _START_S:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            line.request("GET", path)
            line.getresponse().read()
        except OSError:
            time.sleep(0.005)
        else:
            return
        finally:
            line.close()
    raise RuntimeError("a server did not start")


def _memory_mb(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return {}
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(values[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")}


def _processor_s(pid: int) -> float | None:
    """How long it has used the processor."""
    try:
        # The name before the last ")" may hold blanks; user and system time are the fields 14 and 15 (man 5 proc).
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        return [int(part) for part in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []
