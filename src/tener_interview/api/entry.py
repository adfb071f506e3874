"""What a candidate's link answers: the way to the interview, or a page that says why not."""

from __future__ import annotations

import re

from ..interviews.links import look_up, open_link
from ..web.request import Request
from ..web.response import Response, html_response, redirect
from .site import Site

#: Programs that fetch a link to show a preview of it, by the names they give themselves. Mind the slash after
#: WhatsApp and the full names elsewhere: the browsers inside these companies' apps belong to candidates.
_PREVIEW_ROBOTS = re.compile(
    r"LinkedInBot|Slackbot|Slack-ImgProxy|WhatsApp/|TelegramBot|facebookexternalhit|facebookcatalog|Facebot|"
    r"meta-external|Twitterbot|Discordbot|SkypeUriPreview|Googlebot|bingbot|Applebot|Viber/|redditbot|Embedly|"
    r"Iframely|vkShare|Mattermost-Bot|ZoomBot|GoogleOther|DuckDuckBot|YandexBot",
    re.IGNORECASE,
)


def enter(site: Site, request: Request) -> Response:
    """GET /i/{token}: a person is led to the interview; a preview changes nothing."""
    if request.method == "HEAD" or _is_preview(request):
        look_up(site, request.params["token"])
        return html_response(_preview(site))
    return redirect(open_link(site, request.params["token"]).candidate_url)


def _preview(site: Site) -> str:
    return site.candidate_page(
        title="Your video interview",
        heading="Your video interview",
        text="A personal link to a one-way video interview. Open it when you are ready to begin.",
    )


def _is_preview(request: Request) -> bool:
    purpose = f"{request.header('Sec-Purpose') or ''} {request.header('Purpose') or ''}".lower()
    return "prefetch" in purpose or bool(_PREVIEW_ROBOTS.search(request.header("User-Agent") or ""))
