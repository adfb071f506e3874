"""The culture profile of a job, whatever its shape, from each source and in a draft."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import MakeApp
from for_each import for_each
from sources.test_api_source import FakeSend
from sources.test_main_system_tables import NEWER, ONE_JOB, source_of
from tener_interview.errors import Problem
from tener_interview.outbound.request import Unreachable, UpstreamResponse
from tener_interview.sources.api import ApiSource
from tener_interview.sources.culture import culture_of_detail, culture_statements

CULTURE = "CREATE TABLE job_culture_profiles (id INTEGER PRIMARY KEY, job_id INTEGER, profile TEXT, created_at TEXT);"


@for_each(("profile", "statements"), [
    (None, ()), ("", ()), (7, ()), ("{broken", ()), ([], ()), ({"score": 0.9, "remote": True}, ()),
    ("We write things down", ("We write things down",)),
    ("- We write\n- We rest\n\n", ("We write", "We rest")),
    ('{"values": ["Be kind", "Be kind", " "], "style": {"pace": "calm"}}', ("Be kind", "calm")),
    ({"job_id": "12", "created_at": "2026-01-01", "website": "https://a.example", "values": ["Learn"]}, ("Learn",)),
    ('"[\\"Twice\\"]"', ("Twice",)),
    ('"Be kind" is what we say', ('"Be kind" is what we say',)),
    (b'["\xc3\xa9quipe"]', ("équipe",)),
    ([[[[[[["too deep"]]]]]]], ()),
    ("x" * 1_000, ("x" * 300,)),
])
def test_culture_statements_are_read_from_a_profile(profile: object, statements: tuple[str, ...]) -> None:
    assert culture_statements(profile) == statements


def test_the_number_and_length_of_culture_statements_are_limited() -> None:
    assert len(culture_statements([f"statement {number}" for number in range(500)])) == 40


@for_each(("detail", "statements"), [
    ({"id": 1, "culture_profile": {"values": ["Candour"]}}, ("Candour",)),
    ({"job": {"title": "A", "culture": '["Calm"]'}}, ("Calm",)),
    ({"item": {"job_culture_profile": {"summary": "We ship on Tuesdays."}}}, ("We ship on Tuesdays.",)),
    ({"job": {"title": "A"}}, ()), ([], ()), ("culture", ()), ({"culture": None}, ()),
])
def test_the_job_details_of_the_source_api_may_hold_a_culture_profile(
    detail: object, statements: tuple[str, ...]
) -> None:
    assert culture_of_detail(detail) == statements


def test_the_culture_profile_is_requested_for_one_job() -> None:
    def culture_from(answer: UpstreamResponse | Unreachable) -> tuple[str, ...]:
        send = FakeSend(answer)
        try:
            return ApiSource(send, "https://main.example.com", None, 20.0, FakeClock()).culture(5)
        finally:
            assert [url for _, url, *_ in send.asked] == ["https://main.example.com/api/jobs/5"]

    body = json.dumps({"job": {"culture_profile": {"values": ["Candour"]}}}).encode()
    assert culture_from(UpstreamResponse(200, {}, body)) == ("Candour",)
    assert culture_from(UpstreamResponse(404, {}, b"")) == ()
    assert culture_from(UpstreamResponse(200, {}, b"<html>")) == ()
    for failing in (UpstreamResponse(500, {}, b""), UpstreamResponse(401, {}, b""), Unreachable("it is down")):
        with pytest.raises(Problem) as caught:
            culture_from(failing)
        assert caught.value.code == "SOURCE_UNAVAILABLE"


@pytest.mark.parametrize(("tables", "statements"), [
    ("", ()),
    (CULTURE, ()),
    (f"{CULTURE} INSERT INTO job_culture_profiles VALUES (1, 1, '{{\"a\": [\"Calm\"]}}', '2026-01-01');", ("Calm",)),
    (f"{CULTURE} INSERT INTO job_culture_profiles VALUES (1, 2, '[\"Of another job\"]', '');", ()),
    (f"{CULTURE} INSERT INTO job_culture_profiles VALUES (1, 1, 'broken', ''), (2, 1, '[\"Calm\"]', '');", ("Calm",)),
    ("CREATE TABLE job_culture_profiles (other TEXT);", ()),
])
def test_the_source_database_may_hold_culture_profiles(
    tmp_path: Path, tables: str, statements: tuple[str, ...]
) -> None:
    source = source_of(tmp_path / "main.sqlite3", f"{ONE_JOB} {NEWER} (1, 2, 1, '', '', ''); {tables}")
    assert source.culture(1) == statements
    assert source.culture(99) == source.culture(2**70) == ()


def test_a_draft_asks_about_the_culture_profile(make_app: MakeApp, environ: dict[str, str]) -> None:
    path = Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"])
    source_of(path, f"{ONE_JOB} {NEWER} (1, 2, 1, '', '', ''); {CULTURE}")
    client = Client(make_app())

    def reasons() -> list[Any]:
        plan = client.post("/api/jobs/1/plan/draft", {"replace": True}).json["plan"]
        return [question["reason"] for question in plan["questions"]]

    assert not any("culture" in reason for reason in reasons())
    with closing(sqlite3.connect(path)) as db, db:
        profile = json.dumps({"values": ["Curiosity beats certainty"]})
        db.execute("INSERT INTO job_culture_profiles VALUES (1, 1, ?, '')", (profile,))
    assert "The company says of its culture: “Curiosity beats certainty”." in reasons()
