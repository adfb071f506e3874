"""The Plan tab of a job, in a browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from fakes.running_service import RunningService


def open_plan(page: Page, service: RunningService, job_id: int = 1) -> None:
    """Open the tab and wait until it is drawn."""
    page.goto(f"{service.base_url}/dashboard?job={job_id}&view=plan")
    expect(page.locator("#plan-frame > *").first).to_be_visible()


def save(page: Page, service: RunningService, plan: dict[str, Any], job_id: int = 1) -> None:
    """Save a draft as another user would."""
    address = f"{service.base_url}/api/jobs/{job_id}/plan"
    etag = page.request.get(address).headers["etag"]
    answer = page.request.put(address, data=plan, headers={"If-Match": etag})
    assert answer.ok, answer.text()


def draft_of(service: RunningService, job_id: int = 1) -> Any:
    """Return the draft as stored by the service."""
    return service.ask(f"/api/jobs/{job_id}/plan")["draft"]


def card(page: Page, place: int) -> Locator:
    """Return the card of a question, counted from 1."""
    return page.locator("#plan-questions li.plan-question").nth(place - 1)


def title(page: Page, place: int) -> Locator:
    """Return the text of a question, counted from 1."""
    return card(page, place).locator(".question-title")


def save_status(page: Page) -> Locator:
    """Return whether the draft is saved."""
    return page.locator("#plan-save-status")
