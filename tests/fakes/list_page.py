"""Actions in the list of candidates: invite, open a scorecard, choose in a menu, filter."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

#: The box that has whoever is invited written to: by the service, or by the recruiter afterwards.
WRITE_TOO = re.compile("^(Then write|Send the invitation)")


def candidate_row(page: Page, candidate_id: int, table: str = "#candidates") -> Locator:
    return page.locator(f'{table} tr[data-candidate-id="{candidate_id}"]')


def ask_to_invite(page: Page, row: Locator) -> Locator:
    """Press Invite in a row, and the button of the review step, without sending a message; return the dialog."""
    dialog = review_inviting(page, row)
    dialog.get_by_role("button", name="Create Interview Link").click()
    return dialog


def review_inviting(page: Page, row: Locator) -> Locator:
    """Press Invite in a row, and choose not to send a message; return the dialog."""
    row.get_by_role("button", name="Invite", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Invite "))
    dialog.get_by_label(WRITE_TOO).uncheck()
    return dialog


def invite(page: Page, candidate_id: int) -> str:
    """Invite a candidate, and return the interview link that is shown."""
    row = candidate_row(page, candidate_id)
    expect(ask_to_invite(page, row)).to_be_hidden()
    expect(row).to_contain_text("Invited")
    link: str = page.locator("#invitation-report input.entry-link").input_value()
    return link


def invite_selected(page: Page, count: int) -> None:
    """Invite the selected candidates who can be invited, without sending messages."""
    page.locator("#selection-bar").get_by_role("button", name=f"Invite {count}", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("^Invite "))
    dialog.get_by_label(WRITE_TOO).uncheck()
    dialog.get_by_role("button", name=re.compile("^Create ")).click()


def open_scorecard(row: Locator) -> None:
    row.locator(".open-scorecard").click()


def choose(page: Page, menu: Locator, label: str) -> None:
    """Choose an item of a menu, or of a row's menu."""
    menu.locator(".menu-button").click()
    page.get_by_role("menu").get_by_role("menuitem", name=label, exact=True).click()


def of_the_job(page: Page, label: str) -> None:
    """Choose an item of the job's menu."""
    choose(page, page.locator("#session-buttons"), label)


def of_the_scorecard(page: Page, label: str) -> None:
    """Choose an item of the open scorecard's menu."""
    choose(page, page.locator("#scorecard-bar"), label)


def filter_by(page: Page, name: str, value: str) -> None:
    """Set a filter of the list, by its name in the address."""
    if page.locator("#filters-panel").is_hidden():
        page.get_by_role("button", name="Filters", exact=False).click()
    page.locator(f"#filter-{name}").select_option(value)
