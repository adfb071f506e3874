"""The HTTP server: http.server's threads around any WSGI application, strict and bounded.

A request is read whole, within absolute deadlines, before its handler starts: neither a slow client nor an unread body
reaches the application. A response is sent in one piece, head and body together.
"""

from __future__ import annotations

import errno
import io
import logging
import secrets
import selectors
import socket
import socketserver
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ..errors import Problem, internal_error
from ..settings import Settings
from ..system import logs
from .connection import Connection
from .http1 import CLIENT_GONE, Head, Limits, WsgiResponse, error_response, parse_head
from .large_bodies import SLOW_S, LargeBodyLimit
from .response import security_headers
from .stop_signals import stop_signals

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

SHUTDOWN_TIMEOUT_S = 20.0
#: How many rejected clients are given `linger_s` to read the refusal.
MAX_REJECTED = 64
#: How many unread response bytes the kernel may hold before the next request of a connection waits. Its default is
#: several megabytes for each connection.
TCP_NOTSENT_LOWAT: int = getattr(socket, "TCP_NOTSENT_LOWAT", 0)
MAX_UNSENT_BYTES = 16 * 1024
#: Errors for a lack of file descriptors or of memory for one, and how long to pause then.
OUT_OF_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
OUT_OF_DESCRIPTORS_PAUSE_S = 0.1
#: The shortage is over when none of these errors came for this long.
SHORTAGE_OVER_AFTER_S = 2.0

DEFAULT_LIMITS = Limits()
RETRY_AFTER = {"Retry-After": "1"}


def serve(
    app: WSGIApplication,
    settings: Settings,
    *,
    max_body_bytes: int = DEFAULT_LIMITS.body_bytes,
    ready: Callable[[], None] | None = None,
    stop: Callable[[], None] | None = None,
) -> int:
    """Serve a WSGI application at the configured address until SIGTERM or SIGINT; the exit status is 0.

    `ready` is called once connections are accepted, `stop` after the last response (at most `SHUTDOWN_TIMEOUT_S` after
    the signal). A second signal ends the process at once with status 1. Raises OSError if the server cannot listen on
    the address.
    """
    headers = security_headers(https=settings.public_base_url.startswith("https:"))
    limits = replace(DEFAULT_LIMITS, body_bytes=max_body_bytes)
    server = HttpServer(app, settings.host, settings.port, limits=limits, error_headers=headers)
    with stop_signals() as stop_requested:
        server.start()
        if ready:
            ready()
        stop_requested.wait()
        server.shutdown()
        if stop:
            stop()
    return 0


def _new_request_id() -> str:
    return secrets.token_hex(8)


