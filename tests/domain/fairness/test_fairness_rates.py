"""Rates by category of random people, computed again with scipy and statsmodels; and lists as people have them."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from for_each import for_each
from lazy_module import LazyModule
from tener_interview.domain.fairness.categories import Categories, read_categories
from tener_interview.domain.fairness.rates import Measure, compute_measures
from tener_interview.errors import Problem
from tener_interview.store.candidate_result_records import CandidateResult

numpy, stats = LazyModule("numpy"), LazyModule("scipy.stats")
proportion = LazyModule("statsmodels.stats.proportion")

SEXES = ("female", "male", "X", None)
ETHNICITIES = ("Asian", "Black", "Hispanic or Latino", "White", None)
DECISIONS = ("advance", "hold", "reject", "hired", "withdrawn", None)


def outcome(
    candidate_id: int, machine: float | None, human: float | None = None, decision: str | None = None
) -> CandidateResult:
    return CandidateResult(candidate_id, machine, human, decision, None, 1, 1, None)


def some_people(chance: Random, count: int) -> tuple[list[CandidateResult], dict[int, Categories]]:
    outcomes = [
        outcome(
            number,
            round(chance.gauss(60, 15), 1) if chance.random() < 0.9 else None,
            float(chance.choice((30, 45, 60, 75, 90))) if chance.random() < 0.6 else None,
            chance.choice(DECISIONS),
        )
        for number in range(1, count + 1)
    ]
    categories: dict[int, Categories] = {
        number: (
            chance.choices(SEXES, (50, 45, 1, 4))[0], chance.choices(ETHNICITIES, (20, 25, 20, 30, 5))[0],
        )
        for number in range(1, count + 1 + count // 10) if chance.random() < 0.95
    }
    return outcomes, categories


def selected_by(measure: Measure, outcomes: list[CandidateResult]) -> dict[int, bool]:
    """Who counts, and who is selected, in other words than the code's."""
    if measure.name == "decision":
        return {
            each.candidate_id: each.decision != "reject" for each in outcomes
            if each.decision is not None and each.decision not in ("hold", "withdrawn")
        }
    field = "machine_total" if measure.name == "machine_score" else "human_total"
    scores = {each.candidate_id: getattr(each, field) for each in outcomes if getattr(each, field) is not None}
    middle = float(numpy.median(list(scores.values())))
    assert measure.median == middle
    return {candidate_id: value > middle for candidate_id, value in scores.items()}


@for_each(("seed", "count"), [(1, 40), (2, 300), (3, 900)])
def test_rates_ratios_and_significance_tests_equal_an_independent_calculation(seed: int, count: int) -> None:
    outcomes, categories = some_people(Random(seed), count)
    measures = compute_measures(outcomes, categories, 2)
    assert [measure.name for measure in measures] == ["machine_score", "human_score", "decision"]
    for measure in measures:
        selected = selected_by(measure, outcomes)
        assert (measure.count.selected, measure.count.total) == (sum(selected.values()), len(selected))
        assert [breakdown.columns for breakdown in measure.breakdowns] == [(0,), (1,), (0, 1)]
        for breakdown in measure.breakdowns:
            table: dict[tuple[str, ...], list[bool]] = {}
            for number, is_selected in selected.items():
                names = tuple(categories.get(number, (None, None))[column] for column in breakdown.columns)
                if None not in names:
                    table.setdefault(names, []).append(is_selected)  # type: ignore[arg-type]
            known = sum(map(len, table.values()))
            assert breakdown.unknown == len(selected) - known
            assert {group.categories for group in breakdown.groups} == set(table)
            compared = {name: each for name, each in table.items() if len(each) / known >= 0.02}
            highest = max(float(numpy.mean(each)) for each in compared.values())
            reference = next(group for group in breakdown.groups if group.is_highest)
            assert numpy.mean(table[reference.categories]) == highest
            for group in breakdown.groups:
                here, there = table[group.categories], table[reference.categories]
                assert group.count.rate == pytest.approx(float(numpy.mean(here)))
                assert group.too_small == (group.categories not in compared)
                assert group.has_few_people == (len(here) < 30)
                if group.too_small:
                    assert (group.ratio, group.interval, group.p_value) == (None, None, None)
                    continue
                assert group.ratio == pytest.approx(float(numpy.mean(here)) / highest)
                assert group.below_four_fifths == (float(numpy.mean(here)) / highest < 0.8)
                if group is reference:
                    assert (group.interval, group.p_value) == (None, None)
                    continue
                counts = [sum(here), len(here) - sum(here), sum(there), len(there) - sum(there)]
                fisher = stats.fisher_exact(numpy.array(counts).reshape(2, 2))
                assert group.p_value == pytest.approx(float(fisher.pvalue), rel=1e-9)
                if 0 not in counts:
                    arguments = (counts[0], len(here), counts[2], len(there))
                    expected = proportion.confint_proportions_2indep(
                        *arguments, compare="ratio", method="score", correction=False
                    )
                    assert group.interval == pytest.approx(tuple(map(float, expected)), rel=1e-6)


