"""One test for many inputs: `@for_each` in place of `@pytest.mark.parametrize`, where the inputs share their fixtures.

A test of its own for each input costs several milliseconds before it does anything, and its fixtures besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from inspect import signature
from typing import Any

import pytest

#: Longer inputs are cut in the note that names them.
_LABEL_LENGTH = 120

Test = Callable[..., None]
Ids = Iterable[object] | Callable[[Any], object] | None


class FailedInputs(BaseExceptionGroup[BaseException]):
    """The failures of a test, each with a note that names its input."""


def for_each(names: str | Sequence[str], inputs: Iterable[Any], ids: Ids = None) -> Callable[[Test], Test]:
    """Call a test with every input, whichever fail, and report each failure with its input.

    `names` and `inputs` are those of `pytest.mark.parametrize`, and several decorators combine as there. An input must
    not depend on what an earlier one has left in a fixture.
    """
    columns = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [tuple(row) if len(columns) > 1 else (row,) for row in inputs]
    assert rows, f"no inputs for {columns}"

    @cache
    def labels() -> list[str]:
        return _labels(columns, rows, ids)

    def decorate(test: Test) -> Test:
        @wraps(test)
        def test_each(**fixtures: Any) -> None:
            failures: list[BaseException] = []
            for number, row in enumerate(rows):
                try:
                    test(**fixtures, **dict(zip(columns, row, strict=True)))
                except FailedInputs as inner:
                    failures += [_with_label(failure, labels()[number]) for failure in inner.exceptions]
                except (Exception, pytest.fail.Exception) as failure:
                    failures.append(_with_label(failure, labels()[number]))
            if failures:
                raise FailedInputs(f"failures: {len(failures)}", failures)

        whole = signature(test)
        left = [parameter for name, parameter in whole.parameters.items() if name not in columns]
        test_each.__signature__ = whole.replace(parameters=left)  # type: ignore[attr-defined]
        test_each.inputs = len(rows) * getattr(test, "inputs", 1)  # type: ignore[attr-defined]
        return test_each

    return decorate


def _labels(columns: Sequence[str], rows: Sequence[Sequence[Any]], ids: Ids) -> list[str]:
    if ids is None:
        named = [zip(columns, row, strict=True) for row in rows]
        return [", ".join(f"{name}={value!r:.{_LABEL_LENGTH}}" for name, value in pairs) for pairs in named]
    if callable(ids):
        return [", ".join(str(ids(value)) for value in row) for row in rows]
    return [str(label) for label in ids]


def _with_label(failure: BaseException, label: str) -> BaseException:
    failure.add_note(f"input: {label}")
    return failure
