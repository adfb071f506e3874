"""The whole flow as the main system uses it, with its client key and real processes: no candidate is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes import hireflix_faults as faults
from fakes.desk import ANSWERS
from fakes.forked_service import ForkedService
from fakes.front_door import ADMIN_TOKEN, CLIENT_KEY
from fakes.hireflix import FakeHireflix
from fakes.main_system import GIVES_UP_AFTER_S, MainSystem
from fakes.process import ServiceProcess, altered, hireflix_environ
from fakes.waiting import eventually
from tener_interview.api.deadline import RESPONSE_DEADLINE_S

INVITE = "inviteCandidateToInterview"
PEOPLE = range(41, 45)
ADOPTS_AT_ONCE = "set tener_interview.domain.refresh.background_sync:INVITE_GRACE_MS 0"


@pytest.fixture
def service(tmp_path: Path, fake: FakeHireflix) -> Iterator[ServiceProcess]:
    """With a background sync that adopts at once what it finds: behind the caller's back, as often as it can."""
    environ = hireflix_environ(
        tmp_path, fake, TENER_INTERVIEW_SYNC_SECONDS="1", TENER_HIREFLIX_TIMEOUT_SECONDS="30",
        TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY, TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN,
    )
    with ForkedService(environ) as service:
        service.start(altered(ADOPTS_AT_ONCE))
        yield service


def client_of(service: ServiceProcess, **more: float) -> MainSystem:
    main = MainSystem(f"http://127.0.0.1:{service.port}/k/{CLIENT_KEY}", **more)
    main.shortlist(1, PEOPLE)
    return main


def no_invitations_left(fake: FakeHireflix) -> None:
    fake.account.invites_left = 1


def all_the_time(fault: faults.Fault) -> Callable[[FakeHireflix], None]:
    return lambda fake: fake.fail_always(fault, on=INVITE)


TROUBLE: dict[str, Callable[[FakeHireflix], None]] = {
    "503": all_the_time(faults.status(503)),
    "dropped connections": all_the_time(faults.closed()),
    "invited, and the answer dropped": all_the_time(faults.carried_out_without_response()),
    "exhausted quota": no_invitations_left,
    "refused for good": all_the_time(faults.json_body({"data": {INVITE: {"__typename": "PositionNotFoundError"}}})),
}


def recover(fake: FakeHireflix) -> None:
    fake.heal()
    fake.account.invites_left = None


def assert_everybody_is_decided(main: MainSystem, fake: FakeHireflix) -> None:
    """Everybody is written to once, answers, and is passed or failed by a number."""

    def everybody_has_a_message() -> bool:
        main.start_interviews()
        main.refresh_interviews()
        return len(main.messages) == len(PEOPLE)

    eventually(everybody_has_a_message)
    assert main.lost == set()
    assert (fake.invites, len(fake.interviews)) == (len(PEOPLE), len(PEOPLE))
    assert {main.known[person].entry_url for person in PEOPLE} == set(main.messages.values())
    for record in fake.interviews:
        fake.finish(record.interview_id, ANSWERS)

    def everybody_is_decided() -> bool:
        main.refresh_interviews()
        return set(main.outcomes) == set(PEOPLE)

    eventually(everybody_is_decided)
    assert {session.status for session in main.known.values()} == {"scored"}


@pytest.mark.parametrize("name", TROUBLE)
def test_no_candidate_is_lost_whatever_hireflix_does(service: ServiceProcess, fake: FakeHireflix, name: str) -> None:
    main = client_of(service)
    assert main.prepare(1)["assessment_id"] == fake.position_id
    TROUBLE[name](fake)
    for _ in range(3):
        main.start_interviews()
        main.refresh_interviews()
        assert main.lost == set()
    recover(fake)
    assert_everybody_is_decided(main, fake)


def test_no_candidate_is_lost_when_the_client_hangs_up(service: ServiceProcess, fake: FakeHireflix) -> None:
    main = client_of(service, gives_up_after_s=0.5)
    fake.latency_s = 1.5
    main.start_interviews()
    assert main.messages == {}
    main.gives_up_after_s = 20
    eventually(lambda: fake.invites == len(PEOPLE) and not fake.in_flight)
    fake.latency_s = 0.0
    main.refresh_interviews()
    assert main.lost == set()
    assert_everybody_is_decided(main, fake)


def test_a_start_that_outlasts_the_main_systems_timeout_is_finished_by_the_next_one(
    service: ServiceProcess, fake: FakeHireflix
) -> None:
    """It is answered before it gives up, and the next start has the link."""
    assert RESPONSE_DEADLINE_S <= GIVES_UP_AFTER_S - 5
    service.terminate()
    service.start(altered(ADOPTS_AT_ONCE, "set tener_interview.api.deadline:RESPONSE_DEADLINE_S 1.5"))
    main = MainSystem(f"http://127.0.0.1:{service.port}/k/{CLIENT_KEY}")
    main.shortlist(1, [41])
    fake.fail_next(faults.held(), on=INVITE)
    main.start_interviews()
    assert main.answers[-1] == ("/api/interviews/sessions/start", 504)
    main.refresh_interviews()
    assert main.known == {}
    fake.heal()
    eventually(lambda: not fake.in_flight)
    main.refresh_interviews()
    assert main.known == {}
    main.start_interviews()
    assert (main.answers[-1][1], fake.invites) == (200, 1)
    main.shortlist(1, PEOPLE)
    assert_everybody_is_decided(main, fake)


def test_no_candidate_is_lost_when_the_service_is_killed(service: ServiceProcess, fake: FakeHireflix) -> None:
    main = client_of(service, gives_up_after_s=3)
    fake.fail_next(faults.held(), on=INVITE)
    main.start_interviews()
    service.kill()
    fake.heal()
    service.start(altered("set tener_interview.domain.refresh.background_sync:INVITE_GRACE_MS 0"))
    again = client_of(service)
    again.known, again.messages = main.known, main.messages
    again.refresh_interviews()
    assert again.lost == set()
    assert_everybody_is_decided(again, fake)
