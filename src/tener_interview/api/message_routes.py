"""The routes of messages to candidates: a part of the route table."""

from __future__ import annotations

from ..web.router import Access, Route

_RECRUITER = Access.RECRUITER

MESSAGE_ROUTES: tuple[Route, ...] = (
    Route("GET", "/messages", "api.messages.show_messages", _RECRUITER,
          "the page of messages: sent, due today, templates"),
    Route("GET", "/o/{token}", "api.opt_out.show_opt_out", Access.PUBLIC,
          "a candidate's opt-out page", matches_rest=True),
    Route("POST", "/o/{token}", "api.opt_out.change_opt_out", Access.PUBLIC,
          "opt out of messages, on that page or in a mail program", max_body_bytes=16_384, matches_rest=True),
    Route("GET", "/api/messages", "api.messages.list_messages", _RECRUITER, "messages, newest first"),
    Route("GET", "/api/messages/status", "api.messages.get_mail_status", _RECRUITER, "the state of e-mail"),
    Route("PATCH", "/api/messages/status", "api.messages.change_mail_status", _RECRUITER,
          "pause or resume e-mail"),
    Route("GET", "/api/messages/due", "api.messages.list_due", _RECRUITER, "candidates to remind by hand now"),
    Route("POST", "/api/messages/{message_id}/send-again", "api.messages.queue_again", _RECRUITER,
          "send a message again that may not have arrived"),
    Route("POST", "/api/messages/{message_id}/cancel", "api.messages.cancel", _RECRUITER, "cancel a message in time"),
    Route("POST", "/api/jobs/{job_id}/messages/review", "api.messages.review", _RECRUITER,
          "what each candidate would get", ignores_idempotency_key=True),
    Route("POST", "/api/jobs/{job_id}/messages", "api.messages.send", _RECRUITER, "send messages to candidates"),
    Route("POST", "/api/jobs/{job_id}/messages/by-hand", "api.messages.note_by_hand", _RECRUITER,
          "note that a message was sent by hand"),
    Route("GET", "/api/jobs/{job_id}/message-rules", "api.message_settings.get_rules", _RECRUITER,
          "which messages a job sends automatically"),
    Route("PATCH", "/api/jobs/{job_id}/message-rules", "api.message_settings.patch_rules", _RECRUITER,
          "change these rules"),
    Route("GET", "/api/message-templates", "api.message_settings.list_templates", _RECRUITER,
          "the templates of messages"),
    Route("POST", "/api/message-templates/preview", "api.message_settings.preview_template", _RECRUITER,
          "a template filled in for an invented candidate", ignores_idempotency_key=True),
    Route("POST", "/api/message-templates/test", "api.message_settings.send_test_message", _RECRUITER,
          "send a template to yourself"),
    Route("PUT", "/api/message-templates/{kind}/{language}", "api.message_settings.put_template", _RECRUITER,
          "change a template"),
    Route("DELETE", "/api/message-templates/{kind}/{language}", "api.message_settings.delete_template", _RECRUITER,
          "remove a template, so that the service's default applies"),
)
