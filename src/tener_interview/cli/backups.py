"""`backup` and `restore`: copy the database while it is served, and put a copy back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from ..composition import audit_keys
from ..domain.privacy.replay import Replayed, replay
from ..store.erasure_log import Erasure
from ..store.maintenance import ReplacedDatabaseFacts, VerifiedCopy
from ..store.opening import maintenance
from ..store.ports import Writable
from ..system.clock import iso_utc
from .command import OK, Command, Context
from .terminal import count_of

_DATABASE = ("db_path", "database_url", "database_password")
_UNREAD = (
    "The previous database could not be read. Erasures and revoked links since the backup are known only from the"
    " lists."
)
_UNREAD_LINES = (
    "{} in the lists of erasures and revoked links could not be read: people they name may be back. Give the list of"
    " another backup with --erased."
)


def _back_up(context: Context, arguments: Namespace) -> int:
    # Only the database is needed, so no other invalid setting may prevent a backup.
    database = maintenance(context.settings(*_DATABASE))
    with context.terminal.progress("copying part") as report_progress:
        copy = database.back_up(arguments.path, overwrite=arguments.overwrite, report_progress=report_progress)
    context.terminal.result(_copy_json(copy), f"{copy.location}: {_summary(copy)}, verified")
    return OK


def _restore(context: Context, arguments: Namespace) -> int:
    settings = context.settings(*_DATABASE, "provider", "token_secret", "token_secret_previous")
    now_ms = context.clock.now_ms()
    timestamp = (iso_utc(now_ms) or "").translate({ord(char): None for char in "-:."})
    replayed = Replayed()

    def replay_erasures(copy: Writable, former: ReplacedDatabaseFacts, erasures: list[Erasure]) -> None:
        nonlocal replayed
        replayed = replay(copy, former, erasures, now_ms)

    with context.terminal.progress("copying part") as report_progress:
        restored = maintenance(settings, audit_keys(settings)).restore(
            arguments.path, provider=settings.provider, moment=timestamp, amend=replay_erasures,
            lists=arguments.erased, report_progress=report_progress,
        )
    context.terminal.result(
        {
            **_copy_json(restored.copy),
            "kept": restored.previous_location,
            "former_unread": restored.previous_unreadable,
            "unread_lines": restored.unreadable_lines,
            "erased_again": replayed.erased_sessions,
            "erased_people": replayed.erased_people,
            "revoked_again": replayed.revoked,
        },
        f"{restored.copy.location}: {_summary(restored.copy)}, restored",
        f"erased again, because they were erased since: {count_of(replayed.erased_people, 'person', 'people')}"
        f" ({count_of(replayed.erased_sessions, 'session')})",
        *([f"revoked again: {count_of(replayed.revoked, 'link')}"] if replayed.revoked else []),
        *([f"the previous database is {restored.previous_location}"] if restored.previous_location else []),
        *([_UNREAD] if restored.previous_unreadable else []),
        *([_UNREAD_LINES.format(count_of(restored.unreadable_lines, "line"))] if restored.unreadable_lines else []),
    )
    return OK


def _copy_json(copy: VerifiedCopy) -> dict[str, Any]:
    return {"path": copy.location, "size_bytes": copy.size_bytes, "schema_version": copy.version, "rows": copy.rows}


def _summary(copy: VerifiedCopy) -> str:
    sessions = count_of(copy.rows.get("interview_sessions", 0), "session")
    return f"{sessions}, {copy.size_bytes} bytes, schema {copy.version}"


def _declare_backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="the file to create")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there, once the copy is good")


def _declare_restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a backup; the service must be stopped")
    parser.add_argument(
        "--erased", type=Path, action="append", default=[], metavar="LIST",
        help="a list of erasures and revoked links (PATH.erased of a newer backup), if the database's own is lost",
    )


BACKUP = Command(
    "backup", "copy and verify the database, also while it is served", _declare_backup_arguments, _back_up
)
RESTORE = Command(
    "restore", "put a backup in the database's place; the previous database is kept", _declare_restore_arguments,
    _restore,
)
