"""The recruiter's pages: dashboard and error page."""

from __future__ import annotations

from ..actor import Role
from ..errors import Problem
from ..web.request import Request
from ..web.response import Response, redirect
from .candidate_texts import texts_for
from .site import Site

#: Headings of error pages, except those for candidates; the default is "Something went wrong".
_HEADINGS = {
    "SHARE_LINK_EXPIRED": "This shortlist has expired",
    "SHARE_LINK_REVOKED": "This shortlist is no longer shared",
    "SHARE_LINK_INVALID": "This link is not valid",
    "USER_LINK_INVALID": "This link no longer works",
    "FORBIDDEN": "This page is not for your role",
    "ROUTE_NOT_FOUND": "Page not found",
    "METHOD_NOT_ALLOWED": "Page not found",
}
#: Paths of the candidates' pages. Their error texts: a heading with its text, and whom to ask.
_CANDIDATE_PATHS = ("/i/", "/demo/interview/")
_CANDIDATE_TEXTS = {
    "INTERVIEW_LINK_EXPIRED": ("expired", "ask_for_link"),
    "INTERVIEW_LINK_REVOKED": ("revoked", "ask_for_link"),
    "INTERVIEW_TOKEN_INVALID": ("unknown", "ask_for_help"),
    "INTERVIEW_PROVIDER_UNAVAILABLE": ("preparing", "ask_for_help"),
    "ROUTE_NOT_FOUND": ("nothing", "ask_for_help"),
    "METHOD_NOT_ALLOWED": ("nothing", "ask_for_help"),
}
_DEFAULT_TEXTS = ("trouble", "ask_for_help")


def home(_site: Site, _request: Request) -> Response:
    """GET /"""
    return redirect("/dashboard")


def dashboard(site: Site, request: Request) -> Response:
    """GET /dashboard, with the banners already in it, because one that appears later would move the page."""
    if request.actor.role is Role.REVIEWER:
        return redirect("/reviews")
    return site.files.page("dashboard.html", request, {
        "demo": site.provider.name == "demo",
        "demo_data": site.source.kind == "demo",
        "open": site.guard.is_open,
        "logout": not site.guard.is_open or request.login is not None,
        "users": request.actor.role is Role.ADMIN,
    }, {"rules": site.page_rules["dashboard"]})


def agreement(site: Site, request: Request) -> Response:
    """GET /agreement and GET /jobs/{job_id}/agreement; the script knows from the address which."""
    return _desk_page(site, request, "agreement.html")


def fairness(site: Site, request: Request) -> Response:
    """GET /jobs/{job_id}/fairness"""
    return _desk_page(site, request, "fairness.html")


def _desk_page(site: Site, request: Request, name: str) -> Response:
    """Return a page of its own beside the dashboard."""
    visible = {"demo": site.provider.name == "demo", "logout": not site.guard.is_open}
    return site.files.page(name, request, visible, {"rules": site.page_rules["dashboard"]})


def static_file(site: Site, request: Request) -> Response:
    """GET /static/{path}"""
    return site.files.serve(request.params["path"], request)


def problem_page(site: Site, problem: Problem, request: Request) -> str:
    """Return the page that browsers get instead of an error's JSON."""
    if request.path.startswith(_CANDIDATE_PATHS):
        return _candidate_page(site, problem, request)
    heading = _HEADINGS.get(problem.code, "Something went wrong")
    return site.short_page(heading=heading, text=problem.error, reference=f"Request id: {request.request_id}")


def _candidate_page(site: Site, problem: Problem, request: Request) -> str:
    """Return a candidate's error page, in the session's language if the session is known."""
    texts = texts_for(request, problem.details.get("language"))
    topic, advice = _CANDIDATE_TEXTS.get(problem.code, _DEFAULT_TEXTS)
    return site.short_page(
        heading=texts[f"{topic}_heading"],
        text=texts[f"{topic}_text"],
        lang=texts.lang,
        advice=f"{texts[advice]} {texts['landing_ask']}: {site.contact}." if site.contact else texts[advice],
        reference=f"{texts['reference']}: {request.request_id}",
    )
