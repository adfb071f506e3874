"""The circuit breaker spares a dead upstream, and closes by itself once it is back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes import hireflix_faults as faults
from fakes.clock import FakeClock
from fakes.hireflix import FakeHireflix
from fakes.hireflix_client import invitee, provider_for
from fakes.waiting import join
from tener_interview.errors import Problem
from tener_interview.providers.circuit_breaker import FAILURES_TO_OPEN, LONGEST_PAUSE_S, CircuitBreaker


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        breaker.after_request(alive=False)


def test_the_circuit_opens_after_enough_failures_in_a_row(clock: FakeClock) -> None:
    breaker = CircuitBreaker(clock)
    fail(breaker, FAILURES_TO_OPEN - 1)
    assert (breaker.is_open, breaker.seconds_until_allowed()) == (False, 0)
    breaker.after_request(alive=True)
    fail(breaker, FAILURES_TO_OPEN - 1)
    breaker.after_request(alive=None)
    assert not breaker.is_open
    fail(breaker, 1)
    assert breaker.is_open
    assert breaker.seconds_until_allowed() > 0


@pytest.mark.parametrize("alive", [True, False])
def test_requests_wait_while_the_open_circuit_sends_a_probe(clock: FakeClock, alive: bool) -> None:
    breaker = CircuitBreaker(clock)
    fail(breaker, FAILURES_TO_OPEN)
    clock.advance(seconds=breaker.seconds_until_allowed())
    assert breaker.seconds_until_allowed() == 0, "the probe"
    waited: list[float] = []
    others = [
        threading.Thread(target=lambda: waited.append(breaker.seconds_until_allowed()), daemon=True) for _ in range(3)
    ]
    for other in others:
        other.start()
    assert waited == []
    breaker.after_request(alive=alive)
    join(*others)
    assert [item == 0 for item in waited] == [alive] * 3
    assert breaker.is_open is not alive


def test_pauses_of_an_open_circuit_grow_up_to_a_maximum(clock: FakeClock) -> None:
    breaker = CircuitBreaker(clock)
    fail(breaker, FAILURES_TO_OPEN)
    pauses = []
    for _ in range(8):
        pauses.append(round(breaker.seconds_until_allowed()))
        clock.advance(seconds=breaker.seconds_until_allowed())
        fail(breaker, 1)
    assert pauses == [1, 2, 4, 8, 10, 10, 10, 10]
    assert max(pauses) == LONGEST_PAUSE_S


def test_an_unreachable_hireflix_gets_few_requests_until_it_responds(clock: FakeClock) -> None:
    with FakeHireflix() as fake:
        provider = provider_for(fake, clock=clock)
        invitation_id = provider.invite(invitee(fake.position_id)).invitation_id
        fake.fail_always(faults.status(503))
        for _ in range(100):
            assert isinstance(provider.read([invitation_id])[invitation_id], Problem)
        assert fake.statuses()[503] < 40
        assert not provider.available()
        held_back = provider.read([invitation_id])[invitation_id]
        assert isinstance(held_back, Problem)
        assert (held_back.status, held_back.code) == (502, "INTERVIEW_PROVIDER_UNAVAILABLE")
        assert int(held_back.headers["Retry-After"]) >= 1
        fake.heal()
        clock.advance(seconds=LONGEST_PAUSE_S)
        assert not isinstance(provider.read([invitation_id])[invitation_id], Problem)
        assert provider.available()


@pytest.mark.parametrize("fault", [faults.status(500), faults.unauthorized(), faults.html(), faults.truncated_json()])
def test_a_wrong_response_does_not_open_the_circuit(clock: FakeClock, fault: faults.Fault) -> None:
    with FakeHireflix() as fake:
        provider = provider_for(fake, clock=clock)
        fake.fail_always(fault)
        for _ in range(2 * FAILURES_TO_OPEN):
            provider.read(["65a000000000000000000101"])
        assert provider.available()


def test_all_waiting_batches_continue_once_hireflix_is_back(clock: FakeClock) -> None:
    with FakeHireflix() as fake:
        provider = provider_for(fake, clock=clock)
        ids = [provider.invite(invitee(fake.position_id, number)).invitation_id for number in range(1, 9)]
        fake.fail_always(faults.status(503))
        for _ in range(FAILURES_TO_OPEN):
            provider.read(ids[:1])
        fake.heal()
        fake.latency_s = 0.05
        clock.advance(seconds=LONGEST_PAUSE_S)
        with ThreadPoolExecutor(8) as pool:
            readings = list(pool.map(lambda invitation_id: provider.read([invitation_id])[invitation_id], ids))
        assert [reading for reading in readings if isinstance(reading, Problem)] == []
