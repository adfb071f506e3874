"""Following: what needs attention, how far all are, and news that come by themselves."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

from playwright.sync_api import Browser, Page, expect

from fakes.axe import violations
from fakes.list_page import choose, filter_by, of_the_scorecard
from fakes.running_service import RunningService
from fakes.waiting import PATIENCE_S

HOURS_LEFT = 5


def start(service: RunningService, candidate_id: int, **more: Any) -> Any:
    return service.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": candidate_id, **more})


def test_expiring_links_and_unfinished_interviews_are_shown_with_an_action(
    page: Page, demo: RunningService
) -> None:
    start(demo, 42, candidate_name="Jane Doe", ttl_hours=HOURS_LEFT)
    opened = start(demo, 43, candidate_name="Mateo")
    with urllib.request.urlopen(opened["entry_url"], timeout=PATIENCE_S):
        pass
    page.goto(f"{demo.base_url}/dashboard?job=1&state=expiring")
    jane = page.locator('#candidates tr[data-candidate-id="42"]')
    expect(page.locator("#candidates tbody tr")).to_have_count(1)
    expect(jane).to_contain_text(re.compile(r"Link runs out in [45] hours"))
    choose(page, jane, "Extend Link")
    renewing = page.get_by_role("dialog", name="Extend the link")
    expect(renewing).to_contain_text(re.compile(r"Jane Doe.*runs out in [45] hours"))
    assert violations(page) == []
    renewing.get_by_role("button", name="Extend Link").click()
    expect(page.locator("#live")).to_have_text("1 link extended.")
    expect(page.locator("#candidates-report")).to_contain_text("No candidates match")
    filter_by(page, "state", "in_progress")
    mateo = page.locator('#candidates tr[data-candidate-id="43"]')
    expect(mateo).to_contain_text("not finished")
    choose(page, mateo, "Cancel Interview")
    canceling = page.get_by_role("dialog", name="Cancel the interview")
    expect(canceling.get_by_role("button", name="Keep It")).to_be_focused()
    assert violations(page) == []
    canceling.get_by_role("button", name="Cancel Interview").click()
    expect(mateo).to_have_count(0)
    filter_by(page, "state", "canceled")
    expect(mateo).to_contain_text("Canceled")


def test_candidate_details_are_corrected_and_a_link_is_replaced(page: Page, demo: RunningService) -> None:
    session = start(demo, 42, candidate_name="Jane Do", language="de")
    page.goto(f"{demo.base_url}/dashboard?job=1")
    page.locator('#candidates tr[data-candidate-id="42"]').locator(".open-scorecard").click()
    of_the_scorecard(page, "Edit Details")
    dialog = page.get_by_role("dialog", name="Edit details")
    expect(dialog.get_by_label("Name")).to_be_focused()
    assert violations(page) == []
    dialog.get_by_label("Name").fill("Jane Doe")
    dialog.get_by_label("Language").fill("not a language, whatever")
    dialog.get_by_label("Name").press("Enter")
    expect(dialog.locator("form > .report")).to_contain_text("language")
    dialog.get_by_label("Language").fill("")
    dialog.get_by_role("button", name="Save Changes").click()
    report = page.locator("#scorecard-report")
    expect(report).to_contain_text("Corrected: name, language. The pretend Hireflix cannot change an invitation")
    expect(page.locator("#scorecard-title")).to_have_text("Jane Doe")
    expect(page.locator(".timeline")).to_contain_text("Somebody corrected the details")
    of_the_scorecard(page, "Extend Link")
    expect(report).to_contain_text("The link was extended. The candidate can keep using it.")
    of_the_scorecard(page, "Replace Link")
    expect(report).to_contain_text("The old link stops working immediately")
    assert page.locator("#scorecard input.entry-link").input_value() == session["entry_url"]
    assert violations(page) == []
    page.get_by_role("button", name="Yes, Replace It").click()
    expect(report).to_contain_text("the old one no longer works.")
    expect(page.locator("#scorecard input.entry-link")).not_to_have_value(session["entry_url"])
    expect(page.locator(".timeline")).to_contain_text("Somebody replaced the link")


def test_the_funnel_and_score_distribution_are_shown_as_charts_and_text(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1&view=progress")
    expect(page.locator("#progress-report")).to_contain_text("Nobody has been invited yet.")
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43, 44, 49, 52]})
    for _ in range(2):
        demo.ask("/api/admin/jobs/1/sessions/refresh", {})
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [56]})
    page.reload()
    steps = page.locator("#funnel tbody tr")
    expect(steps.filter(has_text="Invited")).to_contain_text("6")
    expect(page.locator("#progress-view")).to_contain_text("Everybody counts at each step they reached")
    expect(steps.filter(has_text="Scored")).to_contain_text("83%")
    expect(steps.filter(has_text="Scored")).to_contain_text("under a minute")
    histogram = re.compile(r"^Total scores in steps of ten\. .*\d+ to \d+: \d")
    expect(page.get_by_role("img", name=histogram)).to_be_visible()


def test_lists_update_automatically_and_keep_focus_and_dialogs(browser: Browser, demo: RunningService) -> None:
    # A window of its own: what is installed stays in a window.
    page = browser.new_context(locale="en-GB").new_page()
    page.clock.install()
    page.goto(f"{demo.base_url}/dashboard?job=1")
    nnamdi = page.locator('#candidates tr[data-candidate-id="49"]')
    expect(nnamdi).to_contain_text("Not invited")
    page.locator('#candidates tr[data-candidate-id="42"] .select-cell input').check()
    message = page.locator("#selection-bar").get_by_role("button", name="Message 1").element_handle()
    page.get_by_role("searchbox", name="Search candidates").focus()
    start(demo, 49)
    page.clock.run_for(20_000)
    expect(nnamdi).to_contain_text("Invited")
    expect(page.get_by_role("searchbox", name="Search candidates")).to_be_focused()
    assert message.evaluate("node => node.isConnected"), "drawn anew while it was pressed, it would do nothing"
    expect(page.locator("#status-counts")).to_contain_text("1 not answered")
    expect(page.locator('#jobs-list a[aria-current="true"]')).to_contain_text("1 invited")
    page.context.close()


def test_refreshing_all_interviews_names_changed_candidates(page: Page, demo: RunningService) -> None:
    start(demo, 42, candidate_name="Jane Doe")
    page.goto(f"{demo.base_url}/dashboard?job=1")
    for _ in range(2):
        page.get_by_role("button", name="Refresh Interviews").click()
        expect(page.locator("#refresh-report")).to_contain_text("1 of 1 interview refreshed.")
        expect(page.get_by_role("button", name="Refresh Interviews")).to_be_enabled()
    expect(page.locator("#refresh-report")).to_contain_text("Jane Doe: Invited → Scored")
    expect(page.locator("#refresh-report li")).to_be_hidden()
    page.locator("#refresh-report summary").click()
    expect(page.locator("#refresh-report li")).to_be_visible()
