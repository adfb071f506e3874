"""A job's leaderboard, as JSON and as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypedDict

from ..domain.leaderboard.leaderboard import RECOMMENDATIONS, RankedSession, RankingQuery, rank_sessions
from ..domain.results import read_versions
from ..domain.rules import ScoringRules, is_outdated
from ..domain.service import Service
from ..domain.sessions.states import Status
from ..languages.spelling import split_query
from ..store.records import GROUPS, SORTS, LeaderboardFilters
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.schema import Heading, headings
from ..web.shape import Integer, OneOf, Text, optional, read
from .csv_sheet import DECIMAL_MARKS, DELIMITERS, SheetForm, sheet_response
from .shapes import (
    At,
    BoundsJson,
    ReviewJson,
    SessionStatus,
    SharedWithJob,
    VerdictJson,
    bounds_json,
    limit_of,
    review,
    verdict,
)

#: The longest ranking that is paged through or downloaded.
_MAX_ROWS = 10_000


@dataclass(frozen=True)
class LeaderboardQuery:
    limit: int = limit_of(50, 500)
    format: str = optional(OneOf(("json", "csv")), "json", "`csv` for a spreadsheet")
    delimiter: str = optional(
        OneOf(tuple(DELIMITERS)), ",", "between the cells of a sheet; a tab may be written as `tab`"
    )
    decimal: str = optional(OneOf(DECIMAL_MARKS), ".", "the decimal mark of the numbers in a sheet")
    bom: str | None = optional(
        OneOf(("true", "false")),
        description="whether a sheet begins with the mark by which Excel knows UTF-8; without it, only for a browser",
    )
    rows: int | None = optional(
        Integer(low=1, high=_MAX_ROWS, from_text=True), description="how long a sheet may be, in place of `limit`"
    )
    offset: int | None = optional(
        Integer(high=_MAX_ROWS, from_text=True),
        description="how many to leave out before the first; with it, the answer says how many there are in `total`",
    )
    sort: str | None = optional(OneOf(("rank", *SORTS)), description="by what; without it, by rank")
    order: str | None = optional(
        OneOf(("asc", "desc")), description="without it, `asc` for rank and name and `desc` for all else"
    )
    recommendation: str | None = optional(OneOf(RECOMMENDATIONS), description="only candidates with this one")
    flag: str | None = optional(
        Text(max_chars=50, pattern="[a-z_]*", expected="a flag, any or none"),
        description="only candidates with this flag, with `any`, or with `none`",
    )
    status: str | None = optional(OneOf(tuple(Status)), description="only sessions in this state")
    group: str | None = optional(OneOf(GROUPS), description="only candidates of this group")
    min_coverage_percent: int | None = optional(
        Integer(high=100, from_text=True), description="only candidates of whose interview so much could be scored"
    )
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in a candidate's name, however they are spelt; or the id"
    )

    def ranking_query(self) -> RankingQuery:
        sort = None if self.sort == "rank" else self.sort
        filters = LeaderboardFilters(
            recommendation=self.recommendation, flag=self.flag or None, status=self.status, group=self.group,
            min_coverage_percent=self.min_coverage_percent or None, words=tuple(split_query(self.q)),
        )
        limit = self.rows if self.format == "csv" and self.rows else self.limit
        descending = (self.order or default_order(sort)) == "desc"
        return RankingQuery(limit, self.offset or 0, filters, sort, descending=descending)


def default_order(sort: str | None) -> str:
    """Which way round a leaderboard is sorted where nobody says; by rank without `sort`."""
    return "asc" if sort in (None, "candidate_name") else "desc"


Rank = Annotated[int | None, "From 1; equal totals share one. Null without a total."]
Group = Annotated[str, OneOf(GROUPS), "Only `ranked` has a total; `ended` without one."]


class CertaintyJson(BoundsJson):
    """How far a total can be trusted beside the others."""

    tied_with_previous: Annotated[
        bool, "Whether the total cannot be told from that of the rank before.",
        Heading("Not distinguishable from the rank before"),
    ]
    tied_with_rank: Annotated[
        int | None, "The rank that it cannot be told from, where it cannot.", Heading("Not distinguishable from rank")
    ]


class RankedJson(VerdictJson, CertaintyJson, ReviewJson):
    """A candidate's place. Without a total they have no rank, and stand at the end in a group of their own."""

    rank: Annotated[Rank, Heading("Rank")]
    rank_shared: Annotated[bool, "Others have the same total.", Heading("Rank shared")]
    group: Annotated[Group, Heading("Group")]
    candidate_id: Annotated[int, Heading("Candidate id")]
    candidate_name: Annotated[str, Heading("Candidate")]
    session_id: Annotated[str, Heading("Session id")]
    interview_status: Annotated[SessionStatus, Heading("Status")]
    updated_at: Annotated[At | None, Heading("Updated (UTC)")]
    scored_questions: Annotated[int | None, Heading("Questions scored")]
    total_questions: Annotated[int | None, Heading("Questions")]
    flags: Annotated[list[str], Heading("Flags")]
    outdated: Annotated[bool | None, "See the scorecard; null without a result.", Heading("Scored by earlier criteria")]
    shared_with_job: Annotated[SharedWithJob, Heading("Interview of job")]


