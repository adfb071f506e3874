"""A job's leaderboard."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..clock import iso
from ..interviews.service import Service
from ..store.listed import Ranked
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.shape import OneOf, optional, read
from .answers import LeaderboardJson, RankedJson
from .shapes import limit_of, verdict

#: Where a spreadsheet would find a formula: at the start of a cell, or of what is one to a spreadsheet that separates
#: cells otherwise, as those do where a comma is the decimal mark; wide forms count too (OWASP, CSV Injection).
_FORMULA_START = re.compile("(^|[;|\t])(?=\\s*[=+@\uff1d\uff0b\uff0d\uff20\t\r-])")


@dataclass(frozen=True)
class LeaderboardQuery:
    limit: int = limit_of(50, 500)
    format: str = optional(OneOf(("json", "csv")), "json")


@contract(query=LeaderboardQuery, media=("text/csv",))
def get_leaderboard(service: Service, request: Request) -> Json[LeaderboardJson] | Response:
    """GET /api/jobs/{job_id}/interview-leaderboard"""
    job_id = request.integer("job_id")
    query = read(LeaderboardQuery, request.query)
    with service.store.read() as tx:
        sessions = tx.sessions.leaderboard(job_id, limit=query.limit)
    rows = [_row(rank, session) for rank, session in enumerate(sessions, start=1)]
    if query.format == "csv":
        # A file outlives the page that says what it came from.
        mark = "demo-" if service.provider.name == "demo" else ""
        return _csv_response(rows, f"{mark}interview-leaderboard-{job_id}.csv", for_person=request.wants_html)
    return json_response({"job_id": job_id, "items": rows})


def _row(rank: int, session: Ranked) -> RankedJson:
    return {
        "rank": rank,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "session_id": session.session_id,
        "interview_status": session.status,
        **verdict(session),
        "updated_at": iso(session.updated_at),
        "scored_questions": session.scored_questions,
        "total_questions": session.total_questions,
        "flags": json.loads(session.flags or "[]"),
    }


_COLUMNS = (
    "rank", "candidate_id", "candidate_name", "session_id", "interview_status", "technical_score",
    "soft_skills_score", "culture_fit_score", "total_score", "score_confidence", "pass_recommendation",
    "updated_at", "scored_questions", "total_questions", "flags",
)


def _csv_response(rows: Sequence[Mapping[str, Any]], file_name: str, *, for_person: bool) -> Response:
    """A file for a program, or for a person, whose spreadsheet takes UTF-8 for what it is by a byte order mark only."""
    import csv  # costs a start-up more than a download

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([_defused(row[name]) for name in _COLUMNS] for row in rows)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    return Response(200, out.getvalue().encode("utf-8-sig" if for_person else "utf-8"), headers)


def _defused(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain by an apostrophe before it; a list as one line."""
    cell = ", ".join(cell) if isinstance(cell, list) else cell
    return _FORMULA_START.sub(r"\1'", cell) if isinstance(cell, str) else cell
