"""Prepare a job: draft its plan, publish it where the settings say so, and tell where its candidates are invited."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.records import JobPosition
from ...system import logs
from ..jobs.positions import hash_of_questions, position_required_problem, usable_position
from ..service import Service
from .drafting import draft_for_job
from .drafts import propose_draft
from .publishing import publish

Done = TypeVar("Done")


@dataclass(frozen=True)
class PreparedPosition:
    """A position that a job's candidates can be invited to.

    `generation_hash` is that of the plan, or of the questions without one; it changes with them. `created_now` tells
    that this call created the position.
    """

    position: JobPosition
    generation_hash: str
    created_now: bool = False


def prepare(service: Service, job_id: int) -> PreparedPosition:
    """Draft the plan of a job unless there is one, publish it where that is wanted, and return the job's position.

    A job that somebody assigned a position to keeps it. Raises `PLAN_REQUIRED` if the job has no position then, and
    `INTERVIEW_PROVIDER_REJECTED` if it takes no candidates.
    """
    with service.store.read() as tx:
        has_draft, has_position = tx.plans.draft(job_id) is not None, bool(service.position_of(tx, job_id))
        needs_plan = service.policy.auto_plan and tx.plans.latest(job_id) is None and tx.positions.get(job_id) is None
    created = False
    try:
        if not has_draft:
            _draft(service, job_id)
        created = needs_plan and publish(service, job_id).created_position
    except Problem as problem:
        if not has_position:
            raise
        logs.log_event("plan_not_made", logging.WARNING, job_id=job_id, code=problem.code)
    with service.store.read() as tx:
        position_id = service.position_of(tx, job_id)
        version = tx.plans.latest_asked_in(job_id, position_id)
    if not position_id:
        raise position_required_problem(job_id)
    position = usable_position(service, position_id)
    own = JobPosition(job_id, position.position_id, position.name)
    generation_hash = version.plan_hash if version else hash_of_questions(position.questions or ())
    return PreparedPosition(own, generation_hash, created)


def run_with_plan(service: Service, job_id: int, work: Callable[[], Done]) -> Done:
    """Do work that needs a position; where the job has none, make its plan first if the settings say so."""
    try:
        return work()
    except Problem as problem:
        if problem.code != "PLAN_REQUIRED" or not service.policy.auto_plan:
            raise
    make_plan(service, job_id)
    return work()


def position_to_invite(service: Service, tx: Transaction, job_id: int) -> tuple[str, int | None]:
    """The position that candidates are invited to now, and the version of the plan that it has the questions of.

    Raises `PLAN_REQUIRED`.
    """
    position_id = service.position_of(tx, job_id)
    if not position_id:
        raise position_required_problem(job_id)
    version = tx.plans.latest_asked_in(job_id, position_id)
    return position_id, version and version.version


def make_plan(service: Service, job_id: int) -> None:
    """Draft and publish the plan of a job; a draft that there is already is published as it is."""
    with service.store.read() as tx:
        has_draft = tx.plans.draft(job_id) is not None
    if not has_draft:
        _draft(service, job_id)
    publish(service, job_id)


def _draft(service: Service, job_id: int) -> None:
    draft = draft_for_job(service, job_id)
    try:
        propose_draft(service, job_id, draft.plan, draft.reasons)
    except Problem as problem:
        # Somebody else saved one at the same moment.
        if problem.code != "PLAN_CHANGED":
            raise
