"""The tool that lists the candidates of a job."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ...domain.candidates.find_candidates import STATES, CandidateQuery, find_candidates
from ...domain.reviews import reviewing
from ...errors import Problem
from ...languages.spelling import split_query
from ...lazy_dataclass import dataclass
from ...sources.protocol import Candidate
from ...store.records import CandidateSessionSummary, LeaderboardFilters
from ...store.review_records import ReviewTask
from ...web.shape import Integer, OneOf, StrictShape, Text, optional, required
from ..shapes import Decision, Score, SessionStatus, decision_filter
from .call import PageJson, ToolCall, limit_field, offset_field, page_json
from .untrusted import clean_name


@dataclass(frozen=True)
class ListCandidates(StrictShape):
    job_id: int = required(Integer(low=1))
    state: str | None = optional(OneOf(STATES), description="only in this state; `none`: not invited")
    decision: str | None = decision_filter()
    q: str = optional(Text(max_chars=200), "", "words in a candidate's details, or the id")
    limit: int = limit_field(25, 100)
    offset: int = offset_field()


class ListedCandidateJson(TypedDict):
    """A candidate of a job; the rest is null without an interview, and where a reviewer may not see it."""

    candidate_id: int
    candidate_name: str
    match_score: Annotated[float | None, "On the source's own scale."]
    session_id: str | None
    status: SessionStatus | None
    total_score: Score | None
    needs_review: bool
    decision: Decision | None
    my_review: Annotated[
        Annotated[str, OneOf(("to_do", "draft", "submitted"))] | None, "Of a reviewer: the state of one's own review."
    ]


class CandidateListJson(PageJson):
    """Candidates of a job, best match first; of a reviewer, those with a finished interview to review."""

    job_id: int
    candidates: list[ListedCandidateJson]


def list_candidates(call: ToolCall, arguments: ListCandidates) -> CandidateListJson:
    if call.is_reviewer:
        return _to_review(call, arguments)
    query = CandidateQuery(
        split_query(arguments.q), arguments.state, arguments.offset, arguments.limit,
        LeaderboardFilters(decision=arguments.decision),
    )
    page = find_candidates(call.service, arguments.job_id, query)
    with call.service.store.read() as tx:
        sessions = tx.sessions.summaries_by_candidate(
            arguments.job_id, [candidate.candidate_id for candidate in page.candidates]
        )
    listed = [_listed_candidate_json(candidate, sessions.get(candidate.candidate_id)) for candidate in page.candidates]
    return {"job_id": arguments.job_id, "candidates": listed, **page_json(page.total, arguments.offset, len(listed))}


def _to_review(call: ToolCall, arguments: ListCandidates) -> CandidateListJson:
    if arguments.state or arguments.decision or arguments.q:
        raise Problem("FORBIDDEN", "A reviewer's list has no search: leave out state, decision and q.")
    work = reviewing.work_list(
        call.service, call.actor, job_id=arguments.job_id, state=None, limit=arguments.limit, offset=arguments.offset
    )
    total = sum(job.to_do + job.draft + job.submitted for job in work.jobs)
    listed = [_task(task) for task in work.tasks]
    return {"job_id": arguments.job_id, "candidates": listed, **page_json(total, arguments.offset, len(listed))}


def _task(task: ReviewTask) -> ListedCandidateJson:
    return {
        "candidate_id": task.candidate_id, "candidate_name": clean_name(task.candidate_name), "match_score": None,
        "session_id": task.session_id, "status": None, "total_score": None, "needs_review": False, "decision": None,
        "my_review": task.state,
    }


def _listed_candidate_json(candidate: Candidate, session: CandidateSessionSummary | None) -> ListedCandidateJson:
    return {
        "candidate_id": candidate.candidate_id,
        "candidate_name": clean_name(session.candidate_name if session else candidate.full_name),
        "match_score": candidate.match_score,
        "session_id": session.session_id if session else None,
        "status": session.status if session else None,
        "total_score": session.total_score if session else None,
        "needs_review": bool(session and session.review_reason),
        "decision": session.decision if session else None,
        "my_review": None,
    }
