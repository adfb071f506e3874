"""Positions: sets of questions at the provider, and which of them a job uses."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.jobs import positions
from ..domain.plans.preparing import prepare
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..providers.protocol import Position, PositionDraft, Provider, Question
from ..store.records import JobPosition
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Integer, ListOf, Object, OneOf, Text, optional, read, required
from .deadline import respond_before_deadline
from .shapes import PROVIDER_PROBLEMS, SOURCE_PROBLEMS, Nothing, ProviderName


@dataclass(frozen=True)
class TimeLimit:
    minutes: int = required(Integer(low=0, high=60))
    seconds: int = required(Integer(low=0, high=59))


@dataclass(frozen=True)
class QuestionBody:
    title: str = required(Text(max_chars=500, min_chars=1))
    description: str | None = optional(Text(max_chars=5000, lines=True))
    timeLimit: TimeLimit | None = optional(Object(TimeLimit), description="for the answer")  # noqa: N815 - the API's own name


@dataclass(frozen=True)
class PositionBody:
    name: str = required(Text(max_chars=50, min_chars=1))
    questions: tuple[QuestionBody, ...] = required(ListOf(Object(QuestionBody), min_items=1, max_items=50))
    description: str | None = optional(Text(max_chars=5000, lines=True))


@dataclass(frozen=True)
class JobPositionBody:
    position_id: str = required(Text(max_chars=200, min_chars=1))


class PositionJson(TypedDict):
    """A set of questions at the provider. An archived one accepts no new candidates."""

    position_id: str
    name: str
    archived: bool
    default: bool


class PositionsJson(TypedDict):
    """All positions, including archived ones."""

    items: list[PositionJson]


class JobPositionJson(TypedDict):
    """The position that a job's candidates are invited to."""

    job_id: int
    position_id: str
    position_name: str


class PreparedJson(JobPositionJson):
    """The job is ready for invitations. `assessment_id` and `assessment_name` are those of the position."""

    status: Annotated[str, OneOf(("ready",))]
    provider: ProviderName
    assessment_id: str
    assessment_name: str
    generation_hash: Annotated[str, "Hash of the plan, or without one of the questions in their order."]
    created_now: Annotated[bool, "Whether this call created the position."]


@contract(raises=PROVIDER_PROBLEMS)
def list_positions(service: Service, _request: Request) -> Json[PositionsJson]:
    """GET /api/admin/positions"""
    items = [position_json(position, service.provider) for position in service.provider.positions()]
    return json_response({"items": items})


@contract(body=PositionBody, statuses=(201,), raises=PROVIDER_PROBLEMS)
def create_position(service: Service, request: Request) -> Json[PositionJson]:
    """POST /api/admin/positions"""
    body = read(PositionBody, request.json)
    return json_response(position_json(service.provider.create_position(position_draft(body)), service.provider), 201)


def position_draft(body: PositionBody) -> PositionDraft:
    """The position to create. Raises `VALIDATION_FAILED` for a time limit in which nobody can answer."""
    questions = tuple(
        Question(question.title, question.description, _seconds(question.timeLimit)) for question in body.questions
    )
    return PositionDraft(body.name, body.description, questions)


@contract(body=JobPositionBody, raises=PROVIDER_PROBLEMS)
def assign_position(service: Service, request: Request) -> Json[JobPositionJson]:
    """PUT /api/admin/jobs/{job_id}/position"""
    job_id = request.integer("job_id")
    body = read(JobPositionBody, request.json)
    return json_response(_job_position_json(positions.assign(service, job_id, body.position_id)))


@contract(raises=(*PROVIDER_PROBLEMS, "PLAN_REQUIRED"))
def unassign_position(service: Service, request: Request) -> Json[JobPositionJson]:
    """DELETE /api/admin/jobs/{job_id}/position"""
    return json_response(_job_position_json(positions.unassign(service, request.integer("job_id"))))


@contract(
    body=Nothing,
    raises=(*PROVIDER_PROBLEMS, *SOURCE_PROBLEMS, "JOB_NOT_FOUND", "LIBRARY_INVALID", "PLAN_REQUIRED"),
)
def prepare_assessment(service: Service, request: Request) -> Json[PreparedJson]:
    """POST /api/admin/jobs/{job_id}/assessment/prepare

    Drafts the job's interview plan unless there is one. With `TENER_INTERVIEW_AUTO_PLAN` it is published as well.
    """
    read(Nothing, request.json)
    job_id = request.integer("job_id")
    prepared = respond_before_deadline(service, request, lambda _: prepare(service, job_id))
    position = prepared.position
    return json_response({
        **_job_position_json(position),
        "status": "ready",
        "provider": service.provider.name,
        "assessment_id": position.position_id,
        "assessment_name": position.position_name,
        "generation_hash": prepared.generation_hash,
        "created_now": prepared.created_now,
    })


def position_json(position: Position, provider: Provider) -> PositionJson:
    return {
        "position_id": position.position_id,
        "name": position.name,
        "archived": position.archived,
        "default": position.position_id == provider.default_position_id,
    }


def _job_position_json(position: JobPosition) -> JobPositionJson:
    return {
        "job_id": position.job_id,
        "position_id": position.position_id,
        "position_name": position.position_name,
    }


def _seconds(limit: TimeLimit | None) -> int | None:
    if limit is None:
        return None
    seconds = limit.minutes * 60 + limit.seconds
    if seconds == 0:
        fault = "must have time limits of at least a second"
        message = f"The request is not valid: questions {fault}."
        raise Problem("VALIDATION_FAILED", message, {"fields": {"questions": fault}})
    return seconds
