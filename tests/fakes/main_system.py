"""MainSystem: the client that this service was made for, as it was measured.

It sends no header of ours: all it knows is a base URL. It gives up after 20 s, asks for a start again as long as no
list has shown it the session, takes whoever it finds listed for invited, and keeps the link and the id it was given.

    with running... as service:
        main = MainSystem(f"{service.base_url}/k/{key}")
        main.shortlist(1, [41, 42])
        main.start_interviews()     # starts whom it has no session of, and writes to them
        main.refresh_interviews()     # every 180 s: the list, and a refresh for each that is not over
        main.lost, main.messages, main.outcomes
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

GIVES_UP_AFTER_S = 20.0
PASSES_AT = 80
_ENDED_AS_FAILED = ("failed", "expired", "canceled")


@dataclass
class KnownSession:
    """A session as the main system stores it."""

    session_id: str
    entry_url: str | None
    status: str


class MainSystem:
    """A client of one base URL, and what it knows of its candidates."""

    def __init__(self, base_url: str, *, gives_up_after_s: float = GIVES_UP_AFTER_S) -> None:
        parts = urlsplit(base_url)
        self._host, self._prefix = parts.netloc, parts.path
        self.gives_up_after_s = gives_up_after_s
        self.wanted: dict[int, int] = {}
        self.known: dict[int, KnownSession] = {}
        #: The link that each candidate was sent: exactly the one that a start was answered with.
        self.messages: dict[int, str] = {}
        #: `passed` or `failed`, of whoever's interview is over.
        self.outcomes: dict[int, str] = {}
        #: What was asked for and the status of the answer; None where it gave up or the connection broke.
        self.answers: list[tuple[str, int | None]] = []

    @property
    def lost(self) -> set[int]:
        """Return the candidates whom it considers invited or failed, and never wrote to."""
        return (set(self.known) | set(self.outcomes)) - set(self.messages)

    def prepare(self, job_id: int) -> Any:
        return self._ask("POST", f"/api/admin/jobs/{job_id}/assessment/prepare", {})

    def shortlist(self, job_id: int, candidate_ids: Iterable[int]) -> None:
        """Add candidates who are to be interviewed for a job."""
        self.wanted |= dict.fromkeys(candidate_ids, job_id)

    def start_interviews(self) -> None:
        """Start candidates without a known session, and write to those who got a link."""
        for candidate_id, job_id in self.wanted.items():
            if candidate_id in self.known:
                continue  # session_already_exists
            started = self._ask("POST", "/api/interviews/sessions/start", {
                "job_id": job_id, "candidate_id": candidate_id, "candidate_name": f"Candidate {candidate_id}",
                "candidate_email": None, "conversation_id": candidate_id * 10, "language": "chinese (simplified)",
                "ttl_hours": 72,
            })
            if started is not None and started.get("entry_url"):
                self.known[candidate_id] = KnownSession(started["session_id"], started["entry_url"], started["status"])
                self.messages[candidate_id] = started["entry_url"]

    def refresh_interviews(self) -> None:
        """Add listed sessions that it does not know, refresh those that are not finished, and record the outcome of the
        others."""
        listed = self._ask("GET", "/api/interviews/sessions?limit=500")
        for item in (listed or {}).get("items", []):
            if item["candidate_id"] not in self.known:
                self.known[item["candidate_id"]] = KnownSession(item["session_id"], item["entry_url"], item["status"])
        for candidate_id, session in self.known.items():
            if candidate_id in self.outcomes:
                continue
            self._ask("POST", f"/api/interviews/sessions/{session.session_id}/refresh", {})
            now = self._ask("GET", f"/api/interviews/sessions/{session.session_id}")
            if now is not None:
                session.status = now["status"]
                self._end(candidate_id, session, now["summary"]["total_score"])

    def _end(self, candidate_id: int, session: KnownSession, total: float | None) -> None:
        if session.status == "scored" and total is not None:
            card = self._ask("GET", f"/api/interviews/sessions/{session.session_id}/scorecard")
            assert card is None or card["scorecard"]["total_score"] == total
            self.outcomes[candidate_id] = "passed" if total >= PASSES_AT else "failed"
        elif session.status in _ENDED_AS_FAILED:
            self.outcomes[candidate_id] = "failed"

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of a successful response; None for any other."""
        connection = http.client.HTTPConnection(self._host, timeout=self.gives_up_after_s)
        status = None
        try:
            content = None if body is None else json.dumps(body).encode()
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, self._prefix + path, content, headers)
            answer = connection.getresponse()
            said = answer.read()
            status = answer.status
            return json.loads(said) if status in (200, 201) else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
            self.answers.append((path, status))
