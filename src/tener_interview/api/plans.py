"""The interview plan of a job: its draft, and trying an answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, TypedDict

from ..domain.plans.defaults import plan_defaults
from ..domain.plans.drafting import draft_for_job
from ..domain.plans.drafts import (
    CHANGED,
    DRAFT,
    NO_DRAFT,
    PUBLISHED,
    TAG,
    JobPlan,
    ProposedDraft,
    Revisions,
    find_plan,
    propose_draft,
    save_draft,
)
from ..domain.plans.importing import plan_from_position
from ..domain.plans.publishing import list_versions, publish
from ..domain.plans.trying import try_answer
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..plans.drafting import DRAFTERS, LIBRARY, MAX_DRAFTED_QUESTIONS, MIN_DRAFTED_QUESTIONS, MODEL
from ..plans.plan import Plan, candidate_minutes, plan_problems, read_plan
from ..plans.sensitive_questions import SensitiveMatch, find_sensitive
from ..regex import regex
from ..store.plan_records import PlanVersion
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.lenient import LanguageTag
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Boolean, Integer, Object, OneOf, Text, optional, read, required
from .answer_score import TriedQuestionJson, tried_question_json
from .deadline import respond_before_deadline
from .plan_content import PlanBody, PlanJson, PlanQuestionBody, plan_json, to_plan, to_question
from .shapes import PROVIDER_PROBLEMS, SOURCE_PROBLEMS, At, Nothing

_TAGS = regex(r'\s*(W/)?"([^"]*)"\s*(?:,|$)')
_REVISION = regex(TAG.replace("{}", "([0-9]{1,18})"))


@dataclass(frozen=True)
class TryBody:
    question: PlanQuestionBody = required(Object(PlanQuestionBody), "as it is being edited")
    answer: str = required(Text(20_000, 1, lines=True), "an example of an answer")
    language: str | None = optional(LanguageTag(), description="of the answer, if it is another")


@dataclass(frozen=True)
class DraftBody:
    questions: int | None = optional(
        Integer(MIN_DRAFTED_QUESTIONS, MAX_DRAFTED_QUESTIONS), description="how many; without it, as the job suggests"
    )
    language: str | None = optional(LanguageTag(), description="of the interview; without it, the job's")
    replace: bool = optional(Boolean(), False, "save it as the draft even where there is one")
    drafter: str = optional(
        OneOf(DRAFTERS), LIBRARY, "`model`: the language model for second opinions words the questions, if there is one"
    )


@dataclass(frozen=True)
class ImportBody:
    position_id: str = required(Text(max_chars=200, min_chars=1))
    replace: bool = optional(Boolean(), False, "save it as the draft even where there is one")


class PlanVersionJson(TypedDict):
    """A published version of a plan; it never changes."""

    version: Annotated[int, "Counted from 1."]
    plan_hash: Annotated[str, "Of all that the version says."]
    position_id: Annotated[str, "The position with its questions."]
    position_name: str
    published_at: At
    questions: Annotated[int, "How many."]


class PublishedPlanJson(PlanVersionJson):
    """The version that candidates are invited with from now on."""

    unchanged: Annotated[bool, "The same was published before; this is that version."]
    created_position: Annotated[bool, "Whether its position was created by this very call."]


class PlanVersionInUseJson(PlanVersionJson):
    """A version, what it says, and who has it."""

    plan: PlanJson
    sessions: Annotated[int, "How many candidates were invited with it."]


class PlanVersionsJson(TypedDict):
    """Newest first."""

    items: list[PlanVersionInUseJson]


class PlanProblemJson(TypedDict):
    """Why the draft cannot be published."""

    path: Annotated[str, "Where in the plan, as `questions[2].title`."]
    message: str


class PlanWarningJson(TypedDict):
    """A question that touches what the law protects, or that invites bias."""

    question_id: str
    topic: str
    phrase: Annotated[str, "As it is written there."]
    message: Annotated[str, "What to ask instead."]


class PlanFindingsJson(TypedDict):
    """Problems and warnings of a plan."""

    problems: Annotated[list[PlanProblemJson], "What keeps the plan from being published."]
    warnings: Annotated[list[PlanWarningJson], "Questions to think about again; they may be published."]
    candidate_minutes: Annotated[float | None, "How long a candidate needs at most."]


DraftedBy = Annotated[str, OneOf(DRAFTERS)]


class ProposedPlanJson(PlanFindingsJson):
    """A plan that was made for a job; the draft is another one unless it is `saved`."""

    saved: Annotated[bool, "Whether it is the job's draft now."]
    plan: PlanJson
    reasons: Annotated[dict[str, str], "By question id: why it is in the plan."]
    drafted_by: Annotated[DraftedBy | None, "Who worded the questions; null for an import."]
    note: Annotated[str | None, "What is not as it was asked for, such as questions of the library in their place."]


class JobPlanJson(PlanFindingsJson):
    """The plan of a job: the draft that is being edited, and the latest published version."""

    job_id: int
    state: Annotated[
        str, OneOf((NO_DRAFT, DRAFT, PUBLISHED, CHANGED)),
        "`draft` was never published; `published` is as the latest version; `changed` was edited since.",
    ]
    draft: PlanJson | None
    saved_at: At | None
    published: PlanVersionJson | None
    position_in_use: Annotated[str | None, "To which candidates are invited now, from this plan or not."]


@contract()
def get_plan(service: Service, request: Request) -> Json[JobPlanJson]:
    """GET /api/jobs/{job_id}/plan

    Its `ETag` is that of the draft: send it back as `If-Match` with what you save.
    """
    return job_plan_response(find_plan(service, request.integer("job_id")))


@contract(body=PlanBody, conditional=True)
def put_plan(service: Service, request: Request) -> Json[JobPlanJson]:
    """PUT /api/jobs/{job_id}/plan

    A draft may be incomplete; `problems` says what it lacks. Members that it does not know are refused.
    """
    job_id = request.integer("job_id")
    body = read(PlanBody, request.json)
    revisions = if_match(service, request, job_id)
    plan = to_plan(body, plan_defaults(service, job_id))
    return job_plan_response(save_draft(service, job_id, plan, revisions))


@contract(body=DraftBody, raises=(*SOURCE_PROBLEMS, "JOB_NOT_FOUND", "LIBRARY_INVALID", "PLAN_CHANGED", "JUDGE_OFF"))
def draft_plan(service: Service, request: Request) -> Json[ProposedPlanJson]:
    """POST /api/jobs/{job_id}/plan/draft

    A draft to edit: it is made of the job's text, skills and seniority and of the question library, without a model
    unless that is asked for. What a model words is checked, and what should not be asked is refused.
    """
    job_id = request.integer("job_id")
    body = read(DraftBody, request.json)
    draft = draft_for_job(
        service, job_id, questions=body.questions, language=body.language, by_model=body.drafter == MODEL
    )
    proposed = propose_draft(service, job_id, draft.plan, draft.reasons, replace=body.replace)
    return _proposed_json(proposed, draft.drafted_by, draft.note)


@contract(body=ImportBody, raises=(*PROVIDER_PROBLEMS, "PLAN_CHANGED"))
def import_plan(service: Service, request: Request) -> Json[ProposedPlanJson]:
    """POST /api/jobs/{job_id}/plan/import

    What the criteria file asks for in such questions comes with them.
    """
    job_id = request.integer("job_id")
    body = read(ImportBody, request.json)
    plan = plan_from_position(service, body.position_id)
    return _proposed_json(propose_draft(service, job_id, plan, replace=body.replace))


@contract(body=TryBody)
def try_plan(service: Service, request: Request) -> Json[TriedQuestionJson]:
    """POST /api/jobs/{job_id}/plan/try"""
    job_id = request.integer("job_id")
    body = read(TryBody, request.json)
    question = to_question(body.question, plan_defaults(service, job_id).competencies)
    scored = try_answer(service, job_id, question, body.answer, body.language)
    return json_response(tried_question_json(scored, question.key_points))


@contract(body=Nothing, conditional=True, raises=(*PROVIDER_PROBLEMS, "PLAN_NOT_FOUND"))
def publish_plan(service: Service, request: Request) -> Json[PublishedPlanJson]:
    """POST /api/jobs/{job_id}/plan/publish

    Creates the position at Hireflix, to which candidates are invited from then on; whoever was invited before keeps
    the earlier questions. The same plan published again is the same version.
    """
    read(Nothing, request.json)
    job_id = request.integer("job_id")
    revisions = if_match(service, request, job_id) if request.header("If-Match") else None
    publication = respond_before_deadline(service, request, lambda _: publish(service, job_id, revisions))
    plan_json: PublishedPlanJson = {
        **version_json(publication.version),
        "unchanged": publication.unchanged,
        "created_position": publication.created_position,
    }
    return json_response(plan_json).with_headers(ETag=TAG.format(find_plan(service, job_id).revision))


@contract()
def list_plan_versions(service: Service, request: Request) -> Json[PlanVersionsJson]:
    """GET /api/jobs/{job_id}/plan/versions"""
    versions = list_versions(service, request.integer("job_id"))
    items: list[PlanVersionInUseJson] = [
        {**version_json(used.version), "plan": plan_json(read_plan(used.version.content)), "sessions": used.sessions}
        for used in versions
    ]
    return json_response({"items": items})


def if_match(service: Service, request: Request, job_id: int) -> Revisions:
    """The revisions in If-Match (RFC 9110 section 13.1.1); None for `*`. Without it, only that of no draft at all.

    Raises `PRECONDITION_REQUIRED` without the header where there is a draft, and `PLAN_CHANGED` for tags that are weak
    or not ours: they match nothing.
    """
    header = (request.header("If-Match") or "").strip()
    if not header:
        if find_plan(service, job_id).revision:
            raise Problem(
                "PRECONDITION_REQUIRED",
                "Send If-Match with the ETag of the plan as you read it, so that nobody's changes are lost.",
            )
        return {0}
    if header == "*":
        return None
    tags = [f'"{tag}"' for weak, tag in _TAGS.findall(header) if not weak]
    revisions = {int(match[1]) for tag in tags if (match := _REVISION.fullmatch(tag))}
    if not revisions:
        etag = TAG.format(find_plan(service, job_id).revision)
        raise Problem(
            "PLAN_CHANGED", f"If-Match has no ETag of a plan. Send one as it came, in quotes and without W/: {etag}.",
            {"etag": etag, "saved_at": None}, headers={"ETag": etag},
        )
    return revisions


def _proposed_json(
    proposed: ProposedDraft, drafted_by: str | None = None, note: str | None = None
) -> Json[ProposedPlanJson]:
    plan = proposed.plan
    proposal: ProposedPlanJson = {
        "saved": proposed.saved,
        "plan": plan_json(plan),
        "reasons": dict(proposed.reasons),
        "drafted_by": drafted_by,
        "note": note,
        **plan_findings(plan),
    }
    return json_response(proposal).with_headers(ETag=TAG.format(proposed.revision))


def job_plan_response(plan: JobPlan) -> Json[JobPlanJson]:
    return json_response(job_plan_json(plan)).with_headers(ETag=TAG.format(plan.revision))


def job_plan_json(plan: JobPlan) -> JobPlanJson:
    draft = plan.draft
    return {
        "job_id": plan.job_id,
        "state": plan.state,
        "draft": plan_json(draft) if draft else None,
        "saved_at": None if plan.saved_at is None else iso_utc(plan.saved_at),
        "published": plan.published and version_json(plan.published),
        **plan_findings(draft),
        "position_in_use": plan.position_in_use,
    }


def plan_findings(plan: Plan | None) -> PlanFindingsJson:
    if plan is None:
        return {"problems": [], "warnings": [], "candidate_minutes": None}
    return {
        "problems": [{"path": problem.path, "message": problem.message} for problem in plan_problems(plan)],
        "warnings": [
            {"question_id": question.id, "topic": match.topic, "phrase": match.phrase, "message": match.instead}
            for question in plan.questions
            for match in _sensitive_matches(f"{question.title}\n{question.description or ''}")
        ],
        "candidate_minutes": candidate_minutes(plan),
    }


@lru_cache(maxsize=500)
def _sensitive_matches(text: str) -> tuple[SensitiveMatch, ...]:
    """Kept, because a plan that is edited is saved every few seconds and hardly any of its questions changes."""
    return find_sensitive(text)


def version_json(version: PlanVersion) -> PlanVersionJson:
    return {
        "version": version.version,
        "plan_hash": version.plan_hash,
        "position_id": version.position_id,
        "position_name": version.position_name,
        "published_at": iso_utc(version.published_at) or "",
        "questions": len(read_plan(version.content).questions),
    }
