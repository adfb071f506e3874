"""Values of the tables of reviews and overrides. No SQL here."""

from __future__ import annotations

from typing import NamedTuple


class ReviewRow(NamedTuple):
    """What one person thinks of an interview. Times are milliseconds since 1970."""

    session_id: str
    #: The id of the user, or the kind of actor where there is just one.
    reviewer_id: str
    job_id: int
    #: Empty for a user, whose name is with the user.
    reviewer_name: str
    #: Grows with every save and submission, from 1.
    revision: int
    #: JSON: what is being written; None without anything that is not submitted.
    draft: str | None
    #: The latest submitted version, and its total and recommendation; None until the first one.
    version: int | None
    total: float | None
    recommendation: str | None
    created_at: int
    saved_at: int
    submitted_at: int | None


class ReviewVersion(NamedTuple):
    """A submitted review; it never changes. `content` is its JSON."""

    session_id: str
    reviewer_id: str
    version: int
    content: str
    total: float | None
    recommendation: str
    #: Whether the reviewer had seen neither the machine's score nor the reviews of others.
    blind: bool
    #: The machine's latest result at that time.
    result_version: int | None
    machine_total: float | None
    submitted_at: int


class ReviewTask(NamedTuple):
    """A finished interview on the work list of a reviewer. `state` is to_do, draft or submitted."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    completed_at: int | None
    state: str
    #: Whether something is written that is not submitted.
    has_draft: int
    #: The reviewer's own.
    recommendation: str | None
    saved_at: int | None
    submitted_at: int | None


class JobReviewCounts(NamedTuple):
    """How many finished interviews of a job one reviewer has in each state."""

    job_id: int
    to_do: int
    draft: int
    submitted: int


class OverrideRow(NamedTuple):
    """A person's score in place of the machine's, or that it was taken back. The latest version counts."""

    session_id: str
    #: Empty for the interview as a whole.
    question_id: str
    version: int
    #: None: taken back.
    score: float | None
    reason: str
    #: What the machine gave then.
    machine_score: float | None
    result_version: int | None
    set_by: str
    set_by_name: str
    set_at: int
