"""ConfigError, and the reading of a JSON config file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from .node import Node

Parsed = TypeVar("Parsed")


class ConfigError(Exception):
    """A config file is not usable; `faults` says all that is wrong with it, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def load(path: Path, parse: Callable[[Node], Parsed]) -> Parsed:
    """Read a JSON file and parse it; `parse` may return anything where it has found a fault.

    Raises ConfigError that names the file and, for every fault at once, the JSON path or the line.
    """
    root = Node(_document(path), "$", [])
    parsed = parse(root)
    if root.faults:
        raise ConfigError([f"{path}: {fault}" for fault in root.faults])
    return parsed


def content_hash(root: Node) -> str:
    """What a parsed document says, as 16 hexadecimal digits: the same whatever its white space, the order of its keys,
    and the members that the parser does not look for; another as soon as anything else differs."""
    said = json.dumps(root.read_part(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("ascii")).hexdigest()[:16]


def _document(path: Path) -> Any:
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise ConfigError([f"{path}: cannot be read: {reason}"]) from None
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(pairs)

    try:
        document = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=_refuse)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise ConfigError([f"{path}, line {line}: is not UTF-8 text"]) from None
    except json.JSONDecodeError as fault:
        raise ConfigError([f"{path}, line {fault.lineno}, column {fault.colno}: is not JSON: {fault.msg}"]) from None
    except (ValueError, RecursionError):
        raise ConfigError(
            [f"{path}: is not JSON to work with: numbers must be finite and of sane length, nesting shallow"]
        ) from None
    if twice:
        raise ConfigError([f"{path}: the key {key!r} is given twice in one object" for key in twice])
    return document


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are a Python extension; a weight of NaN would pass every comparison unseen."""
    raise ValueError(constant)
