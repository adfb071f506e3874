"""Record that data were taken out of the service."""

from __future__ import annotations

from ...actor import acting
from ..service import Service


def record_export(
    service: Service, what: str, subject_kind: str, subject_id: str | int | None = None, *, job_id: int | None = None
) -> None:
    """Record an export before it is answered. Raises `STORE_UNAVAILABLE`, and then nothing is exported."""
    with service.store.write() as tx:
        tx.audit.append(
            acting.get(), "export.made", subject_kind, subject_id, at_ms=service.clock.now_ms(), job_id=job_id,
            details={"what": what},
        )
