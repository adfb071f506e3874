"""Who is listed for a job: those matched to it, and those invited from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fakes.desk import Desk, write_source
from fakes.front_door import SESSIONS
from for_each import for_each


@pytest.fixture
def desk(desk: Desk, environ: dict[str, str]) -> Desk:
    """Four candidates in the source, of whom two are invited, and one invited who is not in the source."""
    people: dict[int, tuple[str, str | None]] = {number: (f"Person {number}", None) for number in range(1, 5)}
    write_source(Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]), people)
    desk.started(1)
    desk.started(2)
    desk.started(900)
    return desk


def list_candidates(desk: Desk, query: str = "") -> Any:
    return desk.client.get(f"/api/admin/jobs/1/candidates{query}").json


def ids(answer: Any) -> list[int]:
    return [item["candidate_id"] for item in answer["items"]]


def test_candidates_matched_by_the_source_come_first(desk: Desk) -> None:
    answer = list_candidates(desk)
    assert (ids(answer), answer["total"]) == ([1, 2, 3, 4, 900], 5)
    assert answer["items"][-1]["session"]["status"] == "invited"
    assert answer["items"][-1]["match_score"] is None


@pytest.mark.parametrize(("corrected", "greeting"), [
    ("Roe, Jane", "Jane"), ("Dr. Ольга Петрова", "Ольга"), ("Sukarno", "Sukarno"), ("Jan van der Berg", "Jan"),
])
def test_a_corrected_name_replaces_that_of_the_source_in_lists_and_greetings(
    desk: Desk, corrected: str, greeting: str
) -> None:
    before = list_candidates(desk)["items"][0]
    assert (before["candidate_id"], before["candidate_name"]) == (1, "Person 1")
    address = f"/api/interviews/sessions/{before['session']['session_id']}"
    assert desk.client.request("PATCH", address, body={"candidate_name": corrected}).status == 200
    first, *others = list_candidates(desk)["items"]
    assert (first["candidate_name"], first["greeting_name"]) == (corrected, greeting)
    assert [other["candidate_name"] for other in others[:3]] == ["Person 2", "Person 3", "Person 4"]
    # By the name that is shown, and by that of the source.
    for typed in (corrected, corrected.upper(), " ".join(reversed(corrected.split())), "person 1", "1"):
        for state in ("", "&state=invited"):
            assert ids(list_candidates(desk, f"?q={quote(typed)}{state}")) == [1], typed
    assert ids(list_candidates(desk, f"?q={quote(corrected)}%202")) == []
    desk.client.request("DELETE", "/api/candidates/1")
    assert list_candidates(desk)["items"][0]["candidate_name"] == "Person 1"


@for_each(("query", "found", "total"), [
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
def test_the_candidate_list_is_filtered_by_words_and_states_in_pages(
    desk: Desk, query: str, found: list[int], total: int
) -> None:
    answer = list_candidates(desk, query)
    assert (ids(answer), answer["total"]) == (found, total)


def test_candidates_with_expiring_links_are_listed(desk: Desk) -> None:
    desk.clock.advance(hours=30)
    desk.started(3)
    assert ids(list_candidates(desk, "?state=expiring")) == [1, 2, 900]
    desk.clock.advance(hours=100)
    assert ids(list_candidates(desk, "?state=expiring")) == []
    assert ids(list_candidates(desk, "?state=expired")) == [1, 2, 3, 900]


def test_erased_candidates_are_not_listed(desk: Desk) -> None:
    assert desk.client.request("DELETE", "/api/candidates/900").status == 200
    assert ids(list_candidates(desk)) == [1, 2, 3, 4]


def test_candidates_without_a_session_have_no_decision(desk: Desk) -> None:
    for candidate_id in (2, 900):
        session_id = desk.started(candidate_id)
        desk.client.request("PUT", f"{SESSIONS}/{session_id}/decision", body={"decision": "withdrawn"})
    for query, found in (
        ("withdrawn", [2, 900]), ("none", [1, 3, 4]), ("hired", []), ("none&state=invited", [1]),
        ("withdrawn&state=invited&limit=1&offset=1", [900]), ("none&state=none", [3, 4]), ("withdrawn&state=none", []),
        ("withdrawn&q=person", [2]), ("none&limit=2&offset=1", [3, 4]),
    ):
        assert ids(list_candidates(desk, f"?decision={query}")) == found, query


def test_the_candidate_list_is_sorted_and_filtered_like_the_leaderboard(desk: Desk) -> None:
    desk.clock.advance(hours=1)
    desk.open(desk.started(900))
    best = desk.scored(3)
    desk.client.request("PATCH", f"{SESSIONS}/{best}", body={"candidate_name": "Aaron First"})
    desk.client.request("PUT", f"{SESSIONS}/{best}/decision", body={"decision": "advance"})
    for query, found in (
        # Without an interview last, but by match and by name.
        ("?sort=rank", [3, 900, 1, 2, 4]), ("?sort=rank&order=desc", [3, 900, 1, 2, 4]),
        ("?sort=total_score", [3, 900, 1, 2, 4]), ("?sort=rank&limit=2&offset=1", [900, 1]),
        ("?sort=rank&limit=3&offset=4", [4]), ("?sort=rank&limit=3&offset=5", []),
        ("?sort=invited_at", [3, 900, 1, 2, 4]), ("?sort=opened_at", [900, 3, 1, 2, 4]),
        ("?sort=expires_at", [900, 1, 2, 3, 4]), ("?sort=rank&q=person", [3, 1, 2, 4]),
        ("?sort=candidate_name", [3, 900, 1, 2, 4]), ("?sort=candidate_name&order=desc", [4, 2, 1, 900, 3]),
        ("?sort=candidate_name&limit=2&offset=3", [2, 4]), ("?sort=candidate_name&state=unanswered", [900, 1, 2]),
        ("?sort=match", [1, 2, 3, 4, 900]), ("?sort=match&order=asc", [900, 4, 3, 2, 1]),
        ("?sort=match&order=asc&limit=2", [900, 4]), ("?sort=match&order=asc&limit=2&offset=4", [1]),
        ("?sort=match&order=asc&offset=9", []), ("?sort=rank&state=none", [4]),
        ("?sort=rank&state=unanswered", [900, 1, 2]),
        ("?state=unanswered", [1, 2, 900]), ("?group=ranked", [3]), ("?group=waiting&sort=candidate_name", [900, 1, 2]),
        ("?decision=advance&group=ranked", [3]), ("?decision=none&sort=rank", [900, 1, 2, 4]),
        ("?min_coverage_percent=50", [3]), ("?recommendation=strong_yes&decision=none", []), ("?flag=keyword_list", []),
    ):
        answer = list_candidates(desk, query)
        assert ids(answer) == found, query
        if "limit" not in query and "offset" not in query:
            assert answer["total"] == len(found), query
    scored = list_candidates(desk, "?group=ranked")["items"][0]["session"]
    assert scored["machine_total"] == scored["total_score"] is not None
    assert None not in (scored["invited_at"], scored["pass_recommendation"])
    waiting = list_candidates(desk, "?state=unanswered")["items"]
    assert [item["session"]["opened_at"] is None for item in waiting] == [True, True, False]
    desk.client.request("DELETE", "/api/candidates/900")
    assert ids(list_candidates(desk, "?sort=rank")) == [3, 1, 2, 4]
    assert ids(list_candidates(desk, "?sort=rank&q=900")) == []


def test_the_leaderboard_can_include_the_candidate_of_each_row(desk: Desk) -> None:
    desk.scored(3)
    plain, full = (
        desk.client.get(f"/api/jobs/1/interview-leaderboard{query}").json["items"] for query in ("", "?candidates=true")
    )
    listed = {item["candidate_id"]: item for item in list_candidates(desk)["items"]}
    assert full == [
        item | {"candidate": listed[item["candidate_id"]], "close_group": None} for item in plain
    ]
    assert {item["candidate_id"] for item in full} == {1, 2, 3, 900}
