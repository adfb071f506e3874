"""JSON from outside: read strictly, and what is wrong with it in words."""

from __future__ import annotations

import json
import math
from typing import Any


class InvalidJson(ValueError):
    """JSON that is invalid, or that parsers read differently (RFC 8259, sections 4 and 6). The text is for a person."""


def read_json(raw: bytes) -> Any:
    """The value that UTF-8 text holds. Raises InvalidJson, also for half of a surrogate pair."""
    try:
        value = json.loads(
            raw.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicates
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as fault:
        raise InvalidJson(_describe(fault)) from None
    return value


def read_json_line(line: str) -> Any:
    """The value of a line of text, whose numbers are finite. Raises InvalidJson."""
    try:
        return json.loads(
            line, parse_constant=_refuse_constant, parse_float=_finite_number, object_pairs_hook=_refuse_duplicates
        )
    except (ValueError, RecursionError) as fault:
        raise InvalidJson(_describe(fault)) from None


def _refuse_constant(name: str) -> Any:
    raise InvalidJson(f"{name} is not a JSON number")


def _finite_number(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        _refuse_constant(digits)
    return number


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidJson("a field is given twice")
    return fields


def _describe(fault: Exception) -> str:
    if isinstance(fault, json.JSONDecodeError):
        return f"{fault.msg.lower().removesuffix(' at')} at line {fault.lineno}, column {fault.colno}"
    if isinstance(fault, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {fault.start}"
    if isinstance(fault, UnicodeEncodeError):
        return "it holds half of a surrogate pair, which is not a character"
    if isinstance(fault, RecursionError):
        return "it is nested too deeply"
    return str(fault) if isinstance(fault, InvalidJson) else "it holds a number with too many digits"
