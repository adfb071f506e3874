"""A job's leaderboard, as JSON and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypedDict

from ..domain.audit.exports import record_export
from ..domain.leaderboard.board_plan import find_board_plan
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
from .csv_sheet import bom_field, decimal_field, delimiter_field, format_field, sheet_response
from .shapes import (
    At,
    BoundsJson,
    DecisionCounts,
    DecisionJson,
    PlanVersionNumber,
    ReviewJson,
    ScoredCompetencyJson,
    ScoredPlanVersion,
    SessionStatus,
    SharedWithJob,
    TotalsJson,
    VerdictJson,
    bounds_json,
    competencies_json,
    decision,
    decision_counts,
    decision_filter,
    limit_of,
    review,
    totals,
    verdict,
)

#: The most rows that can be paged through or downloaded.
_MAX_ROWS = 10_000


@dataclass(frozen=True)
class LeaderboardQuery:
    limit: int = limit_of(50, 500)
    format: str = format_field()
    delimiter: str = delimiter_field()
    decimal: str = decimal_field()
    bom: str | None = bom_field()
    rows: int | None = optional(
        Integer(low=1, high=_MAX_ROWS, from_text=True), description="how many rows of CSV at most, instead of `limit`"
    )
    offset: int | None = optional(
        Integer(high=_MAX_ROWS, from_text=True),
        description="how many to skip; with it, the response has `offset`, `total` and `groups`",
    )
    sort: str | None = optional(OneOf(("rank", *SORTS)), description="sort key; default: rank")
    order: str | None = optional(
        OneOf(("asc", "desc")), description="default: `asc` for rank and name, `desc` for the rest"
    )
    recommendation: str | None = optional(
        OneOf(RECOMMENDATIONS), description="only candidates with this recommendation"
    )
    flag: str | None = optional(
        Text(max_chars=50, pattern="[a-z_]*", expected="a flag, any or none"),
        description="only candidates with this flag, with any flag (`any`) or without flags (`none`)",
    )
    status: str | None = optional(OneOf(tuple(Status)), description="only sessions in this state")
    group: str | None = optional(OneOf(GROUPS), description="only candidates of this group")
    decision: str | None = decision_filter()
    min_coverage_percent: int | None = optional(
        Integer(high=100, from_text=True),
        description="only candidates with at least this share of their questions scored",
    )
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in a candidate's name, in any spelling; or the id"
    )

    def ranking_query(self) -> RankingQuery:
        sort = None if self.sort == "rank" else self.sort
        filters = LeaderboardFilters(
            recommendation=self.recommendation, flag=self.flag or None, status=self.status, group=self.group,
            min_coverage_percent=self.min_coverage_percent or None, decision=self.decision,
            words=tuple(split_query(self.q)),
        )
        limit = self.rows if self.format == "csv" and self.rows else self.limit
        descending = (self.order or default_order(sort)) == "desc"
        return RankingQuery(limit, self.offset or 0, filters, sort, descending=descending)


def default_order(sort: str | None) -> str:
    """Return the default order of a sort key, `asc` or `desc`; None is the rank."""
    return "asc" if sort in (None, "candidate_name") else "desc"


Rank = Annotated[int | None, "From 1; equal totals share a rank. Null without a total."]
Group = Annotated[str, OneOf(GROUPS), "Only `ranked` candidates have a total; `ended` ones will not get one."]


class CertaintyJson(BoundsJson):
    """Which totals differ by less than the margin of error."""

    tied_with_previous: Annotated[
        bool, "Whether the total is not distinguishable from that of the rank before.",
        Heading("Not distinguishable from the rank before"),
    ]
    tied_with_rank: Annotated[
        int | None, "The rank from which it is not distinguishable, if any.", Heading("Not distinguishable from rank")
    ]


class RankedJson(VerdictJson, CertaintyJson, ReviewJson, DecisionJson, TotalsJson):
    """A row of the leaderboard. Candidates without a total have no rank and come last, in groups of their own."""

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
    outdated: Annotated[
        bool | None, "As in the scorecard; null without a result.", Heading("Scored by earlier criteria")
    ]
    shared_with_job: Annotated[SharedWithJob, Heading("Interview of job")]
    plan_version: Annotated[PlanVersionNumber, Heading("Plan version")]
    scored_plan_version: Annotated[ScoredPlanVersion, Heading("Scored by plan version")]
    overrides: Annotated[int, "How many scores a person put in place of the machine's.", Heading("Overridden scores")]
    ranking_group: Annotated[
        int | None,
        Heading("Ranking group"),
        "Candidates of the same number were asked the same questions and scored by the same version of the plan; each"
        " group is ranked by itself, later versions first. Null without a plan.",
    ]


class RankedListJson(TypedDict):
    """Candidates of a job in the requested order."""

    job_id: int
    items: list[RankedJson]


class LeaderboardJson(RankedListJson, total=False):
    """Best first: candidates with both technical and soft skills scored, then with one of them, then with neither;
    within these, by total.

    Candidates without a total have no rank and follow in this order: needs a human look, waiting, ended. `rank` refers
    to the whole leaderboard. `total` counts the candidates that match the filters; only with `offset`.
    """

    competencies: Annotated[list[ScoredCompetencyJson], "Of the plan's latest version here; only with a plan."]
    plan_versions: Annotated[list[int], "The versions of the plan that scored candidates were invited with."]
    mixed_versions: Annotated[str | None, "If candidates are ranked in several groups, a sentence that says why."]
    offset: int
    total: int
    groups: Annotated[dict[str, int], "Matching candidates by group."]
    decisions: Annotated[DecisionCounts, "Of those that match the other filters; only with `offset`."]


@contract(query=LeaderboardQuery, media=("text/csv",))
def get_leaderboard(service: Service, request: Request) -> Json[LeaderboardJson] | Response:
    """GET /api/jobs/{job_id}/interview-leaderboard"""
    job_id = request.integer("job_id")
    query = read(LeaderboardQuery, request.query)
    ranking_query = query.ranking_query()
    with service.store.read() as tx:
        rows = [ranked_json(service.rules, ranked) for ranked in rank_sessions(tx, job_id, ranking_query)]
        answer: LeaderboardJson = {"job_id": job_id, "items": rows}
        board = find_board_plan(tx, job_id)
        if board:
            answer |= {
                "competencies": competencies_json(board.competencies),
                "plan_versions": list(board.versions),
                "mixed_versions": board.mixed,
            }
        if query.offset is not None:
            counts = tx.rankings.count(job_id, ranking_query.filters)
            answer |= {
                "offset": ranking_query.offset, "total": sum(counts.by_group.values()), "groups": counts.by_group,
                "decisions": decision_counts(counts.by_decision),
            }
    if query.format == "csv":
        record_export(service, "leaderboard", "job", job_id, job_id=job_id)
        # The name marks demo data, because a file is kept longer than the page that says so.
        mark = "demo-" if service.provider.name == "demo" else ""
        file_name = f"{mark}interview-leaderboard-{job_id}.csv"
        columns = {name: heading for name, heading in leaderboard_columns().items() if board or name not in _OF_PLANS}
        return sheet_response(columns, rows, file_name, query, request)
    return json_response(answer)


def ranked_json(rules: ScoringRules, ranked: RankedSession) -> RankedJson:
    session = ranked.session
    versions = read_versions(session.judged_by)
    return {
        "rank": ranked.rank,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "session_id": session.session_id,
        "interview_status": session.status,
        **verdict(session),
        "updated_at": iso_utc(session.updated_at),
        "scored_questions": session.scored_questions,
        "total_questions": session.total_questions,
        "flags": list(session.flags),
        **certainty(ranked),
        "rank_shared": ranked.rank_shared,
        "group": session.group,
        **review(session),
        "outdated": is_outdated(versions, rules) if versions else None,
        "shared_with_job": session.shared_with_job,
        "plan_version": session.plan_version,
        "scored_plan_version": versions.plan_version if versions else None,
        "ranking_group": session.ranking_group,
        **decision(session),
        **totals(session),
        "overrides": session.overrides,
    }


def certainty(ranked: RankedSession) -> CertaintyJson:
    """Return the range of a total, and the rank that it is tied with."""
    tied_with = ranked.tied_with_rank
    return {
        **bounds_json(ranked.bounds), "tied_with_previous": tied_with is not None, "tied_with_rank": tied_with,
    }


#: The fields of the CSV that only jobs with a plan have.
_OF_PLANS = ("competency_scores", "plan_version", "scored_plan_version", "ranking_group")
#: The fields of the CSV.
_SHEET = (
    "rank", "candidate_id", "candidate_name", "session_id", "interview_status", *VerdictJson.__annotations__,
    "updated_at", "scored_questions", "total_questions", "flags", *CertaintyJson.__annotations__, "rank_shared",
    "group", *ReviewJson.__annotations__, "outdated", "shared_with_job", "plan_version",
    "scored_plan_version", "ranking_group", "decision", "decided_at", *TotalsJson.__annotations__, "overrides",
)


def leaderboard_columns() -> dict[str, str]:
    """Return the columns of the CSV with their headings."""
    by_name = headings(RankedJson)
    return {name: by_name[name] for name in _SHEET}
