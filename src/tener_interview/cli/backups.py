"""`backup` and `restore`: the database copied while it is served, and put back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from ..domain.privacy.replay import Replayed, replay
from ..store.erasure_log import Erasure
from ..store.sqlite.backup import VerifiedCopy, back_up
from ..store.sqlite.previous_database import PreviousDatabase
from ..store.sqlite.restore import restore
from ..system.clock import iso_utc
from .command import OK, Command, Context
from .terminal import counted

_UNREAD = (
    "The former database could not be read: who was erased and what was taken back since the backup is known only as"
    " far as a list says it."
)
_UNREAD_LINES = (
    "Of the lists of what was erased and taken back {} could not be read: whoever they name may be back. Give a list of"
    " another backup with --erased."
)


def _back_up(context: Context, arguments: Namespace) -> int:
    # Nothing but this is needed to save the data, so nothing else may keep one from it.
    path = context.settings("db_path").db_path
    with context.terminal.progress("copying page") as tell:
        copy = back_up(path, arguments.path, overwrite=arguments.overwrite, report_progress=tell)
    context.terminal.result(_copy_json(copy), f"{copy.path}: {_words(copy)}, verified")
    return OK


def _restore(context: Context, arguments: Namespace) -> int:
    settings = context.settings("db_path", "provider")
    now_ms = context.clock.now_ms()
    moment = (iso_utc(now_ms) or "").translate({ord(each): None for each in "-:."})
    again = Replayed()

    def amend(draft: Path, former: PreviousDatabase, erasures: list[Erasure]) -> None:
        nonlocal again
        again = replay(draft, former, erasures, now_ms)

    with context.terminal.progress("copying page") as tell:
        restored = restore(
            arguments.path, settings.db_path, provider=settings.provider, moment=moment, amend=amend,
            lists=arguments.erased, report_progress=tell,
        )
    kept = None if restored.previous_path is None else str(restored.previous_path)
    context.terminal.result(
        {**_copy_json(restored.copy), "kept": kept, "former_unread": restored.previous_unreadable,
         "unread_lines": restored.unreadable_lines,
         "erased_again": again.erased_sessions, "erased_people": again.erased_people, "revoked_again": again.revoked},
        f"{restored.copy.path}: {_words(restored.copy)}, restored",
        f"erased again, because they were erased since: {counted(again.erased_people, 'person', 'people')}"
        f" ({counted(again.erased_sessions, 'session')})",
        *([f"taken back again: {counted(again.revoked, 'link')}"] if again.revoked else []),
        *([f"the former database is {kept}"] if kept else []),
        *([_UNREAD] if restored.previous_unreadable else []),
        *([_UNREAD_LINES.format(counted(restored.unreadable_lines, "line"))] if restored.unreadable_lines else []),
    )
    return OK


def _copy_json(copy: VerifiedCopy) -> dict[str, Any]:
    return {"path": str(copy.path), "size_bytes": copy.size_bytes, "schema_version": copy.version, "rows": copy.rows}


def _words(copy: VerifiedCopy) -> str:
    sessions = counted(copy.rows.get("interview_sessions", 0), "session")
    return f"{sessions}, {copy.size_bytes} bytes, schema {copy.version}"


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="the file to make")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there, once the copy is good")


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a backup; the service must be stopped")
    parser.add_argument(
        "--erased", type=Path, action="append", default=[], metavar="LIST",
        help="a list of what was erased or taken back (PATH.erased of a newer backup), if the database's own is lost",
    )


BACKUP = Command(
    "backup", "copy the database, whole and verified, also while it is served", _backup_arguments, _back_up
)
RESTORE = Command(
    "restore", "put a backup in the database's place; the former one is kept aside", _restore_arguments, _restore
)
