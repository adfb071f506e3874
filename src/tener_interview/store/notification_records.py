"""Values about what needs attention, digests, and failed deliveries, that the store keeps and returns. No SQL here."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ..lazy_dataclass import dataclass


class Attention(StrEnum):
    """Why an interview needs a person. One interview may have several reasons."""

    #: Finished, without a total that the service could give.
    NEEDS_LOOK = "needs_look"
    #: A reviewer or a reader of a shared shortlist recommends something, and nobody has decided.
    RECOMMENDED = "recommended"
    #: Finished lately, and nobody has decided.
    FINISHED = "finished"
    #: The link expires soon, and the candidate has not finished.
    RUNNING_OUT = "running_out"
    #: Invited lately, and nobody has sent the link.
    NOT_WRITTEN = "not_written"
    #: Invited a while ago, and not finished.
    NOT_ANSWERED = "not_answered"
    #: People and machine, or the reviewers among themselves, are far apart.
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True)
class AttentionLimits:
    """From when on, and by how much, something counts. Times are in milliseconds since 1970."""

    now_ms: int
    #: FINISHED: since then.
    finished_since: int
    #: RUNNING_OUT: links that expire before.
    expires_before: int
    #: NOT_ANSWERED: invited before.
    invited_before: int
    #: NOT_WRITTEN: invited before.
    unwritten_before: int
    #: DISAGREEMENT: more points than this between two totals.
    points_apart: float
    #: Whatever changed after is new.
    seen_at: int


class AttentionRow(NamedTuple):
    """An interview that needs a person."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    status: str
    #: When it came to need attention: finished, invited, expires, or changed last.
    at: int
    review_reason: str | None
    total_score: float | None
    machine_total: float | None
    human_total: float | None
    human_spread: float | None
    #: Codes of what is to be checked in the answers.
    flags: tuple[str, ...]
    #: RECOMMENDED: who recommended last, and what; None for the other kinds.
    recommended_by: str | None
    recommendation: str | None
    #: FINISHED: why a total lacks the consent that the job requires; None if it lacks none, and for the other kinds.
    scored_without_consent: str | None
    #: Whether it came to that since the person was last here.
    is_new: int


class AttentionCount(NamedTuple):
    """How many interviews of a job need a person for one reason, and how many of them are new."""

    kind: str
    job_id: int
    total: int
    new: int


class NotificationSettings(NamedTuple):
    """What one person has seen, and when the digest comes. `digest_hour` is None without one."""

    person_id: str
    seen_at: int
    digest_hour: int | None
    #: A name of the IANA time zone database.
    digest_zone: str | None
    #: When a digest was last due.
    digest_at: int | None = None


class Undelivered(NamedTuple):
    """Something of the outbox that did not arrive, or of which nobody knows whether it did, and about whom it was."""

    outbox_id: str
    channel: str
    #: `parked` or `uncertain`.
    state: str
    at: int
    answer: str | None
    session_id: str | None
    job_id: int | None
    candidate_id: int | None
    candidate_name: str | None
