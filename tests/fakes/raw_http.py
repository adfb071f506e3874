"""An HTTP client on a bare socket, and small applications to serve."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from fakes.waiting import PATIENCE_S
from tener_interview.web.http1 import Limits
from tener_interview.web.server import HttpServer

#: Deadlines that no test waits for, and small bodies.
QUICK = Limits(head_s=60, body_s=60, answer_s=60, idle_s=60, linger_s=0.5, tick_s=0.02, body_bytes=2000)
HOST = "Host: test\r\n"
GET = f"GET / HTTP/1.1\r\n{HOST}\r\n".encode()


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> Any:
        return json.loads(self.body)


class Client:
    """A connection that sends given bytes and reads responses one by one."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.sock = socket.create_connection(address, timeout=PATIENCE_S)
        self.rest = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, raw: bytes) -> None:
        self.sock.sendall(raw)

    def until(self, mark: bytes) -> bytes:
        while mark not in self.rest:
            received = self.sock.recv(65536)
            if not received:
                raise EOFError(self.rest)
            self.rest += received
        found, _, self.rest = self.rest.partition(mark)
        return found

    def reply(self, *, bodiless: bool = False) -> Reply:
        line, *fields = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields)
        length = 0 if bodiless else int(headers.get("Content-Length", 0))
        while len(self.rest) < length:
            received = self.sock.recv(65536)
            if not received:
                raise EOFError(self.rest)
            self.rest += received
        body, self.rest = self.rest[:length], self.rest[length:]
        return Reply(int(line.split()[1]), headers, body)

    def ask(self, raw: bytes) -> Reply:
        self.send(raw)
        return self.reply()

    def closed(self) -> bool:
        """Return whether the server ends the connection properly and without another byte."""
        return self.rest == b"" and self.sock.recv(1) == b""


class Echo:
    """Responds with what it understood; `paths` are the requests it saw."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.paths.append(environ["PATH_INFO"])
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode("latin-1")
        start("200 OK", [("Content-Type", "application/json")])
        shown = {name: value for name, value in environ.items() if isinstance(value, str)}
        return [json.dumps({**shown, "body": body}).encode()]


def constant(status: str, headers: list[tuple[str, str]], *chunks: bytes) -> WSGIApplication:
    def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start(status, headers)
        return chunks

    return app


class Held:
    """Holds every request but those of `/health` until it is released."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.release = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/health":
            self.entered.release()
            assert self.release.wait(PATIENCE_S)
        start("200 OK", [])
        return [b"done"]


@contextmanager
def serving(app: WSGIApplication, limits: Limits = QUICK, host: str = "127.0.0.1", **more: Any) -> Iterator[HttpServer]:
    server = HttpServer(app, host, 0, limits=limits, **more)
    server.start()
    try:
        yield server
    finally:
        server.shutdown(2)


def post(body: bytes, path: str = "/", *fields: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: test", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body
