"""The plan of a leaderboard: its competencies, the versions that candidates answered, and whether these differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ...plans.plan import Competency, Plan, read_plan
from ...store.ports import Transaction
from ..plans.defaults import default_competencies
from ..service import Service


@dataclass(frozen=True)
class BoardPlan:
    """`versions` are those that scored candidates were invited with, oldest first. `mixed` says why there are several
    rankings, if there are."""

    competencies: tuple[Competency, ...]
    versions: tuple[int, ...]
    mixed: str | None


def find_board_plan(tx: Transaction, job_id: int) -> BoardPlan | None:
    """The plan of a job's leaderboard; None for a job without one."""
    latest = tx.plans.latest(job_id)
    if latest is None:
        return None
    counts = tx.rankings.count_by_plan_version(job_id)
    versions = tuple(sorted({version for version, _ in counts if version}))
    shown = latest
    if versions and versions[-1] != latest.version:
        shown = tx.plans.version(job_id, versions[-1]) or latest
    competencies = _asked(read_plan(shown.content))
    is_mixed = len({group for _, group in counts}) > 1
    return BoardPlan(competencies, versions, _mixed(counts) if is_mixed else None)


def competencies_of(service: Service, tx: Transaction, job_id: int, version: int | None) -> tuple[Competency, ...]:
    """What a version of a job's plan scores; without a plan, the dimensions with the weights of the formula."""
    row = None if version is None else tx.plans.version(job_id, version)
    return default_competencies(service.rules.formula) if row is None else _asked(read_plan(row.content))


def _asked(plan: Plan) -> tuple[Competency, ...]:
    used = {question.competency for question in plan.questions}
    return tuple(competency for competency in plan.competencies if competency.id in used)


def _mixed(counts: Mapping[tuple[int, int], int]) -> str:
    by_version: Counter[int] = Counter()
    for (version, _), count in counts.items():
        by_version[version] += count
    groups = ", ".join(
        f"{count} with version {version}" if version else f"{count} without a plan"
        for version, count in sorted(by_version.items(), reverse=True)
    )
    return (
        f"Candidates were invited with different versions of the plan: {groups}. Who was asked other questions, or"
        " scored by other key points, is ranked apart, later versions first."
    )
