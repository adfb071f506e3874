"""A recording, and the file it is stored in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One response, command output, table or file of the service.

    `label` is unique. `kind` is `json`, `page`, `sheet` or `text` for a response, by its media type; `command`,
    `table`, `schema`, `file`, or `hireflix` for the requests that Hireflix received.
    """

    label: str
    kind: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Recording:
    entries: tuple[Entry, ...]

    def write(self, path: Path) -> None:
        """Write a file: JSON with one entry a line."""
        lines = [json.dumps(asdict(entry), ensure_ascii=False) for entry in self.entries]
        path.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Recording:
        """Raises ValueError and TypeError for a file that is no recording."""
        return cls(tuple(Entry(**load) for load in json.loads(path.read_text("utf-8"))))
