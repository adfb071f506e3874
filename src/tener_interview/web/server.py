"""The HTTP server: http.server's threads around any WSGI application, made strict, bounded and quick.

A request is read whole, within absolute deadlines, before a handler is taken up with it: neither a slow client nor an
unread body ever reaches the application. An answer leaves in one piece, head and body together.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import secrets
import signal
import socket
import socketserver
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ..errors import Problem
from ..settings import Settings
from ..system import logs
from .http1 import CLIENT_GONE, Answer, Head, Limits, parse_head, refusal
from .large_bodies import SLOW_S, LargeBodies
from .response import security_headers
from .wire import Wire

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

GRACE_S = 20.0
#: How many clients that were turned away are given `linger_s` to read why.
TURNED_AWAY = 64
#: What the kernel holds of answers that the client does not take: the next request is not worked on before they are. By
#: itself it would hold some megabytes for each.
UNSENT: int = getattr(socket, "TCP_NOTSENT_LOWAT", 0)
UNSENT_BYTES = 16 * 1024
#: The kernel's words for having no file descriptor, or no memory for one, and how long it is waited for.
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
BACK_OFF_S = 0.1
#: It is over when there was enough for so long.
ENOUGH_FOR_S = 2.0

DEFAULT_LIMITS = Limits()
RETRY_SOON = {"Retry-After": "1"}


def serve(
    app: WSGIApplication,
    settings: Settings,
    *,
    ready: Callable[[], None] | None = None,
    stop: Callable[[], None] | None = None,
) -> int:
    """Serve a WSGI application at the address of the settings until SIGTERM or SIGINT; the exit status is 0.

    `ready` is called once connections are accepted, `stop` after the last answer (at most `GRACE_S` after the signal).
    A second signal ends the process at once with status 1. Raises OSError if the address cannot be listened on.
    """
    headers = security_headers(https=settings.public_base_url.startswith("https:"))
    server = HttpServer(app, settings.host, settings.port, error_headers=headers)
    with _stop_signals() as asked:
        server.start()
        if ready:
            ready()
        asked.wait()
        server.shutdown()
        if stop:
            stop()
    return 0


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event for the first signal to stop; the second ends the process.

    The kernel may deliver a signal to any thread, and the main one then sleeps on in whatever lock it waits for. Only
    the wake-up descriptor is always written to, so a thread listens there. Signals are the main thread's to install;
    on any other this waits for ever. As process 1 of a container there is no default action, so a handler must be set.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    heard, wake = os.pipe()
    os.set_blocking(wake, False)

    def listen() -> None:
        with os.fdopen(heard, "rb", buffering=0) as signals:
            if signals.read(1):
                asked.set()
            if signals.read(1):
                os._exit(1)

    threading.Thread(target=listen, name="signals", daemon=True).start()
    former_wake = signal.set_wakeup_fd(wake)
    former = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(former_wake)
        os.close(wake)


def _new_request_id() -> str:
    return secrets.token_hex(8)


class HttpServer(ThreadingHTTPServer):
    """A listening server; `start` and `shutdown` run it, also off the main thread and on port 0.

    `error_headers` go out with the answers that the server gives in place of the application. Raises OSError if the
    address cannot be listened on.
    """

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_port = False

    def __init__(
        self,
        app: WSGIApplication,
        host: str,
        port: int,
        *,
        limits: Limits = DEFAULT_LIMITS,
        error_headers: Mapping[str, str] | None = None,
        new_request_id: Callable[[], str] = _new_request_id,
    ) -> None:
        self.app = app
        self.limits = limits
        self.large_bodies = LargeBodies(limits.large_bodies)
        #: Places for requests that were sent before the answer to the one before was read.
        self.ahead = threading.Semaphore(limits.ahead)
        self.stopping = False
        self._exhausted_s: float | None = None
        self._error_headers = security_headers(https=False) if error_headers is None else error_headers
        self._new_request_id = new_request_id
        self.wires: dict[socket.socket, Wire] = {}
        self._turned_away: deque[tuple[float, socket.socket]] = deque()
        self._thread = threading.Thread(target=self.serve_forever, args=(limits.tick_s,), name="http", daemon=True)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host.strip("[]"), port), Connection)
        self.environ: WSGIEnvironment = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": self.address[0],
            "SERVER_PORT": str(self.address[1]),
            "SERVER_SOFTWARE": "tener-interview",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def server_bind(self) -> None:
        # HTTPServer's own looks the host's name up in the DNS, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.address

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that are listened on."""
        host, port, *_ = self.server_address
        return str(host), int(port)

    def start(self) -> None:
        """Accept connections, in a thread of its own."""
        self._thread.start()

    def shutdown(self, grace_s: float = GRACE_S) -> None:
        """Stop accepting, drop idle connections, and wait for the answers under way, `grace_s` at most."""
        self.stopping = True
        if self._thread.is_alive():
            super().shutdown()
        self._accept_the_waiting()
        self.server_close()
        end = time.monotonic() + grace_s
        while self.wires and time.monotonic() < end:
            self.service_actions()
            time.sleep(0.01)
        while self._turned_away:
            self._turned_away.popleft()[1].close()
        if self.wires:
            logs.log_event("stopped_early", logging.WARNING, unfinished=len(self.wires), grace_s=grace_s)

    def _accept_the_waiting(self) -> None:
        """Clients whose connection the kernel has already taken would be reset with the listening socket."""
        with suppress(OSError):
            self.socket.setblocking(False)
            for _ in range(self.request_queue_size):
                self.process_request(*self.get_request())

    def service_actions(self) -> None:
        """The watchman's round: called after every accept and every `tick_s`."""
        now = time.monotonic()
        if self._exhausted_s is not None and now - self._exhausted_s > ENOUGH_FOR_S:
            self._exhausted_s = None
            logs.log_event("accepts_again", logging.WARNING, open=len(self.wires))
        for wire in list(self.wires.values()):
            if wire.deadline < now:
                wire.cut()
            elif self.stopping and wire.idle:
                wire.dismiss()
        while self._turned_away and (self._turned_away[0][0] < now or len(self._turned_away) > TURNED_AWAY):
            self._turned_away.popleft()[1].close()

    def get_request(self) -> tuple[Any, Any]:
        """The next client. While no file descriptor is left, the connection that has rested longest makes place."""
        try:
            return super().get_request()
        except OSError as fault:
            if fault.errno in EXHAUSTED:
                if self._exhausted_s is None:
                    logs.log_event("out_of_file_descriptors", logging.ERROR, open=len(self.wires))
                self._exhausted_s = time.monotonic()
                self._make_place()
                # Whoever waits is still there: without a pause the loop would come back at once, for ever.
                time.sleep(BACK_OFF_S)
            raise

    def _make_place(self) -> bool:
        """Displace the connection that has rested longest, or else the request that has been arriving longest; whether
        there was one."""
        now = time.monotonic()
        awaited = [
            (not wire.idle, since, wire) for wire in list(self.wires.values())
            if (since := wire.awaited_since) is not None and (wire.idle or now - since > SLOW_S)
        ]
        if not awaited:
            return False
        min(awaited, key=lambda each: each[:2])[2].displace()
        return True

    def process_request(self, request: Any, client_address: Any) -> None:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if UNSENT:
            request.setsockopt(socket.IPPROTO_TCP, UNSENT, UNSENT_BYTES)
        # Those that make place take a moment to go.
        left = self.limits.connections - len(self.wires)
        if left > 0 or (left > -TURNED_AWAY and self._make_place()):
            self.wires[request] = Wire(request, self.limits)
            super().process_request(request, client_address)
            return
        busy = Problem("SERVER_BUSY", "Too many connections are open; try again in a moment.", headers=RETRY_SOON)
        with suppress(OSError):
            request.send(b"".join(self.refuse(busy)), socket.MSG_DONTWAIT)
            request.shutdown(socket.SHUT_WR)
        # Closed right away, a request still on its way would be met by a reset, which takes the answer with it.
        self._turned_away.append((time.monotonic() + self.limits.linger_s, request))

    def wire(self, request: socket.socket) -> Wire:
        return self.wires[request]

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.wires.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        fault = sys.exc_info()[1]
        if not isinstance(fault, OSError):
            logs.log_event("connection_failed", logging.ERROR, fault)

    def refuse(self, problem: Problem, method: str = "GET", fault: BaseException | None = None) -> tuple[bytes, bytes]:
        """Head and body of the answer that the server gives itself; the connection ends with it."""
        request_id = self._new_request_id()
        if fault:
            logs.log_event("request_failed", logging.ERROR, fault, request_id=request_id)
        else:
            logs.log_event("request_refused", request_id=request_id, status=problem.status, code=problem.code)
        return refusal(problem, request_id, self._error_headers).render(method, "close")


