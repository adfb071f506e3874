"""The interview plans of the demo jobs: questions of the library, published when a demo database is new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...criteria.files import ConfigError
from ...domain.plans.drafts import propose_draft
from ...domain.plans.publishing import publish
from ...domain.service import Service
from ...plans.library import QuestionLibrary
from ...plans.library_drafter import DIMENSION_WEIGHTS
from ...plans.library_question import ORIGINAL, as_plan_question
from ...plans.plan import Competency, Plan, write_plan

_DATA = Path(__file__).with_name("plans.json")


def publish_demo_plans(service: Service) -> None:
    """Give each demo job its plan, unless somebody has started an interview for the job or made it another plan.

    A start that was killed in between is completed by the next one. Does nothing where jobs come from another source
    or the question library cannot be used. Raises what the store raises.
    """
    if service.provider.name != "demo" or service.source.kind != "demo":
        return
    fresh = [job_id for job_id in _rows() if _is_fresh(service, job_id)]
    try:
        # The library is read only if it is needed.
        plans = demo_plans(service.library) if fresh else {}
    except ConfigError:
        return
    for job_id in fresh:
        if job_id in plans and _draft_is(service, job_id, plans[job_id]):
            propose_draft(service, job_id, plans[job_id])
            publish(service, job_id)


def demo_plans(library: QuestionLibrary) -> dict[int, Plan]:
    """The plans by job id; without those that ask for a question the library does not have. Raises ConfigError."""
    plans = ((job_id, _build_plan(row, library)) for job_id, row in _rows().items())
    return {job_id: plan for job_id, plan in plans if plan is not None}


def _rows() -> dict[int, dict[str, Any]]:
    return {int(job_id): row for job_id, row in json.loads(_DATA.read_text("utf-8")).items()}


def _is_fresh(service: Service, job_id: int) -> bool:
    """Return whether nobody has published a plan or started an interview for the job."""
    with service.store.read() as tx:
        return tx.plans.latest(job_id) is None and not tx.sessions.count_of_job(job_id)


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
