"""What every test may ask for: a clock, an application made from settings, and a client for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.stored import begin_with
from tener_interview import settings
from tener_interview.__main__ import create_app
from tener_interview.store.sqlite.database import Store
from tener_interview.system import logs
from tener_interview.web.application import Application

PROJECT = Path(__file__).parent.parent
CRITERIA = PROJECT / "config/interview_transcription_scoring_criteria.json"

#: Where many systems keep files in memory, and how much has to be free there for the tests' files to be.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 2**30

#: What `make quick` leaves out, by marker (they are described in pyproject.toml): folders, files, and tests in files.
MARKED: dict[str, tuple[str, ...]] = {
    "browser": ("browser/",),
    "kills": (
        "cli/test_erasure_lasts.py::test_a_withdrawal_that_is_killed_was_not_done_and_can_be_done_again",
        "cli/test_erasure_lasts.py::test_one_that_is_killed_has_erased_or_not_begun_to",
        "cli/test_import.py::test_one_that_was_killed_in_the_middle_is_begun_again",
        "test_availability.py",
        "test_kill.py",
        "test_kill_many.py",
        "test_scoring_worker.py",
        "test_two_processes.py",
    ),
    "load": (
        "api/test_schemathesis.py",
        "cli/test_score.py",
        "domain/leaderboard/test_counts_agree.py",
        "domain/test_costs.py::test_no_path_costs_more_than_its_budget",
        "domain/test_hot_paths.py",
        "scoring/test_behaviour_gaming.py",
        "test_giving_way.py",
        "test_hostile.py",
        "test_load.py",
        "test_main_system.py",
        "test_operations.py",
        "test_other_servers.py",
        "test_readme.py",
        "test_recording.py::test_every_route_is_asked",
        "test_recording.py::test_one_tree_is_recorded_alike_and_read_back_as_it_was",
    ),
}

#: Makes an application from environment variables, with a database of its own; closed when the test ends.
MakeApp = Callable[..., Application]


def pytest_configure() -> None:
    """Databases are synced to the disk with every commit, which is most of what many tests would wait for."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in the table."""
    for item in items:
        name = item.nodeid.removeprefix("tests/")
        for marker, places in MARKED.items():
            if name.startswith(places):
                item.add_marker(marker)


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """A start in this process would leave a log behind that writes to a stream of a test that is over."""
    before = logs.LOGGER.handlers[:], logs.LOGGER.level, logs.LOGGER.propagate
    yield
    logs.LOGGER.handlers[:], logs.LOGGER.level, logs.LOGGER.propagate = before


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A demo service whose files are the test's own."""
    return {
        "TENER_INTERVIEW_DB_PATH": str(tmp_path / "interview.sqlite3"),
        "TENER_INTERVIEW_SOURCE_DB_PATH": str(tmp_path / "source.sqlite3"),
        "TENER_INTERVIEW_TOKEN_SECRET": "a secret only for tests".replace(" ", "-"),
        "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": str(CRITERIA),
        "TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH": str(PROJECT / "config/interview_total_score_formula.json"),
    }


@pytest.fixture
def criteria(tmp_path: Path) -> Path:
    """A criteria file that a test may change while the service runs."""
    path = tmp_path / "criteria.json"
    path.write_text(CRITERIA.read_text("utf-8"), "utf-8")
    return path


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a first start makes it."""
    path = tmp_path_factory.mktemp("empty") / "interview.sqlite3"
    Store(path).close()
    return path


@pytest.fixture
def make_app(environ: dict[str, str], clock: FakeClock, empty_database: Path) -> Iterator[MakeApp]:
    made: list[Application] = []

    def make(**changes: Any) -> Application:
        changed = {**environ, **{name: str(value) for name, value in changes.items()}}
        begin_with(empty_database, changed)
        app = create_app(settings.load(changed), clock=clock)
        made.append(app)
        return app

    yield make
    for app in made:
        app.close()


@pytest.fixture
def client(make_app: MakeApp) -> Client:
    """A client of a service in demo mode."""
    return Client(make_app())
