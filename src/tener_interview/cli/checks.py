"""The checks of `doctor`: each is a function from the settings to findings, and changes nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from .. import composition
from ..domain.refresh.refresh_schedule import longest_pause_ms
from ..errors import Problem
from ..outbound.request import Unreachable, send
from ..setting_values import GENERATE_COMMAND, MIN_TOKEN_CHARS
from ..settings import Settings, is_loopback
from ..sources.probe import probe_source
from ..store.maintenance import StoreRefused
from ..store.opening import maintenance, sqlite_version
from ..system.clock import Clock
from .terminal import count_of

GOOD, NOTE, FAULT = "ok", "note", "fault"

_MEGABYTE = 1_000_000
_LOW_SPACE_MB, _MIN_SPACE_MB = 500, 50
_MAX_CLOCK_DIFFERENCE_S = 120
_MIN_SQLITE = (3, 37, 0)
_FUTURE_TIMESTAMPS = {
    "leases": "leases", "logins": "logins", "keys": "keys of requests", "syncs": "times of the next sync",
    "sessions": "changes of sessions",
}
#: The release that fixed sqlite.org/wal.html#walresetbug.
_WAL_RESET_FIXED = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """The result of one check: `ok`, a `note`, or a `fault` that keeps the service from working; and the remedy."""

    check: str
    status: str
    message: str
    remedy: str = ""


Check = Callable[[Settings, Clock], Iterator[Finding]]


def _python_and_sqlite(_settings: Settings, _clock: Clock) -> Iterator[Finding]:
    yield Finding("Python", GOOD, sys.version.split()[0])
    report = sqlite_version()
    version = ".".join(map(str, report))
    if report < _MIN_SQLITE:
        yield Finding("SQLite", FAULT, f"{version} is too old", "Use a Python with SQLite 3.37 or newer.")
    elif report < _WAL_RESET_FIXED:
        yield Finding(
            "SQLite", NOTE, f"{version} has a rare bug in write-ahead logging that 3.51.3 fixed",
            "Run one server per database, as recommended; then it cannot happen.",
        )
    else:
        yield Finding("SQLite", GOOD, version)


def _config_files(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    faults = composition.config_faults(settings)
    for fault in faults:
        variable, _, message = fault.partition(": ")
        yield Finding("config files", FAULT, message, f"Fix the file in {variable} at the place given.")
    if not faults:
        yield Finding("config files", GOOD, "criteria and formula can be used")


def _question_library(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    faults = composition.library_faults(settings)
    for fault in faults:
        remedy = "Fix the file at the place given; until then no interview plan can be drafted."
        yield Finding("question library", FAULT, fault, remedy)
    if not faults:
        yield Finding("question library", GOOD, "it can be used in every language that it is translated into")


def _database(settings: Settings, clock: Clock) -> Iterator[Finding]:
    path = settings.db_path
    if not path.exists():
        yield from _new_database(path)
        return
    try:
        report = maintenance(settings).inspect(clock.now_ms(), longest_pause_ms(settings.sync_seconds))
    except StoreRefused as refused:
        remedy = "Restore a backup, or set TENER_INTERVIEW_DB_PATH to another file."
        yield Finding("database", FAULT, str(refused), remedy)
        return
    if blocked := report.unwritable_paths:
        yield Finding(
            "database", FAULT, f"this user may not read and write {' and '.join(map(str, blocked))}",
            "chown the folder and its files to the user that the service runs as.",
        )
    other_providers = set(report.providers) - {settings.provider}
    if other_providers:
        yield Finding(
            "database", FAULT,
            f"{path} holds sessions of the {min(other_providers)} provider, but the provider is {settings.provider}",
            "Use separate files in TENER_INTERVIEW_DB_PATH: demo and real interviews never share one.",
        )
    if report.accessible_to_others:
        yield Finding(
            "database", FAULT, f"{path} may be read by others on this machine",
            f"Restrict access: chmod 600 {path}",
        )
    if report.pending_scrubs:
        yield Finding(
            "erasures", NOTE, f"{report.pending_scrubs} are done, but traces of them may still be readable in the file",
            "The server scrubs the file within seconds once no other process reads it; let it run.",
        )
    if (hold := report.retention_hold).sessions:
        yield Finding(
            "retention",
            NOTE,
            f"{hold.sessions} sessions are past the retention time and were not erased: {hold.why}",
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
            "erased list", NOTE, f"{count_of(report.unreadable_lines, 'line')} of {path}.erased cannot be read",
            "A line that a crash cut short is harmless. Otherwise the people it names return with an old backup:"
            " give `restore` the list of another backup, with --erased.",
        )
    migrated = f" schema {report.version}, to be migrated at the next start," if report.needs_migration else ""
    contents = f"{count_of(report.sessions, 'session')}, {report.size_bytes} bytes"
    yield Finding("database", GOOD, f"{path}:{migrated} {contents}, sound")


def _new_database(path: Path) -> Iterator[Finding]:
    folder = next(item for item in path.absolute().parents if item.exists())
    if not folder.is_dir():
        yield Finding("database", FAULT, f"{folder} is not a folder", "Set TENER_INTERVIEW_DB_PATH to another path.")
    else:
        yield Finding("database", GOOD, f"{path} does not exist yet; the first start creates it")


def _disk(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    folder = next(item for item in settings.db_path.absolute().parents if item.is_dir())
    free_mb = shutil.disk_usage(folder).free // _MEGABYTE
    if free_mb < _LOW_SPACE_MB:
        status = FAULT if free_mb < _MIN_SPACE_MB else NOTE
        yield Finding("disk", status, f"{free_mb} MB are free at {folder}", "Free some space, or move the database.")
    else:
        yield Finding("disk", GOOD, f"{free_mb} MB are free at {folder}")


def _source(settings: Settings, clock: Clock) -> Iterator[Finding]:
    source = composition.build_source(settings, clock, composition.unmonitored(clock))
    try:
        report = probe_source(source, 10_000, 10_000)
    except Problem as problem:
        yield Finding("source", FAULT, problem.error, "Job descriptions and candidates come from there.")
        return
    read_from = f"{source.location}, read from {', '.join(report.parts)}"
    if not report.jobs:
        yield Finding("source", NOTE, f"{read_from}: no job yet", "Nothing to do if that is correct.")
    else:
        newest = f"{count_of(report.candidates, 'candidate')} of job {report.newest_job_id}"
        yield Finding("source", GOOD, f"{read_from}: {count_of(report.jobs, 'job')}, {newest}, the newest")


def _provider(settings: Settings, clock: Clock) -> Iterator[Finding]:
    if settings.provider == "demo":
        yield Finding("provider", NOTE, "demo: a pretend Hireflix, nobody is really invited",
                      "Set TENER_HIREFLIX_API_KEY for real interviews.")
        return
    if not settings.hireflix_api_key:
        return
    try:
        positions = composition.build_hireflix_provider(settings, clock, composition.unmonitored(clock)).positions()
    except Problem as problem:
        remedy = "Check TENER_HIREFLIX_API_KEY, TENER_HIREFLIX_BASE_URL and the network."
        yield Finding("Hireflix", FAULT, problem.error, remedy)
        return
    yield Finding("Hireflix", GOOD, f"the key is accepted; {count_of(len(positions), 'position')}")
    if not settings.hireflix_position_id:
        how = "the first start of a job makes its plan" if settings.auto_plan else "a job needs a published plan"
        yield Finding(
            "position", GOOD if settings.auto_plan else NOTE, f"no default one: {how}",
            "Publish each job's plan, or set TENER_INTERVIEW_AUTO_PLAN=true, or TENER_HIREFLIX_POSITION_ID for jobs"
            " without a plan.",
        )
        return
    report = next((item for item in positions if item.position_id == settings.hireflix_position_id), None)
    remedy = "Set TENER_HIREFLIX_POSITION_ID to one that `positions list` shows."
    if report is None:
        yield Finding("position", FAULT, f"Hireflix has no position {settings.hireflix_position_id}", remedy)
    elif report.archived:
        yield Finding("position", FAULT, f"{report.name} is archived: nobody can be invited to it", remedy)
    else:
        yield Finding("position", GOOD, report.name)


def _sync(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    if settings.provider == "demo":
        return
    sync_on, webhooks_on = settings.sync_seconds > 0, settings.hireflix_webhook_secret is not None
    if not sync_on and not webhooks_on:
        yield Finding(
            "sync", FAULT, "background sync is off and there is no webhook secret: nobody notices finished interviews",
            "Set TENER_INTERVIEW_SYNC_SECONDS=120, or TENER_HIREFLIX_WEBHOOK_SECRET.",
        )
    else:
        ways = [f"sync every {settings.sync_seconds} s"] * sync_on + ["webhook"] * webhooks_on
        yield Finding("sync", GOOD, " and ".join(ways))


def _links(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    base = urlsplit(settings.public_base_url)
    host = base.hostname or ""
    is_real = settings.provider != "demo"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - what must not be in a link
        yield Finding("links", FAULT, f"entry links begin with {settings.public_base_url}, which no browser can open",
                      "Set TENER_INTERVIEW_PUBLIC_BASE_URL to the address that candidates reach.")
    elif is_loopback(host) and is_real:
        yield Finding("links", FAULT, f"entry links begin with {settings.public_base_url}: they open here only",
                      "Set TENER_INTERVIEW_PUBLIC_BASE_URL to the address that candidates reach.")
    elif base.scheme != "https" and is_real:
        yield Finding("links", NOTE, f"entry links begin with {settings.public_base_url}, without TLS",
                      "Put a proxy with a certificate before it, and set TENER_INTERVIEW_PUBLIC_BASE_URL to https.")
    else:
        yield Finding("links", GOOD, settings.public_base_url)


def _client_key(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    base_url = f"{settings.public_base_url}/k/{{client_key}}"
    if settings.client_key is not None:
        yield Finding("client door", GOOD, f"open; the main system's base URL is {base_url}")
    elif settings.admin_token is not None:
        yield Finding("client door", NOTE, "closed: the main system, which cannot set headers, is refused",
                      f"Set TENER_INTERVIEW_CLIENT_KEY and point the main system at {base_url}.")


def _secrets(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    if settings.admin_token is not None and len(settings.admin_token) < MIN_TOKEN_CHARS:
        yield Finding("admin token", FAULT, f"shorter than {MIN_TOKEN_CHARS} characters: it can be guessed",
                      f"Set TENER_INTERVIEW_ADMIN_TOKEN to what `{GENERATE_COMMAND}` prints.")
    if composition.is_secret_generated(settings) and settings.provider != "demo":
        yield Finding(
            "token secret",
            NOTE,
            f"stored in {composition.GENERATED_SECRET}; without that file, links are invalid",
            "Set TENER_INTERVIEW_TOKEN_SECRET, and store it with your other secrets.",
        )


def _clock_difference(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Compare the clock with another system's: links expire by this clock."""
    url = settings.hireflix_base_url if settings.provider != "demo" else settings.source_api_base
    if url is None:
        return
    try:
        answer = send("GET", url, headers={}, body=None, timeout_s=5)
        upstream_s = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (Unreachable, KeyError, ValueError, TypeError):
        yield Finding("clock", NOTE, f"{url} sends no time", "Compare the clock by hand.")
        return
    differs_s = round(clock.now_ms() / 1000 - upstream_s)
    if abs(differs_s) > _MAX_CLOCK_DIFFERENCE_S:
        yield Finding("clock", FAULT, f"it differs from that of {url} by {differs_s} s", "Let NTP set the clock.")
    else:
        yield Finding("clock", GOOD, f"within {abs(differs_s)} s of that of {url}")


CHECKS: tuple[Check, ...] = (
    _python_and_sqlite, _config_files, _question_library, _database, _disk, _source, _provider, _sync, _links,
    _client_key, _secrets, _clock_difference,
)
