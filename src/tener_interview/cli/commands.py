"""The map of the command line: every command in one table, how it is read, and how what goes wrong is told."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence

from ..errors import Problem
from ..settings import SettingsError, help_table
from ..store.sqlite.database import StoreRefused
from ..system.clock import SystemClock
from .backups import BACKUP, RESTORE
from .command import FAILED, USAGE, Command, Context
from .doctor import DOCTOR
from .erase import ERASE
from .export import EXPORT
from .leaderboard import LEADERBOARD
from .positions import POSITIONS
from .refresh import REFRESH
from .score import SCORE
from .start import START
from .take_over import IMPORT
from .terminal import Terminal, standard

#: Serves until told to stop; True: what it says is JSON. Returns the exit status.
Serve = Callable[[bool], int]

SERVE_HELP = "serve the dashboard and the API; this is also done without any command"

COMMANDS: tuple[Command, ...] = (
    DOCTOR, POSITIONS, START, REFRESH, LEADERBOARD,
    BACKUP, RESTORE, IMPORT, EXPORT, ERASE, SCORE,
)

EXIT_STATUSES = """exit status:
  0    done
  1    what was asked for failed; of doctor: it found faults
  2    the command line or the settings are wrong
  130  interrupted"""


def run(argv: Sequence[str], environ: Mapping[str, str], serve: Serve) -> int:
    """Do what the command line says; the exit status."""
    try:
        arguments = _parser(serve).parse_args(argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    terminal = standard(as_json=arguments.json)
    try:
        status: int = arguments.run(Context(environ, terminal, SystemClock()), arguments)
        terminal.stdout.flush()
    except BrokenPipeError:
        # Whoever read has had enough. Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130
    except SettingsError as refused:
        terminal.refuse("The settings are wrong:", refused.faults, code="SETTINGS_INVALID")
        return USAGE
    except (Problem, StoreRefused, OSError) as refused:
        return _failed(terminal, refused)
    return status


def _failed(terminal: Terminal, refused: Problem | StoreRefused | OSError) -> int:
    if isinstance(refused, Problem):
        terminal.refuse("It was not done:", [refused.error], code=refused.code, details=refused.details)
        return USAGE if refused.code == "VALIDATION_FAILED" else FAILED
    code = "STORE_REFUSED" if isinstance(refused, StoreRefused) else "FILE_UNUSABLE"
    terminal.refuse("It was not done:", [str(refused)], code=code)
    return FAILED


def _parser(serve: Serve) -> ArgumentParser:
    shared = ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="say everything as JSON, errors too")
    parser = ArgumentParser(
        prog="python3 -m tener_interview", formatter_class=RawDescriptionHelpFormatter,
        description="From a shortlist to a ranked, explained result of one-way video interviews.",
        epilog=f"{EXIT_STATUSES}\n\n"
        "Everything is set by environment variables; one that is empty counts as not set. Without any, it serves in\n"
        f"demo mode on http://127.0.0.1:8090.\n\n{help_table()}",
    )

    def serving(_context: Context, arguments: Namespace) -> int:
        return serve(arguments.json)

    _add(parser, (Command("serve", SERVE_HELP, lambda _: None, serving), *COMMANDS), shared)
    return parser


def _add(parser: ArgumentParser, commands: Sequence[Command], shared: ArgumentParser) -> None:
    places = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for each in commands:
        own = places.add_parser(
            each.name, help=each.help, description=each.help[:1].upper() + each.help[1:] + ".",
            parents=[] if each.commands else [shared], epilog=EXIT_STATUSES,
            formatter_class=RawDescriptionHelpFormatter,
        )
        each.arguments(own)
        own.set_defaults(run=each.run)
        if each.commands:
            _add(own, each.commands, shared)
