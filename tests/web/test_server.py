"""The HTTP server on a real socket, with small applications."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import pytest

from fakes.raw_http import GET, HOST, QUICK, Client, Echo, Held, constant, post, serving
from fakes.waiting import PATIENCE_S, join
from for_each import for_each
from tener_interview.web.response import security_headers
from tener_interview.web.server import HttpServer

# Requests and answers


def test_the_application_gets_a_complete_wsgi_environ() -> None:
    with serving(Echo()) as server, Client(server.address) as client:
        echo = json.loads(client.ask(post(b"hello", "/a%20b?c=%20", "Content-Type: text/plain", "X-Y: z")).body)
    assert {name: echo[name] for name in ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")} == {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/a b", "QUERY_STRING": "c=%20",
    }  # fmt: skip
    assert (echo["SERVER_NAME"], echo["SERVER_PORT"]) == ("127.0.0.1", str(server.address[1]))
    assert (echo["REMOTE_ADDR"], echo["SERVER_PROTOCOL"], echo["wsgi.url_scheme"]) == ("127.0.0.1", "HTTP/1.1", "http")
    assert (echo["CONTENT_TYPE"], echo["CONTENT_LENGTH"], echo["HTTP_X_Y"]) == ("text/plain", "5", "z")
    assert echo["body"] == "hello"


def test_reading_the_request_body_stops_at_its_end() -> None:
    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        stream = environ["wsgi.input"]
        reads: dict[str, Callable[[], list[bytes]]] = {
            "/read": lambda: [stream.read(), stream.read(1)],
            "/readline": lambda: [stream.readline(), stream.readline(1), stream.readline(), stream.readline()],
            "/readlines": lambda: list(stream.readlines()),
            "/iter": lambda: list(stream),
        }
        start("200 OK", [])
        return [b"|".join(reads[environ["PATH_INFO"]]())]

    expected = {"/read": b"a\nbc|", "/readline": b"a\n|b|c|", "/readlines": b"a\n|bc", "/iter": b"a\n|bc"}
    with serving(app) as server, Client(server.address) as client:
        client.send(b"".join(post(b"a\nbc", path) for path in expected))
        assert [client.reply().body for _ in expected] == list(expected.values())


def test_the_server_conforms_to_wsgi() -> None:
    checked = validator(constant("200 OK", [("Content-Type", "text/plain")], b"fine"))
    with serving(checked) as server, Client(server.address) as client:
        for raw in (GET, post(b"hello", "/", "Content-Type: text/plain"), GET.replace(b"GET", b"OPTIONS")):
            assert client.ask(raw).body == b"fine"
        client.send(GET.replace(b"GET", b"HEAD"))
        assert client.reply(bodiless=True).headers["Content-Length"] == "4"


def test_head_and_body_arrive_together() -> None:
    app = constant("200 OK", [("X-A", "b")], b"one ", b"two")
    with serving(app) as server, Client(server.address) as client:
        for _ in range(3):
            client.send(GET)
            piece = client.sock.recv(65536)
            assert piece.startswith(b"HTTP/1.1 200 OK\r\nServer: tener-interview\r\nDate: ")
            assert piece.endswith(b" GMT\r\nX-A: b\r\nContent-Length: 7\r\n\r\none two")


def test_a_large_response_arrives_whole() -> None:
    body = os.urandom(1024) * 3000
    with serving(constant("200 OK", [], body)) as server, Client(server.address) as client:
        assert client.ask(GET).body == body
        assert client.ask(GET).body == body


def test_data_of_write_and_of_the_response_iterable_are_joined() -> None:
    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        write = start("200 OK", [])
        write(b"one ")
        return iter([b"two ", b"", b"three"])

    with serving(app) as server, Client(server.address) as client:
        assert client.ask(GET).body == b"one two three"


@for_each(
    ("method", "status", "headers", "length"),
    [
        ("HEAD", "200 OK", [], "4"),
        ("HEAD", "200 OK", [("Content-Length", "4")], "4"),
        ("GET", "204 No Content", [("Content-Length", "4")], None),
        ("GET", "304 Not Modified", [("ETag", '"x"')], None),
        ("HEAD", "304 Not Modified", [], None),
    ],
)
def test_responses_that_must_not_have_a_body_are_sent_without_one(
    method: str, status: str, headers: list[tuple[str, str]], length: str | None
) -> None:
    with serving(constant(status, headers, b"body")) as server, Client(server.address) as client:
        client.send(f"{method} / HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n".encode())
        reply = client.reply(bodiless=True)
        assert (str(reply.status), reply.headers.get("Content-Length")) == (status[:3], length)
        assert client.closed()


def test_a_head_response_may_declare_a_length_without_a_body() -> None:
    app = constant("200 OK", [("Content-Length", "4000")])
    with serving(app) as server, Client(server.address) as client:
        client.send(GET.replace(b"GET", b"HEAD"))
        assert client.reply(bodiless=True).headers["Content-Length"] == "4000"
        client.send(GET.replace(b"GET", b"HEAD"))
        assert client.reply(bodiless=True).status == 200


def test_pipelined_requests_are_answered_in_order() -> None:
    paths = [f"/{number}" for number in range(20)]
    with serving(Echo()) as server, Client(server.address) as client:
        client.send(b"".join(post(path.encode(), path) for path in paths))
        echo = [json.loads(client.reply().body) for _ in paths]
    assert [(item["PATH_INFO"], item["body"]) for item in echo] == [(path, path) for path in paths]


def test_a_request_may_arrive_byte_by_byte_after_an_empty_line() -> None:
    with serving(Echo()) as server, Client(server.address) as client:
        for byte in b"\r\n" + post(b"drop", "/slow") + b"\r\n" + GET:
            client.send(bytes([byte]))
        assert json.loads(client.reply().body)["body"] == "drop"
        assert client.reply().status == 200


def test_http_1_0_closes_unless_asked_not_to() -> None:
    with serving(constant("200 OK", [], b"old")) as server:
        with Client(server.address) as client:
            assert client.ask(b"GET / HTTP/1.0\r\n\r\n").headers["Connection"] == "close"
            assert client.closed()
        with Client(server.address) as client:
            kept = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            assert [client.ask(kept).headers["Connection"] for _ in range(2)] == ["keep-alive"] * 2


def test_100_continue_is_sent_when_the_application_reads_the_body() -> None:
    expecting = "POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n"
    with serving(Echo()) as server:
        with Client(server.address) as client:
            client.send(expecting.format(5).encode())
            assert client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
            assert json.loads(client.ask(b"hello").body)["body"] == "hello"
        with Client(server.address) as client:
            assert client.ask(expecting.format(2001).encode()).status == 413
            assert client.closed()


def test_the_server_listens_on_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this computer has no IPv6")
    with serving(Echo(), host="[::1]") as server, Client(server.address) as client:
        assert json.loads(client.ask(GET).body)["REMOTE_ADDR"] == "::1"


def test_a_stop_does_not_wait_until_deadlines_are_looked_at() -> None:
    with serving(Echo(), replace(QUICK, tick_s=10 * PATIENCE_S)) as server:
        with Client(server.address) as client:
            assert client.ask(GET).status == 200
        stopping = threading.Thread(target=server.shutdown)
        stopping.start()
        join(stopping)


def test_an_address_in_use_raises() -> None:
    with serving(Echo()) as server, pytest.raises(OSError, match="in use"):
        HttpServer(Echo(), *server.address)


# Refusals


@for_each(
    ("raw", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX_Y: b\r\n\r\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "BAD_REQUEST"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "BAD_REQUEST"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "NOT_IMPLEMENTED"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "BAD_REQUEST"),
        (b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "BAD_REQUEST"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2001\r\n\r\n" + b"x" * 2001, "BODY_TOO_LARGE"),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "BAD_REQUEST"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "BAD_REQUEST"),
        # What no further byte can make good is not waited for.
        (b"GET /\r\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\nHost: a\n\n", "BAD_REQUEST"),
        (b"GET / HTTP/1.1\r\nHost: a\n", "BAD_REQUEST"),
        (b"\r\n\r\n\r\n", "BAD_REQUEST"),
        (b"GET /" + b"a" * 9000, "URI_TOO_LONG"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "URI_TOO_LONG"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 33_000, "HEADERS_TOO_LARGE"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 100 + b"\r\n", "HEADERS_TOO_LARGE"),
    ],
)
def test_a_server_error_response_has_the_common_shape_and_closes(raw: bytes, code: str) -> None:
    echo = Echo()
    with serving(echo, new_request_id=lambda: "r1") as server, Client(server.address) as client:
        reply = client.ask(raw)
        assert client.closed()
    assert set(reply.problem) == {"error", "code", "details", "request_id"}
    assert (reply.problem["code"], reply.problem["request_id"]) == (code, "r1")
    assert reply.headers["Connection"] == "close"
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.headers["X-Request-Id"] == "r1"
    assert security_headers(https=False).items() <= reply.headers.items()
    assert echo.paths == []


def test_error_headers_can_be_set() -> None:
    with serving(Echo(), error_headers={"X-Mine": "yes"}) as server, Client(server.address) as client:
        reply = client.ask(b"nonsense\r\n\r\n")
    assert (reply.headers["X-Mine"], "Referrer-Policy" in reply.headers) == ("yes", False)


def test_an_unread_body_is_never_parsed_as_a_request() -> None:
    seen: list[str] = []

    def unread(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        seen.append(environ["PATH_INFO"])
        start("401 Unauthorized", [])
        return [b"no"]

    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n"
    with serving(unread) as server, Client(server.address) as client:
        assert client.ask(post(smuggled, "/refused")).status == 401
        assert client.ask(GET).status == 401
        assert client.ask(post(smuggled * 60, "/large")).status == 413
        assert client.closed()
    assert seen == ["/refused", "/"]


def test_a_request_after_the_last_response_is_ignored() -> None:
    echo = Echo()
    with serving(echo) as server, Client(server.address) as client:
        client.send(b"GET /last HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n" + GET)
        assert client.reply().headers["Connection"] == "close"
        assert client.closed()
    assert echo.paths == ["/last"]


def test_a_far_too_large_body_is_refused_before_it_is_read() -> None:
    with serving(Echo()) as server, Client(server.address) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3000000\r\n\r\n")
        assert client.reply().status == 413
        client.send(b"x" * 3_000_000)
        assert client.closed()


# Faults of the application and of clients


def broken(environ: WSGIEnvironment, start: StartResponse) -> Iterable[Any]:
    def failing_body() -> Iterator[bytes]:
        yield b"some"
        raise LookupError("the cause of it")

    def fail() -> Iterable[Any]:
        raise ConnectionResetError("the cause of it")

    ways: dict[str, Callable[[], Iterable[Any]]] = {
        "/raises": fail,
        "/breaks-off": lambda: (start("200 OK", []), failing_body())[1],
        "/never-starts": lambda: [b"the cause of it"],
        "/splits": lambda: (start("200 OK", [("X", "a\r\nthe cause of it: b")]), [])[1],
        "/text": lambda: (start("200 OK", []), ["the cause of it"])[1],
        "/wrong-length": lambda: (start("200 OK", [("Content-Length", "9")]), [b"x"])[1],
    }
    return ways[environ["PATH_INFO"]]()


@pytest.mark.parametrize("path", ["/raises", "/breaks-off", "/never-starts", "/splits", "/text", "/wrong-length"])
def test_an_exception_is_a_500_and_logged_with_its_place(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(broken) as server, Client(server.address) as client:
        reply = client.ask(GET.replace(b"/ ", f"{path} ".encode()))
    assert (reply.status, reply.problem["code"], reply.problem["details"]) == (500, "INTERNAL_ERROR", {})
    assert b"cause" not in reply.body
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.name for record in logged] == ["tener_interview"]
    assert reply.problem["request_id"] in logged[0].getMessage()
    assert re.search(r"fault=\w+ raised_at=\S", logged[0].getMessage())
    assert "cause" not in logged[0].getMessage().partition("raised_at")[0]


def test_a_refused_head_request_gets_no_body() -> None:
    with serving(broken) as server, Client(server.address) as client:
        client.send(b"HEAD /raises HTTP/1.1\r\nHost: test\r\n\r\n")
        assert client.reply(bodiless=True).status == 500
        assert client.closed()


def test_the_response_iterable_is_always_closed() -> None:
    closed: list[str] = []

    class Chunks:
        def __init__(self, name: str) -> None:
            self.name = name

        def __iter__(self) -> Iterator[bytes]:
            yield b"chunk"
            if self.name == "/bad":
                raise ValueError

        def close(self) -> None:
            closed.append(self.name)

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return Chunks(environ["PATH_INFO"])

    with serving(app) as server, Client(server.address) as client:
        assert client.ask(GET.replace(b"/ ", b"/good ")).status == 200
        assert client.ask(GET.replace(b"/ ", b"/bad ")).status == 500
    assert closed == ["/good", "/bad"]


def test_a_client_that_hangs_up_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    held = Held()
    with serving(held) as server:
        for beginning in (b"", b"GET / HT", post(b"hello")[:-2], GET):
            with Client(server.address) as client:
                client.send(beginning)
                if beginning == GET:
                    assert held.entered.acquire(timeout=PATIENCE_S)
                client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        held.release.set()
        with Client(server.address) as client:
            assert client.ask(GET).status == 200
    assert caplog.records == []
