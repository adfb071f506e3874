"""The WSGI callable: a request walks through routing, the guard, idempotency and its handler, and becomes an answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import Problem
from ..system import logs
from ..system.clock import Clock
from ..system.metrics import Metrics
from .auth import Guard, login_address
from .encoding import encoded
from .idempotency import Idempotency
from .lanes import Lanes
from .request import ClientGone, Environ, Request
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
from .router import DEFAULT_BODY_BYTES, Access, Route, Router

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")

#: Anything else is named alike in log and metrics: whoever makes methods up shall not fill them.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

#: Turns a Problem into a page for a person.
ProblemPage = Callable[[Problem, Request], str]


class Application:
    """The service as a WSGI callable (PEP 3333), bound to what its handlers work on."""

    def __init__(
        self,
        routes: Sequence[Route],
        site: Any,
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
        self._router = Router(routes)
        #: What there is behind the client door.
        self._machine_router = Router([each for each in routes if each.access is Access.MACHINE])
        #: What the handlers work on.
        self.site = site
        self._guard = guard
        self._idempotency = idempotency
        self._lanes = lanes
        self._problem_page = problem_page
        self._clock = clock
        self._metrics = metrics
        self._new_request_id = new_request_id
        #: Begins the work in the background; without it the application only answers.
        self.start = start
        #: Ends it and gives back what the application holds; nothing is answered afterwards.
        self.close = close
        self._security_headers = security_headers(https=guard.https)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began_s = self._clock.monotonic_s()
        request = Request(environ, self._request_id(environ), DEFAULT_BODY_BYTES)
        request.came_at_s = began_s
        tally = logs.RequestTimings(request.request_id)
        logs.current.set(tally)
        route: Route | None = None
        try:
            self._guard.take_key(request)
            router = self._machine_router if request.by_machine else self._router
            route, request.params = router.find(request.method, request.path)
            request.max_body_bytes = route.max_body_bytes
            response = self._answer(route, request)
        except Problem as problem:
            response = self._render(problem, request, route)
        except ClientGone:
            response = Response(CLIENT_CLOSED, headers={"Content-Type": "text/plain; charset=utf-8"})
        except Exception as fault:
            logs.log_event("request_failed", logging.ERROR, fault)
            failure = Problem("INTERNAL_ERROR", "Something went wrong here. The request id finds it in the log.")
            response = self._render(failure, request, route)
        refuse_line_breaks(response.headers)
        headers = {**self._security_headers, **response.headers, "X-Request-Id": request.request_id}
        if response.status != 304:
            headers["Content-Length"] = str(len(response.body))
        self._note(request.method, route, response.status, self._clock.monotonic_s() - began_s, tally)
        start_response(STATUS_LINES[response.status], list(headers.items()))
        return [] if request.method == "HEAD" or not response.body else [response.body]

    def _note(self, method: str, route: Route | None, status: int, took_s: float, tally: logs.RequestTimings) -> None:
        """Write the request's line and count it: by its route, because what stands in a path may be a secret."""
        logs.current.set(None)
        method = method if method in _METHODS else "OTHER"
        pattern = route.pattern if route else "(none)"
        self._metrics.requests.add(method, pattern, str(status))
        self._metrics.durations.observe(took_s, method, pattern)
        logs.log_event(
            "request",
            request_id=tally.request_id,
            method=method,
            route=pattern,
            status=status,
            ms=took_s * 1000,
            upstream_ms=sum(tally.upstream_ms, 0.0),
            upstream_calls=len(tally.upstream_ms),
        )

    def _answer(self, route: Route, request: Request) -> Response:
        if route.access.guarded:
            self._guard.admit(request, route.access)
        work = partial(self._work, route, request)
        once = partial(self._idempotency.run, request, work) if route.keyed else work
        return self._lanes.run(route.lane, request, once)

    def _work(self, route: Route, request: Request) -> Response:
        with self._lanes.place(route.lane, request):
            response = route.handler(self.site, request)
            return encoded(response, request) if route.method == "GET" and route.access.guarded else response

    def _render(self, problem: Problem, request: Request, route: Route | None) -> Response:
        """The one place where a Problem becomes an answer."""
        if not request.wants_html:
            return problem_response(problem, request.request_id)
        if problem.code == "UNAUTHORIZED" and request.method == "GET" and route is not None:
            return redirect(login_address(request.path, request.query_string), 303)
        page = html_response(self._problem_page(problem, request), problem.status)
        return Response(page.status, page.body, {**page.headers, **_page_headers(problem.headers)})

    def _request_id(self, environ: Environ) -> str:
        """The caller's own request id where it is well-formed, so that one id follows a request through systems."""
        given: str | None = environ.get("HTTP_X_REQUEST_ID")
        return given if given and REQUEST_ID.fullmatch(given) else self._new_request_id()


def _page_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """A WWW-Authenticate header would make some browsers open their own password box over the page."""
    return {name: value for name, value in headers.items() if name != "WWW-Authenticate"}
