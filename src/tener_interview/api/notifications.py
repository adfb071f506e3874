"""Today: what needs the signed-in person's attention, across jobs, and what of it is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypedDict

from ..domain.notifications import attention
from ..domain.notifications.attention import TO_REVIEW, AttentionGroup, Today, ToReview
from ..domain.reviews.content import RECOMMENDATIONS
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.notification_records import Attention, AttentionRow, Undelivered
from ..store.outbox_records import Channel
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Integer, OneOf, optional, read, required
from .shapes import At, Score, ScoredWithoutConsent, limit_field
from .web_service import WebService

#: The end of the year 9999, in milliseconds.
_MAX_MS = 253_402_300_799_999
CHANNELS = tuple(channel.value for channel in Channel)
KINDS = (*(kind.value for kind in Attention), TO_REVIEW)


@dataclass(frozen=True)
class TodayQuery:
    finished_since: int | None = optional(
        Integer(low=0, high=_MAX_MS, from_text=True),
        description="milliseconds since 1970: what is finished counts from then, or from your last visit if that is"
        " earlier; without it, for a day",
    )
    seen_at: int | None = optional(
        Integer(low=0, high=_MAX_MS, from_text=True),
        description="milliseconds since 1970: what changed later is new; without it, since your last visit",
    )
    job_id: int | None = optional(Integer(low=1, from_text=True), description="only of this job")
    limit: int = limit_field(10, 500)


@dataclass(frozen=True)
class SeenBody:
    until: int = required(Integer(low=0, high=_MAX_MS), "milliseconds since 1970: `at` of what you have seen")


class TodayItemJson(TypedDict):
    """An interview that needs a person."""

    session_id: str
    job_id: int
    job_title: str | None
    candidate_id: int
    candidate_name: str
    status: str
    at: Annotated[At | None, "When it was finished, invited, or changed last; of running_out, when the link expires."]
    is_new: bool
    review_reason: str | None
    total_score: Score | None
    machine_total: Score | None
    human_total: Score | None
    human_spread: Score | None
    flags: Annotated[list[str], "What is to be checked in the answers, by code; empty for reviewers."]
    recommended_by: Annotated[
        str | None, Example("Ann Mole"), "`recommended`: the reviewer or reader of a shared shortlist who did it last."
    ]
    recommendation: Annotated[str, OneOf(RECOMMENDATIONS), "`recommended`: what they recommend."] | None
    scored_without_consent: ScoredWithoutConsent


class TodayJobJson(TypedDict):
    """How many interviews of a job are of a kind."""

    job_id: int
    job_title: str | None
    total: int
    new: int


class TodayGroupJson(TypedDict):
    """The interviews of one kind: how many there are, by job, and the first of them."""

    kind: Annotated[
        str, OneOf(KINDS),
        "not_written: invited over an hour ago, not opened, and no message was sent or noted. recommended: a reviewer"
        " or a reader of a shared shortlist recommends something, and nobody has decided. More kinds may come.",
    ]
    total: int
    new: int
    jobs: list[TodayJobJson]
    items: list[TodayItemJson]


class UndeliveredItemJson(TypedDict):
    """Something that did not arrive, and about whom it was, if about anybody."""

    outbox_id: Annotated[str, Example("ob_0123456789abcdef0123456789abcdef")]
    channel: Annotated[str, OneOf(CHANNELS), "By e-mail, to an endpoint, to Hireflix, to the judge."]
    state: Annotated[
        str, OneOf(("parked", "uncertain")), "parked: given up. uncertain: it may have arrived."
    ]
    at: At | None
    is_new: bool
    answer: Annotated[str | None, "What the other side said last."]
    session_id: str | None
    job_id: int | None
    job_title: str | None
    candidate_id: int | None
    candidate_name: str | None


class UndeliveredJson(TypedDict):
    """What did not arrive in the last two weeks; nothing for reviewers."""

    total: int
    items: list[UndeliveredItemJson]


class TodayJson(TypedDict):
    """What needs you, across jobs. Reviewers have interviews to review, without scores; recruiters have the rest."""

    at: Annotated[int, "Milliseconds since 1970."]
    seen_at: Annotated[int, "Milliseconds since 1970: when you were last here. 0 for never."]
    finished_since: Annotated[int, "Milliseconds since 1970: since when finished interviews are listed."]
    groups: list[TodayGroupJson]
    undelivered: UndeliveredJson


class NotificationsJson(TypedDict):
    """How much is new since you were last here."""

    at: Annotated[int, "Milliseconds since 1970."]
    seen_at: Annotated[int, "Milliseconds since 1970. 0 for never."]
    total: int
    kinds: Annotated[dict[str, int], "By kind, as in `GET /api/today`."]


class SentAgainJson(TypedDict):
    """It is in the outbox again."""

    status: Annotated[str, OneOf(("queued",))]


class SeenJson(TypedDict):
    """Until when you have seen everything."""

    seen_at: Annotated[int, "Milliseconds since 1970."]


@contract(query=TodayQuery)
def get_today(service: WebService, request: Request) -> Json[TodayJson]:
    """GET /api/today"""
    query = read(TodayQuery, request.query)
    today = attention.today(
        service, request.actor, finished_since=query.finished_since, seen_at=query.seen_at, limit=query.limit,
        job_id=query.job_id,
    )
    titles = _titles(service, today)
    groups = [_group_json(group, titles) for group in today.groups]
    if today.to_review is not None:
        groups = [_to_review_json(today.to_review, titles)]
    return json_response({
        "at": today.at_ms, "seen_at": today.seen_at, "finished_since": today.finished_since, "groups": groups,
        "undelivered": {
            "total": today.undelivered_total,
            "items": [_undelivered_json(row, titles, today.seen_at) for row in today.undelivered],
        },
    })


@contract()
def get_notifications(service: Service, request: Request) -> Json[NotificationsJson]:
    """GET /api/notifications"""
    at_ms, seen_at, kinds = attention.count_new(service, request.actor)
    return json_response({"at": at_ms, "seen_at": seen_at, "total": sum(kinds.values()), "kinds": kinds})


@contract(body=SeenBody)
def mark_seen(service: Service, request: Request) -> Json[SeenJson]:
    """POST /api/notifications/seen: an earlier time than the one that is known changes nothing."""
    body = read(SeenBody, request.json)
    return json_response({"seen_at": attention.mark_seen(service, request.actor, body.until)})


@contract(statuses=(202,), raises=("UNDELIVERED_NOT_FOUND",))
def send_again(service: Service, request: Request) -> Json[SentAgainJson]:
    """POST /api/undelivered/{outbox_id}/send-again"""
    attention.send_again(service, request.actor, request.params["outbox_id"])
    return json_response({"status": "queued"}, 202)


def _titles(service: WebService, today: Today) -> dict[int, str]:
    """The titles of the jobs that are on the page."""
    jobs = [count.job_id for group in today.groups for count in group.counts]
    jobs += [row.job_id for row in today.undelivered if row.job_id is not None]
    jobs += [job.job_id for job in today.to_review.jobs] if today.to_review else []
    return service.titles.by_job(jobs)


def _undelivered_json(row: Undelivered, titles: Mapping[int, str], seen_at: int) -> UndeliveredItemJson:
    return {
        "outbox_id": row.outbox_id, "channel": row.channel, "state": row.state, "at": iso_utc(row.at),
        "is_new": row.at > seen_at, "answer": row.answer, "session_id": row.session_id, "job_id": row.job_id,
        "job_title": None if row.job_id is None else titles.get(row.job_id), "candidate_id": row.candidate_id,
        "candidate_name": row.candidate_name,
    }


def _group_json(group: AttentionGroup, titles: Mapping[int, str]) -> TodayGroupJson:
    return {
        "kind": group.kind.value,
        "total": sum(count.total for count in group.counts),
        "new": sum(count.new for count in group.counts),
        "jobs": [
            {
                "job_id": count.job_id, "job_title": titles.get(count.job_id), "total": count.total,
                "new": count.new,
            }
            for count in group.counts
        ],
        "items": [_item_json(row, titles) for row in group.rows],
    }


def _item_json(row: AttentionRow, titles: Mapping[int, str]) -> TodayItemJson:
    return {
        "session_id": row.session_id,
        "job_id": row.job_id,
        "job_title": titles.get(row.job_id),
        "candidate_id": row.candidate_id,
        "candidate_name": row.candidate_name,
        "status": row.status,
        "at": iso_utc(row.at),
        "is_new": bool(row.is_new),
        "review_reason": row.review_reason,
        "total_score": row.total_score,
        "machine_total": row.machine_total,
        "human_total": row.human_total,
        "human_spread": row.human_spread,
        "flags": list(row.flags),
        "recommended_by": row.recommended_by,
        "recommendation": row.recommendation,
        "scored_without_consent": row.scored_without_consent,
    }


def _to_review_json(to_review: ToReview, titles: Mapping[int, str]) -> TodayGroupJson:
    """Only what the work list of a reviewer says as well: no score."""
    return {
        "kind": TO_REVIEW,
        "total": sum(job.total for job in to_review.jobs),
        "new": sum(job.new for job in to_review.jobs),
        "jobs": [
            {"job_id": job.job_id, "job_title": titles.get(job.job_id), "total": job.total, "new": job.new}
            for job in to_review.jobs
        ],
        "items": [
            {
                "session_id": task.session_id, "job_id": task.job_id, "job_title": titles.get(task.job_id),
                "candidate_id": task.candidate_id, "candidate_name": task.candidate_name, "status": task.state,
                "at": iso_utc(task.completed_at), "is_new": (task.completed_at or 0) > to_review.seen_at,
                "review_reason": None, "total_score": None, "machine_total": None, "human_total": None,
                "human_spread": None, "flags": [], "recommended_by": None, "recommendation": None,
                "scored_without_consent": None,
            }
            for task in to_review.tasks
        ],
    }
