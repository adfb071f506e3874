"""The demo jobs that still have to get their interview plan: all of them when a demo database is new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...lazy_import import load

if TYPE_CHECKING:
    from ...domain.service import Service

_DATA = Path(__file__).with_name("plans.json")


def publish_demo_plans(service: Service) -> None:
    """Give each demo job its plan, unless somebody has started an interview for the job or made it another plan.

    A start that was killed in between is completed by the next one. Does nothing where jobs come from another source
    or the question library cannot be used. Raises what the store raises.
    """
    if service.provider.name != "demo" or service.source.kind != "demo":
        return
    with service.store.read() as tx:
        fresh = [
            job_id for job_id in plan_rows()
            if tx.plans.latest(job_id) is None and not tx.sessions.count_of_job(job_id)
        ]
    # Most starts find none, and then import nothing that makes plans.
    if fresh:
        load("providers.demo.plans.publish_plans")(service, fresh)


def plan_rows() -> dict[int, dict[str, Any]]:
    """Return what each demo job's plan is made of, by job id."""
    return {int(job_id): row for job_id, row in json.loads(_DATA.read_text("utf-8")).items()}
