"""The fields in which a caller consents to what has to be known before somebody is invited."""

from __future__ import annotations

from typing import Protocol

from ..domain.sessions.admission import MACHINE, Consent
from ..web.request import Request

UNLISTED = "invite for a job that the source does not list, or has archived"
CONFIRM_PAUSED = "invite for a job that is paused in the main system"
SHARE_INTERVIEW = (
    "whether an interview that the candidate has for another job with the same questions counts for this one too;"
    " `false` has them answered once more, where Hireflix allows it; without it, such a candidate is not invited"
)
#: What is answered where consent is missing.
WITHOUT_CONSENT = ("JOB_NOT_FOUND", "JOB_PAUSED", "INTERVIEW_SHARED_WITH_JOB")


class ConsentFields(Protocol):
    """A body with these fields."""

    @property
    def unlisted(self) -> bool: ...
    @property
    def confirm_paused(self) -> bool: ...
    @property
    def share_interview(self) -> bool | None: ...


def consent_of(request: Request, body: ConsentFields) -> Consent:
    """What the caller consents to; the main system is not asked."""
    return MACHINE if request.by_machine else Consent(body.unlisted, body.confirm_paused, body.share_interview)
