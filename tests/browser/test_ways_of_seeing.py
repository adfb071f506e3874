"""The desk for people who see it otherwise: enlarged, in colours of their own, without motion; and while it loads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from fakes.axe import violations
from fakes.running_service import RunningService
from fakes.screenshots import picture

VIEWS = ("candidates", "progress", "leaderboard", "comparison")
#: A sum of shifts over 0.1 is felt (https://web.dev/articles/cls); nothing here should move at all.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})"""
MOST_SHIFT = 0.02


@pytest.fixture
def interviewed(demo: RunningService) -> RunningService:
    """Demo mode with a few who are scored and one who is invited."""
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43, 44, 49, 52]})
    for _ in range(2):
        demo.ask("/api/admin/jobs/1/sessions/refresh", {})
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [56]})
    return demo


def visit(page: Page, service: RunningService, view: str) -> None:
    page.goto(f"{service.base_url}/dashboard?job=1&view={view}&compare=42,43")
    expect(page.locator(f"#{view}-frame")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_enlarged_to_200_percent_in_forced_colours_without_motion(
    view: str, browser: Browser, interviewed: RunningService
) -> None:
    # A page of 1280 pixels at 200 % has room for 640 (WCAG 2.2, 1.4.4 and 1.4.10).
    context = browser.new_context(
        viewport={"width": 640, "height": 480}, device_scale_factor=2, forced_colors="active", reduced_motion="reduce"
    )
    page = context.new_page()
    visit(page, interviewed, view)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.getAnimations().length") == 0
    assert violations(page) == []
    picture(page, f"enlarged_{view}")
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_moves_while_the_page_loads(view: str, width: int, page: Page, interviewed: RunningService) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, interviewed, view)
    assert page.evaluate(SHIFT) <= MOST_SHIFT
