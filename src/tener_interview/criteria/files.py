"""Read JSON config files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

from ..special_files import NOT_A_REGULAR_FILE, is_special_file
from .node import Node

Parsed = TypeVar("Parsed")


class ConfigError(Exception):
    """A config file is invalid. `faults` lists all errors as sentences."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load(path: Path, parse: Callable[[Node], Parsed]) -> Parsed:
    """Read a JSON file and parse it. The return value of `parse` is ignored if it reports faults.

    Raises ConfigError with all faults, each with the file and the JSON path or line.
    """
    return cast(Parsed, _parse(path, _read_bytes(path), parse))


@lru_cache(maxsize=16)
def _parse(path: Path, raw: bytes, parse: Callable[[Node], Any]) -> Any:
    """Parse a file; cached, because a start checks every file before it uses it, and a reload seldom finds changes."""
    root = Node(_parse_document(path, raw), "$", [])
    parsed = parse(root)
    if root.faults:
        raise ConfigError([f"{path}: {fault}" for fault in root.faults])
    return parsed


def content_hash(root: Node) -> str:
    """Return a hash of a parsed document, as 16 hexadecimal digits.

    White space, the order of keys, and members that the parser does not read make no difference; anything else does.
    """
    content = json.dumps(root.read_part(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode("ascii")).hexdigest()[:16]


def _read_bytes(path: Path) -> bytes:
    if is_special_file(path):
        raise ConfigError([f"{path}: cannot be read: {NOT_A_REGULAR_FILE}"])
    try:
        return path.read_bytes()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise ConfigError([f"{path}: cannot be read: {reason}"]) from None


def _parse_document(path: Path, raw: bytes) -> Any:
    duplicates: list[str] = []

    def note_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        duplicates.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(pairs)

    try:
        text = raw.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=note_duplicates, parse_constant=_refuse_constant)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise ConfigError([f"{path}, line {line}: is not UTF-8 text"]) from None
    except json.JSONDecodeError as fault:
        raise ConfigError([f"{path}, line {fault.lineno}, column {fault.colno}: is not JSON: {fault.msg}"]) from None
    except (ValueError, RecursionError):
        raise ConfigError(
            [f"{path}: is not usable JSON: a number is infinite or too long, or the nesting is too deep"]
        ) from None
    if duplicates:
        raise ConfigError([f"{path}: the key {key!r} occurs twice in one object" for key in duplicates])
    return document


def _refuse_constant(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, a Python extension of JSON: a weight of NaN would pass every comparison."""
    raise ValueError(constant)
