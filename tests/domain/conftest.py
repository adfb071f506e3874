"""The service with a fake Hireflix behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.clock import FakeClock
from fakes.desk import Desk, MakeDesk
from fakes.hireflix import FakeHireflix
from tener_interview.system.clock import Clock


@pytest.fixture
def fake(fake: FakeHireflix, clock: FakeClock) -> FakeHireflix:
    """A Hireflix with the clock of the test."""
    fake.account.now_ms = clock.now_ms
    return fake


@pytest.fixture
def make_desk(environ: dict[str, str], fake: FakeHireflix, clock: FakeClock) -> Iterator[MakeDesk]:
    """Makes desks with the same database and the same Hireflix; closed when the test ends."""
    made: list[Desk] = []

    def make(its: Clock | None = None, **changes: object) -> Desk:
        hireflix = {
            "TENER_INTERVIEW_PROVIDER": "hireflix",
            "TENER_HIREFLIX_API_KEY": fake.api_key,
            "TENER_HIREFLIX_POSITION_ID": fake.position_id,
            "TENER_HIREFLIX_BASE_URL": fake.url,
            "TENER_HIREFLIX_TIMEOUT_SECONDS": "5",
        }
        changed = {name: str(value) for name, value in changes.items()}
        desk = Desk({**environ, **hireflix, **changed}, fake, clock, its)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()
