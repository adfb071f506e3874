"""`audit`: verify the audit log, and write it as JSON lines. Neither changes anything in the log."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import composition
from ..actor import ActorKind
from ..domain.audit.lines import entry_line
from ..domain.audit.verifying import Verification, anchors_in, verify
from ..settings import Settings
from ..store.audit_chain import AuditFilters
from ..store.maintenance import StoreRefused
from ..store.opening import maintenance
from ..store.ports import Maintenance
from ..system.clock import parse_time_ms
from .command import FAILED, OK, Command, Context, positive_id
from .finding import FAULT, GOOD, NOTE, Finding
from .output_file import open_output
from .terminal import count_of

_SETTINGS = ("db_path", "database_url", "database_password", "token_secret", "token_secret_previous")
_PAGE = 1_000


def check_audit_log(settings: Settings, database: Maintenance) -> Iterator[Finding]:
    """What `doctor` says of the audit log. Raises StoreRefused."""
    verification = _verify(settings, database, None)
    yield from (Finding("audit log", NOTE, note, "Nothing to do if you know about it.") for note in verification.notes)
    for finding in verification.findings:
        yield Finding(
            "audit log", FAULT, finding,
            "Compare it with an exported log and with the service's own log, and find out who could write to the"
            " database.",
        )
    if verification.more:
        yield Finding("audit log", FAULT, f"{verification.more} more findings", "See `audit verify`.")
    if verification.is_sound:
        entries = count_of(verification.entries, "entry", "entries")
        yield Finding("audit log", GOOD, f"{entries}, complete and unchanged")


def _verify(settings: Settings, database: Maintenance, expected_hash: str | None) -> Verification:
    try:
        anchors = anchors_in(database.log_entries())
    except OSError as fault:
        raise StoreRefused(f"the erasure log {fault.filename} cannot be read: {fault.strerror}") from None
    return verify(database.read, composition.known_audit_keys(settings), anchors, expected_hash)


def _run_verify(context: Context, arguments: Namespace) -> int:
    settings = context.settings(*_SETTINGS)
    database = _database(settings)
    verification = _verify(settings, database, arguments.head)
    head = verification.head
    content = {
        "ok": verification.is_sound, "entries": verification.entries, "head_number": head.number,
        "head_hash": head.hash, "findings": list(verification.findings), "more_findings": verification.more,
        "notes": list(verification.notes),
    }
    verdict = "complete and unchanged" if verification.is_sound else "NOT as this service wrote it"
    context.terminal.result(
        content,
        f"{database.location}: {count_of(verification.entries, 'entry', 'entries')}, {verdict}",
        *[f"  !! {finding}" for finding in verification.findings],
        *([f"  !! and {verification.more} more findings"] if verification.more else []),
        *[f"  -- {note}" for note in verification.notes],
        *([f"the last entry is number {head.number} with the hash {head.hash}"] if head.number else []),
    )
    return OK if verification.is_sound else FAILED


def _run_export(context: Context, arguments: Namespace) -> int:
    settings = context.settings(*_SETTINGS)
    database, keys = _database(settings), composition.known_audit_keys(settings)
    filters = AuditFilters(
        arguments.actor_kind, arguments.actor, arguments.action, arguments.subject_kind, arguments.subject_id,
        arguments.job, None if arguments.address is None else keys.hide(arguments.address), arguments.since,
        arguments.until,
    )
    with open_output(context.terminal, settings, arguments.output, overwrite=False) as out, database.read() as tx:
        for entry in tx.audit.all(_PAGE, filters):
            out.write(entry_line(entry))
    return OK


def _database(settings: Settings) -> Maintenance:
    database = maintenance(settings, composition.known_audit_keys(settings))
    if not database.exists():
        raise StoreRefused(f"there is no database at {database.location}.")
    return database


def _time(text: str) -> int:
    at_ms = parse_time_ms(text)
    if at_ms is None:
        raise ArgumentTypeError("must be a time, as 2026-01-31 or 2026-01-31T09:30:00Z")
    return at_ms


def _declare_verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--head", metavar="HASH", help="an entry's hash that you noted; verification fails if the log no longer has it"
    )


def _declare_export_arguments(parser: ArgumentParser) -> None:
    options: dict[str, dict[str, Any]] = {
        "--actor-kind": {"choices": tuple(map(str, ActorKind))},
        "--actor": {"metavar": "ID", "help": "the id of a user, token or share"},
        "--action": {"metavar": "NAME", "help": "an action such as share.created; a final dot selects a kind: share."},
        "--subject-kind": {"metavar": "KIND", "help": "session, candidate, job, share, ..."},
        "--subject-id": {"metavar": "ID"},
        "--job": {"type": positive_id, "metavar": "JOB_ID"},
        "--address": {"metavar": "IP", "help": "entries from this address, which is compared as a hash"},
        "--since": {"type": _time, "metavar": "TIME", "help": "included"},
        "--until": {"type": _time, "metavar": "TIME", "help": "excluded"},
        "--output": {"type": Path, "metavar": "PATH", "help": "a new file instead of stdout"},
    }
    for name, option in options.items():
        parser.add_argument(name, **option)


AUDIT = Command(
    "audit", "verify or export the audit log", lambda _: None, lambda *_: OK,
    commands=(
        Command("verify", "check that nothing in the audit log was changed, removed or added",
                _declare_verify_arguments, _run_verify),
        Command("export", "write the audit log as JSON lines, oldest entry first", _declare_export_arguments,
                _run_export),
    ),
)
