"""The position at the provider to which a job's candidates are invited."""

from __future__ import annotations

from collections.abc import Sequence

from ...actor import acting
from ...errors import Problem
from ...plans.plan import questions_hash
from ...providers.protocol import Position, Question
from ...store.ports import Transaction
from ...store.records import JobPosition
from ..service import Service


def assign(service: Service, job_id: int, position_id: str) -> JobPosition:
    """Assign a position to a job, for future sessions. Raises `VALIDATION_FAILED` if the position is not usable."""
    fault = "must be the id of a position that is not archived; GET /api/admin/positions lists them"
    try:
        position = usable_position(service, position_id)
    except Problem as problem:
        if problem.code != "INTERVIEW_PROVIDER_REJECTED":
            raise
        raise Problem("VALIDATION_FAILED", f"position_id {fault}.", {"fields": {"position_id": fault}}) from None
    own = JobPosition(job_id, position.position_id, position.name)
    with service.store.write() as tx:
        _record_change(tx, job_id, position.position_id, service.clock.now_ms())
        tx.positions.put(own, service.clock.now_ms())
    return own


def unassign(service: Service, job_id: int) -> JobPosition:
    """Return a job to the default position. Raises `PLAN_REQUIRED` if there is none."""
    if not service.provider.default_position_id:
        raise position_required_problem(job_id)
    default = usable_position(service, service.provider.default_position_id)
    with service.store.write() as tx:
        _record_change(tx, job_id, None, service.clock.now_ms())
        tx.positions.remove(job_id)
    return JobPosition(job_id, default.position_id, default.name)


def _record_change(tx: Transaction, job_id: int, position_id: str | None, now_ms: int) -> None:
    before = tx.positions.get(job_id)
    before_id = before.position_id if before else None
    if before_id != position_id:
        tx.audit.append(
            acting.get(), "job.position_changed", "job", job_id, at_ms=now_ms, job_id=job_id,
            details={"before": before_id, "after": position_id},
        )


def hash_of_questions(questions: Sequence[Question]) -> str:
    """Return the SHA-256 of the questions in their order."""
    return questions_hash([(question.title, question.description) for question in questions])


def position_required_problem(job_id: int) -> Problem:
    """Return the problem of a job without a position, where there is no default one."""
    return Problem(
        "PLAN_REQUIRED",
        f"Job {job_id} has no questions yet. Publish its interview plan (POST /api/jobs/{job_id}/plan/draft, then"
        " …/plan/publish), or assign a position to it. TENER_INTERVIEW_AUTO_PLAN=true does the first by itself.",
        {"job_id": job_id},
    )


def usable_position(service: Service, position_id: str) -> Position:
    """Return a position that takes candidates. Raises `INTERVIEW_PROVIDER_REJECTED`."""
    position = service.provider.position(position_id)
    if position is None or position.archived:
        state = "is archived" if position else "does not exist"
        raise Problem(
            "INTERVIEW_PROVIDER_REJECTED",
            f"Position {position_id} {state} at the interview provider. Give the job another one.",
            {"provider_error": {"type": "PositionNotUsable", "position_id": position_id}},
        )
    return position
