"""People decide on the pages: about one, about several after a look, and with opinions from outside beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.list_page import filter_by, of_the_job, of_the_scorecard
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width, picture
from tener_interview.domain.sharing import recommendations

EVIL = "<img src=x onerror=alert(1)> O'Neil"


def interviewed(service: RunningService, *candidate_ids: int) -> None:
    """Candidates of job 1 whose interviews are finished and scored."""
    service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": candidate_ids})
    service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})


def test_a_recruiter_makes_and_undoes_decisions_for_one_and_several_candidates(
    context: BrowserContext, demo: RunningService
) -> None:
    interviewed(demo, 42, 43, 44)
    watch = Watch(context, demo.base_url)
    desk = context.new_page()
    desk.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard")
    rows = desk.locator("#leaderboard tbody tr[data-session-id]")
    expect(rows).to_have_count(3)
    # From the row, by keyboard alone.
    rows.nth(0).get_by_role("button", name="Decide").focus()
    desk.keyboard.press("Enter")
    one = desk.get_by_role("dialog", name="Decide", exact=True)
    expect(one.get_by_role("radio", name="Advance")).to_be_focused()
    desk.keyboard.press("Space")
    assert violations(desk) == []
    desk.keyboard.press("Enter")
    expect(one).to_have_count(0)
    expect(rows.nth(0).locator(".decision")).to_have_text("▲ Advanced")
    # From the scorecard: a rejection needs a reason.
    rows.nth(1).locator(".open-scorecard").click()
    bar, history = desk.locator("#scorecard-bar"), desk.locator(".decision-history")
    expect(bar.get_by_role("button", name="Reject")).to_be_visible()
    desk.keyboard.press("r")
    expect(one.get_by_role("radio", name="Reject")).to_be_focused()
    one.get_by_role("button", name="Save Decision").click()
    expect(one).to_be_visible()
    one.get_by_label("Reason").select_option(label="Salary expectation")
    one.get_by_role("textbox", name="Note").fill(EVIL)
    picture(desk, "deciding_dialog")
    one.get_by_role("button", name="Save Decision").click()
    expect(bar.locator(".decision")).to_contain_text("Rejected")
    history.get_by_text("Decisions and outside opinions").click()
    expect(history.locator(".decision-note")).to_have_text(EVIL)
    # A button that cannot be used says why.
    bar.get_by_role("button", name="Reject").press("Enter")
    expect(bar).to_contain_text("Already decided.")
    assert at_every_width(desk, "decision_panel", NARROW) == {}
    # The narrowest comes last: what the bar says takes a line, and leaves the rest of the screen to the answers.
    answers = desk.locator("#scorecard-body").bounding_box()
    assert answers is not None
    assert answers["height"] > 600
    desk.set_viewport_size({"width": 1280, "height": 900})
    of_the_scorecard(desk, "Undo the Decision")
    expect(bar.locator(".decision")).to_have_count(0)
    # The note on a decision has the way back.
    bar.get_by_role("button", name="Hold").click()
    one.get_by_role("button", name="Save Decision").click()
    note = desk.locator("#scorecard-report")
    expect(note).to_contain_text(": On hold.")
    note.get_by_role("button", name="Undo").click()
    expect(bar.locator(".decision")).to_have_count(0)
    expect(note).to_be_empty()
    desk.locator("#scorecard-close").click()
    expect(rows.nth(1).locator(".decision")).to_have_count(0)
    # Several, with a look first.
    desk.locator("#leaderboard").get_by_label("Select everyone on this page").check()
    desk.locator("#selection-bar").get_by_role("button", name="Decide on 3").click()
    many = desk.get_by_role("dialog", name="Decide on several candidates")
    many.get_by_role("radio", name="Advance").check()
    many.get_by_role("button", name="Check").click()
    expect(many.get_by_role("heading", name="2 will change")).to_be_focused()
    expect(many).to_contain_text("Nothing has been saved yet.")
    expect(many).to_contain_text("Stays as it is")
    assert at_every_width(desk, "deciding_about_several", NARROW) == {}
    desk.set_viewport_size({"width": 1280, "height": 900})
    many.get_by_role("button", name="Decide on 2").click()
    expect(many.get_by_role("heading", name="2 changed")).to_be_focused()
    many.get_by_role("button", name="Close").click()
    expect(desk.locator("#leaderboard .decision[data-decision=advance]")).to_have_count(3)
    filter_by(desk, "decision", "advance")
    expect(desk.locator("#filter-decision option:checked")).to_have_text("Advanced (3)")
    expect(rows).to_have_count(3)
    filter_by(desk, "decision", "none")
    expect(desk.locator("#leaderboard-report")).to_contain_text("No candidates match.")
    # The list of reasons.
    desk.set_viewport_size({"width": 1280, "height": 900})
    of_the_job(desk, "Reasons for Decisions")
    reasons = desk.get_by_role("dialog", name="Reasons for decisions")
    reasons.get_by_role("button", name="Add Reason").click()
    reasons.locator(".reason").last.get_by_role("textbox").fill(EVIL)
    reasons.get_by_role("button", name="Save Reasons").click()
    expect(reasons.locator(".reason").last.get_by_role("textbox")).to_have_value(EVIL)
    expect(reasons.get_by_role("button", name="Save Reasons")).to_be_focused()
    assert at_every_width(desk, "decision_reasons", NARROW) == {}
    assert watch.errors == watch.foreign == []


def test_a_hiring_manager_recommends_without_an_account(
    context: BrowserContext, demo: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who changes an opinion a moment later is otherwise asked to wait.
    monkeypatch.setattr(recommendations, "PAUSE_MS", 0)
    interviewed(demo, 42, 43)
    url = demo.ask("/api/jobs/1/shares", {"top": 2, "allow_answers": True})["url"]
    watch = Watch(context, demo.base_url)
    reader = context.new_page()
    reader.goto(url)
    first = reader.locator(".candidate").nth(0)
    first.get_by_text("Leave a Recommendation").click()
    first.get_by_role("radio", name="Strong yes").check()
    first.get_by_label("Note").fill(EVIL)
    first.get_by_label("Your name").fill("Kim Lee")
    assert at_every_width(reader, "recommending", NARROW) == {}
    first.get_by_role("button", name="Send Recommendation").click()
    expect(first).to_contain_text("You recommended: Strong yes as Kim Lee")
    expect(first.locator(".recommending .decision-note")).to_have_text(EVIL)
    reader.reload()
    expect(first).to_contain_text("You recommended: Strong yes as Kim Lee")
    first.get_by_text("Change Your Recommendation").click()
    first.get_by_role("radio", name="No", exact=True).check()
    first.get_by_role("button", name="Send Recommendation").click()
    expect(first).to_contain_text("You recommended: No as Kim Lee")
    assert watch.errors == watch.foreign == []

    desk = context.new_page()
    desk.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard")
    desk.locator("#leaderboard .open-scorecard").first.click()
    opinions = desk.locator(".opinions li")
    expect(opinions).to_have_count(1)
    expect(opinions).to_contain_text("No · Kim Lee")
    expect(opinions).to_contain_text(EVIL)
    assert violations(desk) == []
    picture(desk, "outside_opinion")
    opinions.get_by_role("button", name="Remove the opinion of Kim Lee").click()
    expect(opinions).to_have_count(0)
