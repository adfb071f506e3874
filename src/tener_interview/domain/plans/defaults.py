"""What a plan has where nobody says otherwise: the job's title, the dimensions, the formula's weights and bands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ...criteria.dimension import DIMENSIONS
from ...criteria.formula import Formula
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...plans.plan import MAX_NAME_CHARS, Bands, Competency
from ..service import Service

_NAMES = {"technical": "Hard skills", "soft_skills": "Soft skills", "culture_fit": "Culture fit"}


@dataclass(frozen=True)
class PlanDefaults:
    """The defaults of a job's plan; `name` may have to ask the source for the job's title."""

    name: Callable[[], str]
    competencies: tuple[Competency, ...]
    bands: Bands


def plan_defaults(service: Service, job_id: int) -> PlanDefaults:
    formula = service.rules.formula
    return PlanDefaults(lambda: plan_name(service, job_id), default_competencies(formula), default_bands(formula))


def default_competencies(formula: Formula) -> tuple[Competency, ...]:
    """The dimensions that have a weight in the formula."""
    weights = {dimension: formula.weights.get(dimension, 0.0) for dimension in DIMENSIONS}
    # As shares of 100, which people read more easily than 0.5, 0.3 and 0.2.
    whole = sum(weights.values()) or 1.0
    return tuple(
        Competency(dimension, _NAMES[dimension], round(100 * weight / whole, 3), dimension)
        for dimension, weight in weights.items() if weight
    )


def is_default_name(competency: Competency) -> bool:
    """Return whether a competency is a dimension under the name that it has where nobody gives it another."""
    return _NAMES.get(competency.id) == competency.name


def default_bands(formula: Formula) -> Bands:
    return Bands(**formula.recommendation_thresholds)


def plan_name(service: Service, job_id: int) -> str:
    """The title of the job, as far as a position's name has room for it."""
    with service.store.read() as tx:
        stored = tx.titles.get(job_id)
    title = stored.title if stored else ""
    if not title:
        with suppress(Problem):
            title = service.source.job(job_id).title
    return " ".join(title.split())[:MAX_NAME_CHARS].strip() or f"Job {job_id}"