def test_selection_rates_without_people_or_selections_are_undefined() -> None:
    empty = compute_measures([], {1: ("female",)}, 1)
    assert [(measure.count.total, measure.median) for measure in empty] == [(0, None)] * 3
    assert [measure.breakdowns[0].groups for measure in empty] == [[]] * 3
    # Everybody has the same score: nobody is above the median, so there is nothing to compare with.
    same = [outcome(number, 50.0, None, "reject") for number in range(4)]
    measures = compute_measures(same, {number: ("ab"[number % 2],) for number in range(4)}, 1)
    for measure in (measures[0], measures[2]):
        assert [group.ratio for group in measure.breakdowns[0].groups] == [None, None]
        assert [group.count.rate for group in measure.breakdowns[0].groups] == [0.0, 0.0]


def test_a_group_of_exactly_two_per_cent_is_not_too_small() -> None:
    for count, apart in ((50, False), (51, True)):
        people = [outcome(number, float(number)) for number in range(count)]
        groups = compute_measures(people, {number: ("few" if number == 0 else "many",) for number in range(count)}, 1)[
            0].breakdowns[0].groups
        assert {group.categories[0]: group.too_small for group in groups} == {"many": False, "few": apart}
        assert math.isclose(sum(group.share for group in groups), 1)


@for_each(("raw", "columns", "people"), [
    ("candidate_id,sex\n1,f\n2,m\n", ("sex",), {1: ("f",), 2: ("m",)}),
    ("sep=;\nKandidaten-ID;Geschlecht;Herkunft\n1;weiblich;keine Angabe\n", ("Geschlecht", "Herkunft"),
     {1: ("weiblich", None)}),
    ("\ufeffsexe\tidentifiant du candidat\nfemme\t1\nHomme\t2\nhomme\t3\n", ("sexe",),
     {1: ("femme",), 2: ("Homme",), 3: ("Homme",)}),
    ("Name,ID,E-mail,Sex\nJane Doe,1,jane@example.com,X\nJohn,2,,prefer not to say\n", ("Sex",),
     {1: ("X",), 2: (None,)}),
    ('"id","пол"\r\n"#1","ж"\r\n\r\n"2.0",""\r\n', ("пол",), {1: ("ж",), 2: (None,)}),
])
def test_category_lists_in_common_formats_are_read(raw: str, columns: tuple[str, ...], people: dict[int, Any]) -> None:
    for encoding in ("utf-8", "utf-16"):
        read = read_categories(raw.encode(encoding), None)
        assert (read.columns, read.by_candidate, read.faults) == (columns, people, [])


def test_invalid_rows_of_a_category_list_are_named_without_their_content() -> None:
    raw = "candidate_id,sex\nSECRET,f\n,m\n1,f\n1,f\n1,m\n2,m,SECRET\n-3,f\n0,f\n4\n"
    read = read_categories(raw.encode(), None)
    assert read.by_candidate == {1: ("f",), 4: (None,)}
    assert (read.rows, read.repeated) == (9, 1)
    assert [fault.row for fault in read.faults] == [2, 3, 6, 7, 8, 9]
    assert "Row 4 has the same candidate with other categories" in read.faults[2].fault
    assert not any("SECRET" in fault.fault for fault in read.faults)


@for_each(("raw", "message"), [
    ("", "The list is empty"),
    ("candidate_id,sex\n", "no rows"),
    ("SECRET,female\n2,SECRET\n", "No column has the heading of candidate ids"),
    ("candidate_id,id,SECRET\n1,2,f\n", "2 columns have the heading of candidate ids"),
    ("candidate_id,name\n1,SECRET\n", "no column with categories"),
    ("candidate_id,a,b,c,d,e\n1,1,1,1,1,1\n", "at most 4"),
    ("candidate_id,SECRET\n" + "".join(f"{number},SECRET{number}\n" for number in range(1, 60)), "59 different values"),
    ('candidate_id,sex\n1,"SECRET\n', "quotation mark is not closed"),
    ("%PDF-1.7 SECRET", "This is a PDF"),
    ("jane@example.com; SECRET@example.com", "No column has the heading"),
])
def test_an_invalid_category_list_is_refused_without_repeating_its_content(raw: str, message: str) -> None:
    with pytest.raises(Problem) as refused:
        read_categories(raw.encode(), None)
    assert refused.value.code == "LIST_NOT_READABLE"
    assert message in refused.value.error
    assert "SECRET" not in f"{refused.value.error} {refused.value.details}"
