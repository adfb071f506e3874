"""The versions of everything that a result was made by."""

from __future__ import annotations

from ..lazy_dataclass import dataclass


@dataclass(frozen=True)
class ScoringVersions:
    """What a result was made by: the version that each file calls itself, and a hash of its content.

    A result from before there were hashes has none.
    """

    criteria_version: str
    criteria_hash: str | None
    formula_version: str
    formula_hash: str | None
    engine_version: str
    #: The version of the job's plan that scored it; None where the criteria file was used.
    plan_version: int | None = None
