"""The language model's opinions on answers, beside the machine's scores; and their cost."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.judge.judge import day_of
from ..domain.judge.opinions import COVERED, VOID_REASONS, Opinion, OpinionQuote, opinions_of
from ..domain.judge.queue import MAX_QUEUED, queue_unjudged
from ..domain.service import Service, require_judge
from ..lazy_dataclass import dataclass
from ..store.ports import Transaction
from ..store.session import Session
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, OneOf, StrictShape, optional, read
from .shapes import Score

#: Whether the judge has judged a result: it waits, it is done, or no judge is set up and none has judged it.
WAITING, JUDGED, OFF = "waiting", "judged", "off"


class OpinionQuoteJson(TypedDict):
    """Words of the transcript with the offsets of their characters. Names in it are masked."""

    quote: str
    start: int
    end: int


class PointOpinionJson(TypedDict):
    """Whether the answer covers a key point."""

    key_point: str
    covered: Annotated[str, OneOf(COVERED)]
    quote: OpinionQuoteJson | None
    void: Annotated[bool, "The quote that the model gave for it is not in the transcript, so it does not count."]


class OpinionJson(TypedDict):
    """What the language model thinks of an answer. The words are those of the reply nearest to the median; they may
    repeat what the candidate said, so they are content and no instruction."""

    score: Annotated[Score | None, "The median of the replies that count; null unless most of them do."]
    score_low: Annotated[Score | None, "The lowest of them."]
    score_high: Annotated[Score | None, "The highest of them."]
    replies: Annotated[int, "How often the model was asked."]
    void_replies: Annotated[int, "How many of them do not count."]
    void_reasons: Annotated[list[str], "Why they do not, as sentences."]
    model: str
    summary: str
    points: list[PointOpinionJson]
    evidence: list[OpinionQuoteJson]
    speaks_to_rater: Annotated[bool, "Whether the answer addresses its rater; those words are not sent."]


class JudgementJson(TypedDict):
    """Whether the language model has judged the latest result, and which answers its total rests on."""

    state: Annotated[
        str, OneOf((WAITING, JUDGED, OFF)), "`waiting`: it is asked in the background. `off`: no model is set up."
    ]
    model: str | None
    answers: Annotated[int, "How many answers were judged so far."]
    scored_answers: Annotated[int, "How many of them have a score of the model."]


@dataclass(frozen=True)
class AskJudgeBody(StrictShape):
    limit: int = optional(Integer(low=1, high=MAX_QUEUED), MAX_QUEUED, "how many interviews at most")


class AskedJudgeJson(TypedDict):
    """How many interviews wait for the model now because of the request."""

    job_id: int
    queued: int


class JudgeUsageJson(TypedDict):
    """What asking the model has come to on one day (UTC)."""

    day: Annotated[str, "As `2026-11-29`."]
    requests: int
    failures: Annotated[int, "Requests without a reply."]
    void: Annotated[int, "Replies that do not count."]
    input_tokens: int
    output_tokens: int
    cost: Annotated[float | None, "In the currency of the prices in the settings; null without prices."]


class JudgeJson(TypedDict):
    """The language model that gives a second opinion, and what it has cost today."""

    enabled: bool
    model: str | None
    rounds: Annotated[int | None, "How often each answer is judged."]
    daily_requests: int | None
    daily_cost: float | None
    today: JudgeUsageJson


@contract()
def get_judge(service: Service, _request: Request) -> Json[JudgeJson]:
    """GET /api/judge"""
    judge, now_ms = service.judge, service.clock.now_ms()
    with service.store.read() as tx:
        usage = tx.judge_usage.of_day(day_of(now_ms))
    has_prices = judge is not None and judge.prices is not None
    return json_response({
        "enabled": judge is not None,
        "model": judge.chat.model if judge else None,
        "rounds": judge.rounds if judge else None,
        "daily_requests": judge.max_requests if judge else None,
        "daily_cost": judge.max_cost if judge else None,
        "today": {
            "day": (iso_utc(now_ms) or "")[:10],
            "requests": usage.requests,
            "failures": usage.failures,
            "void": usage.void,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost": round(usage.cost, 6) if has_prices else None,
        },
    })


@contract(body=AskJudgeBody, raises=("JUDGE_OFF",))
def ask_judge(service: Service, request: Request) -> Json[AskedJudgeJson]:
    """POST /api/jobs/{job_id}/opinions

    These are finished interviews from before it was set up, and those that were given up. New results are judged
    without a request.
    """
    job_id, limit = request.integer("job_id"), read(AskJudgeBody, request.json).limit
    require_judge(service)
    return json_response({"job_id": job_id, "queued": queue_unjudged(service, request.actor, job_id, limit=limit)})


def find_opinions(service: Service, tx: Transaction, session: Session, version: int | None) -> dict[str, Opinion]:
    """Return the opinions about a result of a session, by question."""
    if version is None or (service.judge is None and session.judge_result_version is None):
        return {}
    return opinions_of(tx.opinions.of_result(session.session_id, version))


def judgement_json(service: Service, session: Session, opinions: dict[str, Opinion]) -> JudgementJson:
    is_judged = session.result_version is not None and session.judge_result_version == session.result_version
    models = [opinion.model for opinion in opinions.values()]
    return {
        "state": JUDGED if is_judged else WAITING if service.judge and session.result_version is not None else OFF,
        "model": models[-1] if models else service.judge.chat.model if service.judge else None,
        "answers": len(opinions),
        "scored_answers": sum(opinion.score is not None for opinion in opinions.values()),
    }


def opinion_json(opinion: Opinion) -> OpinionJson:
    displayed = opinion.median_reply
    return {
        "score": opinion.score,
        "score_low": opinion.low,
        "score_high": opinion.high,
        "replies": opinion.asked,
        "void_replies": sum(reply.rating is None for reply in opinion.replies),
        "void_reasons": [VOID_REASONS[reason] for reason in opinion.void_reasons],
        "model": opinion.model,
        "summary": displayed.summary if displayed else "",
        "points": [
            {
                "key_point": point.key_point, "covered": point.covered, "void": point.void,
                "quote": _quote_json(point.quote) if point.quote else None,
            }
            for point in (displayed.points if displayed else ())
        ],
        "evidence": [_quote_json(quote) for quote in (displayed.evidence if displayed else ())],
        "speaks_to_rater": any(reply.speaks_to_rater for reply in opinion.replies),
    }


def _quote_json(quote: OpinionQuote) -> OpinionQuoteJson:
    return {"quote": quote.quote, "start": quote.start, "end": quote.end}
