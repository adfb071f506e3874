"""The checks of `doctor` about the database: a file and its disk, or a server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..domain.refresh.refresh_schedule import longest_pause_ms
from ..settings import Settings
from ..store.maintenance import Inspection, ServerReport, StoreRefused
from ..store.opening import database_variable, maintenance
from ..store.outbox_records import OutboxState
from ..store.ports import Maintenance
from ..system.clock import Clock
from .audit import check_audit_log
from .finding import FAULT, GOOD, NOTE, Finding
from .terminal import count_of

_MEGABYTE = 1_000_000
_LOW_SPACE_MB, _MIN_SPACE_MB = 500, 50
#: The service goes by the server's clock, so a difference does no harm; a large one has a cause.
_SMALL_CLOCK_DIFFERENCE_MS = 2_000
#: While a deployment replaces instances, old and new ones are connected.
_INSTANCES_AT_ONCE = 4
_WAITING = (OutboxState.QUEUED, OutboxState.CLAIMED, OutboxState.HANDING_OVER)
#: What a person has to look at.
_STUCK = {
    OutboxState.PARKED.value: "given up after many attempts, or refused for good",
    OutboxState.UNCERTAIN.value: "may have arrived or not",
}
_FUTURE_TIMESTAMPS = {
    "leases": "leases", "logins": "logins", "keys": "keys of requests", "syncs": "times of the next sync",
    "sessions": "changes of sessions",
}


def check_database(settings: Settings, clock: Clock) -> Iterator[Finding]:
    variable = database_variable(settings)
    try:
        database = maintenance(settings)
        server = database.examine_server()
        if server is not None:
            yield from _check_server(settings, database.location, server)
        if not database.exists():
            yield from _check_new_database(settings, database.location)
            return
        report = database.inspect(clock.now_ms(), longest_pause_ms(settings.sync_seconds))
    except StoreRefused as refused:
        another = "file" if settings.database_url is None else "database"
        yield Finding("database", FAULT, str(refused), f"Restore a backup, or set {variable} to another {another}.")
        return
    yield from _check_contents(settings, database.location, report)
    if not report.needs_migration:
        try:
            yield from check_audit_log(settings, database)
            yield from _check_outbox(database)
        except StoreRefused as refused:
            yield Finding("audit log", FAULT, str(refused), "Make the database and its files readable.")


def _check_outbox(database: Maintenance) -> Iterator[Finding]:
    """What waits to leave the service, and what a person has to look at. Raises StoreRefused."""
    with database.read() as tx:
        counts = tx.outbox.count()
    waiting = sum(count for (_, state), count in counts.items() if state in _WAITING)
    stuck = {labels: count for labels, count in counts.items() if labels[1] in _STUCK}
    for (channel, state), count in sorted(stuck.items()):
        yield Finding("outbox", NOTE, f"{count_of(count, 'row')} of {channel}: {state}, {_STUCK[state]}",
                      "Look at the messages and webhooks in the dashboard, and send again what should arrive.")
    if not stuck:
        yield Finding("outbox", GOOD, f"{count_of(waiting, 'row')} waiting, nothing given up")


def check_disk(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    if settings.database_url is not None:
        return
    folder = next(item for item in settings.db_path.absolute().parents if item.is_dir())
    free_mb = shutil.disk_usage(folder).free // _MEGABYTE
    if free_mb < _LOW_SPACE_MB:
        status = FAULT if free_mb < _MIN_SPACE_MB else NOTE
        yield Finding("disk", status, f"{free_mb} MB are free at {folder}", "Free some space, or move the database.")
    else:
        yield Finding("disk", GOOD, f"{free_mb} MB are free at {folder}")


def _check_new_database(settings: Settings, location: str) -> Iterator[Finding]:
    if settings.database_url is not None:
        yield Finding("database", GOOD, f"{location} is empty yet; the first start creates its tables")
        return
    folder = next(item for item in Path(location).absolute().parents if item.exists())
    if not folder.is_dir():
        yield Finding("database", FAULT, f"{folder} is not a folder", "Set TENER_INTERVIEW_DB_PATH to another path.")
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "database", FAULT, f"this user may not read and write {folder}, in which the first start would create it",
            "Make the folder this user's, or set TENER_INTERVIEW_DB_PATH to another path.",
        )
    else:
        yield Finding("database", GOOD, f"{location} does not exist yet; the first start creates it")


def _check_server(settings: Settings, location: str, server: ServerReport) -> Iterator[Finding]:
    if not server.is_supported:
        yield Finding(
            "PostgreSQL", FAULT, f"{server.name_and_version} at {location} is too old", "Use PostgreSQL 14 or newer."
        )
    elif server.is_read_only:
        yield Finding(
            "PostgreSQL", FAULT,
            f"{server.name_and_version} at {location} takes no changes: it is a standby, or set to read-only",
            "Name the server that takes changes: with several hosts in the URL, add target_session_attrs=read-write.",
        )
    else:
        yield Finding("PostgreSQL", GOOD, f"{server.name_and_version} at {location}")
    if not server.is_encoding_suitable:
        yield Finding(
            "encoding", FAULT, f"{server.encoding} cannot hold every name",
            "Create the database with ENCODING 'UTF8' TEMPLATE template0.",
        )
    else:
        time_zone = f"time zone {server.time_zone}, which no stored time depends on"
        yield Finding("encoding", GOOD, f"{server.encoding}; {time_zone}")
    for right in server.missing_rights:
        yield Finding("rights", FAULT, f"the user may not {right.partition(': ')[0]}", f"{right.partition(': ')[2]}.")
    if not server.missing_rights:
        yield Finding("rights", GOOD, "the user may do everything that the service needs")
    if abs(server.clock_ahead_ms) > _SMALL_CLOCK_DIFFERENCE_MS:
        yield Finding(
            "database clock", NOTE, f"this computer's clock differs from it by {server.clock_ahead_ms / 1000:.1f} s",
            "All instances go by the database's clock, so nothing is late; let NTP set both.",
        )
    needed = _INSTANCES_AT_ONCE * settings.database_pool_size
    if server.max_connections < needed:
        yield Finding(
            "connections", NOTE,
            f"the user may have {server.max_connections}, and an instance takes up to {settings.database_pool_size}",
            "Two instances need four times as many as one takes, because a deployment doubles them: lower"
            " TENER_INTERVIEW_DATABASE_POOL_SIZE, or raise the limit.",
        )
    yield Finding(
        "instances", GOOD, "any number may serve this database; give all the same settings, above all the same secrets"
    )
    if server.is_exposed:
        yield Finding(
            "encryption", NOTE, "the connection to the database is not encrypted, and leaves this computer",
            "That is right on a private network only; elsewhere add sslmode=verify-full to the URL.",
        )
    if server.is_pooled:
        yield Finding(
            "pooler", NOTE, "a connection pooler is in between; the service works with one, in transaction mode too",
            "backup and restore need the address of the server itself.",
        )


def _check_contents(settings: Settings, location: str, report: Inspection) -> Iterator[Finding]:
    is_file = settings.database_url is None
    if blocked := report.unwritable_paths:
        yield Finding(
            "database", FAULT, f"this user may not read and write {' and '.join(map(str, blocked))}",
            "chown the folder and its files to the user that the service runs as.",
        )
    other_providers = set(report.providers) - {settings.provider}
    if other_providers:
        yield Finding(
            "database", FAULT,
            f"{location} holds sessions of the {min(other_providers)} provider, but the provider is"
            f" {settings.provider}",
            f"Use separate {'files' if is_file else 'databases'} in {database_variable(settings)}: demo and real"
            " interviews never share one.",
        )
    if report.accessible_to_others:
        yield Finding(
            "database", FAULT, f"{location} may be read by others on this computer",
            f"Restrict access: chmod 600 {location}",
        )
    if report.pending_scrubs:
        remedy = (
            "The server scrubs the file within seconds once no other process reads it; let it run." if is_file else
            "The service runs VACUUM until nobody reads the old rows any more; end transactions that are open for long."
        )
        yield Finding(
            "erasures", NOTE,
            f"{report.pending_scrubs} are done, but traces of them may still be readable in the"
            f" {'file' if is_file else 'tables'}", remedy,
        )
    if (hold := report.withheld_erasures).sessions:
        yield Finding(
            "retention",
            NOTE,
            f"{hold.sessions} sessions are past the retention time and were not erased: {hold.reason}",
            "Check the clock. If it is right and many sessions are due: python3 -m tener_interview erase --overdue",
        )
    if ahead := {name: count for name, count in report.future_timestamps.items() if count}:
        future = ", ".join(f"{count} {_FUTURE_TIMESTAMPS[name]}" for name, count in ahead.items())
        yield Finding(
            "clock", NOTE, f"it was ahead once and is right again: {future} lie further in the future than possible",
            "They count as expired, so nothing waits for them. Let NTP set the clock.",
        )
    if report.abandoned_drafts:
        yield Finding(
            "drafts", NOTE, f"a backup or restore that was killed left {', '.join(map(str, report.abandoned_drafts))}",
            "Each may contain all data. Delete them; the next backup into that folder does so too.",
        )
    if report.unreadable_lines:
        yield Finding(
            "erased list", NOTE, f"{count_of(report.unreadable_lines, 'line')} of {location}.erased cannot be read",
            "A line that a crash cut short is harmless. Otherwise the people it names return with an old backup:"
            " give `restore` the list of another backup, with --erased.",
        )
    migrated = f" schema {report.version}, to be migrated at the next start," if report.needs_migration else ""
    contents = f"{count_of(report.sessions, 'session')}, {report.size_bytes} bytes"
    yield Finding("database", GOOD, f"{location}:{migrated} {contents}{', sound' if is_file else ''}")
