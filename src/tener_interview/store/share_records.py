"""Values about shared shortlists that the store keeps and returns. No SQL here."""

from __future__ import annotations

from typing import NamedTuple

from ..lazy_dataclass import dataclass


@dataclass(frozen=True)
class Share:
    """A shared shortlist. Times are milliseconds since 1970."""

    share_id: str
    job_id: int
    #: The recruiter's title; None without one.
    title: str | None
    initials_only: int
    #: The serial of the valid link.
    link_serial: int
    created_at: int
    expires_at: int
    revoked_at: int | None
    opened_count: int
    last_opened_at: int | None
    #: Whether readers may leave recommendations.
    allow_answers: int


class ShareRecommendation(NamedTuple):
    """What somebody with a shared link recommends about a candidate, under a name they typed."""

    recommendation_id: str
    share_id: str
    candidate_id: int
    #: Of the key that only the author's browser has.
    author_hash: str
    author_name: str
    recommendation: str
    note: str | None
    created_at: int
    updated_at: int
