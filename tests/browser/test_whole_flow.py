"""From a job description to a comparison by keyboard alone, with Hireflix, reloading at each step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from fakes.browser_watch import Watch
from fakes.desk import ANSWERS, write_source
from fakes.hireflix import FakeHireflix
from fakes.keyboard import Keyboard
from fakes.list_page import WRITE_TOO
from fakes.process import hireflix_environ
from fakes.running_service import RunningService
from fakes.screenshots import picture
from fakes.service_in_process import service_in_process


@pytest.fixture
def small_job(port: int, tmp_path: Path, fake: FakeHireflix) -> Iterator[RunningService]:
    """The service with Hireflix behind it, and a main system with few candidates: whoever uses Tab passes them all."""
    write_source(tmp_path / "source.sqlite3", {number: (f"Person {number}", None) for number in range(1, 5)})
    with service_in_process(hireflix_environ(tmp_path, fake, TENER_INTERVIEW_PORT=str(port))) as service:
        yield service


def row(page: Page, table: str, place: int) -> Locator:
    return page.locator(f"#{table} tbody tr").nth(place)


def test_a_recruiter_takes_a_job_from_description_to_comparison_by_keyboard(
    context: BrowserContext, small_job: RunningService, fake: FakeHireflix
) -> None:
    page = context.new_page()
    keyboard = Keyboard(page)
    watch = Watch(context, small_job.base_url)
    page.goto(f"{small_job.base_url}/dashboard")
    keyboard.press(page.get_by_role("link", name="Skip to the candidates"))
    expect(page.locator("#main")).to_be_focused()
    keyboard.press(page.locator("#jobs-list a").last)
    expect(page.locator("#candidates tbody tr").first).to_be_visible()

    one = row(page, "candidates", 0)
    keyboard.press(one.get_by_role("button", name="Invite"))
    inviting = page.get_by_role("dialog", name=re.compile("^Invite "))
    keyboard.press(inviting.get_by_label(WRITE_TOO), "Space")
    keyboard.press(inviting.get_by_role("button", name="Create Interview Link"))
    report = page.locator("#invitation-report")
    expect(report.locator("input.entry-link")).to_have_value(re.compile("/i/"))
    expect(report.get_by_role("button", name="Copy", exact=True)).to_be_focused()
    for place in (1, 2):
        keyboard.press(row(page, "candidates", place).get_by_role("checkbox"), "Space")
    keyboard.press(page.locator("#selection-bar").get_by_role("button", name="Invite 2"))
    keyboard.press(inviting.get_by_label(WRITE_TOO), "Space")
    keyboard.press(inviting.get_by_role("button", name="Create 2 Interview Links"))
    expect(page.locator("#invitation-report")).to_contain_text("2 interview links created.")
    page.reload()
    expect(page.locator("#status-counts")).to_contain_text("3 not answered")

    for interview in fake.interviews:
        fake.finish(interview.interview_id, ANSWERS)
    keyboard.press(page.get_by_role("button", name="Refresh Interviews"))
    expect(page.locator("#refresh-report")).to_contain_text("3 of 3 interviews refreshed.")
    expect(page.locator("#status-counts")).to_contain_text("3 scored")

    keyboard.press(page.get_by_role("button", name="Leaderboard", exact=True))
    expect(page.locator("#leaderboard tbody tr[data-candidate-id]")).to_have_count(3)
    page.reload()
    expect(page.locator("#leaderboard tbody tr[data-candidate-id]")).to_have_count(3)
    keyboard.press(page.locator("#leaderboard thead").get_by_role("button", name="Hard skills", exact=True))
    expect(page.locator("#leaderboard [aria-sort=descending]")).to_have_text("Hard skills")
    for place in (0, 2):
        keyboard.press(row(page, "leaderboard", place).get_by_role("checkbox"), "Space")
    keyboard.press(page.get_by_role("button", name="Compare 2"))
    expect(page.locator("#comparison thead .name")).to_have_count(2)
    page.reload()
    expect(page.locator("#comparison thead .name")).to_have_count(2)
    picture(page, "whole_flow")

    keyboard.press(page.locator("#comparison").get_by_role("button", name="Scorecard").first)
    first = page.locator("#scorecard-title").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#scorecard-title")).not_to_have_text(first)
    expect(page.locator("#scorecard .transcript").first).to_be_visible()
    page.reload()
    expect(page.locator("#scorecard .transcript").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).to_be_hidden()
    assert watch.errors == watch.foreign == []
