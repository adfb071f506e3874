"""SQL of `endpoints`: the customer's receivers of events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..endpoint_records import Endpoint
from .table import Table

_COLUMNS = ", ".join(Endpoint._fields)
_PLACEHOLDERS = ", ".join("?" * len(Endpoint._fields))
_SELECT = f"SELECT {_COLUMNS} FROM endpoints"  # noqa: S608 - our own fields


class Endpoints(Table):
    """Reads and writes endpoints."""

    def add(self, endpoint: Endpoint) -> None:
        self._db.execute(
            f"INSERT INTO endpoints ({_COLUMNS}) VALUES ({_PLACEHOLDERS})", _to_row(endpoint)  # noqa: S608 - our own fields
        )

    def put(self, endpoint: Endpoint) -> None:
        """Add an endpoint with this id, or give the one there its address and format."""
        self._db.execute(
            f"INSERT INTO endpoints ({_COLUMNS}) VALUES ({_PLACEHOLDERS}) ON CONFLICT (endpoint_id)"  # noqa: S608 - ours
            " DO UPDATE SET url = excluded.url, format = excluded.format",
            _to_row(endpoint),
        )

    def change(self, endpoint: Endpoint) -> bool:
        """Replace an endpoint. Returns False when it is gone."""
        assignments = ", ".join(f"{name} = ?" for name in Endpoint._fields)
        changed = self._db.execute(
            f"UPDATE endpoints SET {assignments} WHERE endpoint_id = ?",  # noqa: S608 - our own fields
            (*_to_row(endpoint), endpoint.endpoint_id),
        )
        return changed.rowcount == 1

    def disable(self, endpoint_id: str, reason: str, now_ms: int) -> bool:
        """Send nothing more to an endpoint. Returns False when it is disabled already, or gone."""
        disabled = self._db.execute(
            "UPDATE endpoints SET disabled_at = ?1, disabled_reason = ?2, changed_at = ?1"
            " WHERE endpoint_id = ?3 AND disabled_at IS NULL",
            (now_ms, reason, endpoint_id),
        )
        return disabled.rowcount == 1

    def remove(self, endpoint_id: str) -> bool:
        """Returns False when there is no such endpoint."""
        return self._db.execute("DELETE FROM endpoints WHERE endpoint_id = ?", (endpoint_id,)).rowcount == 1

    def get(self, endpoint_id: str) -> Endpoint | None:
        """An endpoint; in a transaction that may write, nobody else changes it before that ends."""
        row = self._db.execute(f"{_SELECT} WHERE endpoint_id = ?{self._dialect.for_update}", (endpoint_id,)).fetchone()
        return None if row is None else _read(row)

    def all(self) -> list[Endpoint]:
        """All endpoints, oldest first."""
        rows = self._db.execute(f"{_SELECT} ORDER BY created_at, endpoint_id").fetchall()
        return [_read(row) for row in rows]

    def active(self) -> list[tuple[str, tuple[str, ...]]]:
        """The endpoints that get events: id, and the types of events."""
        rows = self._db.execute(
            "SELECT endpoint_id, events FROM endpoints WHERE disabled_at IS NULL ORDER BY endpoint_id"
        ).fetchall()
        return [(row[0], tuple(json.loads(row[1]))) for row in rows]


def _to_row(endpoint: Endpoint) -> tuple[Any, ...]:
    return endpoint._replace(events=json.dumps(endpoint.events))  # type: ignore[arg-type]  # as the database keeps it


def _read(row: Sequence[Any]) -> Endpoint:
    stored = Endpoint(*row)
    return stored._replace(events=tuple(json.loads(str(stored.events))), with_contact=bool(stored.with_contact))
