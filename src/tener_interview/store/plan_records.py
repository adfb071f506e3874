"""Values of the tables of interview plans. No SQL here."""

from __future__ import annotations

from typing import NamedTuple


class PlanDraft(NamedTuple):
    """The plan of a job as it is being edited. `content` is its JSON; the revision grows with every save, from 1."""

    content: str
    revision: int
    saved_at: int


class PlanPosition(NamedTuple):
    """The position made, or being made, for what candidates see of a plan. `position_id` is None until it is known."""

    position_name: str
    position_id: str | None
    claimed_at: int


class PlanVersion(NamedTuple):
    """A published version of a job's plan, counted from 1; it never changes. `content` is its JSON."""

    job_id: int
    version: int
    content: str
    plan_hash: str
    position_id: str
    position_name: str
    published_at: int


class ModelAnswerRow(NamedTuple):
    """A candidate's answer that became a reference answer of a question of the job's plan, with the name masked."""

    session_id: str
    #: That of the plan's question.
    question_id: str
    job_id: int
    text: str
    added_at: int
