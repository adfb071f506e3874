"""Verify the audit log: nothing in it was changed, removed, moved or added, and its end was not cut off.

Memory is bounded: entries are read in pages. Only the ends that were written down elsewhere are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

from ...lazy_dataclass import dataclass
from ...store.audit_chain import NO_HASH, AuditEntry, AuditHead, AuditKeys
from ...store.erasure_log import AuditAnchor, LogEntry
from ...store.ports import Transaction
from ...system.clock import iso_utc

_PAGE = 1_000
#: Findings beyond these are only counted.
MAX_FINDINGS = 20

OpenRead = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True)
class Verification:
    """What was found. `findings` are sentences, each about entries that are not as this service wrote them; `more`
    counts those that are left out. `notes` are no faults."""

    entries: int
    head: AuditHead
    findings: tuple[str, ...]
    more: int
    notes: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


def anchors_in(log_entries: Iterable[LogEntry]) -> list[AuditAnchor]:
    """The ends of the audit log that were written down in the erasure log."""
    return [entry for entry in log_entries if isinstance(entry, AuditAnchor)]


def verify(
    read: OpenRead, keys: AuditKeys, anchors: Iterable[AuditAnchor] = (), expected_hash: str | None = None
) -> Verification:
    """Verify every entry, the end, and that the log still has all `anchors` and the entry with `expected_hash`.

    `read` opens a transaction. Entries that are added meanwhile are left for the next time.
    """
    with read() as tx:
        head = tx.audit.head()
        newest = tx.audit.newest(None, limit=1)
    check = _LogCheck(keys, anchors, expected_hash)
    for entry in _entries_up_to(read, newest[0].number if newest else 0):
        check.entry(entry)
    return check.finish(head)


def _entries_up_to(read: OpenRead, last: int) -> Iterator[AuditEntry]:
    after: int | None = None
    while after is None or after < last:
        with read() as tx:
            entries = tx.audit.page(after, up_to=last, limit=_PAGE)
        if not entries:
            return
        yield from entries
        after = entries[-1].number


class _LogCheck:
    """Goes through the entries once, oldest first."""

    def __init__(self, keys: AuditKeys, anchors: Iterable[AuditAnchor], expected_hash: str | None) -> None:
        self._keys = keys
        self._anchors: dict[int, list[AuditAnchor]] = defaultdict(list)
        for anchor in anchors:
            self._anchors[anchor.number].append(anchor)
        self._expected_hash = expected_hash
        self._found_expected = expected_hash is None
        self._previous = (0, NO_HASH)
        self._entries = 0
        #: Entries with another secret's seal, and whether the last entry is one.
        self._foreign_seals, self._ends_foreign = 0, False
        self._restores: list[AuditEntry] = []
        self._findings: list[str] = []
        self._count = 0

    def _add_finding(self, finding: str) -> None:
        self._count += 1
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append(finding)

    def entry(self, entry: AuditEntry) -> None:
        number, previous_hash = self._previous
        if entry.number != number + 1:
            self._add_finding(_missing(number + 1, entry.number - 1) if entry.number > number + 1
                       else f"Entry {entry.number} has a number that no entry can have.")
        elif entry.computed_hash(previous_hash) != entry.hash:
            self._add_finding(
                f"Entry {entry.number} was changed, moved or put in: its hash does not follow from it and"
                " the entry before it."
            )
        self._check_seal(entry)
        self._match_anchors(entry)
        if entry.action == "log.unverified":
            self._add_finding(
                f"Entry {entry.number} says that the end of the log was not what this service had left: entries before"
                " it may be forged or missing, or the secret was replaced without naming the previous one."
            )
        elif entry.action == "database.restored":
            self._restores.append(entry)
        self._found_expected = self._found_expected or entry.hash == self._expected_hash
        self._previous = (entry.number, entry.hash)
        self._entries += 1

    def _check_seal(self, entry: AuditEntry) -> None:
        self._ends_foreign = not self._keys.has_key(entry.key_id)
        if entry.key_id == "none":
            self._add_finding(f"Entry {entry.number} has no seal: a program without the service's secret wrote it.")
        elif self._ends_foreign:
            self._foreign_seals += 1
        elif not self._keys.is_sealed(entry):
            self._add_finding(f"Entry {entry.number} is forged: its seal was not made with the service's secret.")

    def _match_anchors(self, entry: AuditEntry) -> None:
        """Forget the anchors that the log still has; a later restore may explain the others."""
        unmatched = [anchor for anchor in self._anchors.pop(entry.number, ()) if anchor.hash != entry.hash]
        if unmatched:
            self._anchors[entry.number] = unmatched

    def finish(self, head: AuditHead | None) -> Verification:
        number, last_hash = self._previous
        if head is None:
            self._add_finding("The end of the log (audit_head) was taken away.")
        elif head.number > number:
            self._add_finding(_missing(number + 1, head.number))
        elif (head.number, head.hash) != (number, last_hash):
            self._add_finding(f"The log ends with entry {number}, and not with entry {head.number} as it was left.")
        elif head.number and not self._keys.is_head_sealed(head):
            self._add_finding(
                "The end of the log (audit_head) is forged: its seal was not made with the service's secret."
            )
        if self._ends_foreign and self._previous[0]:
            self._add_finding("The last entries were sealed with another secret than the service has now.")
        for anchor in (anchor for some in self._anchors.values() for anchor in some):
            if not self._is_explained(anchor):
                self._add_finding(
                    f"On {iso_utc(anchor.at_ms)} the log ended with entry {anchor.number} and another hash than it has"
                    " there now: its end was cut off, or an older database took its place without `restore`."
                )
        if not self._found_expected:
            self._add_finding(
                f"No entry has the hash {self._expected_hash}: the log was replaced, or its end was cut off."
            )
        return Verification(
            self._entries, head or AuditHead(), tuple(self._findings), self._count - len(self._findings),
            tuple(self._notes()),
        )

    def _is_explained(self, anchor: AuditAnchor) -> bool:
        """Return whether a restore replaced what the anchor says."""
        return any(anchor.at_ms <= restore.at and anchor.number >= restore.number for restore in self._restores)

    def _notes(self) -> Iterator[str]:
        if self._foreign_seals:
            yield (
                f"{self._foreign_seals} entries were sealed with a secret that the service no longer has. The entries"
                " after them vouch for them."
            )
        if self._restores:
            numbers = ", ".join(str(restore.number) for restore in self._restores[-5:])
            yield f"A backup was restored: entry {numbers}."


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."
