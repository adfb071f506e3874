"""What a command is, and what it is given to work with."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import settings as environment
from ..composition import build_service
from ..domain.service import Service
from ..settings import DECLARATIONS, Settings, SettingsError
from ..store.sqlite.database import StoreRefused
from ..system.clock import Clock
from .terminal import Terminal

_OF_ACCOUNT = (
    "provider", "hireflix_api_key", "hireflix_base_url", "hireflix_public_app_base", "hireflix_timeout_s",
    "hireflix_concurrency",
)
#: Exit statuses, the same for every command.
OK, FAILED, USAGE = 0, 1, 2


@dataclass(frozen=True)
class Context:
    """The surroundings of one call of a command."""

    environ: Mapping[str, str]
    terminal: Terminal
    clock: Clock

    def settings(self, *needed: str) -> Settings:
        """The settings. Raises SettingsError; where only some fields are needed, for faults of these alone."""
        try:
            return environment.load(self.environ)
        except SettingsError as refused:
            variables = tuple(f"{DECLARATIONS[name].variable}:" for name in needed)
            faults = [each for each in refused.faults if not needed or each.startswith(variables)]
            if faults or refused.settings is None:
                raise SettingsError(faults or refused.faults, refused.settings) from None
            return refused.settings

    @contextmanager
    def service(self, *, new: bool = False, scratch: bool = False) -> Iterator[Service]:
        """The domain as the server has it, a guest of whatever process serves. `new`: a database may be made for it;
        with `scratch`, one that is gone afterwards.

        Raises SettingsError and StoreRefused.
        """
        settings = self.settings()
        if not new and not settings.db_path.exists():
            raise StoreRefused(f"there is no database at {settings.db_path}; check TENER_INTERVIEW_DB_PATH.")
        with ExitStack() as stack:
            if scratch and not settings.db_path.exists():
                folder = stack.enter_context(TemporaryDirectory(prefix="tener-interview-"))
                settings = replace(settings, db_path=Path(folder) / settings.db_path.name)
            service = build_service(settings, self.clock, guest=True)
            stack.callback(service.store.close)
            yield service

    def account(self) -> Settings:
        """The settings where only the account at the interview provider is needed: a position may still be to be found.
        Raises SettingsError."""
        return self.settings(*_OF_ACCOUNT)


@dataclass(frozen=True)
class Command:
    """One word of the command line; `run` returns the exit status."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Context, Namespace], int]
    #: Commands of its own, in place of `run`.
    commands: tuple[Command, ...] = ()


def identity(text: str) -> int:
    """An argument that is the source's id of something."""
    return whole(1, 2**63 - 1)(text)


def limit(text: str) -> int:
    """An argument that says how many at most."""
    return whole(1, 10_000)(text)


def whole(low: int, high: int) -> Callable[[str], int]:
    """An argument that is a whole number within bounds."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 19 and low <= int(text) <= high):
            raise ArgumentTypeError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse
