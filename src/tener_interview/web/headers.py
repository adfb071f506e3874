"""Headers that every answer carries, errors included (OWASP ASVS 5, chapter 3.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The pages use nothing but what this service serves; there is no inline script or style in them.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)

LINE_BREAK = re.compile(r"[\r\n\0]")


def security_headers(*, https: bool) -> dict[str, str]:
    """The headers of every answer; `https` says whether the public address is reached that way."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def refuse_line_breaks(headers: Mapping[str, str]) -> None:
    """A header value with a line break would be a header of its own: raise ValueError rather than send it."""
    for name, value in headers.items():
        if LINE_BREAK.search(name) or LINE_BREAK.search(value):
            raise ValueError(f"a line break in the header {name!r}")