class RankedListJson(TypedDict):
    """Candidates of a job in an order."""

    job_id: int
    items: list[RankedJson]


class LeaderboardJson(RankedListJson, total=False):
    """Best first: both technical and soft skills scored, then one of them, then neither; then by total.

    Whoever has no total has no rank and comes after them: who needs a human look, who waits, who has ended. `rank` is
    that of the whole leaderboard; with `offset`, `total` says how many the filters leave, and `groups` of which kind.
    """

    offset: int
    total: int
    groups: Annotated[dict[str, int], "How many of each group."]


@contract(query=LeaderboardQuery, media=("text/csv",))
def get_leaderboard(service: Service, request: Request) -> Json[LeaderboardJson] | Response:
    """GET /api/jobs/{job_id}/interview-leaderboard"""
    job_id = request.integer("job_id")
    query = read(LeaderboardQuery, request.query)
    ranking_query = query.ranking_query()
    with service.store.read() as tx:
        rows = [ranked_json(service.rules, each) for each in rank_sessions(tx, job_id, ranking_query)]
        answer: LeaderboardJson = {"job_id": job_id, "items": rows}
        if query.offset is not None:
            groups = tx.rankings.count_by_group(job_id, ranking_query.filters)
            answer |= {"offset": ranking_query.offset, "total": sum(groups.values()), "groups": groups}
    if query.format == "csv":
        # A file outlives the page that says what it came from.
        mark = "demo-" if service.provider.name == "demo" else ""
        file_name = f"{mark}interview-leaderboard-{job_id}.csv"
        bom = request.wants_html if query.bom is None else query.bom == "true"
        form = SheetForm(DELIMITERS[query.delimiter], query.decimal)
        return sheet_response(leaderboard_columns(), rows, file_name, form, bom=bom)
    return json_response(answer)


def ranked_json(rules: ScoringRules, place: RankedSession) -> RankedJson:
    session = place.session
    versions = read_versions(session.judged_by)
    return {
        "rank": place.rank,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "session_id": session.session_id,
        "interview_status": session.status,
        **verdict(session),
        "updated_at": iso_utc(session.updated_at),
        "scored_questions": session.scored_questions,
        "total_questions": session.total_questions,
        "flags": list(session.flags),
        **certainty(place),
        "rank_shared": place.rank_shared,
        "group": session.group,
        **review(session),
        "outdated": is_outdated(versions, rules) if versions else None,
        "shared_with_job": session.shared_with_job,
    }


def certainty(place: RankedSession) -> CertaintyJson:
    """How far the total of a place can be trusted."""
    tied_with = place.tied_with_rank
    return {
        **bounds_json(place.bounds), "tied_with_previous": tied_with is not None, "tied_with_rank": tied_with,
    }


#: The fields of a leaderboard's sheet.
_SHEET = (
    "rank", "candidate_id", "candidate_name", "session_id", "interview_status", *VerdictJson.__annotations__,
    "updated_at", "scored_questions", "total_questions", "flags", *CertaintyJson.__annotations__, "rank_shared",
    "group", *ReviewJson.__annotations__, "outdated", "shared_with_job",
)


def leaderboard_columns() -> dict[str, str]:
    """The columns of a leaderboard's sheet, with their headings."""
    known = headings(RankedJson)
    return {name: known[name] for name in _SHEET}
