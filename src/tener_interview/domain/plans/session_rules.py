"""The criteria and formula to score a session by: those of a version of its job's plan, or without a plan the
files'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...criteria.criteria import Criteria
from ...criteria.formula import Formula
from ...plans.plan import Plan, read_plan
from ...plans.plan_scoring import plan_criteria, plan_formula
from ...store.ports import Transaction
from ...store.session import Session


class SessionPlanVersions(NamedTuple):
    """The versions of a job's plan that a session was `invited_with` (its questions) and is `scored_by`."""

    job_id: int
    invited_with: int
    scored_by: int


class SessionRules:
    """The rules of sessions; reads each version once. `scored_by` is the version for all, instead of each session's
    own."""

    def __init__(self, criteria: Criteria, formula: Formula, scored_by: int | None = None) -> None:
        self._files = criteria, formula
        self._scored_by = scored_by
        self._plans: dict[tuple[int, int], Plan] = {}
        self._rules: dict[SessionPlanVersions, tuple[Criteria, Formula]] = {}

    def plan_versions_of(self, session: Session) -> SessionPlanVersions | None:
        """Return the versions of a session; it keeps the one that scored it last. None without a plan."""
        invited_with = session.invited_plan_version
        scored_by = self._scored_by or session.scored_plan_version or invited_with
        return None if scored_by is None else SessionPlanVersions(session.job_id, invited_with or scored_by, scored_by)

    def load(self, tx: Transaction, sessions: Iterable[Session]) -> None:
        """Read the versions that these sessions need and that are not read yet."""
        for needed in {versions for session in sessions if (versions := self.plan_versions_of(session))}:
            for version in (needed.invited_with, needed.scored_by):
                if (needed.job_id, version) not in self._plans and (row := tx.plans.version(needed.job_id, version)):
                    self._plans[needed.job_id, version] = read_plan(row.content)

    def for_versions(self, versions: SessionPlanVersions | None) -> tuple[Criteria, Formula]:
        """Return the rules for these versions, which `load` has read; those of the files without a plan."""
        if versions is None:
            return self._files
        if versions not in self._rules:
            invited_with = self._plans[versions.job_id, versions.invited_with]
            scored_by = self._plans[versions.job_id, versions.scored_by]
            self._rules[versions] = (
                plan_criteria(invited_with, scored_by, versions.scored_by, self._files[0]),
                plan_formula(scored_by, versions.scored_by),
            )
        return self._rules[versions]

    def has_common_questions(self, versions: SessionPlanVersions | None) -> bool:
        """Return whether the version to score by has any of the questions that the candidate was invited with."""
        if versions is None or versions.invited_with == versions.scored_by:
            return True
        scored_by = self._plans[versions.job_id, versions.scored_by]
        invited_with = self._plans[versions.job_id, versions.invited_with]
        return any(scored_by.question(question.id) for question in invited_with.questions)
