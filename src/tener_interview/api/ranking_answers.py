"""The types of the answers that rank candidates."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.leaderboard.leaderboard import GROUPS
from ..web.shape import OneOf
from .answers import At, BoundsJson, ReviewJson, SessionStatus, SharedWithJob, VerdictJson


class CertaintyJson(BoundsJson):
    """How far a total can be trusted beside the others."""

    tied_with_previous: Annotated[bool, "Whether the total cannot be told from that of the rank before."]
    tied_with_rank: Annotated[int | None, "The rank that it cannot be told from, where it cannot."]


Rank = Annotated[int | None, "From 1; equal totals share one. Null without a total."]
Group = Annotated[str, OneOf(GROUPS), "Only `ranked` has a total; `ended` without one."]


class RankedJson(VerdictJson, CertaintyJson, ReviewJson):
    """A candidate's place. Without a total they have no rank, and stand at the end in a group of their own."""

    rank: Rank
    rank_shared: Annotated[bool, "Others have the same total."]
    group: Group
    candidate_id: int
    candidate_name: str
    session_id: str
    interview_status: SessionStatus
    updated_at: At | None
    scored_questions: int | None
    total_questions: int | None
    flags: list[str]
    outdated: Annotated[bool | None, "See the scorecard; null without a result."]
    shared_with_job: SharedWithJob


class RankedListJson(TypedDict):
    """Candidates of a job in an order."""

    job_id: int
    items: list[RankedJson]


class LeaderboardJson(RankedListJson, total=False):
    """Best first: both technical and soft skills scored, then one of them, then neither; then by total.

    Whoever has no total has no rank and comes after them: who needs a human look, who waits, who has ended. `rank` is
    that of the whole leaderboard; with `offset`, `total` says how many the filters leave, and `groups` of which kind.
    """

    offset: int
    total: int
    groups: Annotated[dict[str, int], "How many of each group."]
