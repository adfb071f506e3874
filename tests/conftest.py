"""Fixtures for all tests: a clock, an application with settings, and a client for it."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from _pytest.runner import runtestprotocol

from fakes.application import make_application
from fakes.audit_coverage import AuditCoverage
from fakes.client import Client
from fakes.clock import FakeClock
from fakes.databases import DATABASE_OF_FOLDER
from fakes.hireflix import FakeHireflix
from fakes.postgres import NEEDED, REQUIRED, OwnServer, PostgresServer, find_binaries, shared_server, started_server
from fakes.postgres_store import ReusedDatabase, migrated_template
from fakes.statement_coverage import StatementCoverage
from fakes.statements import Statements
from made_up import register_profiles
from markers import ALSO_ON_EACH_DATABASE, DATABASES, MARKED, NOT_YET_ON_POSTGRES, ON_EACH_DATABASE, QUICK
from order import arrange, number_of_processes
from tener_interview.store.postgres.connection import BoundedConnection, TableConnection
from tener_interview.store.tables.audit_log import AuditLog
from tener_interview.system import logs
from tener_interview.web.application import Application

PROJECT = Path(__file__).parent.parent
TESTS = PROJECT / "tests"
CRITERIA = PROJECT / "config/interview_transcription_scoring_criteria.json"

#: Where many systems keep files in memory, and how much has to be free there for the tests' files to be.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 2**30

#: Makes an application from environment variables, with a database of its own; closed when the test ends.
MakeApp = Callable[..., Application]


#: What ran on PostgreSQL in this process and, if tests run in several, in those that have finished.
COVERAGE = pytest.StashKey[StatementCoverage]()
#: The routes that tests have asked to write, likewise.
AUDIT = pytest.StashKey[AuditCoverage]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the coverage records, and put temporary files into memory: databases sync to the disk with every commit,
    which would take most of many tests' time."""
    register_profiles()
    config.stash[COVERAGE] = StatementCoverage()
    config.stash[COVERAGE].watch(TableConnection)
    config.stash[AUDIT] = AuditCoverage()
    config.stash[AUDIT].watch(Application, AuditLog)
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    return number_of_processes((yield))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests in the table, and distribute all tests over the processes."""
    for item in items:
        name = item.nodeid.removeprefix("tests/")
        for marker, places in MARKED.items():
            if name.startswith(places) or (marker == "postgres" and _needs_postgres(item)):
                item.add_marker(marker)
    items[:] = arrange(items, getattr(config, "workerinput", {}).get("workercount", 1))


def _needs_postgres(item: pytest.Item) -> bool:
    """Return whether a test needs a server, or runs on each database and this is its run on PostgreSQL."""
    kind = item.callspec.params.get("store_kind") if hasattr(item, "callspec") else None
    return kind == "postgres" or "postgres_binaries" in getattr(item, "fixturenames", ())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a folder or file if the command leaves all its tests out, as `make quick` does."""
    place = str(collection_path.relative_to(TESTS)) if collection_path.is_relative_to(TESTS) else ""
    return True if place in _places_left_out(config.option.markexpr) else None


@cache
def _places_left_out(mark_expression: str) -> frozenset[str]:
    names = re.fullmatch(r"not \(?(\w+(?: or \w+)*)\)?", mark_expression)
    markers = names[1].split(" or ") if names else []
    return frozenset(place.rstrip("/") for marker in markers for place in MARKED.get(marker, ()))


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Before anything is collected, import some of the files: others than the other processes do.

    Their assertions are rewritten on first import, which takes many seconds. The result is kept in a file, so that no
    process has to rewrite all of them.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    gc.disable()
    if [session.config.rootpath / argument for argument in session.config.args] != [TESTS]:
        return
    number, left_out = int(worker["workerid"].removeprefix("gw")), _places_left_out(session.config.option.markexpr)
    for path in sorted(TESTS.rglob("test_*.py"))[number :: worker["workercount"]]:
        if left_out.isdisjoint(str(part.relative_to(TESTS)) for part in (path, path.parent)):
            sys.path.insert(0, str(path.parent))
            # Whatever is wrong with a file is reported when it is collected.
            with suppress(Exception, pytest.skip.Exception):
                import_module(path.stem)


