"""The types of what a start and a correction are answered with."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..web.schema import Example
from ..web.shape import OneOf
from .answers import At, EntryUrl, ProviderName, SessionJson, SessionStatus, SharedWithJob


class InvitationJson(TypedDict):
    """Where the interview is held; `assessment_id` is the position."""

    name: ProviderName
    invitation_id: str | None
    assessment_id: str


class CorrectionJson(TypedDict):
    """What became of one detail that was given, in one place."""

    field: Annotated[str, Example("candidate_email")]
    applied: Annotated[bool, "Whether it is so now, there."]
    where: Annotated[str, OneOf(("service", "provider")), "This service's own record, or the interview at Hireflix."]
    why: Annotated[str | None, "Why not, as a sentence."]


class AdjustedJson(TypedDict):
    """A field of the request of which something else was taken than was sent."""

    field: Annotated[str, Example("language")]
    sent: Annotated[str | int | float | bool | None, Example("dutch"), "Cut where it is long."]
    taken: Annotated[str | int | None, Example("nl"), "null: it was left out."]
    reason: Annotated[str, Example("is known by this tag"), "Why, as a clause."]


class RenewedJson(SessionJson):
    """The session with its link, and what was taken in place of what was sent."""

    adjusted: list[AdjustedJson]


class CorrectedJson(SessionJson):
    """The session as it is now, and what was corrected where; nothing where everything was so before."""

    corrections: list[CorrectionJson]


class StartedJson(TypedDict):
    """A session that can be sent to the candidate. `reused`: there was one already, and it is the one."""

    session_id: str
    status: SessionStatus
    entry_url: EntryUrl | None
    expires_at: At | None
    reused: bool
    shared_with_job: SharedWithJob
    corrections: Annotated[list[CorrectionJson], "What became of details other than those that were on record."]
    adjusted: Annotated[list[AdjustedJson], "What was taken in place of what was sent."]
    provider: InvitationJson
