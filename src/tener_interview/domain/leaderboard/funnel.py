"""A job's funnel: how many candidates reached each step, the times between steps, the distribution of totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.records import SessionMilestones
from ..sessions.status import Status

#: In the order in which candidates reach them.
STEPS = ("invited", "opened", "finished", "scored")
_BUCKET_POINTS = 10
_BUCKETS = 100 // _BUCKET_POINTS


@dataclass(frozen=True)
class FunnelStep:
    """How many candidates reached a step, and the median time since the step before (None if nobody reached both)."""

    name: str
    count: int
    median_ms: int | None


@dataclass(frozen=True)
class Funnel:
    """`states` counts sessions by status, `needs_review` those that need review, and `totals` scored sessions by range
    of ten points, (low, high)."""

    states: Mapping[str, int]
    needs_review: int
    steps: Sequence[FunnelStep]
    totals: Mapping[tuple[int, int], int]


def job_funnel(tx: Transaction, job_id: int) -> Funnel:
    """Return the funnel of a job's current sessions; it is empty for an unknown job."""
    sessions = tx.sessions.milestones(job_id)
    times = [_step_times(session) for session in sessions]
    steps = [
        FunnelStep(name, sum(reached[i] is not None for reached in times), _median_between(times, i) if i else None)
        for i, name in enumerate(STEPS)
    ]
    states = Counter(session.status for session in sessions)
    needs_review = sum(session.review_reason is not None for session in sessions)
    return Funnel(states, needs_review, steps, _distribution(session.total_score for session in sessions))


def _step_times(session: SessionMilestones) -> tuple[int | None, ...]:
    """Return when each of `STEPS` was reached. "opened" is when the session became in progress, not the first visit of
    the landing page; if no refresh saw that, it is the time of the next step. "scored" needs a total."""
    invited = None if session.status == Status.CREATED else session.invited_at
    opened = session.in_progress_at or session.completed_at
    scored = session.scored_at if session.total_score is not None else None
    return invited, opened, session.completed_at, scored


def _median_between(times: Iterable[tuple[int | None, ...]], index: int) -> int | None:
    both = ((reached[index - 1], reached[index]) for reached in times)
    spans = [max(0, later - earlier) for earlier, later in both if earlier is not None and later is not None]
    return int(median(spans)) if spans else None


def _distribution(totals: Iterable[float | None]) -> dict[tuple[int, int], int]:
    counts = Counter(min(_BUCKETS - 1, int(total // _BUCKET_POINTS)) for total in totals if total is not None)
    return {(bucket * _BUCKET_POINTS, (bucket + 1) * _BUCKET_POINTS): counts[bucket] for bucket in range(_BUCKETS)}
