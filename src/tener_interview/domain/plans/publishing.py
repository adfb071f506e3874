"""Publish a plan: create its position at the provider, record the version, and give the job the position.

The process may be killed between any two steps, or the provider's answer may never arrive. So it is recorded that a
position is about to be created, by the job and a hash of what candidates see. Whoever finds that recorded, and no
position with it, first looks for the position at the provider, by its name and its questions. A lease keeps other
processes from doing the same at the same time.
"""

from __future__ import annotations

from ...actor import acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...plans.plan import Plan, interview_hash, plan_hash, plan_problems, read_plan, write_plan
from ...providers.protocol import Position, PositionDraft, Question
from ...store.plan_records import PlanVersion
from ...store.records import JobPosition
from ...system import logs
from ..jobs.positions import hash_of_questions
from ..service import Service
from .drafts import Revisions, require_revision
from .lease import hold_lease


@dataclass(frozen=True)
class Publication:
    """A published version. `unchanged`: it was published before; `created_position`: this call created its position."""

    version: PlanVersion
    unchanged: bool
    created_position: bool


@dataclass(frozen=True)
class VersionInUse:
    """A published version, and how many current sessions were invited with it."""

    version: PlanVersion
    sessions: int


def publish(service: Service, job_id: int, revisions: Revisions = None) -> Publication:
    """Publish the draft of a job's plan as it is now; candidates invited from then on get its questions.

    Raises `PLAN_NOT_FOUND` without a draft, `PLAN_CHANGED` if it has none of these revisions, `VALIDATION_FAILED` with
    the problems of an incomplete one, and what the provider raises. The same request sent again goes on where this one
    ended.
    """
    with service.plan_locks.acquire(job_id):
        plan = _publishable_draft(service, job_id, revisions)
        with hold_lease(service, f"plan {job_id}"):
            position_id, created = _ensure_position(service, job_id, plan)
            return _record_version(service, job_id, plan, position_id, created=created)


def list_versions(service: Service, job_id: int) -> list[VersionInUse]:
    """The published versions of a job's plan, newest first."""
    with service.store.read() as tx:
        sessions = tx.plans.sessions_by_version(job_id)
        return [VersionInUse(version, sessions.get(version.version, 0)) for version in tx.plans.versions(job_id)]


def find_version(service: Service, job_id: int, version: int) -> Plan:
    """A published version of a job's plan. Raises `PLAN_NOT_FOUND`."""
    with service.store.read() as tx:
        row = tx.plans.version(job_id, version)
    if row is None:
        raise Problem("PLAN_NOT_FOUND", f"The plan of job {job_id} has no version {version}.")
    return read_plan(row.content)


def _publishable_draft(service: Service, job_id: int, revisions: Revisions) -> Plan:
    with service.store.read() as tx:
        draft = tx.plans.draft(job_id)
        if draft is None:
            raise Problem("PLAN_NOT_FOUND", "The job has no interview plan yet. Save one, or let one be drafted.")
        require_revision(tx, job_id, revisions)
    plan = read_plan(draft.content)
    problems = {problem.path: problem.message for problem in plan_problems(plan)}
    if problems:
        raise Problem(
            "VALIDATION_FAILED", f"The plan cannot be published yet: {' '.join(dict.fromkeys(problems.values()))}",
            {"fields": problems},
        )
    return plan


def _ensure_position(service: Service, job_id: int, plan: Plan) -> tuple[str, bool]:
    """The id of the position with what candidates see of the plan, and whether it was created just now."""
    key = interview_hash(plan)
    with service.store.write() as tx:
        fresh = tx.plans.claim_position(job_id, key, plan.name, service.clock.now_ms())
        claim = tx.plans.position(job_id, key)
    if claim is not None and claim.position_id is not None:
        position = service.provider.position(claim.position_id)
        if position is not None and not position.archived:
            return claim.position_id, False
        with service.store.write() as tx:
            tx.plans.forget_position(job_id, key, claim.position_id)
    position = None if fresh else _find_position(service, plan)
    created = position is None
    if position is None:
        position = service.provider.create_position(PositionDraft(plan.name, None, _questions(plan)))
    with service.store.write() as tx:
        if not tx.plans.record_position(job_id, key, position.position_id):
            raise Problem(
                "INTERVIEW_PROVIDER_UNAVAILABLE",
                "The position was given to another plan at the same moment. Publish again.",
            )
    return position.position_id, created


def _find_position(service: Service, plan: Plan) -> Position | None:
    """The position that an earlier attempt created at the provider, if it did; never one that is used already."""
    with service.store.read() as tx:
        used = tx.plans.used_positions() | {service.provider.default_position_id}
    questions_hash = hash_of_questions(_questions(plan))
    for position in service.provider.positions():
        if position.archived or position.position_id in used or _name(position.name) != _name(plan.name):
            continue
        found = service.provider.position(position.position_id)
        if found and found.questions and not found.archived and questions_hash == hash_of_questions(found.questions):
            return found
    return None


def _record_version(service: Service, job_id: int, plan: Plan, position_id: str, *, created: bool) -> Publication:
    now_ms, digest = service.clock.now_ms(), plan_hash(plan)
    with service.store.write() as tx:
        tx.plans.lock_draft(job_id)
        version = tx.plans.latest(job_id)
        unchanged = version is not None and (version.plan_hash, version.position_id) == (digest, position_id)
        if version is None or not unchanged:
            version = tx.plans.add_version(
                job_id, write_plan(plan), digest, position_id=position_id, position_name=plan.name, at_ms=now_ms
            )
        tx.positions.put(JobPosition(job_id, position_id, plan.name), now_ms)
        if not unchanged:
            tx.audit.append(
                acting.get(), "plan.published", "job", job_id, at_ms=now_ms, job_id=job_id,
                details={"version": version.version, "plan_hash": digest, "position_id": position_id},
            )
    if not unchanged:
        logs.log_event("plan_published", job_id=job_id, version=version.version, questions=len(plan.questions))
    return Publication(version, unchanged, created)


def _questions(plan: Plan) -> tuple[Question, ...]:
    return tuple(
        Question(question.title, question.description, question.time_limit_s, question.thinking_time_s)
        for question in plan.questions
    )


def _name(name: str) -> str:
    return " ".join(name.split())
