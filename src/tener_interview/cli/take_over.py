"""`import`: what the predecessor has, taken over."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from ..api.shapes import entry_url
from ..domain.service import Service
from ..domain.takeover.takeover import CONFLICT, KNOWN, REFUSED, TAKEN, Item, LegacyImport, import_legacy
from ..store.sqlite.legacy_database import EVENTS, RESULTS, open_legacy_database
from .command import FAILED, OK, Command, Context
from .terminal import counted, table

_CONFLICTS = "Not taken over, because the candidate has another session here, which was not touched:"
_REFUSED = "Not taken over:"
#: What every row of a table needs.
_LACKING = {RESULTS: "any score", EVENTS: "a time or a word for what happened"}
_TO_START = "Without a link. Start them here: whoever has an interview at Hireflix keeps it, and nobody gets two:"


def _run(context: Context, arguments: Namespace) -> int:
    # Opened first: where it cannot be read, no database is made for it.
    with open_legacy_database(arguments.path) as old, context.service(new=True, scratch=arguments.dry_run) as service:
        with context.terminal.progress("taking over session") as tell:
            done = import_legacy(service, old, dry_run=arguments.dry_run, tell=tell)
        items = [_item_json(service, each) for each in done.items]
    counts = Counter(each.action for each in done.items)
    answer = {
        "path": str(arguments.path),
        "dry_run": arguments.dry_run,
        **{name: counts[name] for name in (TAKEN, KNOWN, CONFLICT, REFUSED)},
        "results": sum(each.results for each in done.items),
        "events": sum(each.events for each in done.items),
        "not_read": {
            "tables": done.tables_not_read, "columns": done.columns_not_read, "rows": done.unreadable,
            "without_a_session": done.strays,
        },
        "items": items,
    }
    context.terminal.result(answer, *_lines(answer, items, done))
    return FAILED if counts[CONFLICT] or counts[REFUSED] else OK


def _item_json(service: Service, item: Item) -> dict[str, Any]:
    session = item.session
    return {
        "action": item.action,
        "former_id": item.former_id,
        "session_id": session.session_id if session else None,
        "job_id": item.job_id,
        "candidate_id": item.candidate_id,
        "candidate_name": session.candidate_name if session else None,
        "former_status": item.former_status,
        "status": item.status,
        "entry_url": entry_url(service, session) if session and session.status in ("invited", "in_progress") else None,
        "results": item.results,
        "events": item.events,
        "why": item.why,
    }


def _lines(answer: dict[str, Any], items: list[dict[str, Any]], done: LegacyImport) -> list[str]:
    would = "would be taken over" if answer["dry_run"] else "taken over"
    summary = (
        f"{counted(answer[TAKEN], 'session')} {would}, with {counted(answer['results'], 'result')}"
        f" and {counted(answer['events'], 'event')};"
        f" {answer[KNOWN]} were taken over before, {answer[CONFLICT]} are in the way of others here,"
        f" {answer[REFUSED]} cannot be taken over"
    )
    lines = [summary]
    links = [each for each in items if each["entry_url"]]
    if links:
        rows = [
            (each["candidate_name"], each["candidate_id"], each["job_id"], each["status"], each["entry_url"])
            for each in links
        ]
        lines += ["", "The links that the predecessor sent do not work here. Send these instead:", ""]
        lines += table(("candidate", "id", "job", "status", "new link"), rows)
    waiting = [each for each in items if each["status"] == "created" and each["why"] is None]
    if waiting:
        cells = ("candidate_name", "candidate_id", "job_id", "former_status")
        rows = [tuple(each[name] for name in cells) for each in waiting]
        lines += ["", _TO_START, "", *table(("candidate", "id", "job", "was"), rows)]
    for action, heading in ((CONFLICT, _CONFLICTS), (REFUSED, _REFUSED)):
        left = [each for each in items if each["action"] == action]
        if left:
            lines += ["", heading, *(f"  {each['former_id']}: {each['why']}" for each in left)]
    return [*lines, *_not_read(done)]


def _not_read(done: LegacyImport) -> list[str]:
    """What was left where it is."""
    tables = [f"table {name} ({rows} rows)" for name, rows in done.tables_not_read.items() if rows]
    columns = [f"{name}: {', '.join(names)}" for name, names in done.columns_not_read.items()]
    empty = [f"{rows} rows of {name} without {_LACKING[name]}" for name, rows in done.unreadable.items() if rows]
    strays = [f"{rows} rows of {name} whose session is not there" for name, rows in done.strays.items() if rows]
    left = [*tables, *columns, *empty, *strays]
    return ["", "Left where it is:", *(f"  {each}" for each in left)] if left else []


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="OLD", help="the predecessor's SQLite file; it is only read")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")


IMPORT = Command(
    "import", "take over sessions, scores and events from a database of the predecessor's", _arguments, _run
)
