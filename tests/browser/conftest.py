"""One Chromium for all tests, which only looks at this machine, and a service with files of its own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from fakes.desk import write_source
from fakes.hireflix import FakeHireflix
from fakes.process import hireflix_environ
from fakes.running_service import RunningService, demo_environ, free_port, running_service
from fakes.service_in_process import service_in_process

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
    # Names of a network: to such an address, unencrypted and not this machine's own, browsers send no fetch metadata.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
)
_PATIENCE_MS = 15_000

#: How many candidates the main system of `real` has matched to its job 1.
MANY = 120

expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser; without one the test is skipped, or fails if `TENER_TEST_BROWSER=required`."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is not None:
        return found
    why = f"no browser: none of {', '.join(_NAMES)} is installed"
    if os.environ.get("TENER_TEST_BROWSER") == "required":
        pytest.fail(f"{why}, and TENER_TEST_BROWSER=required")
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def demo(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001 - nothing to start without it
    """The service as a newcomer starts it."""
    with service_in_process(demo_environ(tmp_path, free_port())) as service:
        yield service


@pytest.fixture
def unplanned(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001
    """The same with a main system of its own, whose job 1 has no interview plan."""
    source = tmp_path / "source.sqlite3"
    write_source(source, {each: (f"Person {each}", None) for each in (42, 43, 44, 49)})
    environ = {**demo_environ(tmp_path, free_port()), "TENER_INTERVIEW_SOURCE_DB_PATH": str(source)}
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def demo_process(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001
    """The same in a process of its own."""
    port = free_port()
    with running_service(demo_environ(tmp_path, port), port) as service:
        yield service


@pytest.fixture
def landing(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001
    """The service with a page before the interview, known by another name than it is reached by."""
    port = free_port()
    environ = demo_environ(
        tmp_path, port, TENER_INTERVIEW_LANDING_PAGE="true", TENER_INTERVIEW_COMPANY_NAME="Nord & Licht",
        TENER_INTERVIEW_PUBLIC_BASE_URL=f"http://localhost:{port}", TENER_INTERVIEW_CONTACT="Ann, ann@example.com",
    )
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def broken_source(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001
    """The service with a main system that does not answer: nothing listens on that port."""
    environ = demo_environ(tmp_path, free_port(), TENER_INTERVIEW_SOURCE_API_BASE="http://127.0.0.1:9")
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def real(chromium: str, tmp_path: Path, fake: FakeHireflix) -> Iterator[RunningService]:  # noqa: ARG001
    """The service with that Hireflix behind it, and a main system with many candidates."""
    write_source(tmp_path / "source.sqlite3", {number: (f"Person {number}", None) for number in range(1, MANY + 1)})
    environ = hireflix_environ(
        tmp_path, fake, TENER_INTERVIEW_PORT=str(free_port()), TENER_HIREFLIX_TIMEOUT_SECONDS="2"
    )
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without a past."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(_PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
