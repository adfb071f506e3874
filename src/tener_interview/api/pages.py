"""The recruiter's pages: the dashboard, signing in and out, and the page for an error."""

from __future__ import annotations

from html import escape

from ..errors import Problem
from ..web.auth import safe_next
from ..web.request import Request
from ..web.response import Response, html_response, redirect
from .site import Site

#: What an error page is headed with; anything else is "That did not work".
_HEADINGS = {
    "INTERVIEW_LINK_EXPIRED": "This link has run out",
    "INTERVIEW_LINK_REVOKED": "This link was withdrawn",
    "INTERVIEW_TOKEN_INVALID": "This link is not known",
    "SHARE_LINK_EXPIRED": "This shortlist is no longer open",
    "SHARE_LINK_REVOKED": "This shortlist was taken back",
    "SHARE_LINK_INVALID": "This link is not known",
    "ROUTE_NOT_FOUND": "There is nothing here",
    "METHOD_NOT_ALLOWED": "There is nothing here",
    "INTERVIEW_PROVIDER_UNAVAILABLE": "One moment, please",
}


def home(_site: Site, _request: Request) -> Response:
    """GET /"""
    return redirect("/dashboard")


def dashboard(site: Site, request: Request) -> Response:
    """GET /dashboard"""
    return site.files.page("dashboard.html", request)


def static_file(site: Site, request: Request) -> Response:
    """GET /static/{name}"""
    return site.files.serve(request.params["name"], request)


def login_form(site: Site, _request: Request) -> Response:
    """GET /login"""
    if site.guard.open:
        return redirect("/dashboard")
    return html_response(_login_page(site, ""))


def log_in(site: Site, request: Request) -> Response:
    """POST /login: a right token sets the cookie, a wrong one shows the form again."""
    site.guard.refuse_cross_site(request)
    try:
        site.guard.check_token(request.form.get("token", "").strip(), request)
    except Problem as problem:
        return html_response(_login_page(site, problem.error), problem.status).with_headers(**problem.headers)
    return redirect(safe_next(request.query.get("next", "")), 303).with_headers(Set_Cookie=site.guard.sign_in())


def log_out(site: Site, request: Request) -> Response:
    """POST /logout"""
    site.guard.refuse_cross_site(request)
    return redirect("/login", 303).with_headers(Set_Cookie=site.guard.sign_out(request))


def problem_page(site: Site, problem: Problem, request: Request) -> str:
    """The page a person sees in place of an error's JSON."""
    heading = _HEADINGS.get(problem.code, "That did not work")
    text = f"{problem.error} (Request {request.request_id})"
    lang = str(problem.details.get("language") or "en")
    return site.candidate_page(title=heading, heading=heading, text=text, lang=lang)


def _login_page(site: Site, message: str) -> str:
    return site.files.template("login.html").substitute(message=escape(message))
