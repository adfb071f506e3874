"""`doctor`: everything that a start needs, really tried, and what to do about what is wrong. It changes nothing."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from .. import settings as environment
from ..composition import GENERATED_SECRET, secret_is_generated
from ..settings import DECLARATIONS, Settings, SettingsError
from .checks import CHECKS, FAULT, Finding
from .command import FAILED, OK, Command, Context
from .terminal import table

_MARKS = {"ok": "ok", "note": "--", "fault": "!!"}
_MASKED = "(set)"


def _run(context: Context, _arguments: Namespace) -> int:
    try:
        settings: Settings | None = environment.load(context.environ)
        faults: list[str] = []
    except SettingsError as refused:
        settings, faults = refused.settings, refused.faults
    shown = list(_settings(context.environ, settings))
    findings = [_setting_fault(each) for each in faults]
    if settings is not None:
        for check in CHECKS:
            findings += check(settings, context.clock)
    healthy = all(each.status != FAULT for each in findings)
    context.terminal.result(
        {"ok": healthy, "settings": shown, "checks": [vars(each) for each in findings]},
        *table(("setting", "value", "from"), [(each["variable"], each["value"], each["origin"]) for each in shown]),
        "",
        *(line for each in findings for line in _lines(each)),
        "",
        "Nothing stands in the way." if healthy else "Mend what is marked !! and ask again.",
    )
    return OK if healthy else FAILED


def _setting_fault(fault: str) -> Finding:
    variable, _, said = fault.partition(": ")
    return Finding(variable, FAULT, said, f"Set {variable} as said, and start again.")


def _settings(environ: Mapping[str, str], settings: Settings | None) -> Iterator[dict[str, Any]]:
    """Every setting with its value, those that are secret only as set or not, and where it came from."""
    for name, declared in DECLARATIONS.items():
        value = getattr(settings, name, None)
        in_file = declared.secret and environ.get(f"{declared.variable}_FILE", "").strip()
        given = environ.get(declared.variable, "").strip()
        origin = f"{declared.variable}_FILE" if in_file else "environment" if given else "default"
        shown = None if value is None else _MASKED if declared.secret else _text(value)
        if name == "token_secret" and settings is not None and secret_is_generated(settings):
            origin, shown = "generated", _MASKED if GENERATED_SECRET.exists() else None
        yield {"variable": declared.variable, "value": shown, "origin": origin}


def _text(value: Any) -> str:
    """A value as one would set it."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _lines(finding: Finding) -> list[str]:
    said = [f"{_MARKS[finding.status]}  {finding.check}: {finding.said}"]
    return [*said, f"      {finding.mend}"] if finding.mend else said


DOCTOR = Command(
    "doctor", "try everything that a start needs, and say what to do about what is wrong", lambda _: None, _run
)
