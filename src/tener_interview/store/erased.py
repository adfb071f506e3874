"""The list beside a database of what was erased and taken back, so that no backup undoes it: ids and times, no names.

One line of JSON for each erasure and revocation, which is on the disk before what it says is. The list outlives the
database, and each backup has one beside it.
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


@dataclass(frozen=True)
class Revocation:
    """A `session` or a `share` that was taken back, or a `link` of a session that another took the place of.

    Of a link, `serial` is the one that is good now; it was given out until `signed_until_ms`, and lives until
    `until_ms`.
    """

    kind: str
    subject_id: str
    serial: int
    at_ms: int
    signed_until_ms: int = 0
    until_ms: int = 0

    @property
    def key(self) -> tuple[str, str, int]:
        """The same for the same revocation, whatever else is remembered of it."""
        return self.kind, self.subject_id, self.serial


Line = Erasure | Revocation


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
        """All erasures, oldest first. Raises OSError."""
        return [each for each in self.lines() if isinstance(each, Erasure)]

    def lines(self) -> list[Line]:
        """All that is on the list, oldest first; a line that cannot be read is left out. Raises OSError."""
        return [read for line in self._written() if (read := _read(line)) is not None]

    def unread(self) -> list[bytes]:
        """Lines that cannot be read: a crash has cut one short, and what it says was not done, or somebody altered it.

        Raises OSError.
        """
        return [line for line in self._written() if _read(line) is None]

    def _written(self) -> list[bytes]:
        try:
            return [line for line in self.path.read_bytes().splitlines() if line.strip()]
        except FileNotFoundError:
            return []

    def append(self, line: Line) -> None:
        """Have a line on the disk. Raises OSError."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            cut_short = size and os.pread(descriptor, 1, size - 1) != b"\n"
            _write(descriptor, b"\n" * bool(cut_short) + _written(line))
        finally:
            os.close(descriptor)
        if not size:
            keep_names(self.path.parent)

    def merge(self, lines: Iterable[Line]) -> None:
        """Have lines on the list that say what it does not say yet; all or none of them. Those that cannot be read
        stay. Raises OSError."""
        listed = self.lines()
        missing = _missing(listed, dict.fromkeys(lines))
        if not missing:
            return
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}.part")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                merged = sorted([*listed, *missing], key=lambda each: each.at_ms)
                unread = b"".join(line + b"\n" for line in self.unread())
                _write(descriptor, unread + b"".join(map(_written, merged)))
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


def revocations(lines: Iterable[Line]) -> tuple[Revocation, ...]:
    """What was taken back, once each: the last link of a session, and of two lines that say the same, the later."""
    found: dict[tuple[str, str], Revocation] = {}
    for each in lines:
        if isinstance(each, Revocation):
            known = found.get(each.key[:2])
            if known is None or each.serial >= known.serial:
                found[each.key[:2]] = each
    return tuple(found.values())


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


def _missing(listed: list[Line], lines: Iterable[Line]) -> list[Line]:
    known, erased = set(listed), all_sessions([each for each in listed if isinstance(each, Erasure)])
    revoked = {each.key for each in listed if isinstance(each, Revocation)}

    def says_more(line: Line) -> bool:
        if isinstance(line, Revocation):
            return line.key not in revoked
        # A tombstone says no more than the line that the erasure itself wrote.
        return line.candidate_id is not None or bool(line.interviews) or not erased.issuperset(line.session_ids)

    return [each for each in lines if each not in known and says_more(each)]


def _written(line: Line) -> bytes:
    content: dict[str, Any]
    if isinstance(line, Revocation):
        content = {
            "at": line.at_ms, "revoked": line.kind, "id": line.subject_id, "serial": line.serial,
            "signed_until": line.signed_until_ms, "until": line.until_ms,
        }
    else:
        content = {"at": line.at_ms, "sessions": line.session_ids, "interviews": line.interviews}
        if line.candidate_id is not None:
            content["candidate_id"] = line.candidate_id
    return json.dumps(content).encode() + b"\n"


def _read(line: bytes) -> Line | None:
    try:
        held = json.loads(line)
        if "revoked" in held:
            return Revocation(
                _text(held["revoked"]), _text(held["id"]), _whole(held["serial"]), _whole(held["at"]),
                _whole(held["signed_until"]), _whole(held["until"]),
            )
        return Erasure(
            _whole(held["at"]), _texts(held["sessions"]), _texts(held["interviews"]),
            None if held.get("candidate_id") is None else _whole(held["candidate_id"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _texts(held: Any) -> tuple[str, ...]:
    if not isinstance(held, list):
        raise TypeError
    return tuple(map(_text, held))


def _text(held: Any) -> str:
    """What a database can hold. Raises TypeError and ValueError."""
    if not isinstance(held, str):
        raise TypeError
    held.encode()
    return held


def _whole(held: Any) -> int:
    """The same."""
    if not isinstance(held, int) or not -(2**63) <= held < 2**63:
        raise TypeError
    return held
