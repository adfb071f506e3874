"""How scores behave when answers are changed, test by test.

    PYTHONPATH=src:tests python3 -m benchmarks.scoring_behaviour

Runs the behavioural tests of the scorer and prints for each of them how many cases it has and how many pass; `--docs`
puts the tables into docs/scoring.md. It takes about ten seconds.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

import pytest

from documents.place import Place
from documents.table import table
from fakes.running_service import PROJECT

#: Each file of tests, and what a table of it is headed with.
SUITES = {
    "test_behaviour.py": "What must move a score, what must not, and which way",
    "test_behaviour_gaming.py": "Attempts to be given points for nothing, which must fail",
}


class Outcomes:
    """A plugin of pytest that counts the cases of each test."""

    def __init__(self) -> None:
        self.cases: Counter[tuple[str, str]] = Counter()
        self.passed: Counter[tuple[str, str]] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each phase of a case."""
        if report.when == "call" or report.failed:
            file, _, name = report.nodeid.partition("::")
            test = file.rpartition("/")[2], name.partition("[")[0]
            self.cases[test] += 1
            self.passed[test] += report.passed

    def tables(self) -> str:
        """A table for each suite, its tests in the order of the file."""
        return "\n\n".join(f"{heading}:\n\n{self._table(file)}" for file, heading in SUITES.items())

    def _table(self, file: str) -> str:
        rows = [
            (name.removeprefix("test_").replace("_", " "), f"{cases:,}", f"{100 * self.passed[each] / cases:.0f} %")
            for each, cases in self.cases.items() if each[0] == file for name in each[1:]
        ]
        return table(("test", "cases", "pass"), rows, aligned="---:")


def main() -> int:
    """Run, print and write; the exit status is pytest's."""
    parser = argparse.ArgumentParser(description="Run the behavioural tests of the scorer and count their cases.")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/scoring.md")
    wanted = parser.parse_args()
    outcomes = Outcomes()
    files = [str(PROJECT / "tests" / "scoring" / file) for file in SUITES]
    status = int(pytest.main([*files, "--quiet", "--override-ini=addopts="], plugins=[outcomes]))
    text = outcomes.tables()
    print(f"{text}\n\n{sum(outcomes.passed.values()):,} of {sum(outcomes.cases.values()):,} cases pass.")
    if wanted.docs:
        Place("docs/scoring.md", "behaviour").write(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
