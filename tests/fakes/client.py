"""A client that calls a WSGI application under wsgiref.validate, as a strict server would."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref import validate
from wsgiref.types import WSGIApplication

_check_headers = vars(validate)["check_headers"]


@lru_cache(maxsize=4096, typed=True)
def _check_header(*header: str) -> None:
    _check_headers([header])


def _check_new_headers(headers: list[tuple[str, str]]) -> None:
    """What `wsgiref.validate` does, but once for a header that most responses have: it takes half of its time."""
    if type(headers) is not list or {type(header) for header in headers} != {tuple}:
        _check_headers(headers)
    for header in headers:
        _check_header(*header)


vars(validate)["check_headers"] = _check_new_headers


@dataclass(frozen=True)
class Reply:
    """A response. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        """The body, decompressed."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Client:
    """Sends requests to an application; `headers` are sent with each of them."""

    def __init__(self, app: WSGIApplication, headers: Mapping[str, str] | None = None) -> None:
        #: What is asked.
        self.app = app
        self._checked = validate.validator(app)
        self.headers = dict(headers or {})
        #: The user who is signed in, if one is.
        self.user_id: str | None = None

    def get(self, url: str, **headers: str) -> Reply:
        return self.request("GET", url, headers=headers)

    def post(self, url: str, body: Any = None, **headers: str) -> Reply:
        return self.request("POST", url, body=body, headers=headers)

    def request(
        self, method: str, url: str, *, body: Any = None, headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Send a request; `url` may be absolute. A body that is not bytes is sent as JSON. `extra` are WSGI variables
        that a server adds.

        Underscores in header names stand for hyphens: `post(url, body, Idempotency_Key="k")`.
        """
        parts = urlsplit(url)
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8090",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8090",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(raw),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if body is not None:
            environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(raw))}
        for name, value in {**self.headers, **(headers or {})}.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR") else f"HTTP_{key}"] = value
        environ |= extra or {}
        answered: dict[str, Any] = {}

        def start_response(status: str, answer_headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
            answered.update(status=int(status[:3]), headers={name.lower(): value for name, value in answer_headers})
            return lambda _chunk: None

        chunks = self._checked(environ, start_response)
        try:
            content = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return Reply(answered["status"], answered["headers"], content)
