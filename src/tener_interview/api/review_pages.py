"""The pages of reviewers: their work list, and one interview to watch, read and rate."""

from __future__ import annotations

from ..domain.reviews.reviewing import require_reviewable
from ..domain.sessions.videos import video_origins
from ..errors import Problem
from ..web.request import Request
from ..web.response import Response, policy_in_frame, policy_with_media
from .desk_pages import desk_page
from .web_service import WebService


def show_work_list(service: WebService, request: Request) -> Response:
    """GET /reviews"""
    return desk_page(service, request, "reviews.html", "reviews")


def show_review(service: WebService, request: Request) -> Response:
    """GET /reviews/{session_id}: it plays videos, from where those of this interview are."""
    origins = _video_origins(service, request)
    page = desk_page(service, request, "review.html", "reviews")
    return page.with_headers(Content_Security_Policy=policy_with_media(origins))


def show_player(service: WebService, request: Request) -> Response:
    """GET /reviews/{session_id}/player: an empty page, in a frame of the scorecard, whose video the scorecard sets.

    So the dashboard itself, which shows many interviews, may load media from nowhere.
    """
    page = service.files.page("player.html", request, {}, {})
    return page.with_headers(Content_Security_Policy=policy_in_frame(_video_origins(service, request)))


def _video_origins(service: WebService, request: Request) -> list[str]:
    """Where the videos are; nowhere for an interview that the page will say is not there."""
    try:
        with service.store.read() as tx:
            return video_origins(require_reviewable(tx, request.actor, request.params["session_id"]))
    except Problem:
        return []
