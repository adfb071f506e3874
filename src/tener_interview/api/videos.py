"""The video of an answer: its address, read from the provider when it is opened."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.reviews.reviewing import require_reviewable
from ..domain.service import Service
from ..domain.sessions.videos import read_video_url
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from .deadline import respond_before_deadline
from .reviews import REVIEW_PROBLEMS
from .shapes import PROVIDER_PROBLEMS

#: Somebody is waiting to watch, and can read the transcript meanwhile.
VIDEO_DEADLINE_S = 6.0


class VideoJson(TypedDict):
    """The video of an answer."""

    video_url: Annotated[str | None, "Signed by the provider and short-lived; it is stored nowhere. Null without one."]


@contract(raises=(*REVIEW_PROBLEMS, *PROVIDER_PROBLEMS))
def get_video(service: Service, request: Request) -> Json[VideoJson]:
    """GET /api/reviews/{session_id}/video/{question_id}"""
    with service.store.read() as tx:
        session = require_reviewable(tx, request.actor, request.params["session_id"])
    question_id = request.params["question_id"]
    url = respond_before_deadline(
        service, request, lambda _: read_video_url(service, session, question_id), VIDEO_DEADLINE_S
    )
    return json_response({"video_url": url})
