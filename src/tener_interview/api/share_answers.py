"""The types of the answers about shared shortlists."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..web.shape import OneOf
from .answers import At, ReviewJson, ScoredJson, SessionStatus, VerdictJson
from .ranking_answers import CertaintyJson, Group, Rank


class SharedCandidateIdsJson(TypedDict):
    """A candidate of a share, for the recruiter."""

    candidate_id: int
    candidate_name: str
    session_id: str


class ShareJson(TypedDict):
    """A shared shortlist as the recruiter sees it; `url` is null once nobody can open it."""

    share_id: str
    job_id: int
    title: str | None
    status: Annotated[str, OneOf(("active", "expired", "revoked"))]
    url: Annotated[str | None, "The link to send."]
    initials_only: bool
    created_at: At | None
    expires_at: At | None
    revoked_at: At | None
    opened_count: int
    last_opened_at: At | None
    candidates: list[SharedCandidateIdsJson]


class SharesJson(TypedDict):
    """Newest first."""

    job_id: int
    items: list[ShareJson]


class SharedCandidateJson(VerdictJson, ReviewJson):
    """A candidate as a share shows them: by a number of the share's own."""

    number: int
    candidate_name: str
    interview_status: SessionStatus
    updated_at: At | None
    scored_questions: int | None
    total_questions: int | None
    flags: list[str]


class SharedRankedJson(SharedCandidateJson, CertaintyJson):
    """A candidate's place on a shared shortlist."""

    rank: Rank
    rank_shared: bool
    group: Group


class ShortlistJson(TypedDict):
    """A shared shortlist, as whoever holds its link reads it."""

    title: str
    job_title: str | None
    company: str | None
    demo: bool
    initials_only: bool
    created_at: At | None
    expires_at: At | None
    items: list[SharedRankedJson]


class SharedScorecardJson(SharedCandidateJson):
    """A candidate's result; recordings are never shared."""

    scorecard: ScoredJson | None
