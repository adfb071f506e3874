"""One Chromium for all tests, which only looks at this computer, and a service with files of its own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from fakes.desk import write_source
from fakes.hireflix import FakeHireflix
from fakes.plan_page import card, open_plan, save
from fakes.plans import plan_body
from fakes.process import hireflix_environ
from fakes.running_service import RunningService, demo_environ, free_port, running_service
from fakes.service_in_process import service_in_process
from fakes.waiting import PATIENCE_S

#: The first that is installed is taken. The very first has no windows, and takes a fifth less of the processor.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
    # Names of a network: to such an address, unencrypted and not this computer's own, browsers send no fetch metadata.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    # One process draws all pages of a window, and begins the next page with the scripts of the last one compiled.
    "--renderer-process-limit=1", "--disable-site-isolation-trials",
    # To optimise scripts takes longer than they run: no page is open for more than seconds.
    "--js-flags=--no-opt --no-maglev",
)
_PATIENCE_MS = 1000 * PATIENCE_S
#: A browser that does not start fails every test of this process.
_BROWSER_START_MS = 120_000

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
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS), timeout=_BROWSER_START_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def port(chromium: str) -> int:  # noqa: ARG001 - nothing to start without it
    """The port of one service after another: the browser keeps the scripts of an address, and compiles them once."""
    return free_port()


@pytest.fixture
def demo(port: int, tmp_path: Path) -> Iterator[RunningService]:
    """The service as a newcomer starts it."""
    with service_in_process(demo_environ(tmp_path, port)) as service:
        yield service


@pytest.fixture(scope="module")
def interviewed(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Demo mode with a few who are scored and one who is invited, for all tests of a file that only look at it."""
    with service_in_process(demo_environ(tmp_path_factory.mktemp("interviewed"), port)) as service:
        service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43, 44, 49, 52]})
        for _ in range(2):
            service.ask("/api/admin/jobs/1/sessions/refresh", {})
        service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [56]})
        yield service


@pytest.fixture
def unplanned(port: int, tmp_path: Path) -> Iterator[RunningService]:
    """The same with a main system of its own, whose job 1 has no interview plan."""
    source = tmp_path / "source.sqlite3"
    write_source(source, {each: (f"Person {each}", None) for each in (42, 43, 44, 49)})
    environ = {**demo_environ(tmp_path, port), "TENER_INTERVIEW_SOURCE_DB_PATH": str(source)}
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def demo_process(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001
    """The same in a process of its own."""
    port = free_port()
    with running_service(demo_environ(tmp_path, port), port) as service:
        yield service


@pytest.fixture
def landing(port: int, tmp_path: Path) -> Iterator[RunningService]:
    """The service with a page before the interview, known by another name than it is reached by."""
    environ = demo_environ(
        tmp_path, port, TENER_INTERVIEW_LANDING_PAGE="true", TENER_INTERVIEW_COMPANY_NAME="Nord & Licht",
        TENER_INTERVIEW_PUBLIC_BASE_URL=f"http://localhost:{port}", TENER_INTERVIEW_CONTACT="Ann, ann@example.com",
    )
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def broken_source(port: int, tmp_path: Path) -> Iterator[RunningService]:
    """The service with a main system that does not answer: nothing listens on that port."""
    environ = demo_environ(tmp_path, port, TENER_INTERVIEW_SOURCE_API_BASE="http://127.0.0.1:9")
    with service_in_process(environ) as service:
        yield service


@pytest.fixture
def real(port: int, tmp_path: Path, fake: FakeHireflix) -> Iterator[RunningService]:
    """The service with that Hireflix behind it, and a main system with many candidates."""
    write_source(tmp_path / "source.sqlite3", {number: (f"Person {number}", None) for number in range(1, MANY + 1)})
    with service_in_process(hireflix_environ(tmp_path, fake, TENER_INTERVIEW_PORT=str(port))) as service:
        yield service


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window for test after test, kept open by a blank page: to open a window takes longer than most pages do."""
    window = browser.new_context(locale="en-GB")
    window.new_page()
    yield window
    window.close()


@pytest.fixture
def context(window: BrowserContext) -> Iterator[BrowserContext]:
    """A browser without a past."""
    window.set_default_timeout(_PATIENCE_MS)
    yield window
    _forget(window)


def _forget(window: BrowserContext) -> None:
    """Close all pages but the blank one, and remove what they have left in the browser."""
    blank, *pages = window.pages
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(page.url)) for page in pages if page.url.startswith("http")}
    for page in pages:
        page.close()
    window.unroute_all()
    window.set_offline(False)
    window.clear_permissions()
    window.clear_cookies()
    storage = window.new_cdp_session(blank)
    for origin in origins:
        storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    storage.detach()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def page_without_scripts(context: BrowserContext) -> Page:
    """A page in the same window that runs no scripts."""
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
    return page


@pytest.fixture
def planned(page: Page, unplanned: RunningService) -> RunningService:
    """A job with a draft of two questions, open in the browser."""
    save(page, unplanned, plan_body())
    open_plan(page, unplanned)
    expect(card(page, 2)).to_be_visible()
    return unplanned
