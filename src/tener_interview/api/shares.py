"""Shares: shortlists that a recruiter shares by link, and that hiring managers read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypedDict

from ..domain.breakdowns import CountedScores, counted_competency_scores
from ..domain.headlines import HEADLINE_LANGUAGES, shared_headlines
from ..domain.leaderboard.leaderboard import group_ties, rank_within
from ..domain.leaderboard.leaderboard_plan import find_leaderboard_plan
from ..domain.plans.competencies import competencies_of_version
from ..domain.reviews.session_totals import empty_result
from ..domain.service import Service
from ..domain.sharing import shares
from ..domain.sharing.recommendations import own_recommendations
from ..domain.sharing.shares import MAX_CANDIDATES, SharedCandidate, ShareRequest
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.ports import Transaction
from ..store.share_records import Share, ShareRecommendation
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Boolean, Integer, ListOf, OneOf, Text, optional, read
from .leaderboard import CertaintyJson, CloseGroup, CountedCompetencyScores, Group, Rank, certainty_json
from .recommendations import OwnRecommendationJson, own_recommendation_json, reader_key
from .scorecard import ScoredJson, questions_json, scorecard_json
from .shapes import (
    At,
    Nothing,
    ReviewJson,
    ScoredCompetencyJson,
    ScoresAndRecommendationJson,
    SessionStatus,
    TotalSource,
    competencies_json,
    limit_field,
    review_json,
    scores_and_recommendation_json,
)
from .web_service import WebService

#: Errors of a share's link.
SHARE_PROBLEMS = ("SHARE_LINK_INVALID", "SHARE_LINK_EXPIRED", "SHARE_LINK_REVOKED", "STORE_UNAVAILABLE")


@dataclass(frozen=True)
class ShareBody:
    candidate_ids: tuple[int, ...] | None = optional(
        ListOf(Integer(low=1), min_items=1, max_items=MAX_CANDIDATES),
        description="the candidates to share; either this or `top`",
    )
    top: int | None = optional(
        Integer(low=1, high=MAX_CANDIDATES), description="how many candidates to share from the top of the leaderboard"
    )
    expires_in_hours: int = optional(Integer(low=1, high=8760), 168)
    initials_only: bool = optional(Boolean(), False, "replace names by initials, in transcripts as well")
    allow_answers: bool = optional(Boolean(), False, "let readers leave a recommendation and a note under a typed name")
    title: str | None = optional(Text(max_chars=120), description="default: the job's title")


@dataclass(frozen=True)
class SharesQuery:
    limit: int = limit_field(50, 200)


@dataclass(frozen=True)
class ShortlistQuery:
    language: str = optional(OneOf(HEADLINE_LANGUAGES), "en", "language of the headlines")


class SharedCandidateIdsJson(TypedDict):
    """A candidate of a share, as the recruiter sees it."""

    candidate_id: int
    candidate_name: str
    session_id: str


class ShareJson(TypedDict):
    """A share as the recruiter sees it; `url` is null once it has expired or is revoked."""

    share_id: str
    job_id: int
    title: str | None
    status: Annotated[str, OneOf(("active", "expired", "revoked"))]
    url: Annotated[str | None, "The link to send."]
    initials_only: bool
    allow_answers: bool
    created_at: At | None
    expires_at: At | None
    revoked_at: At | None
    opened_count: int
    last_opened_at: At | None
    candidates: list[SharedCandidateIdsJson]


class SharesJson(TypedDict):
    """The shares of a job, newest first."""

    job_id: int
    items: list[ShareJson]


class SharedCandidateJson(ScoresAndRecommendationJson, ReviewJson):
    """A candidate on a shared shortlist, identified by a number within the share."""

    number: int
    candidate_name: str
    interview_status: SessionStatus
    updated_at: At | None
    scored_questions: int | None
    total_questions: int | None
    flags: list[str]
    total_source: Annotated[TotalSource | None, "Whose number the total is: the machine's, or a person's."]


class SharedRankedJson(SharedCandidateJson, CertaintyJson):
    """A candidate with the rank on a shared shortlist, and what the reader recommended in this browser."""

    my_recommendation: Annotated[OwnRecommendationJson | None, Example(None)]
    rank: Rank
    rank_shared: bool
    group: Group
    close_group: CloseGroup
    counted_competency_scores: CountedCompetencyScores
    headline: Annotated[
        str | None, "What it comes to, and what a person changed, in a sentence; null if reviewers or a model rank.",
        Example("Strong on debugging; the culture answer is thin."),
    ]


class ShortlistJson(TypedDict):
    """A shared shortlist as its readers see it."""

    title: str
    job_title: str | None
    company: str | None
    demo: bool
    initials_only: bool
    allow_answers: Annotated[bool, "Whether readers may leave recommendations."]
    created_at: At | None
    expires_at: At | None
    competencies: Annotated[list[ScoredCompetencyJson], "Of the plan, as on the leaderboard; empty without one."]
    items: list[SharedRankedJson]


class SharedScorecardJson(SharedCandidateJson):
    """A candidate's result; recordings are never shared."""

    scorecard: ScoredJson | None


