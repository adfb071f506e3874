"""Availability: requests that wait, hang up, idle or are slow do not delay others.

Real processes and real sockets, and no clock: others are served while what they might wait for is still held, or
before the service has worked for long. To see the measurements: `pytest -n 0 -s tests/test_availability.py`.
"""

from __future__ import annotations

import json
import os
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Reply
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START, STEP
from fakes.hireflix import FakeHireflix
from fakes.process import ServiceProcess, altered, hireflix_environ
from fakes.raw_http import Client
from fakes.waiting import PATIENCE_S, eventually
from for_each import for_each
from tener_interview.web.lanes import LANE_LIMITS, Lane

#: How long the service may work for others before it answers what waits for nobody; they keep it busy for much longer.
SOON_CPU_S = 3.0
#: Who has been sending for a fifth of a second, instead of a whole one, may be evicted.
SOON_SLOW = altered(*(f"set tener_interview.web.{module}:SLOW_S 0.2" for module in ("server", "large_bodies")))
#: What the main system is asked for while somebody waits, the service waits for as long, instead of two seconds.
LITTLE_PATIENCE = altered(
    "set tener_interview.domain.sessions.invite_checks:SOURCE_TIMEOUT_S 0.2",
    "set tener_interview.sources.probe:DEADLINE_S 0.2",
)
#: Hireflix is asked for five interviews at once instead of 25.
SMALL_READS = altered("set tener_interview.providers.hireflix.provider:HireflixProvider.batch_size 5")
#: When a request gives up waiting for its turn.
SLOT_TIMEOUT_MS = 1000 * LANE_LIMITS[Lane.PROVIDER].slot_timeout_s
REFRESH = "/api/admin/jobs/{}/sessions/refresh"


