"""The checks of `doctor`: each is a function from the settings to findings, and changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from .. import composition
from ..errors import Problem
from ..outbound.request import Unreachable, send
from ..setting_values import GENERATE_COMMAND, MIN_TOKEN_CHARS
from ..settings import Settings, is_loopback
from ..sources.probe import probe_source
from ..store.opening import sqlite_version
from ..system.clock import Clock
from .database_checks import check_database, check_disk
from .finding import FAULT, GOOD, NOTE, Check, Finding
from .judge_check import check_judge
from .mail_check import check_mail
from .terminal import count_of
from .webhook_check import check_webhook

_MAX_CLOCK_DIFFERENCE_S = 120
_MIN_SQLITE = (3, 37, 0)
#: The release that fixed sqlite.org/wal.html#walresetbug.
_WAL_RESET_FIXED = (3, 51, 3)


def _check_python_and_sqlite(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    yield Finding("Python", GOOD, sys.version.split()[0])
    if settings.database_url is not None:
        return
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


def _check_config_files(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    faults = composition.config_faults(settings)
    for fault in faults:
        variable, _, message = fault.partition(": ")
        yield Finding("config files", FAULT, message, f"Fix the file in {variable} at the place given.")
    if not faults:
        yield Finding("config files", GOOD, "criteria and formula can be used")


def _check_question_library(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    faults = composition.library_faults(settings)
    for fault in faults:
        remedy = "Fix the file at the place given; until then no interview plan can be drafted."
        yield Finding("question library", FAULT, fault, remedy)
    if not faults:
        yield Finding("question library", GOOD, "it can be used in every language that it is translated into")


def _check_source(settings: Settings, clock: Clock) -> Iterator[Finding]:
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


def _check_provider(settings: Settings, clock: Clock) -> Iterator[Finding]:
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


def _check_sync(settings: Settings, _clock: Clock) -> Iterator[Finding]:
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


def _check_links(settings: Settings, _clock: Clock) -> Iterator[Finding]:
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


def _check_client_key(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    base_url = f"{settings.public_base_url}/k/{{client_key}}"
    if settings.client_key is not None:
        yield Finding("client key", GOOD, f"set; the main system's base URL is {base_url}")
    elif settings.admin_token is not None:
        yield Finding("client key", NOTE, "not set: the main system, which cannot set headers, is refused",
                      f"Set TENER_INTERVIEW_CLIENT_KEY and point the main system at {base_url}.")


def _check_secrets(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    if settings.admin_token is not None and len(settings.admin_token) < MIN_TOKEN_CHARS:
        yield Finding("admin token", FAULT, f"shorter than {MIN_TOKEN_CHARS} characters: it can be guessed",
                      f"Set TENER_INTERVIEW_ADMIN_TOKEN to what `{GENERATE_COMMAND}` prints.")
    if fault := composition.generated_secret_fault(settings):
        yield Finding("token secret", FAULT, f"not set, and none can be kept: {fault}",
                      f"Set TENER_INTERVIEW_TOKEN_SECRET to what `{GENERATE_COMMAND}` prints.")
    elif composition.is_secret_generated(settings) and settings.provider != "demo":
        yield Finding(
            "token secret",
            NOTE,
            f"stored in {composition.GENERATED_SECRET}; without that file, links are invalid",
            "Set TENER_INTERVIEW_TOKEN_SECRET, and store it with your other secrets.",
        )


def _check_clock(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Compare the clock with another system's: links expire by this clock."""
    url = settings.hireflix_base_url if settings.provider != "demo" else settings.source_api_base
    if url is None:
        return
    try:
        response = send("GET", url, headers={}, body=None, timeout_s=5)
        upstream_s = parsedate_to_datetime(response.headers["date"]).timestamp()
    except Unreachable as fault:
        yield Finding("clock", NOTE, f"cannot be compared with that of {url}: {fault.reason}",
                      "Compare the clock by hand.")
        return
    except (KeyError, ValueError, TypeError):
        yield Finding("clock", NOTE, f"{url} sends no time", "Compare the clock by hand.")
        return
    differs_s = round(clock.now_ms() / 1000 - upstream_s)
    if abs(differs_s) > _MAX_CLOCK_DIFFERENCE_S:
        yield Finding("clock", FAULT, f"it differs from that of {url} by {differs_s} s", "Let NTP set the clock.")
    else:
        yield Finding("clock", GOOD, f"within {abs(differs_s)} s of that of {url}")


CHECKS: tuple[Check, ...] = (
    _check_python_and_sqlite, _check_config_files, _check_question_library, check_database, check_disk, _check_source,
    _check_provider, _check_sync, check_webhook, check_mail, _check_links, _check_client_key, _check_secrets,
    check_judge, _check_clock,
)
