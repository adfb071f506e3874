"""A customer's receiver of events, over real HTTP: verifies each with the package of the Standard Webhooks project."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from fakes.waiting import PATIENCE_S

#: Of `receiver.test`, with its key, for a hundred years.
CERTIFICATE = Path(__file__).with_name("receiver.test.pem")


@dataclass(frozen=True)
class Received:
    """One request. Header names are lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return str(self.json["type"])

    def is_signed_by(self, secret: str) -> bool:
        """Return whether a secret verifies the request; its time must be close to that of this computer."""
        try:
            Webhook(secret).verify(self.body, dict(self.headers))
        except WebhookVerificationError:
            return False
        return True


class Receiver:
    """Responds with 204, or with what `answers` holds, one for each request: a status with headers and a body. With
    `encrypted` it is `receiver.test`, with a certificate that only `CERTIFICATE` vouches for."""

    def __init__(self, *, encrypted: bool = False) -> None:
        self.received: list[Received] = []
        self.answers: list[tuple[int, Mapping[str, str], bytes]] = []
        self.holding = threading.Event()
        self.holding.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.received.append(Received(self.path, headers, body))
                outer.holding.wait(PATIENCE_S)
                status, more, text = outer.answers.pop(0) if outer.answers else (204, {}, b"")
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if encrypted:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/events?key=of-the-receiver"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.holding.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def types(self) -> list[str]:
        return [each.type for each in self.received]

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Respond to the next request with this."""
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))

