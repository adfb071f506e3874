"""The plan that a leaderboard shows: its competencies, the versions that candidates were invited with, and a note if
these differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ...lazy_dataclass import dataclass
from ...plans.plan import Competency, read_plan
from ...store.ports import Transaction
from ..plans.competencies import competencies_with_questions


@dataclass(frozen=True)
class LeaderboardPlan:
    """`versions` are those that scored candidates were invited with, oldest first. `mixed_versions_note` says why there
    are several question sets, if there are."""

    competencies: tuple[Competency, ...]
    versions: tuple[int, ...]
    mixed_versions_note: str | None


def find_leaderboard_plan(tx: Transaction, job_id: int) -> LeaderboardPlan | None:
    """Return the plan of a job's leaderboard; None for a job without one."""
    latest = tx.plans.latest(job_id)
    if latest is None:
        return None
    counts = tx.rankings.count_by_invited_version(job_id)
    versions = tuple(sorted({version for version, _ in counts if version}))
    newest_used = latest
    if versions and versions[-1] != latest.version:
        newest_used = tx.plans.version(job_id, versions[-1]) or latest
    competencies = competencies_with_questions(read_plan(newest_used.content))
    is_mixed = len({question_set for _, question_set in counts}) > 1
    return LeaderboardPlan(competencies, versions, _mixed_versions_note(counts) if is_mixed else None)


def _mixed_versions_note(counts: Mapping[tuple[int, int], int]) -> str:
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
