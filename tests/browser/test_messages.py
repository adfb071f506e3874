"""Messages in the desk: reviewed, sent and followed, reminders by hand, templates; and a candidate opts out."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from fakes.desk import write_source
from fakes.hireflix import FakeHireflix
from fakes.list_page import of_the_job
from fakes.mail_desk import mail_settings, recipients_of, text_of
from fakes.process import hireflix_environ
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process
from fakes.smtp import running_smtp
from fakes.waiting import eventually


def select(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("checkbox", name=f"Select {name}", exact=True).check()
    page.locator("#selection-bar").get_by_role("button", name="Message").click()


def test_several_candidates_are_invited_by_email_and_one_opts_out(
    page: Page, page_without_scripts: Page, port: int, tmp_path: Path, fake: FakeHireflix
) -> None:
    with running_smtp() as smtp:
        write_source(tmp_path / "source.sqlite3", {1: ("Zenobia Quill", "zq@example.com"), 2: ("Bo Ek", None)})
        environ = hireflix_environ(tmp_path, fake, TENER_INTERVIEW_PORT=str(port))
        public = {"TENER_INTERVIEW_PUBLIC_BASE_URL": f"http://127.0.0.1:{environ['TENER_INTERVIEW_PORT']}"}
        with service_in_process({**environ, **mail_settings(smtp), **public}) as service:
            page.goto(f"{service.base_url}/dashboard?job=1")
            select(page, "Zenobia Quill", "Bo Ek")
            dialog = page.get_by_role("dialog")
            # Nobody is invited, and paid for, by a message that cannot be written: it takes a tick.
            expect(dialog).to_contain_text("1 candidate is not invited yet")
            without_address = dialog.get_by_role("checkbox", name="Send to Bo Ek")
            expect(without_address).not_to_be_checked()
            without_address.check()
            expect(dialog).to_contain_text("Hireflix charges for 2 invitations")
            assert at_every_width(page, "messaging", NARROW) == {}
            without_address.uncheck()
            refusal = {"error": "Not now.", "code": "MESSAGE_NOT_POSSIBLE", "details": {}, "request_id": "r"}
            page.route("**/api/steps/interview", lambda route: route.fulfill(status=409, json=refusal), times=1)
            dialog.get_by_role("button", name="Invite 1 and Send 1 Message").click()
            expect(dialog).to_contain_text("Nothing was sent")
            dialog.get_by_role("button", name="Invite 1 and Send 1 Message").click()
            expect(dialog.get_by_role("status").last).to_contain_text("1 message was sent.")
            dialog.get_by_role("button", name="Done").click()
            eventually(lambda: recipients_of(smtp) == ["zq@example.com"])
            stop = smtp.messages[0]["List-Unsubscribe"].strip("<>")
            assert stop in text_of(smtp.messages[0])
            candidate = page_without_scripts
            candidate.goto(stop)
            candidate.reload()
            candidate.get_by_role("button", name="Stop These E-Mails").click()
            expect(candidate.get_by_role("heading")).to_have_text("You get no more e-mails")
            page.goto(f"{service.base_url}/messages")
            expect(page.get_by_role("row", name="Zenobia Quill")).to_contain_text("Sent")
            page.get_by_role("button", name="Pause All E-Mail").click()
            expect(page.locator("#status")).to_contain_text("E-mail is paused")
            assert at_every_width(page, "messages", NARROW) == {}


def test_a_recruiter_sends_reminders_by_hand_and_edits_templates(page: Page, demo: RunningService) -> None:
    session = demo.ask("/api/interviews/sessions/start", {
        "job_id": 1, "candidate_id": 7, "candidate_name": "Zenobia Quill", "unlisted": True, "ttl_hours": 12,
    })
    page.goto(f"{demo.base_url}/messages")
    row = page.locator("#due").get_by_role("row", name="Zenobia Quill")
    expect(row).to_contain_text("No e-mail address.")
    row.get_by_role("button", name="Copy the text for Zenobia Quill").click()
    expect(page.locator("#due")).to_contain_text("Nobody is due a reminder.")
    expect(page.locator("#sent").get_by_role("row", name="Zenobia Quill")).to_contain_text("Sent by hand")
    person = page.locator("#sent").get_by_role("link", name="Zenobia Quill")
    expect(person).to_have_attribute("href", re.compile(r"^/dashboard\?job=1&session=iv_"))
    assert session["session_id"]
    page.get_by_label("Subject").fill("Hello {name}, {job}")
    expect(page.locator("#preview-subject")).to_have_text("Hello Jane, the role “Backend Engineer”")
    page.get_by_label("Text", exact=True).fill("No link")
    page.get_by_role("button", name="Save Template").click()
    expect(page.locator("#report")).to_contain_text("must have {link}")
    page.get_by_label("Text", exact=True).fill("Hi {name}: {link}")
    page.get_by_role("button", name="Save Template").click()
    expect(page.locator("#template-origin")).to_have_text("This is your text for all companies.")
    page.get_by_role("button", name="Restore Earlier Text").click()
    expect(page.locator("#template-origin")).to_have_text("This is the standard text.")
    page.goto(f"{demo.base_url}/dashboard?job=1")
    of_the_job(page, "Settings")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Send reminders").check()
    dialog.get_by_label("Reminders at most").fill("3")
    dialog.get_by_label("Write back to Hireflix").check()
    dialog.get_by_role("button", name="Save Settings").click()
    expect(dialog).to_be_hidden()
    rules = demo.ask("/api/jobs/1/message-rules")
    assert (rules["send_reminders"], rules["most_reminders"]) == (True, 3)
    # One button saves whatever the dialog has.
    assert demo.ask("/api/jobs/1/settings")["provider_updates"] is True
