"""Write the end of the audit log down outside it, so that cutting it off is noticed."""

from __future__ import annotations

from ...store.erasure_log import AuditAnchor
from ...system.clock import DAY_MS
from ..privacy.erasure_log import append_to_erasure_log, erasure_log_unavailable_problem
from ..service import Service
from .verifying import anchors_in

#: A line of the erasure log a day, which every restore reads.
ANCHOR_EVERY_MS = DAY_MS


def anchor_audit_log(service: Service) -> bool:
    """Write down the end of the log if the last time was a day ago and there are new entries. Return whether it was
    done. Raises `STORE_UNAVAILABLE`."""
    now_ms = service.clock.now_ms()
    try:
        anchors = anchors_in(service.store.erasure_log.entries())
    except OSError as fault:
        raise erasure_log_unavailable_problem(fault) from None
    last = anchors[-1] if anchors else None
    if last is not None and 0 <= now_ms - last.at_ms < ANCHOR_EVERY_MS:
        return False
    with service.store.write() as tx:
        head = tx.audit.head()
        if head is None or not head.number or (last is not None and head.hash == last.hash):
            return False
        append_to_erasure_log(service.store, tx, AuditAnchor(now_ms, head.number, head.hash))
    return True
