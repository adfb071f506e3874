"""Valid and invalid Hireflix JSON as the service's own values."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from fakes.hireflix import FakeHireflix
from fakes.hireflix_client import Saying, invitee, provider_for, saying
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.providers.hireflix import mapping
from tener_interview.providers.protocol import AlreadyInvited, Interview, PositionDraft, Question, Stage

BASE = "https://app.hireflix.com"
INTERVIEW: dict[str, Any] = {
    "__typename": "InterviewType",
    "id": "65a000000000000000000101",
    "hash": "aB3dE5gH",
    "status": "completed",
    "answered": True,
    "completed": 1767312000000,
    "completedAt": 1767312000000.0,
    "externalId": "iv_1",
    "url": {"public": "https://app.hireflix.com/aB3dE5gH", "short": "https://hflx.io/c/aB3dE5gH"},
    "candidate": {"email": "ana@example.test"},
    "position": {"id": "65a000000000000000000001"},
    "questions": [
        {
            "id": "q1",
            "title": "Why?",
            "description": None,
            "answered": 1767311000000,
            "answer": {
                "id": "q1",
                "url": "https://media.hireflix.com/x",
                "transcription": {"languageCode": "en", "text": "Because."},
            },
        }
    ],
}


@for_each(
    ("status", "finished", "answered", "expected"),
    [
        *((status, False, False, Stage.PENDING) for status in ("pending", "new", "created", "PENDING", " Pending ")),
        *((status, False, False, Stage.FINISHED) for status in ("completed", "to_evaluate", "finished", "Completed")),
        *((status, False, False, Stage.FINISHED) for status in ("shortlisted", "preselected", "finalist")),
        *((status, False, False, Stage.WITHDRAWN) for status in ("discarded", "archived")),
        *((status, True, False, Stage.FINISHED) for status in ("discarded", "archived", "pending", "strange", None)),
        *((status, False, True, Stage.FINISHED) for status in ("discarded", "archived")),
        ("pending", False, True, Stage.PENDING),
        ("strange", False, True, Stage.UNKNOWN),
        ("", False, False, Stage.UNKNOWN),
        (None, False, False, Stage.UNKNOWN),
    ],
)
def test_every_hireflix_status_maps_to_its_stage(
    status: str | None, finished: bool, answered: bool, expected: Stage
) -> None:
    assert mapping.parse_stage(status, finished=finished, answered=answered) is expected


@for_each(
    ("url", "expected"),
    [
        ({"public": "https://app.hireflix.com/x"}, "https://app.hireflix.com/x"),
        ({"public": "http://localhost:99/x"}, "http://localhost:99/x"),
        ({"public": None, "short": "https://hflx.io/c/x"}, "https://hflx.io/c/x"),
        ({"public": "", "short": "hflx.io/c/x"}, "https://hflx.io/c/x"),
        ({"short": "//hflx.io/c/x"}, "https://hflx.io/c/x"),
        ({"public": "javascript:alert(1)", "short": "javascript:alert(1)"}, f"{BASE}/aB3dE5gH"),
        ({"public": "data:text/html,x", "short": None}, f"{BASE}/aB3dE5gH"),
        ({"public": "https://", "short": 5}, f"{BASE}/aB3dE5gH"),
        ({"public": "https://a\r\nSet-Cookie: x", "short": "https://[::1"}, f"{BASE}/aB3dE5gH"),
        ({"public": "https://a:99999/"}, f"{BASE}/aB3dE5gH"),
        (None, f"{BASE}/aB3dE5gH"),
        ({}, f"{BASE}/aB3dE5gH"),
    ],
)
def test_the_interview_url_of_a_candidate_is_always_http_or_https(url: Any, expected: str) -> None:
    assert mapping.parse_interview({**INTERVIEW, "url": url}, BASE).candidate_url == expected


@for_each("code", [None, "", "a/b", "../x", "x y", 5])
def test_an_interview_without_a_url_is_refused(code: Any) -> None:
    with pytest.raises(Problem):
        mapping.parse_interview({**INTERVIEW, "url": None, "hash": code}, BASE)


@for_each("url", ["javascript:alert(1)", "", None, 7, "//media", "ftp://media/x"])
def test_a_video_url_that_is_not_http_is_ignored(url: Any) -> None:
    question = {"id": "q", "title": "t", "answer": {"url": url}}
    assert mapping.parse_answer(question).video_url is None


@for_each(
    ("value", "expected"),
    [
        (1767312000000, 1767312000000),
        (1767312000000.7, 1767312000000),
        ("1767312000000", 1767312000000),
        (" 1767312000000.0 ", 1767312000000),
        *((wrong, None) for wrong in (None, True, False, 0, -5, "", "soon", float("nan"), float("inf"), 1e20)),
        ([], None),
        (10**400, None),
    ],
)
def test_hireflix_times_are_converted_to_milliseconds(value: Any, expected: int | None) -> None:
    assert mapping.parse_time_ms(value) == expected


@for_each(
    ("question", "answered", "at_ms"),
    [
        ({"answered": None, "answer": None}, False, None),
        ({}, False, None),
        ({"answered": 1767311000000}, True, 1767311000000),
        ({"answered": True, "answer": {}}, True, None),
        ({"answer": {"url": None, "transcription": None}}, True, None),
    ],
)
def test_a_question_counts_as_answered_if_it_has_a_time_or_an_answer_object(
    question: dict[str, Any], answered: bool, at_ms: int | None
) -> None:
    found = mapping.parse_answer({"id": "q", "title": "t", **question})
    assert (found.answered, found.answered_at_ms, found.transcript) == (answered, at_ms, None)


def test_unpaired_surrogates_in_texts_are_replaced() -> None:
    question = json.loads('{"id": "q", "title": "\\ud800?", "answer": {"transcription": {"text": "so\\udfff"}}}')
    found = mapping.parse_answer(question)
    assert (found.title, found.transcript) == ("??", "so?")


def test_nul_characters_are_left_out() -> None:
    """PostgreSQL cannot store them: each refresh would find that the transcript has changed."""
    found = mapping.parse_answer({"id": "q", "title": "A\0B", "answer": {"transcription": {"text": "\0 so\0"}}})
    assert (found.title, found.transcript) == ("AB", "so")


def test_optional_invitation_fields_are_sent_only_if_set() -> None:
    assert mapping.invitation_input(invitee("p", last_name=None))["candidate"] == {
        "email": "jane.doe1@example.test", "firstName": "Jane",
    }
    draft = PositionDraft("P", None, (Question("A?"), Question("B?", "b", 59), Question("C?", None, 180)))
    assert mapping.position_input(draft) == {
        "name": "P",
        "questions": [
            {"title": "A?"},
            {"title": "B?", "description": "b", "timeLimit": {"minutes": 0, "seconds": 59}},
            {"title": "C?", "timeLimit": {"minutes": 3, "seconds": 0}},
        ],
    }


WRONG: tuple[Any, ...] = (None, True, 5, -1.5, "text", "", [], [None], [5], {}, {"id": None}, {"id": 5}, [[]], [{}])


def variations(value: Any) -> Iterator[Any]:
    """The value with every single place in it, itself included, left out or replaced by something wrong."""
    yield from WRONG
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            for varied in variations(inner):
                yield {**value, key: varied}
    if isinstance(value, list):
        for index, inner in enumerate(value):
            for varied in variations(inner):
                yield [*value[:index], varied, *value[index + 1 :]]


def test_no_shape_of_a_response_crashes_the_provider() -> None:
    """Every place of every answer in turn: what comes out is a value or a Problem, never another exception."""
    listed = {"position": {"interviewList": {"results": [INTERVIEW], "lastCursor": "c"}}}
    error = {"message": "m", "code": 1, "path": ["i0"], "extensions": {"code": "X"}}
    answers = {
        "read": {"data": {"i0": INTERVIEW}, "errors": [error]},
        "invite": {"data": {"inviteCandidateToInterview": INTERVIEW}},
        "refused": {
            "data": {
                "inviteCandidateToInterview": {
                    "__typename": "ValidationError",
                    "code": 400,
                    "validation": "m",
                    "fieldErrors": [{"flattenedPath": "candidate.email", "message": "m"}],
                }
            }
        },
        "find": {"data": listed},
        "positions": {"data": {"positions": [{"id": "p", "name": "n", "archived": None}]}},
        "create": {"data": {"createPosition": {"id": "p", "name": "n"}}},
        "errors": {"errors": [error], "data": None},
    }
    outcomes = 0
    with FakeHireflix() as fake:
        for kind, answer in answers.items():
            for varied in variations(copy.deepcopy(answer)):
                provider = provider_for(fake, send=Saying(saying(varied)))
                try:
                    if kind in ("read", "errors"):
                        found = provider.read([INTERVIEW["id"]])[INTERVIEW["id"]]
                        assert found is None or isinstance(found, (Interview, Problem))
                    elif kind in ("invite", "refused"):
                        assert isinstance(provider.invite(invitee("p")), Interview)
                    elif kind == "find":
                        provider.find("p", email="ana@example.test", external_id="iv_1")
                    elif kind == "positions":
                        provider.positions()
                    else:
                        provider.create_position(PositionDraft("n", None, (Question("Why?"),)))
                except (Problem, AlreadyInvited):
                    pass
                outcomes += 1
    assert outcomes > 1000


def test_a_response_with_the_wrong_interview_is_a_fault() -> None:
    with FakeHireflix() as fake:
        send = Saying(saying({"data": {"i0": INTERVIEW}}))
        found = provider_for(fake, send=send).read(["65a0000000000000000001ff"])
    assert isinstance(found["65a0000000000000000001ff"], Problem)


def test_an_interview_omitted_from_a_response_is_not_reported_as_deleted() -> None:
    with FakeHireflix() as fake:
        ids = ["65a000000000000000000101", "65a000000000000000000102"]
        found = provider_for(fake, send=Saying(saying({"data": {"i0": None}}))).read(ids)
        assert found[ids[0]] is None
        assert isinstance(found[ids[1]], Problem)
        nowhere = saying({"data": {"i0": None}, "errors": [{"message": "Boom"}]})
        assert isinstance(provider_for(fake, send=Saying(nowhere)).read(ids[:1])[ids[0]], Problem)


def test_a_response_nested_too_deeply_is_a_problem() -> None:
    with FakeHireflix() as fake:
        for body in (b"[" * 100_000, b'{"data": ' + b"9" * 5000 + b"}", b"\xff\xfe", b""):
            found = provider_for(fake, send=Saying(saying(body))).read(["a"])["a"]
            assert isinstance(found, Problem)
            assert found.status == 502
