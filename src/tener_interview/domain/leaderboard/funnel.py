"""How far a job's candidates have come: the funnel, the times between its steps, and how the totals are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ...store.records import SessionMilestones
from ...store.sqlite.database import Transaction
from ..sessions.states import Status

#: In the order in which they are come to.
STEPS = ("invited", "opened", "finished", "scored")
_RANGE_POINTS = 10
_RANGES = 100 // _RANGE_POINTS


@dataclass(frozen=True)
class Step:
    """How many came so far, and the median of the milliseconds since the step before: None where nobody has both."""

    name: str
    count: int
    median_ms: int | None


@dataclass(frozen=True)
class Funnel:
    """`states` counts sessions by state, `needs_review` those of the completed that need a human look, `totals` those
    scored in each ten points, from (low, high) to how many."""

    states: Mapping[str, int]
    needs_review: int
    steps: Sequence[Step]
    totals: Mapping[tuple[int, int], int]


def job_funnel(tx: Transaction, job_id: int) -> Funnel:
    """The funnel of a job's current sessions; an unknown job has an empty one."""
    sessions = tx.sessions.milestones(job_id)
    times = [_step_times(each) for each in sessions]
    steps = [
        Step(name, sum(each[place] is not None for each in times), _median_between(times, place) if place else None)
        for place, name in enumerate(STEPS)
    ]
    return Funnel(
        Counter(each.status for each in sessions), sum(each.review_reason is not None for each in sessions), steps,
        _distribution(each.total_score for each in sessions),
    )


def _step_times(session: SessionMilestones) -> tuple[int | None, ...]:
    """When each step was reached. One that was not seen, as an interview can be finished between two looks, counts as
    reached with the one after it. Nobody is invited who was not given the link, or scored who has no total."""
    invited = None if session.status == Status.CREATED else session.invited_at
    opened = session.started_at or session.completed_at
    scored = session.scored_at if session.total_score is not None else None
    return invited, opened, session.completed_at, scored


def _median_between(times: Iterable[tuple[int | None, ...]], place: int) -> int | None:
    both = ((each[place - 1], each[place]) for each in times)
    spans = [max(0, later - earlier) for earlier, later in both if earlier is not None and later is not None]
    return int(median(spans)) if spans else None


def _distribution(totals: Iterable[float | None]) -> dict[tuple[int, int], int]:
    places = Counter(min(_RANGES - 1, int(total // _RANGE_POINTS)) for total in totals if total is not None)
    return {(place * _RANGE_POINTS, (place + 1) * _RANGE_POINTS): places[place] for place in range(_RANGES)}
