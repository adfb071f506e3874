"""What a company decides about a job, and what the job is called, as rows. No SQL here."""

from __future__ import annotations

from typing import NamedTuple


class JobSettings(NamedTuple):
    """What a company decides about a job."""

    #: Whether a reviewer sees neither machine scores nor the reviews of others before submitting.
    blind_review: bool = True
    #: `machine`, `judge` or `human`: whose total ranks the leaderboard.
    ranked_by: str = "machine"
    #: Whether candidates agree to the notice of the job before anything of theirs is scored.
    consent_required: bool = False
    #: Whether candidates may read an explanation of their score.
    explain_scores: bool = False
    #: Whether decisions, reviewers' scores and a link are written back to the interview provider.
    provider_updates: bool = False


class JobTitle(NamedTuple):
    """The title of a job. `company` is None when the hiring company is unknown."""

    title: str
    company: str | None
