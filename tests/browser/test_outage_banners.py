"""What the desk says of itself: all well, an upstream that is down, a source that is gone, a network that is cut."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.hireflix import FakeHireflix
from fakes.list_page import ask_to_invite, candidate_row, invite
from fakes.running_service import RunningService
from fakes.screenshots import picture
from tener_interview.errors import STATUS_BY_CODE
from tener_interview.providers import retry


def test_demo_mode_shows_no_outage_banner_and_that_it_is_an_open_demo(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#service-status-button")).to_contain_text("Connected")
    expect(page.locator("#outage-banner")).to_be_hidden()
    expect(page.locator("#demo-banner")).to_contain_text("Pretend Hireflix")
    expect(page.locator("#open-banner")).to_be_visible()
    page.locator("#service-status-button").click()
    expect(page.locator("#provider-status")).to_have_text("Demo (pretend Hireflix)")
    expect(page.locator("#source-status")).to_contain_text("sample catalogue")
    expect(page.locator("#sync-status")).to_contain_text("press Refresh")
    expect(page.locator("#service-status")).to_be_visible()
    assert violations(page) == []
    picture(page, "how_things_are")
    page.keyboard.press("Escape")
    expect(page.locator("#service-status")).to_be_hidden()


def test_an_outage_of_hireflix_shows_one_banner_and_loses_no_input(
    page: Page, real: RunningService, fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Between the tries of a request nothing happens that could be seen.
    monkeypatch.setattr(retry, "FIRST_BACKOFF_S", 0)
    page.goto(f"{real.base_url}/dashboard?job=1&find=Person 12")
    first = candidate_row(page, 12)
    invite(page, 12)
    with fake.down():
        problem = ask_to_invite(page, candidate_row(page, 120)).locator(".problem")
        expect(problem).to_contain_text("Every interview keeps its status")
        expect(problem).to_contain_text("request ID")
        page.keyboard.press("Escape")
        for _ in range(8):
            page.get_by_role("button", name="Refresh Interviews").click()
            expect(page.get_by_role("button", name="Refresh Interviews")).to_be_enabled()
            if page.locator("#outage-banner").is_visible():
                break
        expect(page.locator("#outage-banner")).to_contain_text("Nothing is lost")
        expect(page.locator("#service-status-button")).to_contain_text("Hireflix is not responding")
        expect(first).to_contain_text("Invited")
        assert violations(page) == []
        picture(page, "outage")


def test_without_network_an_invitation_shows_that_no_data_was_lost(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1")
    jane = page.locator('#candidates tr[data-candidate-id="42"]')
    expect(jane).to_contain_text("Not invited")
    page.route("**/api/**", lambda route: route.abort())
    dialog = ask_to_invite(page, jane)
    problem = dialog.locator(".problem")
    expect(problem).to_contain_text("The service did not answer")
    expect(problem).to_contain_text("never invites anybody twice")
    page.unroute("**/api/**")
    dialog.get_by_role("button", name="Create Interview Link").click()
    expect(jane).to_contain_text("Invited")
    # Refreshing and reading enter nothing and invite nobody.
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_role("button", name="Refresh Interviews").click()
    expect(page.locator("#refresh-report .problem")).to_have_text(
        re.compile(
            "refreshed.*did not answer.\\s*Nothing that was saved before is lost.\\s*"
            "Check your network connection, then try again.\\s*Try Again"
        )
    )
    page.unroute("**/api/**")
    page.locator("#refresh-report").get_by_role("button", name="Try Again").click()
    expect(page.locator("#refresh-report .notice")).to_contain_text("refreshed")


def test_an_unavailable_source_shows_a_banner_with_the_reason_and_not_an_empty_list(
    page: Page, broken_source: RunningService
) -> None:
    page.goto(f"{broken_source.base_url}/dashboard")
    expect(page.locator("#service-status-button")).to_contain_text("Jobs and candidates unavailable")
    report = page.locator("#jobs-report")
    for said in ("The jobs could not be loaded", "SOURCE_UNAVAILABLE", "not mean that there are no jobs", "request ID"):
        expect(report).to_contain_text(said)
    expect(report.get_by_role("button", name="Try Again")).to_be_visible()
    expect(page.locator("#source-status")).to_contain_text("unavailable")
    expect(page.locator("#jobs-list")).to_have_text("Not available")
    expect(page.locator("#job-view")).to_be_hidden()
    expect(page.locator("body")).not_to_contain_text("no job descriptions")
    assert violations(page) == []
    picture(page, "source_unavailable")


def test_every_api_error_code_has_a_text_on_the_pages(page: Page, demo: RunningService) -> None:
    # A page without scripts of its own.
    page.goto(f"{demo.base_url}/i/nothing")
    words = page.evaluate(
        """async (codes) => {
            const { describeError } = await import("/static/components/problem.js");
            return codes.map((code) => [code, describeError({ code, message: "Said." })]);
        }""",
        [*STATUS_BY_CODE, "A_CODE_OF_TOMORROW"],
    )
    told = dict(words)
    tomorrow = told.pop("A_CODE_OF_TOMORROW")
    assert (tomorrow["what"], tomorrow["kept"]) == ("Said.", None)
    assert "request ID" in tomorrow["then"]
    assert [code for code, item in told.items() if not (item["what"] and item["kept"] and item["then"])] == []
