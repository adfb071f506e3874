"""Formula: from dimension scores to a total and a recommendation.

Read from config/interview_total_score_formula.json.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from ..arithmetic import relative_weights, round_half_up
from ..lazy_dataclass import dataclass
from .dimension import DIMENSIONS
from .files import content_hash, load
from .node import Node

#: The version of a file without one.
UNVERSIONED = "unversioned"
RENORMALIZE = "renormalize"
STRICT = "strict"

#: Best first; all but the last have a minimum total.
RECOMMENDATIONS = ("strong_yes", "yes", "mixed", "no")
_DEFAULT_THRESHOLDS = {"strong_yes": 80.0, "yes": 70.0, "mixed": 50.0}
_DEFAULT_WEIGHTS = {"technical": 0.5, "soft_skills": 0.3, "culture_fit": 0.2}
_BELOW_ALL = "no"

#: Scores by dimension, 0..100; None for a dimension without a scored question.
Dimensions = Mapping[str, float | None]


@dataclass(frozen=True)
class Formula:
    """The content of the formula file. Only the proportions of the weights matter; their sum is above 0."""

    version: str
    weights: Mapping[str, float]
    missing_dimensions_strategy: str
    recommendation_thresholds: Mapping[str, float]
    #: See `files.content_hash`.
    content_hash: str
    #: The dimension that each competency counts for, None for none. None: the weights are those of the dimensions.
    dimension_of_competency: Mapping[str, str | None] | None = None

    def dimension_scores(self, scores: Dimensions) -> dict[str, float | None]:
        """Return the scores of the three dimensions, from those of what has a weight."""
        if self.dimension_of_competency is None:
            return {dimension: scores.get(dimension) for dimension in DIMENSIONS}
        weights: dict[str, dict[str, float]] = {dimension: {} for dimension in DIMENSIONS}
        for competency, dimension in self.dimension_of_competency.items():
            if dimension in weights:
                weights[dimension][competency] = self.weights[competency]
        return {dimension: _weighted_mean(own, scores) for dimension, own in weights.items()}

    def total(self, scores: Dimensions) -> float | None:
        """Return the weighted mean of the dimensions that have a score, 0..100, to one decimal.

        None if no dimension with a weight has a score or, with `strict`, if one of them has none.
        """
        missing = any(scores.get(dimension) is None for dimension in relative_weights(self.weights))
        if missing and self.missing_dimensions_strategy == STRICT:
            return None
        return _weighted_mean(self.weights, scores)

    def covered(self, scores: Dimensions) -> float:
        """Return the fraction of the weights whose dimensions have a score, 0..1."""
        shares = relative_weights(self.weights)
        scored = (share for dimension, share in shares.items() if scores.get(dimension) is not None)
        return math.fsum(scored) / math.fsum(shares.values())

    def recommendation(self, total: float | None) -> str | None:
        """Return `strong_yes`, `yes`, `mixed` or `no`; None without a total."""
        if total is None:
            return None
        reached = (name for name, minimum in self.recommendation_thresholds.items() if total >= minimum)
        return next(reached, _BELOW_ALL)


def _weighted_mean(weights: Mapping[str, float], scores: Dimensions) -> float | None:
    """Return the mean of the scores that there are, to one decimal; None without any."""
    shares = relative_weights(weights)
    scored = {name: score for name in shares if (score := scores.get(name)) is not None}
    if not scored:
        return None
    gained = math.fsum(shares[name] * score for name, score in scored.items())
    return round_half_up(gained / math.fsum(shares[name] for name in scored), 1)


def load_formula(path: Path) -> Formula:
    """Read the formula file. Unknown keys are ignored, missing optional ones take the defaults.

    Raises ConfigError with every fault and its JSON path.
    """
    return load(path, _formula)


def _formula(root: Node) -> Formula:
    root = root.required().object()
    return Formula(
        version=root.member("version").version(UNVERSIONED),
        weights=_weights(root.member("weights")),
        missing_dimensions_strategy=root.member("missing_dimensions_strategy").choice(
            (RENORMALIZE, STRICT), RENORMALIZE
        ),
        recommendation_thresholds=_thresholds(root.member("recommendation_thresholds").object()),
        content_hash=content_hash(root),
    )


def _weights(node: Node) -> dict[str, float]:
    """Read all three weights, or none: a single missing weight is probably a spelling mistake."""
    if not node.is_present:
        return _DEFAULT_WEIGHTS
    given = node.object()
    faults_before = len(node.faults)
    weights = {dimension: given.member(dimension).required().number(0.0) for dimension in DIMENSIONS}
    if len(node.faults) == faults_before and not any(weights.values()):
        node.fault("must have at least one weight above 0")
    return weights


def _thresholds(node: Node) -> dict[str, float]:
    faults_before = len(node.faults)
    thresholds = {
        name: node.member(name).number(default, high=100) for name, default in _DEFAULT_THRESHOLDS.items()
    }
    descending = all(higher > lower for higher, lower in pairwise(thresholds.values()))
    if len(node.faults) == faults_before and not descending:
        listed = ", ".join(f"{name} {value:g}" for name, value in thresholds.items())
        node.fault(f"must descend from strong_yes over yes to mixed (they are {listed}, defaults included)")
    return thresholds
