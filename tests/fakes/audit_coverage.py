"""Records which of the routes that write left an entry in the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any

from tener_interview.__main__ import ROUTES
from tener_interview.errors import Problem
from tener_interview.web.router import router_for

#: The method and the pattern of a route.
RouteName = tuple[str, str]

#: The routes that write and leave no entry, and why.
UNAUDITED: dict[RouteName, str] = {
    ("POST", "/demo/interview/{hash}"): "the pretend Hireflix; scoring the answers is an entry",
    ("POST", "/api/webhooks/hireflix"): "a program's message, which is an event of the session",
    ("POST", "/api/jobs/{job_id}/plan/try"): "stores nothing",
    ("POST", "/api/admin/jobs/{job_id}/candidates/read-list"): "stores nothing",
    ("POST", "/api/jobs/{job_id}/messages/review"): "stores nothing",
    ("POST", "/api/message-templates/preview"): "stores nothing",
    ("POST", "/api/message-templates/test"): "goes to nobody else",
    ("POST", "/api/endpoints/{endpoint_id}/test"): "changes nothing, and tells of nobody",
    ("POST", "/api/admin/positions"): "Hireflix has the position; to use it for a job is an entry",
    ("PUT", "/api/reviews/{session_id}"): "a draft, which counts for nothing; submitting it is an entry",
    ("POST", "/api/reviews/{session_id}/discard"): "likewise",
    ("POST", "/api/account/one-time-codes"): "offers a secret; codes are asked for once it is confirmed, an entry",
    ("PUT", "/api/account/digest"): "when somebody wants an e-mail is nobody's business",
    ("POST", "/api/notifications/seen"): "what one person has looked at is nobody's business",
}

WRITING: frozenset[RouteName] = frozenset((route.method, route.pattern) for route in ROUTES if route.method != "GET")

#: What the request that this thread works for has added to the log.
_added: ContextVar[list[str] | None] = ContextVar("added", default=None)


class AuditCoverage:
    """Records which of the routes that write have succeeded in this process, and with which of them the log grew."""

    def __init__(self, succeeded: Iterable[RouteName] = (), audited: Iterable[RouteName] = ()) -> None:
        self.succeeded = set(succeeded)
        self.audited = set(audited)

    def watch(self, application: type[Any], log: type[Any]) -> None:
        """Record from now on the responses of applications of a class, and the entries of logs of a class."""
        application.__call__ = self._watched(application.__call__)
        log.write_pending = _noted(log.write_pending)

    def faults(self) -> list[str]:
        """Return what is wrong, provided that every test has run."""
        return [
            *(f"{_text(route)} never succeeded in a test" for route in sorted(WRITING - self.succeeded)),
            *(
                f"{_text(route)} never left an entry in the audit log"
                for route in sorted((WRITING & self.succeeded) - self.audited - set(UNAUDITED))
            ),
            *(
                f"{_text(route)} is excused, and left an entry in the audit log"
                for route in sorted(set(UNAUDITED) & self.audited)
            ),
        ]

    def _watched(self, call: Any) -> Any:
        @wraps(call)
        def watched(application: Any, environ: dict[str, Any], start_response: Any) -> Any:
            if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
                return call(application, environ, start_response)
            statuses: list[int] = []

            def started(status: str, *more: Any) -> Any:
                statuses.append(int(status[:3]))
                return start_response(status, *more)

            entries: list[str] = []
            token = _added.set(entries)
            try:
                chunks = call(application, environ, started)
            finally:
                _added.reset(token)
            if statuses[0] < 400:
                self._record(environ["REQUEST_METHOD"], environ["PATH_INFO"], entries)
            return chunks

        return watched

    def _record(self, method: str, path: str, entries: list[str]) -> None:
        # Behind the client key an address is another one; these routes are asked without it as well.
        with suppress(Problem):
            route, _ = router_for(ROUTES).find(method, path)
            self.succeeded.add((route.method, route.pattern))
            if entries:
                self.audited.add((route.method, route.pattern))


def _noted(write_pending: Any) -> Any:
    @wraps(write_pending)
    def noted(log: Any) -> None:
        before = log.written
        write_pending(log)
        entries = _added.get()
        if entries is not None and log.written is not before:
            entries.append("written")

    return noted


def _text(route: RouteName) -> str:
    return " ".join(route)
