"""Values of the work on a whole database: inspecting it, backing it up, restoring it. No SQL here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..lazy_dataclass import dataclass
from .audit_chain import AuditHead

if TYPE_CHECKING:
    from .erasure_log import Erasure, Revocation
    from .records import WithheldCount


class StoreRefused(Exception):
    """The database cannot be used and was not touched. The message says why and what to do."""


#: Receives the number of copied pages and the number of all pages.
ReportProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Inspection:
    """The findings. `needs_migration`: this version will migrate the file. `accessible_to_others`: other users can read
    it. This user cannot write `unwritable_paths`, although using the database requires it.

    `withheld_erasures` counts sessions that retention did not erase, `future_timestamps` times written while the clock
    was ahead. `pending_scrubs` counts erasures whose data may still be readable; `abandoned_drafts` were left by a
    killed backup or restore. `unreadable_lines` counts lines of the erasure log that are not an entry.
    """

    size_bytes: int
    version: int
    needs_migration: bool
    accessible_to_others: bool
    providers: tuple[str, ...]
    sessions: int
    pending_scrubs: int
    withheld_erasures: WithheldCount
    future_timestamps: Mapping[str, int]
    unwritable_paths: tuple[Path, ...]
    abandoned_drafts: tuple[Path, ...]
    unreadable_lines: int


@dataclass(frozen=True)
class ServerReport:
    """What a database server is like, and what it has to be like for this service.

    `clock_ahead_ms`: how far this computer's clock is ahead of the server's. `missing_rights`: what the user may not
    do, and how to allow it. `is_pooled`: a connection pooler is in between. `max_connections` are those that this user
    may have. `is_exposed`: what is sent leaves this computer and is not encrypted.
    """

    name_and_version: str
    is_supported: bool
    encoding: str
    is_encoding_suitable: bool
    time_zone: str
    clock_ahead_ms: int
    is_read_only: bool
    missing_rights: tuple[str, ...]
    is_pooled: bool
    max_connections: int
    is_exposed: bool


@dataclass(frozen=True)
class VerifiedCopy:
    """A copy that was compared with its original. `rows` counts the rows of every table; `version` is the schema's.

    `location` is a file, or a database without any password.
    """

    location: str
    size_bytes: int
    version: int
    rows: dict[str, int]


@dataclass(frozen=True)
class ReplacedDatabaseFacts:
    """What the replaced database says. `unerased_ids` are the ids of its sessions that are not erased."""

    erasures: tuple[Erasure, ...] = ()
    unerased_ids: frozenset[str] = frozenset()
    revocations: tuple[Revocation, ...] = ()
    #: The end of its audit log.
    audit_head: AuditHead = AuditHead()


@dataclass(frozen=True)
class RestoreResult:
    """The restored database, and where the replaced one is now: a file, or a schema. None if there was none.

    `previous_unreadable`: the replaced database could not be read, so its erasures and revocations may be lost.
    `unreadable_lines` counts the lines of erasure logs that are not an entry.
    """

    copy: VerifiedCopy
    previous_location: str | None
    previous_unreadable: bool
    unreadable_lines: int
