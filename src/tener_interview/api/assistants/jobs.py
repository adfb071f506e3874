"""Tools about jobs and their plans."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ...domain.plans.drafts import find_plan
from ...domain.reviews import reviewing
from ...languages.spelling import split_query
from ...lazy_dataclass import dataclass
from ...plans.plan import PlanQuestion, read_plan
from ...sources.protocol import Job
from ...sources.rows import filter_jobs
from ...store.records import JobStatusCounts
from ...web.shape import Integer, OneOf, StrictShape, Text, optional, required
from ..jobs import ALL_JOBS
from ..plan_content import AnchorsJson
from ..plans import PlanFindingsJson, plan_findings
from .call import PageJson, ToolCall, limit_field, offset_field, page_json
from .untrusted import clean_name

#: A plan is shortened to what an assistant needs to talk about it.
_DESCRIPTION_CHARS = 1000


@dataclass(frozen=True)
class ListJobs(StrictShape):
    q: str = optional(Text(max_chars=200), "", "words in the title, location, seniority or number")
    limit: int = limit_field(25, 100)
    offset: int = offset_field()


class ListedJobJson(TypedDict):
    """A job, and how far its candidates are."""

    job_id: int
    title: str | None
    company: str | None
    location: str | None
    paused: Annotated[bool, "Whether candidates are not to be invited at the moment."]
    states: Annotated[dict[str, int], "Candidates by state of their interview; of a reviewer, by state of the review."]
    needs_review: Annotated[int, "Finished interviews without a total, which a person has to look at."]


class JobListJson(PageJson):
    """Jobs, newest first; of a reviewer the assigned ones that have interviews to review."""

    jobs: list[ListedJobJson]


@dataclass(frozen=True)
class GetPlan(StrictShape):
    job_id: int = required(Integer(low=1))
    version: str = optional(
        OneOf(("published", "draft")), "published",
        "`published`: the questions that candidates are asked now; `draft`: the plan as it is being edited",
    )


class PlanQuestionForAssistantJson(TypedDict):
    """A question, and what a good answer covers."""

    question_id: str
    title: str
    description: str | None
    competency: str
    weight: float
    time_limit_s: int
    key_points: list[str]
    anchors: AnchorsJson
    dealbreaker: bool


class CompetencyWeightJson(TypedDict):
    """What some of the questions are about, and its weight in the total."""

    id: str
    name: str
    weight: float


class PlanForAssistantJson(PlanFindingsJson):
    """The interview plan of a job. `state`: `none`, `draft` (never published), `published`, or `changed` since then."""

    job_id: int
    state: str
    version: Annotated[int | None, "The number of the published version; null of a draft."]
    language: str | None
    competencies: list[CompetencyWeightJson]
    questions: list[PlanQuestionForAssistantJson]


def list_jobs(call: ToolCall, arguments: ListJobs) -> JobListJson:
    listed = _assigned_jobs(call) if call.is_reviewer else _all_jobs(call, arguments.q)
    shown = listed[arguments.offset : arguments.offset + arguments.limit]
    return {"jobs": shown, **page_json(len(listed), arguments.offset, len(shown))}


def get_plan(call: ToolCall, arguments: GetPlan) -> PlanForAssistantJson:
    job_plan = find_plan(call.service, arguments.job_id)
    published = job_plan.published if arguments.version == "published" else None
    plan = read_plan(published.content) if published else job_plan.draft if arguments.version == "draft" else None
    return {
        "job_id": arguments.job_id,
        "state": job_plan.state,
        "version": published.version if published else None,
        "language": plan.language if plan else None,
        "competencies": [
            {"id": competency.id, "name": competency.name, "weight": competency.weight}
            for competency in (plan.competencies if plan else ())
        ],
        "questions": [_question(question) for question in (plan.questions if plan else ())],
        **plan_findings(plan),
    }


def _question(question: PlanQuestion) -> PlanQuestionForAssistantJson:
    anchors = question.anchors
    description = question.description
    return {
        "question_id": question.id,
        "title": question.title,
        "description": description and description[:_DESCRIPTION_CHARS],
        "competency": question.competency,
        "weight": question.weight,
        "time_limit_s": question.time_limit_s,
        "key_points": [ways[0] for ways in question.key_points if ways],
        "anchors": {"1": anchors.weak, "3": anchors.middling, "5": anchors.strong},
        "dealbreaker": question.dealbreaker,
    }


def _all_jobs(call: ToolCall, q: str) -> list[ListedJobJson]:
    service = call.service
    jobs = filter_jobs(service.source.jobs(ALL_JOBS), split_query(q))
    service.titles.keep(jobs)
    with service.store.read() as tx:
        counts = tx.sessions.status_counts([job.job_id for job in jobs])
    return [_job(job, counts.get(job.job_id)) for job in jobs]


def _job(job: Job, counts: JobStatusCounts | None) -> ListedJobJson:
    states, needs_review = counts or ({}, 0)
    return {
        "job_id": job.job_id, "title": clean_name(job.title), "company": job.company and clean_name(job.company),
        "location": job.location and clean_name(job.location), "paused": job.paused, "states": states,
        "needs_review": needs_review,
    }


def _assigned_jobs(call: ToolCall) -> list[ListedJobJson]:
    work = reviewing.work_list(call.service, call.actor, job_id=None, state=None, limit=1, offset=0)
    with call.service.store.read() as tx:
        titles = tx.titles.all()
    return [
        {
            "job_id": job.job_id, "title": clean_name(titles[job.job_id].title) if job.job_id in titles else None,
            "company": None, "location": None, "paused": False,
            "states": {"to_do": job.to_do, "draft": job.draft, "submitted": job.submitted}, "needs_review": 0,
        }
        for job in work.jobs
    ]
