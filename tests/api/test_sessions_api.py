"""Sessions through the API: shapes, reuse, cancelling, and everything that is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import SESSIONS, START, MakeApp, faulty_fields, read_session, refused, score, start, stored
from for_each import for_each
from tener_interview.store.ports import Transaction
from tener_interview.store.sqlite.database import Store

ONE = {"job_id": 1, "candidate_id": 42}
SESSION_KEYS = {
    "session_id", "job_id", "candidate_id", "candidate_name", "conversation_id", "language", "status", "provider",
    "position_id", "entry_url", "expires_at", "started_at", "completed_at", "scored_at", "last_sync_at",
    "awaiting_transcription", "last_error", "summary",
}
SCORES = {"technical_score", "soft_skills_score", "culture_fit_score", "total_score"}
JUDGEMENT = SCORES | {"score_confidence", "pass_recommendation"}
QUESTION_KEYS = {
    "question_index", "question_id", "title", "dimension", "rule_id", "score", "status", "reasons", "flags", "details",
    "transcript", "video_url", "competency", "weight", "dealbreaker", "model_answer", "override", "opinion",
    "topic", "strength", "has_video",
}
RECOMMENDATIONS = {"strong_yes", "yes", "mixed", "no"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UNKNOWN = f"{SESSIONS}/iv_{'0' * 32}"


# Shapes


def test_a_start_response_has_every_documented_field(client: Client) -> None:
    reply = client.post(START, {
        **ONE, "candidate_name": "Jane Doe", "candidate_email": "jane.doe@example.com", "conversation_id": 77,
        "language": "en", "ttl_hours": 72, "unknown": {"is": "ignored"},
    })
    assert reply.status == 201
    answer = reply.json
    assert set(answer) == {
        "session_id", "status", "entry_url", "expires_at", "reused", "provider", "shared_with_job", "corrections",
        "adjusted", "invitation_message",
    }
    assert re.fullmatch(r"iv_[0-9a-f]{32}", answer["session_id"])
    assert (answer["status"], answer["reused"]) == ("invited", False)
    assert re.fullmatch(r"http://127\.0\.0\.1:8090/i/[\w-]{76}", answer["entry_url"])
    assert answer["expires_at"] == "2026-02-05T02:40:00.000Z"
    assert set(answer["provider"]) == {"name", "invitation_id", "assessment_id"}
    assert answer["provider"]["name"] == "demo"


def test_a_session_response_has_every_documented_field(client: Client) -> None:
    person: dict[str, Any] = {"candidate_name": "Jane Doe", "candidate_email": "j@example.com"}
    answer = start(client, **person, conversation_id=77, language="en")
    session = read_session(client, answer["session_id"])
    assert set(session) >= SESSION_KEYS
    assert set(session["summary"]) == SCORES
    known = {"job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe", "conversation_id": 77, "language": "en",
             "status": "invited", "provider": "demo", "awaiting_transcription": False, "last_error": None,
             "started_at": None, "completed_at": None, "scored_at": None, "entry_url": answer["entry_url"],
             "expires_at": answer["expires_at"]}
    assert {name: session[name] for name in known} == known
    assert "j@example.com" not in json.dumps(session)


def test_a_scored_session_response_has_every_documented_field(client: Client) -> None:
    session_id = start(client)["session_id"]
    refreshed = score(client, session_id)
    assert set(refreshed) == {
        "session_id", "status", "updated", "awaiting_transcription", "needs_review", "review_reason", "result",
    }
    assert set(refreshed["result"]) == JUDGEMENT | {"question_scores", "competency_scores"}
    assert refreshed["updated"] is True
    session = read_session(client, session_id)
    assert session["summary"] == {name: refreshed["result"][name] for name in SCORES}
    for name in ("completed_at", "scored_at", "last_sync_at"):
        assert TIME.fullmatch(session[name])


def test_a_scorecard_response_has_every_documented_field(client: Client) -> None:
    session_id = start(client)["session_id"]
    url = f"{SESSIONS}/{session_id}/scorecard"
    expected = {
        "session_id": session_id, "status": "invited", "needs_review": False, "review_reason": None,
        "shared_with_job": None, "plan_version": None, "scorecard": None, "override": None, "machine_total": None,
        "human_total": None, "human_reviews": 0, "human_spread": None, "total_source": None,
        "judge_total": None, "judge_spread": None, "correction_notes": [], "breakdown": None,
        "machine_total_low": None, "machine_total_high": None, "scored_without_consent": None,
        "headline": "Not answered yet: the link has not been opened.",
        "judgement": {"state": "off", "model": None, "answers": 0, "scored_answers": 0},
    }
    assert client.get(url).json == expected
    score(client, session_id)
    card = client.get(url).json["scorecard"]
    assert set(card) == JUDGEMENT | {
        "total_score_low", "total_score_high", "result_version", "formula_version", "formula_hash",
        "outdated", "transcription_scoring", "competencies", "competency_scores", "scored_plan_version", "total_source",
    }
    assert card["pass_recommendation"] in RECOMMENDATIONS
    assert 0 <= card["score_confidence"] <= 1
    assert card["result_version"] == 1
    scoring = card["transcription_scoring"]
    assert set(scoring) == {
        "applied", "summary", "criteria_version", "criteria_hash", "engine_version", "coverage", "question_scores",
    }
    assert set(scoring["coverage"]) == {"total_questions", "scored_questions", "missing_transcriptions"}
    assert scoring["coverage"]["total_questions"] == len(scoring["question_scores"]) > 0
    for index, question in enumerate(scoring["question_scores"]):
        assert set(question) == QUESTION_KEYS
        assert question["question_index"] == index
        assert question["status"] in ("scored", "missing_transcription", "unanswered", "not_scorable")
        assert question["score"] is None or 0 <= question["score"] <= 100


def test_the_events_of_a_session_are_listed_in_order_with_their_source(client: Client) -> None:
    session = start(client)
    client.get(session["entry_url"])
    score(client, session["session_id"])
    items = client.get(f"{SESSIONS}/{session['session_id']}/events").json["items"]
    assert all(set(item) == {"event", "source", "at", "details"} for item in items)
    assert [(item["event"], item["source"]) for item in items] == [
        ("created", "recruiter"), ("invited", "system"), ("link_opened", "candidate"), ("completed", "recruiter"),
        ("scored", "recruiter"),
    ]
    assert all(TIME.fullmatch(item["at"]) for item in items)


def test_refreshing_a_scored_session_returns_the_stored_result(client: Client, clock: FakeClock) -> None:
    session_id = start(client)["session_id"]
    first = score(client, session_id)
    clock.advance(hours=1)
    again = client.post(f"{SESSIONS}/{session_id}/refresh", {}).json
    assert again == {**first, "updated": False}
    forced = client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True}).json
    assert forced == {**first, "updated": False}
    assert client.get(f"{SESSIONS}/{session_id}/scorecard").json["scorecard"]["result_version"] == 1


def test_a_demo_candidate_answers_at_the_second_refresh(client: Client) -> None:
    refresh = f"{SESSIONS}/{start(client)['session_id']}/refresh"
    first, second = (client.post(refresh).json for _ in range(2))
    assert (first["status"], first["updated"], first["result"]) == ("invited", False, None)
    assert (second["status"], second["updated"]) == ("scored", True)


# Starting again


def test_starting_an_active_session_again_returns_it_unchanged(client: Client, environ: dict[str, str]) -> None:
    first = start(client, candidate_name="Jane Doe", ttl_hours=5)
    before = stored(environ)
    again = client.post(START, {**ONE, "candidate_name": "Jane Doe", "ttl_hours": 5})
    assert (again.status, again.json) == (200, {**first, "reused": True})
    assert stored(environ) == before


def test_a_finished_interview_is_not_started_again(client: Client, environ: dict[str, str]) -> None:
    session_id = start(client)["session_id"]
    score(client, session_id)
    before = stored(environ)
    details = refused(client.post(START, ONE), "INTERVIEW_ALREADY_FINISHED")
    assert details == {"session_id": session_id, "status": "scored"}
    for action in ("cancel", "link"):
        refused(client.post(f"{SESSIONS}/{session_id}/{action}"), "INTERVIEW_ALREADY_FINISHED")
    assert stored(environ) == before


def test_starting_after_a_cancellation_creates_a_new_session(client: Client) -> None:
    first = start(client)
    client.post(f"{SESSIONS}/{first['session_id']}/cancel")
    second = client.post(START, ONE)
    assert (second.status, second.json["reused"]) == (201, False)
    assert second.json["session_id"] != first["session_id"]
    assert read_session(client, first["session_id"])["status"] == "canceled"


def test_the_same_candidate_may_be_interviewed_for_two_jobs(client: Client) -> None:
    first = start(client, job_id=1)
    assert first["session_id"] != start(client, job_id=2, share_interview=False)["session_id"]


def test_a_session_can_start_for_a_job_and_candidate_outside_the_source(client: Client) -> None:
    assert start(client, candidate_id=2**63 - 1, job_id=2**63 - 1, unlisted=True)["status"] == "invited"


def test_a_missing_email_is_made_up_or_refused_by_setting(make_app: MakeApp, environ: dict[str, str]) -> None:
    strict = Client(make_app(TENER_INTERVIEW_ALLOW_SYNTHETIC_EMAIL="false"))
    before = stored(environ)
    for email in (None, "", "  "):
        details = refused(strict.post(START, {**ONE, "candidate_email": email}), "CANDIDATE_EMAIL_REQUIRED")
        assert details == {"candidate_id": 42}
    assert stored(environ) == before
    assert start(strict, candidate_email="jane@example.com")["status"] == "invited"
    lenient = Client(make_app(TENER_INTERVIEW_SYNTHETIC_EMAIL_DOMAIN="no-mail.example"))
    start(lenient, 43)
    assert any("candidate-43-job-1@no-mail.example" in row for row in stored(environ))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Jane   Doe ", "Jane Doe"),
        ("Zoë Żółć-Nguyễn", "Zoë Żółć-Nguyễn"),
        ("李小龙", "李小龙"),
        ("محمد الأمين", "محمد الأمين"),
        ("\u0921\u0949. \u092a\u094d\u0930\u093f\u092f\u093e", "\u0921\u0949. \u092a\u094d\u0930\u093f\u092f\u093e"),
        ("O'Brien <b>", "O'Brien <b>"),
        ("👩🏽\u200d💻 Ada", "👩🏽\u200d💻 Ada"),
        ("x" * 200, "x" * 200),
        ("", "Candidate 42"),
        (None, "Candidate 42"),
        (" \u3000 ", "Candidate 42"),
        ("\u200b\u2060 \u0301", "Candidate 42"),
    ],
)
def test_candidate_names_in_any_script_are_kept(given: str | None, kept: str, client: Client) -> None:
    assert read_session(client, start(client, candidate_name=given)["session_id"])["candidate_name"] == kept


# Cancelling and renewing


def test_canceling_a_session_twice_is_like_canceling_it_once(client: Client, environ: dict[str, str]) -> None:
    url = f"{SESSIONS}/{start(client)['session_id']}/cancel"
    first = client.post(url)
    assert (first.status, first.json["status"], first.json["entry_url"]) == (200, "canceled", None)
    assert set(first.json) >= SESSION_KEYS
    before = stored(environ)
    assert client.post(url, {}).json == first.json
    assert stored(environ) == before


def test_a_canceled_session_stays_canceled(client: Client, environ: dict[str, str]) -> None:
    session_id = start(client)["session_id"]
    client.post(f"{SESSIONS}/{session_id}/cancel")
    before = stored(environ)
    refused(client.post(f"{SESSIONS}/{session_id}/link"), "INTERVIEW_LINK_REVOKED")
    refreshed = client.post(f"{SESSIONS}/{session_id}/refresh", {"force": True}).json
    assert (refreshed["status"], refreshed["updated"], refreshed["result"]) == ("canceled", False, None)
    assert stored(environ) == before


@pytest.mark.parametrize(
    ("action", "body", "status"), [("cancel", {}, "canceled"), ("link", {"revoke": True}, "invited")]
)
def test_canceling_or_replacing_revokes_a_link_that_is_opened_at_the_same_time(
    action: str, body: dict[str, Any], status: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = start(client)
    read = Store.read
    meddled: list[bool] = []

    @contextmanager
    def open_the_link_after(store: Store) -> Iterator[Transaction]:
        """Between the first reading and what is made of it."""
        with read(store) as tx:
            yield tx
        if not meddled:
            meddled.append(True)
            client.get(session["entry_url"])

    monkeypatch.setattr(Store, "read", open_the_link_after)
    assert client.post(f"{SESSIONS}/{session['session_id']}/{action}", body).json["status"] == status
    refused(client.get(session["entry_url"]), "INTERVIEW_LINK_REVOKED")


@pytest.mark.parametrize("hours", [1, 8760])
def test_a_link_is_valid_for_the_requested_hours(hours: int, client: Client, clock: FakeClock) -> None:
    session_id = start(client, ttl_hours=hours)["session_id"]
    fresh = client.post(f"{SESSIONS}/{session_id}/link", {"ttl_hours": hours}).json
    assert fresh["expires_at"] == read_session(client, session_id)["expires_at"]
    clock.advance(hours=hours, seconds=-1)
    assert client.get(fresh["entry_url"]).status == 302


@for_each("method", ["GET", "POST"])
@for_each("part", ["", "/events", "/scorecard", "/refresh", "/cancel", "/link"])
def test_an_unknown_session_is_not_found(part: str, method: str, client: Client) -> None:
    if (method == "GET") is (part in ("", "/events", "/scorecard")):
        refused(client.request(method, UNKNOWN + part), "INTERVIEW_SESSION_NOT_FOUND")
    else:
        reply = client.request(method, UNKNOWN + part)
        refused(reply, "METHOD_NOT_ALLOWED")
        assert set(reply.headers["allow"].split(", ")) <= {"GET", "HEAD", "PATCH", "POST"}


def test_a_malformed_session_id_is_not_found(client: Client) -> None:
    for session_id in ("iv_", "x", "%00", "%ff", "iv_'--", "A" * 3000, "%2e%2e", "iv_%F0%9F%98%80"):
        refused(client.get(f"{SESSIONS}/{session_id}"), "INTERVIEW_SESSION_NOT_FOUND")


# What is refused

_NO_IDS: tuple[Any, ...] = (
    0, -1, 2**63, 10**30, 1.5, 1e300, True, False, "0", "-1", "+1", "1.0", "1e3", "0x1", "1_0", "one", "1 2", "\u0661",
    str(2**63), [1], {"a": 1}, [],
)
_TEXTS = (1, True, ["x"], {"x": 1}, 1.5)
_MARKS = (
    "nul\0byte", "line\nbreak", "turned\u202eround", "isolate\u2066d", "escape\x1b[31m", "c1\x85control", "del\x7fete",
)
HOSTILE: dict[str, tuple[Any, ...]] = {
    "job_id": (*_NO_IDS, None),
    "candidate_id": (*_NO_IDS, None),
    "candidate_name": _TEXTS,
    "candidate_email": (*_TEXTS, *_MARKS, "jane", "jane@localhost", "a@b@c.de", "jane@example.com, x@example.com",
                        "x" * 250 + "@example.com", "\u202ejane@example.com"),
    "ttl_hours": (True, False, "one", "for ever", "1e3", "1,5", "0x10", [1], {"a": 1}, []),
}


@for_each("field", HOSTILE)
def test_an_invalid_field_value_starts_no_session(field: str, client: Client, environ: dict[str, str]) -> None:
    before = stored(environ)
    for value in HOSTILE[field]:
        assert faulty_fields(client.post(START, {**ONE, field: value})) == {field}, repr(value)
    assert stored(environ) == before


def test_all_invalid_fields_are_named_at_once(client: Client) -> None:
    reply = client.post(START, {field: values[0] for field, values in HOSTILE.items()})
    assert faulty_fields(reply) == set(HOSTILE)


def test_missing_fields_are_named(client: Client) -> None:
    assert refused(client.post(START, {}), "VALIDATION_FAILED")["fields"] == {
        "job_id": "is required", "candidate_id": "is required",
    }
    assert faulty_fields(client.post(START)) == {"job_id", "candidate_id"}


BODIES: list[tuple[bytes, str]] = [
    (b"{", "INVALID_JSON"),
    (b"job_id=1&candidate_id=42", "INVALID_JSON"),
    (b'{"job_id": 1, "candidate_id": 42, "candidate_name": "\\ud800"}', "INVALID_JSON"),
    (b'{"job_id": 1, "candidate_id": 42, "candidate_name": "\xff"}', "INVALID_JSON"),
    (b'{"job_id": NaN, "candidate_id": 42}', "INVALID_JSON"),
    (b'{"job_id": 1, "job_id": 2, "candidate_id": 42}', "INVALID_JSON"),
    (b'{"job_id": 1, "candidate_id": 42, "x": [{"y": 1, "\\u0079": 2}]}', "INVALID_JSON"),
    (b'{"job_id": Infinity, "candidate_id": 42}', "INVALID_JSON"),
    (b'{"job_id": 1, "candidate_id": ' + b"4" * 5000 + b"}", "INVALID_JSON"),
    (b'{"job_id": 1, "candidate_id": 42, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "INVALID_JSON"),
    (b'{"x": ' * 100_000 + b"1" + b"}" * 100_000, "INVALID_JSON"),
    (b"[]", "VALIDATION_FAILED"),
    (b"null", "VALIDATION_FAILED"),
    (b'"text"', "VALIDATION_FAILED"),
    (b" " * (2 * 1024 * 1024), "BODY_TOO_LARGE"),
]


@for_each("path", [START, f"{UNKNOWN}/refresh", f"{UNKNOWN}/link", f"{UNKNOWN}/cancel"])
def test_an_invalid_body_starts_no_session(path: str, client: Client, environ: dict[str, str]) -> None:
    before = stored(environ)
    for body, code in BODIES:
        refused(client.post(path, body), code)
    assert stored(environ) == before


def test_numbers_beyond_the_integer_range_are_refused(client: Client) -> None:
    assert faulty_fields(client.post(START, b'{"job_id": 1, "candidate_id": 1e999}')) == {"candidate_id"}


def test_a_body_that_is_not_json_starts_no_session(client: Client, environ: dict[str, str]) -> None:
    before = stored(environ)
    for media in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        refused(client.post(START, ONE, Content_Type=media), "UNSUPPORTED_MEDIA_TYPE")
    assert stored(environ) == before


def test_the_force_flag_must_be_true_or_false(client: Client, environ: dict[str, str]) -> None:
    url = f"{SESSIONS}/{start(client)['session_id']}/refresh"
    before = stored(environ)
    values: tuple[object, ...] = (1, 0, "yes", "1", "truee", "null", ["true"], [], {})
    for value in values:
        assert faulty_fields(client.post(url, {"force": value})) == {"force"}, repr(value)
    assert stored(environ) == before
    assert [client.post(url, {"force": text}).json["status"] for text in ("FALSE", " true ")] == ["invited", "scored"]
