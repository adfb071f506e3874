"""A small cache of what was read from something that has versions: another version empties it."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any


class VersionedCache:
    """Values by key, the most recently used ones, all of one version."""

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._lock = threading.Lock()
        self._version: Hashable = None
        #: The entry used last is the last one.
        self._values: dict[Hashable, Any] = {}

    def find(self, version: Hashable, key: Hashable) -> Any | None:
        """Return the value of this version; None without one. Values of other versions are dropped."""
        with self._lock:
            if version != self._version:
                self._values.clear()
                self._version = version
            value = self._values.pop(key, None)
            if value is not None:
                self._values[key] = value
            return value

    def keep(self, version: Hashable, key: Hashable, value: Any) -> None:
        """Keep a value that was read from this version, unless another version was looked for meanwhile."""
        with self._lock:
            if version == self._version:
                self._values[key] = value
                if len(self._values) > self._max_entries:
                    del self._values[next(iter(self._values))]
