"""Results of candidates, as rows that statistics of fairness and of rater agreement are computed from. No SQL here."""

from __future__ import annotations

from typing import NamedTuple


class CandidateResult(NamedTuple):
    """A candidate's results: the machine's total, the mean of the reviews, and the decision."""

    candidate_id: int
    machine_total: float | None
    human_total: float | None
    decision: str | None
    #: JSON: the versions and hashes of the engine, criteria and formula that scored the result.
    scoring_versions: str | None
    completed_at: int | None
    scored_at: int | None
    decided_at: int | None


class FirstReview(NamedTuple):
    """A submitted review as it was first submitted, beside the machine's total of the interview."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    machine_total: float | None
    #: As in CandidateResult.
    scoring_versions: str | None
    reviewer_id: str
    reviewer_name: str
    #: 0..100, from the ratings.
    total: float
    recommendation: str
    #: Whether the reviewer could see neither the machine's score nor other reviews.
    blind: bool
