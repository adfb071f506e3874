"""The erasure log beside a database: what was erased or revoked, so that restoring a backup does not undo it.

Each erasure and revocation is one line of JSON with ids and times, never names. It is on the disk before the database
changes. The log outlives the database, and every backup has a copy beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..lazy_dataclass import dataclass
from .maintenance import StoreRefused


@dataclass(frozen=True)
class Erasure:
    """The erased sessions of one person, and fingerprints of their interviews at the provider."""

    at_ms: int
    session_ids: tuple[str, ...]
    interviews: tuple[str, ...] = ()
    #: Set when everything about a candidate was erased; None when retention erased old sessions.
    candidate_id: int | None = None


@dataclass(frozen=True)
class Revocation:
    """A canceled `session`, a revoked `share`, or a replaced `link` of a session.

    For a link, `serial` is the valid link's, `signed_until_ms` the expiry it is signed with, and `until_ms` its current
    expiry.
    """

    kind: str
    subject_id: str
    serial: int
    at_ms: int
    signed_until_ms: int = 0
    until_ms: int = 0

    @property
    def key(self) -> tuple[str, str, int]:
        """Identifies the revocation; two entries with the same key differ only in their times."""
        return self.kind, self.subject_id, self.serial


@dataclass(frozen=True)
class AuditAnchor:
    """The end of the audit log at some time, kept outside it: without it, the end could be cut off unnoticed."""

    at_ms: int
    number: int
    hash: str


LogEntry = Erasure | Revocation | AuditAnchor


def interview_fingerprint(invitation_id: str) -> str:
    """A hash that recognises an interview without storing its id at the provider."""
    return hashlib.sha256(invitation_id.casefold().encode()).hexdigest()[:32]


class ErasureLog:
    """The log of the database at a path, in the file `{path}.erased`; only its owner can read it."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.erased")
        #: Where the entries of the running transaction are in the file: from and to which byte.
        self._uncommitted: list[tuple[int, int]] = []

    @classmethod
    def at(cls, path: Path) -> ErasureLog:
        """The log in the file at `path`, whatever its name."""
        log = cls(path)
        log.path = path
        return log

    def erasures(self) -> list[Erasure]:
        """All erasures, oldest first. Raises OSError."""
        return [entry for entry in self.entries() if isinstance(entry, Erasure)]

    def entries(self) -> list[LogEntry]:
        """All readable entries, oldest first. Raises OSError."""
        return [entry for line in self._read_lines() if (entry := parse_entry(line)) is not None]

    def unreadable_lines(self) -> list[bytes]:
        """Lines that are not an entry: somebody edited the file, or a crash cut a line short (its erasure then did not
        happen). Raises OSError."""
        return [line for line in self._read_lines() if parse_entry(line) is None]

    def _read_lines(self) -> list[bytes]:
        try:
            return [line for line in self.path.read_bytes().splitlines() if line.strip()]
        except FileNotFoundError:
            return []

    def append(self, entry: LogEntry, _tx: object = None) -> None:
        """Write an entry and wait until it is on the disk, before the transaction that it is about is. Raises OSError.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            is_cut_short = bool(size and os.pread(descriptor, 1, size - 1) != b"\n")
            try:
                _write_and_sync(descriptor, b"\n" * is_cut_short + format_entry(entry))
            finally:
                self._uncommitted.append((size + is_cut_short, os.lseek(descriptor, 0, os.SEEK_CUR)))
        finally:
            os.close(descriptor)
        if not size:
            fsync_folder(self.path.parent)

    @contextmanager
    def withdrawn_on_failure(self) -> Iterator[None]:
        """Withdraw what a transaction appends if it fails: the caller gets an error, so neither the next
        start nor a restore may erase or revoke it after all.

        After a crash no caller got an error, and the entry counts. The lines are overwritten where they are:
        that needs no space on a full disk, and other processes may append meanwhile.
        """
        self._uncommitted = []
        try:
            yield
        except BaseException:
            for start, end in self._uncommitted:
                if start < end:
                    self._overwrite(start, end)
            raise
        finally:
            self._uncommitted = []

    def _overwrite(self, start: int, end: int) -> None:
        # If not even that can be written, the entry counts: rather erased after a refusal than never.
        with suppress(OSError):
            descriptor = os.open(self.path, os.O_WRONLY)
            try:
                os.pwrite(descriptor, b" " * (end - start - 1) + b"\n", start)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def merge(self, entries: Iterable[LogEntry]) -> None:
        """Add the entries that the log lacks, all or none. Unreadable lines stay. Raises OSError."""
        existing = self.entries()
        missing = missing_entries(existing, dict.fromkeys(entries))
        if not missing:
            return
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}.part")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                merged = sorted([*existing, *missing], key=lambda entry: entry.at_ms)
                unreadable = b"".join(line + b"\n" for line in self.unreadable_lines())
                _write_and_sync(descriptor, unreadable + b"".join(map(format_entry, merged)))
            finally:
                os.close(descriptor)
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)
        fsync_folder(self.path.parent)

    def contains(self, session_id: str | None, invitation_id: str) -> bool:
        """Return whether the session, or the interview at the provider, belongs to an erased person. Raises OSError."""
        fingerprint = interview_fingerprint(invitation_id)
        return any(
            session_id in erasure.session_ids or fingerprint in erasure.interviews for erasure in self.erasures()
        )


def read_logs(logs: Sequence[ErasureLog]) -> tuple[list[LogEntry], int]:
    """All entries of the logs, and how many lines are unreadable. Raises StoreRefused when a log cannot be read:
    without it, erased people would come back."""
    try:
        return [entry for log in logs for entry in log.entries()], sum(len(log.unreadable_lines()) for log in logs)
    except OSError as fault:
        raise StoreRefused(f"the list of erasures {fault.filename} cannot be read: {fault.strerror}") from None


def erased_session_ids(erasures: Collection[Erasure]) -> set[str]:
    """The ids of all sessions in these erasures."""
    return {session_id for erasure in erasures for session_id in erasure.session_ids}


def latest_revocations(entries: Iterable[LogEntry]) -> tuple[Revocation, ...]:
    """One revocation for each session, share and link: the one with the highest serial, the later of equals."""
    latest: dict[tuple[str, str], Revocation] = {}
    for entry in entries:
        if isinstance(entry, Revocation):
            known = latest.get(entry.key[:2])
            if known is None or entry.serial >= known.serial:
                latest[entry.key[:2]] = entry
    return tuple(latest.values())


def fsync_folder(folder: Path) -> None:
    """Write the names of a folder's files to the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_and_sync(descriptor: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(descriptor, content[written:])
    os.fsync(descriptor)


