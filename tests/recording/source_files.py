"""The main system as a source: a database file of its newer kind, which still has the older table of matches, and its
API."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

#: id, title, text, state.
JOBS = (
    (1, "Backend engineer", "Build services in Python. You know SQL, caching and HTTP.", "active"),
    (2, "Support agent", "Hilf Kunden am Telefon.", "paused"),
    (3, "Old job", "It is gone.", "archived"),
    (4, "Data engineer <&>", "Pipelines, Spark, SQL.", "active"),
)
#: id, name, e-mail.
CANDIDATES = (
    (1, "Ada Lovelace", "ada@example.com"),
    (2, "Grace Hopper", "grace@example.com"),
    (3, "Konrad Zuse", "konrad@example.de"),
    (4, "Edsger Dijkstra", None),
    (5, "Barbara Liskov", "barbara@example.com"),
    (6, "Tony Hoare", "tony@example.com"),
    (7, "Frances Allen", "frances@example.com"),
    (8, "=SUM(A1)", "sum@example.com"),
    (9, "Ólafur Þór Gunnarsson", "olafur@example.is"),
    (10, "王 秀英", None),
    (11, "Margaret Hamilton", "margaret@example.com"),
    (12, "Jean Bartik", "jean@example.com"),
)


def write_file(path: Path) -> None:
    """Candidates 1 to 9 are matched to job 1 by the newer table and 8 to 10 by the older one; 11 and 12 to job 4."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript("""
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, title TEXT, jd_text TEXT, location TEXT,
                preferred_languages TEXT, seniority TEXT, created_at TEXT, company TEXT, must_have_skills TEXT,
                job_state TEXT);
            CREATE TABLE candidates (id INTEGER PRIMARY KEY, full_name TEXT, headline TEXT, location TEXT,
                languages TEXT, skills TEXT, years_experience REAL, email TEXT);
            CREATE TABLE job_candidates (job_id INTEGER, candidate_id INTEGER, score REAL, status TEXT);
            CREATE TABLE candidate_job_matches (job_id INTEGER, candidate_id INTEGER, score REAL, status TEXT);
        """)
        db.executemany(
            "INSERT INTO jobs VALUES (?, ?, ?, 'Leeds', '[\"en\"]', 'senior', '2026-01-0' || ?, 'Nord & Licht',"
            " '[\"SQL\", \"Python\"]', ?)",
            [(id_, title, text, id_, state) for id_, title, text, state in JOBS],
        )
        db.executemany(
            "INSERT INTO candidates VALUES (?, ?, 'Engineer', 'Leeds', '[\"en\"]', '[\"SQL\"]', 7, ?)", CANDIDATES
        )
        matches = [(1, number, 1 - number / 20, "new") for number in range(1, 10)] + [(4, 1, 0.5, "new")]
        matches += [(4, 11, 0.7, ""), (4, 12, 0.6, "")]
        db.executemany("INSERT INTO job_candidates VALUES (?, ?, ?, ?)", matches)
        db.executemany("INSERT INTO candidate_job_matches VALUES (1, ?, 0.4, 'old')", [(8,), (9,), (10,)])


class _Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        jobs: list[dict[str, Any]] = [
            {"id": id_, "title": title, "jd_text": text, "created_at": f"2026-01-0{id_} 09:00:00", "job_state": state}
            for id_, title, text, state in JOBS if state != "archived"
        ]
        people: list[dict[str, Any]] = [
            {"candidate_id": id_, "full_name": name, "email": email, "score": 1 - id_ / 20, "skills": ["SQL"]}
            for id_, name, email in CANDIDATES
        ]
        items = {"/api/jobs": jobs, "/api/jobs/1/candidates": people}.get(path, [])
        body = json.dumps({"items": items}).encode()
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Log nothing."""


@contextmanager
def api() -> Iterator[str]:
    """Serve the main system's API with the same jobs, and all candidates in job 1; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
