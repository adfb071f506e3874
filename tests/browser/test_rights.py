"""A candidate agrees to the notice by keyboard and without scripts; what is held and how it was scored can be read."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from fakes.axe import violations
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, TWO_LOOKS, at_every_width
from fakes.service_in_process import service_in_process


def test_a_candidate_gives_consent_and_reads_the_stored_data(
    page: Page, page_without_scripts: Page, port: int, tmp_path: Path
) -> None:
    with service_in_process(demo_environ(tmp_path, port)) as service:
        page.goto(f"{service.base_url}/jobs/1/notice")
        page.get_by_label("Candidates have to consent").check()
        page.get_by_label("Candidates may read how").check()
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="Preview")).to_be_visible()
        # What is previewed is still in the form, and is saved.
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_have_text("Saved.")
        started = service.ask("/api/interviews/sessions/start", {
            "job_id": 1, "candidate_id": 7, "candidate_name": "Zenobia Quill", "unlisted": True,
        })
        page.goto(f"{service.base_url}/jobs/1/notice")
        expect(page.get_by_role("row", name="Zenobia Quill")).to_contain_text("no answer yet")
        assert at_every_width(page, "notice", NARROW) == {}

        candidate = page_without_scripts
        candidate.goto(started["entry_url"])
        agree = candidate.get_by_role("checkbox")
        expect(agree).not_to_be_checked()
        agree.focus()
        candidate.keyboard.press("Space")
        candidate.keyboard.press("Tab")
        candidate.keyboard.press("Enter")
        candidate.wait_for_url("**/demo/interview/**")
        for field in candidate.locator("textarea").all():
            field.fill("We cut the latency of the API from two seconds to 200 ms because I profiled it first.")
        candidate.locator("form button[type=submit]").first.click()
        service.ask(f"/api/interviews/sessions/{started['session_id']}/refresh", {})

        other = service.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": 8, "unlisted": True})
        page.goto(other["entry_url"])
        assert at_every_width(page, "consent", TWO_LOOKS) == {}
        page.goto(started["entry_url"])
        page.get_by_role("link", name="See how your answers were assessed").click()
        expect(page.get_by_text(re.compile(r"Total: .* of 100"))).to_be_visible()
        assert at_every_width(page, "explanation", TWO_LOOKS) == {}
        # On a phone the sheet is folded.
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{service.base_url}/candidates/7/data-sheet")
        page.get_by_label("What the candidate says").fill("I said 20 ms.")
        page.get_by_role("button", name="Add Statement").click()
        expect(page.get_by_text("I said 20 ms.")).to_be_visible()
        assert at_every_width(page, "data-sheet", NARROW) == {}
        page.goto(f"{service.base_url}/audit-log")
        expect(page.get_by_role("row", name="consent.given")).to_be_visible()


def test_a_score_from_before_consent_was_asked_for_says_so_in_the_list_and_on_the_scorecard(
    page: Page, demo: RunningService
) -> None:
    demo.ask("/api/steps/interview", {"job_id": 1, "candidate_ids": [42]})
    for _ in range(2):
        demo.ask("/api/admin/jobs/1/sessions/refresh", {"force": True})
    page.goto(f"{demo.base_url}/jobs/1/notice")
    expect(page.locator("main")).to_contain_text("{company} {contact}")
    expect(page.locator("main")).to_contain_text("In use: the standard text.")
    page.get_by_label("Candidates have to consent").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Waiting for consent")).to_be_visible()
    for view in ("leaderboard", "candidates"):
        page.goto(f"{demo.base_url}/dashboard?job=1&view={view}")
        expect(page.locator(f"#{view}-consent")).to_have_text(
            "1 candidate here was scored before consent was asked for."
        )
        expect(page.locator(f'#{view} tr[data-candidate-id="42"]')).not_to_contain_text("before consent")
    page.locator('#candidates tr[data-candidate-id="42"] .open-scorecard').click()
    notice = page.locator("#scorecard-consent")
    expect(notice).to_contain_text("Scored before consent was asked for. Not scored again until")
    assert violations(page) == []
