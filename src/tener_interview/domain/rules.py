"""The criteria and the formula in force, by which of them a result was made, and whether it is outdated.

A version is what somebody wrote into a file; the hash is of what the file really says. Results from before there were
hashes are known by their versions alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..criteria.criteria import Criteria
from ..criteria.files import ConfigError
from ..criteria.formula import Formula
from ..errors import Problem
from ..scorecards.result import Result, ScoringVersions
from ..scoring.weights import ENGINE_VERSION


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

    @property
    def engine_version(self) -> str:
        return ENGINE_VERSION

    def reload(self, *, adopt: bool) -> tuple[Criteria, Formula]:
        """Both files as they are now, put in force if they are adopted.

        Raises `CRITERIA_INVALID`; what was in force stays in force then.
        """
        try:
            both = self._read()
        except ConfigError as refused:
            raise Problem(
                "CRITERIA_INVALID", "The scoring criteria or the formula cannot be used as the files are now.",
                {"faults": refused.faults},
            ) from None
        if adopt:
            self._active = both
        return both


def current_scoring_versions(criteria: Criteria, formula: Formula) -> ScoringVersions:
    """Return the versions that a result would be made by with these."""
    return ScoringVersions(
        criteria.version, criteria.content_hash, formula.version, formula.content_hash, ENGINE_VERSION
    )


def is_outdated(versions: ScoringVersions, rules: ScoringRules) -> bool:
    """Return whether a result was made by other rules than those in force."""
    return not _versions_match(versions, current_scoring_versions(rules.criteria, rules.formula))


def same_result(before: Result, after: Result) -> bool:
    """Return whether two results, the earlier first, say the same and were made by the same rules."""
    return _versions_match(before.versions, after.versions) and _without_hashes(before) == _without_hashes(after)


def _versions_match(before: ScoringVersions, after: ScoringVersions) -> bool:
    """By hash where the earlier one has it, by version where not, and by the engine."""
    return before == replace(
        after,
        criteria_hash=before.criteria_hash and after.criteria_hash,
        formula_hash=before.formula_hash and after.formula_hash,
    )


def _without_hashes(result: Result) -> Result:
    return replace(result, criteria_hash=None, formula_hash=None)
