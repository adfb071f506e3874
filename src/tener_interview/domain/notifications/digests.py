"""The daily digest: an e-mail with what is new, to users who switched it on, once a day at the hour they chose.

It names jobs and numbers, never candidates: an e-mail that was sent cannot be erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from ...actor import Actor, ActorKind, Role
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.notification_records import Attention, AttentionCount, NotificationSettings
from ...store.ports import Transaction
from ...store.user_records import User
from ...system.clock import DAY_MS, local_time
from ..jobs.job_titles import stored_titles
from ..messages.time_zones import time_zone
from ..messages.user_mail import queue_user_mail
from ..reviews.reviewing import is_assigned_only
from ..service import Service
from .attention import TO_REVIEW, attention_limits, interviews_to_review

#: Older news is left out, however long ago the last digest was.
_NEWS_MS = 7 * DAY_MS
#: Jobs listed of each kind.
_MAX_JOBS = 8

_HEADINGS = {
    Attention.NEEDS_LOOK: "need a human look",
    Attention.FINISHED: "finished, without a decision",
    Attention.RUNNING_OUT: "have a link that runs out within two days",
    Attention.NOT_WRITTEN: "have a link that nobody has sent them",
    Attention.NOT_ANSWERED: "were invited three days ago or earlier and have not answered",
    Attention.DISAGREEMENT: "are scored differently by people and machine, or by reviewers",
    Attention.RECOMMENDED: "have a recommendation that nobody has answered",
    TO_REVIEW: "are finished and wait for your review",
}


@dataclass(frozen=True)
class DigestText:
    """The subject and text of a digest. `{base_url}` stands for the service's address."""

    subject: str
    text: str


def set_digest(service: Service, user_id: str, hour: int | None, zone: str | None) -> NotificationSettings:
    """Set the hour of a user's digest, from the next such hour on; None switches it off.

    Raises `VALIDATION_FAILED` for an unknown time zone.
    """
    now_ms = service.clock.now_ms()
    is_over = hour is not None and local_time(now_ms, _require_zone(zone)).hour >= hour
    with service.store.write() as tx:
        last_digest_at = tx.notification_settings.get(user_id).digest_at
        last = last_digest_at
        if hour is not None:
            # If today's hour is still to come, count the last digest as yesterday's, so that one comes today.
            last = max(min(last_digest_at or 0, now_ms), now_ms if is_over else now_ms - DAY_MS)
        tx.notification_settings.set_digest(user_id, hour, zone if hour is not None else None, last)
        return tx.notification_settings.get(user_id)


def _require_zone(name: str | None) -> tzinfo:
    """Return a time zone of the IANA database. Raises `VALIDATION_FAILED`."""
    zone = time_zone(name)
    if zone is None:
        fault = "must be a time zone such as Europe/Berlin"
        raise Problem("VALIDATION_FAILED", f"digest_zone {fault}.", {"fields": {"digest_zone": fault}})
    return zone


def queue_due_digests(service: Service) -> int:
    """Queue the digests whose hour has come; return how many.

    Queueing a digest and marking it is one transaction, and its key is the user and the date. So a user gets one a day,
    even if a process dies or several do this. Without news none is sent.
    """
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        due = [settings for settings in tx.notification_settings.with_digest() if _is_due(settings, now_ms)]
    return sum(_queue(service, settings, now_ms) for settings in due)


def _is_due(settings: NotificationSettings, now_ms: int) -> bool:
    """Return whether today's hour has come and today's digest is not done yet. If the last one's time is in the future,
    the clock was fast then."""
    zone = _zone_or_utc(settings.digest_zone)
    local = local_time(now_ms, zone)
    is_done = settings.digest_at is not None and local_time(settings.digest_at, zone).date() == local.date()
    return settings.digest_hour is not None and local.hour >= settings.digest_hour and not is_done


def _queue(service: Service, settings: NotificationSettings, now_ms: int) -> bool:
    with service.store.write() as tx:
        user = tx.users.get(settings.person_id)
        if not tx.notification_settings.mark_digest(settings, now_ms):
            return False
        if user is None or not user.is_active:
            return False
        since_ms = max(min(settings.digest_at or 0, now_ms - DAY_MS), now_ms - _NEWS_MS)
        digest = compose_digest(tx, user, since_ms, now_ms)
        if digest is None:
            return False
        date = local_time(now_ms, _zone_or_utc(settings.digest_zone)).date().isoformat()
        return queue_user_mail(tx, user.user_id, f"digest:{user.user_id}:{date}", digest.subject, digest.text, now_ms)


def compose_digest(tx: Transaction, user: User, since_ms: int, now_ms: int) -> DigestText | None:
    """Return the digest of what is new for a user since then and what needs attention; None without news."""
    actor = Actor(ActorKind.USER, Role(user.role), user.user_id, user.name)
    limits = attention_limits(now_ms, since_ms)
    counts = (
        interviews_to_review(tx, actor, 0, since_ms).jobs if is_assigned_only(actor) else tx.attention.count(limits)
    )
    if not any(count.new for count in counts):
        return None
    titles = stored_titles(tx)
    parts, subject = [], []
    for kind, heading in _HEADINGS.items():
        of_kind = [count for count in counts if count.kind == kind]
        of_kind.sort(key=lambda count: (-count.new, -count.total, count.job_id))
        if not of_kind:
            continue
        total, new = sum(count.total for count in of_kind), sum(count.new for count in of_kind)
        parts.append("\n".join([f"{total} {heading}{_new_suffix(new)}", *_job_lines(of_kind, titles)]))
        if new:
            subject.append(f"{new} {_SUBJECTS[kind]}")
    text = "\n\n".join([
        f"Hello {user.name},", *parts, "{base_url}/dashboard" if not is_assigned_only(actor) else "{base_url}/reviews",
        "You get this once a day because you asked for it. Change that under {base_url}/account.",
    ])
    return DigestText(f"New today: {', '.join(subject)}", text)


_SUBJECTS = {
    Attention.NEEDS_LOOK: "need a human look", Attention.FINISHED: "finished", Attention.RUNNING_OUT: "running out",
    Attention.NOT_WRITTEN: "without a message", Attention.NOT_ANSWERED: "not answered",
    Attention.DISAGREEMENT: "disagreements", Attention.RECOMMENDED: "recommended", TO_REVIEW: "to review",
}


def _job_lines(counts: Sequence[AttentionCount], titles: dict[int, str]) -> list[str]:
    lines = [
        f"  {titles.get(count.job_id, f'Job {count.job_id}')}: {count.total}{_new_suffix(count.new)}"
        for count in counts[:_MAX_JOBS]
    ]
    return [*lines, f"  and {len(counts) - _MAX_JOBS} more jobs"] if len(counts) > _MAX_JOBS else lines


def _new_suffix(count: int) -> str:
    return f" ({count} new)" if count else ""


def _zone_or_utc(name: str | None) -> tzinfo:
    """The zone, or UTC if this computer has lost it since it was chosen."""
    return time_zone(name) or UTC
