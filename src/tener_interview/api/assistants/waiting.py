"""The tool that lists candidates who wait for us or whom we wait for: in one job, or their number in all jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypedDict

from ...domain.leaderboard.leaderboard import RankedSession, RankingQuery, rank_sessions
from ...domain.notifications import attention
from ...lazy_dataclass import dataclass
from ...store import records
from ...store.decision_records import UNDECIDED
from ...store.notification_records import Attention
from ...store.records import CandidateSessionSummary, LeaderboardFilters
from ...store.session import Status
from ...system.clock import iso_utc
from ...web.shape import OneOf, StrictShape, optional
from ..shapes import At, Score, SessionStatus
from .call import PageJson, ToolCall, job_id_field, limit_field, offset_field, page_json
from .untrusted import clean_name

#: How many counts of jobs a result holds at most.
_MAX_JOBS = 200
#: For whom or what a candidate waits -> which part of the leaderboard that is.
WAITING_FOR: Mapping[str, LeaderboardFilters] = {
    "interview": LeaderboardFilters(section=records.WAITING),
    "human_look": LeaderboardFilters(section=records.NEEDS_REVIEW),
    "decision": LeaderboardFilters(section=records.RANKED, decision=UNDECIDED),
}


@dataclass(frozen=True)
class ListWaiting(StrictShape):
    job_id: int | None = job_id_field("whose candidates to list; without it, only `in_all_jobs` is filled")
    waiting_for: str = optional(
        OneOf(tuple(WAITING_FOR)), "interview",
        "`interview`: the candidate has not finished, or the answers are not transcribed yet; `human_look`: finished"
        " without a total; `decision`: scored, and nobody has decided",
    )
    limit: int = limit_field(25, 100)
    offset: int = offset_field()


class WaitingCandidateJson(TypedDict):
    """A candidate who waits, or is waited for."""

    candidate_id: int
    candidate_name: str
    session_id: str
    status: SessionStatus
    invited_at: At | None
    opened_link: bool
    expires_at: Annotated[At | None, "When the link stops working."]
    unchanged_since: At | None
    reason: Annotated[str | None, "Why a human look is needed."]
    total_score: Score | None


class WaitingJobJson(TypedDict):
    """How many candidates of a job need attention for one reason."""

    reason: Annotated[
        str, OneOf(tuple(kind.value for kind in Attention)),
        "`needs_look`: finished without a total; `finished`: within a day, undecided; `running_out`: the link ends"
        " within two days; `not_written`: a link that nobody has sent; `not_answered`: invited three days ago or"
        " earlier; `disagreement`: totals of people and"
        " machine, or of two reviewers, are more than 20 points apart; `recommended`: a reviewer or"
        " a reader of a shared shortlist recommends something, undecided",
    ]
    job_id: int
    candidates: int


class WaitingListJson(PageJson):
    """The job's candidates, the longest waiting first; and how many need attention in all jobs."""

    job_id: int | None
    in_all_jobs: list[WaitingJobJson]
    candidates: list[WaitingCandidateJson]


def list_waiting(call: ToolCall, arguments: ListWaiting) -> WaitingListJson:
    in_all_jobs = _in_all_jobs(call)
    if arguments.job_id is None:
        return {"job_id": None, "in_all_jobs": in_all_jobs, "candidates": [], "total": 0, "next_offset": None}
    filters = WAITING_FOR[arguments.waiting_for]
    query = RankingQuery(arguments.limit, arguments.offset, filters, sort="updated_at")
    with call.service.store.read() as tx:
        ranked = rank_sessions(tx, arguments.job_id, query)
        total = sum(tx.rankings.count(arguments.job_id, filters).by_section.values())
        summaries = tx.sessions.summaries_by_candidate(
            arguments.job_id, [candidate.session.candidate_id for candidate in ranked]
        )
    waiting = [_waiting(candidate, summaries[candidate.session.candidate_id]) for candidate in ranked]
    return {
        "job_id": arguments.job_id, "in_all_jobs": in_all_jobs, "candidates": waiting,
        **page_json(total, arguments.offset, len(waiting)),
    }


def _in_all_jobs(call: ToolCall) -> list[WaitingJobJson]:
    today = attention.today(call.service, call.actor, finished_since=None, seen_at=None, limit=1)
    counts: list[WaitingJobJson] = [
        {"reason": group.kind.value, "job_id": count.job_id, "candidates": count.total}
        for group in today.groups for count in group.counts
    ]
    return counts[:_MAX_JOBS]


def _waiting(ranked: RankedSession, summary: CandidateSessionSummary) -> WaitingCandidateJson:
    session = ranked.session
    has_link = session.status in (Status.INVITED, Status.IN_PROGRESS)
    return {
        "candidate_id": session.candidate_id,
        "candidate_name": clean_name(session.candidate_name),
        "session_id": session.session_id,
        "status": session.status,
        "invited_at": iso_utc(summary.invited_at),
        "opened_link": summary.opened_at is not None,
        "expires_at": iso_utc(summary.link.expires_at) if has_link else None,
        "unchanged_since": iso_utc(session.updated_at),
        "reason": session.review_reason,
        "total_score": session.total_score,
    }
