"""kill -9 at every point of a start: one interview and one session per candidate, and every paid interview is found.

A real process is killed, by itself at a chosen line or from outside while Hireflix keeps it waiting, and started again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Reply
from fakes.databases import database_of, plain_connection, tried_on
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START
from fakes.hireflix import FakeHireflix
from fakes.hireflix_faults import Fault
from fakes.killing import assert_consistent, assert_dies, assert_one_interview_each, kill_during
from fakes.process import ServiceProcess, altered, hireflix_environ
from fakes.running_service import START as UNALTERED
from fakes.waiting import PATIENCE_S, eventually
from tener_interview.web import idempotency

INVITE = "inviteCandidateToInterview"
SAGA = "tener_interview.domain.sessions.invite"
BODY = {"job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe"}


@dataclass(frozen=True)
class Point:
    """Where a start is cut short. Without `kill`, from outside once Hireflix has the request."""

    kill: str | None = None
    fault: Fault | None = None
    #: What is left behind: the session is recorded here; its interview is at Hireflix; it is marked so here.
    recorded: bool = True
    paid: bool = False
    marked: bool = False


POINTS = {
    "half recorded": Point("kill-after tener_interview.store.tables.sessions:Sessions.add 1", recorded=False),
    "recorded, not yet asked for": Point(f"kill-after {SAGA}:find_or_create_session 1"),
    "Hireflix acted, no answer yet": Point(None, faults.held(), paid=True),
    "half marked": Point("kill-before tener_interview.store.tables.events:Events.add 2", paid=True),
    "marked, not yet answered": Point(f"kill-after {SAGA}:mark_invited 1", paid=True, marked=True),
    # It is listed, as one that was answered: its next start has to give the link that the list shows.
    "the link on record as given, not yet answered": Point(
        f"kill-after {SAGA}:mark_links_returned 1", paid=True, marked=True
    ),
}

ON_SERVER = (
    "half recorded", "recorded, not yet asked for", "half marked", "marked, not yet answered",
    "the link on record as given, not yet answered",
)

pytestmark = pytest.mark.usefixtures("database")


def the_session(service: ServiceProcess) -> Any:
    """The session by itself, also where no list shows it because nobody was given its link."""
    listed = [*service.get(SESSIONS).json["items"], *service.get(f"{SESSIONS}?status=created").json["items"]]
    return service.get(f"{SESSIONS}/{listed[0]['session_id']}").json if listed else None


def start(service: ServiceProcess, **headers: str) -> Reply:
    return service.post(START, BODY, **headers)


def cut_short(service: ServiceProcess, fake: FakeHireflix, point: Point, **headers: str) -> None:
    """Start the candidate, and kill the process at the point."""
    if point.fault:
        fake.fail_next(point.fault, on=INVITE)
    if point.kill:
        assert_dies(service, partial(start, service, **headers))
    else:
        kill_during(service, lambda: fake.count(INVITE), partial(start, service, **headers))
    fake.heal()


@pytest.mark.parametrize(("name", "store_kind"), tried_on(POINTS, ON_SERVER), indirect=["store_kind"])
def test_a_killed_start_is_completed_after_a_restart(tmp_path: Path, fake: FakeHireflix, name: str) -> None:
    point = POINTS[name]
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        service.start(altered(point.kill) if point.kill else UNALTERED)
        cut_short(service, fake, point)
        assert_consistent(tmp_path)
        assert fake.invites == point.paid
        service.start()
        if point.paid:
            # Found without anybody asking.
            eventually(lambda: the_session(service)["status"] == "invited")
        elif point.recorded:
            eventually(lambda: the_session(service)["last_error"])
            assert the_session(service)["status"] == "created"
            assert the_session(service)["last_error"]["code"] == "INTERVIEW_NOT_STARTED"
        else:
            assert the_session(service) is None
        listed = {item["entry_url"] for item in service.get(SESSIONS).json["items"]}
        again, once_more = start(service), start(service)
        assert listed in ({again.json["entry_url"]}, set())
        assert bool(listed) is point.marked
        assert again.json["entry_url"] == once_more.json["entry_url"]
        assert (again.status, once_more.status) == (200 if point.paid else 201, 200)
        assert again.json["session_id"] == once_more.json["session_id"] == fake.interviews[0].external_id
        assert again.json["status"] == "invited"
        assert the_session(service)["last_error"] is None
        assert_one_interview_each(service, fake, 1)
        assert service.terminate() == 0
    assert_consistent(tmp_path)


def create_unrecorded_interview(service: ServiceProcess, fake: FakeHireflix) -> None:
    """A session whose interview nobody has noted down."""
    service.start(altered(f"kill-before {SAGA}:mark_invited 1"))
    assert_dies(service, partial(start, service))
    assert fake.invites == 1


RECOVERY_KILLS = {
    "half marked": "kill-before tener_interview.store.tables.events:Events.add 1",
    "marked": f"kill-after {SAGA}:mark_invited 1",
}


@pytest.mark.parametrize(
    ("name", "store_kind"), tried_on(RECOVERY_KILLS, ("half marked", "marked")), indirect=["store_kind"]
)
def test_a_killed_recovery_is_completed_after_a_restart(tmp_path: Path, fake: FakeHireflix, name: str) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        create_unrecorded_interview(service, fake)
        service.launch(altered(RECOVERY_KILLS[name]))
        assert service.wait() == -9
        assert_consistent(tmp_path)
        service.start()
        eventually(lambda: the_session(service)["status"] == "invited")
        assert_one_interview_each(service, fake, 1)


def test_a_start_killed_twice_is_completed_after_a_restart(tmp_path: Path, fake: FakeHireflix) -> None:
    """The first died before the invite left, the second after."""
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        service.start(altered("kill-before tener_interview.outbound.request:send 1"))
        assert_dies(service, partial(start, service))
        create_unrecorded_interview(service, fake)
        service.start()
        assert start(service).json["status"] == "invited"
        assert_one_interview_each(service, fake, 1)
    assert_consistent(tmp_path)


def test_an_invitation_that_hireflix_executes_after_the_kill_is_adopted(
    tmp_path: Path, fake: FakeHireflix
) -> None:
    """Whichever of the two invites comes first, Hireflix refuses the other, and its answer is to adopt."""
    with ForkedService(hireflix_environ(tmp_path, fake)).start() as service:
        fake.latency_s = PATIENCE_S
        kill_during(service, lambda: fake.in_flight, partial(start, service))
        assert fake.invites == 0
        fake.latency_s = 0.0
        service.start()
        assert start(service).json["status"] == "invited"
        eventually(lambda: not fake.in_flight)
        assert_one_interview_each(service, fake, 1)
    assert_consistent(tmp_path)


# With an Idempotency-Key --------------------------------------------------------------------------------------------

SHORT_LEASE = "set tener_interview.web.idempotency:LEASE_MS 400"
KEEPING = "tener_interview.web.idempotency:Idempotency.store_response"

KEYED_POINTS = {
    "claimed": Point("kill-after tener_interview.web.idempotency:Idempotency.claim_or_replay 1", recorded=False),
    "Hireflix acted, no answer yet": Point(None, faults.held(), paid=True),
    "before the answer is kept": Point(f"kill-before {KEEPING} 1", paid=True, marked=True),
    "kept, not yet sent": Point(f"kill-after {KEEPING} 1", paid=True, marked=True),
}


@pytest.mark.parametrize(
    ("name", "store_kind"), tried_on(KEYED_POINTS, ("claimed", "kept, not yet sent")), indirect=["store_kind"]
)
def test_a_killed_start_with_an_idempotency_key_is_resumed_after_its_lease(
    tmp_path: Path, fake: FakeHireflix, name: str
) -> None:
    point = KEYED_POINTS[name]
    kill = [point.kill] if point.kill else []
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        service.start(altered(SHORT_LEASE, *kill))
        cut_short(service, fake, point, Idempotency_Key="once")
        assert_consistent(tmp_path)
        service.start(altered(SHORT_LEASE))
        again = start(service, Idempotency_Key="once")
        assert again.status in (200, 201)
        assert again.json["status"] == "invited"
        assert again.json["session_id"] == fake.interviews[0].external_id
        assert ("idempotent-replayed" in again.headers) == (name == "kept, not yet sent")
        replayed = start(service, Idempotency_Key="once")
        assert (replayed.json, replayed.headers["idempotent-replayed"]) == (again.json, "true")
        assert_one_interview_each(service, fake, 1)
    with plain_connection(database_of(tmp_path)) as db:
        assert [row[0] for row in db.execute("SELECT state FROM idempotency_keys")] == ["done"]


def test_the_idempotency_lease_of_a_killed_request_is_short() -> None:
    """Its caller is waiting, and is answered well within the wait of a request that finds the key in use."""
    assert idempotency.LEASE_MS / 1000 < idempotency.WAIT_S / 2


# Starting up --------------------------------------------------------------------------------------------------------


def test_recovery_after_a_kill_does_not_delay_the_first_response(tmp_path: Path, fake: FakeHireflix) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        create_unrecorded_interview(service, fake)
        fake.fail_always(faults.held())
        service.start()
        assert service.get("/health").json == {"status": "ok"}
        assert the_session(service)["status"] == "created", "Hireflix has not answered yet"
        fake.heal()
        eventually(lambda: the_session(service)["status"] == "invited")


def test_the_sync_recovers_from_an_outage_at_the_start(tmp_path: Path, fake: FakeHireflix) -> None:
    environ = hireflix_environ(tmp_path, fake, TENER_INTERVIEW_SYNC_SECONDS="1")
    with ForkedService(environ) as service:
        create_unrecorded_interview(service, fake)
        with fake.down():
            service.start(altered("set tener_interview.domain.refresh.background_sync:INVITE_GRACE_MS 0"))
            eventually(lambda: "start_pending" in service.log)
            assert the_session(service)["status"] == "created"
        eventually(lambda: the_session(service)["status"] == "invited")
        assert_one_interview_each(service, fake, 1)


def test_the_service_stops_while_hireflix_hangs(tmp_path: Path, fake: FakeHireflix) -> None:
    """A call may take longer than the test waits for the end of the process."""
    with ForkedService(hireflix_environ(tmp_path, fake, TENER_HIREFLIX_TIMEOUT_SECONDS="60")) as service:
        create_unrecorded_interview(service, fake)
        fake.fail_always(faults.held())
        service.start()
        eventually(lambda: fake.in_flight)
        assert service.terminate() == 0
        fake.heal()
        assert not re.search("Traceback|raised_at", service.log)
    assert_consistent(tmp_path)
