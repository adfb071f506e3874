"""Choosing a job description: finding it, seeing how far each is, and sending somebody the same view."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.running_service import RunningService

CURRENT = '#jobs-list a[aria-current="true"]'


def test_job_search_is_kept_in_the_url_and_back_returns_to_the_previous_job(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#jobs-list a")).to_have_count(4)
    expect(page.locator("#jobs-list")).to_contain_text("Nobody invited yet")
    page.get_by_label("Search jobs").fill("lisbon")
    expect(page.locator("#jobs-list a")).to_have_count(1)
    expect(page.locator("#jobs-note")).to_have_text("1 found")
    page.get_by_label("Search jobs").fill("lisbon nowhere")
    expect(page.locator("#jobs-note")).to_have_text("No job matches all these words.")
    page.get_by_label("Search jobs").fill("Lisbón, frontend")
    page.locator("#jobs-list a").click()
    expect(page.locator("#job-title")).to_contain_text("Frontend Engineer")
    page.reload()
    expect(page.locator("#job-title")).to_contain_text("Frontend Engineer")
    expect(page.get_by_label("Search jobs")).to_have_value("Lisbón, frontend")
    expect(page.locator("#jobs-list a")).to_have_count(1)
    page.get_by_role("button", name="Job description").click()
    expect(page.locator("#jd-text")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_label("Search jobs").fill("")
    page.locator('#jobs-list a[data-job-id="4"]').click()
    expect(page.locator("#job-title")).to_contain_text("Lead Platform Engineer")
    expect(page.locator(CURRENT)).to_contain_text("Lead Platform Engineer")
    page.go_back()
    expect(page.locator("#job-title")).to_contain_text("Frontend Engineer")
    expect(page.locator(CURRENT)).to_contain_text("Frontend Engineer")
    choose_on_a_narrow_screen(page)


def choose_on_a_narrow_screen(page: Page) -> None:
    """On a phone the list of jobs is behind a button."""
    page.get_by_label("Search jobs").fill("")
    expect(page.locator("#jobs-list a")).to_have_count(4)
    page.set_viewport_size({"width": 390, "height": 800})
    choose = page.get_by_role("button", name="Choose another job")
    expect(page.locator("#jobs-panel")).to_be_hidden()
    choose.click()
    expect(choose).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_label("Search jobs")).to_be_focused()
    assert violations(page) == []
    page.locator('#jobs-list a[data-job-id="2"]').click()
    expect(page.locator("#jobs-panel")).to_be_hidden()
    expect(page.locator("#job-title")).to_contain_text("Machine Learning")


def test_each_job_shows_candidates_per_state_and_links_to_them(page: Page, demo: RunningService) -> None:
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43]})
    page.goto(f"{demo.base_url}/dashboard?job=1")
    expect(page.locator(CURRENT)).to_contain_text("2 invited")
    # A job in which somebody is invited stands before newer ones.
    assert demo.ask("/api/steps/interview", {"job_id": 4, "candidate_ids": [45]})["started"] == 1
    page.reload()
    expect(page.locator("#jobs-list a").nth(1)).to_have_attribute("data-job-id", "4")
    page.get_by_role("list", name="Candidates by status").get_by_role("link", name="2 not answered").click()
    expect(page.locator("#candidates tbody tr")).to_have_count(2)
    expect(page.get_by_role("link", name="2 not answered")).to_have_attribute("aria-current", "true")
    page.reload()
    expect(page.locator("#candidates tbody tr")).to_have_count(2)
