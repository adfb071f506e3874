"""The HTTP server with slow or many clients, and its shutdown."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals

import pytest

from fakes.forked_service import ForkedService
from fakes.process import environ
from fakes.raw_http import GET, QUICK, Client, Echo, Held, constant, post, serving
from fakes.waiting import PATIENCE_S, eventually, join
from for_each import for_each
from tener_interview.api.body_limits import MAX_LIST_BODY_BYTES
from tener_interview.web import large_bodies
from tener_interview.web import server as web_server
from tener_interview.web.server import HttpServer

SRC = Path(__file__).parents[2] / "src"
HEALTH = GET.replace(b"/ ", b"/health ")


def drip(client: Client, raw: bytes) -> int:
    """Send a byte now and then until an answer comes; how many were sent."""
    client.sock.settimeout(0.05)
    sent = 0
    for byte in raw:
        client.send(bytes([byte]))
        sent += 1
        try:
            client.rest = client.sock.recv(65536)
            break
        except TimeoutError:
            continue
    client.sock.settimeout(PATIENCE_S)
    return sent


@for_each("beginning", [b"", post(b"x" * 900)[:-900]], ids=["head", "body"])
def test_slowly_sent_bytes_do_not_extend_the_deadline_of_a_request(beginning: bytes) -> None:
    echo = Echo()
    with serving(echo, replace(QUICK, head_s=0.4, body_s=0.4)) as server, Client(server.address) as client:
        client.send(beginning)
        sent = drip(client, b"GET /" + b"a" * 200)
        reply = client.reply()
        assert client.closed()
    assert (reply.status, reply.problem["code"], reply.headers["Connection"]) == (408, "REQUEST_TIMEOUT", "close")
    assert sent < 200
    assert echo.paths == []


def test_the_number_of_concurrent_large_bodies_is_limited() -> None:
    echo, large, small = Echo(), post(b"x" * 900), post(b"x" * 100)
    with (
        serving(echo, replace(QUICK, max_large_bodies=1, large_body_bytes=100)) as server,
        Client(server.address) as slow, Client(server.address) as other, Client(server.address) as late,
    ):
        slow.send(large[:-1])
        eventually(lambda: len(server.large_bodies) == 1)
        turned_away = other.ask(large)
        assert (turned_away.status, turned_away.problem["code"]) == (503, "SERVER_BUSY")
        assert turned_away.headers["Retry-After"] == "1"
        assert other.closed()
        assert late.ask(small).status == 200
        assert slow.ask(large[-1:]).status == 200
        eventually(lambda: len(server.large_bodies) == 0)
        assert late.ask(large).status == 200
    assert len(echo.paths) == 3


def test_a_very_large_body_counts_as_several() -> None:
    limits = replace(QUICK, max_large_bodies=3, large_body_bytes=100, large_body_slot_bytes=500)
    with (
        serving(Echo(), limits) as server,
        Client(server.address) as very_large, Client(server.address) as other, Client(server.address) as third,
    ):
        very_large.send(post(b"x" * 900)[:-1])
        eventually(lambda: len(server.large_bodies) == 1)
        assert third.ask(post(b"x" * 900)).status == 503
        assert other.ask(post(b"x" * 400)).status == 200
        assert very_large.ask(b"x").status == 200
        eventually(lambda: len(server.large_bodies) == 0)


def test_the_server_accepts_bodies_as_large_as_the_routes_do(tmp_path: Path) -> None:
    rows = b"email\n" + b"somebody@example.com\n" * 100_000
    with ForkedService(environ(tmp_path)) as service:
        service.start()
        body = {"content_base64": base64.b64encode(rows).decode()}
        read = service.post("/api/admin/jobs/1/candidates/read-list", body)
        assert (read.status, read.json["total_rows"]) == (200, 100_000)
        refused = service.post("/api/admin/jobs/1/candidates/read-list", b'{"x": "' + b"x" * MAX_LIST_BODY_BYTES)
        assert (refused.status, refused.json["code"]) == (413, "BODY_TOO_LARGE")


def test_a_connection_without_a_request_is_closed_silently() -> None:
    with serving(Echo(), replace(QUICK, head_s=0.1)) as server, Client(server.address) as client:
        assert client.closed()
    with serving(Echo(), replace(QUICK, idle_s=0.2)) as server, Client(server.address) as client:
        assert client.ask(GET).status == 200
        assert client.closed()


def answered_in_time(server: HttpServer) -> Client:
    """A connection with one answer. Where the time for a head is short, a busy computer may miss it."""
    while True:
        client = Client(server.address)
        with suppress(EOFError, ConnectionError):
            assert client.ask(GET).status == 200
            return client
        client.sock.close()


def test_the_idle_timeout_is_longer_than_the_timeout_of_request_headers() -> None:
    with serving(Echo(), replace(QUICK, head_s=0.1)) as server, answered_in_time(server) as client:
        time.sleep(0.3)
        assert client.ask(GET).status == 200


def test_a_handler_may_take_longer_than_any_deadline() -> None:
    held = Held()
    limits = replace(QUICK, head_s=0.4, body_s=0.4, answer_s=0.4)
    with serving(held, limits) as server, Client(server.address) as client:
        client.send(post(b"hello"))
        assert held.entered.acquire(timeout=PATIENCE_S)
        time.sleep(0.6)
        held.release.set()
        assert client.reply().body == b"done"
        assert client.ask(GET).status == 200


def test_a_client_that_does_not_read_is_disconnected() -> None:
    body = b"x" * 20_000_000
    app = constant("200 OK", [], body)
    with serving(app, replace(QUICK, answer_s=0.3, connections=1)) as server, Client(server.address) as client:
        client.send(GET)
        eventually(lambda: any(connection.writing for connection in server.connections.values()))

        def served() -> bool:
            with Client(server.address) as other:
                return other.ask(b"nonsense\r\n\r\n").status == 400

        eventually(served)
        received = 0
        try:
            while chunk := client.sock.recv(1 << 20):
                received += len(chunk)
        except ConnectionError:
            pass
        assert received < len(body)


def test_too_many_connections_get_503() -> None:
    held = Held()
    with (
        serving(held, replace(QUICK, connections=2)) as server,
        Client(server.address) as first,
        Client(server.address) as second,
    ):
        for client in (first, second):
            client.send(GET)
            assert held.entered.acquire(timeout=PATIENCE_S)
        for raw in (GET, b""):
            with Client(server.address) as third:
                third.send(raw)
                reply = third.reply()
                assert (reply.status, reply.problem["code"]) == (503, "SERVER_BUSY")
                assert (reply.headers["Retry-After"], reply.headers["Connection"]) == ("1", "close")
                assert third.closed()
        held.release.set()
        assert [first.reply().status, second.reply().status] == [200, 200]
        eventually(lambda: all(connection.idle for connection in server.connections.values()))
        assert second.ask(HEALTH).status == 200
        eventually(lambda: all(connection.idle for connection in server.connections.values()))
        with Client(server.address) as third:
            assert third.ask(GET).status == 200, "one that rests makes place"
        assert first.closed()
        assert second.ask(GET).status == 200


@pytest.mark.parametrize(
    ("begun", "answered"),
    [(b"", 0), (GET[:-2], 503), (post(b"x" * 900)[:-1], 503), (b"POST / HTTP/1.1\r\n", 503), (GET, 200)],
)
def test_a_slow_request_is_evicted(
    begun: bytes, answered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole request that has arrived is answered all the same."""
    monkeypatch.setattr(web_server, "SLOW_S", 0.05)
    monkeypatch.setattr(large_bodies, "SLOW_S", 0.05)
    with serving(Echo(), replace(QUICK, connections=1)) as server, Client(server.address) as slow:
        slow.send(begun)
        time.sleep(0.2)
        with Client(server.address) as other:
            assert other.ask(GET).status == 200
        if answered:
            reply = slow.reply()
            assert reply.status == answered
            assert answered == 200 or reply.problem["code"] == "SERVER_BUSY"
        assert slow.closed()


