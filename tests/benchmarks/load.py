"""Load on a server: so many connections that each ask again as soon as they are answered.

wrk (https://github.com/wg/wrk) does it where it is installed; else threads of this process, which measure themselves
as much as the server. The JSON says which it was.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

WRK = shutil.which("wrk")
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Ask:
    """A request to be sent again and again. `{n}` in the body is the number of the request, from `first`."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    first: int = 1


@dataclass(frozen=True)
class Load:
    """What came back, by how many connections. Answers of status 400 and above count as `failed`."""

    connections: int
    requests_s: float
    p50_ms: float
    p99_ms: float
    failed: int


def load(port: int, ask: Ask, connections: int, seconds: float) -> Load:
    """Ask a server on this computer for so long."""
    return (_by_wrk if WRK else _by_threads)(port, ask, connections, seconds)


def _by_wrk(port: int, ask: Ask, connections: int, seconds: float) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_lua(ask))
        script.flush()
        said = subprocess.run(
            [str(WRK), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "--latency", "-s", script.name,
             f"http://127.0.0.1:{port}{ask.path}"],
            capture_output=True, text=True, check=True, timeout=seconds + 30,
        ).stdout  # fmt: skip
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if rate is None:
        raise RuntimeError(said)
    return Load(connections, float(rate[1]), _latency(said, 50), _latency(said, 99), int(bad[1]) if bad else 0)


def _latency(said: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)", said, re.MULTILINE)
    return float(found[1]) * _UNITS_MS[found[2]] if found else 0.0


def _lua(ask: Ask) -> str:
    headers = "".join(f"wrk.headers[{name!r}] = {value!r}\n" for name, value in ask.headers.items())
    lines = f"wrk.method = {ask.method!r}\n{headers}"
    if ask.body is None:
        return lines
    before, _, after = ask.body.partition("{n}")
    return (
        f"{lines}local n = {ask.first - 1}\n"
        f"request = function()\n  n = n + 1\n  return wrk.format(nil, nil, nil, {before!r} .. n .. {after!r})\nend\n"
    )


def _by_threads(port: int, ask: Ask, connections: int, seconds: float) -> Load:
    took_ms: list[float] = []
    failed: list[int] = []
    numbers = iter(range(ask.first, 10**12))
    end = time.perf_counter() + seconds

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (began := time.perf_counter()) < end:
            body = None if ask.body is None else ask.body.replace("{n}", str(next(numbers)))
            line.request(ask.method, ask.path, body, dict(ask.headers))
            answer = line.getresponse()
            answer.read()
            took_ms.append((time.perf_counter() - began) * 1000)
            if answer.status >= 400:
                failed.append(answer.status)
        line.close()

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_ms.sort()
    return Load(
        connections,
        len(took_ms) / seconds,
        took_ms[len(took_ms) // 2],
        took_ms[min(len(took_ms) - 1, len(took_ms) * 99 // 100)],
        len(failed),
    )