@contextmanager
def hanging() -> Iterator[str]:
    """An address where everybody is listened to and nobody answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def raw(method: str, path: str, body: object = None, *fields: str) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: test", "Content-Type: application/json",
             f"Content-Length: {len(content)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + content


def waiting_clients(
    stack: ExitStack, service: ServiceProcess, number: int, request_of: Callable[[int], bytes]
) -> list[Client]:
    """Clients that have sent something and wait."""
    clients = [stack.enter_context(Client(("127.0.0.1", service.port))) for _ in range(number)]
    for index, client in enumerate(clients):
        client.send(request_of(index))
    return clients


def serve_others(service: ServiceProcess, link: str) -> float:
    """Assert that what waits for nobody is answered; for how many CPU seconds the service worked before the slowest."""
    slowest_s = 0.0
    requests = ((link, 302), ("/login", 302), ("/dashboard", 200), (SESSIONS, 200), ("/health", 200),
             ("/api/jobs/1/interview-leaderboard", 200))
    for path, status in requests * 2:
        began_s = cpu_s(service.pid)
        assert service.get(path).status == status, path
        slowest_s = max(slowest_s, cpu_s(service.pid) - began_s)
    return slowest_s


def timed_out(service: ServiceProcess) -> int:
    """How many requests gave up waiting for their turn."""
    requests = [json.loads(line) for line in service.log.splitlines() if '"request"' in line]
    return sum(line["status"] >= 500 and line["ms"] >= SLOT_TIMEOUT_MS for line in requests)


def start_body(number: int) -> dict[str, object]:
    return {"job_id": 1, "candidate_id": number}


def link_of(service: ServiceProcess, candidate_id: int = 1) -> str:
    entry_url: str = service.post(START, start_body(candidate_id)).json["entry_url"]
    return urlsplit(entry_url).path


HELD: dict[str, Callable[[int], bytes]] = {
    "starts": lambda number: raw("POST", START, start_body(100 + number)),
    "one key": lambda _: raw("POST", START, start_body(100), "Idempotency-Key: one"),
    "refreshes": lambda _: raw("POST", REFRESH.format(1), {"force": True}),
    "steps": lambda number: raw("POST", STEP, {"job_id": 9, "candidates": [{"candidate_id": 100 + number}]}),
    "positions": lambda _: raw("GET", "/api/admin/positions"),
    "source": lambda _: raw("GET", "/api/admin/jobs"),
    "desk": lambda number: raw("GET", f"/api/admin/jobs/{1 + number}/candidates"),
}


def test_requests_that_wait_for_hireflix_do_not_delay_others(tmp_path: Path, fake: FakeHireflix) -> None:
    """All of them together, 270 clients, are more than there are connections."""
    with hanging() as source, ForkedService(
        hireflix_environ(tmp_path, fake, TENER_INTERVIEW_SOURCE_API_BASE=source, TENER_HIREFLIX_TIMEOUT_SECONDS="30")
    ).start(LITTLE_PATIENCE) as service, ExitStack() as stack:
        link = link_of(service)
        fake.fail_always(faults.held())
        for name, request_of in HELD.items():
            waiting_clients(stack, service, 30 if name == "source" else 40, request_of)
        eventually(lambda: fake.in_flight > 0)
        serve_others(service, link)
        assert timed_out(service) == 0, "others were served because some of those who wait gave up"


def test_a_waiting_request_is_dropped_when_its_client_hangs_up(tmp_path: Path, fake: FakeHireflix) -> None:
    """Sixteen begin; of those that had to wait for them nobody is."""
    with ForkedService(hireflix_environ(tmp_path, fake)).start() as service, ExitStack() as stack:
        link = link_of(service)
        fake.fail_always(faults.held())
        begun = waiting_clients(stack, service, 16, lambda number: raw("POST", START, start_body(200 + number)))
        eventually(lambda: len(all_sessions(service)) == 17)
        with ExitStack() as gone:
            waiting_clients(gone, service, 30, lambda number: raw("POST", START, start_body(300 + number)))
            waiting_clients(gone, service, 10, lambda _: raw("POST", START, start_body(400), "Idempotency-Key: one"))
            serve_others(service, link)
        eventually(lambda: gone_of(service) == 40)
        assert timed_out(service) == 0
        fake.heal()
        assert {client.reply().status for client in begun} == {201}
        assert len(all_sessions(service)) == 17, "nobody was invited for whoever had gone"


#: Requests of which each waits for Hireflix by itself, and one more of the kind: by candidate and session. What a step
#: has begun it goes on with after all have left, so it comes last.
LEFT: dict[str, Callable[[int, str], bytes]] = {
    "starts": lambda candidate_id, _: raw("POST", START, start_body(candidate_id)),
    "starts of one candidate": lambda candidate_id, _: raw("POST", START, start_body(candidate_id // 100)),
    "starts with keys": lambda candidate_id, _: raw(
        "POST", START, start_body(candidate_id), f"Idempotency-Key: k{candidate_id}"
    ),
    "refreshes": lambda _, session_id: raw("POST", f"{SESSIONS}/{session_id}/refresh", {"force": True}),
    "refreshes of jobs": lambda candidate_id, _: raw("POST", REFRESH.format(job_of(candidate_id)), {"force": True}),
    "positions": lambda *_: raw("GET", "/api/admin/positions"),
    "steps": lambda candidate_id, _: raw("POST", STEP, {"job_id": 9, "candidates": [{"candidate_id": candidate_id}]}),
}
#: How many calls of Hireflix may be under way at once: with few, those who left wait for their turn and are not called
#: for, except by steps, which go on; with many, all of them are under way and hold no slot.
AT_HIREFLIX = {"few": "4", "many": "64"}
#: What waits for a turn at Hireflix, waits in the same way with or without a key, and for one session or for its job.
TRIED_WITH_FEW = ("starts", "refreshes of jobs", "steps")
#: How many calls may still begin before one more is answered, of eighty who have left.
MAX_CALLS_BEFORE = 11


def job_of(candidate_id: int) -> int:
    """The job of one of the forty-one whose interviews are refreshed, each alone in a job."""
    return 100 + candidate_id % 100


@pytest.fixture
def hung_up(tmp_path: Path, fake: FakeHireflix, at_once: str) -> Iterator[tuple[ServiceProcess, list[str]]]:
    """A service, and a session for each of forty-one."""
    environ = hireflix_environ(tmp_path, fake, TENER_HIREFLIX_CONCURRENCY=AT_HIREFLIX[at_once])
    with ForkedService(environ).start() as service:
        began = [service.post(START, {"job_id": job_of(number), "candidate_id": number}) for number in range(100, 141)]
        yield service, [reply.json["session_id"] for reply in began]


@pytest.mark.parametrize("at_once", AT_HIREFLIX)
@for_each("name", LEFT)
def test_a_hang_up_during_a_hireflix_call_frees_the_slot(
    fake: FakeHireflix, hung_up: tuple[ServiceProcess, list[str]], at_once: str, name: str
) -> None:
    """A new one of the kind is not refused, and waits for what is under way at Hireflix at most."""
    if at_once == "few" and name not in TRIED_WITH_FEW:
        return
    service, sessions = hung_up
    first = 10_000 * (1 + list(LEFT).index(name))

    def request_of(number: int) -> bytes:
        return LEFT[name](first + number, sessions[number])

    invited = fake.invites
    fake.fail_always(faults.held())
    with ExitStack() as stack:
        answered = requests_of(service)
        for wave in (1, 2):
            with ExitStack() as gone:
                waiting_clients(gone, service, 40, request_of)
                eventually(lambda: fake.in_flight > 0)
                time.sleep(0.1)
            eventually(partial(settled, service, answered + 40 * wave))
        at_hireflix = fake.in_flight
        (client,) = waiting_clients(stack, service, 1, lambda _: request_of(40))
        client.sock.settimeout(PATIENCE_S)
        if at_once == "many" and name != "starts of one candidate":
            eventually(lambda: fake.in_flight > at_hireflix)
        calls = len(fake.requests)
        fake.heal()
        assert client.reply().status in (200, 201)
        assert len(fake.requests) - calls <= MAX_CALLS_BEFORE
    assert threads_of(service) < 150
    # Nobody is lost, and nobody invited twice.
    if "starts" in name:
        people = {first // 100} if name == "starts of one candidate" else range(first, first + 41)
        assert {service.post(START, start_body(candidate_id)).status for candidate_id in people} <= {200, 201}
        assert fake.invites - invited == len(people)
    eventually(lambda: not fake.in_flight)


def settled(service: ServiceProcess, count: int) -> bool:
    return requests_of(service) == count


def requests_of(service: ServiceProcess) -> int:
    """How many requests have been answered or given up."""
    lines = [line for line in service.get("/metrics").text.splitlines() if line.startswith("tener_interview_requests_")]
    return sum(round(float(line.split()[-1])) for line in lines if "/metrics" not in line)


def threads_of(service: ServiceProcess) -> int:
    return len(list(Path(f"/proc/{service.pid}/task").iterdir()))


def all_sessions(service: ServiceProcess) -> list[object]:
    sessions: list[object] = service.get(f"{SESSIONS}?limit=500&status=created").json["items"]
    return sessions + list(service.get(f"{SESSIONS}?limit=500").json["items"])


def gone_of(service: ServiceProcess) -> int:
    """How many requests were given up because their client had gone."""
    lines = [line for line in service.get("/metrics").text.splitlines() if "requests_total" in line]
    return sum(round(float(line.split()[-1])) for line in lines if 'status="499"' in line)


def test_requests_waiting_for_the_same_idempotency_key_hold_no_slot(tmp_path: Path, fake: FakeHireflix) -> None:
    """Forty times one key while its first request runs: other starts go on, and all forty get its answer."""
    with ForkedService(hireflix_environ(tmp_path, fake)).start() as service, ExitStack() as stack:
        fake.fail_next(faults.held())
        twins = waiting_clients(stack, service, 40, lambda _: raw("POST", START, start_body(7), "Idempotency-Key: one"))
        eventually(lambda: fake.in_flight > 0)
        assert [service.post(START, start_body(number)).status for number in range(20, 40)] == [201] * 20
        assert readable(twins) == []
        fake.heal()
        replies = [client.reply() for client in twins]
        assert {(reply.status, reply.body) for reply in replies} == {(201, replies[0].body)}
        assert fake.invites == 21


def test_requests_beyond_the_capacity_are_refused_quickly(tmp_path: Path, fake: FakeHireflix) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake)).start() as service, ExitStack() as stack:
        fake.fail_always(faults.held())
        clients = waiting_clients(stack, service, 80, lambda number: raw("POST", START, start_body(number + 1)))
        eventually(lambda: len(readable(clients)) >= 16)
        assert service.get(SESSIONS).status == 200
        fake.heal()
        replies = [client.reply() for client in clients]
        refused = [reply for reply in replies if reply.status != 201]
        assert {(reply.status, reply.problem["code"], reply.headers["Retry-After"]) for reply in refused} == {
            (503, "SERVER_BUSY", "5")
        }
        assert len(refused) - timed_out(service) == 16, "64 wait, or are worked on"


def readable(clients: list[Client]) -> list[Client]:
    """Those that have an answer by now."""
    ready, _, _ = select.select([client.sock for client in clients], [], [], 0)
    return [client for client in clients if client.sock in ready]


# Idle and slow connections, and none left


def test_idle_connections_are_evicted(tmp_path: Path, fake: FakeHireflix) -> None:
    """256 that ask once a minute, and 300 more: whoever comes is served, and those are closed that rested longest."""
    with ForkedService(hireflix_environ(tmp_path, fake)).start(SOON_SLOW) as service, ExitStack() as stack:
        idle = waiting_clients(stack, service, 256, lambda _: raw("GET", "/health"))
        assert {client.reply().status for client in idle} == {200}
        # Again all but the first, which has then rested longest.
        assert {client.ask(raw("GET", "/health")).status for client in idle[1:]} == {200}
        assert {service.get("/login").status for _ in range(20)} == {302}
        newest = idle[-1]
        assert newest.ask(raw("GET", "/health")).status == 200
        assert idle[0].closed()
        waiting_clients(stack, service, 300, lambda _: b"")
        assert service.get("/login").status == 302
        waiting_clients(stack, service, 300, lambda _: b"GET /login HTTP/1.1\r\nHost: te")
        time.sleep(0.4)
        assert service.get("/login").status == 302


#: How many answers are made for a client that takes none: those that fit what its own system holds for it, which in the
#: end is all of the smallest.
@pytest.mark.parametrize(("path", "answers"), [
    ("/api/openapi.json", 2), (f"{SESSIONS}?limit=500", 10), ("/health", None),
])
def test_a_pipelining_client_that_reads_nothing_costs_little(
    tmp_path: Path, fake: FakeHireflix, path: str, answers: int | None
) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake)).start(SOON_SLOW) as service, ExitStack() as stack:
        link = link_of(service)
        if path.startswith(SESSIONS):
            with ThreadPoolExecutor(8) as pool:
                assert {reply.status for reply in pool.map(service.post, [START] * 40, map(start_body, range(10, 50)))}
        pipelined, before_s = raw("GET", path) * 300, cpu_s(service.pid)
        for _ in range(200):
            client = stack.enter_context(Client(("127.0.0.1", service.port)))
            client.sock.setblocking(False)
            client.sock.send(pipelined)
        serve_others(service, link)
        assert handled(service, path) < 200 * 300 / 2, "others were served after most of it"
        if answers is not None:
            eventually(lambda: stopped_growing(lambda: handled(service, path)))
        made = handled(service, path)
        print(f"200 x 300 {path} unread: {made} answers made in {cpu_s(service.pid) - before_s:.1f} s of CPU")
        assert answers is None or made <= 200 * answers
        waiting_clients(stack, service, 80, lambda _: raw("GET", path) * 300)
        time.sleep(0.4)
        assert service.get("/login").status == 302


def handled(service: ServiceProcess, path: str) -> int:
    """How many requests for a page were answered, by its route."""
    route = f'route="{path.partition("?")[0]}"'
    lines = [line for line in service.get("/metrics").text.splitlines() if "requests_total" in line and route in line]
    return sum(round(float(line.split()[-1])) for line in lines)


def stopped_growing(number: Callable[[], int]) -> bool:
    before = number()
    time.sleep(0.5)
    return number() == before


@pytest.mark.parametrize("body_bytes", [70_000, 1_000_000])
def test_slow_bodies_are_evicted(tmp_path: Path, fake: FakeHireflix, body_bytes: int) -> None:
    """Forty that never end, from whoever may connect: a whole one is taken all the same."""
    head = raw("POST", "/login", None).replace(b"Content-Length: 0", b"Content-Length: %d" % body_bytes)
    with ForkedService(hireflix_environ(tmp_path, fake)).start(SOON_SLOW) as service, ExitStack() as stack:
        announced = waiting_clients(stack, service, 40, lambda _: head)
        whole = raw("POST", SESSIONS + "/none/refresh", {"padding": "x" * 100_000})
        with Client(("127.0.0.1", service.port)) as client:
            assert client.ask(whole).status == 404, "what has not come takes no room"
        for client in announced:
            with suppress(OSError):
                client.send(b"x" * 69_000)
        time.sleep(0.4)
        began_s = time.monotonic()
        with Client(("127.0.0.1", service.port)) as client:
            assert client.ask(whole).status == 404
        print(f"40 slow bodies of {body_bytes} bytes: a whole one took {time.monotonic() - began_s:.3f} s")


def test_a_lack_of_file_descriptors_is_logged_once_and_survived(tmp_path: Path, fake: FakeHireflix) -> None:
    with ServiceProcess(hireflix_environ(tmp_path, fake)) as service, ExitStack() as stack:
        service.start(("sh", "-c", 'ulimit -n 64; exec "$0" "$@"', *PYTHON))
        link = link_of(service)
        held = waiting_clients(stack, service, 120, lambda _: raw("GET", "/health"))
        eventually(lambda: "out_of_file_descriptors" in service.log)
        before_s, began_s = cpu_s(service.pid), time.monotonic()
        time.sleep(1)
        share = (cpu_s(service.pid) - before_s) / (time.monotonic() - began_s)
        for client in held:
            client.sock.close()
        eventually(lambda: "accepts_again" in service.log)
        assert service.get(link).status == 302
        exhausted_count = service.log.count("out_of_file_descriptors")
        print(f"out of file descriptors: {share:.0%} of a CPU, said {exhausted_count} times")
        assert share < 0.5
        assert (exhausted_count, service.log.count("accepts_again")) == (1, 1)


PYTHON = ("python3", "-m", "tener_interview")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# Long answers


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """An address where everybody is answered with this."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


