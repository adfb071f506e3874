"""The recruiter's pages: dashboard, shared shortlist and error page."""

from __future__ import annotations

from html import escape

from ..actor import Role
from ..domain.sharing import shares
from ..errors import Problem
from ..web.request import Request
from ..web.response import POLICY_WITH_FRAMES, Response, html_response, redirect
from ..web.robots import is_preview
from .candidate_texts import texts_for
from .desk_pages import desk_page, may_use_desk, visible_parts
from .desk_texts import DESK_TEXTS
from .page_constants import page_constants
from .preloaded_responses import preloaded_responses
from .shares import shared_title
from .web_service import WebService

_LOST = "Page not found"
_SIGNED_OUT = "Please sign in again"
#: Headings of error pages, except those for candidates; the default is "Something went wrong".
_HEADINGS = {
    "SHARE_LINK_EXPIRED": "This shortlist has expired",
    "SHARE_LINK_REVOKED": "This shortlist is no longer shared",
    "SHARE_LINK_INVALID": "This link is not valid",
    "USER_LINK_INVALID": "This link no longer works",
    "FORBIDDEN": "This page is not for your role",
    "UNAUTHORIZED": _SIGNED_OUT,
    "ROUTE_NOT_FOUND": _LOST,
    "METHOD_NOT_ALLOWED": _LOST,
}
_NO_PAGE = "The address may be mistyped, or what was here has been moved or erased. Nothing was changed."
#: The message about a form that was sent after its sender had been signed out.
_NOT_SAVED = (
    "You have been signed out, so nothing was saved. Sign in in a new tab; then go back here and save again: your"
    " browser keeps what you entered."
)
#: Paths of the candidates' pages. Their error texts: a heading with its text, and whom to ask.
_CANDIDATE_PATHS = ("/i/", "/o/", "/demo/interview/")
#: Paths of pages whose readers have no account.
_OPEN_PATHS = ("/s/", "/candidates/")
_CANDIDATE_TEXTS = {
    "INTERVIEW_LINK_EXPIRED": ("expired", "ask_for_link"),
    "INTERVIEW_LINK_REVOKED": ("revoked", "ask_for_link"),
    "INTERVIEW_TOKEN_INVALID": ("unknown", "ask_for_help"),
    "OPT_OUT_LINK_INVALID": ("unknown", "ask_for_help"),
    "INTERVIEW_PROVIDER_UNAVAILABLE": ("preparing", "ask_for_help"),
    "ROUTE_NOT_FOUND": ("nothing", "ask_for_help"),
    "METHOD_NOT_ALLOWED": ("nothing", "ask_for_help"),
}
_DEFAULT_TEXTS = ("trouble", "ask_for_help")


def home(_service: WebService, _request: Request) -> Response:
    """GET /"""
    return redirect("/dashboard")


def dashboard(service: WebService, request: Request) -> Response:
    """GET /dashboard, with the banners already in it, because one that appears later would move the page, and with what
    its scripts ask for first."""
    if request.actor.role is Role.REVIEWER:
        return redirect("/reviews")
    page = service.files.uncached_page("dashboard.html", request, visible_parts(service, request), {
        "constants": page_constants("dashboard", request), "preloaded_responses": preloaded_responses(service, request),
    })
    # The video of an answer plays in a frame.
    return page.with_headers(Content_Security_Policy=POLICY_WITH_FRAMES)


def agreement(service: WebService, request: Request) -> Response:
    """GET /agreement and GET /jobs/{job_id}/agreement; the script knows from the address which."""
    return desk_page(service, request, "agreement.html")


def fairness(service: WebService, request: Request) -> Response:
    """GET /jobs/{job_id}/fairness"""
    return desk_page(service, request, "fairness.html")


def show_shortlist(service: WebService, request: Request) -> Response:
    """GET /s/{token}: the page of a shared shortlist. Link previews do not count as opening it.

    A link with characters added to it is redirected to the clean link.
    """
    pasted = request.params["token"]
    token, _ = service.share_links.verify_pasted(pasted)
    if token != pasted:
        return redirect(f"/s/{token}")
    open_or_find = shares.find_share if is_preview(request) else shares.open_share
    share = open_or_find(service, token)
    company = service.company_of(share.job_id)
    return html_response(service.files.template("shortlist.html", DESK_TEXTS.choose(request)).substitute(
        title=escape(shared_title(service, share), quote=True),
        brand=escape(company or "Tener Interview", quote=True),
        site_name=service.site_name_tag(company),
        constants=page_constants("shortlist", request),
    ))


def static_file(service: WebService, request: Request) -> Response:
    """GET /static/{path}"""
    return service.files.serve(request.params["path"], request)


def problem_page(service: WebService, problem: Problem, request: Request) -> str:
    """Return the page that browsers get instead of an error's JSON."""
    if request.path.startswith(_CANDIDATE_PATHS):
        return _candidate_page(service, problem, request)
    language = DESK_TEXTS.choose(request)
    heading = _HEADINGS.get(problem.code, "Something went wrong")
    english = {_LOST: _NO_PAGE, _SIGNED_OUT: _NOT_SAVED}.get(heading, problem.error)
    text = DESK_TEXTS.translate_api_sentence(english, language) or english
    is_for_users = not request.path.startswith(_OPEN_PATHS)
    if is_for_users and may_use_desk(service, request):
        return service.files.template("error.html", language).substitute(
            heading=escape(DESK_TEXTS.translate(heading, language)), text=escape(text),
            reference=escape(request.request_id),
        )
    return service.short_page(
        heading=DESK_TEXTS.translate(heading, language), text=text, lang=language,
        reference=f"{DESK_TEXTS.translate('Request ID', language)}: {request.request_id}",
        link=_error_page_link(heading, language) if is_for_users else None,
    )


def _error_page_link(heading: str, language: str) -> tuple[str, str]:
    """The address and the text of the link on an error page."""
    if heading == _SIGNED_OUT:
        return "/login", DESK_TEXTS.translate("Sign In", language)
    return "/dashboard", DESK_TEXTS.translate("Go to the Dashboard", language)


def _candidate_page(service: WebService, problem: Problem, request: Request) -> str:
    """Return a candidate's error page, in the session's language if the session is known."""
    texts = texts_for(request, problem.details.get("language"))
    topic, advice = _CANDIDATE_TEXTS.get(problem.code, _DEFAULT_TEXTS)
    return service.short_page(
        heading=texts[f"{topic}_heading"],
        text=texts[f"{topic}_text"],
        lang=texts.lang,
        advice=texts[advice],
        ask=texts["landing_ask"],
        reference=f"{texts['reference']}: {request.request_id}",
    )
