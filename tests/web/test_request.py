"""Parsing requests: bodies, queries, forms, cookies and ids, and their errors."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.web.request import Request

JSON = "application/json"


def request(body: bytes = b"", content_type: str | None = JSON, *, limit: int = 1000, **environ: Any) -> Request:
    """A POST; the server's own variables are named with an underscore for the dot (`wsgi_input`)."""
    environ = {name.replace("wsgi_", "wsgi."): value for name, value in environ.items()}
    announced: dict[str, Any] = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    announced |= {} if content_type is None else {"CONTENT_TYPE": content_type}
    return Request({"REQUEST_METHOD": "POST", "PATH_INFO": "/", **announced, **environ}, "request-1", limit)


def code_of(of: Request, attribute: str) -> str:
    with pytest.raises(Problem) as refused:
        getattr(of, attribute)
    return refused.value.code


@for_each(
    ("body", "value"),
    [
        (b"", {}),
        (b"{}", {}),
        (b' {"a": 1} \n', {"a": 1}),
        ('{"name": "Zoë 李"}'.encode(), {"name": "Zoë 李"}),
        (b'{"name": "\\ud83d\\ude00"}', {"name": "😀"}),
    ],
)
def test_a_json_object_is_read(body: bytes, value: object) -> None:
    assert request(body).json == value


@for_each(
    "content_type",
    [JSON, "application/json; charset=utf-8", "Application/JSON ;x=y", "text/json", "application/x.v1+json", None],
)
def test_content_type_may_have_parameters_or_be_missing(content_type: str | None) -> None:
    assert request(b"{}", content_type).json == {}


@for_each("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_anything_but_json_is_unsupported(content_type: str) -> None:
    assert code_of(request(b"{}", content_type), "json") == "UNSUPPORTED_MEDIA_TYPE"


def test_a_compressed_body_is_refused_with_the_reason() -> None:
    for encoding in ("gzip", "deflate", "br", "gzip, identity"):
        with pytest.raises(Problem, match="without a Content-Encoding") as refused:
            _ = request(gzip.compress(b"{}"), HTTP_CONTENT_ENCODING=encoding).json
        assert refused.value.code == "UNSUPPORTED_MEDIA_TYPE"
    assert request(b"{}", HTTP_CONTENT_ENCODING="Identity").json == {}


@for_each(
    "body",
    [
        b"{", b"{'a': 1}", b'{"a": 1,}', b"{} {}", b'"\xff"', b"\xff\xfe{\0}\0", b'{"a": NaN}', b'{"a": -Infinity}',
        b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "\\u0061": 2}}]',
        b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": "\n"}', b"[" * 900, b'{"a":' * 180,
        b'{"a": ' + b"9" * 5000 + b"}", b"\0",
    ],
)
def test_invalid_json_is_refused_with_the_reason(body: bytes) -> None:
    with pytest.raises(Problem) as refused:
        _ = request(body, limit=1_000_000).json
    assert refused.value.code == "INVALID_JSON"
    assert refused.value.details["reason"] in refused.value.error


@for_each("depth", [10_000, 100_000])
@for_each(("opening", "inside", "closing"), [(b"[", b"", b"]"), (b'{"a":', b"1", b"}")])
def test_deep_nesting_is_refused(opening: bytes, inside: bytes, closing: bytes, depth: int) -> None:
    body = opening * depth + inside + closing * depth
    assert code_of(request(body, limit=2_000_000), "json") == "INVALID_JSON"


def test_an_invalid_character_in_json_is_named_with_its_place() -> None:
    with pytest.raises(Problem) as refused:
        _ = request(b'{"a": "\0"}').json
    assert refused.value.details == {"reason": "invalid control character at line 1, column 8"}


@for_each("body", [b"[]", b"null", b"1", b'"text"', b"true"])
def test_json_must_be_an_object(body: bytes) -> None:
    assert code_of(request(body), "json") == "VALIDATION_FAILED"


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_json_parser(body: bytes) -> None:
    try:
        value = request(body).json
    except Problem as problem:
        value = problem.body("request-1")
    assert isinstance(value, dict)