@contract(body=ShareBody, statuses=(201,), raises=("NOTHING_TO_SHARE",))
def create_share(service: WebService, request: Request) -> Json[ShareJson]:
    """POST /api/jobs/{job_id}/shares"""
    job_id = request.integer("job_id")
    body = read(ShareBody, request.json)
    if (body.candidate_ids is None) == (body.top is None):
        fault = "must be given unless top is; send one of the two"
        raise Problem("VALIDATION_FAILED", f"candidate_ids {fault}.", {"fields": {"candidate_ids": fault}})
    share_request = ShareRequest(
        candidate_ids=body.candidate_ids or (),
        top=body.top or 0,
        ttl_hours=body.expires_in_hours,
        initials_only=body.initials_only,
        allow_answers=body.allow_answers,
        title=body.title or None,
    )
    share = shares.create(service, job_id, share_request, operation_id=request.operation_id)
    service.titles.remember_job(job_id)
    with service.store.read() as tx:
        return json_response(_share_json(service, tx, share), 201)


@contract(query=SharesQuery)
def list_shares(service: Service, request: Request) -> Json[SharesJson]:
    """GET /api/jobs/{job_id}/shares"""
    job_id = request.integer("job_id")
    query = read(SharesQuery, request.query)
    with service.store.read() as tx:
        items = [_share_json(service, tx, share) for share in tx.shares.of_job(job_id, limit=query.limit)]
    return json_response({"job_id": job_id, "items": items})


@contract(body=Nothing, raises=("SHARE_NOT_FOUND",))
def revoke_share(service: Service, request: Request) -> Json[ShareJson]:
    """POST /api/shares/{share_id}/revoke"""
    read(Nothing, request.json)
    share = shares.revoke(service, request.params["share_id"])
    with service.store.read() as tx:
        return json_response(_share_json(service, tx, share))


@contract(query=ShortlistQuery, raises=SHARE_PROBLEMS)
def get_shortlist(service: WebService, request: Request) -> Json[ShortlistJson]:
    """GET /api/shared/{token}"""
    query = read(ShortlistQuery, request.query)
    share = shares.find_share(service, request.params["token"])
    with service.store.read() as tx:
        shortlist = shares.shortlist(tx, share)
        own = own_recommendations(tx, share, reader_key(request))
        board = find_leaderboard_plan(tx, share.job_id)
        sessions = [shared.session for shared in shortlist]
        headlines = shared_headlines(service, tx, share.job_id, sessions, query.language)
        counted = counted_competency_scores(service.rules, tx, share.job_id, sessions)
    return json_response({
        "title": shared_title(service, share),
        "job_title": service.titles.of(share.job_id),
        "company": service.company_of(share.job_id),
        "demo": service.provider.name == "demo",
        "initials_only": bool(share.initials_only),
        "allow_answers": bool(share.allow_answers),
        "created_at": iso_utc(share.created_at),
        "expires_at": iso_utc(share.expires_at),
        "competencies": competencies_json(board.competencies if board else ()),
        "items": _ranked_list_json(shortlist, own, headlines, counted),
    })


