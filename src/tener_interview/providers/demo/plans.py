"""The interview plans of the demo jobs: questions of the library, published when a demo database is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...criteria.files import ConfigError
from ...domain.plans.drafts import propose_draft
from ...domain.plans.publishing import publish
from ...domain.service import Service
from ...plans.library import QuestionLibrary
from ...plans.library_drafter import DIMENSION_WEIGHTS
from ...plans.library_question import ORIGINAL, as_plan_question
from ...plans.plan import Competency, Plan, write_plan
from .unplanned_jobs import plan_rows


def publish_plans(service: Service, job_ids: Sequence[int]) -> None:
    """Give these demo jobs their plans, unless somebody has made one another plan.

    Does nothing where the question library cannot be used. Raises what the store raises.
    """
    try:
        plans = demo_plans(service.library)
    except ConfigError:
        return
    for job_id in job_ids:
        if job_id in plans and _draft_is(service, job_id, plans[job_id]):
            propose_draft(service, job_id, plans[job_id])
            publish(service, job_id)


def demo_plans(library: QuestionLibrary) -> dict[int, Plan]:
    """The plans by job id; without those that ask for a question the library does not have. Raises ConfigError."""
    plans = ((job_id, _build_plan(row, library)) for job_id, row in plan_rows().items())
    return {job_id: plan for job_id, plan in plans if plan is not None}


def _draft_is(service: Service, job_id: int, plan: Plan) -> bool:
    """Return whether the job has this draft or none."""
    with service.store.read() as tx:
        draft = tx.plans.draft(job_id)
    return draft is None or draft.content == write_plan(plan)


def _build_plan(row: dict[str, Any], library: QuestionLibrary) -> Plan | None:
    names = library.dimension_names()
    questions = []
    for entry in row["questions"]:
        question = library.question(entry["library_id"])
        title = question.text.fill({"skill": entry["skill"]} if "skill" in entry else {}) if question else None
        if question is None or title is None:
            return None
        questions.append(as_plan_question(
            question, title, entry["reason"], weight=entry.get("weight", 1), dealbreaker=entry.get("dealbreaker", False)
        ))
    return Plan(
        name=row["name"],
        competencies=tuple(
            Competency(dimension, names[dimension], weight, dimension)
            for dimension, weight in DIMENSION_WEIGHTS.items()
        ),
        questions=tuple(questions),
        language=ORIGINAL,
    )
