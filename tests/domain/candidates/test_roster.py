"""Who is listed for a job: those matched to it, and those invited from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fakes.desk import Desk, write_source
from fakes.front_door import SESSIONS


@pytest.fixture
def desk(desk: Desk, environ: dict[str, str]) -> Desk:
    """Four candidates in the source, of whom two are invited, and one invited who is not in the source."""
    people: dict[int, tuple[str, str | None]] = {number: (f"Person {number}", None) for number in range(1, 5)}
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), people)
    desk.started(1)
    desk.started(2)
    desk.started(900)
    return desk


def look(desk: Desk, query: str = "") -> Any:
    return desk.client.get(f"/api/admin/jobs/1/candidates{query}").json


def ids(answer: Any) -> list[int]:
    return [item["candidate_id"] for item in answer["items"]]


def test_those_who_were_matched_come_first(desk: Desk) -> None:
    answer = look(desk)
    assert (ids(answer), answer["total"]) == ([1, 2, 3, 4, 900], 5)
    assert answer["items"][-1]["session"]["status"] == "invited"
    assert answer["items"][-1]["match_score"] is None


@pytest.mark.parametrize(("corrected", "greeting"), [
    ("Roe, Jane", "Jane"), ("Dr. Ольга Петрова", "Ольга"), ("Sukarno", "Sukarno"), ("Jan van der Berg", "Jan"),
])
def test_a_corrected_name_is_the_one_that_is_shown_and_greeted(desk: Desk, corrected: str, greeting: str) -> None:
    before = look(desk)["items"][0]
    assert (before["candidate_id"], before["candidate_name"]) == (1, "Person 1")
    address = f"/api/interviews/sessions/{before['session']['session_id']}"
    assert desk.client.request("PATCH", address, body={"candidate_name": corrected}).status == 200
    first, *others = look(desk)["items"]
    assert (first["candidate_name"], first["greeting_name"]) == (corrected, greeting)
    assert [other["candidate_name"] for other in others[:3]] == ["Person 2", "Person 3", "Person 4"]
    # By the name that is shown, and by that of the source.
    for typed in (corrected, corrected.upper(), " ".join(reversed(corrected.split())), "person 1", "1"):
        for state in ("", "&state=invited"):
            assert ids(look(desk, f"?q={quote(typed)}{state}")) == [1], typed
    assert ids(look(desk, f"?q={quote(corrected)}%202")) == []
    desk.client.request("DELETE", "/api/candidates/1")
    assert look(desk)["items"][0]["candidate_name"] == "Person 1"


@pytest.mark.parametrize(("query", "found", "total"), [
    ("?limit=2", [1, 2], 5),
    ("?limit=2&offset=4", [900], 5),
    ("?limit=3&offset=3", [4, 900], 5),
    ("?offset=5", [], 5),
    ("?state=invited", [1, 2, 900], 3),
    ("?state=invited&limit=2&offset=1", [2, 900], 3),
    ("?state=none", [3, 4], 2),
    ("?state=scored", [], 0),
    ("?state=expiring", [], 0),
    ("?q=candidate%20900", [900], 1),
    ("?q=person", [1, 2, 3, 4], 4),
    ("?q=candidate%20900&state=none", [], 0),
])
def test_pages_words_and_states_are_of_all_of_them(desk: Desk, query: str, found: list[int], total: int) -> None:
    answer = look(desk, query)
    assert (ids(answer), answer["total"]) == (found, total)


def test_whose_link_runs_out_soon(desk: Desk) -> None:
    desk.clock.advance(hours=30)
    desk.started(3)
    assert ids(look(desk, "?state=expiring")) == [1, 2, 900]
    desk.clock.advance(hours=100)
    assert ids(look(desk, "?state=expiring")) == []
    assert ids(look(desk, "?state=expired")) == [1, 2, 3, 900]


def test_whoever_was_erased_is_not_listed_any_more(desk: Desk) -> None:
    assert desk.client.request("DELETE", "/api/candidates/900").status == 200
    assert ids(look(desk)) == [1, 2, 3, 4]


def test_candidates_without_a_session_have_no_decision(desk: Desk) -> None:
    for candidate_id in (2, 900):
        session_id = desk.started(candidate_id)
        desk.client.request("PUT", f"{SESSIONS}/{session_id}/decision", body={"decision": "withdrawn"})
    for query, found in (
        ("withdrawn", [2, 900]), ("none", [1, 3, 4]), ("hired", []), ("none&state=invited", [1]),
        ("withdrawn&state=invited&limit=1&offset=1", [900]), ("none&state=none", [3, 4]), ("withdrawn&state=none", []),
        ("withdrawn&q=person", [2]), ("none&limit=2&offset=1", [3, 4]),
    ):
        assert ids(look(desk, f"?decision={query}")) == found, query
