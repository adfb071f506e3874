"""`import`: import sessions, scores and events from the previous service."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from ..api.shapes import entry_url
from ..domain.legacy.legacy_import import CONFLICT, KNOWN, REFUSED, TAKEN, ImportedItem, LegacyImport, import_legacy
from ..domain.service import Service
from ..store.legacy import EVENTS, RESULTS
from ..store.opening import open_legacy_database
from .command import FAILED, OK, Command, Context
from .terminal import count_of, table

_CONFLICTS = "Not imported, because the candidate has another session here, which was not changed:"
_REFUSED = "Not imported:"
#: Required fields of a table's rows.
_MISSING_FIELD = {RESULTS: "any score", EVENTS: "a time or a name"}
_WITHOUT_LINK = "Without a link. Start them here; candidates with an interview at Hireflix keep it:"


def _run(context: Context, arguments: Namespace) -> int:
    # Opened first, so that no database is created if it cannot be read.
    with (
        open_legacy_database(arguments.path) as predecessor,
        context.service(create=True, temporary=arguments.dry_run) as service,
    ):
        with context.terminal.progress("importing session") as report_progress:
            report = import_legacy(service, predecessor, dry_run=arguments.dry_run, report_progress=report_progress)
        items = [_item_json(service, item) for item in report.items]
    counts = Counter(item.action for item in report.items)
    content = {
        "path": str(arguments.path),
        "dry_run": arguments.dry_run,
        **{name: counts[name] for name in (TAKEN, KNOWN, CONFLICT, REFUSED)},
        "results": sum(item.results for item in report.items),
        "events": sum(item.events for item in report.items),
        "not_read": {
            "tables": report.tables_not_read, "columns": report.columns_not_read, "rows": report.unreadable,
            "without_a_session": report.strays,
        },
        "items": items,
    }
    context.terminal.result(content, *_lines(content, items, report))
    return FAILED if counts[CONFLICT] or counts[REFUSED] else OK


def _item_json(service: Service, item: ImportedItem) -> dict[str, Any]:
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


def _lines(content: dict[str, Any], items: list[dict[str, Any]], report: LegacyImport) -> list[str]:
    imported = "would be imported" if content["dry_run"] else "imported"
    summary = (
        f"{count_of(content[TAKEN], 'session')} {imported}, with {count_of(content['results'], 'result')}"
        f" and {count_of(content['events'], 'event')};"
        f" {content[KNOWN]} were imported before, {content[CONFLICT]} conflict with sessions here,"
        f" {content[REFUSED]} cannot be imported"
    )
    lines = [summary]
    links = [item for item in items if item["entry_url"]]
    if links:
        rows = [
            (item["candidate_name"], item["candidate_id"], item["job_id"], item["status"], item["entry_url"])
            for item in links
        ]
        lines += ["", "The links that the previous service sent do not work here. Send these instead:", ""]
        lines += table(("candidate", "id", "job", "status", "new link"), rows)
    without_link = [item for item in items if item["status"] == "created" and item["why"] is None]
    if without_link:
        cells = ("candidate_name", "candidate_id", "job_id", "former_status")
        rows = [tuple(item[name] for name in cells) for item in without_link]
        lines += ["", _WITHOUT_LINK, "", *table(("candidate", "id", "job", "was"), rows)]
    for action, heading in ((CONFLICT, _CONFLICTS), (REFUSED, _REFUSED)):
        rejected = [item for item in items if item["action"] == action]
        if rejected:
            lines += ["", heading, *(f"  {item['former_id']}: {item['why']}" for item in rejected)]
    return [*lines, *_not_read(report)]


def _not_read(report: LegacyImport) -> list[str]:
    """What was not imported, as lines."""
    tables = [f"table {name} ({rows} rows)" for name, rows in report.tables_not_read.items() if rows]
    columns = [f"{name}: {', '.join(names)}" for name, names in report.columns_not_read.items()]
    empty = [
        f"{rows} rows of {name} without {_MISSING_FIELD[name]}" for name, rows in report.unreadable.items() if rows
    ]
    unmatched = [f"{rows} rows of {name} whose session is missing" for name, rows in report.strays.items() if rows]
    lines = [*tables, *columns, *empty, *unmatched]
    return ["", "Not read:", *(f"  {line}" for line in lines)] if lines else []


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="OLD", help="SQLite file of the previous service; it is only read")
    parser.add_argument("--dry-run", action="store_true", help="report what would be done without changing anything")


IMPORT = Command(
    "import", "import sessions, scores and events from the previous service's database", _declare_arguments, _run
)
