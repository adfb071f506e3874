"""ETag, 304 and gzip: clients are not sent again what they have, and large bodies are compressed."""

from __future__ import annotations

from collections.abc import Mapping

from .request import Request
from .response import Response

#: Smaller bodies fit the first packets of a connection uncompressed.
GZIP_FROM_BYTES = 1024

_COMPRESSIBLE = ("application/json", "text/csv")


def encode_response(response: Response, request: Request) -> Response:
    """The response with a strong ETag; 304 for a client that has it, gzip for a client that accepts it.

    The tag is that of the plain body with a suffix for the compressed one (RFC 9110 section 8.8.3.3), so that 304 needs
    no compression. A response that already has a tag is sent unchanged.
    """
    compressible = response.headers.get("Content-Type", "").startswith(_COMPRESSIBLE)
    if response.status != 200 or "ETag" in response.headers or not compressible:
        return response
    is_large = len(response.body) > GZIP_FROM_BYTES
    use_gzip = is_large and accepts_gzip(request) and not _may_be_observed(request)
    headers = {**response.headers, "ETag": f'"{response.digest}{"-gzip" if use_gzip else ""}"'}
    if is_large:
        headers["Vary"] = "Accept-Encoding, Sec-Fetch-Site, Cookie"
    if use_gzip:
        headers["Content-Encoding"] = "gzip"
    if matches_etag(request, headers["ETag"]):
        return not_modified(headers)
    return Response(200, response.gzipped if use_gzip else response.body, headers)


def _may_be_observed(request: Request) -> bool:
    """Whether a page of another site may have caused this request.

    Such a page could learn the entry links in a compressed response from its length (BREACH,
    https://www.breachattack.com). Browsers mark those requests by fetch metadata; a browser too old for that is
    recognised by its cookie. The others are our own pages, and programs with a token, which no page can use.
    """
    site = request.header("Sec-Fetch-Site")
    return request.header("Cookie") is not None if site is None else site != "same-origin"


def matches_etag(request: Request, tag: str) -> bool:
    """Whether If-None-Match, a list of tags or `*`, matches the tag in weak comparison (RFC 9110 section 13.1.2)."""
    if_none_match = request.header("If-None-Match")
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in [
        value.strip().removeprefix("W/") for value in if_none_match.split(",")
    ]


def not_modified(headers: Mapping[str, str]) -> Response:
    """A 304 response; headers that describe the body are dropped."""
    return Response(304, b"", {name: value for name, value in headers.items() if not name.startswith("Content-")})


def accepts_gzip(request: Request) -> bool:
    """Whether Accept-Encoding names gzip with a weight above zero (RFC 9110 section 12.5.3)."""
    for value in (request.header("Accept-Encoding") or "").lower().split(","):
        coding, _, weight = value.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
