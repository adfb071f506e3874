"""How far a total can be trusted, and when two of them are told apart."""

from __future__ import annotations

import pytest

from tener_interview.scorecards.uncertainty import ANSWER_MARGIN, bounds, distinguishable, margin


def test_candidates_five_points_apart_are_not_told_apart() -> None:
    one, five_less, more = (bounds(total, 1.0, 5) for total in (80.0, 75.0, 74.5))
    assert one is not None
    assert five_less is not None
    assert more is not None
    assert not distinguishable(one, five_less)
    assert distinguishable(one, more)
    assert distinguishable(more, one)


def test_the_margin_grows_with_what_is_missing_and_falls_with_the_number_of_answers() -> None:
    assert margin(1.0, 5) == 2.7
    assert margin(1.0, 20) == 1.3
    assert margin(1.0, 1) == ANSWER_MARGIN == 6.0
    assert margin(0.0, 5) == 17.7
    assert [margin(tenths / 10, 5) for tenths in range(11)] == sorted(
        (margin(tenths / 10, 5) for tenths in range(11)), reverse=True
    )


@pytest.mark.parametrize(
    ("total", "confidence", "scored", "expected"),
    [
        (None, 1.0, 5, None), (99.0, 1.0, 5, (96.3, 100.0)), (1.0, 1.0, 5, (0.0, 3.7)),
        (50.0, None, None, (29.0, 71.0)), (50.0, 1.5, 5, (47.3, 52.7)),
    ],
)
def test_bounds_stay_within_the_scale(
    total: float | None, confidence: float | None, scored: int | None, expected: tuple[float, float] | None
) -> None:
    assert bounds(total, confidence, scored) == expected
