"""A person's own rights: to see everything held about them, and to have it erased."""

from __future__ import annotations

from ..interviews.erase import erase_candidate, export_candidate
from ..interviews.service import Service
from ..web.request import Request
from ..web.response import Response, json_response


def erase(service: Service, request: Request) -> Response:
    """DELETE /api/candidates/{candidate_id}"""
    candidate_id = request.integer("candidate_id")
    return json_response({"candidate_id": candidate_id, "erased_sessions": erase_candidate(service, candidate_id)})


def export(service: Service, request: Request) -> Response:
    """GET /api/candidates/{candidate_id}/export"""
    candidate_id = request.integer("candidate_id")
    answer = json_response(export_candidate(service, candidate_id))
    return answer.with_headers(Content_Disposition=f'attachment; filename="candidate-{candidate_id}.json"')
