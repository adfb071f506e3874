"""What becomes of a provider's notice: it is recorded once, and its interview goes to the front of the sync."""

from __future__ import annotations

from ...providers.protocol import ProviderEvent
from ...store.sqlite.webhooks import UNKNOWN
from ...system import logs
from ..service import Service


def handle_webhook(service: Service, notice: ProviderEvent) -> bool:
    """Record a notice; whether it is news of an interview we know, so that the sync is to be woken."""
    with service.store.write() as tx:
        sessions = tx.sessions.by_invitation(notice.invitation_id)
        now_ms = service.clock.now_ms()
        outcome = "known" if sessions else UNKNOWN
        if not tx.webhooks.add(notice.invitation_id, notice.stage, notice.event, now_ms, outcome):
            return False
        logs.log_event("webhook", stage=notice.stage, outcome=outcome.replace(" ", "_"))
        for session in sessions:
            tx.sessions.change(session.session_id, {"is_current": 1}, urgent=1, next_sync_at=0)
            tx.events.add(session.session_id, "notified", "webhook", now_ms, stage=notice.stage)
        return bool(sessions)
