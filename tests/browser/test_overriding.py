"""A recruiter's desk with people's scores: a wrong score is overridden with a reason, shown as such and taken back; the
job is ranked by its reviews."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from fakes.browser_watch import Watch
from fakes.running_service import RunningService
from fakes.screenshots import at_every_width


def put_review(page: Page, service: RunningService, session_id: str, rating: int) -> None:
    """Review an interview through the API of the page's browser."""
    address = f"{service.base_url}/api/reviews/{session_id}"
    questions = page.request.get(address).json()["questions"]
    ratings = [{"question_id": item["question_id"], "rating": rating} for item in questions]
    review = {"revision": 0, "ratings": ratings, "recommendation": "no", "reason": "Too vague."}
    saved = page.request.put(address, data=review)
    assert saved.ok, saved.text()
    submitted = page.request.post(f"{address}/submit", data={"revision": saved.json()["review"]["revision"]})
    assert submitted.ok, submitted.text()


def test_a_wrong_score_is_overridden_and_stays_marked_and_reviews_can_rank(
    context: BrowserContext, page: Page, demo: RunningService
) -> None:
    watch = Watch(context, demo.base_url)
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43, 44]})
    for _ in range(2):
        demo.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    first = demo.ask("/api/jobs/1/interview-leaderboard")["items"][0]
    page.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard&session={first['session_id']}")
    people = page.locator(".people-scores")
    expect(people).to_contain_text("This one ranks")
    people.get_by_role("button", name="Override Total").click()
    dialog = page.get_by_role("dialog", name="Override the total")
    dialog.get_by_label("Score, 0 to 100").fill("12.5")
    dialog.get_by_role("button", name="Save Override").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("score wrong?").fill("Read from a script; see minute two.")
    assert at_every_width(page, "override_dialog") == {}
    dialog.get_by_role("button", name="Save Override").click()
    expect(people.locator(".override")).to_contain_text("Read from a script")
    expect(people.locator(".override")).to_contain_text("12.5")
    expect(page.locator("#override-interview")).to_be_focused()
    assert at_every_width(page, "override_scorecard") == {}

    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Close", exact=True).click()
    row = page.locator(f"#leaderboard tr[data-session-id='{first['session_id']}']")
    expect(row).to_contain_text("Override ranks")
    expect(row).to_contain_text("Machine")
    expect(row.locator(".total-score")).to_have_text("12.5")
    expect(row.locator(".rank").first).to_have_text("3")

    second = demo.ask("/api/jobs/1/interview-leaderboard")["items"][0]
    put_review(page, demo, second["session_id"], 1)
    page.get_by_role("button", name="Settings").click()
    dialog = page.get_by_role("dialog", name="Settings of this job")
    expect(dialog.get_by_label("Blind review")).to_be_checked()
    dialog.get_by_label("mean").check()
    assert at_every_width(page, "job_settings") == {}
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_role("button", name="Save Settings").click()
    row = page.locator(f"#leaderboard tr[data-session-id='{second['session_id']}']")
    expect(row).to_contain_text("Reviewers rank")
    expect(row.locator(".total-score")).to_have_text("30.0")
    expect(row).to_contain_text("1 review")
    assert at_every_width(page, "leaderboard_with_people") == {}

    page.set_viewport_size({"width": 1440, "height": 900})
    row = page.locator(f"#leaderboard tr[data-session-id='{first['session_id']}']")
    row.get_by_role("button", name="Scorecard").click()
    people.get_by_role("button", name="Remove Override").click()
    people.get_by_role("button", name="Remove Override").last.click()
    expect(people.get_by_text("instead of")).to_have_count(0)
    expect(people.locator(".ranking-total")).to_contain_text("Machine")
    assert watch.errors == []
