"""The grammar of requests and responses, without a socket."""

from __future__ import annotations

from contextlib import suppress
from wsgiref.util import is_hop_by_hop

import pytest
from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.web.http1 import HOP_BY_HOP, Limits, WsgiResponse, parse_head

LIMITS = Limits()


def head(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("latin-1")


def code_of(raw: bytes) -> str:
    with pytest.raises(Problem) as refused:
        parse_head(raw, LIMITS)
    return refused.value.code


def test_a_request_is_translated_to_wsgi_variables() -> None:
    parsed = parse_head(
        head(
            "POST /caf%C3%A9/a%2Fb?x=%20y&z HTTP/1.1", "Host: example.com:80", "Content-Type: text/plain",
            "Content-Length: 003", "X-Tag: one ", "X-Tag:\ttwo", "Cookie: a=1", "Cookie: b=2", "X-Empty:",
        ),
        LIMITS,
    )  # fmt: skip
    assert parsed.variables == {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/caf\xc3\xa9/a/b",
        "QUERY_STRING": "x=%20y&z",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "003",
        "HTTP_HOST": "example.com:80",
        "HTTP_X_TAG": "one, two",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_EMPTY": "",
    }
    assert (parsed.body_bytes, parsed.expects_continue, parsed.connection) == (3, False, None)


@for_each(
    ("target", "path", "query"),
    [
        ("/", "/", ""),
        ("/a?b?c", "/a", "b?c"),
        ("//elsewhere/x", "//elsewhere/x", ""),
        ("/%zz", "/%zz", ""),
        ("http://Host.Example/a?b", "/a", "b"),
        ("HTTPS://host.example?b", "/", "b"),
        ("http://host.example", "/", ""),
    ],
)
def test_request_targets_are_parsed(target: str, path: str, query: str) -> None:
    variables = parse_head(head(f"GET {target} HTTP/1.1", "Host: host.example"), LIMITS).variables
    assert (variables["PATH_INFO"], variables["QUERY_STRING"]) == (path, query)


@for_each(
    "target",
    ["*", "example.com:443", "/a#b", "a/b", "ftp://host/", "http://", "http:///a", "http://me@host/", "http://a b/",
     "http://host#a", "http://host/#a", "https://[::1", "http://ho st/", "http:/a", "http:a", "ws://host/"],
)
def test_an_invalid_target_is_refused(target: str) -> None:
    assert code_of(head(f"GET {target} HTTP/1.1", "Host: host")) == "BAD_REQUEST"


@for_each(
    "line",
    [
        "", "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "get / HTTP/1.1",
        f"{'A' * 21} / HTTP/1.1", "G\u00e9T / HTTP/1.1", "GET /\u00e9 HTTP/1.1", "GET /a b HTTP/1.1", "GET\t/ HTTP/1.1",
        "GET / http/1.1", "GET / HTTP/0.9", "GET / HTTP/2.0", "GET / HTTP/1.10", "PRI * HTTP/2.0", "GET / HTTP/1.1\r",
        "GET /\x00 HTTP/1.1", "GET /\n HTTP/1.1", "CONNECT / HTTP/1.1", "CONNECT host:443 HTTP/1.1",
    ],
)  # fmt: skip
def test_an_invalid_request_line_is_refused(line: str) -> None:
    assert code_of(head(line, "Host: host")) == "BAD_REQUEST"


@for_each(
    "fields",
    [
        (), ("Host:",), ("Host: a", "Host: a"), ("Host: a", "host: b"), ("Host: a b",), ("Host: a, b",), ("Host: a/b",),
        ("Host: me@a",), ("Host: [::1",), ("Host: a:b",), ("Host: a", "X_Forwarded_For: 1.2.3.4"), ("Host: a", "X : b"),
        ("Host : a",), ("Host: a", " folded"), ("Host: a", "\tfolded"), ("Host: a", "nothing"), ("Host: a", ": empty"),
        ("Host: a", "X: b\x00"), ("Host: a", "X: b\rc"), ("Host: a", "X: b\nc: d"), ("Host: a", "X: \x7f"),
        (" Host: a",),
        ("Host: a", "X\u00e9: b"), ("Host: a", "Content-Length: "), ("Host: a", "Content-Length: -1"),
        ("Host: a", "Content-Length: +1"), ("Host: a", "Content-Length: 0x1"), ("Host: a", "Content-Length: 1_0"),
        ("Host: a", "Content-Length: 5, 5"), ("Host: a", "Content-Length: 5", "Content-Length: 5"),
        ("Host: a", "Content-Length: \u00b2"), ("Host: a", "Content-Type: a/b", "Content-Type: a/b"),
        ("Host: a", "X: " + " " * 20_000 + "\x01"),
    ],
)  # fmt: skip
def test_invalid_headers_are_refused(fields: tuple[str, ...]) -> None:
    assert code_of(head("GET / HTTP/1.1", *fields)) == "BAD_REQUEST"


@for_each(
    "target", ["http://Inner.example:81/x?y", "HTTPS://Inner.example:81", "http://Inner.example:81?y"]
)
@for_each("fields", [("Host: outer.example",), ("Host: Inner.example:81",), ("host: a", "X-Y: z")])
def test_the_authority_of_a_target_replaces_host(target: str, fields: tuple[str, ...]) -> None:
    variables = parse_head(head(f"GET {target} HTTP/1.1", *fields), LIMITS).variables
    assert variables["HTTP_HOST"] == "Inner.example:81"


@for_each("fields", [(), ("Host: a b",), ("Host: a", "Host: a"), ("Host:",)])
def test_an_absolute_target_does_not_excuse_an_invalid_host(fields: tuple[str, ...]) -> None:
    assert code_of(head("GET http://host/ HTTP/1.1", *fields)) == "BAD_REQUEST"
    assert parse_head(head("GET http://host/ HTTP/1.0"), LIMITS).variables["HTTP_HOST"] == "host"


def test_a_chunked_body_has_no_length() -> None:
    for value in ("chunked", "CHUNKED", " Chunked\t"):
        fields = ("Host: a", f"Transfer-Encoding: {value}", "Expect: 100-continue")
        parsed = parse_head(head("POST / HTTP/1.1", *fields), LIMITS)
        assert (parsed.body_bytes, parsed.expects_continue) == (None, True)
        assert not [name for name in parsed.variables if "TRANSFER" in name or "LENGTH" in name]


@for_each(
    "value",
    ["identity", "gzip, chunked", "", "chunked, chunked", "chunked, gzip", "xchunked", "chunked;q=1",
     '"chunked"', "c hunked"],
)
def test_any_other_transfer_encoding_is_refused(value: str) -> None:
    assert code_of(head("POST / HTTP/1.1", "Host: a", f"Transfer-Encoding: {value}")) == "NOT_IMPLEMENTED"
    twice = head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", f"Transfer-Encoding: {value}")
    assert code_of(twice) == "NOT_IMPLEMENTED"


@for_each("value", ["chunked", "identity", "gzip, chunked"])
@for_each("length", ["3", "0", "x"])
def test_chunked_with_content_length_is_refused(value: str, length: str) -> None:
    fields = ["Host: a", f"Content-Length: {length}", f"Transfer-Encoding: {value}"]
    for order in (fields, fields[::-1]):
        assert code_of(head("POST / HTTP/1.1", *order)) == "BAD_REQUEST"
    assert code_of(head("POST / HTTP/1.0", "Host: a", f"Transfer-Encoding: {value}")) == "BAD_REQUEST"


@for_each("field", [
    "Transfer-Encoding : chunked", "Transfer_Encoding: chunked", " Transfer-Encoding: chunked",
    "Transfer-Encoding: \x0bchunked", "Transfer-Encoding:\r chunked",
])
def test_an_obfuscated_transfer_encoding_is_refused(field: str) -> None:
    assert code_of(head("POST / HTTP/1.1", "Host: a", "Content-Length: 3", field)) == "BAD_REQUEST"


def test_sizes_of_request_line_and_headers_are_limited() -> None:
    path = "/" + "a" * (LIMITS.request_line_bytes - len("GET / HTTP/1.1"))
    assert parse_head(head(f"GET {path} HTTP/1.1", "Host: a"), LIMITS).variables["PATH_INFO"] == path
    assert code_of(head(f"GET {path}a HTTP/1.1", "Host: a")) == "URI_TOO_LONG"
    filling = "b" * (LIMITS.header_bytes - len("Host: a\r\nX: "))
    assert parse_head(head("GET / HTTP/1.1", "Host: a", f"X: {filling}"), LIMITS).variables["HTTP_X"] == filling
    assert code_of(head("GET / HTTP/1.1", "Host: a", f"X: {filling}b")) == "HEADERS_TOO_LARGE"
    many = [f"X-{number}: y" for number in range(LIMITS.header_fields - 1)]
    assert len(parse_head(head("GET / HTTP/1.1", "Host: a", *many), LIMITS).variables) == LIMITS.header_fields + 4
    assert code_of(head("GET / HTTP/1.1", "Host: a", *many, "X: y")) == "HEADERS_TOO_LARGE"
    sized = parse_head(head("POST / HTTP/1.1", "Host: a", f"Content-Length: {LIMITS.body_bytes}"), LIMITS)
    assert sized.body_bytes == LIMITS.body_bytes
    for length in (str(LIMITS.body_bytes + 1), "9" * 5000):
        assert code_of(head("POST / HTTP/1.1", "Host: a", f"Content-Length: {length}")) == "BODY_TOO_LARGE"


@for_each(
    ("version", "field", "connection"),
    [
        ("1.1", "X: y", None), ("1.1", "Connection: close", "close"), ("1.1", "Connection: X, CLOSE", "close"),
        ("1.1", "Connection: keep-alive", None), ("1.0", "X: y", "close"),
        ("1.0", "Connection: Keep-Alive", "keep-alive"),
        ("1.0", "Connection: keep-alive, close", "close"), ("1.5", "X: y", None),
    ],
)  # fmt: skip
def test_the_connection_stays_open_by_http_version_and_header(version: str, field: str, connection: str | None) -> None:
    assert parse_head(head(f"GET / HTTP/{version}", "Host: a", field), LIMITS).connection == connection


def test_http_1_0_requests_need_no_host_header() -> None:
    assert parse_head(head("GET / HTTP/1.0"), LIMITS).variables["SERVER_PROTOCOL"] == "HTTP/1.0"


@for_each(
    ("version", "length", "expected"), [("1.1", 3, True), ("1.1", 0, False), ("1.0", 3, False)]
)
def test_100_continue_is_expected_only_with_a_body_in_http_1_1(version: str, length: int, expected: bool) -> None:
    raw = head(f"POST / HTTP/{version}", "Host: a", f"Content-Length: {length}", "Expect: 100-Continue")
    assert parse_head(raw, LIMITS).expects_continue is expected


@given(st.binary(max_size=400))
def test_random_bytes_as_request_are_refused(noise: bytes) -> None:
    for raw in (noise, b"GET / HTTP/1.1\r\nHost: a\r\n" + noise, b"GET /" + noise + b" HTTP/1.1\r\nHost: a"):
        with suppress(Problem):
            parse_head(raw, LIMITS)


@for_each(
    ("status", "headers"),
    [
        ("200", []), ("200 OK\r\nX: y", []), ("099 Odd", []), ("101 Switching Protocols", []), ("2000 OK", []),
        ("200 OK", [("X", "a\r\nSet-Cookie: b")]), ("200 OK", [("X", "a\nb")]), ("200 OK", [("X", "a\0")]),
        ("200 OK", [("X\r\nY", "a")]), ("200 OK", [("X Y", "a")]), ("200 OK", [("", "a")]),
        ("200 OK", [("Connection", "close")]), ("200 OK", [("Transfer-Encoding", "chunked")]),
    ],
)  # fmt: skip
def test_an_application_cannot_set_headers_that_break_the_framing(status: str, headers: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError):
        WsgiResponse().start(status, headers)


def test_an_application_cannot_set_connection_headers() -> None:
    assert all(is_hop_by_hop(name) for name in HOP_BY_HOP - {"trailer"})


def test_start_response_is_called_once_except_for_an_error() -> None:
    answer = WsgiResponse()
    answer.start("200 OK", [])
    with pytest.raises(RuntimeError):
        answer.start("200 OK", [])
    answer.start("500 Internal Server Error", [("X", "y")], (None, None, None))
    assert (answer.status, answer.headers) == ("500 Internal Server Error", [("X", "y")])


def test_a_response_must_be_started() -> None:
    with pytest.raises(RuntimeError):
        WsgiResponse().render("GET", None)


def test_the_server_sets_server_date_and_length() -> None:
    headers = [("Server", "mine/1.0"), ("Date", "now"), ("content-length", "4"), ("X", "\xe9")]
    answer = WsgiResponse("200 OK", headers, [b"body"])
    rendered, body = answer.render("GET", "close")
    lines = rendered.decode("latin-1").split("\r\n")
    assert lines[:2] == ["HTTP/1.1 200 OK", "Server: tener-interview"]
    assert lines[2].startswith("Date: ")
    assert lines[2].endswith(" GMT")
    assert lines[3:] == ["X: \xe9", "Content-Length: 4", "Connection: close", "", ""]
    assert body == b"body"


@for_each("announced", ["3", "5", "x"])
def test_a_wrong_content_length_of_a_response_is_refused(announced: str) -> None:
    with pytest.raises(ValueError):
        WsgiResponse("200 OK", [("Content-Length", announced)], [b"body"]).render("GET", None)
