"""Requests about people beside the interviews: users, accounts, reviewers, consent, data sheets, the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]

_CANDIDATE = "/api/candidates/1"
_NOTICE = {"texts": {"en": "An AI scores the transcript of your answers. People decide."}}
#: Label, method and path of requests whose answer is the same each time; `SESSION` is the session of candidate 1.
_PAGES = (
    ("the page of reviews", "GET", "/reviews"),
    ("the page of a review", "GET", "/reviews/SESSION"),
    ("the video of an answer", "GET", "/api/reviews/SESSION/video/q1"),
    ("the frame for the video of an answer", "GET", "/reviews/SESSION/player"),
    ("the page of users", "GET", "/users"),
    ("the page of the account", "GET", "/account"),
    ("a link that sets a password", "GET", "/set-password/unknown"),
    ("the page of the notice", "GET", "/jobs/1/notice"),
    ("the notice", "GET", "/api/jobs/1/notice"),
    ("the consent of a session", "GET", "/api/interviews/sessions/SESSION/consent"),
    ("an explanation for the candidate", "GET", "/i/unknown/score"),
    ("a data sheet", "GET", f"{_CANDIDATE}/data-sheet"),
    ("the page of a data sheet", "GET", "/candidates/1/data-sheet"),
    ("the account", "GET", "/api/account"),
    ("logins", "GET", "/api/account/logins"),
    ("tokens of the account", "GET", "/api/account/tokens"),
    ("tokens of programs", "GET", "/api/tokens"),
    ("users", "GET", "/api/users"),
    ("reviewers of a job", "GET", "/api/jobs/1/reviewers"),
    ("today", "GET", "/api/today?limit=5"),
    ("the page of webhooks", "GET", "/webhooks"),
    ("endpoints", "GET", "/api/endpoints"),
    ("an unknown endpoint", "GET", "/api/endpoints/ep_unknown"),
    ("deliveries of an unknown endpoint", "GET", "/api/endpoints/ep_unknown/deliveries"),
    ("notifications", "GET", "/api/notifications"),
    ("when the digest comes", "GET", "/api/account/digest"),
    ("the page of messages", "GET", "/messages"),
    ("an unknown opt-out", "GET", "/o/unknown"),
    ("messages", "GET", "/api/messages"),
    ("the state of e-mail", "GET", "/api/messages/status"),
    ("whom to remind", "GET", "/api/messages/due"),
    ("what a job sends", "GET", "/api/jobs/1/message-rules"),
    ("templates of messages", "GET", "/api/message-templates"),
)
#: The same with bodies; most are refused, because an admin token stands for no user.
_CHANGES: tuple[tuple[str, str, str, Any], ...] = (
    ("set a password by an unknown link", "POST", "/set-password/unknown", {"password": "a good long password"}),
    ("change the account", "PATCH", "/api/account", {"name": "Nobody"}),
    ("change the password", "POST", "/api/account/password", {"current": "x", "password": "a good long password"}),
    ("begin one-time codes", "POST", "/api/account/one-time-codes", {}),
    ("confirm one-time codes", "POST", "/api/account/one-time-codes/confirm", {"code": "123456"}),
    ("end one-time codes", "POST", "/api/account/one-time-codes/disable", {"password": "x"}),
    ("new recovery codes", "POST", "/api/account/recovery-codes", {"password": "x"}),
    ("end other logins", "POST", "/api/account/logins/end", {"which": "others"}),
    ("end an unknown login", "DELETE", "/api/account/logins/unknown", None),
    ("a token of nobody", "POST", "/api/account/tokens", {"name": "script"}),
    ("revoke an unknown token", "DELETE", "/api/account/tokens/unknown", None),
    ("a token without a name", "POST", "/api/tokens", {}),
    ("revoke an unknown token of a program", "DELETE", "/api/tokens/unknown", None),
    ("an unknown user", "GET", "/api/users/us_unknown", None),
    ("change an unknown user", "PATCH", "/api/users/us_unknown", {"name": "Nobody"}),
    ("reset an unknown user", "POST", "/api/users/us_unknown/reset", {}),
    ("remove an unknown user", "DELETE", "/api/users/us_unknown", None),
    ("invite a user without an address", "POST", "/api/users", {"name": "Nobody", "role": "admin"}),
    ("an endpoint on this computer", "POST", "/api/endpoints", {"name": "Local", "url": "https://127.0.0.1/"}),
    ("change an unknown endpoint", "PATCH", "/api/endpoints/ep_unknown", {"name": "Nobody"}),
    ("remove an unknown endpoint", "DELETE", "/api/endpoints/ep_unknown", None),
    ("a secret for an unknown endpoint", "POST", "/api/endpoints/ep_unknown/secret", {}),
    ("try an unknown endpoint", "POST", "/api/endpoints/ep_unknown/test", {}),
    ("send again to an unknown endpoint", "POST", "/api/endpoints/ep_unknown/replay", {}),
    ("assign nobody", "PUT", "/api/jobs/1/reviewers", {"user_ids": []}),
    ("a digest", "PUT", "/api/account/digest", {"digest_hour": 8, "digest_zone": "Europe/Berlin"}),
    ("send nothing again", "POST", "/api/undelivered/ob_unknown/send-again", {}),
    ("what was seen", "POST", "/api/notifications/seen", {"until": 1_770_000_000_000}),
    ("opt out by an unknown link", "POST", "/o/unknown", {}),
    ("pause e-mail", "PATCH", "/api/messages/status", {"paused": True}),
    ("send an unknown message again", "POST", "/api/messages/ob_unknown/send-again", {}),
    ("cancel an unknown message", "POST", "/api/messages/ob_unknown/cancel", {}),
    ("review messages", "POST", "/api/jobs/1/messages/review", {"kind": "reminder", "candidate_ids": [1, 2]}),
    ("send messages", "POST", "/api/jobs/1/messages", {"kind": "reminder", "candidate_ids": [999_999]}),
    ("a message by hand to nobody", "POST", "/api/jobs/1/messages/by-hand", {
        "kind": "reminder", "candidate_id": 999_999,
    }),
    ("change what a job sends", "PATCH", "/api/jobs/1/message-rules", {"most_reminders": 3}),
    ("send a test message to oneself", "POST", "/api/message-templates/test", {"kind": "thanks", "language": "en"}),
    ("preview a template", "POST", "/api/message-templates/preview", {
        "kind": "thanks", "language": "en", "subject": "Hi {name}", "text": "Thanks, {name}",
    }),
    ("change a template", "PUT", "/api/message-templates/thanks/en", {"subject": "Hi", "text": "Thanks, {name}"}),
    ("return to the template of the service", "DELETE", "/api/message-templates/thanks/en", None),
    ("a notice", "PUT", "/api/jobs/1/notice", _NOTICE),
    ("a notice by its page", "POST", "/jobs/1/notice", {}),
    ("record a consent", "PUT", "/api/interviews/sessions/SESSION/consent", {"given": True}),
    ("refuse by an unknown link", "POST", "/i/unknown/refuse", {}),
    ("a correction note", "POST", f"{_CANDIDATE}/corrections", {"text": "I led the team, I was not a member."}),
    ("remove an unknown note", "DELETE", f"{_CANDIDATE}/corrections/1000", None),
    ("a note by the page", "POST", "/candidates/1/data-sheet", {}),
)


def ask_about_people(ask: Ask, session_id: str) -> None:
    """Send each request once, and read the audit log at the end."""
    for label, method, path in _PAGES:
        ask(label, method, path.replace("SESSION", session_id))
    for label, method, path, body in _CHANGES:
        ask(label, method, path.replace("SESSION", session_id), body)
    ask("the audit log", "GET", "/api/audit-log?limit=5")
    ask("the page of the audit log", "GET", "/audit-log")
