"""The routes of Today and of notifications: a part of the route table."""

from __future__ import annotations

from ..web.router import Access, Route

_REVIEWER = Access.REVIEWER

NOTIFICATION_ROUTES: tuple[Route, ...] = (
    Route("GET", "/api/today", "api.notifications.get_today", _REVIEWER,
          "what needs attention, across jobs"),
    Route("GET", "/api/notifications", "api.notifications.get_notifications", _REVIEWER, "how much on Today is new"),
    Route("POST", "/api/undelivered/{outbox_id}/send-again", "api.notifications.send_again", Access.RECRUITER,
          "send a failed message or delivery again"),
    Route("GET", "/api/account/digest", "api.digests.get_digest", _REVIEWER, "the hour of one's daily digest"),
    Route("PUT", "/api/account/digest", "api.digests.put_digest", _REVIEWER, "set or switch off one's daily digest"),
    Route("POST", "/api/notifications/seen", "api.notifications.mark_seen", _REVIEWER, "mark Today as seen"),
)
