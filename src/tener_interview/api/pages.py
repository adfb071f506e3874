"""The recruiter's pages: the dashboard, signing in and out, and the page for an error."""

from __future__ import annotations

from html import escape

from ..errors import Problem
from ..web.auth import COOKIE_TTL_S, safe_redirect_path
from ..web.request import Request
from ..web.response import Response, html_response, redirect
from .candidate_texts import texts_for
from .site import Site

#: What a page of the recruiter's or of a shortlist is headed with; anything else is "Something went wrong".
_HEADINGS = {
    "SHARE_LINK_EXPIRED": "This shortlist has expired",
    "SHARE_LINK_REVOKED": "This shortlist is no longer shared",
    "SHARE_LINK_INVALID": "This link is not valid",
    "ROUTE_NOT_FOUND": "Page not found",
    "METHOD_NOT_ALLOWED": "Page not found",
}
#: Addresses that candidates come to, and what they are told there: a pair of texts, and whom to ask for what.
_CANDIDATE_PATHS = ("/i/", "/demo/interview/")
_CANDIDATE_TEXTS = {
    "INTERVIEW_LINK_EXPIRED": ("expired", "ask_for_link"),
    "INTERVIEW_LINK_REVOKED": ("revoked", "ask_for_link"),
    "INTERVIEW_TOKEN_INVALID": ("unknown", "ask_for_help"),
    "INTERVIEW_PROVIDER_UNAVAILABLE": ("preparing", "ask_for_help"),
    "ROUTE_NOT_FOUND": ("nothing", "ask_for_help"),
    "METHOD_NOT_ALLOWED": ("nothing", "ask_for_help"),
}
#: What to do about a token that was not taken.
_TOKEN_ADVICE = {"UNAUTHORIZED": "Check that you copied all of it, without spaces."}
_DEFAULT_TEXTS = ("trouble", "ask_for_help")


def home(_site: Site, _request: Request) -> Response:
    """GET /"""
    return redirect("/dashboard")


def dashboard(site: Site, request: Request) -> Response:
    """GET /dashboard, with what is known of the service from the first: a banner coming later would move the page."""
    return site.files.page("dashboard.html", request, {
        "demo": site.provider.name == "demo",
        "demo_data": site.source.kind == "demo",
        "open": site.guard.is_open,
        "logout": not site.guard.is_open,
    }, {"rules": site.page_rules["dashboard"]})


def static_file(site: Site, request: Request) -> Response:
    """GET /static/{path}"""
    return site.files.serve(request.params["path"], request)


def login_form(site: Site, request: Request) -> Response:
    """GET /login; whoever was signed in before learns why she is asked again, and who still is goes on."""
    if site.guard.is_open or site.guard.signed_in(request):
        return redirect(safe_redirect_path(request.query.get("next", "")))
    ended = "You have been signed out. Sign in again to continue where you were."
    return _login_page(site, ended if site.guard.has_expired_login(request) else "", kind="message info")


def log_in(site: Site, request: Request) -> Response:
    """POST /login: a right token sets the cookie, a wrong one shows the form again."""
    site.guard.refuse_cross_site(request)
    try:
        site.guard.check_admin_token(request.form.get("token", "").strip(), request)
    except Problem as problem:
        said = f"{problem.error} {_TOKEN_ADVICE.get(problem.code, '')}".strip()
        return _login_page(site, said, problem.status).with_headers(**problem.headers)
    return redirect(safe_redirect_path(request.query.get("next", "")), 303).with_headers(
        Set_Cookie=site.guard.sign_in(request)
    )


def log_out(site: Site, request: Request) -> Response:
    """POST /logout"""
    site.guard.refuse_cross_site(request)
    return redirect("/login", 303).with_headers(Set_Cookie=site.guard.sign_out(request))


def problem_page(site: Site, problem: Problem, request: Request) -> str:
    """The page a person sees in place of an error's JSON."""
    if request.path.startswith(_CANDIDATE_PATHS):
        return _candidate_page(site, problem, request)
    heading = _HEADINGS.get(problem.code, "Something went wrong")
    return site.short_page(heading=heading, text=problem.error, reference=f"Request id: {request.request_id}")


def _candidate_page(site: Site, problem: Problem, request: Request) -> str:
    """In the session's language, where the session is known."""
    texts = texts_for(request, problem.details.get("language"))
    told, ask = _CANDIDATE_TEXTS.get(problem.code, _DEFAULT_TEXTS)
    return site.short_page(
        heading=texts[f"{told}_heading"],
        text=texts[f"{told}_text"],
        lang=texts.lang,
        advice=f"{texts[ask]} {texts['landing_ask']}: {site.contact}." if site.contact else texts[ask],
        reference=f"{texts['reference']}: {request.request_id}",
    )


def _login_page(site: Site, message: str, status: int = 200, kind: str = "message") -> Response:
    told = kind != "message"
    page = site.files.template("login.html").substitute(
        message=escape(message), kind=kind, role="status" if told else "alert", hours=COOKIE_TTL_S // 3600,
        invalid="" if told else ' aria-invalid="true"',
    )
    return html_response(page, status)
