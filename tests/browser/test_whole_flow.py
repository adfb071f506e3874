"""From a job description to a comparison, reloading at each step: as a demo by keyboard alone, and with Hireflix."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.desk import ANSWERS
from fakes.hireflix import FakeHireflix
from fakes.keyboard import Keyboard
from fakes.list_page import WRITE_TOO
from fakes.running_service import RunningService
from fakes.screenshots import picture


class Mouse:
    """Clicks what a keyboard would come to and press."""

    def press(self, control: Locator, key: str = "Enter") -> None:  # noqa: ARG002 - the keyboard's parameters
        control.click()


def row(page: Page, table: str, place: int) -> Locator:
    return page.locator(f"#{table} tbody tr").nth(place)


def test_a_recruiter_takes_a_job_from_description_to_comparison_by_keyboard(
    context: BrowserContext, demo_process: RunningService
) -> None:
    page = context.new_page()
    page.goto(f"{demo_process.base_url}/dashboard")
    keyboard = Keyboard(page)
    keyboard.press(page.get_by_role("link", name="Skip to the candidates"))
    expect(page.locator("#main")).to_be_focused()
    take_to_comparison(page, keyboard, demo_process, lambda: None)


def test_a_recruiter_takes_a_job_from_description_to_comparison_with_hireflix(
    context: BrowserContext, real: RunningService, fake: FakeHireflix
) -> None:
    def answer_all() -> None:
        for interview in fake.interviews:
            fake.finish(interview.interview_id, ANSWERS)

    take_to_comparison(context.new_page(), Mouse(), real, answer_all)


def take_to_comparison(
    page: Page, hand: Keyboard | Mouse, service: RunningService, answer_all: Callable[[], None]
) -> None:
    watch = Watch(page.context, service.base_url)
    page.goto(f"{service.base_url}/dashboard")
    hand.press(page.locator("#jobs-list a").last)
    expect(page.locator("#candidates tbody tr").first).to_be_visible()

    one = row(page, "candidates", 0)
    hand.press(one.get_by_role("button", name="Invite"))
    inviting = page.get_by_role("dialog", name=re.compile("^Invite "))
    hand.press(inviting.get_by_label(WRITE_TOO), "Space")
    hand.press(inviting.get_by_role("button", name="Create Interview Link"))
    report = page.locator("#invitation-report")
    expect(report.locator("input.entry-link")).to_have_value(re.compile("/i/"))
    expect(report.get_by_role("button", name="Copy", exact=True)).to_be_focused()
    for place in (1, 2):
        hand.press(row(page, "candidates", place).get_by_role("checkbox"), "Space")
    hand.press(page.locator("#selection-bar").get_by_role("button", name="Invite 2"))
    hand.press(inviting.get_by_label(WRITE_TOO), "Space")
    hand.press(inviting.get_by_role("button", name="Create 2 Interview Links"))
    expect(page.locator("#invitation-report")).to_contain_text("2 interview links created.")
    page.reload()
    expect(page.locator("#status-counts")).to_contain_text("3 not answered")

    answer_all()
    for _ in range(2):
        hand.press(page.get_by_role("button", name="Refresh Interviews"))
        expect(page.locator("#refresh-report")).to_contain_text("3 of 3 interviews refreshed.")
        if page.locator("#status-counts").get_by_text("3 scored").is_visible():
            break
        hand.press(page.locator("#refresh-report").get_by_role("button", name="Dismiss"))
    expect(page.locator("#status-counts")).to_contain_text("3 scored")

    hand.press(page.get_by_role("button", name="Leaderboard", exact=True))
    expect(page.locator("#leaderboard tbody tr[data-candidate-id]")).to_have_count(3)
    page.reload()
    expect(page.locator("#leaderboard tbody tr[data-candidate-id]")).to_have_count(3)
    hand.press(page.locator("#leaderboard thead").get_by_role("button", name="Hard skills", exact=True))
    expect(page.locator("#leaderboard [aria-sort=descending]")).to_have_text("Hard skills")
    for place in (0, 2):
        hand.press(row(page, "leaderboard", place).get_by_role("checkbox"), "Space")
    hand.press(page.get_by_role("button", name="Compare 2"))
    expect(page.locator("#comparison thead .name")).to_have_count(2)
    page.reload()
    expect(page.locator("#comparison thead .name")).to_have_count(2)
    assert violations(page) == []
    picture(page, "whole_flow")

    hand.press(page.locator("#comparison").get_by_role("button", name="Scorecard").first)
    first = page.locator("#scorecard-title").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#scorecard-title")).not_to_have_text(first)
    expect(page.locator("#scorecard .transcript").first).to_be_visible()
    page.reload()
    expect(page.locator("#scorecard .transcript").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).to_be_hidden()
    assert watch.errors == watch.foreign == []
