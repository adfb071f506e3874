"""The service that is measured, with what it needs: sessions, a source, an upstream."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Server, running
from fakes.stored import add_session
from tener_interview.link_tokens import LinkSigner, SignedLink
from tener_interview.store import ports
from tener_interview.store.sqlite.database import Store

SERVICE = (sys.executable, "-m", "tener_interview")
SECRET = "a-secret-for-benchmarks"
ADMIN_TOKEN = "an-admin-token-for-benchmarks"
BEARER = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
LARGE_JOB = 1
LARGE_JOB_CANDIDATES = 10_000
#: Of the source.
JOBS = 500
LINK_EXPIRES_AT = 2_000_000_000_000
CONCURRENCY = 4
#: Sessions of the job with that id, all of them waiting to be refreshed.
REFRESH_SIZES = (30, 300, 1000)


@dataclass(frozen=True)
class MeasuredService:
    """A running service and what is behind it."""

    service: Server
    upstream: Server
    entry_path: str


@contextmanager
def measured_service(folder: Path, latency_s: float, command: Sequence[str] = SERVICE) -> Iterator[MeasuredService]:
    """The service with jobs in its store, in front of a Hireflix that takes so long for each answer."""
    folder.mkdir()
    entry_path = fill_store(Store(folder / "interview.sqlite3"))
    fill_source(folder / "source.sqlite3")
    upstream_command = (sys.executable, "-m", "benchmarks.upstream", "{port}", str(latency_s))
    with (
        running(upstream_command, path="/counts") as upstream,
        running(command, service_environ(folder, upstream)) as service,
    ):
        yield MeasuredService(service, upstream, entry_path)


def demo_environ(folder: Path) -> dict[str, str]:
    """As it starts without any settings, except for where its files are."""
    return {
        "TENER_INTERVIEW_PORT": "{port}",
        "TENER_INTERVIEW_DB_PATH": str(folder / "demo.sqlite3"),
        "TENER_INTERVIEW_SOURCE_DB_PATH": str(folder / "none.sqlite3"),
        "TENER_INTERVIEW_TOKEN_SECRET": SECRET,
    }


def service_environ(folder: Path, upstream: Server | None) -> dict[str, str]:
    """A service whose Hireflix is the upstream; without one, whoever uses it says where Hireflix is."""
    return {
        **demo_environ(folder),
        "TENER_INTERVIEW_DB_PATH": str(folder / "interview.sqlite3"),
        "TENER_INTERVIEW_SOURCE_DB_PATH": str(folder / "source.sqlite3"),
        "TENER_INTERVIEW_ADMIN_TOKEN": ADMIN_TOKEN,
        "TENER_INTERVIEW_SYNC_SECONDS": "0",
        **({} if upstream is None else {"TENER_HIREFLIX_BASE_URL": f"http://127.0.0.1:{upstream.port}/me"}),
        "TENER_HIREFLIX_API_KEY": "key",
        "TENER_HIREFLIX_POSITION_ID": "position",
        "TENER_HIREFLIX_CONCURRENCY": str(CONCURRENCY),
    }


def fill_store(store: ports.Store, provider: str = "hireflix") -> str:
    """Put sessions of the large job, scored, and of the jobs to refresh into a database, and close it; the path of an
    entry link that was opened."""
    with store.write() as tx:
        for number in range(1, LARGE_JOB_CANDIDATES + 1):
            scores = {
                name: (number * factor) % 1000 / 10
                for name, factor in (("technical_score", 7), ("soft_skills_score", 11), ("total_score", 13))
            }
            add_session(
                tx, number, provider=provider, job_id=LARGE_JOB, status="scored", invitation_id=f"{number:024x}",
                candidate_url="https://app.example.com/x", result_version=1, score_confidence=0.9,
                pass_recommendation="yes", **scores,
            )
        number = LARGE_JOB_CANDIDATES
        for job_id in REFRESH_SIZES:
            for _ in range(job_id):
                number += 1
                add_session(
                    tx, number, provider=provider, job_id=job_id, status="invited", invitation_id=f"{number:024x}",
                )
        opened = add_session(
            tx, number + 1, provider=provider, job_id=2, status="in_progress",
            candidate_url="https://app.example.com/x", invitation_id=f"{number + 1:024x}",
        )
    store.close()
    return f"/i/{LinkSigner(SECRET).sign(SignedLink(opened, 1, LINK_EXPIRES_AT))}"


def fill_source(path: Path) -> None:
    """A main system's database with the large job and its candidates."""
    skills = json.dumps(["Python", "PostgreSQL", "Kubernetes", "system design"])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY, title, jd_text, location, seniority, created_at)")
        db.execute("CREATE TABLE candidates (id INTEGER PRIMARY KEY, full_name, headline, location, skills, email)")
        db.execute("CREATE TABLE candidate_job_matches (job_id, candidate_id, score, status)")
        db.execute("CREATE INDEX matches_of_a_job ON candidate_job_matches (job_id)")
        db.executemany(
            "INSERT INTO jobs VALUES (?, 'Backend engineer', 'Build it.', 'Lisbon', 'senior', NULL)",
            ((LARGE_JOB + number,) for number in range(JOBS)),
        )
        db.executemany(
            "INSERT INTO candidates VALUES (?, ?, 'Backend engineer at a company', 'Lisbon', ?, NULL)",
            ((number, f"Candidate {number}", skills) for number in range(1, LARGE_JOB_CANDIDATES + 1)),
        )
        db.executemany(
            "INSERT INTO candidate_job_matches VALUES (?, ?, ?, 'matched')",
            ((LARGE_JOB, number, number % 100) for number in range(1, LARGE_JOB_CANDIDATES + 1)),
        )
    # So long ago that what is read from it is kept.
    os.utime(path, (1_700_000_000, 1_700_000_000))
