"""A visit of the dashboard takes few requests, whatever is shown first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from fakes.running_service import RunningService, demo_environ, free_port
from fakes.service_in_process import service_in_process
from fakes.waiting import eventually

_NETWORK = """() => 1 + performance.getEntriesByType("resource").filter((entry) => entry.transferSize > 0).length"""


@pytest.fixture
def unvisited(chromium: str, tmp_path: Path) -> Iterator[RunningService]:  # noqa: ARG001 - nothing to start without it
    """The service at an address that the browser has kept nothing of."""
    with service_in_process(demo_environ(tmp_path, free_port())) as service:
        yield service


def test_a_page_visit_takes_at_most_a_few_requests(context: BrowserContext, unvisited: RunningService) -> None:
    """Visits that follow find in the browser what the first one fetched, at the latest when it has fetched it all."""
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))

    def requests_of_a_visit(path: str) -> int:
        page = context.new_page()
        page.goto(f"{unvisited.base_url}{path}")
        page.wait_for_load_state("networkidle")
        requests: int = page.evaluate(_NETWORK)
        page.close()
        return requests

    def takes_few(path: str) -> bool:
        return requests_of_a_visit(path) <= 3

    for path in ("/dashboard", "/dashboard?job=1", "/dashboard?job=2&view=leaderboard"):
        assert requests_of_a_visit(path) <= 8, path
        eventually(partial(takes_few, path))
    assert errors == []
