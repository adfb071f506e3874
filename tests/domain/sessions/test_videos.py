"""Videos of answers: their addresses are read when they are opened, by those who may, and the page plays no others."""

from __future__ import annotations

import logging

import pytest

from fakes.client import Client
from fakes.desk import MakeDesk
from fakes.hireflix import FakeHireflix
from fakes.users import signed_in
from for_each import for_each
from tener_interview.actor import Role
from tener_interview.web.response import CONTENT_SECURITY_POLICY, policy_with_media

BEARER = {"Authorization": "Bearer the-admin-token"}
HTML = {"Accept": "text/html"}


def test_the_url_of_a_video_is_read_anew_for_users_who_may_watch(
    make_desk: MakeDesk, fake: FakeHireflix, caplog: pytest.LogCaptureFixture
) -> None:
    desk = make_desk(TENER_INTERVIEW_ADMIN_TOKEN="the-admin-token")
    desk.client = Client(desk.app, BEARER)
    session_id = desk.scored()
    question_id = desk.scorecard(session_id)["transcription_scoring"]["question_scores"][0]["question_id"]
    stored = desk.row(session_id)
    mine = signed_in(desk.app, Role.REVIEWER, name="Rita", job_ids=[1])
    another = signed_in(desk.app, Role.REVIEWER, name="Otto", job_ids=[2])
    address = f"/api/reviews/{session_id}/video/{question_id}"

    caplog.set_level(logging.INFO)
    requests = len(fake.requests)
    assert "Signature=" in mine.get(address).json["video_url"]
    assert "Signature=" in desk.client.get(address).json["video_url"]
    assert len(fake.requests) == requests + 2
    assert desk.row(session_id) == stored
    assert "Signature" not in caplog.text
    assert mine.get(f"/api/reviews/{session_id}/video/of-another-interview").json == {"video_url": None}
    assert another.get(address).json["code"] == "INTERVIEW_SESSION_NOT_FOUND"
    assert len(fake.requests) == requests + 3

    unfinished = desk.started(43)
    assert desk.client.get(f"/api/reviews/{unfinished}/video/{question_id}").json["code"] == "INTERVIEW_NOT_FINISHED"

    page = mine.get(f"/reviews/{session_id}", **HTML)
    assert "media-src https://media.hireflix.com" in page.headers["content-security-policy"]
    for other in ("/reviews", "/reviews/iv_unknown"):
        policy = mine.get(other, **HTML).headers["content-security-policy"]
        assert "media.hireflix.com" not in policy


@for_each("origin", [
    "https://a.example; script-src *", "javascript:x", "https://a.example/path", "*", "https:", "https://a b", "",
])
def test_only_origins_can_be_added_to_the_content_security_policy(origin: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        policy_with_media([origin])
    assert policy_with_media([]) == CONTENT_SECURITY_POLICY
    assert policy_with_media(["https://a.example", "http://b:80"]).endswith("media-src https://a.example http://b:80")
