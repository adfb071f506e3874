"""How the router finds the route of an address."""

from __future__ import annotations

import pytest

from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.web.router import Access, Route, Router


def route(method: str, pattern: str) -> Route:
    return Route(
        method, pattern, "web.router.route_not_found", Access.PUBLIC, "for a test",
        matches_rest=pattern == "/rest/{name}",
    )


ROUTER = Router([
    route("GET", "/"),
    route("GET", "/jobs"),
    route("POST", "/jobs"),
    route("PUT", "/jobs/{job_id}"),
    route("DELETE", "/jobs/{job_id}"),
    route("POST", "/jobs/new"),
    route("GET", "/jobs/{job_id}/steps/{step}"),
    route("GET", "/files/{name}.txt"),
    route("POST", "/rest/{name}/start"),
    route("GET", "/rest/{name}"),
])


@for_each(
    ("method", "path", "pattern", "params"),
    [
        ("GET", "/", "/", {}),
        ("GET", "/jobs", "/jobs", {}),
        ("HEAD", "/jobs", "/jobs", {}),
        ("POST", "/jobs", "/jobs", {}),
        ("PUT", "/jobs/7", "/jobs/{job_id}", {"job_id": "7"}),
        ("POST", "/jobs/new", "/jobs/new", {}),
        ("PUT", "/jobs/\n", "/jobs/{job_id}", {"job_id": "\n"}),
        ("GET", "/jobs/1/steps/interview", "/jobs/{job_id}/steps/{step}", {"job_id": "1", "step": "interview"}),
        ("GET", "/files/a.b.txt", "/files/{name}.txt", {"name": "a.b"}),
        ("POST", "/rest/a/start", "/rest/{name}/start", {"name": "a"}),
        ("GET", "/rest/a/b//\n", "/rest/{name}", {"name": "a/b//\n"}),
    ],
)
def test_an_address_finds_its_route(method: str, path: str, pattern: str, params: dict[str, str]) -> None:
    route, read = ROUTER.find(method, path)
    assert (route.pattern, read) == (pattern, params)


@for_each(
    "path",
    ["", "/job", "/jobs/", "//jobs", "/JOBS", "/jobs/1/steps/", "/jobs/1/2", "/files/.txt", "/files/atxt", "/\n"],
)
def test_an_unknown_address_has_no_route(path: str) -> None:
    with pytest.raises(Problem) as refused:
        ROUTER.find("GET", path)
    assert refused.value.code == "ROUTE_NOT_FOUND"


@for_each(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/jobs", "GET, HEAD, POST"),
        ("HEAD", "/jobs/new", "POST"),
        ("OPTIONS", "/", "GET, HEAD"),
        ("get", "/", "GET, HEAD"),
        ("GET", "/jobs/7", "DELETE, PUT"),
    ],
)
def test_a_wrong_method_is_refused_with_the_allowed_ones(method: str, path: str, allowed: str) -> None:
    with pytest.raises(Problem) as refused:
        ROUTER.find(method, path)
    assert refused.value.code == "METHOD_NOT_ALLOWED"
    assert refused.value.headers == {"Allow": allowed}
    assert refused.value.details == {"allowed": allowed.split(", ")}


def test_conflicting_routes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two routes for GET /a/\{other\}"):
        Router([route("GET", "/a/{one}"), route("GET", "/a/{other}")])
    with pytest.raises(ValueError, match=r"the parameters of /a/\{other\} have other names for another method"):
        Router([route("GET", "/a/{one}"), route("PUT", "/a/{other}")])
