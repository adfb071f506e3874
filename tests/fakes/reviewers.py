"""Reviewers of a job, signed in without a password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tener_interview.actor import Role
from tener_interview.web.auth import COOKIE

_DAY_MS = 86_400_000


def signed_in_reviewer(site: Any, number: int, name: str, job_ids: Sequence[int]) -> str:
    """The cookie header of a new reviewer, who is assigned to these jobs beside those who already are."""
    user_id, value = f"us_{number:032x}", f"cookie-of-reviewer-{number}"
    now_ms = site.clock.now_ms()
    with site.store.write() as tx:
        tx.users.add(user_id, email=f"reviewer{number}@example.com", name=name, role=Role.REVIEWER, now_ms=now_ms)
        tx.logins.add(site.guard._hash(value), now_ms=now_ms, expires_at=now_ms + _DAY_MS // 3, user_id=user_id)
        for job_id in job_ids:
            others = [row.user_id for row in tx.job_reviewers.of_job(job_id)]
            tx.job_reviewers.assign(job_id, [*others, user_id], assigned_by=None, now_ms=now_ms)
    return f"{COOKIE}={value}"
