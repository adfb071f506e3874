"""Choosing a job description: finding it, seeing how far each is, and sending somebody the same view."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.running_service import RunningService
from fakes.screenshots import at_every_width

CURRENT = '#jobs-list a[aria-current="true"]'


def test_jobs_are_found_by_words_and_the_address_keeps_them(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#jobs-list a")).to_have_count(4)
    expect(page.locator("#jobs-list")).to_contain_text("Nobody invited yet")
    page.get_by_label("Search job descriptions").fill("lisbon")
    expect(page.locator("#jobs-list a")).to_have_count(1)
    expect(page.locator("#jobs-note")).to_have_text("1 found")
    page.get_by_label("Search job descriptions").fill("lisbon nowhere")
    expect(page.locator("#jobs-note")).to_have_text("No job matches all these words.")
    assert violations(page) == []
    page.get_by_label("Search job descriptions").fill("Lisbón, frontend")
    page.locator("#jobs-list a").click()
    expect(page.locator("#job-title")).to_contain_text("Frontend Engineer")
    page.reload()
    expect(page.locator("#job-title")).to_contain_text("Frontend Engineer")
    expect(page.get_by_label("Search job descriptions")).to_have_value("Lisbón, frontend")
    expect(page.locator("#jobs-list a")).to_have_count(1)
    page.get_by_text("Read the job description").click()
    expect(page.locator("#jd-text")).to_be_visible()


def test_back_goes_back_to_the_job_before(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1")
    expect(page.locator(CURRENT)).to_contain_text("Senior Backend Engineer")
    page.locator('#jobs-list a[data-job-id="4"]').click()
    expect(page.locator("#job-title")).to_contain_text("Lead Platform Engineer")
    page.go_back()
    expect(page.locator("#job-title")).to_contain_text("Senior Backend Engineer")
    expect(page.locator(CURRENT)).to_contain_text("Senior Backend Engineer")


def test_each_job_says_how_many_are_in_which_state_and_leads_to_them(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1")
    for candidate_id in (42, 43):
        row = page.locator(f'#candidates tr[data-candidate-id="{candidate_id}"]')
        row.get_by_role("button", name="Create Interview Link").click()
        expect(row).to_contain_text("Invited")
    page.reload()
    expect(page.locator(CURRENT)).to_contain_text("2 invited")
    page.get_by_role("list", name="Candidates by status").get_by_role("link", name="2 invited").click()
    expect(page.locator("#candidates tbody tr")).to_have_count(2)
    expect(page.get_by_role("combobox", name="Status", exact=True)).to_have_value("invited")
    page.reload()
    expect(page.locator("#candidates tbody tr")).to_have_count(2)
    assert violations(page) == []


def test_on_a_narrow_screen_the_list_is_one_press_away(page: Page, demo: RunningService) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{demo.base_url}/dashboard?job=1")
    choose = page.get_by_role("button", name="Choose another job")
    expect(page.locator("#jobs-panel")).to_be_hidden()
    choose.click()
    expect(choose).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_label("Search job descriptions")).to_be_focused()
    assert violations(page) == []
    page.locator('#jobs-list a[data-job-id="2"]').click()
    expect(page.locator("#jobs-panel")).to_be_hidden()
    expect(page.locator("#job-title")).to_contain_text("Machine Learning")


def test_the_desk_at_every_width(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1")
    expect(page.locator("#candidates tbody tr").first).to_be_visible()
    assert at_every_width(page, "candidates") == {}
