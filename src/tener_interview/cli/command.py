"""Commands, and the context they run in."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import settings as environment
from ..composition import build_service
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..settings import DECLARATIONS, Settings, SettingsError
from ..store.maintenance import StoreRefused
from ..store.opening import database_variable, maintenance
from ..system.clock import Clock
from ..web.shape import MAX_INTEGER, Integer
from .terminal import Terminal

_PROVIDER_SETTINGS = (
    "provider", "hireflix_api_key", "hireflix_base_url", "hireflix_public_app_base", "hireflix_timeout_s",
    "hireflix_concurrency",
)
#: Serves until it is stopped; the argument makes its output JSON. Returns the exit status.
Serve = Callable[[bool], int]
#: Exit statuses of all commands.
OK, FAILED, USAGE = 0, 1, 2


@dataclass(frozen=True)
class Context:
    """What one run of a command has: environment, terminal and clock, and what serves instead."""

    environ: Mapping[str, str]
    terminal: Terminal
    clock: Clock
    serve: Serve

    def settings(self, *names: str) -> Settings:
        """The settings. Raises SettingsError; if `names` are given, only for errors in these."""
        try:
            return environment.load(self.environ)
        except SettingsError as error:
            variables = tuple(f"{DECLARATIONS[name].variable}:" for name in names)
            faults = [fault for fault in error.faults if not names or fault.startswith(variables)]
            if faults or error.settings is None:
                raise SettingsError(faults or error.faults, error.settings) from None
            return error.settings

    @contextmanager
    def service(self, *, create: bool = False, temporary: bool = False) -> Iterator[Service]:
        """The service as the server has it; another process may serve at the same time.

        `create` allows it to create a database, and with `temporary` that database is deleted afterwards. Raises
        SettingsError and StoreRefused.
        """
        settings = self.settings()
        database = maintenance(settings)
        exists = database.exists()
        if not create and not exists:
            raise StoreRefused(f"there is no database at {database.location}; check {database_variable(settings)}.")
        with ExitStack() as stack:
            if temporary and not exists:
                folder = stack.enter_context(TemporaryDirectory(prefix="tener-interview-"))
                settings = replace(settings, database_url=None, db_path=Path(folder) / settings.db_path.name)
            service = build_service(settings, self.clock, beside_server=True)
            stack.callback(service.store.close)
            yield service

    def provider_settings(self) -> Settings:
        """Settings with valid access to the interview provider; others may be missing, such as the position.

        Raises SettingsError.
        """
        return self.settings(*_PROVIDER_SETTINGS)


@dataclass(frozen=True)
class Command:
    """One command; `run` returns the exit status."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Context, Namespace], int]
    #: Subcommands, instead of `run`.
    commands: tuple[Command, ...] = ()


def positive_id(text: str) -> int:
    """Parse an argument that is an id of the source."""
    return integer_between(1, MAX_INTEGER)(text)


def item_limit(text: str) -> int:
    """Parse an argument that limits the number of items."""
    return integer_between(1, 10_000)(text)


def integer_between(low: int, high: int) -> Callable[[str], int]:
    """A parser of integers within bounds."""

    def parse(text: str) -> int:
        try:
            return Integer(low, high, from_text=True).read(text)
        except ValueError as fault:
            raise ArgumentTypeError(str(fault)) from None

    return parse
