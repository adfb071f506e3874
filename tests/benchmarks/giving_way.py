"""How long entry links take while a job of finished sessions is refreshed or scored again.

`PYTHONPATH=src:tests python3 -m benchmarks.giving_way` prints it, with a number behind it for fewer than 1,000
sessions; the service is a demo of its own in a folder that is gone afterwards.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from fakes.running_service import RunningService, demo_environ, free_port, running_service

SESSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
CLIENTS = 50
_PAUSE_S = 0.2


def main() -> None:
    """Start, fill and measure."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with running_service(demo_environ(Path(folder), port), port) as service:
            links = filled(service)
            print(f"{len(links)} sessions", flush=True)
            while_working(port, links, lambda: time.sleep(2))
            for name, work in (
                ("nothing else", lambda: time.sleep(4)),
                ("refresh", lambda: service.ask(
                    "/api/admin/jobs/1/sessions/refresh", {"force": True, "limit": SESSIONS})),
                ("rescore", lambda: service.ask("/api/admin/jobs/1/rescore", {"dry_run": True})),
            ):
                took_s, waits_ms = while_working(port, links, work)
                told = "no answer" if not waits_ms else (
                    f"p50 {waits_ms[len(waits_ms) // 2]:.0f} ms, p99 {waits_ms[int(len(waits_ms) * 0.99)]:.0f} ms"
                )
                asked = f"{len(waits_ms)} entry links by {CLIENTS} clients"
                print(f"{name}: {told} of {asked} in {took_s:.1f} s", flush=True)


def filled(service: RunningService) -> list[str]:
    """Finished and scored sessions of one job; the paths of their links."""
    links = []
    for number in range(1, SESSIONS + 1):
        person = {"candidate_id": 5_000 + number, "candidate_name": f"Person {number}", "job_id": 1}
        started = service.ask("/api/interviews/sessions/start", {**person, "unlisted": True, "confirm_paused": True})
        links.append(urlsplit(started["entry_url"]).path)
    for _ in range(2):
        service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True, "limit": SESSIONS})
    return links


def while_working(port: int, links: list[str], work: Callable[[], object]) -> tuple[float, list[float]]:
    """How long the work took, and how long each answer did meanwhile, shortest first."""
    done = threading.Event()
    waits_ms: list[float] = []

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        time.sleep(_PAUSE_S * number / CLIENTS)
        while not done.is_set():
            began_s = time.perf_counter()
            connection.request("GET", links[number % len(links)])
            connection.getresponse().read()
            waits_ms.append((time.perf_counter() - began_s) * 1000)
            time.sleep(_PAUSE_S)
        connection.close()

    clients = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(CLIENTS)]
    for each in clients:
        each.start()
    began_s = time.perf_counter()
    try:
        work()
    finally:
        done.set()
    took_s = time.perf_counter() - began_s
    for each in clients:
        each.join(5)
    return took_s, sorted(waits_ms)


if __name__ == "__main__":
    main()
