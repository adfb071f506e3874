"""The service with something altered, as a process: `python -m fakes.altered_service ALTERATION... [-- COMMAND...]`

    kill-before MODULE:NAME COUNT    the process kills itself when NAME is called for the COUNT-th time
    kill-after MODULE:NAME COUNT     the same, when that call returns
    set MODULE:NAME VALUE            another value, a Python literal
    add MODULE:NAME VALUE            what it returns is a number, and is so much higher

NAME may lead into a class or a tuple: `Store.write`, `MIGRATIONS.1`. Nothing catches SIGKILL: no `finally` runs, no
transaction is rolled back and no file is closed.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import count
from typing import Any, NoReturn

from tener_interview.__main__ import main


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("it does not come to this")


def alter(alteration: str) -> None:
    """Make one alteration."""
    verb, place, value = alteration.split(" ", 2)
    change = {
        "kill-before": killing_before, "kill-after": killing_after, "set": replaced_value, "add": raised_result,
    }[verb]
    module_name, _, name = place.partition(":")
    *path, last = name.split(".")
    owner: Any = import_module(module_name)
    if last.isdigit():
        whole = getattr(owner, path[-1])
        changed = change(whole[int(last)], value)
        setattr(owner, path[-1], (*whole[: int(last)], changed, *whole[int(last) + 1 :]))
        return
    for step in path:
        owner = getattr(owner, step)
    former = getattr(owner, last)
    changed = change(former, value)
    setattr(owner, last, changed)
    if not path and getattr(former, "__module__", None) == module_name:
        _alter_imported(former, changed)


def _alter_imported(former: Any, changed: Any) -> None:
    """Alter the name also in modules that have imported it already; later imports get the altered one anyway."""
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("tener_interview."):
            for name in [name for name, value in vars(module).items() if value is former]:
                setattr(module, name, changed)


def killing_before(work: Callable[..., Any], nth: str) -> Callable[..., Any]:
    calls = count(1)

    def dying(*arguments: Any, **named: Any) -> Any:
        if next(calls) == int(nth):
            die()
        return work(*arguments, **named)

    return dying


def killing_after(work: Callable[..., Any], nth: str) -> Callable[..., Any]:
    calls = count(1)

    def dying(*arguments: Any, **named: Any) -> Any:
        mine = next(calls)
        done = work(*arguments, **named)
        if mine == int(nth):
            die()
        return done

    return dying


def raised_result(work: Callable[..., Any], value: str) -> Callable[..., Any]:
    return lambda *arguments, **named: work(*arguments, **named) + ast.literal_eval(value)


def replaced_value(_former: Any, value: str) -> Any:
    return ast.literal_eval(value)


def run(arguments: Sequence[str]) -> NoReturn:
    """Make the alterations, then run the service. Raises SystemExit with its status."""
    alterations, _, command = "\n".join(arguments).partition("\n--\n")
    for line in alterations.splitlines():
        alter(line)
    sys.exit(main(command.splitlines(), os.environ))


if __name__ == "__main__":
    run(sys.argv[1:])
