"""The route table, and finding the route of a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from ..actor import Role
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..lazy_import import load
from .lanes import Lane
from .request import Request
from .response import Response

DEFAULT_BODY_BYTES = 1024 * 1024

class Access(StrEnum):
    """Who may use a route. Every route states it; there is no default."""

    #: Anybody: the route shows no secret, or its address contains one.
    PUBLIC = "public"
    #: Admins.
    ADMIN = "admin"
    #: Recruiters and admins: with the admin token, or anybody on this computer if there is none.
    RECRUITER = "recruiter"
    #: Reviewers, recruiters and admins. The handler shows a reviewer only what belongs to assigned jobs.
    REVIEWER = "reviewer"
    #: Recruiters, admins, and the main system with the client key.
    MAIN_SYSTEM = "machine"
    #: Senders whose signature the handler verifies.
    SIGNED = "signed"

    @property
    def guarded(self) -> bool:
        """Whether the route needs sign-in, the admin token or the client key."""
        return self in ROLES

    def admits(self, role: Role | None) -> bool:
        """Whether the role may use the route."""
        return role in ROLES.get(self, ())


#: Who may use guarded routes.
ROLES: dict[Access, tuple[Role, ...]] = {
    Access.ADMIN: (Role.ADMIN,),
    Access.RECRUITER: (Role.ADMIN, Role.RECRUITER),
    Access.REVIEWER: (Role.ADMIN, Role.RECRUITER, Role.REVIEWER),
    Access.MAIN_SYSTEM: (Role.ADMIN, Role.RECRUITER, Role.MAIN_SYSTEM),
}


#: The first argument is the object that the application binds its routes to.
Handler = Callable[[Any, Request], Response]


@dataclass(frozen=True, eq=False)
class Route:
    """One row of the route table, equal only to itself. `{name}` in the pattern matches one path segment.

    With `matches_rest` the last one matches the rest of the path, with slashes. Put specific rows first. A route
    without a lane never waits for anything. `handler_name` is the handler's dotted name inside the package of the
    service, such as `api.pages.home`: its module is imported for the first request, not at the start.
    """

    method: str
    pattern: str
    handler_name: str
    access: Access
    summary: str
    max_body_bytes: int = DEFAULT_BODY_BYTES
    matches_rest: bool = False
    lane: Lane | None = Lane.DATABASE
    #: An Idempotency-Key has no effect: nothing of the request or its response is stored, such as a new secret.
    ignores_idempotency_key: bool = False
    #: The handler itself refuses writes with a read-only token, so the guard lets such tokens pass.
    checks_read_only: bool = False

    @cached_property
    def handler(self) -> Handler:
        """The handler, imported when it is first asked for. Raises ImportError and AttributeError for a wrong name."""
        handler: Handler = load(self.handler_name)
        return handler

    @property
    def accepts_idempotency_key(self) -> bool:
        """Whether an Idempotency-Key makes it safe to repeat a request; other methods are idempotent by themselves."""
        return self.method in ("POST", "PATCH") and self.access.guarded and not self.ignores_idempotency_key


class Router:
    """Finds the route of a request. Raises ValueError if two rows of the table conflict."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._exact: dict[str, dict[str, Route]] = {}
        self._patterns: list[_Pattern] = []
        by_pattern: dict[str, dict[str, Route]] = {}
        for route in routes:
            normalized = re.sub(r"\{\w+\}", "{}", route.pattern)
            methods = by_pattern.setdefault(normalized, {})
            if route.method in methods:
                raise ValueError(f"two routes for {route.method} {route.pattern}")
            if any(other.pattern != route.pattern for other in methods.values()):
                raise ValueError(f"the parameters of {route.pattern} have other names for another method")
            methods[route.method] = route
            if len(methods) > 1:
                continue
            if "{" in route.pattern:
                self._patterns.append(_Pattern(route, methods))
            else:
                self._exact[route.pattern] = methods

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its path parameters; GET routes serve HEAD. Raises `ROUTE_NOT_FOUND`, `METHOD_NOT_ALLOWED`."""
        methods, params = self._find_methods(path)
        if methods is None:
            raise route_not_found()
        route = methods.get("GET" if method == "HEAD" else method)
        if route is None:
            allowed = sorted({*methods, *(["HEAD"] if "GET" in methods else [])})
            raise Problem(
                "METHOD_NOT_ALLOWED",
                f"This address answers {', '.join(allowed)} only.",
                {"allowed": allowed},
                headers={"Allow": ", ".join(allowed)},
            )
        return route, params

    def _find_methods(self, path: str) -> tuple[dict[str, Route] | None, dict[str, str]]:
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        for pattern in self._patterns:
            if path.startswith(pattern.prefix) and (match := pattern.regex.fullmatch(path)):
                return pattern.methods, match.groupdict()
        return None, {}


@lru_cache(maxsize=8)
def router_for(routes: tuple[Route, ...]) -> Router:
    """The router of a table, made once for all applications in this process."""
    return Router(routes)


def route_not_found() -> Problem:
    """The error for an address without a route."""
    return Problem("ROUTE_NOT_FOUND", "There is nothing at this address. GET /api lists every route.")


class _Pattern:
    """A pattern with parameters, and its routes by method. The regex is compiled for the first path with its prefix."""

    def __init__(self, route: Route, methods: dict[str, Route]) -> None:
        self.prefix = route.pattern.partition("{")[0]
        self.methods = methods
        self._route = route

    @cached_property
    def regex(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", self._route.pattern)
        patterns = [r"[^/]+"] * len(parts)
        if self._route.matches_rest:
            patterns[-2] = r"(?s:.+)"
        return re.compile("".join(
            f"(?P<{part}>{patterns[index]})" if index % 2 else re.escape(part) for index, part in enumerate(parts)
        ))
