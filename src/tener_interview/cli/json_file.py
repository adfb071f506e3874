"""JSON files that commands read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ..api.body_limits import MAX_PLAN_BYTES
from ..errors import Problem


def read_json_object(name: str, contents: str) -> dict[str, Any]:
    """The object in a file; `-` is stdin. `contents` says what the object should have.

    Raises `VALIDATION_FAILED`.
    """
    try:
        raw = _read_start(name)
        if len(raw) > MAX_PLAN_BYTES:
            raise Problem("VALIDATION_FAILED", f"{name} holds more than {MAX_PLAN_BYTES} bytes.")
        content = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
        json.dumps(content, ensure_ascii=False).encode()
    except OSError as fault:
        raise Problem("VALIDATION_FAILED", f"{name} cannot be read: {fault.strerror or fault}.") from None
    except (ValueError, RecursionError) as fault:
        raise Problem("VALIDATION_FAILED", f"{name} cannot be read as JSON: {fault}.") from None
    if not isinstance(content, dict):
        raise Problem("VALIDATION_FAILED", f"{name} must hold a JSON object with {contents}.")
    return content


def _read_start(name: str) -> bytes:
    """The content, or a byte more than it may have: a device may have no end. Raises OSError."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_PLAN_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_PLAN_BYTES + 1)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
