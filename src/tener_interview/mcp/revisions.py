"""The revisions of the protocol, and which of them a message follows.

Since 2026-07-28 a request says itself, in `_meta`, what it follows, and repeats it in headers. Earlier revisions begin
with an `initialize` request and name the revision in a header; without it, 2025-03-26 is meant.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from ..regex import regex
from .message import HEADER_MISMATCH, INVALID_PARAMS, UNSUPPORTED_VERSION, Message, RpcError

#: Newest first.
MODERN = ("2026-07-28",)
EARLIER = ("2025-11-25", "2025-06-18", "2025-03-26")
#: The only revision with batches; what a client without the header follows.
REVISION_WITHOUT_HEADER = "2025-03-26"

VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
VERSION_HEADER, METHOD_HEADER, NAME_HEADER = "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"

_ENCODED = regex(r"=\?base64\?(.*)\?=")

#: Returns a header of the HTTP request by its name.
Header = Callable[[str], str | None]


def revision_of_header(header: Header) -> str:
    """Return the revision that the header names. Raises RpcError for one that is not supported."""
    revision = header(VERSION_HEADER) or REVISION_WITHOUT_HEADER
    if revision not in (*MODERN, *EARLIER):
        raise unsupported_revision(revision)
    return revision


def check_modern(message: Message, header: Header) -> None:
    """Check what a request says about itself against its headers, as intermediaries rely on them. Raises RpcError.

    Source: specification 2026-07-28, Streamable HTTP, "Server Validation".
    """
    absent = [key for key in (VERSION_KEY, CAPABILITIES_KEY) if key not in message.meta]
    if absent:
        raise RpcError(INVALID_PARAMS, f"params._meta needs {' and '.join(absent)}.")
    revision = message.meta[VERSION_KEY]
    if not isinstance(revision, str) or not isinstance(message.meta[CAPABILITIES_KEY], dict):
        raise RpcError(INVALID_PARAMS, f"In params._meta, {VERSION_KEY} is text and {CAPABILITIES_KEY} is an object.")
    _check_header(header, VERSION_HEADER, revision)
    _check_header(header, METHOD_HEADER, message.method)
    if message.method == "tools/call":
        _check_header(header, NAME_HEADER, message.params.get("name"))
    if revision not in MODERN:
        raise unsupported_revision(revision)


def negotiate_revision(offered: Any) -> str:
    """Return the revision that answers an `initialize`: the client's, or our newest of those that begin with it."""
    return offered if offered in EARLIER else EARLIER[0]


def unsupported_revision(revision: str) -> RpcError:
    supported = [*MODERN, *EARLIER]
    return RpcError(
        UNSUPPORTED_VERSION, f"This revision of the protocol is not supported. Use one of {', '.join(supported)}.",
        {"supported": supported, "requested": revision[:100]},
    )


def _check_header(header: Header, name: str, value: Any) -> None:
    if value is None or _decoded(header(name)) != value:
        raise RpcError(HEADER_MISMATCH, f"The header {name} must be there and say what the body says.")


def _decoded(value: str | None) -> str | None:
    """Decode a header that may be base64, `=?base64?…?=`; None for one that is malformed."""
    encoded = _ENCODED.fullmatch(value) if value is not None else None
    if encoded is None:
        return value
    try:
        return base64.b64decode(encoded[1], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
