"""The position at the provider to which a job's candidates are invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import Problem
from ...plans.plan import questions_hash
from ...providers.protocol import Position, Question
from ...store.records import JobPosition
from ..service import Service


@dataclass(frozen=True)
class PreparedPosition:
    """A position that a job's candidates can be invited to.

    `questions_hash` changes with the questions; `created_now` tells that this call created the position.
    """

    position: JobPosition
    questions_hash: str
    created_now: bool = False


def assign(service: Service, job_id: int, position_id: str) -> JobPosition:
    """Assign a position to a job, for future sessions. Raises `VALIDATION_FAILED` if the position is not usable."""
    fault = "must be the id of a position that is not archived; GET /api/admin/positions lists them"
    try:
        position = _usable_position(service, position_id)
    except Problem as problem:
        if problem.code != "INTERVIEW_PROVIDER_REJECTED":
            raise
        raise Problem("VALIDATION_FAILED", f"position_id {fault}.", {"fields": {"position_id": fault}}) from None
    own = JobPosition(job_id, position.position_id, position.name)
    with service.store.write() as tx:
        tx.positions.put(own, service.clock.now_ms())
    return own


def unassign(service: Service, job_id: int) -> JobPosition:
    """Return a job to the default position."""
    default = _usable_position(service, service.provider.default_position_id)
    with service.store.write() as tx:
        tx.positions.remove(job_id)
    return JobPosition(job_id, default.position_id, default.name)


def prepare(service: Service, job_id: int) -> PreparedPosition:
    """Return the usable position of a job. Raises `INTERVIEW_PROVIDER_REJECTED`."""
    with service.store.read() as tx:
        position_id = service.position_of(tx, job_id)
    position = _usable_position(service, position_id)
    own = JobPosition(job_id, position.position_id, position.name)
    return PreparedPosition(own, hash_of_questions(position.questions or ()))


def hash_of_questions(questions: Sequence[Question]) -> str:
    """Return the SHA-256 of the questions in their order."""
    return questions_hash([(question.title, question.description) for question in questions])


def _usable_position(service: Service, position_id: str) -> Position:
    position = service.provider.position(position_id)
    if position is None or position.archived:
        state = "is archived" if position else "does not exist"
        raise Problem(
            "INTERVIEW_PROVIDER_REJECTED",
            f"Position {position_id} {state} at the interview provider. Give the job another one.",
            {"provider_error": {"type": "PositionNotUsable", "position_id": position_id}},
        )
    return position
