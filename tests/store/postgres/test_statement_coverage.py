"""The whole suite fails when a statement of `store/tables/` has run on SQLite alone; see tests/conftest.py."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from fakes.statement_coverage import FOLDER, StatementCoverage, find_statements
from tener_interview.store.postgres.dialect import WRITING
from tener_interview.store.tables.sessions import Sessions
from tener_interview.store.tables.wrong_tokens import WrongTokens


def test_every_call_of_execute_is_a_statement() -> None:
    lines = {(item.file, item.first_line) for item in find_statements()}
    executed = [
        (path.name, number)
        for path in FOLDER.glob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "self._db.execute" in line
    ]
    assert len(executed) > 100
    assert set(executed) <= lines


def test_statements_that_ran_are_recorded_by_their_call() -> None:
    class Connection:
        def execute(self, *_: Any) -> Any:
            return SimpleNamespace(rowcount=1, fetchone=lambda: None, fetchall=list)

        def executemany(self, *_: Any) -> Any: ...

    coverage = StatementCoverage()
    assert coverage.never_run() == find_statements()
    coverage.watch(Connection)
    WrongTokens(Connection(), WRITING).forget_expired(now_ms=1)
    Sessions(Connection(), WRITING).get("iv_1")
    assert _methods(find_statements()) - _methods(coverage.never_run()) == {
        "WrongTokens.forget_expired", "Sessions.get", "Sessions._one",
    }


def _methods(statements: Sequence[object]) -> set[str]:
    return {str(item).rpartition(" ")[2] for item in statements}
