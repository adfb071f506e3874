"""JSON files that commands read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ..api.body_limits import MAX_PLAN_BYTES
from ..errors import Problem
from ..web.json_text import InvalidJson, read_json


def read_json_object(name: str, contents: str) -> dict[str, Any]:
    """The object in a file; `-` is stdin. `contents` says what the object should have.

    Raises `VALIDATION_FAILED`.
    """
    try:
        raw = _read_start(name)
        if len(raw) > MAX_PLAN_BYTES:
            raise Problem("VALIDATION_FAILED", f"{name} holds more than {MAX_PLAN_BYTES} bytes.")
        content = read_json(raw)
    except OSError as fault:
        raise Problem("VALIDATION_FAILED", f"{name} cannot be read: {fault.strerror or fault}.") from None
    except InvalidJson as fault:
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