def test_a_body_is_refused_by_its_declared_length() -> None:
    class Unreadable(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise AssertionError("read before it was checked")

    large = request(CONTENT_LENGTH="1001", wsgi_input=Unreadable())
    assert code_of(large, "body") == "BODY_TOO_LARGE"


@for_each("length", ["-1", "+1", "1.0", "٣", "ten", "1_0"])
def test_content_length_must_be_a_number(length: str) -> None:
    assert code_of(request(b"{}", CONTENT_LENGTH=length), "body") == "BAD_REQUEST"


def test_a_truncated_body_is_refused() -> None:
    assert code_of(request(b'{"a": 1}', CONTENT_LENGTH="100"), "body") == "BAD_REQUEST"


@for_each(("size", "is_accepted"), [(1000, True), (1001, False)])
def test_a_body_without_a_length_is_limited(size: int, is_accepted: bool) -> None:
    streamed = request(b"x" * size, CONTENT_LENGTH="", wsgi_input_terminated=True)
    if is_accepted:
        assert len(streamed.body) == size
    else:
        assert code_of(streamed, "body") == "BODY_TOO_LARGE"


def test_without_a_length_there_is_no_body() -> None:
    assert request(b"left over", CONTENT_LENGTH="").body == b""


@for_each(
    ("raw", "expected"),
    [
        ("", {}),
        ("job_id=&limit=5", {"limit": "5"}),
        ("a=%C3%A9+x", {"a": "é x"}),
        ("a;b=1", {"a;b": "1"}),
        ("flag&limit=5", {"limit": "5"}),
    ],
)
def test_a_query_is_parsed(raw: str, expected: object) -> None:
    assert request(QUERY_STRING=raw).query == expected


@for_each("raw", ["a=%ff", "&".join(f"a{n}=1" for n in range(101))])
def test_an_invalid_query_is_refused(raw: str) -> None:
    assert code_of(request(QUERY_STRING=raw), "query") == "VALIDATION_FAILED"


@for_each("raw", ["limit=5&limit=6", "a=1&limit=&limit=5", "limit=5&%6cimit=5"])
def test_a_parameter_given_twice_is_refused(raw: str) -> None:
    with pytest.raises(Problem) as refused:
        _ = request(QUERY_STRING=raw).query
    assert (refused.value.code, refused.value.details) == (
        "VALIDATION_FAILED", {"fields": {"limit": "must be given once"}},
    )


@for_each(
    ("raw", "expected"),
    [(b"", {}), (b"token=a+b%21", {"token": "a b!"}), (b"a=\xff", {"a": "\ufffd"}), (b"a=%ff", {"a": "\ufffd"})],
)
def test_a_form_is_parsed_leniently(raw: bytes, expected: object) -> None:
    assert request(raw, "application/x-www-form-urlencoded").form == expected


def test_the_fields_of_a_form_are_limited() -> None:
    assert code_of(request(b"&".join([b"a=1"] * 201)), "form") == "VALIDATION_FAILED"


@for_each(("text", "number"), [("1", 1), ("007", 7), (str(2**63 - 1), 2**63 - 1)])
def test_a_positive_id_in_the_path_is_parsed(text: str, number: int) -> None:
    incoming = request()
    incoming.params = {"job_id": text}
    assert incoming.integer("job_id") == number


@for_each("text", ["0", "-1", "+1", "1.0", "x", "٣", str(2**63), "9" * 5000, " 1", "1\n", "\ufffd"])
def test_an_invalid_id_in_the_path_is_refused(text: str) -> None:
    incoming = request()
    incoming.params = {"job_id": text}
    with pytest.raises(Problem) as refused:
        incoming.integer("job_id")
    assert set(refused.value.details["fields"]) == {"job_id"}


@for_each(
    ("path", "expected"),
    [("", "/"), ("/a", "/a"), ("/\xc3\xa9", "/é"), ("/\xff", "/\ufffd"), ("/\0", "/\0")],
)
def test_the_path_is_utf8(path: str, expected: str) -> None:
    assert request(PATH_INFO=path).path == expected


@for_each(
    ("accept", "html"),
    [
        ("", False), ("*/*", False), ("application/json", False), ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True), ("TEXT/HTML", True),
        ("application/json, text/html", False),
    ],
)
def test_html_is_wanted_according_to_the_accept_header(accept: str, html: bool) -> None:
    assert request(HTTP_ACCEPT=accept).wants_html is html


@for_each(
    ("raw", "expected"),
    [
        ("", {}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=x=y", {"a": "1", "b": "x=y"}),
        ("junk; a=1; =; \xff", {"a": "1", "": ""}),
    ],
)
def test_cookies_are_parsed_leniently(raw: str, expected: object) -> None:
    assert request(HTTP_COOKIE=raw).cookies == expected
