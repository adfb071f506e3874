"""The criteria and the formula in force, by which of them a result was made, and whether it is outdated.

A version is what somebody wrote into a file; the hash is of what the file really says. Results from before there were
hashes are known by their versions alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..criteria.criteria import Criteria
from ..criteria.files import ConfigError
from ..criteria.formula import Formula
from ..errors import Problem
from ..scoring.judge import ENGINE_VERSION

#: As a stored result and a session's `judged_by` have them.
JUDGED_BY = ("criteria_version", "criteria_hash", "formula_version", "formula_hash", "engine_version")
_HASHES = ("criteria_hash", "formula_hash")
#: The engine of results that do not name theirs.
_FIRST_ENGINE = "1"


class Rules:
    """The criteria and the formula in force. They change only when somebody asks for the files to be read again."""

    def __init__(self, read: Callable[[], tuple[Criteria, Formula]]) -> None:
        """Raises ConfigError when a file cannot be used."""
        self._read = read
        self._both = read()

    @property
    def criteria(self) -> Criteria:
        return self._both[0]

    @property
    def formula(self) -> Formula:
        return self._both[1]

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
            self._both = both
        return both


def scoring_versions_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a stored result was made by; a hash that it does not know is None."""
    return {name: content.get(name) for name in JUDGED_BY} | {
        "engine_version": content.get("engine_version") or _FIRST_ENGINE
    }


def current_scoring_versions(criteria: Criteria, formula: Formula) -> dict[str, Any]:
    """What a result would be made by with these."""
    return {
        "criteria_version": criteria.version,
        "criteria_hash": criteria.content_hash,
        "formula_version": formula.version,
        "formula_hash": formula.content_hash,
        "engine_version": ENGINE_VERSION,
    }


def is_outdated(content: Mapping[str, Any], rules: Rules) -> bool:
    """Whether a result was made by other rules than those in force."""
    return not _alike(scoring_versions_of(content), current_scoring_versions(rules.criteria, rules.formula))


def same_result(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two results, the earlier first, say the same and were made by the same rules."""
    return _alike(before, after) and {**before, **dict.fromkeys(_HASHES)} == {**after, **dict.fromkeys(_HASHES)}


def _alike(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """By hash where the earlier one has it, by version where not, and by the engine."""
    hashes_alike = all(before.get(name) in (None, after[name]) for name in _HASHES)
    versions = (name for name in JUDGED_BY if name not in _HASHES)
    return hashes_alike and all(before.get(name) == after[name] for name in versions)
