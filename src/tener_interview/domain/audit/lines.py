"""Entries of the audit log as JSON, for the API and for files of JSON lines."""

from __future__ import annotations

import json
from typing import Any

from ...store.audit_chain import AuditEntry
from ...system.clock import iso_utc


def entry_json(entry: AuditEntry) -> dict[str, Any]:
    """An entry with its details as an object, and its time also in words."""
    return {**entry._asdict(), "at": iso_utc(entry.at), "at_ms": entry.at, "details": json.loads(entry.details)}


def entry_line(entry: AuditEntry) -> str:
    """An entry as one line of JSON."""
    return json.dumps(entry_json(entry), ensure_ascii=False) + "\n"
