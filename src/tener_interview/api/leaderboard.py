"""A job's leaderboard, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Annotated, TypedDict, cast

from ..domain.audit.recording import record_export
from ..domain.breakdowns import CountedScores, counted_competency_scores
from ..domain.consent.consents import scored_without_consent
from ..domain.leaderboard.leaderboard import RankedSession, RankingQuery, number_tie_groups, rank_sessions
from ..domain.leaderboard.leaderboard_plan import find_leaderboard_plan
from ..domain.results import read_versions
from ..domain.scoring_rules import ScoringRules, is_outdated
from ..domain.service import Service
from ..domain.sessions.status import Status
from ..errors import Problem
from ..languages.spelling import split_query
from ..lazy_dataclass import dataclass
from ..store.ports import Transaction
from ..store.records import SECTIONS, SORTS, LeaderboardFilters
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.schema import Column, column_headings
from ..web.shape import Integer, OneOf, Text, optional, read
from .candidates import CandidateJson, candidates_json
from .csv_sheet import bom_field, decimal_field, delimiter_field, format_field, sheet_response
from .shapes import (
    At,
    BoundsJson,
    CompetencyScores,
    DecisionCounts,
    DecisionJson,
    PlanVersionNumber,
    ReviewJson,
    ScoredCompetencyJson,
    ScoredPlanVersion,
    ScoredWithoutConsent,
    ScoresAndRecommendationJson,
    SessionStatus,
    SharedWithJob,
    TotalsJson,
    bounds_json,
    competencies_json,
    coverage_filter,
    decision_counts,
    decision_filter,
    decision_json,
    flag_filter,
    group_filter,
    limit_field,
    recommendation_filter,
    review_json,
    scores_and_recommendation_json,
    totals_json,
)

#: The most rows that can be paged through or downloaded.
_MAX_ROWS = 10_000


@dataclass(frozen=True)
class LeaderboardQuery:
    limit: int = limit_field(50, 500)
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
    recommendation: str | None = recommendation_filter()
    flag: str | None = flag_filter()
    status: str | None = optional(OneOf(tuple(Status)), description="only sessions with this status")
    group: str | None = group_filter()
    decision: str | None = decision_filter()
    min_coverage_percent: int | None = coverage_filter()
    q: str = optional(
        Text(max_chars=200), "", "words that all occur in a candidate's name, in any spelling; or the id"
    )
    candidates: str | None = optional(
        OneOf(("true", "false")), description="`true`: each item has its `candidate` and its `close_group`"
    )

    def ranking_query(self) -> RankingQuery:
        sort = None if self.sort == "rank" else self.sort
        filters = LeaderboardFilters(
            recommendation=self.recommendation, flag=self.flag or None, status=self.status, section=self.group,
            min_coverage_percent=self.min_coverage_percent or None, decision=self.decision,
            words=tuple(split_query(self.q)),
        )
        limit = self.rows if self.format == "csv" and self.rows else self.limit
        descending = (self.order or default_order(sort)) == "desc"
        return RankingQuery(limit, self.offset or 0, filters, sort, descending=descending)


def default_order(sort: str | None) -> str:
    """Return the default order of a sort key, `asc` or `desc`; None is the rank."""
    return "asc" if sort in (None, "candidate_name", "expires_at") else "desc"


Rank = Annotated[int | None, "From 1; equal totals share a rank. Null without a total."]
CountedCompetencyScores = Annotated[
    CompetencyScores | None,
    "The scores by competency that make the total, if people gave scores of answers that count in it; else null.",
]
Group = Annotated[str, OneOf(SECTIONS), "Only `ranked` candidates have a total; `ended` ones will not get one."]


class CertaintyJson(BoundsJson):
    """Which totals differ by less than the margin of error."""

    tied_with_previous: Annotated[
        bool, "Whether the ranges of this total and of the total one rank above overlap.",
        Column("Not distinguishable from the rank before"),
    ]
    tied_with_rank: Annotated[
        int | None, "The rank above, if the totals are tied.", Column("Not distinguishable from rank")
    ]


class RankedJson(ScoresAndRecommendationJson, CertaintyJson, ReviewJson, DecisionJson, TotalsJson):
    """A row of the leaderboard. Candidates without a total have no rank and come last, in groups of their own."""

    rank: Annotated[Rank, Column("Rank")]
    rank_shared: Annotated[bool, "Others have the same total.", Column("Rank shared")]
    group: Annotated[Group, Column("Group")]
    candidate_id: Annotated[int, Column("Candidate id")]
    candidate_name: Annotated[str, Column("Candidate")]
    session_id: Annotated[str, Column("Session id")]
    interview_status: Annotated[SessionStatus, Column("Status")]
    updated_at: Annotated[At | None, Column("Updated (UTC)")]
    scored_questions: Annotated[int | None, Column("Questions scored")]
    total_questions: Annotated[int | None, Column("Questions")]
    flags: Annotated[list[str], Column("Flags")]
    outdated: Annotated[
        bool | None, "As in the scorecard; null without a result.", Column("Scored by earlier criteria")
    ]
    scored_without_consent: ScoredWithoutConsent
    shared_with_job: Annotated[SharedWithJob, Column("Interview of job")]
    plan_version: Annotated[PlanVersionNumber, Column("Plan version")]
    scored_plan_version: Annotated[ScoredPlanVersion, Column("Scored by plan version")]
    counted_competency_scores: CountedCompetencyScores
    overrides: Annotated[int, "How many scores a person put in place of the machine's.", Column("Overridden scores")]
    ranking_group: Annotated[
        int | None,
        Column("Ranking group"),
        "Candidates of the same number were asked the same questions and scored by the same version of the plan; each"
        " group is ranked separately, later versions first. Null without a plan.",
    ]


CloseGroup = Annotated[
    int | None,
    "Tie group: rows of this response with the same number are tied with each other, so the ranges of any two of them"
    " overlap. Null for a row that stands alone, without a total, and in another order than that of the rank.",
]


class ListedJson(RankedJson, total=False):
    """A row, and with `candidates=true` who it is about and in which tie group."""

    candidate: Annotated[
        CandidateJson | None, "As in the list of candidates; null while the source of candidates cannot be read."
    ]
    close_group: CloseGroup


class _ListedListJson(TypedDict):
    job_id: int
    items: list[ListedJson]


class LeaderboardJson(_ListedListJson, total=False):
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


@dataclass(frozen=True, eq=False)
class _CachedLeaderboard:
    """The leaderboard before the source's data is added, and its sessions. Compared by identity: a new read invalidates
    what was cached for the old one."""

    leaderboard: LeaderboardJson
    ranked: Sequence[RankedSession]


@contract(query=LeaderboardQuery, media=("text/csv",))
def get_leaderboard(service: Service, request: Request) -> Json[LeaderboardJson] | Response:
    """GET /api/jobs/{job_id}/interview-leaderboard"""
    job_id = request.integer("job_id")
    query = read(LeaderboardQuery, request.query)
    if query.format == "csv":
        return _download(service, job_id, query, request)
    key = ("leaderboard", job_id, query, service.rules.criteria.content_hash, service.rules.formula.content_hash)
    if query.candidates == "true":
        return _leaderboard_with_candidates(service, job_id, query, key)
    return service.reads.get(
        key, lambda tx: json_response(_read_leaderboard(service, tx, job_id, query)[0]),
        lambda tx, _: tx.sessions.next_link_expiry([job_id]),
    )


def _leaderboard_with_candidates(
    service: Service, job_id: int, query: LeaderboardQuery, key: tuple[Hashable, ...]
) -> Json[LeaderboardJson]:
    """Return the leaderboard with what the source knows of the candidates; without it while the source cannot be read.
    """
    cached = service.reads.get(
        (*key, "rows"), lambda tx: _CachedLeaderboard(*_read_leaderboard(service, tx, job_id, query)),
        lambda tx, _: tx.sessions.next_link_expiry([job_id]),
    )
    ids = [row["candidate_id"] for row in cached.leaderboard["items"]]
    try:
        matched = service.source.candidates_by_id(job_id, ids)
    except Problem:
        matched = None

    def respond(tx: Transaction) -> Json[LeaderboardJson]:
        by_id = {} if matched is None else candidates_json(service, tx, job_id, ids, matched)
        tie_groups = number_tie_groups(query.ranking_query(), cached.ranked)
        items = [
            cast(ListedJson, {**row, "candidate": by_id.get(row["candidate_id"]), "close_group": close_group})
            for row, close_group in zip(cached.leaderboard["items"], tie_groups, strict=True)
        ]
        return json_response({**cached.leaderboard, "items": items})

    return service.reads.get(
        (cached, *(("unavailable",) if matched is None else matched.values())), respond,
        lambda tx, _: tx.sessions.next_link_expiry([job_id]),
    )


def _download(service: Service, job_id: int, query: LeaderboardQuery, request: Request) -> Response:
    with service.store.read() as tx:
        leaderboard, _ = _read_leaderboard(service, tx, job_id, query)
    record_export(service, "leaderboard", "job", job_id, job_id=job_id)
    # The name marks demo data, because a file is kept longer than the page that says so.
    mark = "demo-" if service.provider.name == "demo" else ""
    file_name = f"{mark}interview-leaderboard-{job_id}.csv"
    has_plan = "competencies" in leaderboard
    columns = {
        name: heading for name, heading in leaderboard_columns().items() if has_plan or name not in _PLAN_COLUMNS
    }
    return sheet_response(columns, leaderboard["items"], file_name, query, request)


def _read_leaderboard(
    service: Service, tx: Transaction, job_id: int, query: LeaderboardQuery
) -> tuple[LeaderboardJson, Sequence[RankedSession]]:
    """Return the leaderboard without what the source knows, and the sessions on it."""
    ranking_query = query.ranking_query()
    ranked_sessions = rank_sessions(tx, job_id, ranking_query)
    sessions = [ranked.session for ranked in ranked_sessions]
    lacking_consent = scored_without_consent(tx, sessions)
    counted = counted_competency_scores(service.rules, tx, job_id, sessions)
    rows = [
        cast(ListedJson, ranked_json(service.rules, ranked, lacking_consent, counted)) for ranked in ranked_sessions
    ]
    leaderboard: LeaderboardJson = {"job_id": job_id, "items": rows}
    plan = find_leaderboard_plan(tx, job_id)
    if plan:
        leaderboard |= {
            "competencies": competencies_json(plan.competencies),
            "plan_versions": list(plan.versions),
            "mixed_versions": plan.mixed_versions_note,
        }
    if query.offset is not None:
        counts = tx.rankings.count(job_id, ranking_query.filters)
        leaderboard |= {
            "offset": ranking_query.offset, "total": sum(counts.by_section.values()), "groups": counts.by_section,
            "decisions": decision_counts(counts.by_decision),
        }
    return leaderboard, ranked_sessions


def ranked_json(
    rules: ScoringRules, ranked: RankedSession, lacking_consent: Mapping[str, str], counted: CountedScores
) -> RankedJson:
    """Return a row. `lacking_consent` are sessions that were scored and lack consent, with the reason; `counted` those
    whose scores by competency people changed, with these scores."""
    session = ranked.session
    versions = read_versions(session.scoring_versions)
    return {
        "rank": ranked.rank,
        "candidate_id": session.candidate_id,
        "candidate_name": session.candidate_name,
        "session_id": session.session_id,
        "interview_status": session.status,
        **scores_and_recommendation_json(session),
        "counted_competency_scores": counted.get(session.session_id),
        "updated_at": iso_utc(session.updated_at),
        "scored_questions": session.scored_questions,
        "total_questions": session.total_questions,
        "flags": list(session.flags),
        **certainty_json(ranked),
        "rank_shared": ranked.rank_shared,
        "group": session.section,
        **review_json(session),
        "outdated": is_outdated(versions, rules) if versions else None,
        "shared_with_job": session.shared_with_job,
        "plan_version": session.invited_plan_version,
        "scored_plan_version": versions.plan_version if versions else None,
        "ranking_group": session.question_set,
        **decision_json(session),
        **totals_json(session),
        "overrides": session.overrides,
        "scored_without_consent": lacking_consent.get(session.session_id),
    }


def certainty_json(ranked: RankedSession) -> CertaintyJson:
    """Return the range of a total, and the rank that it is tied with."""
    tied_with = ranked.tied_with_rank
    return {
        **bounds_json(ranked.bounds), "tied_with_previous": tied_with is not None, "tied_with_rank": tied_with,
    }


#: The fields of the CSV that only jobs with a plan have.
_PLAN_COLUMNS = ("competency_scores", "plan_version", "scored_plan_version", "ranking_group")
#: The fields of the CSV.
_CSV_COLUMNS = (
    "rank", "candidate_id", "candidate_name", "session_id", "interview_status",
    *ScoresAndRecommendationJson.__annotations__,
    "updated_at", "scored_questions", "total_questions", "flags", *CertaintyJson.__annotations__, "rank_shared",
    "group", *ReviewJson.__annotations__, "outdated", "shared_with_job", "plan_version",
    "scored_plan_version", "ranking_group", "decision", "decided_at", *TotalsJson.__annotations__, "overrides",
    "scored_without_consent",
)


def leaderboard_columns() -> dict[str, str]:
    """Return the columns of the CSV with their headings."""
    by_name = column_headings(RankedJson)
    return {name: by_name[name] for name in _CSV_COLUMNS}