class HttpServer(ThreadingHTTPServer):
    """A listening server. `start` and `shutdown` run it, also off the main thread and on port 0.

    `error_headers` are added to the error responses that the server sends itself. Raises OSError if it cannot listen on
    the address.
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
        self.large_bodies = LargeBodyLimit(limits.max_large_bodies)
        #: Slots for pipelined requests: those sent before the previous response was read.
        self.pipelined = threading.Semaphore(limits.max_pipelined)
        self.stopping = False
        self._exhausted_s: float | None = None
        self._error_headers = security_headers(https=False) if error_headers is None else error_headers
        self._new_request_id = new_request_id
        self.connections: dict[socket.socket, Connection] = {}
        self._rejected: deque[tuple[float, socket.socket]] = deque()
        self._thread = threading.Thread(target=self._accept_clients, name="http", daemon=True)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host.strip("[]"), port), RequestHandler)
        #: Closing the first ends the wait for clients.
        self._stop, self._stopped = socket.socketpair()
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
        # HTTPServer's own method looks the host name up in the DNS, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.address

    @property
    def address(self) -> tuple[str, int]:
        """The host and port it listens on."""
        host, port, *_ = self.server_address
        return str(host), int(port)

    def start(self) -> None:
        """Accept connections in a background thread."""
        self._thread.start()

    def _accept_clients(self) -> None:
        """Accept clients and enforce deadlines until the server stops, which `serve_forever` would notice late."""
        with selectors.DefaultSelector() as selector:
            for source in (self.socket, self._stopped):
                selector.register(source, selectors.EVENT_READ)
            while not self.stopping:
                if selector.select(self.limits.tick_s) and not self.stopping:
                    self._accept_client()
                self.service_actions()

    def _accept_client(self) -> None:
        # It may have gone, or there is no file descriptor for it.
        with suppress(OSError):
            request, client_address = self.get_request()
            try:
                self.process_request(request, client_address)
            except Exception:
                self.handle_error(request, client_address)
                self.shutdown_request(request)

    def shutdown(self, timeout_s: float = SHUTDOWN_TIMEOUT_S) -> None:
        """Stop accepting, drop idle connections, and wait up to `timeout_s` for running requests."""
        self.stopping = True
        self._stop.close()
        if self._thread.is_alive():
            self._thread.join()
        self._stopped.close()
        self._accept_backlog()
        self.server_close()
        deadline_s = time.monotonic() + timeout_s
        while self.connections and time.monotonic() < deadline_s:
            self.service_actions()
            time.sleep(0.01)
        while self._rejected:
            self._rejected.popleft()[1].close()
        if self.connections:
            logs.log_event("stopped_early", logging.WARNING, unfinished=len(self.connections), grace_s=timeout_s)

    def _accept_backlog(self) -> None:
        """Accept the clients in the kernel's queue; closing the listening socket would reset their connections."""
        with suppress(OSError):
            self.socket.setblocking(False)
            for _ in range(self.request_queue_size):
                self.process_request(*self.get_request())

    def service_actions(self) -> None:
        """Enforce deadlines. Called after every accept and every `tick_s`."""
        now = time.monotonic()
        if self._exhausted_s is not None and now - self._exhausted_s > SHORTAGE_OVER_AFTER_S:
            self._exhausted_s = None
            logs.log_event("accepts_again", logging.WARNING, open=len(self.connections))
        for connection in list(self.connections.values()):
            if connection.deadline < now:
                connection.interrupt()
            elif self.stopping and connection.idle:
                connection.stop_receiving()
        while self._rejected and (self._rejected[0][0] < now or len(self._rejected) > MAX_REJECTED):
            self._rejected.popleft()[1].close()

    def get_request(self) -> tuple[Any, Any]:
        """Accept the next client. When file descriptors run out, close the connection that has been idle longest."""
        try:
            return super().get_request()
        except OSError as fault:
            if fault.errno in OUT_OF_DESCRIPTORS:
                if self._exhausted_s is None:
                    logs.log_event("out_of_file_descriptors", logging.ERROR, open=len(self.connections))
                self._exhausted_s = time.monotonic()
                self._make_room_for_connection()
                # The client stays in the queue: without a pause the loop would spin.
                time.sleep(OUT_OF_DESCRIPTORS_PAUSE_S)
            raise

    def _make_room_for_connection(self) -> bool:
        """Evict the connection that has been idle longest, else the request that has been arriving longest; return
        whether there was one."""
        now = time.monotonic()
        candidates = [
            (not connection.idle, since, connection) for connection in list(self.connections.values())
            if (since := connection.waiting_for_client_since) is not None and (connection.idle or now - since > SLOW_S)
        ]
        if not candidates:
            return False
        min(candidates, key=lambda entry: entry[:2])[2].evict()
        return True

    def process_request(self, request: Any, client_address: Any) -> None:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if TCP_NOTSENT_LOWAT:
            request.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, MAX_UNSENT_BYTES)
        # An evicted connection takes a moment to close.
        free = self.limits.connections - len(self.connections)
        if free > 0 or (free > -MAX_REJECTED and self._make_room_for_connection()):
            self.connections[request] = Connection(request, self.limits)
            super().process_request(request, client_address)
            return
        problem = Problem("SERVER_BUSY", "Too many connections are open; try again in a moment.", headers=RETRY_AFTER)
        with suppress(OSError):
            request.send(b"".join(self.render_problem(problem)), socket.MSG_DONTWAIT)
            request.shutdown(socket.SHUT_WR)
        # If we closed now, a request still on its way would be met by a reset, which discards the response.
        self._rejected.append((time.monotonic() + self.limits.linger_s, request))

    def connection(self, request: socket.socket) -> Connection:
        return self.connections[request]

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.connections.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        fault = sys.exc_info()[1]
        if not isinstance(fault, OSError):
            logs.log_event("connection_failed", logging.ERROR, fault)

    def render_problem(
        self, problem: Problem, method: str = "GET", fault: BaseException | None = None
    ) -> tuple[bytes, bytes]:
        """Head and body of an error response that the server sends itself; the connection ends with it."""
        request_id = self._new_request_id()
        if fault:
            logs.log_event("request_failed", logging.ERROR, fault, request_id=request_id)
        else:
            logs.log_event("request_refused", request_id=request_id, status=problem.status, code=problem.code)
        return error_response(problem, request_id, self._error_headers).render(method, "close")