def test_a_client_that_does_not_read_is_evicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many requests in a row, and none of their answers taken: those of others are."""
    monkeypatch.setattr(web_server, "SLOW_S", 0.2)
    monkeypatch.setattr(large_bodies, "SLOW_S", 0.2)
    app = constant("200 OK", [], b"x" * 100_000)
    with serving(app, replace(QUICK, connections=3)) as server, ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(Client(server.address)).send(GET * 300)
        eventually(lambda: all(connection.writing for connection in server.connections.values()))
        time.sleep(0.4)
        for _ in range(3):
            assert len(stack.enter_context(Client(server.address)).ask(GET).body) == 100_000


def test_a_slow_body_delays_nobody_else() -> None:
    with (
        serving(Echo()) as server,
        Client(server.address) as slow,
        Client(server.address) as quick,
    ):
        slow.send(post(b"hello")[:-1])
        assert quick.ask(GET).status == 200
        slow.send(b"o")
        assert slow.reply().status == 200


# Stopping


def refuses(address: tuple[str, int]) -> bool:
    """Whether nobody listens there any more."""
    try:
        socket.create_connection(address, timeout=PATIENCE_S).close()
    except ConnectionError:
        return True
    return False


def test_shutdown_finishes_requests_and_drops_idle_connections() -> None:
    held = Held()
    with serving(held) as server, Client(server.address) as idle, Client(server.address) as busy:
        assert idle.ask(HEALTH).status == 200
        busy.send(GET + GET.replace(b"/ ", b"/next "))
        assert held.entered.acquire(timeout=PATIENCE_S)
        stopping = threading.Thread(target=server.shutdown)
        stopping.start()
        assert idle.closed()
        eventually(lambda: refuses(server.address))
        assert stopping.is_alive()
        held.release.set()
        reply = busy.reply()
        assert (reply.body, reply.headers["Connection"]) == (b"done", "close")
        assert busy.closed()
        join(stopping)
        assert not stopping.is_alive()


def test_shutdown_has_a_time_limit(caplog: pytest.LogCaptureFixture) -> None:
    held = Held()
    with serving(held) as server, Client(server.address) as client:
        client.send(GET)
        assert held.entered.acquire(timeout=PATIENCE_S)
        server.shutdown(0.1)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        held.release.set()


def test_shutdown_answers_requests_in_the_backlog() -> None:
    server = HttpServer(Echo(), "127.0.0.1", 0, limits=QUICK)
    with Client(server.address) as asking, Client(server.address) as idle:
        asking.send(GET)
        stopping = threading.Thread(target=server.shutdown)
        stopping.start()
        assert asking.reply().headers["Connection"] == "close"
        assert asking.closed()
        assert idle.closed()
        join(stopping)
        assert not stopping.is_alive()


def test_shutdown_twice_is_harmless() -> None:
    with serving(Echo()) as server:
        server.shutdown()


#: Serves on the port it is given; `/slow` waits for its second line of input.
PROCESS = """
import sys
from dataclasses import replace
from tener_interview.settings import load
from tener_interview.web.server import serve

