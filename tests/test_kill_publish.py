"""kill -9 at every point of a publication: one position at Hireflix, one version here, and the job has it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from fakes import hireflix_faults as faults
from fakes.client import Reply
from fakes.databases import tried_on
from fakes.forked_service import ForkedService
from fakes.front_door import START as START_SESSION
from fakes.hireflix import FakeHireflix
from fakes.hireflix_faults import Fault
from fakes.killing import assert_consistent, assert_dies, kill_during
from fakes.plans import plan_body
from fakes.process import ServiceProcess, altered, hireflix_environ
from fakes.waiting import eventually
from markers import DATABASES
from tener_interview.domain.plans import lease

PLAN = "/api/jobs/1/plan"
CREATE = "createPosition"
PLANS = "tener_interview.store.tables.plans:Plans"
#: The lease of a killed process is waited for.
SHORT_LEASE = (
    "set tener_interview.domain.plans.lease:LEASE_MS 100", "set tener_interview.domain.plans.lease:RENEW_S 0.03",
)

#: Where it is killed, and what Hireflix does meanwhile; without a place, from outside once it has the request.
POINTS: dict[str, tuple[str | None, Fault | None]] = {
    "half claimed": (f"kill-after {PLANS}.claim_position 1", None),
    "claimed, not yet asked for": ("kill-before tener_interview.outbound.request:send 1", None),
    "Hireflix acted, no answer yet": (None, faults.held()),
    "before the job has it": ("kill-before tener_interview.store.tables.positions:JobPositions.put 1", None),
    "published, not yet answered": ("kill-before tener_interview.store.tables.leases:Leases.release 1", None),
}

ON_SERVER = ("half claimed", "before the job has it", "published, not yet answered")

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def fake() -> Iterator[FakeHireflix]:
    with FakeHireflix() as fake:
        yield fake


def made(fake: FakeHireflix) -> list[str]:
    """The ids of the positions that were made through the API."""
    return [position_id for position_id in fake.account.positions if position_id != fake.position_id]


def publish(service: ServiceProcess, **headers: str) -> Reply:
    return service.post(f"{PLAN}/publish", **headers)


def one_position(service: ServiceProcess, fake: FakeHireflix) -> None:
    (position_id,) = made(fake)
    (version,) = service.get(f"{PLAN}/versions").json["items"]
    plan = service.get(PLAN).json
    assert (version["version"], version["position_id"]) == (1, position_id)
    assert (plan["state"], plan["position_in_use"]) == ("published", position_id)
    started = service.post(START_SESSION, {"job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe"}).json
    assert fake.interviews[0].position_id == position_id
    session = service.get(f"/api/interviews/sessions/{started['session_id']}").json
    assert session["plan_version"] == 1


@pytest.mark.parametrize(("name", "store_kind"), tried_on(POINTS, ON_SERVER), indirect=["store_kind"])
def test_a_killed_publication_is_completed(tmp_path: Path, fake: FakeHireflix, name: str) -> None:
    place, fault = POINTS[name]
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        service.start(altered(*SHORT_LEASE, *([place] if place else [])))
        assert service.call("PUT", PLAN, body=plan_body()).status == 200
        if fault:
            fake.fail_next(fault, on=CREATE)
        if place:
            assert_dies(service, partial(publish, service))
        else:
            kill_during(service, lambda: fake.count(CREATE), partial(publish, service))
        fake.heal()
        eventually(lambda: not fake.in_flight)
        assert_consistent(tmp_path)
        service.start(altered(*SHORT_LEASE))
        again = publish(service)
        assert again.status == 200, again.text
        assert publish(service).json == {**again.json, "unchanged": True, "created_position": False}
        one_position(service, fake)
        assert service.terminate() == 0
    assert_consistent(tmp_path)


@pytest.mark.parametrize("store_kind", DATABASES, indirect=True)
def test_two_processes_that_publish_together_make_one_version(tmp_path: Path, fake: FakeHireflix) -> None:
    environ = hireflix_environ(tmp_path, fake)
    with ForkedService(environ) as one, ForkedService(environ) as other:
        one.start()
        other.start()
        assert one.call("PUT", PLAN, body=plan_body()).status == 200
        fake.latency_s = 0.3
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(publish, [one, other, one, other]))
        assert {answer.status for answer in answers} == {200}
        assert sum(answer.json["created_position"] for answer in answers) == 1
        fake.latency_s = 0.0
        one_position(other, fake)


def test_a_position_whose_creation_got_no_response_is_found_by_the_next_publication(
    tmp_path: Path, fake: FakeHireflix
) -> None:
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        service.start()
        service.call("PUT", PLAN, body=plan_body())
        fake.fail_next(faults.carried_out_without_response(), on=CREATE)
        lost = publish(service)
        assert lost.status in (502, 504)
        # Meanwhile somebody makes another position of that name by hand, with other questions.
        fake.account.add_position(plan_body()["name"], [{"title": "Something else?"}])
        found = publish(service).json
        assert found["created_position"] is False
        assert len(made(fake)) == 2
        fake.account.positions[found["position_id"]].archived_at_ms = 1
        anew = publish(service).json
        assert (anew["version"], anew["created_position"]) == (2, True)


def test_the_publication_lease_of_a_killed_process_is_shorter_than_the_wait() -> None:
    assert lease.RENEW_S * 3 < lease.LEASE_MS / 1000 < lease.WAIT_S < 15
