"""What a candidate's link answers: the way to the interview, or a page that says why not."""

from __future__ import annotations

from ..domain.sessions.links import begin, look_up, open_link, visit
from ..store.sqlite.sessions import Session
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, html_response, json_response, redirect
from ..web.robots import is_preview
from .answers import FinishedJson
from .landing import landing_page
from .site import Site
from .texts import texts_for

OF_A_LINK = (
    "INTERVIEW_TOKEN_INVALID", "INTERVIEW_LINK_EXPIRED", "INTERVIEW_LINK_REVOKED", "STORE_UNAVAILABLE",
    "INTERVIEW_PROVIDER_UNAVAILABLE",
)


@contract(statuses=(302, 200), media=("text/html",), raises=OF_A_LINK)
def enter(site: Site, request: Request) -> Response | Json[FinishedJson]:
    """GET /i/{token}: a person is led to the interview; a preview changes nothing.

    302 to the interview. What mail and chat put around or into a link is passed over; an altered one is not known.
    Link-preview robots, scanners of mail and HEAD get a small page and change nothing. Who has finished is told so,
    with 200. Where the browser asks for HTML, an error is a page, too. With `TENER_INTERVIEW_LANDING_PAGE`, a page
    about the interview comes first, with 200, and leaves the session as it is.
    """
    pasted = request.params["token"]
    if is_preview(request):
        return html_response(_preview(site, request, look_up(site, pasted).session))
    link = (visit if site.landing_page else open_link)(site, pasted)
    if link.candidate_url is None:
        return _finished(site, request, link.session)
    return landing_page(site, request, link) if site.landing_page else redirect(link.candidate_url)


@contract(statuses=(302, 200), media=("text/html",), raises=OF_A_LINK)
def enter_again(site: Site, request: Request) -> Response | Json[FinishedJson]:
    """GET /i/{token}/start: the same as the link, for whoever copied or reloaded where its button led."""
    return enter(site, request)


@contract(statuses=(303, 200), media=("text/html",), raises=OF_A_LINK)
def begin_interview(site: Site, request: Request) -> Response | Json[FinishedJson]:
    """POST /i/{token}/start: what the button of the landing page does.

    303 to the interview, which is in progress from then on. A scanner that presses the button changes nothing.
    """
    pasted = request.params["token"]
    if is_preview(request):
        return html_response(_preview(site, request, look_up(site, pasted).session))
    link = begin(site, pasted)
    return _finished(site, request, link.session) if link.candidate_url is None else redirect(link.candidate_url, 303)


def _finished(site: Site, request: Request, session: Session) -> Response | Json[FinishedJson]:
    """The interview is over: there is nothing to be led to, and nothing is wrong."""
    texts = texts_for(request, session.language)
    if not request.wants_html:
        return json_response({"finished": True, "message": f"{texts['finished_heading']}. {texts['finished_text']}"})
    return html_response(site.short_page(
        heading=texts["finished_heading"], text=texts["finished_text"], lang=texts.lang,
        company=site.company_of(session.job_id),
    ))


def _preview(site: Site, request: Request, session: Session) -> str:
    """What a chat shows of the link: the job and who hires, never the candidate."""
    texts = texts_for(request, session.language)
    job = site.titles.of(session.job_id)
    heading = texts.filled("preview_title_for", job=job) if job else texts["preview_title"]
    return site.short_page(
        heading=heading, text=texts["preview_text"], lang=texts.lang, company=site.company_of(session.job_id)
    )
