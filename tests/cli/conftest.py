"""Runs commands as in a terminal: arguments in, an exit status and two streams out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fakes.hireflix import FakeHireflix
from fakes.stored import create_migrated_file
from tener_interview.__main__ import main


@dataclass(frozen=True)
class CommandResult:
    """What came of a command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


#: Runs a command in a process environment; keywords change it, None takes a variable away.
Command = Callable[..., CommandResult]

#: What most tests begin with: these are spared the migrations of a new database, which other tests try.
_FIRST_COMMANDS = (("start",), ("plan",))


@pytest.fixture
def command(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*argv: str, **changes: str | None) -> CommandResult:
        changed = {name: value for name, value in {**environ, **changes}.items() if value is not None}
        if argv[:1] in _FIRST_COMMANDS:
            create_migrated_file(changed)
        status = main(argv, changed)
        captured = capsys.readouterr()
        return CommandResult(status, captured.out, captured.err)

    return run


@pytest.fixture
def hireflix(fake: FakeHireflix) -> FakeHireflix:
    return fake


def real(hireflix: FakeHireflix, **changes: str) -> dict[str, str]:
    """The variables of a service with this Hireflix, all in order."""
    return {
        "TENER_HIREFLIX_API_KEY": hireflix.api_key,
        "TENER_HIREFLIX_POSITION_ID": hireflix.position_id,
        "TENER_HIREFLIX_BASE_URL": hireflix.url,
        "TENER_HIREFLIX_TIMEOUT_SECONDS": "2",
        "TENER_INTERVIEW_PUBLIC_BASE_URL": "https://interviews.example.com",
        **changes,
    }
