"""The active criteria and formula, and whether a result was made with them or is outdated.

A version is what somebody wrote into a file; the hash is computed from the file's content. Old results have versions
only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..criteria.files import ConfigError
from ..errors import Problem
from ..scorecards.versions import ScoringVersions
from ..scoring.weights import ENGINE_VERSION

if TYPE_CHECKING:
    from ..criteria.criteria import Criteria
    from ..criteria.formula import Formula
    from ..scorecards.result import Result


class ScoringRules:
    """The criteria and the formula that interviews are scored by. They change only when `reload` is called."""

    def __init__(self, read: Callable[[], tuple[Criteria, Formula]]) -> None:
        """Raises ConfigError when a file cannot be used."""
        self._read = read
        self._active = read()

    @property
    def criteria(self) -> Criteria:
        return self._active[0]

    @property
    def formula(self) -> Formula:
        return self._active[1]

    def reload(self, *, activate: bool) -> tuple[Criteria, Formula]:
        """Read both files again, and use them from now on if `activate`.

        Raises `CRITERIA_INVALID`; the active rules then stay as they are.
        """
        try:
            criteria_and_formula = self._read()
        except ConfigError as refused:
            raise Problem(
                "CRITERIA_INVALID", "The criteria file or the formula file is invalid.",
                {"faults": refused.faults},
            ) from None
        if activate:
            self._active = criteria_and_formula
        return criteria_and_formula


def current_scoring_versions(criteria: Criteria, formula: Formula) -> ScoringVersions:
    """Return the versions that a result of these files would carry."""
    return ScoringVersions(
        criteria.version, criteria.content_hash, formula.version, formula.content_hash, ENGINE_VERSION
    )


def is_outdated(versions: ScoringVersions, rules: ScoringRules) -> bool:
    """Return whether a result was made by other rules than those in force. A version of a plan never changes."""
    if versions.plan_version is not None:
        return versions.engine_version != ENGINE_VERSION
    return not _versions_match(versions, current_scoring_versions(rules.criteria, rules.formula))


def same_result(before: Result, after: Result) -> bool:
    """Return whether two results, the earlier first, are equal and were made with the same rules."""
    return _versions_match(before.versions, after.versions) and _without_hashes(before) == _without_hashes(after)


def _versions_match(before: ScoringVersions, after: ScoringVersions) -> bool:
    """Compare hashes if the earlier result has them, else versions; always compare the engine."""
    return before == replace(
        after,
        criteria_hash=before.criteria_hash and after.criteria_hash,
        formula_hash=before.formula_hash and after.formula_hash,
    )


def _without_hashes(result: Result) -> Result:
    return replace(result, criteria_hash=None, formula_hash=None)