def missing_entries(existing: list[LogEntry], entries: Iterable[LogEntry]) -> list[LogEntry]:
    """The entries that say something which the existing ones do not."""
    existing_entries = set(existing)
    erased_ids = erased_session_ids([entry for entry in existing if isinstance(entry, Erasure)])
    revoked = {entry.key for entry in existing if isinstance(entry, Revocation)}

    def adds_something(entry: LogEntry) -> bool:
        if isinstance(entry, Revocation):
            return entry.key not in revoked
        if isinstance(entry, AuditAnchor):
            return True
        # An entry made from an erased row only repeats what the erasure itself logged.
        return entry.candidate_id is not None or bool(entry.interviews) or not erased_ids.issuperset(entry.session_ids)

    return [entry for entry in entries if entry not in existing_entries and adds_something(entry)]


def format_entry(entry: LogEntry) -> bytes:
    """An entry as a line of JSON."""
    content: dict[str, Any]
    if isinstance(entry, Revocation):
        content = {
            "at": entry.at_ms, "revoked": entry.kind, "id": entry.subject_id, "serial": entry.serial,
            "signed_until": entry.signed_until_ms, "until": entry.until_ms,
        }
    elif isinstance(entry, AuditAnchor):
        content = {"at": entry.at_ms, "audit_number": entry.number, "audit_hash": entry.hash}
    else:
        content = {"at": entry.at_ms, "sessions": entry.session_ids, "interviews": entry.interviews}
        if entry.candidate_id is not None:
            content["candidate_id"] = entry.candidate_id
    return json.dumps(content).encode() + b"\n"


def parse_entry(line: bytes) -> LogEntry | None:
    """The entry on a line; None when the line is not one."""
    try:
        fields = json.loads(line)
        if "revoked" in fields:
            return Revocation(
                _require_text(fields["revoked"]), _require_text(fields["id"]), _require_int(fields["serial"]),
                _require_int(fields["at"]), _require_int(fields["signed_until"]), _require_int(fields["until"]),
            )
        if "audit_hash" in fields:
            return AuditAnchor(
                _require_int(fields["at"]), _require_int(fields["audit_number"]), _require_text(fields["audit_hash"])
            )
        candidate_id = fields.get("candidate_id")
        return Erasure(
            _require_int(fields["at"]), _require_texts(fields["sessions"]), _require_texts(fields["interviews"]),
            None if candidate_id is None else _require_int(candidate_id),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _require_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_require_text, value))


def _require_text(value: Any) -> str:
    """Text that SQLite can store. Raises TypeError and ValueError."""
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _require_int(value: Any) -> int:
    """An integer that SQLite can store. Raises TypeError."""
    if not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise TypeError
    return value
