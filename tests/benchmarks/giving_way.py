"""How long entry links take while a job of finished sessions is refreshed or scored again.

`PYTHONPATH=src:tests python3 -m benchmarks.giving_way` prints it, with a number behind it for other than 1,000
sessions; the service is a demo of its own in a folder that is gone afterwards. 50 clients open a link every 0.2 s,
each time on a new connection, as candidates come; one in ten is opened for the first time, which is written down.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from fakes.running_service import PROJECT, RunningService, demo_environ, free_port, running_service

SESSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
CLIENTS = 50
_PAUSE_S = 0.2
_FIRST_TIME = 10
_IDLE_S = 8.0
_CRITERIA = PROJECT / "config" / "interview_transcription_scoring_criteria.json"


def main() -> None:
    """Start, fill and measure."""
    with tempfile.TemporaryDirectory() as name:
        port, folder = free_port(), Path(name)
        criteria = json.loads(_CRITERIA.read_text("utf-8"))
        criteria_path = folder / "criteria.json"
        criteria_path.write_text(json.dumps(criteria), "utf-8")
        environ = demo_environ(folder, port, TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH=str(criteria_path))
        with running_service(environ, port) as service:
            finished, unopened = filled(service), iter(started(service, 2, 2 * SESSIONS))
            print(f"{len(finished)} sessions, load {os.getloadavg()[0]:.1f}", flush=True)

            def refresh() -> None:
                service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True, "limit": SESSIONS})

            def rescore(*, dry_run: bool) -> None:
                if not dry_run:
                    criteria_path.write_text(json.dumps({**criteria, "version": "another"}), "utf-8")
                service.ask("/api/admin/jobs/1/rescore", {"dry_run": dry_run})

            for what, work in (("refresh", refresh), ("rescore, dry run", lambda: rescore(dry_run=True))):
                began_s = time.perf_counter()
                work()
                print(f"{what} alone: {time.perf_counter() - began_s:.1f} s", flush=True)
            while_working(port, finished, unopened, lambda: time.sleep(2))
            idle: dict[str, float] = {}
            for what, work in (
                ("nothing else", lambda: time.sleep(_IDLE_S)),
                ("refresh", refresh),
                ("rescore, dry run", lambda: rescore(dry_run=True)),
                ("rescore, all changed", lambda: rescore(dry_run=False)),
            ):
                took_s, waits_ms = while_working(port, finished, unopened, work)
                print(f"{what}: {took_s:.1f} s, load {os.getloadavg()[0]:.1f}")
                for kind, found in waits_ms.items():
                    print(f"  {kind}: {_format_row(sorted(found), idle, kind)}", flush=True)


def _format_row(waits_ms: list[float], idle: dict[str, float], kind: str) -> str:
    if not waits_ms:
        return "none"
    figures = {"p50": waits_ms[len(waits_ms) // 2], "p99": waits_ms[int(len(waits_ms) * 0.99)], "max": waits_ms[-1]}
    parts = [
        f"{name} {value:.1f} ms ({value / idle.setdefault(f'{kind} {name}', value):.1f} times idle)"
        for name, value in figures.items()
    ]
    return f"{', '.join(parts)} of {len(waits_ms)}"


def started(service: RunningService, job_id: int, count: int) -> list[str]:
    """New sessions of a job; the paths of their links."""
    links = []
    for number in range(1, count + 1):
        person = {"candidate_id": 10_000 * job_id + number, "candidate_name": f"Person {number}", "job_id": job_id}
        answer = service.ask("/api/interviews/sessions/start", {**person, "unlisted": True, "confirm_paused": True})
        links.append(urlsplit(answer["entry_url"]).path)
    return links


def filled(service: RunningService) -> list[str]:
    """Finished and scored sessions of one job; the paths of their links."""
    links = started(service, 1, SESSIONS)
    for _ in range(2):
        service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True, "limit": SESSIONS})
    return links


def while_working(
    port: int, finished: list[str], unopened: Iterator[str], work: Callable[[], object]
) -> tuple[float, dict[str, list[float]]]:
    """How long the work took, and how long each answer did meanwhile, by kind of link."""
    return asyncio.run(_while_working(port, finished, unopened, work))


async def _while_working(
    port: int, finished: list[str], unopened: Iterator[str], work: Callable[[], object]
) -> tuple[float, dict[str, list[float]]]:
    # All clients share one thread: fifty of their own would wait for each other, and not for the service.
    done = asyncio.Event()
    waits_ms: dict[str, list[float]] = {"finished": [], "opened for the first time": []}

    async def ask(number: int) -> None:
        await asyncio.sleep(_PAUSE_S * number / CLIENTS)
        count = number
        while not done.is_set():
            count += 1
            kind, link = "finished", finished[count * CLIENTS % len(finished)]
            if count % _FIRST_TIME == 0 and (new := next(unopened, None)):
                kind, link = "opened for the first time", new
            began_s = time.perf_counter()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
            status = (await reader.read()).split(b" ", 2)[1]
            writer.close()
            waits_ms[kind].append((time.perf_counter() - began_s) * 1000)
            assert status in (b"200", b"302"), status
            await asyncio.sleep(_PAUSE_S)

    clients = [asyncio.create_task(ask(number)) for number in range(CLIENTS)]
    began_s = time.perf_counter()
    try:
        await asyncio.to_thread(work)
        took_s = time.perf_counter() - began_s
    finally:
        done.set()
        await asyncio.gather(*clients)
    return took_s, waits_ms


if __name__ == "__main__":
    main()
