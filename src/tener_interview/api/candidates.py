"""A person's own rights: to see everything held about them, and to have it erased."""

from __future__ import annotations

from typing import Any

from ..domain.privacy.erase import erase_candidate
from ..domain.privacy.export import export_candidate
from ..domain.service import Service
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from .answers import ErasedJson


@contract()
def erase(service: Service, request: Request) -> Json[ErasedJson]:
    """DELETE /api/candidates/{candidate_id}

    For good: names, e-mail, answers, scores and links, in every table. Doing it twice is harmless. The recording is at
    Hireflix and has to be deleted there.
    """
    candidate_id = request.integer("candidate_id")
    erased = erase_candidate(service, candidate_id)
    return json_response(
        {"candidate_id": candidate_id, "erased_sessions": erased.sessions, "scrubbed": erased.scrubbed}
    )


@contract()
def export(service: Service, request: Request) -> Json[dict[str, Any]]:
    """GET /api/candidates/{candidate_id}/export

    As it is stored, with every result version, event, webhook and kept answer: `candidate_id`, and `sessions`. Times
    are milliseconds since 1970.
    """
    candidate_id = request.integer("candidate_id")
    answer = json_response(export_candidate(service, candidate_id))
    return answer.with_headers(Content_Disposition=f'attachment; filename="candidate-{candidate_id}.json"')
