"""What needs attention: interviews of all jobs by reason, and which are new since the person's last visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...actor import Actor
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.notification_records import Attention, AttentionCount, AttentionLimits, AttentionRow, Undelivered
from ...store.outbox_records import Channel, OutboxState
from ...store.ports import Transaction
from ...store.review_records import ReviewTask
from ...system.clock import DAY_MS, HOUR_MS
from ..candidates.find_candidates import SOON_MS
from ..reviews.reviewing import is_assigned_only, reviewer_id
from ..service import Service

#: A candidate who has not finished this long after the invitation counts as not answering.
NOT_ANSWERED_AFTER_MS = 3 * DAY_MS
#: Whoever has had a link for so long, and was sent no message, was probably forgotten.
UNWRITTEN_AFTER_MS = HOUR_MS
#: Totals further apart than this are a disagreement. It is about one band of the recommendation.
DISAGREEMENT_POINTS = 20.0
#: The kind of a reviewer's interviews.
TO_REVIEW = "to_review"
#: The kind of failed messages and deliveries.
UNDELIVERED = "undelivered"
#: How long failures are listed here; the pages of messages and webhooks list them for longer.
UNDELIVERED_WITHIN_MS = 14 * DAY_MS
#: How many of a reviewer's tasks are read at most.
_MAX_TASKS = 500
#: Interviews finished longer ago are never new, however long the person was away.
FINISHED_WITHIN_MS = 14 * DAY_MS


@dataclass(frozen=True)
class AttentionGroup:
    """The interviews of one kind: the first rows, and the counts by job."""

    kind: Attention
    rows: Sequence[AttentionRow]
    counts: Sequence[AttentionCount]


@dataclass(frozen=True)
class ToReview:
    """The finished interviews that a reviewer has not reviewed yet: the first ones, and the counts by job."""

    tasks: Sequence[ReviewTask]
    #: The job with most interviews first.
    jobs: Sequence[AttentionCount]
    seen_at: int


@dataclass(frozen=True)
class Today:
    """What needs attention. Reviewers have only `to_review`; everybody else has only the groups."""

    at_ms: int
    #: Changes after this time are new.
    seen_at: int
    finished_since: int
    groups: Sequence[AttentionGroup]
    to_review: ToReview | None
    #: Failed messages and deliveries, the latest first, and their number.
    undelivered: Sequence[Undelivered] = ()
    undelivered_total: int = 0


def today(
    service: Service, actor: Actor, *, finished_since: int | None, seen_at: int | None, limit: int,
    job_id: int | None = None,
) -> Today:
    """Return what needs attention, with at most `limit` interviews of each kind, in all jobs or in one.

    Finished interviews count from `finished_since` (default: a day ago), or from the person's last visit if that is
    longer ago. `seen_at` overrides the last visit.
    """
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        known = tx.notification_settings.get(person_id(actor)).seen_at
        limits = attention_limits(now_ms, known if seen_at is None else min(seen_at, now_ms), finished_since)
        if is_assigned_only(actor):
            to_review = interviews_to_review(tx, actor, limit, limits.seen_at, job_id)
            return Today(now_ms, limits.seen_at, limits.finished_since, (), to_review)
        counts: dict[str, list[AttentionCount]] = {kind: [] for kind in Attention}
        for count in tx.attention.count(limits, job_id):
            counts[count.kind].append(count)
        groups = [
            AttentionGroup(
                kind, tx.attention.rows(kind, limits, limit=limit, job_id=job_id) if counts[kind] else [],
                sorted(counts[kind], key=lambda count: (-count.total, count.job_id)),
            )
            for kind in Attention
        ]
        since_ms = now_ms - UNDELIVERED_WITHIN_MS
        return Today(
            now_ms, limits.seen_at, limits.finished_since, groups, None,
            tx.attention.undelivered(since_ms, limit=limit), tx.attention.count_undelivered(since_ms),
        )


def attention_limits(now_ms: int, seen_at: int, finished_since: int | None = None) -> AttentionLimits:
    """Return the limits for a person whose last visit was at `seen_at`."""
    since = now_ms - DAY_MS if finished_since is None else min(finished_since, now_ms)
    return AttentionLimits(
        now_ms=now_ms, finished_since=max(min(since, seen_at or since), now_ms - FINISHED_WITHIN_MS),
        expires_before=now_ms + SOON_MS, invited_before=now_ms - NOT_ANSWERED_AFTER_MS,
        points_apart=DISAGREEMENT_POINTS, seen_at=seen_at, unwritten_before=now_ms - UNWRITTEN_AFTER_MS,
    )


def count_new(service: Service, actor: Actor) -> tuple[int, int, dict[str, int]]:
    """Return the time, the person's last visit, and how many interviews of each kind are new since then."""
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        seen_at = tx.notification_settings.get(person_id(actor)).seen_at
        if is_assigned_only(actor):
            jobs = interviews_to_review(tx, actor, 0, seen_at).jobs
            return now_ms, seen_at, {TO_REVIEW: sum(job.new for job in jobs)}
        # On a first visit only today's changes are new, not everything.
        limits = attention_limits(now_ms, seen_at)
        limits = replace(limits, seen_at=max(seen_at, limits.finished_since))
        new = dict.fromkeys((kind.value for kind in Attention), 0)
        for count in tx.attention.count(limits):
            new[count.kind] += count.new
        new[UNDELIVERED] = tx.attention.count_undelivered(max(limits.seen_at, now_ms - UNDELIVERED_WITHIN_MS))
        return now_ms, seen_at, new


