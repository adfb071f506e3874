"""The main system's API: every response except a complete list is a fault with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from fakes.clock import FakeClock
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.outbound.request import Unreachable, UpstreamResponse
from tener_interview.sources.api import ApiSource
from tener_interview.sources.protocol import Candidate, Job

TOKEN = "token-that-must-stay-hidden"
JSON = {"content-type": "application/json"}


class FakeSend:
    """Answers every request the same way and remembers what was asked."""

    def __init__(self, answer: UpstreamResponse | Unreachable) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, dict[str, str], bytes | None, float]] = []

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
    ) -> UpstreamResponse:
        self.asked.append((method, url, dict(headers), body, timeout_s))
        if isinstance(self.answer, Unreachable):
            raise self.answer
        return self.answer


def source_of(answer: UpstreamResponse | Unreachable, token: str | None = TOKEN) -> tuple[ApiSource, FakeSend]:
    send = FakeSend(answer)
    return ApiSource(send, "https://main.example.com/base/", token, 20.0, FakeClock()), send


def items(*rows: object) -> UpstreamResponse:
    return UpstreamResponse(200, JSON, json.dumps({"items": rows}).encode())


def test_jobs_are_requested_with_limit_and_token() -> None:
    source, send = source_of(items({"id": 1, "title": "A", "created_at": "2026-01-01", "preferred_languages": ["en"]},
                                   {"id": "2", "title": None, "created_at": "2026-01-02", "more": {"x": 1}}))
    assert source.kind == "api"
    assert source.location == "https://main.example.com/base"
    assert source.jobs(200) == [
        Job(2, "Job 2", created_at="2026-01-02T00:00:00.000Z"),
        Job(1, "A", preferred_languages=("en",), created_at="2026-01-01T00:00:00.000Z"),
    ]
    method, url, headers, body, timeout_s = send.asked[0]
    assert (method, url, body, timeout_s) == ("GET", "https://main.example.com/base/api/jobs?limit=200", None, 20.0)
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_without_a_source_token_no_authorization_is_sent() -> None:
    source, send = source_of(items(), token=None)
    assert source.jobs(5) == []
    assert "Authorization" not in send.asked[0][2]


def test_more_rows_than_the_requested_limit_are_dropped() -> None:
    source, _ = source_of(items({"id": 1}, {"id": 2}, {"id": 3}))
    assert [job.job_id for job in source.jobs(2)] == [3, 2]


def test_candidates_come_best_first_with_lists_in_either_form() -> None:
    source, send = source_of(items(
        {"candidate_id": 43, "full_name": None, "score": None},
        {"candidate_id": 42, "full_name": "Jane Doe", "score": "0.9", "status": "new", "languages": '["en"]',
         "skills": ["Python", 3], "years_experience": "8 years", "linkedin_id": "li", "headline": "H",
         "location": "L", "email": "jane@example.com"},
    ))
    assert source.candidates(1, 500) == [
        Candidate(42, "Jane Doe", 0.9, "new", "H", "L", ("en",), ("Python", "3"), 8.0, "li", "jane@example.com"),
        Candidate(43, "Candidate 43"),
    ]
    assert send.asked[0][1] == "https://main.example.com/base/api/jobs/1/candidates?limit=500"


@for_each(
    ("listed", "wanted", "limits"),
    [
        (3, {2, 99}, ["500"]),
        (500, {2, 499}, ["500"]),
        (500, {2, 501}, ["500", "10000"]),
    ],
)
def test_the_whole_list_is_requested_only_if_the_short_one_does_not_suffice(
    listed: int, wanted: set[int], limits: list[str]
) -> None:
    source, send = source_of(items(*({"candidate_id": number} for number in range(1, listed + 1))))
    assert set(source.candidates_by_id(1, wanted)) == wanted & set(range(listed + 1))
    assert [url.partition("?limit=")[2] for _, url, *_ in send.asked] == limits


def test_an_unknown_job_of_the_source_api_is_not_found() -> None:
    source, _ = source_of(UpstreamResponse(404, JSON, b'{"error": "no such job"}'))
    with pytest.raises(Problem) as caught:
        source.candidates(9, 10)
    assert caught.value.code == "JOB_NOT_FOUND"
    assert source.candidates_by_id(9, [1]) == {}


@for_each(
    ("answer", "reason"),
    [
        (Unreachable("it refuses connections", sent=False), "it refuses connections"),
        (Unreachable("it did not answer within 20 seconds", timed_out=True), "did not answer within 20 seconds"),
        (UpstreamResponse(401, JSON, b"{}"), "TENER_INTERVIEW_SOURCE_API_TOKEN"),
        (UpstreamResponse(403, JSON, b"{}"), "forbids"),
        (
            UpstreamResponse(302, {"location": "https://elsewhere.example.com/?key=hidden"}, b""),
            "sends on to another address",
        ),
        (UpstreamResponse(400, JSON, b"{}"), "status 400"),
        (UpstreamResponse(429, JSON, b"{}"), "fewer requests"),
        (UpstreamResponse(500, JSON, b'{"items": []}'), "it failed (500)"),
        (UpstreamResponse(503, {"content-type": "text/html"}, b"<html>"), "it failed (503)"),
        (UpstreamResponse(204, {}, b""), "status 204"),
        (UpstreamResponse(200, {"content-type": "text/html; charset=utf-8"}, b"<html>"), "a web page instead of JSON"),
        (UpstreamResponse(200, JSON, b""), "instead of JSON"),
        (UpstreamResponse(200, JSON, b"\xff\xfe\xfd"), "instead of JSON"),
        (UpstreamResponse(200, JSON, b"[" * 100_000), "instead of JSON"),
        (UpstreamResponse(200, JSON, b'{"items": [{"id": 1}'), "instead of JSON"),
        (UpstreamResponse(200, JSON, b"[]"), "no list of `items`"),
        (UpstreamResponse(200, JSON, b"null"), "no list of `items`"),
        (UpstreamResponse(200, JSON, b'{"jobs": []}'), "no list of `items`"),
        (UpstreamResponse(200, JSON, b'{"items": {"id": 1}}'), "no list of `items`"),
        (UpstreamResponse(200, JSON, b'{"items": [1]}'), "no list of `items`"),
        (items({"title": "nameless"}), "whose `id` is not a whole number"),
    ],
)
def test_a_source_response_that_is_not_a_list_is_a_fault_with_a_reason(
    answer: UpstreamResponse | Unreachable, reason: str
) -> None:
    source, _ = source_of(answer)
    with pytest.raises(Problem) as caught:
        source.jobs(10)
    assert caught.value.code == "SOURCE_UNAVAILABLE"
    assert reason in caught.value.error
    assert source.location in caught.value.error
    assert TOKEN not in caught.value.error
    assert "hidden" not in caught.value.error


@for_each(
    "answer", [UpstreamResponse(500, {}, b""), items({"full_name": "No id"}), Unreachable("it is dead")]
)
def test_a_candidates_response_that_is_not_a_list_is_a_fault_with_a_reason(
    answer: UpstreamResponse | Unreachable
) -> None:
    source, _ = source_of(answer)
    for ask in (lambda: source.candidates(1, 10), lambda: source.candidates_by_id(1, [1])):
        with pytest.raises(Problem) as caught:
            ask()
        assert caught.value.code == "SOURCE_UNAVAILABLE"


def test_a_404_for_the_list_of_jobs_is_a_fault() -> None:
    source, _ = source_of(UpstreamResponse(404, JSON, b"{}"))
    with pytest.raises(Problem, match="TENER_INTERVIEW_SOURCE_API_BASE"):
        source.jobs(10)
