"""The criteria and formula of each session: those of a version of its job's plan, or without one those of the files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...criteria.criteria import Criteria
from ...criteria.formula import Formula
from ...plans.plan import Plan, read_plan
from ...plans.rules import plan_criteria, plan_formula
from ...store.ports import Transaction
from ...store.session import Session


class PlanVersions(NamedTuple):
    """By which version of a job's plan a session is scored, and with the questions of which one it was invited."""

    job_id: int
    asked: int
    scored_by: int


class SessionRules:
    """Reads each version once. `scored_by` is the version to score by, in place of each session's own."""

    def __init__(self, criteria: Criteria, formula: Formula, scored_by: int | None = None) -> None:
        self._files = criteria, formula
        self._scored_by = scored_by
        self._plans: dict[tuple[int, int], Plan] = {}
        self._rules: dict[PlanVersions, tuple[Criteria, Formula]] = {}

    def plan_versions_of(self, session: Session) -> PlanVersions | None:
        """By which versions the session is scored: what scored it last stays, until somebody asks for another one."""
        scored_by = self._scored_by or session.scored_plan_version or session.plan_version
        return None if scored_by is None else PlanVersions(session.job_id, session.plan_version or scored_by, scored_by)

    def load(self, tx: Transaction, sessions: Iterable[Session]) -> None:
        """Read the versions that these sessions need, as far as they are not read yet."""
        for use in {use for session in sessions if (use := self.plan_versions_of(session))}:
            for version in (use.asked, use.scored_by):
                if (use.job_id, version) not in self._plans and (row := tx.plans.version(use.job_id, version)):
                    self._plans[use.job_id, version] = read_plan(row.content)

    def of(self, use: PlanVersions | None) -> tuple[Criteria, Formula]:
        """The rules to score by. `load` has read what they need."""
        if use is None:
            return self._files
        if use not in self._rules:
            asked, scoring = self._plans[use.job_id, use.asked], self._plans[use.job_id, use.scored_by]
            self._rules[use] = (
                plan_criteria(asked, scoring, use.scored_by, self._files[0]), plan_formula(scoring, use.scored_by)
            )
        return self._rules[use]

    def has_common_questions(self, use: PlanVersions | None) -> bool:
        """Whether the version to score by says anything of the questions that were asked."""
        if use is None or use.asked == use.scored_by:
            return True
        scoring = self._plans[use.job_id, use.scored_by]
        return any(scoring.question(question.id) for question in self._plans[use.job_id, use.asked].questions)
