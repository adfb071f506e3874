"""Payloads: the body of a delivery, as JSON for programs or as a message for a chat."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ...store.session import Session
from .events import ERASED, TEST

STANDARD, SLACK = "standard", "slack"
FORMATS = (STANDARD, SLACK)

_DECISIONS = {
    "advance": "advanced", "hold": "put on hold", "reject": "rejected", "hired": "hired", "withdrawn": "withdrawn",
}


def render_payload(
    content: Mapping[str, Any], format_: str, scorecard_url: Callable[[int, str], str], contact: Session | None
) -> bytes:
    """The body for a queued event. `scorecard_url` returns the address of a session's scorecard. `contact` is the
    candidate's session if the endpoint gets name and e-mail address. An event never holds an interview link.
    """
    event: dict[str, Any] = {name: content[name] for name in ("type", "timestamp")}
    data = event["data"] = dict(content["data"])
    if event["type"] not in (ERASED, TEST):
        data["dashboard_url"] = scorecard_url(data["job_id"], data["session_id"])
    if contact is not None and contact.erased_at is None and event["type"] != ERASED:
        data["candidate"] = {"name": contact.candidate_name, "email": contact.candidate_email}
    body = {"text": slack_text(event)} if format_ == SLACK else event
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def slack_text(event: Mapping[str, Any]) -> str:
    """One line in the markup of Slack's incoming webhooks (docs.slack.dev/messaging/formatting-message-text)."""
    data = event["data"]
    if event["type"] == TEST:
        return "Tener Interview can reach this channel."
    candidate = data.get("candidate")
    who = _escape(candidate["name"]) if candidate else f"Candidate {data['candidate_id']}"
    says = _SENTENCES[event["type"]](data)
    link = f" · <{data['dashboard_url']}|Open>" if "dashboard_url" in data else ""
    return f"*{who}* (job {data['job_id']}) {says}{link}"


def _score(data: Mapping[str, Any]) -> str:
    total = data["total_score"]
    return "was scored" if total is None else f"was scored: {total:g} of 100"


def _decision(data: Mapping[str, Any]) -> str:
    decision = data["decision"]
    return "has no decision any more" if decision is None else f"was {_DECISIONS.get(decision, decision)}"


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "session.invited": lambda _data: "was invited",
    "session.opened": lambda _data: "opened the interview",
    "session.completed": lambda _data: "has finished the interview",
    "session.scored": _score,
    "session.needs_review": lambda _data: "needs a human look",
    "session.reviewed": lambda _data: "was reviewed",
    "session.decided": _decision,
    "session.expired": lambda _data: "did not begin in time",
    ERASED: lambda _data: "was erased",
}


def _escape(text: str) -> str:
    """Replace the three characters that Slack reads as markup, and leave out what would end a bold name."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("*", "").replace("\n", " ")
