"""What a candidate's link answers: the way to the interview, or a page that says why not."""

from __future__ import annotations

from ..interviews.links import look_up, open_link
from ..store.sessions import Session
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Response, html_response, redirect
from ..web.robots import is_preview
from .site import Site
from .texts import texts_for


@contract(statuses=(302, 200), media=("text/html",),
          raises=("INTERVIEW_TOKEN_INVALID", "INTERVIEW_LINK_EXPIRED", "INTERVIEW_LINK_REVOKED", "STORE_UNAVAILABLE",
                  "INTERVIEW_PROVIDER_UNAVAILABLE"))
def enter(site: Site, request: Request) -> Response:
    """GET /i/{token}: a person is led to the interview; a preview changes nothing.

    302 to the interview. Link-preview robots and HEAD get a small page and change nothing. Where the browser asks for
    HTML, an error is a page, too.
    """
    if is_preview(request):
        return html_response(_preview(site, request, look_up(site, request.params["token"]).session))
    return redirect(open_link(site, request.params["token"]).candidate_url)


def _preview(site: Site, request: Request, session: Session) -> str:
    """What a chat shows of the link: the job and who hires, never the candidate."""
    texts = texts_for(request, session.language)
    job = site.titles.of(session.job_id)
    heading = texts.filled("preview_title_for", job=job) if job else texts["preview_title"]
    company = site.company_of(session.job_id)
    return site.short_page(heading=heading, text=texts["preview_text"], lang=texts.lang, company=company)
