"""What a candidate's link answers: the way to the interview, or a page that says why not."""

from __future__ import annotations

from ..interviews.links import look_up, open_link
from ..web.request import Request
from ..web.response import Response, html_response, redirect
from ..web.robots import is_preview
from .site import Site


def enter(site: Site, request: Request) -> Response:
    """GET /i/{token}: a person is led to the interview; a preview changes nothing."""
    if is_preview(request):
        look_up(site, request.params["token"])
        return html_response(_preview(site))
    return redirect(open_link(site, request.params["token"]).candidate_url)


def _preview(site: Site) -> str:
    return site.candidate_page(
        title="Your video interview",
        heading="Your video interview",
        text="A personal link to a one-way video interview. Open it when you are ready to begin.",
    )
