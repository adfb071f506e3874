"""The range of a total, and whether the ranges of two totals overlap."""

from __future__ import annotations

from for_each import for_each
from tener_interview.scorecards.uncertainty import bounds, margin, ranges_overlap


def test_totals_five_points_apart_have_overlapping_ranges() -> None:
    one, five_less, more = (bounds(total, 1.0, 5) for total in (80.0, 75.0, 74.5))
    assert one is not None
    assert five_less is not None
    assert more is not None
    assert ranges_overlap(one, five_less)
    assert not ranges_overlap(one, more)
    assert not ranges_overlap(more, one)


def test_the_margin_grows_with_lower_confidence_and_shrinks_with_more_answers() -> None:
    assert margin(1.0, 5) == 2.7
    assert margin(1.0, 20) == 1.3
    assert margin(1.0, 1) == 6.0
    assert margin(0.0, 5) == 17.7
    assert [margin(tenths / 10, 5) for tenths in range(11)] == sorted(
        (margin(tenths / 10, 5) for tenths in range(11)), reverse=True
    )


@for_each(
    ("total", "confidence", "scored", "expected"),
    [
        (None, 1.0, 5, None), (99.0, 1.0, 5, (96.3, 100.0)), (1.0, 1.0, 5, (0.0, 3.7)),
        (50.0, None, None, (29.0, 71.0)), (50.0, 1.5, 5, (47.3, 52.7)),
    ],
)
def test_the_range_of_a_total_stays_within_the_scale(
    total: float | None, confidence: float | None, scored: int | None, expected: tuple[float, float] | None
) -> None:
    assert bounds(total, confidence, scored) == expected
