"""The pages of reviewers: their work list, and one interview to watch, read and rate."""

from __future__ import annotations

from ..domain.reviews.reviewing import require_reviewable
from ..domain.sessions.videos import video_origins
from ..errors import Problem
from ..web.request import Request
from ..web.response import Response, policy_with_media
from ..web.router import Access
from .site import Site


def show_work_list(site: Site, request: Request) -> Response:
    """GET /reviews"""
    return site.files.page("reviews.html", request, _visibility(site, request), {"rules": site.page_rules["reviews"]})


def show_review(site: Site, request: Request) -> Response:
    """GET /reviews/{session_id}: the one page that plays videos, from where those of this interview are."""
    origins = _video_origins(site, request)
    page = site.files.page("review.html", request, _visibility(site, request), {"rules": site.page_rules["reviews"]})
    return page.with_headers(Content_Security_Policy=policy_with_media(origins))


def _video_origins(site: Site, request: Request) -> list[str]:
    """Where the videos are; nowhere for an interview that the page will say is not there."""
    try:
        with site.store.read() as tx:
            return video_origins(require_reviewable(tx, request.actor, request.params["session_id"]))
    except Problem:
        return []


def _visibility(site: Site, request: Request) -> dict[str, bool]:
    return {
        "demo": site.provider.name == "demo",
        "dashboard": Access.RECRUITER.admits(request.actor.role),
        "logout": not site.guard.is_open,
    }
