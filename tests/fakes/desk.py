"""Desk: the service with a fake Hireflix behind it, and the actions of the people who use it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from fakes.application import make_application
from fakes.client import Client, Reply
from fakes.clock import FakeClock
from fakes.front_door import SESSIONS, START, STEP, read_session
from fakes.hireflix import QUESTIONS, FakeHireflix
from fakes.hireflix_account import InterviewRecord
from fakes.waiting import PATIENCE_S
from tener_interview.domain.refresh.background_sync import BackgroundSync
from tener_interview.store.session import Session
from tener_interview.system.clock import Clock

#: One answer a question, long enough to be worth something; no two alike.
ANSWERS = tuple(
    f"For question {number} I would start from the requirements, compare two alternatives because there is always a "
    f"trade-off, listen to the team, agree on a decision, measure the result, and in the end we reduced the latency."
    for number in range(1, len(QUESTIONS) + 1)
)

#: Makes a desk; keywords are environment variables.
MakeDesk = Callable[..., "Desk"]


class Desk:
    """One service. `clock` is the test's unless another is given; `sync` is its background sync, which the test runs.
    """

    def __init__(self, environ: Mapping[str, str], fake: FakeHireflix, clock: FakeClock, its: Clock | None) -> None:
        self.fake = fake
        self.clock = clock
        self.environ = dict(environ)
        self.app = make_application(self.environ, its or clock)
        self.client = Client(self.app)
        self.service: Any = self.app.service
        self.sync: BackgroundSync = self.service.sync

    def try_start(self, candidate_id: int = 42, job_id: int = 1, **more: Any) -> Reply:
        return self.client.post(START, {"job_id": job_id, "candidate_id": candidate_id, **more})

    def start(self, candidate_id: int = 42, job_id: int = 1, **more: Any) -> Any:
        """Start a session, which must succeed; return the response."""
        reply = self.try_start(candidate_id, job_id, **more)
        assert reply.status in (200, 201), reply.text
        return reply.json

    def started(self, candidate_id: int = 42, job_id: int = 1, **more: Any) -> str:
        """Start a session; return its id."""
        return str(self.start(candidate_id, job_id, **more)["session_id"])

    def open(self, session_id: str) -> Reply:
        """Follow the link as the candidate."""
        return self.client.get(self.read_session(session_id)["entry_url"])

    def finish(self, session_id: str, transcripts: Sequence[str | None] | None = ANSWERS, **more: Any) -> None:
        """Finish the interview at Hireflix as the candidate."""
        self.fake.finish(self.interview(session_id).interview_id, transcripts, **more)

    def refresh(self, session_id: str, *, force: bool = False) -> Reply:
        return self.client.post(f"{SESSIONS}/{session_id}/refresh", {"force": force})

    def scored(self, candidate_id: int = 42, job_id: int = 1, **more: Any) -> str:
        """Start, finish and score a session; return its id."""
        session_id = self.started(candidate_id, job_id, **more)
        self.finish(session_id)
        assert self.refresh(session_id).json["status"] == "scored"
        return session_id

    def cancel(self, session_id: str) -> Reply:
        return self.client.post(f"{SESSIONS}/{session_id}/cancel")

    def refresh_job(self, job_id: int = 1, **body: Any) -> Any:
        reply = self.client.post(f"/api/admin/jobs/{job_id}/sessions/refresh", body)
        assert reply.status == 200, reply.text
        return reply.json

    def step(self, *candidate_ids: int, job_id: int = 1) -> Any:
        """Run a batch step, which must succeed; return the response."""
        reply = self.client.post(STEP, {"job_id": job_id, "candidate_ids": list(candidate_ids)})
        assert reply.status == 200, reply.text
        return reply.json

    def read_session(self, session_id: str) -> Any:
        return read_session(self.client, session_id)

    def status(self, session_id: str) -> str:
        return str(self.read_session(session_id)["status"])

    def recorded(self) -> list[Any]:
        """Return every session, newest first, those included that lists leave out, each as a single read returns it."""
        with self.service.store.read() as tx:
            found = tx.sessions.newest_first({}, limit=500)
        return [self.read_session(item.session_id) for item in found]

    def sessions(self, **query: Any) -> list[Any]:
        """Return the list of sessions, newest first."""
        wanted = "&".join(f"{name}={value}" for name, value in {"limit": 500, **query}.items())
        items: list[Any] = self.client.get(f"{SESSIONS}?{wanted}").json["items"]
        return items

    def only_session(self) -> Any:
        (session,) = self.recorded()
        return session

    def events(self, session_id: str) -> list[Any]:
        items: list[Any] = self.client.get(f"{SESSIONS}/{session_id}/events").json["items"]
        return items

    def event_names(self, session_id: str) -> list[str]:
        return [event["event"] for event in self.events(session_id)]

    def scorecard(self, session_id: str) -> Any:
        return self.client.get(f"{SESSIONS}/{session_id}/scorecard").json["scorecard"]

    def interview(self, session_id: str) -> InterviewRecord:
        """Return the session's interview at Hireflix."""
        return self.fake.interview(self.read_session(session_id)["invitation_id"])

    def row(self, session_id: str) -> Session:
        """Return the session as it is stored."""
        with self.service.store.read() as tx:
            found: Session | None = tx.sessions.get(session_id)
        assert found is not None
        return found

    def results(self, session_id: str) -> list[Any]:
        """Return every version of the session's result."""
        with self.service.store.read() as tx:
            return [json.loads(item.content) for item in tx.results.all(session_id)]

    def close(self) -> None:
        self.app.close()


def in_background(work: Callable[..., Any], *args: Any) -> tuple[threading.Thread, list[Any]]:
    """Do something in a thread; the list holds the result once the thread has ended."""
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(work(*args)), daemon=True)
    thread.start()
    return thread, done


def held_back_invite(desk: Desk) -> tuple[threading.Event, threading.Event]:
    """Hold the provider's response to an invitation. Return two events: it was executed, and let it respond."""
    asked, answer = threading.Event(), threading.Event()
    invite = desk.service.provider.invite

    def invite_slowly(invitee: Any) -> Any:
        made = invite(invitee)
        asked.set()
        answer.wait(PATIENCE_S)
        return made

    desk.service.provider.invite = invite_slowly
    return asked, answer


def write_source(
    path: Path, candidates: Mapping[int, tuple[str, str | None]], job_id: int = 1, title: str = "Backend engineer"
) -> None:
    """Write the main system's file with one job and its candidates: id -> (name, e-mail)."""
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript("""
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, title TEXT, jd_text TEXT, created_at TEXT);
            CREATE TABLE candidates (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT);
            CREATE TABLE candidate_job_matches (job_id INTEGER, candidate_id INTEGER, score REAL, status TEXT);
        """)
        db.execute("INSERT INTO jobs VALUES (?, ?, 'Build it.', '2026-01-01')", (job_id, title))
        db.executemany("INSERT INTO candidates VALUES (?, ?, ?)", [(id_, *who) for id_, who in candidates.items()])
        db.executemany("INSERT INTO candidate_job_matches VALUES (?, ?, 0.5, 'new')", [(job_id, i) for i in candidates])


def write_people(path: Path, count: int) -> None:
    """Write the main system's file with one job and as many candidates, whose ids begin at 1."""
    write_source(path, {number: (f"Person {number}", f"person{number}@example.com") for number in range(1, count + 1)})
