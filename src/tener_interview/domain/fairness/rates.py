"""Rates of categories, compared with the highest: what 6 RCNY section 5-301 asks a bias audit to compute, and how sure
the difference is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from statistics import median

from ...lazy_dataclass import dataclass
from ...statistics.bootstrap import Interval
from ...statistics.rates import SelectionCount, fisher_exact, impact_ratio, impact_ratio_interval
from ...store.candidate_result_records import CandidateResult
from .categories import Categories

#: A ratio below this is pointed out: the convention of the four-fifths rule (29 CFR 1607.4 D), not a verdict.
FOUR_FIFTHS = 0.8
#: Categories with a smaller share stand apart (6 RCNY section 5-301 (d)).
MIN_COMPARED_SHARE = 0.02
#: Rates of fewer people than this are mostly chance.
MIN_RELIABLE_PEOPLE = 30
CONFIDENCE_LEVEL = 0.95

MACHINE_SCORE, HUMAN_SCORE, DECISION = MEASURES = ("machine_score", "human_score", "decision")
SELECTED = ("advance", "hired")
DECIDED = (*SELECTED, "reject")


@dataclass(frozen=True)
class Group:
    """A category, or an intersection of several, with the rate of its people.

    `share` is its part of all with known categories. `too_small`: its share is below 2 %, so it is not compared.
    `ratio`, `interval` and `p_value` compare it with the highest rate; None where there is nothing to compare.
    """

    categories: tuple[str, ...]
    count: SelectionCount
    share: float
    too_small: bool
    is_highest: bool
    ratio: float | None = None
    interval: Interval | None = None
    p_value: float | None = None

    @property
    def has_few_people(self) -> bool:
        return self.count.total < MIN_RELIABLE_PEOPLE

    @property
    def below_four_fifths(self) -> bool:
        return self.ratio is not None and self.ratio < FOUR_FIFTHS


@dataclass(frozen=True)
class GroupBreakdown:
    """The groups of one or two columns, the largest first. `unknown` are people without a known category there."""

    columns: tuple[int, ...]
    groups: Sequence[Group]
    unknown: int


@dataclass(frozen=True)
class Measure:
    """One way of selecting, for all groups. `total` people have a value, `without_value` of the list have none.

    `median` is that of all values, for scores.
    """

    name: str
    count: SelectionCount
    without_value: int
    median: float | None
    breakdowns: Sequence[GroupBreakdown]


def compute_measures(
    results: Sequence[CandidateResult], by_candidate: Mapping[int, Categories], columns: int
) -> list[Measure]:
    """Return the rates by each column and by each two of them: for the machine's score, the human score and the
    decision.

    The median is that of everybody with a score. Who is not on the list has unknown categories.
    """
    return [_measure(name, results, by_candidate, columns) for name in MEASURES]


def _measure(
    name: str, results: Sequence[CandidateResult], by_candidate: Mapping[int, Categories], columns: int
) -> Measure:
    middle, selected = _selection(name, results)
    unknown: Categories = (None,) * columns
    people = [(by_candidate.get(candidate_id, unknown), is_selected) for candidate_id, is_selected in selected.items()]
    places = [*((column,) for column in range(columns)), *combinations(range(columns), 2)]
    return Measure(
        name,
        SelectionCount(sum(is_selected for _, is_selected in people), len(people)),
        sum(outcome.candidate_id in by_candidate and outcome.candidate_id not in selected for outcome in results),
        middle,
        [_group_people(people, place) for place in places],
    )


def _selection(name: str, results: Sequence[CandidateResult]) -> tuple[float | None, dict[int, bool]]:
    """Return the median, and who is selected of those that have a value."""
    if name == DECISION:
        return None, {
            outcome.candidate_id: outcome.decision in SELECTED for outcome in results if outcome.decision in DECIDED
        }
    value_of: Callable[[CandidateResult], float | None] = (
        (lambda outcome: outcome.machine_total) if name == MACHINE_SCORE else (lambda outcome: outcome.human_total)
    )
    scores = {outcome.candidate_id: score for outcome in results if (score := value_of(outcome)) is not None}
    if not scores:
        return None, {}
    middle = median(scores.values())
    return middle, {candidate_id: score > middle for candidate_id, score in scores.items()}


def _group_people(people: Sequence[tuple[Categories, bool]], columns: tuple[int, ...]) -> GroupBreakdown:
    selections_of: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    unknown = 0
    for categories, is_selected in people:
        names = tuple(name for column in columns if (name := categories[column]) is not None)
        if len(names) == len(columns):
            selections_of[names].append(is_selected)
        else:
            unknown += 1
    counts = {names: SelectionCount(sum(selections), len(selections)) for names, selections in selections_of.items()}
    return GroupBreakdown(columns, compare_groups(counts), unknown)


def compare_groups(counts: Mapping[tuple[str, ...], SelectionCount]) -> list[Group]:
    """Compare every group with the one of the highest rate, the largest of equal ones; the largest group first."""
    people = sum(count.total for count in counts.values())
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1].total, entry[0]))
    # Whole numbers: 2 % of 50 is exactly one.
    too_small = {names for names, count in ordered if 100 * count.total < round(100 * MIN_COMPARED_SHARE) * people}
    compared = [(names, count) for names, count in ordered if names not in too_small]
    highest = max(compared, key=lambda entry: entry[1].rate or 0.0, default=None)
    groups = []
    for names, count in ordered:
        is_highest = highest is not None and names == highest[0]
        group = Group(names, count, count.total / people, names in too_small, is_highest)
        if highest is not None and not group.too_small and highest[1].selected:
            other = highest[1]
            group = Group(
                names, count, group.share, too_small=False, is_highest=is_highest, ratio=impact_ratio(count, other),
                interval=None if is_highest else impact_ratio_interval(count, other, level=CONFIDENCE_LEVEL),
                p_value=None if is_highest else fisher_exact(count, other),
            )
        groups.append(group)
    return groups
