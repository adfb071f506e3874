"""What the desk asks before anybody is invited: a paused job, and an interview that would count for two jobs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from fakes.desk import write_source
from fakes.list_page import ask_to_invite, candidate_row, invite_selected
from fakes.running_service import demo_environ
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process


def write_two_jobs(path: Path) -> None:
    """Job 1 is paused, job 2 is not; both have the same candidates and the same questions."""
    write_source(path, {7: ("Ann Other", None), 8: ("Ben Bell", None)})
    with closing(sqlite3.connect(path)) as db, db:
        for column in ("company", "must_have_skills", "job_state", "pause_reason"):
            db.execute(f"ALTER TABLE jobs ADD COLUMN {column} TEXT")
        db.execute(
            "UPDATE jobs SET company = 'Acme', must_have_skills = '[\"Python\", \"SQL\"]', job_state = 'paused',"
            " pause_reason = 'No budget before May', created_at = '2026-02-01 09:00:00'"
        )
        db.execute("INSERT INTO jobs (id, title, created_at) VALUES (2, 'Platform engineer', '2026-01-01')")
        db.execute("INSERT INTO candidate_job_matches SELECT 2, candidate_id, score, status FROM candidate_job_matches")


def test_confirmations_are_asked_before_an_invitation_is_sent(page: Page, port: int, tmp_path: Path) -> None:
    write_two_jobs(tmp_path / "no-source.sqlite3")
    with service_in_process(demo_environ(tmp_path, port)) as service:
        page.goto(f"{service.base_url}/dashboard?job=1")
        expect(page.locator("#job-facts")).to_contain_text("Acme")
        expect(page.locator("#job-notes")).to_contain_text("No budget before May")
        page.get_by_role("button", name="Job description").click()
        expect(page.get_by_role("dialog")).to_contain_text("Python, SQL")
        page.keyboard.press("Escape")
        expect(page.locator('.job-item[data-job-id="1"]')).to_contain_text("Paused")
        ann = candidate_row(page, 7)
        asking = ask_to_invite(page, ann)
        expect(asking).to_contain_text("Invite anyway?")
        assert at_every_width(page, "consent-paused", NARROW) == {}
        page.set_viewport_size({"width": 1280, "height": 900})
        asking.get_by_role("button", name="Don't Invite").click()
        expect(asking).not_to_contain_text("Invite anyway?")
        assert service.ask("/api/interviews/sessions")["items"] == []
        asking.get_by_role("button", name="Create Interview Link").click()
        asking.get_by_role("button", name="Invite Anyway").click()
        report = page.locator("#invitation-report")
        expect(report.get_by_role("button", name="Copy", exact=True)).to_be_focused()
        expect(ann).to_contain_text("Invited")

        candidate_row(page, 8).get_by_role("checkbox").check()
        invite_selected(page, 1)
        page.get_by_role("button", name="Invite Anyway").click()
        expect(asking).to_be_hidden()
        expect(candidate_row(page, 8)).to_contain_text("Invited")
        expect(report).to_contain_text("1 interview link created")

        page.goto(f"{service.base_url}/dashboard?job=2")
        ask_to_invite(page, ann)
        expect(asking).to_contain_text("the same questions for “Backend engineer” (job 1) already (invited)")
        asking.get_by_role("button", name="Use It For Both Jobs").click()
        expect(ann).to_contain_text("The interview of “Backend engineer” (job 1) counts here too")
        expect(report.get_by_role("button", name="Copy", exact=True)).to_be_visible()
        ask_to_invite(page, candidate_row(page, 8))
        asking.get_by_role("button", name="Use It For Both Jobs").click()
        expect(candidate_row(page, 8)).to_contain_text("counts here too")
        shared = [item["shared_with_job"] for item in service.ask("/api/interviews/sessions?job_id=2")["items"]]
        assert shared == [1, 1]
