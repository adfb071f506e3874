"""What is asked about people beside the interviews: users, accounts, reviewers, consent, data sheets, the audit log."""

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
    ("tokens of machines", "GET", "/api/tokens"),
    ("users", "GET", "/api/users"),
    ("reviewers of a job", "GET", "/api/jobs/1/reviewers"),
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
    ("revoke an unknown token of a machine", "DELETE", "/api/tokens/unknown", None),
    ("an unknown user", "GET", "/api/users/us_unknown", None),
    ("change an unknown user", "PATCH", "/api/users/us_unknown", {"name": "Nobody"}),
    ("reset an unknown user", "POST", "/api/users/us_unknown/reset", {}),
    ("remove an unknown user", "DELETE", "/api/users/us_unknown", None),
    ("invite a user without an address", "POST", "/api/users", {"name": "Nobody", "role": "admin"}),
    ("assign nobody", "PUT", "/api/jobs/1/reviewers", {"user_ids": []}),
    ("a notice", "PUT", "/api/jobs/1/notice", _NOTICE),
    ("a notice by its page", "POST", "/jobs/1/notice", {}),
    ("record a consent", "PUT", "/api/interviews/sessions/SESSION/consent", {"given": True}),
    ("refuse by an unknown link", "POST", "/i/unknown/refuse", {}),
    ("a correction note", "POST", f"{_CANDIDATE}/corrections", {"text": "I led the team, I was not a member."}),
    ("remove an unknown note", "DELETE", f"{_CANDIDATE}/corrections/1000", None),
    ("a note by the page", "POST", "/candidates/1/data-sheet", {}),
)


def ask_about_people(ask: Ask, session_id: str) -> None:
    """Ask each of them once, and for the audit log at the end."""
    for label, method, path in _PAGES:
        ask(label, method, path.replace("SESSION", session_id))
    for label, method, path, body in _CHANGES:
        ask(label, method, path.replace("SESSION", session_id), body)
    ask("the audit log", "GET", "/api/audit-log?limit=5")
    ask("the page of the audit log", "GET", "/audit-log")
