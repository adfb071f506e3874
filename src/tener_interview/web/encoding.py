"""What a client already has need not be sent again, and what is sent may be sent small: ETag, 304 and gzip."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from .request import Request
from .response import Response

#: A smaller body fits the first packets of a connection as it is.
GZIP_FROM_BYTES = 1024

_COMPRESSIBLE = ("application/json", "text/csv")


def encoded(response: Response, request: Request) -> Response:
    """An answer with its strong ETag: 304 for a client that has it, gzip for one that asks for that.

    The tag is that of the plain body, marked where it stands for the compressed one (RFC 9110 section 8.8.3.3): what
    the client has is known before anything is compressed.
    """
    if response.status != 200 or not response.headers.get("Content-Type", "").startswith(_COMPRESSIBLE):
        return response
    large = len(response.body) > GZIP_FROM_BYTES
    zipped = large and accepts_gzip(request) and not _is_watched(request)
    headers = {**response.headers, "ETag": f'"{response.digest}{"-gzip" if zipped else ""}"'}
    if large:
        headers["Vary"] = "Accept-Encoding, Sec-Fetch-Site, Cookie"
    if zipped:
        headers["Content-Encoding"] = "gzip"
    if matches(request, headers["ETag"]):
        return not_modified(headers)
    return Response(200, response.gzipped if zipped else response.body, headers)


def _is_watched(request: Request) -> bool:
    """Whether another site's page may have had this sent, so that whoever counts the answer's bytes could learn the
    entry links in it from how well a guess beside them compresses (BREACH, https://www.breachattack.com).

    A browser says so by its fetch metadata; one too old to send them shows by its cookie. What is left are our own
    pages, and programs with a token that no page can make them use.
    """
    site = request.header("Sec-Fetch-Site")
    return request.header("Cookie") is not None if site is None else site != "same-origin"


def etag(body: bytes) -> str:
    """A strong tag of a body (RFC 9110 section 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def matches(request: Request, tag: str) -> bool:
    """If-None-Match: a list of tags or `*`, compared weakly (RFC 9110 section 13.1.2)."""
    given = request.header("If-None-Match")
    if given is None:
        return False
    return given.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in given.split(",")]


def not_modified(headers: Mapping[str, str]) -> Response:
    """What is sent in place of a body that the client has; what describes the body is left out."""
    return Response(304, b"", {name: value for name, value in headers.items() if not name.startswith("Content-")})


def accepts_gzip(request: Request) -> bool:
    """Whether gzip is acceptable: named, and not with weight zero (RFC 9110 section 12.5.3)."""
    for each in (request.header("Accept-Encoding") or "").lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
