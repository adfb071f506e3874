"""The same work on SQLite and on PostgreSQL, with one instance and with two, near and over a network:
`PYTHONPATH=src:tests python3 -m benchmarks.databases`.

Prints a table, and with `--docs` puts it into docs/benchmarks.md. Everything runs on one machine: load, instances,
database and the pretend Hireflix share its cores.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.load import WRK, Ask, Load, load
from benchmarks.measured_service import BEARER, LARGE_JOB, SERVICE, fill_source, fill_store, service_environ
from benchmarks.processes import Server, running
from benchmarks.report import machine
from documents.place import Place
from documents.table import table
from fakes.instances import on_postgres
from fakes.postgres import OwnServer, find_binaries, started_server
from fakes.running_service import PROJECT, clean_environ, free_port
from tener_interview.store.postgres.connection import BoundedConnection
from tener_interview.store.postgres.database import Store as PostgresStore
from tener_interview.store.sqlite.database import Store as SqliteStore

CONNECTIONS = 16
REFRESHED = 300
#: What Hireflix takes for an answer while sessions are started over and over.
SLOW_HIREFLIX_MS = 100
NETWORK_MS = 1.0
_SETTINGS = {"fsync": "on", "full_page_writes": "on"}

WORK = (
    "entry link", "leaderboard, 50 of 10,000", "session start",
    f"session start, Hireflix at {SLOW_HIREFLIX_MS} ms", f"refresh of {REFRESHED}",
)


@dataclass(frozen=True)
class Setting:
    """A database, how many instances are on it, and how far it is."""

    name: str
    on_server: bool
    instances: int = 1
    network_ms: float = 0.0


SETTINGS = (
    Setting("SQLite, one process", on_server=False),
    Setting("PostgreSQL, one instance", on_server=True),
    Setting("PostgreSQL, two instances", on_server=True, instances=2),
    Setting("PostgreSQL over a network, one instance", on_server=True, network_ms=NETWORK_MS),
    Setting("PostgreSQL over a network, two instances", on_server=True, instances=2, network_ms=NETWORK_MS),
)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the service on each database.")
    parser.add_argument("--seconds", type=float, default=4, help="how long each load lasts (default: %(default)s)")
    parser.add_argument("--docs", action="store_true", help="put the table into docs/benchmarks.md")
    wanted = parser.parse_args()
    binaries = find_binaries()
    if binaries is None:
        sys.exit("PostgreSQL is not installed.")
    with tempfile.TemporaryDirectory() as folder, started_server(binaries) as server:
        server.stop()
        server.start(**_SETTINGS)
        found = {
            setting.name: dict(_measure(setting, Path(folder) / str(number), server, wanted.seconds))
            for number, setting in enumerate(SETTINGS)
        }
        sizes = _sizes(server)
        product = _product(server)
    text = _report(found, _round_trips(binaries), sizes, product)
    print(text)
    if wanted.docs:
        Place("docs/benchmarks.md", "databases").write(text)


def _measure(setting: Setting, folder: Path, server: OwnServer, seconds: float) -> Iterator[tuple[str, str]]:
    with _database(setting, folder, server) as (environ, entry_path):
        for latency_ms in (0, SLOW_HIREFLIX_MS):
            with _instances(setting, folder, environ, latency_ms / 1000) as instances:
                for what, ask in _asks(entry_path, latency_ms):
                    alone_ms = _alone_ms(instances[0], ask)
                    text = f"{alone_ms:.1f} ms; {_load_text(_loaded(instances, ask, seconds))}"
                    print(f"{setting.name}, {what}: {text}", flush=True)
                    yield what, text
                if latency_ms == 0:
                    began = time.perf_counter()
                    path = f"/api/admin/jobs/{REFRESHED}/sessions/refresh"
                    instances[0].call("POST", path, json.dumps({"limit": REFRESHED}), BEARER)
                    yield WORK[-1], f"{time.perf_counter() - began:.2f} s"


def _asks(entry_path: str, latency_ms: int) -> Iterator[tuple[str, Ask]]:
    start = Ask(
        "/api/interviews/sessions/start", "POST", {**BEARER, "Content-Type": "application/json"},
        '{"job_id": 900, "candidate_id": {n}, "candidate_name": "Jane Doe", "unlisted": true}',
    )
    if latency_ms:
        yield WORK[3], start
        return
    yield WORK[0], Ask(entry_path)
    yield WORK[1], Ask(f"/api/jobs/{LARGE_JOB}/interview-leaderboard", headers=BEARER)
    yield WORK[2], start


def _alone_ms(instance: Server, ask: Ask) -> float:
    """The fastest of many requests, one after the other: what it takes by itself, whatever else the machine does."""
    took_ms = []
    for number in range(_ALONE):
        body = None if ask.body is None else ask.body.replace("{n}", str(next(_NUMBERS) * 1_000_000 + number))
        began = time.perf_counter()
        instance.call(ask.method, ask.path, body, ask.headers)
        took_ms.append((time.perf_counter() - began) * 1000)
    return min(took_ms)


_ALONE = 30
#: A first candidate for every load, so that nobody is started twice.
_NUMBERS = itertools.count(1)


def _loaded(instances: Sequence[Server], ask: Ask, seconds: float) -> list[Load]:
    """All instances at the same time, with as many connections altogether whatever their number."""
    with ThreadPoolExecutor(len(instances)) as pool:
        return list(pool.map(
            lambda instance: load(
                instance.port, Ask(ask.path, ask.method, ask.headers, ask.body, first=next(_NUMBERS) * 1_000_000),
                CONNECTIONS // len(instances), seconds,
            ),
            instances,
        ))


@contextmanager
def _database(setting: Setting, folder: Path, server: OwnServer) -> Iterator[tuple[dict[str, str], str]]:
    """A database with jobs in it: the settings that name it, and the path of an entry link."""
    folder.mkdir()
    fill_source(folder / "source.sqlite3")
    if not setting.on_server:
        yield {}, fill_store(SqliteStore(folder / "interview.sqlite3"))
        return
    name = f"scene_{folder.name}"
    entry_path = fill_store(PostgresStore(server.create_database(name), location="the benchmark's", timeout_s=60))
    with server.admin(name) as db:
        db.execute("VACUUM ANALYZE")
    with _network(server.port, setting.network_ms) as port:
        yield {"TENER_INTERVIEW_DATABASE_URL": server.url(name, port=port)}, entry_path


@contextmanager
def _instances(
    setting: Setting, folder: Path, database: dict[str, str], latency_s: float
) -> Iterator[list[Server]]:
    """The instances, in front of a Hireflix that takes so long for each answer."""
    with ExitStack() as stack:
        upstream = stack.enter_context(
            running((sys.executable, "-m", "benchmarks.upstream", "{port}", str(latency_s)), path="/counts")
        )
        environ = service_environ(folder, upstream)
        if database:
            environ = on_postgres(environ, database["TENER_INTERVIEW_DATABASE_URL"])
        yield [stack.enter_context(running(SERVICE, environ)) for _ in range(setting.instances)]


@contextmanager
def _network(port: int, delay_ms: float) -> Iterator[int]:
    """The port at which the database is reached over a network that takes so long each way."""
    if not delay_ms:
        yield port
        return
    near = free_port()
    command = (sys.executable, "-m", "benchmarks.slow_network", str(near), str(port), str(delay_ms))
    env = clean_environ(PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}")
    with subprocess.Popen(command, cwd=PROJECT, env=env, stdin=subprocess.DEVNULL) as process:
        time.sleep(1)
        try:
            yield near
        finally:
            process.kill()


def _load_text(loads: Sequence[Load]) -> str:
    failed = sum(one.failed for one in loads)
    rate = sum(one.requests_s for one in loads)
    p50_ms, p99_ms = statistics.mean(one.p50_ms for one in loads), max(one.p99_ms for one in loads)
    return f"{rate:,.0f}/s ({p50_ms:.1f}, {p99_ms:.0f} ms{f', {failed} failed' if failed else ''})"


def _sizes(server: OwnServer) -> tuple[float, float]:
    """Kilobytes of a session that is stored and of one that is scored, with their indexes."""
    with psycopg.connect(server.url("scene_1")) as db:
        row = db.execute(
            "SELECT pg_total_relation_size('interview_sessions')::float / (SELECT count(*) FROM interview_sessions),"
            " (pg_total_relation_size('interview_results') + pg_total_relation_size('answer_shingles')"
            " + pg_total_relation_size('answer_marks') + pg_total_relation_size('interview_events'))::float"
            " / (SELECT count(*) FROM interview_results)"
        ).fetchone()
    assert row is not None
    return row[0] / 1000, row[1] / 1000


def _product(server: OwnServer) -> str:
    with server.admin() as db:
        version = db.info.server_version
    return f"PostgreSQL {version // 10_000}.{version % 10_000}"


def _round_trips(binaries: Path) -> dict[str, int]:
    """How often each request waits for the server: what a network costs is that many times what a message takes."""
    from fakes.client import Client
    from fakes.clock import FakeClock
    from fakes.desk import Desk
    from fakes.hireflix import FakeHireflix

    counted = 0
    wait = BoundedConnection.wait

    def counting(self: BoundedConnection, *arguments: object, **named: object) -> object:
        nonlocal counted
        counted += 1
        return wait(self, *arguments, **named)  # type: ignore[arg-type]

    def trips(work: Callable[[], object]) -> int:
        before = counted
        work()
        return counted - before

    with tempfile.TemporaryDirectory() as folder, started_server(binaries) as server, FakeHireflix() as fake:
        environ = service_environ(Path(folder), None) | {
            "TENER_INTERVIEW_PORT": "8090", "TENER_HIREFLIX_BASE_URL": fake.url, "TENER_HIREFLIX_API_KEY": fake.api_key,
            "TENER_HIREFLIX_POSITION_ID": fake.position_id,
        }
        fill_source(Path(folder) / "source.sqlite3")
        desk = Desk(on_postgres(environ, server.create_database("trips")), fake, FakeClock(), None)
        BoundedConnection.wait = counting  # type: ignore[method-assign, assignment]
        try:
            client = Client(desk.app, BEARER)
            body = {"job_id": 1, "candidate_name": "Jane Doe", "unlisted": True}
            client.post("/api/interviews/sessions/start", {**body, "candidate_id": 1})
            started = client.post("/api/interviews/sessions/start", {**body, "candidate_id": 2}).json
            link = "/" + started["entry_url"].split("/", 3)[3]
            client.get(link)
            return {
                WORK[0]: trips(lambda: client.get(link)),
                WORK[1]: trips(lambda: client.get(f"/api/jobs/{LARGE_JOB}/interview-leaderboard")),
                WORK[2]: trips(lambda: client.post("/api/interviews/sessions/start", {**body, "candidate_id": 3})),
            }
        finally:
            BoundedConnection.wait = wait  # type: ignore[method-assign]
            desk.close()


def _report(found: dict[str, dict[str, str]], trips: dict[str, int], sizes: tuple[float, float], product: str) -> str:
    rows = [[what, *(found[setting.name].get(what, "") for setting in SETTINGS)] for what in WORK]
    date = datetime.now(UTC).date().isoformat()
    others = os.getloadavg()[2]
    said = ", ".join(f"{what} {count}" for what, count in trips.items())
    return f"""\
Measured on {date}, in one run on one machine: {machine()}, {product} with `fsync`.
First the fastest of {_ALONE} requests by themselves, then requests a second (p50, p99) with {CONNECTIONS} connections,
by {"wrk" if WRK else "threads of a Python process"} on the same cores. Some {others:.0f} processes wanted these cores
at any time, most of them not the benchmark's, so the rates are lower than on a computer of its own. The network takes
{NETWORK_MS:g} ms each way.

{table(["", *(setting.name for setting in SETTINGS)], rows, aligned="---:")}

Round trips to the database: {said}. So a network costs that many times what a message takes there and back. A session
takes {sizes[0]:.1f} kB of the database, a scored one {sizes[0] + sizes[1]:.0f} kB, indexes included."""


if __name__ == "__main__":
    main()
