"""Inviting: finding candidates, many at once, from a spreadsheet, and the message that goes with a link."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from fakes import hireflix_faults as faults
from fakes.axe import violations
from fakes.browser_watch import Watch
from fakes.hireflix import FakeHireflix
from fakes.list_page import filter_by, invite, invite_selected
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width


def row(page: Page, candidate_id: int) -> Locator:
    return page.locator(f'#candidates tr[data-candidate-id="{candidate_id}"]')


def test_candidate_search_has_pages_and_is_kept_in_the_url(page: Page, real: RunningService) -> None:
    page.goto(f"{real.base_url}/dashboard?job=1")
    pages = page.get_by_role("navigation", name="Pages of candidates")
    expect(pages).to_contain_text(re.compile("^1.50 of 120 candidates"))
    expect(page.locator("#candidates tbody tr")).to_have_count(50)
    pages.get_by_role("button", name="Next").click()
    expect(pages).to_contain_text(re.compile("^51.100 of 120 candidates"))
    page.reload()
    expect(pages).to_contain_text(re.compile("^51.100 of 120 candidates"))
    page.go_back()
    expect(pages).to_contain_text(re.compile("^1.50 of 120 candidates"))
    page.get_by_role("searchbox", name="Search candidates").fill("person 11")
    expect(page.locator("#candidates tbody tr")).to_have_count(11)
    page.reload()
    expect(page.get_by_role("searchbox", name="Search candidates")).to_have_value("person 11")
    expect(page.locator("#candidates tbody tr")).to_have_count(11)
    page.get_by_role("searchbox", name="Search candidates").fill("nobody at all")
    expect(page.locator("#candidates-report")).to_contain_text("No candidates match")
    page.get_by_role("searchbox", name="Search candidates").fill("")
    filter_by(page, "state", "expired")
    expect(page.locator("#candidates-report")).to_contain_text("No candidates match")


def test_several_candidates_are_invited_and_failed_ones_retried(
    context: BrowserContext, real: RunningService, fake: FakeHireflix
) -> None:
    watch = Watch(context, real.base_url)
    page = context.new_page()
    page.goto(f"{real.base_url}/dashboard?job=1")
    page.locator("#candidates").get_by_label("Select everyone on this page").check()
    expect(page.locator("#selection-bar")).to_contain_text("50 selected")
    page.get_by_role("button", name="Next").click()
    expect(row(page, 60)).to_be_visible()
    row(page, 60).get_by_role("checkbox").check()
    expect(page.locator("#selection-bar")).to_contain_text("51 selected")
    fake.fail_always(faults.held(), on="inviteCandidateToInterview", after=10)
    invite_selected(page, 51)
    report = page.locator("#invitation-report")
    expect(report.get_by_role("progressbar")).to_be_visible()
    expect(report).to_contain_text(re.compile(r"[1-9]\d* of 51 done"))
    fake.heal(but=faults.status(400))
    expect(report).to_contain_text(re.compile(r"[1-9]\d* failed"))
    page.goto(f"{real.base_url}/dashboard?job=1&find=person 120")
    expect(page.locator("#candidates tbody tr")).to_have_count(1)
    expect(report).to_contain_text(re.compile(r"\d+ interview links created. .*[1-9]\d* failed."))
    expect(report.locator(".failures li").first).to_contain_text("INTERVIEW_PROVIDER")
    assert violations(page) == []
    page.reload()
    expect(report).to_contain_text("failed.")
    fake.heal()
    report.get_by_role("button", name=re.compile(r"Try Again For \d+")).click()
    expect(report).to_contain_text(re.compile(r"^\d+ interview links? created\."))
    assert len({interview.external_id for interview in fake.interviews}) == len(fake.interviews) == 51
    report.get_by_role("button", name="Dismiss").click()
    expect(report).to_be_empty()
    page.reload()
    expect(page.locator("#candidates tbody tr").first).to_be_visible()
    expect(report).to_be_empty()
    assert watch.errors == watch.foreign == []


SHEET = """candidate_id,candidate_name,candidate_email
9001,"Other, Ann",ann@example.com
9002,Bob Smith,bob@
abc,Nobody,
9001,Twice,

