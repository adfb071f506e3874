"""The number of test processes, and the order of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest

from markers import MARKED


def number_of_processes(cores: int) -> int:
    """Return twice the number of cores: while a test waits for a process to die or a page to load, another computes.

    More would gain nothing, since these keep the cores busy already, and each costs seconds before its first test.
    """
    return 2 * cores


def arrange(items: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """The order in which that many processes are done soonest. No test depends on it.

    xdist gives each process a stretch of the list, as many tests as any other. Whoever is done takes over the later
    half of what the process with the most tests has left. So a stretch begins with marked tests, which take seconds,
    and ends with fast ones, which can be handed on until the end: no process is left alone with something long.

    Browser tests are in half of the stretches, because every process that drives a browser starts one; all other marked
    tests are in the rest, because they wait while the browsers compute. Files stay together for what their tests share.
    """
    for_browsers = max(1, processes // 2)
    kinds: tuple[list[pytest.Item], ...] = ([], [], [])
    for item in items:
        kinds[_kind(item)].append(item)
    browser, others, fast = kinds
    stretches = _deal(browser, for_browsers) + _deal(others, max(1, processes - for_browsers))
    arranged: list[pytest.Item] = []
    for number, stretch in enumerate(stretches, start=1):
        missing = max(0, len(items) * number // processes - len(arranged) - len(stretch))
        arranged += stretch + fast[:missing]
        del fast[:missing]
    return arranged


def _kind(item: pytest.Item) -> int:
    """0 for a test in a browser, 1 for any other that is marked, 2 for a fast one."""
    marks = {mark.name for mark in item.iter_markers()}
    return 0 if "browser" in marks else 1 if marks.intersection(MARKED) else 2


def _deal(items: Sequence[pytest.Item], stretches: int) -> list[list[pytest.Item]]:
    """Deal whole files to so many stretches, one after the other."""
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    return [[item for tests in files[number::stretches] for item in tests] for number in range(stretches)]
