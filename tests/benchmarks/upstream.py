"""A Hireflix that knows every interview, all of them finished, and answers after so many seconds.

It reads no GraphQL: what is asked for shows in the variables. `GET /counts` tells how many requests came and how many
were there at once at most, and begins to count anew.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWERS = 5
TRANSCRIPT = " ".join(
    f"For requirement {number} I compared two alternatives, because there is a trade-off, and measured the result."
    for number in range(1, 9)
)


def interview(invitation_id: str, external_id: str | None = None, email: str | None = None) -> dict[str, Any]:
    """An interview, finished if it was not made just now."""
    row: dict[str, Any] = {
        "__typename": "InterviewType",
        "id": invitation_id,
        "hash": invitation_id[-8:],
        "status": "pending" if external_id else "completed",
        "completedAt": None if external_id else 1_770_000_000_000,
        "externalId": external_id,
        "url": {"public": f"https://app.example.com/{invitation_id}", "short": None},
        "candidate": {"email": email},
        "position": {"id": "position"},
    }
    if external_id is None:
        row["questions"] = [_question(invitation_id, number) for number in range(ANSWERS)]
    return row


def _question(invitation_id: str, number: int) -> dict[str, Any]:
    transcription = {"languageCode": "en", "text": f"{invitation_id}, {number}. {TRANSCRIPT}"}
    url = f"https://media.example.com/{number}?signature=" + "0123456789abcdef" * 8
    return {
        "id": f"question-{number}",
        "title": f"Question {number}: how would you design it?",
        "description": None,
        "answered": 1_770_000_000_000,
        "answer": {"id": f"answer-{number}", "url": url, "transcription": transcription},
    }


class Upstream(ThreadingHTTPServer):
    """The server; `latency_s` passes before each answer."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, latency_s: float) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.latency_s = latency_s
        self.lock = threading.Lock()
        self.counts = {"requests": 0, "in_flight": 0, "most": 0}

    def data(self, variables: dict[str, Any]) -> dict[str, Any]:
        """What a document with these variables is answered."""
        if "input" in variables:
            wanted = variables["input"]
            made = interview(wanted["externalId"][3:27], wanted["externalId"], wanted["candidate"]["email"])
            return {"inviteCandidateToInterview": made}
        return {alias: interview(invitation_id) for alias, invitation_id in variables.items()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Upstream

    def do_POST(self) -> None:
        counts = self.server.counts
        with self.server.lock:
            counts["requests"] += 1
            counts["in_flight"] += 1
            counts["most"] = max(counts["most"], counts["in_flight"])
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.server.latency_s)
        with self.server.lock:
            counts["in_flight"] -= 1
        self._answer({"data": self.server.data(asked["variables"])})

    def do_GET(self) -> None:
        with self.server.lock:
            told = dict(self.server.counts)
            self.server.counts.update(requests=0, most=0)
        self._answer(told)

    def _answer(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


if __name__ == "__main__":
    Upstream(int(sys.argv[1]), float(sys.argv[2])).serve_forever()
