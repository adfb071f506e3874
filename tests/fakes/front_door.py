"""Helpers of tests that use the service over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from fakes.client import Client, Reply
from fakes.databases import everything
from tener_interview.errors import STATUS_BY_CODE
from tener_interview.web.application import Application

#: The fixture of that name.
MakeApp = Callable[..., Application]

SESSIONS = "/api/interviews/sessions"
START = f"{SESSIONS}/start"
STEP = "/api/steps/interview"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ADMIN_TOKEN = "an-admin-token-for-tests"
#: As Render generates one: base64, with what has a meaning in addresses.
CLIENT_KEY = "q83vEjRW/JCrze8SNFZ4kKvN7xI0+niQq83vEjRWeJA="
BEARER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}


def locked_client(make_app: MakeApp, headers: Mapping[str, str] | None = None, **changes: Any) -> Client:
    """Return a client of a service with an admin token."""
    return Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, **changes), headers)


def start(client: Client, candidate_id: int = 42, job_id: int = 1, **more: Any) -> Any:
    """Start a session; return the response."""
    reply = client.post(START, {"job_id": job_id, "candidate_id": candidate_id, **more})
    assert reply.status in (200, 201), reply.text
    return reply.json


def read_session(client: Client, session_id: str) -> Any:
    """Return a session as the API returns it."""
    return client.get(f"{SESSIONS}/{session_id}").json


def score(client: Client, session_id: str) -> Any:
    """Force a refresh, at which the demo candidate answers; return the response. Some say too little for a total."""
    reply = client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True})
    assert reply.json["status"] == "scored" or reply.json["needs_review"], reply.text
    return reply.json


def answer_questions(client: Client, path: str, answer: str) -> Reply:
    """Type the same answer to every question of a demo interview's page, given by its address."""
    questions = re.findall(r'<textarea[^>]* name="([^"]+)"', client.get(path).text)
    form = urlencode(dict.fromkeys(questions, answer)).encode()
    return client.request("POST", path, body=form, headers={"Content-Type": "application/x-www-form-urlencoded"})


def token_of(entry_url: str) -> str:
    return urlsplit(entry_url).path.removeprefix("/i/")


def refused(reply: Reply, code: str) -> Any:
    """Assert that a response is this error in the one shape that all errors have; return its details."""
    assert (reply.status, reply.json.get("code")) == (STATUS_BY_CODE[code], code), reply.text
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert set(reply.json) == {"error", "code", "details", "request_id"}
    assert reply.json["error"].endswith(".")
    assert reply.json["request_id"] == reply.headers["x-request-id"]
    return reply.json["details"]


def faulty_fields(reply: Reply) -> set[str]:
    """Return the fields that a `VALIDATION_FAILED` names."""
    return set(refused(reply, "VALIDATION_FAILED")["fields"])


def stored(environ: Mapping[str, str]) -> list[str]:
    """Return everything in the service's database as text."""
    return everything(environ)


def cookie_of(reply: Reply) -> str:
    """Return the cookie that a browser would send back for a response's Set-Cookie."""
    return reply.headers["set-cookie"].partition(";")[0]


def scripts_and_styles(page: str) -> list[str]:
    """Return what a page holds that a Content-Security-Policy without inline code forbids."""
    # A block of data is no code (HTML Standard, 4.12.1): no policy keeps it from being read.
    inline = r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))[^>]*>|<style\b|\sstyle=|\son[a-z]+\s*=|javascript:"
    return re.findall(inline, page, re.IGNORECASE)
