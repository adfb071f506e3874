"""A scorecard says what its total does not rest on, stays in sight on a phone, and shows a note that was written."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width

#: Of job 1 in demo mode with its plan: one did not answer the dealbreaker, one answered once in German, one did all.
WITHOUT_DEALBREAKER, IN_GERMAN, IN_ORDER = 47, 68, 60


def scored(service: RunningService, *candidates: int) -> dict[int, str]:
    """Interview these candidates of job 1; the sessions by candidate."""
    service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": list(candidates)})
    for _ in range(2):
        service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    items = service.ask("/api/jobs/1/interview-leaderboard")["items"]
    return {item["candidate_id"]: item["session_id"] for item in items}


def test_a_scorecard_says_beside_its_total_what_it_does_not_rest_on_and_shows_a_note_at_once(
    context: BrowserContext, page: Page, demo_process: RunningService
) -> None:
    watch = Watch(context, demo_process.base_url)
    sessions = scored(demo_process, WITHOUT_DEALBREAKER, IN_GERMAN, IN_ORDER)
    bar = page.locator("#scorecard-bar")
    page.goto(f"{demo_process.base_url}/dashboard?job=1&view=leaderboard&session={sessions[WITHOUT_DEALBREAKER]}")
    expect(bar.locator(".doubts")).to_have_text("!dealbreaker not answered · 4 of 6 scored")
    # Whose interview it is, for which job and of when.
    expect(page.locator("#scorecard-about")).to_contain_text("Senior Backend Engineer (Python) · finished ")
    page.keyboard.press("3")
    expect(page.locator(".answer-head")).to_contain_text("dealbreaker not answered")
    assert at_every_width(page, "scorecard_doubts", NARROW) == {}
    page.goto(f"{demo_process.base_url}/dashboard?job=1&view=leaderboard&session={sessions[IN_GERMAN]}")
    expect(bar.locator(".doubts")).to_have_text("!content of 1 answer not assessed")
    page.goto(f"{demo_process.base_url}/dashboard?job=1&view=leaderboard&session={sessions[IN_ORDER]}")
    expect(bar.locator(".scorecard-total")).to_be_visible()
    expect(bar.locator(".doubts")).to_have_count(0)
    write_a_note(page)
    assert watch.errors == watch.foreign == []


def write_a_note(page: Page) -> None:
    """Write a note on an open scorecard: that and the message of the bar are seen at once."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="light")
    report, notes = page.locator("#scorecard-report"), page.locator("#own-notes")
    headline = page.locator("#scorecard-headline")
    expect(headline).to_be_visible()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Note")
    about = "Question 1: Tell us about a system"
    expect(dialog.get_by_label("About").locator("option:checked")).to_contain_text(about)
    dialog.get_by_role("textbox", name="Note").fill("Call her on Friday.")
    dialog.get_by_role("button", name="Save Note").click()
    expect(report).to_contain_text("The note is saved.")
    expect(notes).to_contain_text("Call her on Friday.")
    expect(notes).to_contain_text("Question 1")
    # A message leaves everything else where it was.
    assert report.bounding_box()["height"] < 100  # type: ignore[index]
    assert headline.bounding_box()["y"] < 300  # type: ignore[index]
    # The sheet begins where the page does.
    assert page.locator("#scorecard-title").bounding_box()["x"] == 16  # type: ignore[index]
    assert violations(page) == []