@contract(raises=(*SHARE_PROBLEMS, "CANDIDATE_NOT_FOUND"))
def get_shared_scorecard(service: WebService, request: Request) -> Json[SharedScorecardJson]:
    """GET /api/shared/{token}/candidates/{number}"""
    share = shares.find_share(service, request.params["token"])
    with service.store.read() as tx:
        shared = shares.scorecard(tx, share, request.integer("number"))
    session, result, scorecard = shared.session, shared.result, None
    if result is None and session.total_score is not None:
        result = empty_result(service.rules)
    if result is not None:
        # A video URL works for anybody who has it, even after the share has expired.
        questions = questions_json(result, {}, overrides=shared.overrides)
        with service.store.read() as tx:
            competencies = competencies_of_version(service, tx, share.job_id, result.plan_version)
        scorecard = scorecard_json(
            service.rules, session.result_version, result, questions, competencies, ranking=session
        )
    return json_response({**_candidate_json(shared.candidate), "scorecard": scorecard})


def _ranked_list_json(
    shortlist: list[SharedCandidate], own: Mapping[int, ShareRecommendation], headlines: Mapping[int, str],
    counted: CountedScores,
) -> list[SharedRankedJson]:
    """Rank the candidates among themselves, so that readers do not learn how many others there are."""
    ranking = rank_within([shared.session for shared in shortlist])
    return [
        {
            "rank": ranked.rank, "rank_shared": ranked.rank_shared, "group": ranked.session.section,
            **_candidate_json(shared), **certainty_json(ranked), "close_group": close_group,
            "headline": headlines.get(shared.session.candidate_id),
            "counted_competency_scores": counted.get(shared.session.session_id),
            "my_recommendation": own_recommendation_json(own[shared.session.candidate_id])
            if shared.session.candidate_id in own else None,
        }
        for shared, ranked, close_group in zip(shortlist, ranking, group_ties(ranking), strict=True)
    ]


def _candidate_json(shared: SharedCandidate) -> SharedCandidateJson:
    session = shared.session
    return {
        "number": shared.number,
        "candidate_name": shared.name,
        "interview_status": session.status,
        **scores_and_recommendation_json(session),
        **review_json(session),
        "updated_at": iso_utc(session.updated_at),
        "scored_questions": session.scored_questions,
        "total_questions": session.total_questions,
        "flags": list(session.flags),
        "total_source": session.total_source,
    }


def _share_json(service: Service, tx: Transaction, share: Share) -> ShareJson:
    expired = share.expires_at <= service.clock.now_ms()
    status = "revoked" if share.revoked_at is not None else "expired" if expired else "active"
    candidates = tx.rankings.for_candidates(share.job_id, tx.shares.candidates(share.share_id), erased=False)
    return {
        "share_id": share.share_id,
        "job_id": share.job_id,
        "title": share.title,
        "status": status,
        "url": shares.share_url(service, share) if status == "active" else None,
        "initials_only": bool(share.initials_only),
        "allow_answers": bool(share.allow_answers),
        "created_at": iso_utc(share.created_at),
        "expires_at": iso_utc(share.expires_at),
        "revoked_at": iso_utc(share.revoked_at),
        "opened_count": share.opened_count,
        "last_opened_at": iso_utc(share.last_opened_at),
        "candidates": [
            {
                "candidate_id": candidate.candidate_id, "candidate_name": candidate.candidate_name,
                "session_id": candidate.session_id,
            }
            for candidate in candidates
        ],
    }


def shared_title(service: WebService, share: Share) -> str:
    """Return the share's own title, else the job's."""
    return share.title or service.titles.of(share.job_id) or "Shortlist"