class ApplicationFault(Exception):
    """The application raised an exception, or returned a response that must not be sent."""


class RequestHandler(socketserver.BaseRequestHandler):
    """One client connection: reads requests and sends responses, in order, until either side closes it."""

    server: HttpServer

    def setup(self) -> None:
        self._connection = self.server.connection(self.request)
        self._environ = {**self.server.environ, "REMOTE_ADDR": self.client_address[0]}
        self._method = "GET"

    def handle(self) -> None:
        # A client that hangs up is not an error.
        with suppress(OSError):
            try:
                while self._handle_request():
                    pass
            except Problem as problem:
                self._connection.send(*self.server.render_problem(problem, self._method))
            except ApplicationFault as fault:
                self._connection.send(*self.server.render_problem(internal_error(), self._method, fault.__cause__))
            self._connection.linger()

    def _handle_request(self) -> bool:
        """Answer one request and return whether the connection stays open.

        Raises Problem, ApplicationFault and OSError.
        """
        is_pipelined = self._connection.has_buffered_data
        head_bytes = self._connection.read_head()
        if head_bytes is None:
            return False
        self._method = "HEAD" if head_bytes.startswith(b"HEAD ") else "GET"
        head = parse_head(head_bytes, self.server.limits)
        with self._large_body_limit() as check_size:
            body = self._connection.read_body(head, check_size)
            with self._pipelined_slot() if is_pipelined else nullcontext(True) as has_slot:
                return has_slot and self._respond(head, body)

    @contextmanager
    def _pipelined_slot(self) -> Iterator[bool]:
        """Limit pipelined requests, so that one client with many of them does not delay clients that wait for a single
        response.

        A pipelined request waits for a slot for a short time only. Meanwhile its connection may be evicted to make room
        for another client; yields False if it was.
        """
        with self._connection.evictable_while_queued():
            acquired = self.server.pipelined.acquire(timeout=self.server.limits.pipelined_wait_s)
        try:
            yield not self._connection.evicted
        finally:
            if acquired:
                self.server.pipelined.release()

    @contextmanager
    def _large_body_limit(self) -> Iterator[Callable[[int], None]]:
        """Keep large bodies from filling the memory.

        Yields a function that takes the number of bytes received so far. It raises Problem instead of waiting, since
        the client may be slow.
        """
        limits, slots = self.server.limits, 0

        def check_size(body_bytes: int) -> None:
            nonlocal slots
            wanted = 0 if body_bytes <= limits.large_body_bytes else -(-body_bytes // limits.large_body_slot_bytes)
            if wanted <= slots:
                return
            if not self.server.large_bodies.acquire(self._connection, wanted):
                raise Problem("SERVER_BUSY", "Too many large requests are under way; try again in a moment.",
                              headers=RETRY_AFTER)
            slots = wanted

        try:
            yield check_size
        finally:
            if slots:
                self.server.large_bodies.release(self._connection)

    def _respond(self, head: Head, body: io.BytesIO) -> bool:
        environ = {**self._environ, **head.variables, "wsgi.input": body}
        if head.body_bytes is None:
            environ["CONTENT_LENGTH"] = str(len(body.getbuffer()))
        environ[CLIENT_GONE] = self._connection.is_client_gone
        try:
            response = call_app(self.server.app, environ)
            connection = "close" if self.server.stopping else head.connection
            rendered = response.render(self._method, connection)
        except Exception as fault:
            raise ApplicationFault from fault
        self._connection.send(*rendered)
        return connection != "close"


def call_app(app: WSGIApplication, environ: WSGIEnvironment) -> WsgiResponse:
    """Call the application and collect its whole response. Raises whatever it raises."""
    response = WsgiResponse()
    result = app(environ, response.start)
    try:
        response.chunks.extend(result)
    finally:
        close = getattr(result, "close", None)
        if close:
            close()
    return response
