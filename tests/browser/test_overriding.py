"""A recruiter's desk with people's scores: a wrong score is overridden with a reason, shown as such and taken back; the
job is ranked by its reviews."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from fakes.browser_watch import Watch
from fakes.list_page import of_the_job, open_scorecard
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width

#: The words of an element that are on more than one line.
_BROKEN_WORDS = """(element) => {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + word.length);
      if (range.getClientRects().length > 1) broken.push(word);
    }
  }
  return broken;
}"""


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


def test_an_overridden_score_stays_marked_and_a_job_can_rank_by_reviews(
    context: BrowserContext, page: Page, demo: RunningService
) -> None:
    watch = Watch(context, demo.base_url)
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42, 43, 44]})
    for _ in range(2):
        demo.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    first = demo.ask("/api/jobs/1/interview-leaderboard")["items"][0]
    page.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard&session={first['session_id']}")
    bar, override, people = (page.locator(name) for name in ("#scorecard-bar", "#total-override", ".people-scores"))
    expect(people).to_contain_text("Counts for the rank")
    no_range = page.get_by_text("A total that people gave or changed has no likely range")
    expect(no_range).to_be_hidden()
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog", name="Override the total")
    dialog.get_by_label("Score, 0 to 100").fill("12.5")
    dialog.get_by_role("button", name="Save Override").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("score wrong?").fill("Read from a script; see minute two.")
    assert at_every_width(page, "override_dialog", NARROW) == {}
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_role("button", name="Save Override").click()
    expect(override).to_contain_text("Read from a script")
    expect(bar.locator(".scorecard-total")).to_contain_text("12.5")
    headline = f"A person set the total to 12.5; the machine gave {first['total_score']:.1f}."
    expect(page.locator("#scorecard-headline")).to_contain_text(headline)
    expect(page.locator("#override-interview")).to_be_focused()

    page.set_viewport_size({"width": 1440, "height": 900})
    expect(bar).to_contain_text(f"Changed by a person · machine {first['total_score']:.1f}, likely ")
    page.get_by_role("button", name="Close", exact=True).click()
    row = page.locator(f"#leaderboard tr[data-session-id='{first['session_id']}']")
    expect(row).to_contain_text("Changed by a person")
    expect(no_range).to_be_visible()
    expect(row).to_contain_text("Machine")
    expect(row).to_contain_text("Scores by competency are the machine\u2019s")
    expect(row.locator(".total-score")).to_have_text("12.5")
    expect(row.locator(".rank").first).to_have_text("3")

    second = demo.ask("/api/jobs/1/interview-leaderboard")["items"][0]
    put_review(page, demo, second["session_id"], 1)
    of_the_job(page, "Settings")
    dialog = page.get_by_role("dialog", name="Settings of this job")
    expect(dialog.get_by_label("Blind review")).to_be_checked()
    dialog.get_by_label("mean").check()
    dialog.get_by_role("button", name="Save Settings").click()
    row = page.locator(f"#leaderboard tr[data-session-id='{second['session_id']}']")
    expect(row).to_contain_text("Reviewers\u2019 score")
    expect(row.locator(".total-score")).to_have_text("30.0")
    expect(row).to_contain_text("1 review")
    assert at_every_width(page, "leaderboard_with_people", NARROW) == {}

    page.set_viewport_size({"width": 1440, "height": 900})
    row = page.locator(f"#leaderboard tr[data-session-id='{first['session_id']}']")
    open_scorecard(row)
    override.get_by_role("button", name="Remove Override").click()
    override.get_by_role("button", name="Remove Override").last.click()
    expect(override).to_have_count(0)
    expect(people.locator(".ranking-total")).to_contain_text("Machine")
    page.get_by_role("button", name="Override This Answer").click()
    dialog = page.get_by_role("dialog", name="Override the score of an answer")
    dialog.get_by_label("Score, 0 to 100").fill("99")
    dialog.get_by_label("score wrong?").fill("The recording has the figures.")
    dialog.get_by_role("button", name="Save Override").click()
    expect(bar).to_contain_text(f"With a person\u2019s score of 1 answer · machine {first['total_score']:.1f}, likely ")
    expect(page.locator("#scorecard-headline")).to_contain_text(f"; the machine gave {first['total_score']:.1f}.")
    expect(page.locator(".question-score")).to_contain_text("by a person, machine ")
    expect(page.locator(".answer-found .override.set")).to_contain_text("The recording has the figures.")
    assert at_every_width(page, "override_of_answer", NARROW) == {}
    # The note stands below the number: on a phone the question keeps most of the line.
    page.set_viewport_size({"width": 390, "height": 844})
    note = page.locator(".question-score").bounding_box()
    assert note
    assert note["width"] <= 150
    # However long the question is, no word of the note is broken, nor where nothing says how strong the answer is.
    page.locator(".answer-head h3").evaluate("(title) => title.append(' and what came of it'.repeat(9))")
    page.locator(".question-score .strength").evaluate("(mark) => mark.remove()")
    assert page.locator(".question-score .block").evaluate(_BROKEN_WORDS) == []
    # What reviewers said stands below their mean, with their names; the score of the competency follows the answer's.
    page.goto(f"{demo.base_url}/dashboard?job=1&view=leaderboard&session={second['session_id']}")
    expect(row.locator(".measure").first).to_contain_text("\u270e Machine ")
    expect(row).not_to_contain_text("Scores by competency are the machine\u2019s")
    in_order = page.get_by_text("The order is that of the machine\u2019s scores")
    expect(in_order).to_be_hidden()
    expect(people.locator(".submitted-reviews li")).to_contain_text(re.compile("^No · .+ · 30.0 · .+Too vague.$"))
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#leaderboard thead").get_by_role("button", name="Hard skills").click()
    expect(in_order).to_be_visible()
    assert watch.errors == []
