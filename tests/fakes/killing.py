"""Kills a service during an operation, and checks what must be true afterwards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fakes.client import Reply
from fakes.databases import database_of, plain_connection
from fakes.front_door import SESSIONS
from fakes.hireflix import FakeHireflix
from fakes.process import Died, ServiceProcess
from fakes.stored import integrity
from fakes.waiting import PATIENCE_S, eventually

_DISPATCHER = "tener_interview.domain.outbox.dispatcher"
#: Alterations for a service that takes over the rows of a killed one: it waits less until it takes that for dead.
SHORT_CLAIMS = (f"set {_DISPATCHER}:CLAIM_S 0.4", f"set {_DISPATCHER}:RENEW_CLAIMS_EVERY_S 0.1")


def assert_dies(service: ServiceProcess, request: Callable[[], Reply]) -> None:
    """Send a request that kills the process."""
    try:
        reply = request()
    except Died:
        assert service.wait() == -9
    else:
        raise AssertionError(f"it lived and answered {reply.status}: {reply.text}")


def kill_during(service: ServiceProcess, moment: Callable[[], object], request: Callable[[], Reply]) -> None:
    """Send a request and kill the process while it runs."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(request)
        eventually(moment)
        service.kill()
        fault = answer.exception(PATIENCE_S)
    assert isinstance(fault, Died), "the answer came before the moment"


def count_all_invites(fake: FakeHireflix) -> int:
    """Return how many invitations Hireflix has executed, those under way when the process died included."""
    while True:
        eventually(lambda: not fake.in_flight)
        invites = fake.invites
        time.sleep(0.2)
        if invites == fake.invites and not fake.in_flight:
            return invites


def assert_undamaged(folder: Path) -> None:
    """Assert that a database file is undamaged; a server looks after its own."""
    if path := database_of(folder).get("TENER_INTERVIEW_DB_PATH"):
        assert integrity(Path(path)) == "ok"


def assert_consistent(folder: Path) -> None:
    """Assert that the database is undamaged and nothing in it is half-done: every session can continue."""
    assert_undamaged(folder)
    with plain_connection(database_of(folder)) as db:
        columns = "session_id, status, invitation_id, result_version"
        sessions = db.execute(f"SELECT {columns} FROM interview_sessions").fetchall()
        events = Counter(row[0] for row in db.execute("SELECT session_id FROM interview_events"))
        results = Counter(row[0] for row in db.execute("SELECT session_id FROM interview_results"))
    for session_id, status, invitation_id, result_version in sessions:
        assert events[session_id] >= 1
        assert (status == "created") == (invitation_id is None)
        assert (status == "scored") == (result_version is not None)
        assert results[session_id] == (result_version or 0)


def all_sessions(service: ServiceProcess, job_id: int = 1) -> list[Any]:
    """Return the sessions of a job, those included whose link nobody has received yet."""
    pages = [service.get(f"{SESSIONS}?job_id={job_id}&limit=500{more}").json for more in ("", "&status=created")]
    return [item for page in pages for item in page["items"]]


def assert_one_interview_each(service: ServiceProcess, fake: FakeHireflix, candidates: int, job_id: int = 1) -> None:
    """Assert that every candidate has exactly one interview at Hireflix and one session here, which name each other."""
    sessions = all_sessions(service, job_id)
    assert len(sessions) == len({session["candidate_id"] for session in sessions}) == candidates
    assert fake.invites == len(fake.interviews) == candidates
    here = {session["session_id"]: session["provider"] for session in sessions}
    assert {interview.external_id for interview in fake.interviews} == set(here)
