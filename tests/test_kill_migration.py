"""kill -9 during a migration of the SQLite file; on PostgreSQL a migration is one transaction of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.desk import write_source
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START
from fakes.hireflix import FakeHireflix
from fakes.killing import assert_consistent
from fakes.process import ServiceProcess, altered, hireflix_environ
from fakes.stored import integrity, opened, version
from fakes.waiting import eventually
from tener_interview.store.sqlite.migrations import MIGRATIONS

SCHEMA_1 = Path(__file__).parent / "store" / "sqlite" / "fixtures" / "schema_1.sql"


def moments_from(first: int) -> list[tuple[str, int]]:
    """When a migration from a version is killed: before its first step, and after each, which is before the next."""
    return [("before", first), *(("after", number) for number in range(first, len(MIGRATIONS)))]


@pytest.fixture
def service(tmp_path: Path, fake: FakeHireflix) -> Iterator[ServiceProcess]:
    """A service whose source has one candidate; it is not started yet."""
    write_source(tmp_path / "source.sqlite3", {42: ("Jane Doe", "jane.doe@example.com")})
    with ForkedService(hireflix_environ(tmp_path, fake)) as service:
        yield service


@pytest.mark.parametrize(("when", "number"), moments_from(0))
def test_a_first_start_killed_during_the_migration_is_completed_by_the_next(
    tmp_path: Path, service: ServiceProcess, when: str, number: int
) -> None:
    path = tmp_path / "interview.sqlite3"
    # Empty: where there is none, a fork would find a migrated one.
    path.touch(0o600)
    service.launch(altered(f"kill-{when} tener_interview.store.sqlite.database:MIGRATIONS.{number} 1"))
    assert service.wait() == -9
    assert integrity(path) == "ok"
    assert version(path) == 0
    service.start()
    assert service.post(START, {"job_id": 1, "candidate_id": 42}).status == 201
    assert_consistent(tmp_path)


@pytest.mark.parametrize(("when", "number"), moments_from(1))
def test_a_killed_migration_is_completed_by_the_next_start(
    tmp_path: Path, service: ServiceProcess, when: str, number: int
) -> None:
    path = tmp_path / "interview.sqlite3"
    with opened(path) as db:
        db.executescript(SCHEMA_1.read_text("utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    service.launch(altered(f"kill-{when} tener_interview.store.sqlite.database:MIGRATIONS.{number} 1"))
    assert service.wait() == -9
    assert integrity(path) == "ok"
    assert version(path) == 1
    service.start()
    assert [session["candidate_id"] for session in service.get(f"{SESSIONS}?job_id=1").json["items"]] == [44, 43, 42]
    assert service.get("/api/jobs/1/interview-leaderboard").json["items"][0]["candidate_id"] == 42
    eventually(lambda: service.get("/api/jobs/2/steps/interview").json["status"] == "error")
    assert version(path) == len(MIGRATIONS)
    assert service.terminate() == 0
    assert integrity(path) == "ok"
