"""A job's leaderboard."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from ..clock import iso
from ..interviews.service import Service
from ..store.sessions import Session
from ..web.request import Request
from ..web.response import Response, json_response
from ..web.shape import OneOf, optional, read
from .shapes import limit_of, scores

#: A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class LeaderboardQuery:
    limit: int = limit_of(50, 500)
    format: str = optional(OneOf(("json", "csv")), "json")


def get_leaderboard(service: Service, request: Request) -> Response:
    """GET /api/jobs/{job_id}/interview-leaderboard"""
    job_id = request.integer("job_id")
    query = read(LeaderboardQuery, request.query)
    with service.store.read() as tx:
        sessions = tx.sessions.leaderboard(job_id, limit=query.limit)
    rows = [_row(rank, session) for rank, session in enumerate(sessions, start=1)]
    if query.format == "csv":
        # A file outlives the page that says what it came from.
        mark = "demo-" if service.provider.name == "demo" else ""
        return _csv_response(rows, f"{mark}interview-leaderboard-{job_id}.csv")
    return json_response({"job_id": job_id, "items": rows})


def _row(rank: int, session: Session) -> dict[str, Any]:
    return {
        "rank": rank,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "session_id": session.session_id,
        "interview_status": session.status,
        **scores(session),
        "score_confidence": session.score_confidence,
        "pass_recommendation": session.pass_recommendation,
        "updated_at": iso(session.updated_at),
    }


_COLUMNS = (
    "rank", "candidate_id", "candidate_name", "session_id", "interview_status", "technical_score",
    "soft_skills_score", "culture_fit_score", "total_score", "score_confidence", "pass_recommendation", "updated_at",
)


def _csv_response(rows: list[dict[str, Any]], file_name: str) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([_defused(row[name]) for name in _COLUMNS] for row in rows)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    # The byte order mark tells spreadsheets that the names are UTF-8.
    return Response(200, b"\xef\xbb\xbf" + out.getvalue().encode("utf-8"), headers)


def _defused(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
