"""A scorecard on paper: all of it, for whoever has to defend a score."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from fakes.running_service import RunningService


def test_a_printed_scorecard_is_whole(page: Page, demo: RunningService) -> None:
    started = demo.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 42})
    demo.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    page.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard&session={started['session_id']}")
    expect(page.locator("#scorecard .answer-head")).to_have_count(1)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    printed = page.locator("#printed-scorecard")
    expect(printed.locator(".answer-head")).to_have_count(6)
    assert printed.locator("details:not([open])").count() == 0
    expect(printed.locator("#total-breakdown table")).to_be_visible()
    expect(page.locator("#scorecard")).to_be_hidden()
    # What stays at the top of a screen would cover the text of every page.
    assert printed.locator("*").evaluate_all(
        "nodes => nodes.filter((node) => ['sticky', 'fixed'].includes(getComputedStyle(node).position)).length"
    ) == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(printed).to_have_count(0)
    expect(page.locator("#scorecard .answer-head")).to_have_count(1)