ROW = b'{"id": 1, "candidate_id": 1, "title": "%s"},' % (b"x" * 1900)
LONG_ANSWERS = {
    "rows": b'{"items": [' + ROW * 15_000 + b"{}]}",
    "quotes": b'"' * 31_000_000,
    "lists": b'{"items": [' + b"[]," * 10_000_000 + b"[]]}",
    "openings": b"[" * 31_000_000,
}


@pytest.mark.parametrize("name", LONG_ANSWERS)
def test_many_requests_with_long_source_responses_take_little_memory(
    tmp_path: Path, fake: FakeHireflix, name: str
) -> None:
    """31 MB for each of 24 that ask for some jobs: little memory, and links are answered meanwhile."""
    with answering(LONG_ANSWERS[name]) as source, ForkedService(
        hireflix_environ(tmp_path, fake, TENER_INTERVIEW_SOURCE_API_BASE=source)
    ).start() as service, ThreadPoolExecutor(24) as pool:
        link = link_of(service)
        before_mb = peak_mb(service.pid)
        requests = [pool.submit(service.get, f"/api/admin/jobs?limit={limit}") for limit in range(100, 124)]
        slowest_s = serve_others(service, link)
        statuses = Counter(future.result(PATIENCE_S).status for future in requests)
        took_mb = peak_mb(service.pid) - before_mb
        print(f"24 x 31 MB of {name}: {took_mb:.0f} MB, {slowest_s:.2f} s of CPU before the slowest other; {statuses}")
        assert set(statuses) == {503}
        assert took_mb < 150
        assert slowest_s < SOON_CPU_S


def peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


# Refreshes of many at once


def started(service: ServiceProcess, fake: FakeHireflix, candidates: Mapping[int, int]) -> int:
    """Interviews of so many candidates of each job; how many in all."""
    pairs = [(job, 1000 * job + number) for job, count in candidates.items() for number in range(count)]
    bodies = [{"job_id": job, "candidate_id": candidate} for job, candidate in pairs]
    with ThreadPoolExecutor(8) as pool:
        assert {reply.status for reply in pool.map(lambda body: service.post(START, body), bodies)} == {201}
    fake.requests.clear()
    return len(bodies)


def refreshed(service: ServiceProcess, jobs: list[int], body: object) -> list[Reply]:
    """A refresh of each of these jobs, all at once."""
    together = threading.Barrier(len(jobs))

    def ask(job_id: int) -> Reply:
        together.wait(PATIENCE_S)
        return service.post(REFRESH.format(job_id), body)

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(ask, jobs))


def test_concurrent_refreshes_of_a_job_share_their_calls(tmp_path: Path, fake: FakeHireflix) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake)).start(SMALL_READS) as service:
        sessions = started(service, fake, {1: 24})
        bodies: list[tuple[int, dict[str, object]]] = [(25, {}), (9, {"force": True}), (40, {"limit": 14})]
        for number, body in bodies:
            fake.requests.clear()
            expected = min(sessions, int(str(body.get("limit", sessions))))
            fake.latency_s = 0.3
            replies = refreshed(service, [1] * number, body)
            calls = fake.count("interview")
            print(f"{number} refreshes of {expected}: {calls} calls, {Counter(reply.status for reply in replies)}")
            assert {reply.status for reply in replies} == {200}
            assert {(reply.json["refreshed"], reply.json["errors"]) for reply in replies} == {(expected, 0)}
            assert calls == -(-expected // 5)
            fake.latency_s = 0.0
            service.post(REFRESH.format(1), body)
            assert fake.count("interview") == 2 * calls, "one that comes afterwards asks again"


def test_refreshes_of_many_jobs_queue_and_all_finish(tmp_path: Path, fake: FakeHireflix) -> None:
    """With a time-out that is shorter than all of it takes: 20 jobs, 25 calls of 0.2 s, two at a time."""
    short = {"TENER_HIREFLIX_TIMEOUT_SECONDS": "2", "TENER_HIREFLIX_CONCURRENCY": "2"}
    environ = hireflix_environ(tmp_path, fake, **short)
    with ForkedService(environ).start(SMALL_READS) as service, ThreadPoolExecutor(2) as pool:
        sessions = started(service, fake, {job: 6 if job <= 5 else 2 for job in range(1, 21)})
        fake.fail_always(faults.held())
        refreshing = pool.submit(refreshed, service, list(range(1, 21)), {})
        eventually(lambda: fake.in_flight == 2)
        starting = pool.submit(service.post, START, {"job_id": 99, "candidate_id": 7})
        eventually(lambda: service.get(f"{SESSIONS}?status=created").json["items"])
        fake.latency_s = 0.2
        fake.heal()
        assert starting.result(PATIENCE_S).status == 201
        replies = refreshing.result(PATIENCE_S)
        assert {reply.status for reply in replies} == {200}
        read = sum(reply.json["refreshed"] for reply in replies)
        assert (read, sum(reply.json["errors"] for reply in replies)) == (sessions, 0)
        assert (fake.count("interview"), fake.in_flight_max) == (25, 2)
        assert "inviteCandidateToInterview" in [request["fields"][0] for request in fake.requests[:8]], "it goes first"
