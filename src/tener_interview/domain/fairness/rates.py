"""Rates of categories, compared with the highest: what 6 RCNY section 5-301 asks a bias audit to compute, and how sure
the difference is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from ...statistics.bootstrap import Interval
from ...statistics.rates import Count, fisher_exact, impact_ratio, impact_ratio_interval
from ...store.outcome_records import Outcome
from .categories import Categories

#: A ratio below this is pointed out: the convention of the four-fifths rule (29 CFR 1607.4 D), not a verdict.
FOUR_FIFTHS = 0.8
#: Categories with a smaller share stand apart (6 RCNY section 5-301 (d)).
SMALLEST_SHARE = 0.02
#: Rates of fewer people than this are mostly chance.
FEW = 30
LEVEL = 0.95

MACHINE_SCORE, HUMAN_SCORE, DECISION = MEASURES = ("machine_score", "human_score", "decision")
SELECTED = ("advance", "hired")
DECIDED = (*SELECTED, "reject")


@dataclass(frozen=True)
class Group:
    """A category, or an intersection of several, with the rate of its people.

    `share` is its part of all with known categories. `apart`: its share is below 2 %, so it is not compared. `ratio`,
    `interval` and `p_value` compare it with the highest rate; None where there is nothing to compare.
    """

    categories: tuple[str, ...]
    count: Count
    share: float
    apart: bool
    is_highest: bool
    ratio: float | None = None
    interval: Interval | None = None
    p_value: float | None = None

    @property
    def few(self) -> bool:
        return self.count.total < FEW

    @property
    def below_four_fifths(self) -> bool:
        return self.ratio is not None and self.ratio < FOUR_FIFTHS


@dataclass(frozen=True)
class Breakdown:
    """The groups of one or two columns, the largest first. `unknown` are people without a known category there."""

    columns: tuple[int, ...]
    groups: Sequence[Group]
    unknown: int


@dataclass(frozen=True)
class Measure:
    """One way of selecting, for all groups. `total` people have a value, `without` of the list have none.

    `median` is that of all values, for scores.
    """

    name: str
    count: Count
    without: int
    median: float | None
    breakdowns: Sequence[Breakdown]


def compute_measures(
    outcomes: Sequence[Outcome], by_candidate: Mapping[int, Categories], columns: int
) -> list[Measure]:
    """Return the rates by each column and by each two of them: for the machine's score, the human score and the
    decision.

    The median is that of everybody with a score. Who is not on the list has unknown categories.
    """
    return [_measure(name, outcomes, by_candidate, columns) for name in MEASURES]


def _measure(
    name: str, outcomes: Sequence[Outcome], by_candidate: Mapping[int, Categories], columns: int
) -> Measure:
    middle, selected = _selection(name, outcomes)
    unknown: Categories = (None,) * columns
    people = [(by_candidate.get(candidate_id, unknown), is_selected) for candidate_id, is_selected in selected.items()]
    places = [*((column,) for column in range(columns)), *combinations(range(columns), 2)]
    return Measure(
        name,
        Count(sum(is_selected for _, is_selected in people), len(people)),
        sum(outcome.candidate_id in by_candidate and outcome.candidate_id not in selected for outcome in outcomes),
        middle,
        [_break_down(people, place) for place in places],
    )


def _selection(name: str, outcomes: Sequence[Outcome]) -> tuple[float | None, dict[int, bool]]:
    """Return the median, and who is selected of those that have a value."""
    if name == DECISION:
        return None, {
            outcome.candidate_id: outcome.decision in SELECTED for outcome in outcomes if outcome.decision in DECIDED
        }
    value_of: Callable[[Outcome], float | None] = (
        (lambda outcome: outcome.machine_total) if name == MACHINE_SCORE else (lambda outcome: outcome.human_total)
    )
    scores = {outcome.candidate_id: score for outcome in outcomes if (score := value_of(outcome)) is not None}
    if not scores:
        return None, {}
    middle = median(scores.values())
    return middle, {candidate_id: score > middle for candidate_id, score in scores.items()}


def _break_down(people: Sequence[tuple[Categories, bool]], columns: tuple[int, ...]) -> Breakdown:
    found: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    unknown = 0
    for categories, is_selected in people:
        names = tuple(name for column in columns if (name := categories[column]) is not None)
        if len(names) == len(columns):
            found[names].append(is_selected)
        else:
            unknown += 1
    return Breakdown(columns, compare_groups({names: Count(sum(each), len(each)) for names, each in found.items()}),
                     unknown)


def compare_groups(counts: Mapping[tuple[str, ...], Count]) -> list[Group]:
    """Compare every group with the one of the highest rate, the largest of equal ones; the largest group first."""
    known = sum(count.total for count in counts.values())
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1].total, entry[0]))
    # Whole numbers: 2 % of 50 is exactly one.
    apart = {names for names, count in ordered if 100 * count.total < round(100 * SMALLEST_SHARE) * known}
    compared = [(names, count) for names, count in ordered if names not in apart]
    highest = max(compared, key=lambda entry: entry[1].rate or 0.0, default=None)
    groups = []
    for names, count in ordered:
        is_highest = highest is not None and names == highest[0]
        group = Group(names, count, count.total / known, names in apart, is_highest)
        if highest is not None and not group.apart and highest[1].selected:
            other = highest[1]
            group = Group(
                names, count, group.share, apart=False, is_highest=is_highest, ratio=impact_ratio(count, other),
                interval=None if is_highest else impact_ratio_interval(count, other, level=LEVEL),
                p_value=None if is_highest else fisher_exact(count, other),
            )
        groups.append(group)
    return groups
