"""The list of erased people beside a database, so that no backup brings them back: ids and times, never a name.

One line of JSON for each erasure, which is on the disk before the erasure itself is. The list outlives the database,
and each backup has one beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Erasure:
    """Sessions whose person was erased. `interviews` are fingerprints of their interviews at the provider."""

    at_ms: int
    session_ids: tuple[str, ...]
    interviews: tuple[str, ...] = ()
    #: Where all that was held of a candidate was erased, and not only sessions that had grown old.
    candidate_id: int | None = None


def fingerprint(invitation_id: str) -> str:
    """By which an interview is known again without keeping what it is called at the provider."""
    return hashlib.sha256(invitation_id.casefold().encode()).hexdigest()[:32]


class ErasedList:
    """The list that belongs to a database, at its path with `.erased` at the end; readable by its owner only."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.erased")

    @classmethod
    def at(cls, path: Path) -> ErasedList:
        """The list in a file of whatever name."""
        found = cls(path)
        found.path = path
        return found

    def read(self) -> list[Erasure]:
        """All erasures, oldest first; a line that a crash cut short is left out. Raises OSError."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        return [erasure for line in lines if (erasure := _erasure(line)) is not None]

    def append(self, erasure: Erasure) -> None:
        """Have an erasure on the disk. Raises OSError."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            cut_short = size and os.pread(descriptor, 1, size - 1) != b"\n"
            _write(descriptor, b"\n" * bool(cut_short) + _line(erasure))
        finally:
            os.close(descriptor)
        if not size:
            keep_names(self.path.parent)

    def merge(self, erasures: Iterable[Erasure]) -> None:
        """Have erasures on the list that are not on it yet; all or none of them. Raises OSError."""
        listed = self.read()
        known = all_sessions(listed)
        # A tombstone says no more than the line that the erasure itself wrote.
        missing = [
            each for each in dict.fromkeys(erasures) if each not in listed
            and (each.candidate_id is not None or each.interviews or not known.issuperset(each.session_ids))
        ]
        if not missing:
            return
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}.part")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                merged = sorted([*listed, *missing], key=lambda each: each.at_ms)
                _write(descriptor, b"".join(map(_line, merged)))
            finally:
                os.close(descriptor)
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)
        keep_names(self.path.parent)

    def names(self, session_id: str | None, invitation_id: str) -> bool:
        """Whether a session, or an interview at the provider, is that of an erased person. Raises OSError."""
        mark = fingerprint(invitation_id)
        return any(session_id in each.session_ids or mark in each.interviews for each in self.read())


def all_sessions(erasures: Collection[Erasure]) -> set[str]:
    """The ids of every session on a list."""
    return {session_id for each in erasures for session_id in each.session_ids}


def keep_names(folder: Path) -> None:
    """Have the names of a folder's files on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(descriptor, content[written:])
    os.fsync(descriptor)


def _line(erasure: Erasure) -> bytes:
    content: dict[str, Any] = {"at": erasure.at_ms, "sessions": erasure.session_ids, "interviews": erasure.interviews}
    if erasure.candidate_id is not None:
        content["candidate_id"] = erasure.candidate_id
    return json.dumps(content).encode() + b"\n"


def _erasure(line: bytes) -> Erasure | None:
    try:
        held = json.loads(line)
        return Erasure(
            int(held["at"]), tuple(map(str, held["sessions"])), tuple(map(str, held["interviews"])),
            None if held.get("candidate_id") is None else int(held["candidate_id"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
