"""What is measured, each as rows of plain values."""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.load import Ask, load
from benchmarks.measured_service import (
    BEARER,
    CONCURRENCY,
    JOBS,
    LARGE_JOB,
    REFRESH_SIZES,
    SERVICE,
    MeasuredService,
    demo_environ,
    measured_service,
)
from benchmarks.processes import Server, installed, running

Row = dict[str, Any]

CONNECTIONS = (1, 16, 64)
LATENCIES_MS = (0, 50, 200)
HELLO = "hello world"
OURS = "Tener Interview"
#: It is plain WSGI, so other servers can serve it as well.
OURS_ON_GRANIAN = "Tener Interview on granian"
GRANIAN = (
    sys.executable, "-m", "granian", "--interface=wsgi", "--port={port}", "--no-access-log", "--factory",
    "--blocking-threads=8", "tener_interview.__main__:wsgi",
)
LOADED = "after all these requests and lists of 10,000"
_STARTS = 5

#: Name, what has to be installed, command. All of them serve one constant answer, from one process.
OTHERS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("waitress, 8 threads", ("waitress",),
     (sys.executable, "-m", "waitress", "--host=127.0.0.1", "--port={port}", "--threads=8", "benchmarks.hello:app")),
    ("gunicorn, gthread, 8 threads", ("gunicorn",),
     (sys.executable, "-m", "gunicorn", "-b127.0.0.1:{port}", "-kgthread", "--threads=8", "benchmarks.hello:app")),
    ("cheroot, 8 threads", ("cheroot",),
     (sys.executable, "-m", "cheroot", "--bind=127.0.0.1:{port}", "--threads=8", "benchmarks.hello:app")),
    ("bjoern", ("bjoern",), (sys.executable, "-m", "benchmarks.hello", "{port}")),
    ("granian, WSGI", ("granian",),
     (sys.executable, "-m", "granian", "--interface=wsgi", "--port={port}", "--no-access-log", "benchmarks.hello:app")),
    ("uvicorn[standard] with FastAPI", ("uvicorn", "uvloop", "httptools", "fastapi"),
     (sys.executable, "-m", "uvicorn", "--port={port}", "--no-access-log", "--loop=uvloop", "--http=httptools",
      "--factory", "benchmarks.hello:fastapi")),
    ("raw sockets, no HTTP", (), (sys.executable, "-m", "benchmarks.ceiling", "{port}")),
)


def measure(folder: Path, seconds: float) -> dict[str, list[Row]]:
    """Everything, `seconds` for each figure of load."""
    http: list[Row] = []
    memory: list[Row] = []
    with measured_service(folder / "http", 0) as ours:
        memory.append({"when": "at rest", **ours.service.memory_mb()})
        for what, ask in _asks(ours):
            http += _loads(OURS, what, ours.service, ask, seconds)
        http += _once(ours)
        memory.append({"when": LOADED, **ours.service.memory_mb()})
    if installed("granian"):
        with measured_service(folder / "granian", 0, GRANIAN) as ours:
            for what, ask in _asks(ours):
                http += _loads(OURS_ON_GRANIAN, what, ours.service, ask, seconds)
    for name, needed, command in OTHERS:
        if not installed(*needed):
            print(f"{name}: not installed, left out", flush=True)
            continue
        with running(command) as other:
            memory.append({"when": f"{name}, {HELLO}, at rest", **other.memory_mb()})
            http += _loads(name, HELLO, other, Ask("/health"), seconds)
    return {"http": http, "refresh": list(_refreshes(folder)), "memory": memory, "start": list(_starts(folder))}


def _asks(ours: MeasuredService) -> Iterator[tuple[str, Ask]]:
    yield "/health", Ask("/health")
    yield "entry link", Ask(ours.entry_path)
    yield "leaderboard, 50 of 10,000", Ask(f"/api/jobs/{LARGE_JOB}/interview-leaderboard", headers=BEARER)
    yield "session start", Ask(
        "/api/interviews/sessions/start", "POST", {**BEARER, "Content-Type": "application/json"},
        '{"job_id": 900, "candidate_id": {n}, "candidate_name": "Jane Doe", "unlisted": true}',
    )


def _loads(name: str, what: str, server: Server, ask: Ask, seconds: float) -> list[Row]:
    rows = []
    for connections in CONNECTIONS:
        # Requests with a body count on, so that no session is started twice.
        fresh = Ask(ask.path, ask.method, ask.headers, ask.body, first=connections * 1_000_000)
        done = load(server.port, fresh, connections, seconds)
        print(f"{name}, {what}: {done.requests_s:,.0f}/s at {connections}", flush=True)
        rows.append({"server": name, "what": what, **asdict(done)})
    return rows


def _once(ours: MeasuredService) -> list[Row]:
    """Long lists, asked for one after the other, when the sessions started under load are dealt with."""
    ours.service.wait_until_idle()
    rows = []
    candidates = f"/api/admin/jobs/{LARGE_JOB}/candidates"
    for what, path in (
        ("list of 500 sessions", f"/api/interviews/sessions?job_id={LARGE_JOB}&limit=500"),
        ("200 of 10,000 candidates", f"{candidates}?limit=200"),
        ("search in 10,000 candidates", f"{candidates}?limit=50&q=candidate%20777"),
        (f"list of {JOBS} jobs with counts", f"/api/admin/jobs?limit={JOBS}"),
        ("list of 10,000 candidates", f"{candidates}?limit=10000"),
    ):
        _timed_ms(ours.service, "GET", path)
        took_ms = [_timed_ms(ours.service, "GET", path) for _ in range(10)]
        rows.append({
            "server": OURS, "what": what, "connections": 1, "requests_s": 1000 / statistics.mean(took_ms),
            "p50_ms": statistics.median(took_ms), "p99_ms": max(took_ms), "failed": 0,
        })
    return rows


def _refreshes(folder: Path) -> Iterator[Row]:
    for latency_ms in LATENCIES_MS:
        with measured_service(folder / f"refresh-{latency_ms}", latency_ms / 1000) as ours:
            for sessions in REFRESH_SIZES:
                ours.upstream.call("GET", "/counts")
                path = f"/api/admin/jobs/{sessions}/sessions/refresh"
                took_ms = _timed_ms(ours.service, "POST", path, json.dumps({"limit": sessions}))
                counts = json.loads(ours.upstream.call("GET", "/counts"))
                ideal_ms = math.ceil(counts["requests"] / CONCURRENCY) * latency_ms
                print(f"refresh of {sessions} at {latency_ms} ms: {took_ms:,.0f} ms", flush=True)
                yield {
                    "sessions": sessions, "latency_ms": latency_ms, "took_ms": took_ms, "ideal_ms": ideal_ms,
                    "requests": counts["requests"], "most_in_flight": counts["most"],
                }


def _timed_ms(server: Server, method: str, path: str, body: str | None = None) -> float:
    began = time.perf_counter()
    server.call(method, path, body, BEARER)
    return (time.perf_counter() - began) * 1000


def _starts(folder: Path) -> Iterator[Row]:
    """From nothing to the first answer; the service makes its database meanwhile."""
    demo = folder / "starts"
    demo.mkdir()
    yield {"server": OURS, "start_ms": _start_ms(SERVICE, demo_environ(demo))}
    for name, needed, command in OTHERS:
        if installed(*needed):
            yield {"server": name, "start_ms": _start_ms(command, {})}


def _start_ms(command: Sequence[str], environ: dict[str, str]) -> float:
    took = []
    for _ in range(_STARTS):
        with running(command, environ) as server:
            took.append(server.start_ms)
    return statistics.median(took)
