"""The competencies that a plan scores, or the dimensions of the formula without one."""

from __future__ import annotations

from ...plans.plan import Competency, Plan, read_plan
from ...store.ports import Transaction
from ..service import Service
from .defaults import default_competencies


def competencies_of_version(
    service: Service, tx: Transaction, job_id: int, version: int | None
) -> tuple[Competency, ...]:
    """Return what a version of a job's plan scores; without a plan, the dimensions with the weights of the formula."""
    return scored_competencies(service, find_plan_version(tx, job_id, version))


def find_plan_version(tx: Transaction, job_id: int, version: int | None) -> Plan | None:
    """Return a version of a job's plan; None without one."""
    row = None if version is None else tx.plans.version(job_id, version)
    return read_plan(row.content) if row else None


def scored_competencies(service: Service, plan: Plan | None) -> tuple[Competency, ...]:
    """Return what a plan scores; without one, the dimensions with the weights of the formula."""
    return default_competencies(service.rules.formula) if plan is None else competencies_with_questions(plan)


def competencies_with_questions(plan: Plan) -> tuple[Competency, ...]:
    """Return the competencies of a plan that it has questions about."""
    used = {question.competency for question in plan.questions}
    return tuple(competency for competency in plan.competencies if competency.id in used)
