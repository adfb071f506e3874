"""Checking the results: how well the machine agrees with reviewers, and how groups of candidates compare."""

from __future__ import annotations

from pathlib import Path
from random import Random

from playwright.sync_api import Page, expect

from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width
from tener_interview.store.review_records import ReviewVersion
from tener_interview.store.sqlite.database import Store

CANDIDATES = (42, 43, 44, 45, 46, 47)


def test_progress_links_to_rater_agreement_and_fairness_of_the_job(
    page: Page, demo: RunningService, tmp_path: Path
) -> None:
    session_ids = score_candidates(demo)
    page.goto(f"{demo.base_url}/dashboard?job=1&view=progress")
    page.get_by_role("link", name="Rater Agreement").click()
    expect(page.locator("#about")).to_contain_text("(job 1)")
    expect(page.locator("#verdict")).to_contain_text("No reviews yet")

    review(next(tmp_path.glob("**/*.sqlite3")), session_ids)
    page.reload()
    expect(page.locator("#verdict")).to_contain_text("On 24 blind reviews the rank correlation with the machine is")
    expect(page.get_by_role("table", name="Reviewers among themselves")).to_contain_text("Ann Mole and Bo Vole")
    expect(page.get_by_role("table", name="Reviewers among themselves")).to_contain_text("too few")
    rows = page.get_by_role("table", name="Reviews farthest from the machine\u2019s total").locator("tbody tr")
    expect(rows).to_have_count(10)
    expect(rows.first).to_contain_text("recommended: Strong no")
    assert at_every_width(page, "agreement", NARROW) == {}
    with page.expect_download() as download:
        page.get_by_role("link", name="Download Pairs (CSV)").click()
    assert download.value.suggested_filename == "demo-agreement-pairs-1.csv"
    page.get_by_role("link", name="All Jobs").click()
    expect(page.get_by_role("table", name="By job, blind reviews only")).to_contain_text("Job 1")

    page.goto(f"{demo.base_url}/jobs/1/fairness")
    page.get_by_role("button", name="Compare Groups").click()
    expect(page.get_by_role("alert")).to_contain_text("Paste the rows of a list, or choose a file.")
    page.get_by_label("Paste the rows, with headings").fill("sex,ethnicity\nf,Asian\n")
    page.get_by_role("button", name="Compare Groups").click()
    expect(page.locator(".problem")).to_contain_text("No column has the heading of candidate ids")
    people = [f"{each},{'female' if each % 2 else 'male'},{'Asian' if each < 44 else ''}" for each in CANDIDATES]
    rows_with_fault = "\n".join(["candidate_id,sex,ethnicity", *people, "x,male,"])
    page.get_by_label("Paste the rows, with headings").fill(rows_with_fault)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("6 of 6 candidates on the list have an interview")
    expect(page.locator("#verdict")).to_contain_text("row 8: The candidate id is not a whole number")
    expect(page.locator("#summary")).to_contain_text("With an unknown category")
    expect(page.get_by_role("table", name="Summary by sex", exact=True).locator("tbody tr")).to_have_count(2)
    assert at_every_width(page, "fairness", NARROW) == {}
    # On paper there are figures, and nothing to press.
    page.emulate_media(media="print")
    expect(page.locator("#list")).to_be_hidden()
    expect(page.get_by_role("button", name="Print or Save as PDF")).to_be_hidden()
    expect(page.locator("#summary")).to_be_visible()


def score_candidates(demo: RunningService) -> list[str]:
    """The ids of interviews that the pretend candidates have finished and the machine has scored."""
    session_ids = [
        demo.ask("/api/interviews/sessions/start", {"job_id": 1, "candidate_id": number})["session_id"]
        for number in CANDIDATES
    ]
    for session_id in session_ids:
        for _ in range(3):
            demo.ask(f"/api/interviews/sessions/{session_id}/refresh", {"force": True})
    return session_ids


def review(database: Path, session_ids: list[str]) -> None:
    """Four reviewers rate every interview, as the service stores it."""
    chance, store = Random(4), Store(database)
    with store.write() as tx:
        for number, name in enumerate(("Ann Mole", "Bo Vole", "Cy Shrew", "Di Hare")):
            for session_id in session_ids:
                user = f"us_{number}"
                assert tx.reviews.save(session_id, 1, user, name, "{}", 1, revision=0, assigned_only=False)
                total = float(chance.choice((30, 45, 60, 75, 90)))
                given = ReviewVersion(
                    session_id, user, 1, "{}", total, "strong_no", blind=True, result_version=1, machine_total=None,
                    submitted_at=1,
                )
                assert tx.reviews.submit(given, 1, revision=1, assigned_only=False)
    store.close()
