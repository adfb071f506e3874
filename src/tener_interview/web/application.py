"""The WSGI callable: a request walks through routing, the guard, idempotency and its handler, and becomes an answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..errors import Problem
from .auth import Guard, login_address
from .headers import refuse_line_breaks, security_headers
from .idempotency import Idempotency
from .request import Environ, Request
from .response import Response, html_response, problem_response, redirect
from .router import DEFAULT_BODY_BYTES, Access, Route, Router

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

log = logging.getLogger("tener_interview")

#: Turns a Problem into a page for a person.
ProblemPage = Callable[[Problem, Request], str]


class Application:
    """The service as a WSGI callable (PEP 3333), bound to what its handlers work on."""

    def __init__(
        self,
        router: Router,
        site: Any,
        guard: Guard,
        idempotency: Idempotency,
        problem_page: ProblemPage,
        clock: Clock,
        new_request_id: Callable[[], str],
        start: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        self._router = router
        self._site = site
        self._guard = guard
        self._idempotency = idempotency
        self._problem_page = problem_page
        self._clock = clock
        self._new_request_id = new_request_id
        #: Begins the work in the background; without it the application only answers.
        self.start = start
        #: Ends it and gives back what the application holds; nothing is answered afterwards.
        self.close = close
        self._security_headers = security_headers(https=guard.https)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began_s = self._clock.monotonic_s()
        request = Request(environ, self._request_id(environ), DEFAULT_BODY_BYTES)
        route: Route | None = None
        try:
            route, params = self._router.find(request.method, request.path)
            request = Request(environ, request.request_id, route.max_body_bytes)
            request.params = params
            response = self._answer(route, request)
        except Problem as problem:
            response = self._render(problem, request, route)
        except Exception:
            log.exception("request %s failed", request.request_id)
            failure = Problem("INTERNAL_ERROR", "Something went wrong here. The request id finds it in the log.")
            response = self._render(failure, request, route)
        headers = {**self._security_headers, **response.headers, "X-Request-Id": request.request_id}
        refuse_line_breaks(headers)
        if response.status != 304:
            headers["Content-Length"] = str(len(response.body))
        elapsed_ms = (self._clock.monotonic_s() - began_s) * 1000
        shown = re.sub(r"\{\w+\}", "…", route.pattern) if route else "(no route)"
        log.info("%s %s %d %.1f ms %s", request.method, shown, response.status, elapsed_ms, request.request_id)
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", list(headers.items()))
        return [] if request.method == "HEAD" or not response.body else [response.body]

    def _answer(self, route: Route, request: Request) -> Response:
        if route.access is Access.RECRUITER:
            self._guard.admit(request)
        work = partial(route.handler, self._site, request)
        if route.method == "POST" and route.access is Access.RECRUITER:
            return self._idempotency.run(request, work)
        return work()

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
        given: str = environ.get("HTTP_X_REQUEST_ID", "")
        return given if re.fullmatch(r"[A-Za-z0-9_.-]{8,64}", given) else self._new_request_id()


def _page_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """A WWW-Authenticate header would make some browsers open their own password box over the page."""
    return {name: value for name, value in headers.items() if name != "WWW-Authenticate"}
