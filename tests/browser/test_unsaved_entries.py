"""What was entered into a dialog is not lost by Escape, Close, Back or leaving the page before its reader agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Dialog, Page, expect

from fakes.list_page import of_the_job
from fakes.running_service import RunningService


def open_override(page: Page, service: RunningService) -> None:
    """Open a scorecard, and on it the dialog that overrides the total, with a reason typed."""
    started = service.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 42})
    service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    page.goto(f"{service.base_url}/dashboard?job=1&view=leaderboard&session={started['session_id']}")
    expect(page.locator("#scorecard-bar")).to_be_visible()
    page.keyboard.press("o")
    page.get_by_label("score wrong?").fill("Read from a script.")


def press_escape_thrice(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Escape")


def test_closing_a_dialog_or_leaving_the_page_asks_before_it_loses_what_was_typed(
    page: Page, demo: RunningService
) -> None:
    open_override(page, demo)
    dialog = page.get_by_role("dialog", name="Override the total")
    reason = dialog.get_by_label("score wrong?")
    length = page.evaluate("history.length")
    asked: list[str] = []

    def dismiss(question: Dialog) -> None:
        asked.append(question.type)
        question.dismiss()

    page.on("dialog", dismiss)
    page.evaluate("setTimeout(() => window.location.reload(), 0)")
    page.wait_for_event("dialog")
    expect(reason).to_have_value("Read from a script.")
    assert asked == ["beforeunload"]

    ways: list[Callable[[], Any]] = [
        lambda: page.keyboard.press("Escape"),
        lambda: press_escape_thrice(page),
        lambda: dialog.get_by_role("button", name="Close", exact=True).click(),
        lambda: page.evaluate("history.back()"),
    ]
    for leave in ways:
        leave()
        keep = dialog.get_by_role("button", name="Keep It")
        expect(keep).to_be_focused()
        keep.click()
        expect(keep).to_have_count(0)
        expect(reason).to_have_value("Read from a script.")
        assert page.evaluate("history.length") == length
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Close Without Saving").click()
    expect(dialog).to_have_count(0)

    # What is saved, or was never typed, is not asked about.
    page.locator("#scorecard-bar").get_by_role("button", name="Override").click()
    dialog.get_by_label("Score, 0 to 100").fill("50")
    reason.fill("Read from a script.")
    dialog.get_by_role("button", name="Save Override").click()
    expect(page.locator("#total-override")).to_contain_text("Read from a script")
    page.reload()
    expect(page.locator("#total-override")).to_contain_text("Read from a script")
    assert asked == ["beforeunload"]
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).not_to_be_visible()
    of_the_job(page, "Settings")
    settings = page.get_by_role("dialog", name="Settings of this job")
    expect(settings.get_by_label("Blind review")).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_have_count(0)


def test_leaving_a_notice_that_is_not_saved_asks(page: Page, demo: RunningService) -> None:
    asked: list[str] = []

    def dismiss(question: Dialog) -> None:
        asked.append(question.type)
        question.dismiss()

    page.on("dialog", dismiss)
    page.goto(f"{demo.base_url}/jobs/1/notice")
    text = page.get_by_label("Notice: English")
    text.fill("Our own notice.")
    page.evaluate("setTimeout(() => window.location.reload(), 0)")
    page.wait_for_event("dialog")
    expect(text).to_have_value("Our own notice.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    text.click()
    page.evaluate("setTimeout(() => window.location.assign('/dashboard'), 0)")
    page.wait_for_event("dialog")
    expect(text).to_have_value("Our own notice.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert asked == ["beforeunload"] * 2