9003,Éva Nagy,
43,Jane Roe,
"""


def read_from(dialog: Locator, text: str) -> None:
    """Put a list into the dialog, and wait until it was read."""
    dialog.get_by_label("Paste the rows").fill(text)
    expect(dialog.locator(".list-rows")).to_be_visible()


def test_each_row_of_a_spreadsheet_is_checked_before_inviting(page: Page, demo: RunningService) -> None:
    page.goto(f"{demo.base_url}/dashboard?job=1")
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    dialog = page.get_by_role("dialog", name="Invite from a spreadsheet")
    expect(dialog.get_by_label("Paste the rows")).to_be_focused()
    expect(dialog.get_by_role("button", name="Create Interview Links")).to_be_disabled()
    read_from(dialog, SHEET)
    expect(dialog).to_contain_text("6 rows, 3 with errors, 1 with a question. Nothing has been sent yet.")
    for line, said in (
        (3, "not an e-mail address"), (4, "not a whole number"), (5, "The same id is in row 2"),
        (8, "43 is Mateo García Fernández in this job; your list says Jane Roe."),
    ):
        expect(dialog.locator(f'tr[data-line="{line}"]')).to_contain_text(said)
    assert at_every_width(page, "spreadsheet", NARROW) == {}
    page.set_viewport_size({"width": 1280, "height": 900})
    dialog.locator('tr[data-line="3"]').get_by_role("button", name="Show in List").click()
    expect(dialog.get_by_label("Paste the rows")).to_be_focused()
    assert page.evaluate("window.getSelection().toString()") == "9002,Bob Smith,bob@"
    dialog.locator('tr[data-line="8"] select').select_option(label="New candidate: Jane Roe")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    expect(dialog.get_by_label("Paste the rows")).to_have_value(SHEET)
    dialog.get_by_role("button", name="Create 3 Interview Links, Skip 3").click()
    expect(page.locator("#invitation-report")).to_contain_text(
        re.compile(r"^3 interview links created\. 1 message .* 3 rows were skipped and are kept in the list\.")
    )
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    expect(dialog.locator('tr[data-line="2"]')).to_contain_text("Invited already")
    without = SHEET.replace("9001,Twice,\n", "").replace("abc,Nobody,\n", "")
    read_from(dialog, without.replace("bob@", "bob@example.com"))
    dialog.get_by_label("Send the invitations by e-mail").uncheck()
    dialog.get_by_role("button", name="Create 1 Interview Link", exact=True).click()
    expect(page.locator("#invitation-report")).to_contain_text(
        "1 interview link created. No message was sent with it."
    )
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    expect(dialog.get_by_label("Paste the rows")).to_have_value("")
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search candidates").fill("other, ann")
    expect(row(page, 9001)).to_contain_text("Invited")
    expect(row(page, 9001)).to_contain_text("Other, Ann")


def test_a_pasted_list_is_kept_when_sending_fails(page: Page, real: RunningService, fake: FakeHireflix) -> None:
    page.goto(f"{real.base_url}/dashboard?job=1")
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    dialog = page.get_by_role("dialog", name="Invite from a spreadsheet")
    read_from(dialog, "Name;Mail\nPerson 7;\nZoë New;zoe@example.com\n")
    fake.fail_always(faults.status(400))
    dialog.get_by_role("button", name="Create 2 Interview Links").click()
    report = page.locator("#invitation-report")
    expect(report).to_contain_text("2 failed.")
    expect(report.locator(".failures")).to_contain_text("Row 2: Person 7")
    page.route("**/read-list", lambda route: route.abort())
    report.get_by_role("button", name="Back to List").click()
    expect(dialog).to_contain_text("The list could not be loaded")
    expect(dialog.get_by_label("Paste the rows")).to_have_value("Name;Mail\nPerson 7;\nZoë New;zoe@example.com\n")
    page.unroute("**/read-list")
    dialog.get_by_role("button", name="Try Again").click()
    expect(dialog.locator('tr[data-line="3"]')).to_contain_text("No link was created")
    fake.heal()
    dialog.get_by_role("button", name="Create 2 Interview Links").click()
    expect(report).to_contain_text("2 interview links created.")
    assert {interview.first_name for interview in fake.interviews} == {"Person", "Zoë"}
    assert len({interview.external_id for interview in fake.interviews}) == 2


def test_a_spreadsheet_can_be_dropped_or_chosen(page: Page, demo: RunningService, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes("\ufeffcandidate_email;candidate_id;candidate_name\r\n;9004;\"Müller; Jörg\"\r\n".encode())
    page.goto(f"{demo.base_url}/dashboard?job=1")
    page.get_by_role("button", name="Invite From Spreadsheet").click()
    dialog = page.get_by_role("dialog", name="Invite from a spreadsheet")
    dialog.get_by_label("Or choose a file").set_input_files(sheet)
    expect(dialog).to_contain_text("1 row, all ready")
    expect(dialog.get_by_role("cell", name="Müller; Jörg")).to_be_visible()
    sheet = tmp_path / "other.csv"
    sheet.write_bytes("Name\tE-Mail\r\nAntonín Dvořák\ta@example.com\r\n".encode("cp1250"))
    dialog.get_by_label("Or choose a file").set_input_files(sheet)
    expect(dialog.get_by_role("cell", name="Antonín Dvoøák")).to_be_visible()
    dialog.get_by_label("If names look wrong").select_option("windows-1250")
    expect(dialog.get_by_role("cell", name="Antonín Dvořák")).to_be_visible()
    dialog.evaluate("""(dialog) => {
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array([0x50, 0x4b, 3, 4]), "xl/workbook.xml"], "list.xlsx"));
        dialog.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
    }""")
    told = "This is an Excel workbook (.xlsx), not CSV. In Excel choose File"
    expect(dialog.get_by_role("alert")).to_contain_text(told)
    expect(dialog.get_by_role("button", name="Create Interview Links")).to_be_disabled()


def test_a_message_to_one_candidate_is_reviewed_edited_and_copied_in_the_dialog_for_many(
    context: BrowserContext, demo: RunningService
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    mateo = {
        "job_id": 1, "candidate_id": 43, "candidate_name": "Mateo García Fernández", "candidate_email": "m@example.com",
        "language": "es",
    }
    link = demo.ask("/api/interviews/sessions/start", mateo)["entry_url"]
    page.goto(f"{demo.base_url}/dashboard?job=1")
    # With an e-mail address it can be sent, and is in his language.
    row(page, 43).get_by_role("button", name="Message").click()
    dialog = page.locator("#messaging")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(re.compile("^Message for Mateo"))
    text = dialog.locator(".message-text")
    until = r"hasta el [a-záé]+,? \d+ de [a-z]+ de \d+"
    told = rf"^Hola, Mateo.*«Senior Backend Engineer \(Python\)».*{re.escape(link)}.*{until}"
    expect(text).to_have_text(re.compile(told, re.DOTALL))
    assert at_every_width(page, "message", NARROW) == {}
    page.set_viewport_size({"width": 1280, "height": 900})
    dialog.get_by_text("Edit for this time").click()
    dialog.get_by_label("Text in Spanish").fill("Hola, {name}: {link}")
    expect(text).to_contain_text(f"Hola, Mateo: {link}")
    dialog.get_by_role("button", name="Send 1 Message").click()
    expect(dialog).to_contain_text("1 message was prepared, not sent: this is the demo.")
    dialog.get_by_role("button", name="Done").click()
    expect(row(page, 43).get_by_role("button", name="Message")).to_be_focused()
    # Without one it is copied, which counts as sent.
    link = invite(page, 62)
    row(page, 62).get_by_role("button", name="Message").click()
    expect(dialog.get_by_role("heading", level=2)).to_have_text(re.compile("^Write to .+ by hand$"))
    dialog.get_by_role("button", name=re.compile("^Copy the text")).click()
    expect(page.locator("#live")).to_contain_text("copied, and noted as sent")
    assert link in page.evaluate("navigator.clipboard.readText()")