def say(word):
    print(word, flush=True)

def app(environ, start):
    say("working")
    sys.stdin.readline()
    start("200 OK", [])
    return [b"done"]

settings = replace(load({}), port=int(sys.argv[1]))
try:
    sys.exit(serve(app, settings, ready=lambda: say("ready"), stop=lambda: say("stopped")))
except OSError:
    say("taken")
"""


@contextmanager
def process() -> Iterator[tuple[subprocess.Popen[str], tuple[str, int]]]:
    """A serving process of its own. A free port can be taken by somebody before it listens; then another is tried."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as free:
            address: tuple[str, int] = free.getsockname()
        command = [sys.executable, "-c", PROCESS, str(address[1])]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(SRC)}
        ) as running:
            try:
                if line(running) == "ready":
                    yield running, address
                    return
            finally:
                running.kill()


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout
    return running.stdout.readline().strip()


@for_each("number", [SIGTERM, SIGINT])
def test_a_signal_finishes_requests_and_exits_with_0(number: Signals) -> None:
    with process() as (running, address), Client(address) as busy, Client(address) as idle:
        busy.send(GET)
        assert line(running) == "working"
        running.send_signal(number)
        assert idle.closed()
        assert running.poll() is None
        assert running.stdin
        print(file=running.stdin, flush=True)
        reply = busy.reply()
        assert (reply.body, reply.headers["Connection"]) == (b"done", "close")
        assert line(running) == "stopped"
        assert running.wait(PATIENCE_S) == 0


def test_a_second_signal_ends_the_process_at_once() -> None:
    with process() as (running, address), Client(address) as busy, Client(address) as idle:
        busy.send(GET)
        assert line(running) == "working"
        running.send_signal(SIGTERM)
        assert idle.closed()
        running.send_signal(SIGTERM)
        assert running.wait(PATIENCE_S) == 1
