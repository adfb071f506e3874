"""Static files: media types, compression and revalidation."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from fakes.client import Client
from fakes.front_door import HTML, refused
from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER

FILES = sorted(path for path in STATIC_FOLDER.rglob("*") if path.is_file() and path.suffix != ".html")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".md": "text/plain; charset=utf-8",
}
BIG = "/static/styles/base.css"


@for_each("path", FILES, ids=lambda path: path.relative_to(STATIC_FOLDER).as_posix())
def test_a_static_file_is_served_unchanged(path: Path, client: Client) -> None:
    reply = client.get(f"/static/{path.relative_to(STATIC_FOLDER).as_posix()}")
    assert reply.status == 200
    assert reply.body == path.read_bytes()
    assert reply.headers["content-type"] == TYPES[path.suffix]
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP", "gzip;q=0.5", "deflate, gzip ; q=1"])
def test_a_file_is_compressed_if_gzip_is_accepted(accepted: str, client: Client) -> None:
    plain, zipped = client.get(BIG), client.get(BIG, Accept_Encoding=accepted)
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert len(zipped.body) < len(plain.body)
    assert zipped.headers["etag"] != plain.headers["etag"]


@for_each("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip-like"])
def test_files_are_sent_plain_without_accepted_gzip(accepted: str, client: Client) -> None:
    assert "content-encoding" not in client.get(BIG, Accept_Encoding=accepted).headers


def test_a_cached_file_gets_304(client: Client) -> None:
    tag = client.get(BIG).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*", f" {tag} "):
        reply = client.get(BIG, If_None_Match=known)
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["etag"] == tag
        assert "content-type" not in reply.headers


@pytest.mark.parametrize("known", ["", '"other"', "W/", "etag"])
def test_a_browser_with_another_etag_gets_the_file(known: str, client: Client) -> None:
    assert client.get(BIG, If_None_Match=known).status == 200


def test_pages_are_revalidated_and_pages_with_embedded_responses_are_not_cached(client: Client) -> None:
    page = client.get("/reviews")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert client.get("/reviews", If_None_Match=page.headers["etag"]).status == 304
    dashboard = client.get("/dashboard", Accept_Encoding="gzip")
    assert dashboard.headers["content-type"] == page.headers["content-type"]
    assert dashboard.headers["cache-control"] == "no-store"
    assert dashboard.text.startswith("<!doctype html>")
    assert len(dashboard.body) < len(dashboard.content) / 3


def test_a_head_request_of_a_static_file_has_its_length_and_no_body(client: Client) -> None:
    head = client.request("HEAD", BIG)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(client.get(BIG).body))


@for_each(
    "name",
    ["absent.js", "pages/dashboard.html", "pages/notice.html", "..", "..%2fpages.py", "%2e%2e%2f__main__.py", "",
     "a/b.js", "base.css", "styles", "styles/", "styles/base.css%00", "styles/BASE.CSS", "styles//base.css",
     "./styles/base.css", "styles/../styles/base.css", "pages/../../__main__.py", "styles%2f..%2f..%2fsettings.py"],
)
def test_paths_outside_the_static_files_are_404(name: str, client: Client) -> None:
    refused(client.get(f"/static/{name}"), "ROUTE_NOT_FOUND")


def test_a_missing_file_is_a_404_page_for_browsers(client: Client) -> None:
    reply = client.request("GET", "/static/absent.js", headers=HTML)
    assert reply.status == 404
    assert "Page not found" in reply.text