def send_again(service: Service, actor: Actor, outbox_id: str) -> None:
    """Send a failed message or delivery again, on a person's request.

    Raises `UNDELIVERED_NOT_FOUND` if it does not exist or cannot be sent again.
    """
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        row = tx.outbox.get(outbox_id)
        if row is None or row.state not in (OutboxState.PARKED, OutboxState.UNCERTAIN):
            raise _nothing_to_send_problem()
        if not tx.outbox.send_again(outbox_id, now_ms):
            raise _nothing_to_send_problem()
        session = tx.sessions.get(row.session_id) if row.session_id else None
        if session is not None and row.channel is Channel.MAIL:
            # The person expects the address to work again.
            tx.recipients.forget_bounce(session.candidate_id)
        tx.audit.append(
            actor, "outbox.sent_again", "outbox", outbox_id, at_ms=now_ms, job_id=session.job_id if session else None,
            details={"channel": row.channel, "before": row.state},
        )


def _nothing_to_send_problem() -> Problem:
    return Problem("UNDELIVERED_NOT_FOUND", "There is nothing with this id that can be sent again.")


def mark_seen(service: Service, actor: Actor, until_ms: int) -> int:
    """Store that a person has seen everything up to `until_ms`, now at most. Return the stored time."""
    with service.store.write() as tx:
        tx.notification_settings.mark_seen(person_id(actor), min(until_ms, service.clock.now_ms()))
        return tx.notification_settings.get(person_id(actor)).seen_at


def person_id(actor: Actor) -> str:
    """Return the id under which a person's settings are stored."""
    return reviewer_id(actor)


def interviews_to_review(
    tx: Transaction, actor: Actor, limit: int, seen_at: int, job_id: int | None = None
) -> ToReview:
    """Return the interviews that a reviewer has not begun to review, the last finished first."""
    tasks = tx.reviews.tasks(
        reviewer_id(actor), assigned_only=True, job_id=job_id, state="to_do", limit=_MAX_TASKS, offset=0
    )
    tasks.sort(key=lambda task: (-(task.completed_at or 0), task.session_id))
    jobs: dict[int, tuple[int, int]] = {}
    for task in tasks:
        total, new = jobs.get(task.job_id, (0, 0))
        jobs[task.job_id] = (total + 1, new + ((task.completed_at or 0) > seen_at))
    counts = [AttentionCount(TO_REVIEW, job_id, *numbers) for job_id, numbers in jobs.items()]
    counts.sort(key=lambda count: (-count.total, count.job_id))
    return ToReview(tasks[:limit], counts, seen_at)