class ApplicationFault(Exception):
    """The application raised what it should have answered, or answered what must not go out."""


class Connection(socketserver.BaseRequestHandler):
    """One client: requests in, answers out, in order, until either side has had enough."""

    server: HttpServer

    def setup(self) -> None:
        self._wire = self.server.wire(self.request)
        self._environ = {**self.server.environ, "REMOTE_ADDR": self.client_address[0]}
        self._method = "GET"

    def handle(self) -> None:
        # A client that has gone away is nobody's fault and needs no word.
        with suppress(OSError):
            try:
                while self._exchange():
                    pass
            except Problem as problem:
                self._wire.send(*self.server.refuse(problem, self._method))
            except ApplicationFault as fault:
                failure = Problem("INTERNAL_ERROR", "Something went wrong here. The request id finds it in the log.")
                self._wire.send(*self.server.refuse(failure, self._method, fault.__cause__))
            self._wire.linger()

    def _exchange(self) -> bool:
        """Answer one request; whether the connection stays open. Raises Problem, ApplicationFault and OSError."""
        is_ahead = self._wire.holds_more
        raw = self._wire.read_head()
        if raw is None:
            return False
        self._method = "HEAD" if raw.startswith(b"HEAD ") else "GET"
        head = parse_head(raw, self.server.limits)
        with self._room() as make_room:
            body = self._wire.read_body(head, make_room)
            with self._behind_others() if is_ahead else nullcontext():
                return self._answer(head, body)

    @contextmanager
    def _behind_others(self) -> Iterator[None]:
        """Who sends many requests at once has a few worked on beside those who wait for one answer, and waits for that
        while it is short."""
        held = self.server.ahead.acquire(timeout=self.server.limits.ahead_s)
        try:
            yield
        finally:
            if held:
                self.server.ahead.release()

    @contextmanager
    def _room(self) -> Iterator[Callable[[int], None]]:
        """Keep what clients send from filling the memory: a function that hears how many bytes have come. It raises
        Problem rather than wait: the client may be slow."""
        held = False

        def make_room(body_bytes: int) -> None:
            nonlocal held
            if held or body_bytes <= self.server.limits.large_body_bytes:
                return
            held = self.server.large_bodies.take(self._wire)
            if not held:
                raise Problem("SERVER_BUSY", "Too many large requests are under way; try again in a moment.",
                              headers=RETRY_SOON)

        try:
            yield make_room
        finally:
            if held:
                self.server.large_bodies.give_back(self._wire)

    def _answer(self, head: Head, body: io.BytesIO) -> bool:
        environ = {**self._environ, **head.variables, "wsgi.input": body}
        if head.body_bytes is None:
            environ["CONTENT_LENGTH"] = str(len(body.getbuffer()))
        environ[CLIENT_GONE] = self._wire.gone
        try:
            answer = ask(self.server.app, environ)
            connection = "close" if self.server.stopping else head.connection
            rendered = answer.render(self._method, connection)
        except Exception as fault:
            raise ApplicationFault from fault
        self._wire.send(*rendered)
        return connection != "close"


def ask(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Call the application and take its whole answer. Raises whatever it raises."""
    answer = Answer()
    result = app(environ, answer.start)
    try:
        answer.chunks.extend(result)
    finally:
        close = getattr(result, "close", None)
        if close:
            close()
    return answer
