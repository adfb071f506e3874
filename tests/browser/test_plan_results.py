"""What a plan means for the results: its competencies by name, and other versions ranked apart."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from fakes.list_page import of_the_scorecard, open_scorecard
from fakes.plan_page import draft_of, save
from fakes.plans import OTHER_QUESTION, QUESTION, plan_body
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width


def publish(service: RunningService) -> None:
    service.ask("/api/jobs/1/plan/publish", {})


def interview(service: RunningService, *candidate_ids: int) -> None:
    """Let these candidates be invited, answer and be scored."""
    service.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": candidate_ids})
    for _ in range(2):
        service.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})


def make_a_model_answer_and_remove_it(page: Page, service: RunningService) -> None:
    page.locator("#leaderboard .open-scorecard").first.click()
    answer = page.locator("#scorecard .question").first
    answer.get_by_role("button", name="Use as a Model Answer").click()
    dialog = page.get_by_role("dialog", name="Use as a model answer")
    expect(dialog).to_contain_text("It is the first model answer of this question")
    expect(dialog.locator(".transcript")).not_to_be_empty()
    expect(dialog.locator("tbody tr").first).to_contain_text("this answer")
    assert draft_of(service)["questions"][0]["reference_answers"] == [], "looking has changed something"
    assert at_every_width(page, "model_answer", NARROW) == {}
    said = dialog.locator(".transcript").inner_text()
    dialog.get_by_role("button", name="Use as a Model Answer").click()
    expect(dialog).to_contain_text("The answer is in the draft of the plan")
    assert draft_of(service)["questions"][0]["reference_answers"] == [said]
    dialog.locator("header").get_by_role("button", name="Close").click()
    expect(answer).to_contain_text("Model answer of the plan")
    answer.get_by_role("button", name="Remove", exact=True).click()
    answer.get_by_role("button", name="Yes, Remove It").click()
    expect(answer.get_by_role("button", name="Use as a Model Answer")).to_be_focused()
    assert draft_of(service)["questions"][0]["reference_answers"] == []
    page.keyboard.press("Escape")
    expect(page.locator("#scorecard")).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_leaderboard_shows_competency_names_makes_model_answers_and_separates_plan_versions(
    page: Page, unplanned: RunningService
) -> None:
    save(page, unplanned, plan_body())
    publish(unplanned)
    interview(unplanned, 42, 43)
    page.goto(f"{unplanned.base_url}/dashboard?job=1&view=leaderboard")
    rows = page.locator("#leaderboard tbody tr[data-candidate-id]")
    expect(rows).to_have_count(2)
    heads = page.locator("#leaderboard thead")
    expect(heads.get_by_role("columnheader", name="Ownership")).to_be_visible()
    expect(heads.get_by_role("columnheader", name="Culture fit")).to_have_count(0)
    expect(page.locator("#leaderboard-versions")).to_be_hidden()
    heads.get_by_role("button", name="Technical skills").click()
    expect(heads.get_by_role("columnheader", name="Technical skills")).to_have_attribute("aria-sort", "descending")
    make_a_model_answer_and_remove_it(page, unplanned)

    title = "Tell us about a promise that was hard to keep."
    other: dict[str, Any] = {**OTHER_QUESTION, "title": title, "id": "promise"}
    save(page, unplanned, plan_body(questions=[QUESTION, other]))
    publish(unplanned)
    interview(unplanned, 44, 49)
    page.goto(f"{unplanned.base_url}/dashboard?job=1&view=leaderboard")
    expect(rows).to_have_count(4)
    expect(page.locator("#leaderboard-versions")).to_contain_text("2 with version 2, 2 with version 1")
    groups = page.locator("#leaderboard tr.group")
    expect(groups).to_have_text(["Ranked: plan version 2", "Ranked: plan version 1"])
    expect(rows.locator(".rank")).to_have_text(["1", "2", "1", "2"])

    for place in (0, 3):
        rows.nth(place).locator(".select-cell input").check()
    page.get_by_role("button", name="Compare", exact=False).last.click()
    comparison = page.locator("#comparison")
    expect(comparison.get_by_role("rowheader", name=re.compile("^Ownership"))).to_be_visible()
    plans = comparison.locator("tr", has=page.get_by_role("rowheader", name="Plan", exact=True))
    expect(plans).to_contain_text("Version 1")
    expect(comparison.locator(".question-group").first).to_contain_text("Question 1 · Technical skills")
    page.get_by_role("button", name="Back to Leaderboard").click()

    open_scorecard(rows.nth(3))
    scorecard = page.locator("#scorecard")
    expect(scorecard.locator("#total-breakdown")).to_contain_text("Ownership")
    expect(scorecard.locator("#result-details")).to_contain_text("plan version 1")
    expect(scorecard.locator("#result-details")).to_contain_text("version 1 of the interview plan")
    expect(scorecard.locator(".question").first).to_contain_text("Technical skills")
    of_the_scorecard(page, "Rescore")
    dialog = page.get_by_role("dialog", name="Rescore")
    expect(dialog).to_contain_text("Nothing would change")
    dialog.get_by_label("By the key points of the plan").select_option("2")
    expect(dialog).to_contain_text("1 interview of 1 would change.")
    dialog.get_by_role("button", name="Rescore 1 Interview").click()
    expect(dialog.locator(".notice")).to_contain_text("1 interview rescored.")
    dialog.get_by_role("button", name="Close").click()
    expect(scorecard).to_contain_text("Invited with version 1 of the plan, scored by the key points of version 2.")
