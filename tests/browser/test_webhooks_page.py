"""Webhooks: an admin adds an endpoint, tries it, sees what it got, sends again, changes its secret and removes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fakes.front_door import START
from fakes.receiver import Receiver
from fakes.running_service import RunningService, demo_environ
from fakes.screenshots import NARROW, at_every_width
from fakes.service_in_process import service_in_process
from fakes.waiting import eventually


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def service(port: int, tmp_path: Path) -> Iterator[RunningService]:
    environ = demo_environ(tmp_path, port, TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS="127.0.0.1")
    with service_in_process(environ) as service:
        yield service


def test_an_endpoint_is_added_tested_changed_and_removed(
    page: Page, service: RunningService, receiver: Receiver
) -> None:
    page.goto(f"{service.base_url}/dashboard")
    page.get_by_role("link", name="Webhooks").click()
    endpoints, deliveries = page.locator("#endpoints"), page.locator("#deliveries")
    expect(endpoints).to_contain_text("There are no endpoints yet.")
    # An address that leads nowhere near the internet is refused, and nothing that was typed is lost.
    page.get_by_label("Name", exact=True).fill("Our ATS")
    page.get_by_label("Address", exact=True).fill("https://169.254.169.254/latest")
    page.get_by_label("Erased").uncheck()
    page.get_by_role("button", name="Add Endpoint").click()
    expect(page.locator("#report")).to_contain_text("not on the public internet")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Our ATS")
    page.get_by_label("Address", exact=True).fill(receiver.url)
    page.get_by_role("button", name="Add Endpoint").click()
    secret = page.get_by_label("Secret of Our ATS")
    expect(secret).to_be_focused()
    first_secret = secret.input_value()
    row = endpoints.get_by_role("row", name="Our ATS")
    expect(row).to_contain_text("Enabled")
    expect(row).not_to_contain_text("All events")

    row.get_by_role("button", name="Test Our ATS").click()
    eventually(lambda: receiver.types == ["endpoint.test"])
    assert receiver.received[0].is_signed_by(first_secret)
    # It asks for ten minutes: until then the delivery waits.
    receiver.answer(500, b"down for maintenance", Retry_After="600")
    service.ask(START, {"job_id": 1, "candidate_id": 1})
    (endpoint,) = service.ask("/api/endpoints")["items"]
    path = f"/api/endpoints/{endpoint['endpoint_id']}/deliveries"
    eventually(lambda: all(delivery["answer"] for delivery in service.ask(path)["items"]))
    assert receiver.types[1:] == ["session.invited"]
    page.get_by_role("button", name="Check Again").click()
    waiting = deliveries.get_by_role("row", name="Invited")
    expect(waiting).to_contain_text("Waiting")
    expect(waiting).to_contain_text("500 down for maintenance")
    tried = deliveries.get_by_role("row", name="Test")
    expect(tried).to_contain_text("Delivered")
    tried.get_by_role("button", name="Send Again").click()
    eventually(lambda: receiver.types.count("endpoint.test") == 2)

    row.get_by_role("button", name="Edit Our ATS").click()
    form = page.get_by_role("form", name="Edit Our ATS")
    form.get_by_label("Name", exact=True).fill("ATS of the company with a rather long name")
    form.get_by_label("Invited").uncheck()
    form.get_by_label("Send the candidate").check()
    form.get_by_role("button", name="Save").click()
    expect(endpoints).to_contain_text("with name and e-mail address")
    row = endpoints.get_by_role("row", name="ATS of the company")
    row.get_by_role("button", name="New Secret").click()
    row.get_by_role("button", name="Yes, New Secret").click()
    expect(page.get_by_label("Secret of ATS")).not_to_have_value(first_secret)
    expect(row).to_contain_text("old secret until")
    assert at_every_width(page, "webhooks", NARROW) == {}
    page.set_viewport_size({"width": 1280, "height": 900})

    row.get_by_role("button", name="Disable").click()
    row.get_by_role("button", name="Yes, Disable").click()
    expect(row).to_contain_text("Somebody disabled it.")
    row.get_by_role("button", name="Enable").click()
    expect(row).to_contain_text("Enabled")
    row.get_by_role("button", name="Remove").click()
    row.get_by_role("button", name="Yes, Remove").click()
    expect(endpoints).to_contain_text("There are no endpoints yet.")
