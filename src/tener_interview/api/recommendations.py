"""Recommendations on shared shortlists: a reader leaves them, the recruiter reads them."""

from __future__ import annotations

import re
from typing import Annotated, TypedDict

from ..domain.reviews.content import RECOMMENDATIONS
from ..domain.service import Service
from ..domain.sharing import recommendations
from ..domain.sharing.recommendations import NewRecommendation
from ..lazy_dataclass import dataclass
from ..regex import regex
from ..store.share_records import ShareRecommendation
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Integer, OneOf, Text, optional, read, required
from .shapes import At, limit_field
from .web_service import WebService

READER_COOKIE = "tener_interview_reader"
_COOKIE_TTL_S = 365 * 24 * 3600
_KEY = regex(r"[\w-]{43}", re.ASCII)
_SHARE_PROBLEMS = ("SHARE_LINK_INVALID", "SHARE_LINK_EXPIRED", "SHARE_LINK_REVOKED", "STORE_UNAVAILABLE")
_WRITE_PROBLEMS = (*_SHARE_PROBLEMS, "ANSWERS_NOT_ALLOWED", "CANDIDATE_NOT_FOUND", "CROSS_SITE_REQUEST")


@dataclass(frozen=True)
class RecommendationBody:
    author_name: str = required(Text(max_chars=100, min_chars=1, example="Kim Lee"), "who recommends")
    recommendation: str = required(OneOf(RECOMMENDATIONS))
    note: str | None = optional(Text(max_chars=1000, lines=True, example="Clear and calm; I would meet her."))


@dataclass(frozen=True)
class RecommendationsQuery:
    candidate_id: int | None = optional(Integer(low=1, from_text=True))
    limit: int = limit_field(200, 1000)


class OwnRecommendationJson(TypedDict):
    """What the reader of a shared shortlist recommends."""

    author_name: Annotated[str, Example("Kim Lee")]
    recommendation: Annotated[str, OneOf(RECOMMENDATIONS)]
    note: Annotated[str | None, Example("Clear and calm; I would meet her.")]
    updated_at: At | None


class RecommendationJson(OwnRecommendationJson):
    """A reader's recommendation, under the name that the reader typed. It does not affect scores."""

    recommendation_id: Annotated[str, Example("sr_0123456789abcdef0123456789abcdef")]
    share_id: str
    candidate_id: int


class RecommendationsJson(TypedDict):
    """What readers of a job's shared shortlists recommend, the latest first."""

    job_id: int
    items: list[RecommendationJson]


class TakenBackJson(TypedDict):
    """Nothing is left of the recommendation."""

    removed: bool


@contract(body=RecommendationBody, raises=(*_WRITE_PROBLEMS, "TOO_MANY_RECOMMENDATIONS", "TOO_MANY_ATTEMPTS"))
def put_recommendation(service: WebService, request: Request) -> Json[OwnRecommendationJson]:
    """PUT /api/shared/{token}/candidates/{number}/recommendation

    Only where the share has `allow_answers`. A cookie that names nobody lets the same browser change it later.
    """
    service.guard.refuse_cross_site(request)
    body = read(RecommendationBody, request.json)
    known_key = reader_key(request)
    key = known_key or service.guard.token_urlsafe(32)
    new = NewRecommendation(body.author_name, body.recommendation, body.note or None)
    row = recommendations.recommend(
        service, request.params["token"], request.integer("number"), key, new, service.guard.client_address.of(request)
    )
    response = json_response(own_recommendation_json(row))
    if known_key:
        return response
    secure = "; Secure" if service.guard.https else ""
    cookie = f"{READER_COOKIE}={key}; Path=/api/shared; HttpOnly; SameSite=Strict; Max-Age={_COOKIE_TTL_S}{secure}"
    return response.with_headers(Set_Cookie=cookie)


@contract(raises=_WRITE_PROBLEMS)
def delete_recommendation(service: WebService, request: Request) -> Json[TakenBackJson]:
    """DELETE /api/shared/{token}/candidates/{number}/recommendation"""
    service.guard.refuse_cross_site(request)
    recommendations.take_back(
        service, request.params["token"], request.integer("number"), reader_key(request) or "",
        service.guard.client_address.of(request),
    )
    return json_response({"removed": True})


@contract(query=RecommendationsQuery)
def list_recommendations(service: Service, request: Request) -> Json[RecommendationsJson]:
    """GET /api/jobs/{job_id}/recommendations"""
    job_id = request.integer("job_id")
    query = read(RecommendationsQuery, request.query)
    with service.store.read() as tx:
        rows = tx.recommendations.of_job(job_id, query.candidate_id, limit=query.limit)
    items: list[RecommendationJson] = [
        {
            **own_recommendation_json(row), "recommendation_id": row.recommendation_id, "share_id": row.share_id,
            "candidate_id": row.candidate_id,
        }
        for row in rows
    ]
    return json_response({"job_id": job_id, "items": items})


@contract(raises=("SHARE_NOT_FOUND",))
def remove_recommendation(service: Service, request: Request) -> Json[TakenBackJson]:
    """DELETE /api/shares/{share_id}/recommendations/{recommendation_id}"""
    recommendations.remove(service, request.params["share_id"], request.params["recommendation_id"])
    return json_response({"removed": True})


def reader_key(request: Request) -> str | None:
    """Return the key of the reader's browser; None before the first recommendation."""
    key = request.cookies.get(READER_COOKIE, "")
    return key if _KEY.fullmatch(key) else None


def own_recommendation_json(row: ShareRecommendation) -> OwnRecommendationJson:
    return {
        "author_name": row.author_name, "recommendation": row.recommendation, "note": row.note,
        "updated_at": iso_utc(row.updated_at),
    }
