"""The page before the interview with Hireflix behind it: where the button may lead, and what the page waits for."""

from __future__ import annotations

import re
from html import unescape

import pytest

from fakes.client import Reply
from fakes.desk import Desk, MakeDesk
from fakes.front_door import HTML
from fakes.hireflix import FakeHireflix
from fakes.waiting import eventually
from tener_interview.api.candidate_texts import all_texts


def page(desk: Desk, url: str) -> Reply:
    reply = desk.client.request("GET", url, headers=HTML)
    assert reply.status == 200
    return reply


def press(desk: Desk, url: str) -> Reply:
    (action,) = re.findall(r'<form method="post" action="([^"]+)">', unescape(page(desk, url).text))
    return desk.client.request("POST", action, body=b"", headers=HTML)


@pytest.fixture
def hireflix(make_desk: MakeDesk) -> Desk:
    return make_desk(TENER_INTERVIEW_LANDING_PAGE="true")


def test_the_security_policy_of_the_landing_page_allows_only_hireflix_as_form_target(hireflix: Desk) -> None:
    session = hireflix.start()
    policy = page(hireflix, session["entry_url"]).headers["content-security-policy"]
    assert "form-action 'self' https://app.hireflix.com https://hireflix.com https://*.hireflix.com;" in policy
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert press(hireflix, session["entry_url"]).headers["location"].startswith("https://app.hireflix.com/")


def test_the_landing_page_shows_the_number_of_questions_and_minutes_of_the_position(
    hireflix: Desk, fake: FakeHireflix
) -> None:
    session = hireflix.start()
    for question in fake.account.positions[fake.position_id].questions:
        question["timeToAnswer"] = 100
    count = len(fake.account.positions[fake.position_id].questions)
    # The page waits 0.3 s for Hireflix, which a busy computer may not answer in.
    eventually(lambda: f">{count}<" in page(hireflix, session["entry_url"]).text)
    shown = page(hireflix, session["entry_url"]).text
    assert f"up to {-(-count * 100 // 60)} minutes" in shown


def test_the_landing_page_does_not_wait_for_a_hanging_hireflix(hireflix: Desk, fake: FakeHireflix) -> None:
    session = hireflix.start()
    asked = len(fake.requests)
    fake.latency_s = 3.0
    shown = page(hireflix, session["entry_url"]).text
    assert all_texts()["en"]["landing_questions"] not in shown
    fake.latency_s = 0.0
    eventually(lambda: len(fake.requests) > asked)


@pytest.mark.parametrize("begun", [True, False])
def test_pressing_the_start_button_prevents_expiry_and_opening_the_page_does_not(begun: bool, hireflix: Desk) -> None:
    session = hireflix.start(ttl_hours=5)
    page(hireflix, session["entry_url"])
    if begun:
        press(hireflix, session["entry_url"])
    hireflix.clock.advance(hours=9)
    expected = "in_progress" if begun else "expired"
    assert hireflix.refresh(session["session_id"]).json["status"] == expected


def test_no_page_for_candidates_says_with_hireflix_that_it_is_a_demo(hireflix: Desk) -> None:
    shown = page(hireflix, hireflix.start()["entry_url"]).text
    unknown = hireflix.client.request("GET", "/i/unknown", headers=HTML).text
    assert all_texts()["en"]["unknown_heading"] in unknown
    assert all_texts()["en"]["demo_mark"] not in shown + unknown
