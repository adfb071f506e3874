"""ETag, 304 and gzip; responses that another site may have requested are not compressed."""

from __future__ import annotations

import gzip
import json

import pytest

from fakes.client import Client
from fakes.front_door import SESSIONS, MakeApp, locked_client, start
from for_each import for_each
from tener_interview.web.encoding import GZIP_FROM_BYTES, encode_response
from tener_interview.web.request import Request
from tener_interview.web.response import Response, json_response

LARGE = json_response({"items": ["the same again"] * 200})
SMALL: Response = json_response({"items": list[str]()})


def request(**headers: str) -> Request:
    """A GET whose headers are given with underscores."""
    environ = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return Request({"REQUEST_METHOD": "GET", **environ}, "request-id", 0)


def test_a_large_body_is_compressed_if_gzip_is_accepted() -> None:
    answer = encode_response(LARGE, request(Accept_Encoding="br, gzip"))
    assert len(LARGE.body) > GZIP_FROM_BYTES
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == LARGE.body
    assert len(answer.body) < len(LARGE.body) / 10


@for_each("accepted", ["", "br", "identity", "gzip;q=0"])
def test_a_body_is_not_compressed_if_gzip_is_not_accepted(accepted: str) -> None:
    answer = encode_response(LARGE, request(Accept_Encoding=accepted))
    assert "Content-Encoding" not in answer.headers
    assert answer.body == LARGE.body


def test_a_small_body_is_not_compressed() -> None:
    answer = encode_response(SMALL, request(Accept_Encoding="gzip"))
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


@for_each(
    ("headers", "compressed"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, True),
        ({"Sec_Fetch_Site": "same-origin", "Cookie": "a=b"}, True),
        ({"Authorization": "Bearer token"}, True),
        ({"Sec_Fetch_Site": "cross-site"}, False),
        ({"Sec_Fetch_Site": "same-site"}, False),
        ({"Sec_Fetch_Site": "none"}, False),
        ({"Cookie": "a=b"}, False),
    ],
)
def test_a_response_to_another_site_is_not_compressed(headers: dict[str, str], compressed: bool) -> None:
    answer = encode_response(LARGE, request(Accept_Encoding="gzip", **headers))
    assert ("Content-Encoding" in answer.headers) is compressed
    assert {"Sec-Fetch-Site", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@for_each("accepted", ["", "gzip"])
@for_each("if_none_match", ["{}", "W/{}", '"other", {}', "*"])
def test_a_matching_etag_gets_304(if_none_match: str, accepted: str) -> None:
    tag = encode_response(LARGE, request(Accept_Encoding=accepted)).headers["ETag"]
    answer = encode_response(LARGE, request(Accept_Encoding=accepted, If_None_Match=if_none_match.format(tag)))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert not any(name.startswith("Content-") for name in answer.headers)


def test_each_encoding_has_its_own_etag() -> None:
    """A strong tag stands for exactly these bytes."""
    plain, zipped = (encode_response(LARGE, request(Accept_Encoding=coding)).headers["ETag"] for coding in ("", "gzip"))
    assert plain != zipped
    assert encode_response(LARGE, request(If_None_Match=zipped)).status == 200
    assert not plain.startswith("W/")


@for_each(
    "response",
    [
        Response(200, b"<p>" * 1000, {"Content-Type": "text/html; charset=utf-8"}),
        Response(404, LARGE.body, LARGE.headers),
    ],
)
def test_html_and_errors_are_not_compressed(response: Response) -> None:
    assert encode_response(response, request(Accept_Encoding="gzip")) is response


@pytest.mark.parametrize(
    "url",
    [SESSIONS, f"{SESSIONS}?job_id=1", "/api/admin/jobs", "/api/admin/jobs/1/candidates",
     "/api/jobs/1/interview-leaderboard", "/api/jobs/1/interview-leaderboard?format=csv"],
)
def test_every_list_returns_304_until_it_changes(url: str, client: Client) -> None:
    ana, bea, *_ = (item["candidate_id"] for item in client.get("/api/admin/jobs/1/candidates").json["items"])
    start(client, ana, candidate_name="Ana")
    first = client.get(url)
    again = client.get(url, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert client.get(url, If_None_Match='"another"').body == first.body
    if url != "/api/admin/jobs":
        start(client, bea, candidate_name="Bea")
        changed = client.get(url, If_None_Match=first.headers["etag"])
        assert (changed.status, changed.headers["etag"] == first.headers["etag"]) == (200, False)


def test_head_has_the_etag_of_get(client: Client) -> None:
    start(client, 1)
    assert client.request("HEAD", SESSIONS).headers["etag"] == client.get(SESSIONS).headers["etag"]


def test_an_etag_does_not_bypass_authentication(make_app: MakeApp) -> None:
    client = locked_client(make_app)
    assert client.get(SESSIONS, If_None_Match="*").status == 401


def test_a_long_list_is_compressed_by_the_whole_service(client: Client) -> None:
    for candidate_id in range(1, 6):
        start(client, candidate_id)
    plain, zipped = client.get(SESSIONS), client.get(SESSIONS, Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) == len(zipped.body) < len(plain.body)
    assert json.loads(gzip.decompress(zipped.body)) == plain.json
