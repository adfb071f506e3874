"""What `doctor` looks at: each check is a function from the settings to findings, and none of them changes anything."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from .. import composition
from ..domain.refresh.pace import longest_pause_ms
from ..errors import Problem
from ..outbound.request import Unreachable, send
from ..setting_values import MAKE_ONE, MIN_TOKEN_CHARS
from ..settings import Settings, is_loopback
from ..sources.probe import probe_source
from ..store.sqlite.database import StoreRefused
from ..store.sqlite.database_files import unwritable_paths
from ..store.sqlite.inspection import inspect_database, sqlite_version
from ..system.clock import Clock
from .terminal import counted

GOOD, NOTE, FAULT = "ok", "note", "fault"

_MEGABYTE = 1_000_000
_LITTLE_SPACE_MB, _NO_SPACE_MB = 500, 50
_CLOCK_MAY_DIFFER_S = 120
_STRICT_TABLES = (3, 37, 0)
_AHEAD = {
    "leases": "leases", "logins": "logins", "keys": "keys of requests", "syncs": "times of the next sync",
    "sessions": "changes of sessions",
}
#: sqlite.org/wal.html#walresetbug
_WAL_RESET_MENDED = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """What one check found: `ok`, a `note`, or a `fault` that keeps the service from working; and how to mend it."""

    check: str
    status: str
    said: str
    mend: str = ""


Check = Callable[[Settings, Clock], Iterator[Finding]]


def _python_and_sqlite(_settings: Settings, _clock: Clock) -> Iterator[Finding]:
    yield Finding("Python", GOOD, sys.version.split()[0])
    found = sqlite_version()
    version = ".".join(map(str, found))
    if found < _STRICT_TABLES:
        yield Finding("SQLite", FAULT, f"{version} is too old", "Use a Python that comes with SQLite 3.37 or newer.")
    elif found < _WAL_RESET_MENDED:
        yield Finding(
            "SQLite", NOTE, f"{version} has the rare fault in write-ahead logging that 3.51.3 mended",
            "Run one serving process on a database, as recommended; then it cannot happen.",
        )
    else:
        yield Finding("SQLite", GOOD, version)


def _config_files(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    faults = composition.config_faults(settings)
    for fault in faults:
        variable, _, said = fault.partition(": ")
        yield Finding("config files", FAULT, said, f"Mend the file that {variable} names, at the place that is named.")
    if not faults:
        yield Finding("config files", GOOD, "criteria and formula can be used")


def _database(settings: Settings, clock: Clock) -> Iterator[Finding]:
    path = settings.db_path
    if not path.exists():
        yield from _new_database(path)
        return
    try:
        found = inspect_database(path, clock.now_ms(), longest_pause_ms(settings.sync_seconds))
    except StoreRefused as refused:
        mend = "Restore a backup, or let TENER_INTERVIEW_DB_PATH name another file."
        yield Finding("database", FAULT, str(refused), mend)
        return
    if not_ours := unwritable_paths(path):
        yield Finding(
            "database", FAULT, f"this user may not read and write {' and '.join(map(str, not_ours))}",
            "Let it: chown the folder and what is in it to the user that the service runs as.",
        )
    others = set(found.providers) - {settings.provider}
    if others:
        yield Finding(
            "database", FAULT,
            f"{path} holds sessions of the {min(others)} provider, and this service is set up for {settings.provider}",
            "Let TENER_INTERVIEW_DB_PATH name another file for each: pretend and real interviews never share one.",
        )
    if found.accessible_to_others:
        yield Finding(
            "database", FAULT, f"{path} may be read by others on this machine",
            f"Take that from them: chmod 600 {path}",
        )
    if found.pending_scrubs:
        yield Finding(
            "erasures",
            NOTE,
            f"{found.pending_scrubs} are done, but something of them may still be readable in the file",
            "The serving process scrubs it within seconds once nobody else reads the file; let it run.",
        )
    if (hold := found.retention_hold).sessions:
        yield Finding(
            "retention",
            NOTE,
            f"{hold.sessions} sessions are past their time and were not erased: {hold.why}",
            "See that the clock is right. Where it is, and many are due: python3 -m tener_interview erase --overdue",
        )
    if ahead := {name: count for name, count in found.future_timestamps.items() if count}:
        told = ", ".join(f"{count} {_AHEAD[name]}" for name, count in ahead.items())
        yield Finding(
            "clock", NOTE, f"it was ahead once, and is not any more: {told} lie further ahead than any pause is long",
            "Nothing waits for them: they count as run out. Let NTP set the clock.",
        )
    if found.abandoned_drafts:
        yield Finding(
            "drafts", NOTE, f"a backup or restore that was killed left {', '.join(map(str, found.abandoned_drafts))}",
            "Each may hold all data. Delete them; the next backup into that folder does, too.",
        )
    if found.unreadable_lines:
        yield Finding(
            "erased list", NOTE, f"{counted(found.unreadable_lines, 'line')} of {path}.erased cannot be read",
            "A crash may have cut one short, which harms nobody. Else whoever they name comes back with an old backup:"
            " give `restore` the list of another backup, with --erased.",
        )
    migrated = f" schema {found.version}, to be migrated at the next start," if found.needs_migration else ""
    held = f"{counted(found.sessions, 'session')}, {found.size_bytes} bytes"
    yield Finding("database", GOOD, f"{path}:{migrated} {held}, sound")


def _new_database(path: Path) -> Iterator[Finding]:
    folder = next(each for each in path.absolute().parents if each.exists())
    if not folder.is_dir():
        yield Finding("database", FAULT, f"{folder} is no folder", "Let TENER_INTERVIEW_DB_PATH name a file in one.")
    else:
        yield Finding("database", GOOD, f"{path} is not there yet; it is made at the first start")


def _disk(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    folder = next(each for each in settings.db_path.absolute().parents if each.is_dir())
    free_mb = shutil.disk_usage(folder).free // _MEGABYTE
    if free_mb < _LITTLE_SPACE_MB:
        status = FAULT if free_mb < _NO_SPACE_MB else NOTE
        yield Finding("disk", status, f"{free_mb} MB are free at {folder}", "Make room, or move the database.")
    else:
        yield Finding("disk", GOOD, f"{free_mb} MB are free at {folder}")


def _source(settings: Settings, clock: Clock) -> Iterator[Finding]:
    source = composition.source(settings, clock, composition.unwatched(clock))
    try:
        found = probe_source(source, 10_000, 10_000)
    except Problem as problem:
        yield Finding("source", FAULT, problem.error, "Job descriptions and candidates come from there; see above.")
        return
    read_from = f"{source.location}, read from {', '.join(found.parts)}"
    if not found.jobs:
        yield Finding("source", NOTE, f"{read_from}: no job yet", "Nothing to mend if that is so.")
    else:
        newest = f"{counted(found.candidates, 'candidate')} of job {found.newest_job_id}"
        yield Finding("source", GOOD, f"{read_from}: {counted(found.jobs, 'job')}, {newest}, the newest")


def _provider(settings: Settings, clock: Clock) -> Iterator[Finding]:
    if settings.provider == "demo":
        yield Finding("provider", NOTE, "demo: a pretend Hireflix, nobody is invited for real",
                      "Set TENER_HIREFLIX_API_KEY and TENER_HIREFLIX_POSITION_ID for real interviews.")
        return
    if not settings.hireflix_api_key:
        return
    try:
        positions = composition.hireflix(settings, clock, composition.unwatched(clock)).positions()
    except Problem as problem:
        mend = "Check TENER_HIREFLIX_API_KEY, TENER_HIREFLIX_BASE_URL and the network."
        yield Finding("Hireflix", FAULT, problem.error, mend)
        return
    yield Finding("Hireflix", GOOD, f"the key is accepted; {counted(len(positions), 'position')}")
    if not settings.hireflix_position_id:
        return  # told as a missing setting
    found = next((each for each in positions if each.position_id == settings.hireflix_position_id), None)
    mend = "Let TENER_HIREFLIX_POSITION_ID name one that `positions list` shows."
    if found is None:
        yield Finding("position", FAULT, f"Hireflix has no position {settings.hireflix_position_id}", mend)
    elif found.archived:
        yield Finding("position", FAULT, f"{found.name} is archived: nobody can be invited to it", mend)
    else:
        yield Finding("position", GOOD, found.name)


def _hears_of_answers(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    if settings.provider == "demo":
        return
    synced, told = settings.sync_seconds > 0, settings.hireflix_webhook_secret is not None
    if not synced and not told:
        yield Finding(
            "sync", FAULT, "background sync is off and there is no webhook secret: nobody notices finished interviews",
            "Set TENER_INTERVIEW_SYNC_SECONDS=120, or TENER_HIREFLIX_WEBHOOK_SECRET.",
        )
    else:
        ways = [f"sync every {settings.sync_seconds} s"] * synced + ["webhook"] * told
        yield Finding("sync", GOOD, " and ".join(ways))


def _links(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    base = urlsplit(settings.public_base_url)
    host = base.hostname or ""
    real = settings.provider != "demo"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - what must not be in a link
        yield Finding("links", FAULT, f"entry links begin with {settings.public_base_url}, which no browser can open",
                      "Set TENER_INTERVIEW_PUBLIC_BASE_URL to the address that candidates reach.")
    elif is_loopback(host) and real:
        yield Finding("links", FAULT, f"entry links begin with {settings.public_base_url}: they open here only",
                      "Set TENER_INTERVIEW_PUBLIC_BASE_URL to the address that candidates reach.")
    elif base.scheme != "https" and real:
        yield Finding("links", NOTE, f"entry links begin with {settings.public_base_url}, without TLS",
                      "Put a proxy with a certificate before it, and set TENER_INTERVIEW_PUBLIC_BASE_URL to https.")
    else:
        yield Finding("links", GOOD, settings.public_base_url)


def _client_door(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    door = f"{settings.public_base_url}/k/{{client_key}}"
    if settings.client_key is not None:
        yield Finding("client door", GOOD, f"open; the main system's base URL is {door}")
    elif settings.admin_token is not None:
        yield Finding("client door", NOTE, "shut: the main system, which sends no header, is refused",
                      f"Set TENER_INTERVIEW_CLIENT_KEY and point the main system at {door}.")


def _secrets(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    if settings.admin_token is not None and len(settings.admin_token) < MIN_TOKEN_CHARS:
        yield Finding("admin token", FAULT, f"shorter than {MIN_TOKEN_CHARS} characters: it can be guessed",
                      f"Set TENER_INTERVIEW_ADMIN_TOKEN to what `{MAKE_ONE}` prints.")
    if composition.secret_is_generated(settings) and settings.provider != "demo":
        yield Finding("token secret", NOTE, f"kept in {composition.GENERATED_SECRET}; without that file, links die",
                      "Set TENER_INTERVIEW_TOKEN_SECRET, and keep it where secrets are kept.")


def _clock_is_right(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """By the time that somebody else says it is: links expire by this clock."""
    url = settings.hireflix_base_url if settings.provider != "demo" else settings.source_api_base
    if url is None:
        return
    try:
        answer = send("GET", url, headers={}, body=None, timeout_s=5)
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (Unreachable, KeyError, ValueError, TypeError):
        yield Finding("clock", NOTE, f"{url} does not say what time it is", "Compare the clock by hand.")
        return
    differs_s = round(clock.now_ms() / 1000 - theirs)
    if abs(differs_s) > _CLOCK_MAY_DIFFER_S:
        yield Finding("clock", FAULT, f"it differs from that of {url} by {differs_s} s", "Let NTP set the clock.")
    else:
        yield Finding("clock", GOOD, f"within {abs(differs_s)} s of that of {url}")


CHECKS: tuple[Check, ...] = (
    _python_and_sqlite, _config_files, _database, _disk, _source, _provider, _hears_of_answers, _links, _client_door,
    _secrets, _clock_is_right,
)
