"""What was read from the database, kept for as long as it stays true: until something is committed, or a time comes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

from ..lazy_dataclass import dataclass
from ..system.versioned_cache import VersionedCache

if TYPE_CHECKING:
    from ..store.ports import Store, Transaction
    from ..system.clock import Clock

Value = TypeVar("Value")

#: A desk that is open asks for half a dozen lists again and again.
MAX_ENTRIES = 32


@dataclass(frozen=True)
class _Entry:
    value: Any
    #: In milliseconds since 1970; None if no time changes it.
    changes_at: int | None


class ReadCache:
    """Values read from the database. The first commit, by whichever process, empties it: so what was erased is gone
    from here as well at the next read."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cache = VersionedCache(MAX_ENTRIES)

    def get(
        self, key: Hashable, read: Callable[[Transaction], Value],
        changes_at: Callable[[Transaction, Value], int | None] = lambda _tx, _value: None,
    ) -> Value:
        """Return what `read` returned for this key, or returns now. The key names everything else that it depends on.

        `changes_at` returns the time, in milliseconds since 1970, at which the value changes without a commit. Raises
        `STORE_UNAVAILABLE`.
        """
        # The version is read first: a commit in between makes the entry stale at once, never wrong.
        version = self._store.version()
        if version is not None:
            entry: _Entry | None = self._cache.find(version, key)
            if entry and (entry.changes_at is None or self._clock.now_ms() < entry.changes_at):
                kept: Value = entry.value
                return kept
        with self._store.read() as tx:
            value = read(tx)
            entry = _Entry(value, changes_at(tx, value))
        if version is not None:
            self._cache.keep(version, key, entry)
        return value
