"""The documented flow in a real browser: from a job description to a ranked candidate."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from fakes.browser_watch import Watch
from fakes.list_page import ask_to_invite, open_scorecard
from fakes.running_service import RunningService

ANSWER = "I measured the slow endpoint first, found an index missing in PostgreSQL and tested the query plan."


def test_a_recruiter_invites_a_candidate_who_is_then_ranked(context: BrowserContext, demo: RunningService) -> None:
    watch = Watch(context, demo.base_url)
    desk = context.new_page()
    desk.goto(f"{demo.base_url}/dashboard")
    desk.locator("#jobs-list").get_by_role("link", name="Senior Backend Engineer (Python)").click()
    jane = _row(desk, "#candidates", 42)
    expect(jane).to_contain_text("Jane Doe")
    expect(jane).to_contain_text("Not invited")

    expect(ask_to_invite(desk, jane)).to_be_hidden()
    link = desk.locator("#invitation-report input.entry-link")
    expect(link).to_have_value(re.compile(rf"{re.escape(demo.base_url)}/i/[\w-]{{76}}"))
    expect(jane).to_contain_text("Invited")
    expect(desk.locator("#status-counts")).to_contain_text("1 not answered")
    expect(desk.locator('#jobs-list a[aria-current="true"]')).to_contain_text("1 invited")
    expect(desk.locator("#invitation-report").get_by_role("button", name="Copy")).to_be_focused()
    expect(desk.locator("#live")).to_have_text("1 interview link created. No message was sent with it.")

    _answer_by_typing(context.new_page(), link.input_value())

    desk.get_by_role("button", name="Refresh Interviews").click()
    expect(desk.locator("#refresh-report")).to_contain_text("1 of 1 interview refreshed. 1 changed.")
    expect(_row(desk, "#candidates", 42)).to_contain_text("Scored")

    desk.get_by_role("button", name="Leaderboard").click()
    first = _row(desk, "#leaderboard", 42)
    expect(first.locator(".rank")).to_have_text("1")
    expect(first.locator(".score")).to_contain_text(re.compile(r"\d+\.\d"))
    expect(first.locator(".range")).to_have_text(re.compile(r"likely \d+ to \d+"))
    _read_scorecard(desk, first)

    assert watch.errors == []
    assert watch.foreign == []


def _row(page: Page, table: str, candidate_id: int) -> Locator:
    return page.locator(f'{table} tr[data-candidate-id="{candidate_id}"]')


def _answer_by_typing(candidate: Page, entry_url: str) -> None:
    """What the candidate does: open the link, answer the first two questions, send."""
    candidate.goto(entry_url)
    expect(candidate.get_by_role("main")).to_contain_text("a pretend Hireflix")
    answers = candidate.get_by_role("textbox")
    answers.nth(0).fill(ANSWER)
    answers.nth(1).fill("We shipped it behind a flag, watched the metrics and told the team what we had learnt.")
    candidate.get_by_role("button", name="Send Answers").click()
    expect(candidate.get_by_role("status")).to_contain_text("Your answers have been received")


def _read_scorecard(desk: Page, row: Locator) -> None:
    """Open the scorecard of a row, find in it what the candidate said, and close it."""
    open_scorecard(row)
    card = desk.locator("#scorecard")
    expect(card).to_be_visible()
    expect(card.get_by_role("heading", name="Jane Doe")).to_be_visible()
    expect(card.locator("#scorecard-headline")).to_contain_text("questions have no score.")
    expect(card.locator(".transcript").first).to_have_text(ANSWER)
    expect(card.locator(".transcript mark").first).to_be_visible()
    expect(card.locator("table.parts").first).to_contain_text("Own actions")
    expect(card.get_by_role("heading", name="What helped")).to_be_visible()
    expect(card).to_contain_text("Not answered")
    expect(card.locator(".timeline")).to_contain_text("The candidate opened the link")
    card.get_by_role("button", name="Close").click()
    expect(card).to_be_hidden()
