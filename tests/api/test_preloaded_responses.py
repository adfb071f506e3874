"""What the dashboard brings along: the same answers as of the API, and nothing that fails or that takes long."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.desk import write_source
from fakes.front_door import MakeApp, start


def preloaded(client: Client, query: str = "") -> dict[str, Any]:
    page = client.get(f"/dashboard{query}")
    assert page.status == 200
    (text,) = re.findall(r'<script id="preloaded-responses" type="application/json">(.*)</script>', page.text)
    answers: dict[str, Any] = json.loads(text)
    return answers


@pytest.fixture
def desk(make_app: MakeApp, tmp_path: Path) -> Client:
    write_source(tmp_path / "jobs.sqlite3", {1: ("</script><b>Ada", None), 2: ("Bo", None)})
    return Client(make_app(TENER_INTERVIEW_SOURCE_DB_PATH=tmp_path / "jobs.sqlite3"))


def test_embedded_responses_equal_those_of_the_api(desk: Client) -> None:
    start(desk)
    everywhere = ["/api/account", "/api", "/api/admin/jobs?limit=500"]
    for query, job_id in (("", None), ("?job=2&view=plan", 2), ("?job=77", 77), ("?job=1&find=%3Cscript%3E", 1)):
        answers = preloaded(desk, query)
        of_job = [f"/api/jobs/{job_id}/plan", f"/api/jobs/{job_id}/funnel"] if job_id else []
        assert list(answers) == [*everywhere, *of_job]
        for address, answer in answers.items():
            reply = desk.get(address)
            assert answer["body"] == reply.json, address
            assert answer["etag"] in (None, reply.headers.get("etag")), address
    assert answers["/api/jobs/1/funnel"]["body"]["states"] == {"invited": 1}
    assert answers["/api/jobs/1/plan"]["etag"] is not None


def test_a_page_without_a_valid_job_in_its_url_embeds_no_job_responses(desk: Client) -> None:
    for job in ("none", "-1", "1%3C/script%3E", "9999999999999999999", "1.0", "%FF"):
        assert [address for address in preloaded(desk, f"?job={job}") if address.startswith("/api/jobs/")] == []


def test_api_requests_that_fail_are_not_embedded_in_the_page(make_app: MakeApp) -> None:
    gone = Client(make_app(TENER_INTERVIEW_SOURCE_DB_PATH=__file__))
    assert list(preloaded(gone)) == ["/api/account", "/api"]
    assert list(preloaded(gone, "?job=5")) == [
        "/api/account", "/api", "/api/jobs/5/plan", "/api/jobs/5/funnel",
    ]


def test_responses_that_need_another_system_are_not_embedded_in_the_page(make_app: MakeApp) -> None:
    slow = Client(make_app(TENER_INTERVIEW_SOURCE_API_BASE="http://127.0.0.1:9"))
    assert list(preloaded(slow)) == ["/api/account", "/api"]
