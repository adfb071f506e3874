"""How scores behave when answers are changed, test by test.

    PYTHONPATH=src:tests python3 -m benchmarks.scoring_behaviour

Runs the behavioural tests of the scorer and prints for each of them how many cases it has, how many pass, and by how
many points the score moved; `--docs` puts the tables into docs/scoring.md. It takes about ten seconds.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import pytest

from documents.place import Place
from documents.table import table
from fakes.running_service import PROJECT
from fakes.score_changes import take_changes

Measure = Callable[[Sequence[float]], float]


@dataclass(frozen=True)
class Suite:
    """A file of tests: what its table is headed with, and what is told of the moves of each test."""

    file: str
    heading: str
    measures: dict[str, Measure]


SUITES = (
    Suite(
        "test_behaviour.py", "What must move a score, what must not, and which way",
        {"mean": fmean, "lowest": min, "highest": max},
    ),
    Suite(
        "test_behaviour_gaming.py", "Attempts to be given points for nothing, which must fail",
        {"median": median, "most": max},
    ),
)


class Outcomes:
    """A plugin of pytest that counts the cases of each test and keeps the moves of the score in them."""

    def __init__(self) -> None:
        self.cases: Counter[tuple[str, str]] = Counter()
        self.passed: Counter[tuple[str, str]] = Counter()
        self.moves: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        self._inputs: dict[str, int] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Called by pytest with the tests it has found: each is a case for every input."""
        self._inputs = {item.nodeid: getattr(item.function, "inputs", 1) for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each phase of a case."""
        if report.when == "call" or report.failed:
            file, _, name = report.nodeid.partition("::")
            test = file.rpartition("/")[2], name.partition("[")[0]
            self.cases[test] += self._inputs[report.nodeid]
            self.passed[test] += report.passed * self._inputs[report.nodeid]
            self.moves[test] += take_changes()

    def tables(self) -> str:
        """A table for each suite, its tests in the order of the file."""
        return "\n\n".join(f"{suite.heading}:\n\n{self._table(suite)}" for suite in SUITES)

    def _table(self, suite: Suite) -> str:
        rows = [self._row(case, suite.measures) for case in self.cases if case[0] == suite.file]
        return table(("test", "cases", "pass", *suite.measures), rows, aligned="---:")

    def _row(self, test: tuple[str, str], measures: dict[str, Measure]) -> tuple[str, ...]:
        name, cases = test[1].removeprefix("test_").replace("_", " "), self.cases[test]
        points = (_points(measure(moves)) if (moves := self.moves[test]) else "" for measure in measures.values())
        return (name, f"{cases:,}", f"{100 * self.passed[test] / cases:.0f} %", *points)


def _points(value: float) -> str:
    """With its sign; what rounds to nothing has none of its own."""
    return f"{round(value, 1) + 0.0:+.1f}"


def main() -> int:
    """Run, print and write; the exit status is pytest's."""
    parser = argparse.ArgumentParser(description="Run the behavioural tests of the scorer and count their cases.")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/scoring.md")
    wanted = parser.parse_args()
    outcomes = Outcomes()
    files = [str(PROJECT / "tests" / "scoring" / suite.file) for suite in SUITES]
    status = int(pytest.main([*files, "--quiet", "--override-ini=addopts="], plugins=[outcomes]))
    text = outcomes.tables()
    print(f"{text}\n\n{sum(outcomes.passed.values()):,} of {sum(outcomes.cases.values()):,} cases pass.")
    if wanted.docs:
        Place("docs/scoring.md", "behaviour").write(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
