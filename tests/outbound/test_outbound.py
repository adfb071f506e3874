"""Outgoing HTTP against a peer that responds byte by byte."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fakes.receiver import Receiver
from fakes.waiting import join
from for_each import for_each
from tener_interview.outbound import request as outbound
from tener_interview.outbound.request import Unreachable

Script = Callable[[socket.socket], None]


class Peer:
    """Takes connections one after the other, reads a request from each, and lets `script` answer."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/me"
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self.requests.append(_request(connection))
                    self._script(connection)
                except OSError:
                    continue

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        join(self._thread)


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < sum(lengths):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def peer(script: Script) -> Iterator[Peer]:
    running = Peer(script)
    try:
        yield running
    finally:
        running.close()


def answering(raw: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(raw)

    return script


def dripping(start: bytes, drop: bytes, every_s: float) -> Script:
    """Sends `start`, then `drop` again and again until the other side has gone."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(every_s)
        gone = False
        while not gone:
            try:
                gone = not connection.recv(1)
            except TimeoutError:
                connection.sendall(drop)

    return script


def post(url: str, body: bytes | None = b"{}", timeout_s: float = 5.0) -> outbound.UpstreamResponse:
    return outbound.send("POST", url, headers={"x-api-key": "k"}, body=body, timeout_s=timeout_s)


def unreachable(url: str, timeout_s: float = 5.0) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        post(url, timeout_s=timeout_s)
    return caught.value


def test_response_header_names_are_lower_case() -> None:
    with peer(answering(b"HTTP/1.1 200 OK\r\nX-Some-Header: v\r\nContent-Length: 2\r\n\r\nok")) as other:
        answer = post(other.url, b'{"query": "x"}')
    assert (answer.status, answer.headers["x-some-header"], answer.body) == (200, "v", b"ok")
    request = other.requests[0]
    assert request.startswith(b"POST /me HTTP/1.1\r\n")
    assert b"x-api-key: k" in request.lower()
    assert request.endswith(b'\r\n\r\n{"query": "x"}')


@for_each("status", [400, 401, 404, 429, 500, 503])
def test_an_http_error_status_is_returned_and_not_raised(status: int) -> None:
    raw = b"HTTP/1.1 %d Oops\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nOops" % status
    with peer(answering(raw)) as other:
        answer = post(other.url)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (status, "7", b"Oops")


@for_each("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with peer(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as elsewhere:
        raw = b"HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, elsewhere.url.encode())
        with peer(answering(raw)) as other:
            assert post(other.url).status == status
        assert elsewhere.requests == []


def test_a_chunked_response_is_joined() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with peer(answering(raw)) as other:
        assert post(other.url).body == b"abcde"


def test_a_refused_connection_raises() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/me"
    fault = unreachable(url)
    assert (fault.reason, fault.sent, fault.timed_out) == ("it refuses connections", False, False)


def test_a_connection_closed_without_a_response_raises() -> None:
    with peer(lambda _connection: None) as other:
        fault = unreachable(other.url)
    assert (fault.reason, fault.sent, fault.timed_out) == ("it closed the connection without an answer", True, False)


@for_each(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    ],
)
def test_a_truncated_response_raises(raw: bytes) -> None:
    with peer(answering(raw)) as other:
        fault = unreachable(other.url)
    assert (fault.reason, fault.sent, fault.timed_out) == ("its answer broke off", True, False)


@for_each("raw", [b"SSH-2.0-OpenSSH_9\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\xff\r\n\r\n"])
def test_a_response_that_is_not_http_raises(raw: bytes) -> None:
    with peer(answering(raw)) as other:
        fault = unreachable(other.url)
    assert fault.sent
    assert not fault.timed_out


@for_each(
    ("start", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 O", b"K"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    ],
    ids=["silence", "headers", "status line", "body", "chunks", "body without end"],
)
def test_a_slowly_sending_peer_meets_the_deadline(start: bytes, drop: bytes) -> None:
    with peer(dripping(start, drop, 0.02)) as other:
        fault = unreachable(other.url, timeout_s=0.3)
    assert (fault.reason, fault.timed_out) == ("it did not answer within 0.3 seconds", True)


def test_a_peer_that_does_not_read_meets_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener, pytest.raises(Unreachable) as caught:
        post(f"http://127.0.0.1:{listener.getsockname()[1]}/me", b"x" * 50_000_000, timeout_s=0.3)
    assert caught.value.timed_out


def test_an_endless_response_is_stopped_at_the_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "MAX_RESPONSE_BYTES", 1024 * 1024)
    large = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (1024 * 1024)
    with peer(answering(large)) as other:
        assert len(post(other.url).body) == 1024 * 1024
    with peer(answering(large + b"x")) as other:
        fault = unreachable(other.url)
    assert fault.reason == "it answered with more than 1 MiB"
    assert fault.sent


def test_an_unknown_host_name_raises() -> None:
    fault = unreachable("http://nobody.invalid/me")
    assert fault.sent is False or "failed" in fault.reason


def test_proxies_are_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with peer(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as other:
        assert post(other.url).body == b"ok"


def test_certificates_are_read_once_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ssl.SSLContext] = []
    make = ssl.create_default_context

    def counted() -> ssl.SSLContext:
        made.append(make())
        return made[-1]

    outbound.tls_context.cache_clear()
    monkeypatch.setattr(ssl, "create_default_context", counted)
    for _ in range(3):
        with pytest.raises(Unreachable):
            outbound.send("GET", "https://127.0.0.1:1/", headers={}, body=None, timeout_s=5)
    (context,) = made
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    outbound.tls_context.cache_clear()


def test_an_invalid_certificate_is_named() -> None:
    with Receiver(encrypted=True) as receiver:
        fault = unreachable(f"https://127.0.0.1:{receiver.port}/me")
    assert fault.reason.startswith("its certificate is not valid: self-signed certificate")
    assert (fault.sent, receiver.received) == (False, [])


@for_each("body", [
    b"[" + b"[]," * 300_000 + b"[]]", b"[" + b"0.1," * 600_000 + b"0]", b"[" * 600_000, b"not JSON", b'{"a": 1',
    # How deep is too deep differs between versions of Python.
    b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
])
def test_json_that_would_take_too_much_memory_is_not_parsed(body: bytes) -> None:
    with pytest.raises(ValueError):
        outbound.parse_json(body)


def test_a_page_of_long_transcripts_is_parsed() -> None:
    page = {"data": {f"i{number}": {"questions": ["well, you know, " * 400] * 20} for number in range(25)}}
    assert outbound.parse_json(json.dumps(page).encode()) == page
