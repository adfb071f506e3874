"""The route table and how an address finds its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..errors import Problem
from .lanes import Lane
from .request import Request
from .response import Response

DEFAULT_BODY_BYTES = 1024 * 1024


class Access(StrEnum):
    """Who may use a route. Every route says so; there is no default."""

    #: Anybody: what the route shows is either no secret or guarded by a secret in the address.
    PUBLIC = "public"
    #: Somebody with the admin token, or anybody on this machine while there is none.
    RECRUITER = "recruiter"
    #: The same, and the main system with the client key.
    MACHINE = "machine"
    #: A sender whose signature the handler verifies.
    SIGNED = "signed"

    @property
    def guarded(self) -> bool:
        """Whether the guard decides who is let in."""
        return self in (Access.RECRUITER, Access.MACHINE)


#: The first argument is whatever the routes are bound to when the router is made.
Handler = Callable[[Any, Request], Response]


@dataclass(frozen=True)
class Route:
    """One row of the route table. `{name}` in the pattern stands for one part of the path.

    `rest`: the last one stands for all that is left of the path, slashes too. More special rows come first. Without a
    lane, a route never waits for anything.
    """

    method: str
    pattern: str
    handler: Handler
    access: Access
    summary: str
    max_body_bytes: int = DEFAULT_BODY_BYTES
    rest: bool = False
    lane: Lane | None = Lane.OWN

    @property
    def keyed(self) -> bool:
        """Whether an Idempotency-Key makes it safe to send the same request twice; others are so without one."""
        return self.method in ("POST", "PATCH") and self.access.guarded


class Router:
    """Finds the route of a request. Raises ValueError when made from a table in which two rows clash."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._exact: dict[str, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Route]]] = []
        by_shape: dict[str, dict[str, Route]] = {}
        for route in routes:
            shape = re.sub(r"\{\w+\}", "{}", route.pattern)
            methods = by_shape.setdefault(shape, {})
            if route.method in methods:
                raise ValueError(f"two routes for {route.method} {route.pattern}")
            if any(each.pattern != route.pattern for each in methods.values()):
                raise ValueError(f"the parameters of {route.pattern} are named otherwise for another method")
            methods[route.method] = route
            if len(methods) > 1:
                continue
            if "{" in route.pattern:
                self._patterns.append((_compile(route), methods))
            else:
                self._exact[route.pattern] = methods

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its path parameters; HEAD is served by GET. Raises `ROUTE_NOT_FOUND`, `METHOD_NOT_ALLOWED`."""
        methods, params = self._methods(path)
        if methods is None:
            raise nowhere()
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

    def _methods(self, path: str) -> tuple[dict[str, Route] | None, dict[str, str]]:
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        for pattern, methods in self._patterns:
            found = pattern.fullmatch(path)
            if found:
                return methods, found.groupdict()
        return None, {}


def nowhere() -> Problem:
    """What an address is answered with that leads nowhere."""
    return Problem("ROUTE_NOT_FOUND", "There is nothing at this address. GET /api lists every route.")


def _compile(route: Route) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", route.pattern)
    part_of_path = [r"[^/]+"] * len(parts)
    if route.rest:
        part_of_path[-2] = r"(?s:.+)"
    return re.compile("".join(
        f"(?P<{part}>{part_of_path[index]})" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    ))
