"""The breaker: a dead upstream is left in peace, and found again without anybody's help."""

from __future__ import annotations

import pytest

from fakes import hireflix_faults as faults
from fakes.clock import FakeClock
from fakes.hireflix import FakeHireflix
from fakes.hireflix_client import invitee, provider_for
from tener_interview.errors import Problem
from tener_interview.providers.hireflix.breaker import FAILURES_TO_OPEN, LONGEST_PAUSE_S, Breaker


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_after_so_many_failures_in_a_row_and_not_before(clock: FakeClock) -> None:
    breaker = Breaker(clock)
    fail(breaker, FAILURES_TO_OPEN - 1)
    assert (breaker.open, breaker.wait_s()) == (False, 0)
    breaker.succeeded()
    fail(breaker, FAILURES_TO_OPEN - 1)
    assert not breaker.open
    fail(breaker, 1)
    assert breaker.open
    assert breaker.wait_s() > 0


def test_one_probe_at_a_time_goes_through_and_its_success_closes_it(clock: FakeClock) -> None:
    breaker = Breaker(clock)
    fail(breaker, FAILURES_TO_OPEN)
    clock.advance(seconds=breaker.wait_s())
    assert breaker.wait_s() == 0
    assert breaker.wait_s() > 0, "a second request while the probe is under way"
    breaker.succeeded()
    assert (breaker.open, breaker.wait_s()) == (False, 0)


def test_pauses_grow_up_to_a_bound(clock: FakeClock) -> None:
    breaker = Breaker(clock)
    fail(breaker, FAILURES_TO_OPEN)
    pauses = []
    for _ in range(8):
        pauses.append(round(breaker.wait_s()))
        clock.advance(seconds=breaker.wait_s())
        fail(breaker, 1)
    assert pauses == [1, 2, 4, 8, 10, 10, 10, 10]
    assert max(pauses) == LONGEST_PAUSE_S


def test_a_dead_hireflix_is_left_in_peace_and_found_again(clock: FakeClock) -> None:
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
def test_an_answer_that_is_merely_wrong_opens_nothing(clock: FakeClock, fault: faults.Fault) -> None:
    with FakeHireflix() as fake:
        provider = provider_for(fake, clock=clock)
        fake.fail_always(fault)
        for _ in range(2 * FAILURES_TO_OPEN):
            provider.read(["65a000000000000000000101"])
        assert provider.available()
