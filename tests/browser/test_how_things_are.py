"""What the desk says of itself: all well, an upstream that is down, a source that is gone, a network that is cut."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.hireflix import FakeHireflix
from fakes.running_service import RunningService
from fakes.screenshots import picture
from tener_interview.errors import STATUS_BY_CODE


def test_in_demo_mode_all_is_well_and_says_that_it_is_a_demo(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#service-status-button")).to_contain_text("Connected")
    expect(page.locator("#outage-banner")).to_be_hidden()
    page.locator("#service-status-button").click()
    expect(page.locator("#provider-status")).to_have_text("Demo (pretend Hireflix)")
    expect(page.locator("#source-status")).to_contain_text("sample catalogue")
    expect(page.locator("#sync-status")).to_contain_text("press Refresh")
    expect(page.locator("#service-status")).to_be_visible()
    assert violations(page) == []
    picture(page, "how_things_are")
    page.keyboard.press("Escape")
    expect(page.locator("#service-status")).to_be_hidden()


def test_an_outage_at_hireflix_is_told_once_and_loses_nothing(
    page: Page, real: RunningService, fake: FakeHireflix
) -> None:
    page.goto(f"{real.base_url}/dashboard?job=1")
    first = page.locator('#candidates tr[data-candidate-id="1"]')
    first.get_by_role("button", name="Create Interview Link").click()
    expect(first).to_contain_text("Invited")
    with fake.down():
        second = page.locator('#candidates tr[data-candidate-id="2"]')
        second.get_by_role("button", name="Create Interview Link").click()
        problem = second.locator(".problem")
        expect(problem).to_contain_text("Every interview keeps its status", timeout=60_000)
        expect(problem).to_contain_text("request id")
        for _ in range(8):
            page.get_by_role("button", name="Refresh All Sessions For Job").click()
            expect(page.get_by_role("button", name="Refresh All Sessions For Job")).to_be_enabled(timeout=60_000)
            if page.locator("#outage-banner").is_visible():
                break
        expect(page.locator("#outage-banner")).to_contain_text("Nothing is lost")
        expect(page.locator("#service-status-button")).to_contain_text("Hireflix is not responding")
        expect(first).to_contain_text("Invited")
        assert violations(page) == []
        picture(page, "outage")


def test_a_cut_network_says_what_was_not_lost(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1")
    jane = page.locator('#candidates tr[data-candidate-id="42"]')
    expect(jane).to_contain_text("Not invited")
    page.route("**/api/**", lambda route: route.abort())
    jane.get_by_role("button", name="Create Interview Link").click()
    problem = jane.locator(".problem")
    expect(problem).to_contain_text("The service did not answer")
    expect(problem).to_contain_text("never invites anybody twice")
    assert violations(page) == []
    page.unroute("**/api/**")
    jane.get_by_role("button", name="Create Interview Link").click()
    expect(jane).to_contain_text("Invited")


def test_a_source_that_is_gone_is_told_with_its_reason(page: Page, broken_source: RunningService) -> None:
    page.goto(f"{broken_source.base_url}/dashboard")
    expect(page.locator("#service-status-button")).to_contain_text("Jobs and candidates unavailable")
    expect(page.locator("#jobs-report")).to_contain_text("request id")
    assert violations(page) == []
    picture(page, "source_unavailable")


def test_every_error_of_the_api_has_its_words(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard")
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
    assert "request id" in tomorrow["then"]
    assert [code for code, item in told.items() if not (item["what"] and item["kept"] and item["then"])] == []
