"""The WSGI application: routes a request, authorizes it, and runs its handler in a lane, at most once per
Idempotency-Key."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..actor import acting
from ..errors import Problem, internal_error
from ..regex import regex
from ..system import logs
from .auth import login_url
from .encoding import encode_response
from .request import ClientGone, Request
from .response import (
    CLIENT_CLOSED,
    STATUS_LINES,
    Response,
    html_response,
    problem_response,
    redirect,
    refuse_line_breaks,
    security_headers,
)
from .router import DEFAULT_BODY_BYTES, Access, router_for

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from ..system.clock import Clock
    from ..system.metrics import Metrics
    from .auth import Guard
    from .idempotency import Idempotency
    from .lanes import Lanes
    from .request import Environ
    from .router import Route

REQUEST_ID = regex(r"[A-Za-z0-9_.-]{8,64}")

#: Other methods share one name, so that invented ones cannot fill log and metrics.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

#: Renders a Problem as an HTML page.
ProblemPage = Callable[[Problem, Request], str]


class Application:
    """The service as a WSGI callable (PEP 3333), bound to the object that its handlers work on."""

    def __init__(
        self,
        routes: Sequence[Route],
        service: Any,
        guard: Guard,
        idempotency: Idempotency,
        lanes: Lanes,
        problem_page: ProblemPage,
        clock: Clock,
        metrics: Metrics,
        new_request_id: Callable[[], str],
        start: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        self._router = router_for(tuple(routes))
        #: The routes that exist behind the client key prefix.
        self._main_system_router = router_for(tuple(route for route in routes if route.access is Access.MAIN_SYSTEM))
        #: What the server has to accept.
        self.max_body_bytes = max((route.max_body_bytes for route in routes), default=DEFAULT_BODY_BYTES)
        self.service = service
        self._guard = guard
        self._idempotency = idempotency
        self._lanes = lanes
        self._problem_page = problem_page
        self._clock = clock
        self._metrics = metrics
        self._new_request_id = new_request_id
        #: Starts background work; until then the application only responds to requests.
        self.start = start
        #: Stops background work and frees all resources; no request may follow.
        self.close = close
        self._security_headers = security_headers(https=guard.https)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started_s = self._clock.monotonic_s()
        request = Request(environ, self._request_id(environ), DEFAULT_BODY_BYTES)
        request.received_s = started_s
        timings = logs.RequestTimings(request.request_id)
        logs.current.set(timings)
        route: Route | None = None
        try:
            self._guard.strip_client_key(request)
            router = self._main_system_router if request.has_client_key else self._router
            route, request.params = router.find(request.method, request.path)
            request.max_body_bytes = route.max_body_bytes
            response = self._respond(route, request)
        except Problem as problem:
            response = self._render_problem(problem, request, route)
        except ClientGone:
            response = Response(CLIENT_CLOSED, headers={"Content-Type": "text/plain; charset=utf-8"})
        except Exception as error:
            logs.log_event("request_failed", logging.ERROR, error)
            response = self._render_problem(internal_error(), request, route)
        refuse_line_breaks(response.headers)
        headers = {**self._security_headers, **response.headers, "X-Request-Id": request.request_id}
        if response.status != 304:
            headers["Content-Length"] = str(len(response.body))
        self._log_request(request.method, route, response.status, self._clock.monotonic_s() - started_s, timings)
        start_response(STATUS_LINES[response.status], list(headers.items()))
        return [] if request.method == "HEAD" or not response.body else [response.body]

    def _log_request(
        self, method: str, route: Route | None, status: int, duration_s: float, timings: logs.RequestTimings
    ) -> None:
        """Log and count the request by its route pattern, because its path may contain a secret."""
        logs.current.set(None)
        method = method if method in _METHODS else "OTHER"
        pattern = route.pattern if route else "(none)"
        self._metrics.requests.add(method, pattern, str(status))
        self._metrics.durations.observe(duration_s, method, pattern)
        logs.log_event(
            "request",
            request_id=timings.request_id,
            method=method,
            route=pattern,
            status=status,
            ms=duration_s * 1000,
            upstream_ms=sum(timings.upstream_ms, 0.0),
            upstream_calls=len(timings.upstream_ms),
        )

    def _respond(self, route: Route, request: Request) -> Response:
        if route.access.guarded:
            self._guard.authorize(request, route.access, checks_read_only=route.checks_read_only)
        if request.method not in ("GET", "HEAD") or route.access is not Access.PUBLIC:
            request.actor = replace(request.actor, address=self._guard.client_address.of(request))
        acting.set(request.actor)
        handle = partial(self._handle, route, request)
        handle_once = partial(self._idempotency.run, request, handle) if route.accepts_idempotency_key else handle
        return self._lanes.run(route.lane, request, handle_once)

    def _handle(self, route: Route, request: Request) -> Response:
        with self._lanes.slot(route.lane, request):
            response = route.handler(self.service, request)
            return encode_response(response, request) if route.method == "GET" and route.access.guarded else response

    def _render_problem(self, problem: Problem, request: Request, route: Route | None) -> Response:
        """The one place that turns a Problem into a response."""
        if not request.wants_html:
            return problem_response(problem, request.request_id)
        if problem.code == "UNAUTHORIZED" and request.method == "GET" and route is not None:
            return redirect(login_url(request.path, request.query_string), 303)
        page = html_response(self._problem_page(problem, request), problem.status)
        return Response(page.status, page.body, {**page.headers, **_page_headers(problem.headers)})

    def _request_id(self, environ: Environ) -> str:
        """The caller's request id if it is well-formed, so that one id follows a request through several systems."""
        request_id: str | None = environ.get("HTTP_X_REQUEST_ID")
        return request_id if request_id and REQUEST_ID.fullmatch(request_id) else self._new_request_id()


def _page_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Drops WWW-Authenticate, which would make some browsers open their password dialog over the page."""
    return {name: value for name, value in headers.items() if name != "WWW-Authenticate"}
