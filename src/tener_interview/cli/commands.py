"""The command line: the table of commands, their arguments, and their errors."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from functools import cache

from ..actor import COMMAND_LINE, acting
from ..errors import Problem
from ..settings import SettingsError, help_table
from ..store.maintenance import StoreRefused
from ..system.clock import SystemClock
from .audit import AUDIT
from .backups import BACKUP, RESTORE
from .command import FAILED, USAGE, Command, Context, Serve
from .doctor import DOCTOR
from .erase import ERASE
from .export import EXPORT
from .leaderboard import LEADERBOARD
from .legacy_import import IMPORT
from .migrate import MIGRATE
from .plan import PLAN
from .positions import POSITIONS
from .refresh import REFRESH
from .score import SCORE
from .start import START
from .terminal import Terminal, standard_terminal
from .users import USERS

SERVE = Command(
    "serve", "serve the dashboard and the API; the default without a command", lambda _: None,
    lambda context, arguments: context.serve(arguments.json),
)

COMMANDS: tuple[Command, ...] = (
    DOCTOR, POSITIONS, PLAN, START, REFRESH, LEADERBOARD, USERS,
    AUDIT, BACKUP, RESTORE, MIGRATE, IMPORT, EXPORT, ERASE, SCORE,
)

EXIT_STATUSES = """exit status:
  0    done
  1    the command failed; doctor: it found faults
  2    the command line or the settings are wrong
  130  interrupted"""


def run(argv: Sequence[str], environ: Mapping[str, str], serve: Serve) -> int:
    """Run the command line and return the exit status."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else USAGE
    terminal = standard_terminal(as_json=arguments.json)
    try:
        acting.set(COMMAND_LINE)
        status: int = arguments.run(Context(environ, terminal, SystemClock(), serve), arguments)
        terminal.stdout.flush()
    except BrokenPipeError:
        # The reader closed the pipe. Redirect stdout, or Python would complain again on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130
    except SettingsError as error:
        terminal.refuse("The settings are wrong:", error.faults, code="SETTINGS_INVALID")
        return USAGE
    except (Problem, StoreRefused, OSError) as error:
        return _report_failure(terminal, error)
    return status


def _report_failure(terminal: Terminal, error: Problem | StoreRefused | OSError) -> int:
    if isinstance(error, Problem):
        terminal.refuse("It was not done:", [error.error], code=error.code, details=error.details)
        return USAGE if error.code == "VALIDATION_FAILED" else FAILED
    code = "STORE_REFUSED" if isinstance(error, StoreRefused) else "FILE_UNUSABLE"
    terminal.refuse("It was not done:", [_text(error)], code=code)
    return FAILED


def _text(error: StoreRefused | OSError) -> str:
    """An error in words, without the number that the system has for it."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    return f"cannot use {error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."


@cache
def _parser() -> ArgumentParser:
    common = ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print everything as JSON, including errors")
    parser = ArgumentParser(
        prog="python3 -m tener_interview", formatter_class=RawDescriptionHelpFormatter,
        description="From a shortlist to a ranked, explained result of one-way video interviews.",
        epilog=f"{EXIT_STATUSES}\n\n"
        "All settings are environment variables; an empty one counts as unset. Without any, it serves in demo mode\n"
        f"on http://127.0.0.1:8090.\n\n{help_table()}",
    )
    _add(parser, (SERVE, *COMMANDS), common)
    return parser


def _add(parser: ArgumentParser, commands: Sequence[Command], common: ArgumentParser) -> None:
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in commands:
        subparser = subparsers.add_parser(
            command.name, help=command.help, description=command.help[:1].upper() + command.help[1:] + ".",
            parents=[] if command.commands else [common], epilog=EXIT_STATUSES,
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.arguments(subparser)
        subparser.set_defaults(run=command.run)
        if command.commands:
            _add(subparser, command.commands, common)
