"""Finding people across all jobs, as the command palette does."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.candidates.search import search_candidates
from ..languages.spelling import split_query
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Text, read, required
from .shapes import SessionStatus, limit_field
from .web_service import WebService


@dataclass(frozen=True)
class CandidateSearchQuery:
    q: str = required(
        Text(max_chars=200, min_chars=1),
        "words that all occur in a name, in any spelling; or an id; or a whole e-mail address",
    )
    limit: int = limit_field(10, 100)


class FoundCandidateJson(TypedDict):
    """Somebody in one of the jobs."""

    candidate_id: int
    candidate_name: str
    job_id: int
    job_title: str | None
    session_id: Annotated[str | None, "The current interview; null for a person who is not invited."]
    status: Annotated[SessionStatus | None, "Null without an interview, and for a reviewer."]


class CandidateSearchJson(TypedDict):
    """Who was found: those with an interview first, the newest on top."""

    items: list[FoundCandidateJson]
    covers_uninvited: Annotated[
        bool, "Whether people without an interview were searched: not if the page is full without them, if the source"
        " cannot be read or gives candidates job by job only, or for a reviewer."
    ]


@contract(query=CandidateSearchQuery)
def find_candidates(service: WebService, request: Request) -> Json[CandidateSearchJson]:
    """GET /api/candidates

    A reviewer finds finished interviews of assigned jobs only.
    """
    query = read(CandidateSearchQuery, request.query)
    search = search_candidates(service, request.actor, split_query(query.q), query.limit)
    titles = service.titles.by_job(item.job_id for item in search.candidates if item.job_title is None)
    return json_response({
        "items": [
            {
                "candidate_id": item.candidate_id, "candidate_name": item.candidate_name, "job_id": item.job_id,
                "job_title": item.job_title or titles.get(item.job_id), "session_id": item.session_id,
                "status": item.status,
            }
            for item in search.candidates
        ],
        "covers_uninvited": search.covers_uninvited,
    })
