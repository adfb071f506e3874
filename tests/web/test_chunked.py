"""Chunked request bodies: decoding, limits, and request smuggling."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.raw_http import GET, QUICK, Client, Echo, post, serving
from fakes.waiting import PATIENCE_S, eventually
from for_each import for_each
from made_up import examples
from tener_interview.errors import Problem
from tener_interview.web.http1 import BodyReader, Limits, read_chunked

LIMITS = Limits(body_bytes=2000, header_bytes=200, header_fields=5, chunk_line_bytes=40, chunk_overhead_bytes=1000)
HEAD = b"POST /%s HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"


def pieces(raw: bytes, sizes: list[int]) -> Callable[[], bytes]:
    """What a socket gives: the bytes in pieces, and then its end."""
    left = [raw]
    rounds = iter(sizes)

    def receive() -> bytes:
        if not left[0]:
            raise ConnectionError
        size = next(rounds, len(left[0]))
        taken, left[0] = left[0][:size], left[0][size:]
        return taken

    return receive


def read(raw: bytes, sizes: list[int] | None = None, limits: Limits = LIMITS) -> tuple[bytes, bytes]:
    """The body, and what came after it."""
    reader = BodyReader(b"", pieces(raw, sizes or []), lambda _bytes: None)
    body = read_chunked(reader, limits).read()
    return body, reader.unread()


def chunked(body: bytes, sizes: list[int], extension: bytes = b"", trailers: bytes = b"") -> bytes:
    """A body in chunks of these sizes and one with the rest."""
    coded = b""
    for size in [*sizes, len(body)]:
        chunk, body = body[:size], body[size:]
        if chunk:
            coded += b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk)
    return coded + b"0" + extension + b"\r\n" + trailers + b"\r\n"


@given(
    st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=20), st.lists(st.integers(1, 30), max_size=60),
    st.sampled_from([b"", b";a", b" ; a = b", b';a="q;\\"\t \xff"', b";a=1;b;c=\"\""]),
    st.sampled_from([b"", b"X-Sum: 1\r\n", b"X: \xff\r\nContent-Length: 9\r\n", b"Host:\r\n"]), st.binary(max_size=20),
)
def test_a_chunked_body_is_decoded(
    body: bytes, chunks: list[int], received: list[int], extension: bytes, trailers: bytes, after: bytes
) -> None:
    coded = chunked(body, chunks, extension, trailers)
    assert read(coded + after) == (body, after)
    decoded, unread = read(coded + after, received)
    assert decoded == body
    assert after.startswith(unread)


@given(st.binary(max_size=60) | st.text("0123456789abcdefA\r\n;= \t\"x:", max_size=60).map(str.encode))
@examples(150)
def test_random_chunked_bytes_are_refused_or_need_more(noise: bytes) -> None:
    for raw in (noise, b"3\r\nabc\r\n" + noise, b"0\r\n" + noise):
        results = []
        for sizes in ([], [1] * len(raw)):
            try:
                results.append(read(raw, sizes)[0])
            except Problem as problem:
                results.append(problem.code.encode())
            except ConnectionError:
                results.append(b"more is waited for")
        assert results[0] == results[1], "what is read does not depend on how it arrives"


GOOD = [
    (b"0\r\n\r\n", b""),
    (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
    (b"A\r\n0123456789\r\n000\r\n\r\n", b"0123456789"),
    (b"9\r\n\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n0\r\n\r\n\r\n"),
    (b"00000000000000000000000000005\r\nhello\r\n0\r\n\r\n", b"hello"),
    (b'2;name="a\\"b;c"\r\nhi\r\n0;last\r\n\r\n', b"hi"),
]


@for_each(("raw", "body"), GOOD)
def test_valid_chunked_bodies_are_decoded(raw: bytes, body: bytes) -> None:
    assert read(raw) == read(raw, [1] * len(raw)) == (body, b"")


@for_each("raw", [
    b"\r\n", b"x\r\n", b"-1\r\n", b"+1\r\n", b"0x1\r\nA\r\n", b"1_0\r\n", b" 1\r\nA\r\n", b"1 \r\nA\r\n", b"5,5\r\n",
    b"1\nA\n0\n\n", b"1\r\nA\n0\r\n\r\n", b"1\rA", b"1\r\nAB\r\n0\r\n\r\n", b"2\r\nA\r\n0\r\n\r\n", b"0\n\n",
    b"0\r\n\n\r\n", b"1;\r\nA\r\n", b"1;=b\r\nA\r\n", b"1;a=\r\nA\r\n", b'1;a="b\r\nA\r\n', b"1;a=b c\r\nA\r\n",
    b"1;a\x00\r\nA\r\n", b"1;a\nX: y\r\nA\r\n", b"0\r\nnothing\r\n\r\n", b"0\r\n folded: x\r\n\r\n", b"\xb2\r\n",
    b"0\r\nX: y\r\n folded\r\n\r\n", b"0\r\nX : y\r\n\r\n", b"0\r\nX: \x00\r\n\r\n", b"0\r\nX: y\nZ: z\r\n\r\n",
    b"1;" + b"a" * 60 + b"\r\nA\r\n", b"1" * 60, b"GET / HTTP/1.1\r\n",
])
def test_invalid_chunked_bodies_are_refused(raw: bytes) -> None:
    for sizes in ([], [1] * len(raw)):
        with pytest.raises(Problem) as refused:
            read(raw + b"0\r\n\r\n", sizes)
        assert refused.value.code == "BAD_REQUEST"


@for_each(("raw", "code"), [
    (b"7d1\r\n", "BODY_TOO_LARGE"),
    (b"7d0\r\n" + b"x" * 2000 + b"\r\n1\r\n", "BODY_TOO_LARGE"),
    (b"fffffffffffffffff\r\n", "BODY_TOO_LARGE"),
    (b"10000000000000000\r\n", "BODY_TOO_LARGE"),
    (b"1\r\nx\r\n" * 250, "BODY_TOO_LARGE"),
    (b"1;a=0123456789012345678901234567\r\nx\r\n" * 30, "BODY_TOO_LARGE"),
    (b"0\r\nX: " + b"y" * 300, "HEADERS_TOO_LARGE"),
    (b"0\r\n" + b"X: y\r\n" * 6 + b"\r\n", "HEADERS_TOO_LARGE"),
    (b"0\r\n" + b"X: 0123456789012345678901234567890\r\n" * 6, "HEADERS_TOO_LARGE"),
])
def test_every_part_of_a_chunked_body_is_limited(raw: bytes, code: str) -> None:
    for sizes in ([], [7] * len(raw)):
        with pytest.raises(Problem) as refused:
            read(raw, sizes)
        assert refused.value.code == code
    most = b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n" + b"X: y\r\n" * 5 + b"\r\n"
    assert read(most) == (b"x" * 2000, b"")


def test_a_body_in_tiny_chunks_is_decoded_quickly() -> None:
    limits = Limits()
    body = bytes(100_000)
    began = time.process_time()
    assert read(b"1\r\n\0\r\n" * len(body) + b"0\r\n\r\n", [65_536] * 10, limits)[0] == body
    assert time.process_time() - began < 2


# On a socket


def test_chunked_and_plain_bodies_share_a_connection() -> None:
    random = Random(5)
    bodies = [random.randbytes(random.randrange(1500)).replace(b"\x80", b"!") for _ in range(12)]
    raw = b"".join(
        HEAD % b"a" + chunked(body, [random.randrange(1, 300) for _ in range(9)]) if number % 3 else post(body)
        for number, body in enumerate(bodies)
    )
    with serving(Echo()) as server, Client(server.address) as client:
        for at in range(0, len(raw), 997):
            client.send(raw[at : at + 997])
        echoes = [json.loads(client.reply().body) for _ in bodies]
        assert client.ask(GET).status == 200
    assert [echo["body"].encode("latin-1") for echo in echoes] == bodies
    assert [echo["CONTENT_LENGTH"] for echo in echoes] == [str(len(body)) for body in bodies]
    assert not [echo for echo in echoes if "HTTP_TRANSFER_ENCODING" in echo]


@for_each(("coded", "status"), [
    (b"5\r\nhelloX0\r\n\r\n", 400), (b"5\nhello\r\n0\r\n\r\n", 400), (b"zz\r\n", 400), (b"7d1\r\n", 413),
    (b"ffffffffffffffffffff\r\n", 413), (b"0\r\n folded\r\n\r\n", 400), (b"0\r\nX: " + b"y" * 40_000, 431),
    (b"1;" + b"a" * 2000, 400),
])
def test_an_invalid_chunked_body_closes_the_connection(coded: bytes, status: int) -> None:
    echo = Echo()
    with serving(echo) as server, Client(server.address) as client:
        client.send(HEAD % b"refused" + coded)
        reply = client.reply()
        assert (reply.status, reply.headers["Connection"]) == (status, "close")
        assert client.closed()
    assert echo.paths == []


def test_bytes_after_a_chunked_body_are_the_next_request() -> None:
    echo = Echo()
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n"
    with serving(echo) as server, Client(server.address) as client:
        assert client.ask(HEAD % b"one" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(smuggled), smuggled)).status == 200
        assert client.ask(HEAD % b"two" + b"0\r\n\r\ngarbage\r\n\r\n").status == 200
        assert client.reply().status == 400
        assert client.closed()
    assert echo.paths == ["/one", "/two"]


def test_no_altered_chunked_request_is_read_as_two_requests() -> None:
    """Each on a connection of its own: whatever is altered, what is in a body is never a request."""
    random, echo = Random(11), Echo()
    inner = b"GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n"
    ends = (b"\r\n", b"\n", b"\r", b"0", b"\r\n0\r\n\r\n", b"ffff", b";", b" ", b"\0", b"Content-Length: 3\r\n", b"")
    with serving(echo, replace(QUICK, linger_s=0.05)) as server:
        for _ in range(150):
            raw = bytearray(HEAD % b"outer" + chunked(inner, [random.randrange(1, 60) for _ in range(3)], b";a=b"))
            for _ in range(random.randrange(1, 3)):
                at = random.randrange(len(raw))
                raw[at : at + random.randrange(3)] = random.choice(ends)
            with Client(server.address) as client:
                client.send(bytes(raw))
                client.sock.shutdown(socket.SHUT_WR)
                answered = b""
                while received := client.sock.recv(65536):
                    answered += received
            assert not answered or answered.startswith(b"HTTP/1.1 "), raw
            assert b"INTERNAL_ERROR" not in answered, raw
    assert "/smuggled" not in echo.paths


def test_100_continue_is_sent_before_a_chunked_body() -> None:
    with serving(Echo()) as server, Client(server.address) as client:
        client.send((HEAD % b"").replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
        assert json.loads(client.ask(chunked(b"hello", [2])).body)["body"] == "hello"


def test_no_chunk_extends_the_deadline_of_a_body() -> None:
    with serving(Echo(), replace(QUICK, body_s=0.3)) as server, Client(server.address) as client:
        client.send(HEAD % b"")
        client.sock.settimeout(0.05)
        began = time.monotonic()
        while time.monotonic() - began < 4:
            client.send(b"1\r\nx\r\n")
            try:
                client.rest = client.sock.recv(65536)
                break
            except TimeoutError:
                continue
        client.sock.settimeout(PATIENCE_S)
        assert (client.reply().status, client.closed()) == (408, True)


def test_a_chunked_body_counts_as_large_once_it_exceeds_the_limit() -> None:
    limits = replace(QUICK, max_large_bodies=1, large_body_bytes=100)
    with serving(Echo(), limits) as server, Client(server.address) as slow, Client(server.address) as other:
        slow.send(HEAD % b"" + b"64\r\n" + b"x" * 100 + b"\r\n")
        assert other.ask(HEAD % b"" + chunked(b"y" * 101, [])).status == 200
        eventually(lambda: len(server.large_bodies) == 0)
        slow.send(b"1\r\nx\r\n")
        eventually(lambda: len(server.large_bodies) == 1)
        assert other.ask(HEAD % b"" + chunked(b"y" * 100, [])).status == 200
        refused = other.ask(HEAD % b"" + chunked(b"y" * 101, []))
        assert (refused.status, refused.problem["code"]) == (503, "SERVER_BUSY")
        assert slow.ask(b"0\r\n\r\n").status == 200
        eventually(lambda: len(server.large_bodies) == 0)
