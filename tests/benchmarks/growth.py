"""How the cost of a request grows with what is stored: `PYTHONPATH=src:tests python3 -m benchmarks.growth`.

Prints a table, and with `--docs` puts it into docs/benchmarks.md. Half of all sessions are of one job, which is the one
that is looked at; the others are spread over the other jobs. Every request comes right after a commit, so that nothing
is kept of the one before: this is what a request costs at most. The fastest of several counts, whatever else the
machine does.
"""

from __future__ import annotations

import argparse
import io
import logging
import math
import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measured_service import BEARER, service_environ
from benchmarks.report import machine
from documents.place import Place
from documents.table import table
from fakes.instances import on_postgres
from fakes.postgres import OwnServer, find_binaries, started_server
from fakes.stored import add_session
from tener_interview import settings
from tener_interview.__main__ import create_app
from tener_interview.store.job_records import JobTitle
from tener_interview.store.ports import Store
from tener_interview.store.postgres.database import Store as PostgresStore
from tener_interview.store.sqlite.database import Store as SqliteStore
from tener_interview.web.application import Application

#: Sessions, and the jobs that they are of.
SIZES = ((1_000, 50), (10_000, 500), (100_000, 5_000))
JOB = 1
_TIMES = 15
#: So many sessions are stored by one transaction.
_CHUNK = 1_000

_BOARD = f"/api/jobs/{JOB}/interview-leaderboard"
#: What is asked, and where.
PATHS = {
    "leaderboard, first 50": _BOARD,
    "leaderboard, 50 from the middle": f"{_BOARD}?limit=50&offset={{middle}}",
    "sessions, newest 100": "/api/interviews/sessions?limit=100",
    "one session's events": "/api/interviews/sessions/{session}/events",
    "what needs somebody": "/api/today",
    "jobs with counts, newest 50": "/api/admin/jobs?limit=50",
    "candidates, first 50": f"/api/admin/jobs/{JOB}/candidates?limit=50",
    "candidates, by a word": f"/api/admin/jobs/{JOB}/candidates?limit=50&q=candidate",
    "progress of the whole job": f"/api/jobs/{JOB}/funnel",
}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure how the cost of a request grows with what is stored.")
    parser.add_argument("--docs", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="so many sizes (default: %(default)s)")
    wanted = parser.parse_args()
    sizes = SIZES[: wanted.sizes]
    logging.disable(logging.CRITICAL)
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as name, _server() as server:
        for sessions, jobs in sizes:
            for product in ("SQLite", *(["PostgreSQL"] if server else [])):
                folder = Path(name) / f"{product}-{sessions}"
                folder.mkdir()
                url = server.create_database(f"growth_{sessions}") if server and product == "PostgreSQL" else None
                _fill(folder, url, sessions, jobs)
                if server and url:
                    with server.admin(f"growth_{sessions}") as db:
                        db.execute("VACUUM ANALYZE")
                for what, took_ms in _measure(folder, url, sessions):
                    print(f"{product}, {sessions:,} sessions, {what}: {took_ms:.2f} ms", flush=True)
                    found.setdefault(what, {}).setdefault(product, []).append(took_ms)
    text = _report(found, sizes)
    print(text)
    if wanted.docs:
        Place("docs/benchmarks.md", "growth").write(text)


@contextmanager
def _server() -> Iterator[OwnServer | None]:
    binaries = find_binaries()
    with started_server(binaries) if binaries else nullcontext(None) as server:
        yield server


