"""Lists whose names are long, and a main system that knows little: every row stays a row of two lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fakes.desk import write_source
from fakes.running_service import RunningService, demo_environ
from fakes.service_in_process import service_in_process

NAMES = (
    "Maximiliana-Theodora von Hohenzollern-Sigmaringen-Württemberg",
    "Dr. Wolfeschlegelsteinhausenbergerdorff",
    "Ana María de los Ángeles Fernández-Villaverde y Ruiz de Gopegui",
    "Li",
)
#: A row of two lines, with its padding and border.
TWO_LINES_PX = 52


@pytest.fixture
def long_names(port: int, tmp_path: Path) -> Iterator[RunningService]:
    source = tmp_path / "source.sqlite3"
    title = "Senior Principal Site Reliability and Observability Engineer for Distributed Payment Platforms (m/w/d)"
    write_source(source, {number: (name, None) for number, name in enumerate(NAMES, 1)}, title=title)
    environ = {**demo_environ(tmp_path, port), "TENER_INTERVIEW_SOURCE_DB_PATH": str(source)}
    with service_in_process(environ) as service:
        service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [1, 2, 3]})
        for _ in range(2):
            service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
        yield service


def test_a_row_keeps_two_lines_whatever_the_name(page: Page, long_names: RunningService) -> None:
    for view, count in (("candidates", 4), ("leaderboard", 3)):
        page.goto(f"{long_names.base_url}/dashboard?job=1&view={view}")
        rows = page.locator(f"#{view} tbody tr[data-candidate-id]")
        expect(rows).to_have_count(count)
        for width in (1440, 1024, 800):
            page.set_viewport_size({"width": width, "height": 900})
            assert max(row.bounding_box()["height"] for row in rows.all()) <= TWO_LINES_PX  # type: ignore[index]
    # What is cut off is in the tooltip.
    expect(rows.filter(has_text="Hohenzollern").locator(".name")).to_have_attribute("title", NAMES[0])
    page.goto(f"{long_names.base_url}/dashboard?job=1")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator("#candidates th.match")).to_be_visible()
    # Nobody has skills or languages: their column leaves its room to the names.
    expect(page.locator("#candidates th.skills")).to_be_hidden()
    # On a phone a long title leaves the screen to the list.
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator("#jobs-toggle").bounding_box()["height"] < 70  # type: ignore[index]
    assert page.locator("#candidates tbody tr").first.bounding_box()["y"] < 560  # type: ignore[index]