def pytest_collection_finish() -> None:
    """Freeze the garbage collector's objects: what is imported and collected stays until the end, and tests make
    little."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Report, from one of several processes, of a test that passed only that: not its setup and teardown as well.

    Each report is sent to the process that prints them, which is a part of what a fast test costs.
    """
    options = item.config.option
    if not hasattr(item.config, "workerinput") or options.durations is not None or options.xmlpath:
        return None
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect what ran on PostgreSQL, and what was audited, in one of several processes."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[COVERAGE].lines.update(map(tuple, output.get("statements", ())))
    node.config.stash[AUDIT].succeeded.update(map(tuple, output.get("succeeded", ())))
    node.config.stash[AUDIT].audited.update(map(tuple, output.get("audited", ())))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the whole suite, fail if a statement has run on SQLite alone; after that or `make quick`, if a route that
    writes has left no entry in the audit log."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["statements"] = sorted(config.stash[COVERAGE].lines)
        config.workeroutput["succeeded"] = sorted(config.stash[AUDIT].succeeded)
        config.workeroutput["audited"] = sorted(config.stash[AUDIT].audited)
    elif session.exitstatus == 0 and (_never_run_on_postgres(config) or _wrongly_audited(config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for title, found in {
        "statements that no test runs on PostgreSQL (tests/markers.py)": _never_run_on_postgres(config),
        "routes that write, and the audit log (tests/fakes/audit_coverage.py)": _wrongly_audited(config),
    }.items():
        if found:
            terminalreporter.section(title, red=True)
            for line in found:
                terminalreporter.line(line)


def _never_run_on_postgres(config: pytest.Config) -> list[str]:
    """Return the statements that should have run on PostgreSQL and have not, after a run of the whole suite there."""
    coverage = config.stash[COVERAGE]
    if not coverage.lines or not _is_run_of(config, ""):
        return []
    return list(map(str, coverage.never_run(NOT_YET_ON_POSTGRES)))


def _wrongly_audited(config: pytest.Config) -> list[str]:
    """Return the routes that wrote wrong audit entries or none, after a run of the whole suite or of `make quick`."""
    coverage = config.stash[AUDIT]
    if not coverage.succeeded or not _is_run_of(config, "", QUICK):
        return []
    return coverage.faults()


def _is_run_of(config: pytest.Config, *mark_expressions: str) -> bool:
    """Return whether this was a complete run of the tests that one of these expressions selects."""
    options = config.option
    return config.args_source is config.ArgsSource.TESTPATHS and options.markexpr in mark_expressions and not (
        options.collectonly or options.keyword or options.deselect or getattr(options, "lf", False) or options.maxfail
    )


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Restore the log, which a start in this process would leave with a stream of a test that is over."""
    before = logs.LOGGER.handlers[:], logs.LOGGER.level, logs.LOGGER.propagate
    yield
    logs.LOGGER.handlers[:], logs.LOGGER.level, logs.LOGGER.propagate = before


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests in the tables on each database, if they need one and do not name theirs."""
    place = metafunc.definition.nodeid.removeprefix("tests/")
    file, _, name = place.partition("::")
    decides = any("store_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "store_kind" in metafunc.fixturenames and not decides and (
        place.startswith(ON_EACH_DATABASE) or name in ALSO_ON_EACH_DATABASE.get(file, ())
    ):
        metafunc.parametrize("store_kind", DATABASES, indirect=True)


@pytest.fixture
def store_kind(request: pytest.FixtureRequest) -> str:
    """The database of the test's service: `sqlite`, or `postgres` as well if the test is in a table."""
    kind: str = getattr(request, "param", DATABASES[0])
    return kind


@pytest.fixture
def database(store_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of a database of the test's own."""
    if store_kind == "sqlite":
        yield {"TENER_INTERVIEW_DB_PATH": str(tmp_path / "interview.sqlite3")}
        return
    reused: ReusedDatabase = request.getfixturevalue("reused_postgres")
    reused.reset()
    settings = {
        "TENER_INTERVIEW_DATABASE_URL": reused.url,
        # A machine that runs many tests at once is slow, not dead.
        "TENER_INTERVIEW_DATABASE_TIMEOUT_SECONDS": "10",
    }
    (tmp_path / DATABASE_OF_FOLDER).write_text(json.dumps(settings), "utf-8")
    yield settings


@pytest.fixture
def environ(database: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A demo service whose database and files are the test's own."""
    return {
        **database,
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


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Records the statements of databases that are opened from now on: name it before the fixture that opens them."""
    return Statements(monkeypatch)


@pytest.fixture
def make_app(environ: dict[str, str], clock: FakeClock) -> Iterator[MakeApp]:
    made: list[Application] = []

    def make(**changes: Any) -> Application:
        app = make_application({**environ, **{name: str(value) for name, value in changes.items()}}, clock)
        made.append(app)
        return app

    yield make
    for app in made:
        app.close()


@pytest.fixture
def client(make_app: MakeApp) -> Client:
    """A client of a service in demo mode."""
    return Client(make_app())


@pytest.fixture
def fake() -> Iterator[FakeHireflix]:
    """A Hireflix on a loopback port."""
    with FakeHireflix() as fake:
        yield fake


# PostgreSQL


@pytest.fixture(scope="session")
def postgres_binaries() -> Path:
    """PostgreSQL's programs; without them the test is skipped, or fails if `TENER_TEST_POSTGRES=required`."""
    found = find_binaries()
    if found is not None:
        return found
    why = f"no PostgreSQL: no folder has {', '.join(NEEDED)} (Debian: apt-get install postgresql)"
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{why}, and {REQUIRED}=required")
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgres(postgres_binaries: Path, tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """A server that all tests of this session share."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        return shared_server(postgres_binaries, base.parent, os.getppid())
    return shared_server(postgres_binaries, base, os.getpid())


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database as a first start makes it; others are copied from it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return migrated_template(postgres, shared)


@pytest.fixture(scope="session")
def reused_postgres(postgres: PostgresServer, migrated_postgres: str) -> Iterator[ReusedDatabase]:
    """The database of those tests of this process that need one of their own."""
    reused = ReusedDatabase(postgres, f"test_{uuid4().hex}", migrated_postgres)
    with pytest.MonkeyPatch.context() as monkeypatch:
        reused.idle.reuse(BoundedConnection, monkeypatch)
        yield reused
    reused.drop()


@pytest.fixture
def empty_postgres(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = f"test_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def own_postgres(postgres: PostgresServer) -> Iterator[OwnServer]:
    """A server that the test may stop, pause and start again."""
    with started_server(postgres.binaries, postgres) as server:
        yield server
