"""Every process gets its share of the tests, and no test is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from for_each import for_each
from order import arrange


@dataclass(frozen=True)
class Item:
    path: Path
    number: int
    marker: str

    def iter_markers(self) -> list[pytest.Mark]:
        return [getattr(pytest.mark, self.marker).mark] if self.marker else []


ITEMS: list[Any] = [
    Item(Path(f"{marker}_{file}.py"), number, marker)
    for marker, files in {"browser": 6, "kills": 8, "": 42}.items()
    for file in range(files)
    for number in range(3)
]


@for_each("processes", [1, 2, 3, 4, 8])
def test_no_test_is_lost_whatever_the_number_of_processes(processes: int) -> None:
    for items in (ITEMS, [item for item in ITEMS if item.marker], [item for item in ITEMS if not item.marker], []):
        arranged = arrange(items, processes)
        assert len(arranged) == len(items)
        assert set(arranged) == set(items)


def test_each_process_begins_with_its_share_of_slow_tests_and_ends_with_fast_ones() -> None:
    share = len(ITEMS) // 4
    arranged = arrange(ITEMS, 4)
    for number, (marker, files) in enumerate([("browser", 3), ("browser", 3), ("kills", 4), ("kills", 4)]):
        stretch: list[Any] = arranged[number * share :][:share]
        slow = [item for item in stretch if item.marker]
        assert stretch[: len(slow)] == slow
        assert {item.marker for item in slow} == {marker}
        assert len({item.path for item in slow}) == files
