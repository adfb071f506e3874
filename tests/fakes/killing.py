"""Kills a service during an operation, and checks what must be true afterwards."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fakes.client import Reply
from fakes.front_door import SESSIONS
from fakes.hireflix import FakeHireflix
from fakes.process import Died, ServiceProcess
from fakes.stored import integrity, opened
from fakes.waiting import eventually

DATABASE = "interview.sqlite3"


def dies_of(service: ServiceProcess, request: Callable[[], Reply]) -> None:
    """Send a request that the process does not survive."""
    try:
        reply = request()
    except Died:
        assert service.wait() == -9
    else:
        raise AssertionError(f"it lived and answered {reply.status}: {reply.text}")


def killed_when(service: ServiceProcess, moment: Callable[[], object], request: Callable[[], Reply]) -> None:
    """Send a request and kill the process at a moment in the middle of it."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(request)
        eventually(moment)
        service.kill()
        fault = answer.exception(30)
    assert isinstance(fault, Died), "the answer came before the moment"


def heard_out(fake: FakeHireflix) -> int:
    """How many invitations Hireflix carries out in all, those that were on their way when the process died included."""
    while True:
        eventually(lambda: not fake.in_flight)
        invites = fake.invites
        time.sleep(0.2)
        if invites == fake.invites and not fake.in_flight:
            return invites


def settled(folder: Path) -> None:
    """The file is whole, and nothing in it is left half-done: every session in a state it can go on from."""
    path = folder / DATABASE
    assert integrity(path) == "ok"
    with opened(path) as db:
        db.row_factory = sqlite3.Row
        sessions = db.execute("SELECT * FROM interview_sessions").fetchall()
        events = Counter(row[0] for row in db.execute("SELECT session_id FROM interview_events"))
        results = Counter(row[0] for row in db.execute("SELECT session_id FROM interview_results"))
    for session in sessions:
        assert events[session["session_id"]] >= 1
        assert (session["status"] == "created") == (session["invitation_id"] is None)
        assert (session["status"] == "scored") == (session["result_version"] is not None)
        assert results[session["session_id"]] == (session["result_version"] or 0)


def everyone(service: ServiceProcess, job_id: int = 1) -> list[Any]:
    """The sessions of a job, those included that nobody was given the link of yet."""
    pages = [service.get(f"{SESSIONS}?job_id={job_id}&limit=500{more}").json for more in ("", "&status=created")]
    return [each for page in pages for each in page["items"]]


def one_each(service: ServiceProcess, fake: FakeHireflix, candidates: int, job_id: int = 1) -> None:
    """Every candidate has exactly one interview at Hireflix and one session here, and these two know each other."""
    sessions = everyone(service, job_id)
    assert len(sessions) == len({each["candidate_id"] for each in sessions}) == candidates
    assert fake.invites == len(fake.interviews) == candidates
    here = {each["session_id"]: each["provider"] for each in sessions}
    assert {each.external_id for each in fake.interviews} == set(here)
