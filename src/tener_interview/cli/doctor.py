"""`doctor`: try everything that a start needs, and say how to fix what is wrong. It changes nothing here; with `--fix`
it creates the webhook in Hireflix."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from .. import settings as environment
from ..composition import GENERATED_SECRET, is_secret_generated
from ..settings import DECLARATIONS, Settings, SettingsError
from ..system.clock import Clock
from .checks import CHECKS
from .command import FAILED, OK, Command, Context
from .finding import FAULT, Check, Finding
from .terminal import table
from .webhook_check import fix_webhook

_MARKS = {"ok": "ok", "note": "--", "fault": "!!"}
_MASKED = "(set)"


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--fix", action="store_true", help="create the webhook in Hireflix if it is missing and its API allows that"
    )


def _run(context: Context, arguments: Namespace) -> int:
    try:
        settings: Settings | None = environment.load(context.environ)
        faults: list[str] = []
    except SettingsError as error:
        settings, faults = error.settings, error.faults
    rows = list(_settings(context.environ, settings))
    findings = [_setting_fault(fault) for fault in faults]
    if settings is not None:
        for check in (*((fix_webhook,) if arguments.fix else ()), *CHECKS):
            findings += _findings(check, settings, context.clock)
    healthy = all(finding.status != FAULT for finding in findings)
    context.terminal.result(
        {"ok": healthy, "settings": rows, "checks": [_finding_json(finding) for finding in findings]},
        *table(("setting", "value", "from"), [(row["variable"], row["value"], row["origin"]) for row in rows]),
        "",
        *(line for finding in findings for line in _lines(finding)),
        "",
        "Everything is ready." if healthy else "Fix what is marked !! and run doctor again.",
    )
    return OK if healthy else FAILED


def _findings(check: Check, settings: Settings, clock: Clock) -> Iterator[Finding]:
    """What a check finds; a file that it may not even look for is a fault of its own, and stops no other check."""
    try:
        yield from check(settings, clock)
    except OSError as error:
        remedy = "Let the user that runs the service reach it, or set the variable that names it to another path."
        # Only the folder in which the doctor was started has no name: it is gone.
        yield Finding("files", FAULT, f"cannot use {error.filename or 'this folder'}: {error.strerror}", remedy)


def _setting_fault(fault: str) -> Finding:
    variable, _, message = fault.partition(": ")
    return Finding(variable, FAULT, message, f"Correct {variable}, and start again.")


def _finding_json(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "status": finding.status, "said": finding.message, "mend": finding.remedy}


def _settings(environ: Mapping[str, str], settings: Settings | None) -> Iterator[dict[str, Any]]:
    """Every setting with its value and origin; of secrets only whether they are set."""
    for name, declared in DECLARATIONS.items():
        value = getattr(settings, name, None)
        in_file = declared.secret and environ.get(f"{declared.variable}_FILE", "").strip()
        value_text = environ.get(declared.variable, "").strip()
        origin = f"{declared.variable}_FILE" if in_file else "environment" if value_text else "default"
        shown = None if value is None else _MASKED if declared.secret else _setting_text(value)
        if name == "token_secret" and settings is not None and is_secret_generated(settings):
            origin, shown = "generated", _MASKED if GENERATED_SECRET.exists() else None
        yield {"variable": declared.variable, "value": shown, "origin": origin}


def _setting_text(value: Any) -> str:
    """A value as it is written in a variable."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _lines(finding: Finding) -> list[str]:
    heading = [f"{_MARKS[finding.status]}  {finding.check}: {finding.message}"]
    return [*heading, f"      {finding.remedy}"] if finding.remedy else heading


DOCTOR = Command(
    "doctor", "try everything that a start needs, and say how to fix what is wrong", _declare_arguments, _run
)