def _fill(folder: Path, url: str | None, sessions: int, jobs: int) -> None:
    store: Store = (
        SqliteStore(folder / "interview.sqlite3") if url is None
        else PostgresStore(url, location="the benchmark's", timeout_s=60)
    )
    for first in range(1, sessions + 1, _CHUNK):
        with store.write() as tx:
            for number in range(first, min(first + _CHUNK, sessions + 1)):
                job_id = JOB if number % 2 else 2 + number // 2 % (jobs - 1)
                add_session(
                    tx, number, provider="hireflix", job_id=job_id, status="scored", invitation_id=f"{number:024x}",
                    candidate_url="https://app.example.com/x", result_version=1, score_confidence=0.9,
                    pass_recommendation="yes", technical_score=number * 7 % 1000 / 10,
                    soft_skills_score=number * 11 % 1000 / 10, total_score=number * 13 % 1000 / 10,
                )
    store.close()
    with closing(sqlite3.connect(folder / "source.sqlite3")) as db, db:
        db.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY, title, jd_text, created_at)")
        db.execute("CREATE TABLE candidates (id INTEGER PRIMARY KEY, full_name, headline, skills)")
        db.execute("CREATE TABLE candidate_job_matches (job_id, candidate_id, score, status)")
        db.execute("CREATE INDEX matches_of_a_job ON candidate_job_matches (job_id)")
        db.executemany(
            "INSERT INTO jobs VALUES (?, 'Backend engineer', 'Build it.', ?)",
            ((number, f"2026-01-01T00:00:{number % 60:02}Z") for number in range(1, jobs + 1)),
        )
        people = range(1, sessions + 1, 2)
        db.executemany(
            "INSERT INTO candidates VALUES (?, ?, 'Backend engineer', 'Python')",
            ((number, f"Candidate {number}") for number in people),
        )
        db.executemany(
            f"INSERT INTO candidate_job_matches VALUES ({JOB}, ?, ?, 'matched')",
            ((number, number % 100) for number in people),
        )
    # So long ago that what is read from it is kept.
    os.utime(folder / "source.sqlite3", (1_700_000_000, 1_700_000_000))


def _measure(folder: Path, url: str | None, sessions: int) -> Iterator[tuple[str, float]]:
    environ = service_environ(folder, None) | {"TENER_INTERVIEW_PORT": "8090"}
    app = create_app(settings.load(environ if url is None else on_postgres(environ, url)))
    try:
        store: Store = app.service.store
        with store.read() as tx:
            (newest,) = tx.sessions.newest_first({"job_id": JOB}, limit=1)
        for what, pattern in PATHS.items():
            address = pattern.format(middle=min(sessions // 4, 9_000), session=newest.session_id)
            _get(app, address)
            took_ms = []
            for number in range(_TIMES):
                with store.write() as tx:
                    tx.titles.put({9_999_999: JobTitle(str(number), None)})
                began = time.perf_counter()
                _get(app, address)
                took_ms.append((time.perf_counter() - began) * 1000)
            yield what, min(took_ms)
    finally:
        app.close()


def _get(app: Application, address: str) -> None:
    path, _, query_string = address.partition("?")
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query_string, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8090", "HTTP_HOST": "127.0.0.1:8090", "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "HTTP_AUTHORIZATION": BEARER["Authorization"],
    }

    def start_response(status: str, _headers: object, _failure: object = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return len

    answer = b"".join(app(environ, start_response))
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{address}: {statuses} {answer[:300]!r}")


def _report(found: dict[str, dict[str, list[float]]], sizes: tuple[tuple[int, int], ...]) -> str:
    columns = [f"{sessions:,} sessions, {jobs:,} jobs" for sessions, jobs in sizes]
    rows = [
        [what, product, *(f"{item:.1f}" for item in took_ms), f"{_exponent(took_ms, sizes):.2f}"]
        for what, by_product in found.items() for product, took_ms in by_product.items()
    ]
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"""\
Measured on {datetime.now(UTC).date().isoformat()}, in one run on one machine: {machine()}; some
{os.getloadavg()[2]:.0f} other processes wanted its cores. The exponent is 0 for what costs the same at any size, and 1
for what grows as the number of sessions does.

{table(['milliseconds after a commit', 'database', *columns, 'exponent'], rows, aligned="---:")}

The process that served all of this took {most_mb:.0f} MB at most."""


def _exponent(took_ms: list[float], sizes: tuple[tuple[int, int], ...]) -> float:
    return math.log(took_ms[-1] / took_ms[0]) / math.log(sizes[-1][0] / sizes[0][0]) if len(took_ms) > 1 else 0.0


if __name__ == "__main__":
    main()
