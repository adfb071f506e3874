"""Searching by API: the same rule for candidates, jobs and the leaderboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.client import Client
from fakes.desk import write_source
from fakes.front_door import MakeApp, score, start
from fakes.users import signed_in
from tener_interview.actor import Role

RANKING = "/api/jobs/1/interview-leaderboard"


@pytest.mark.parametrize("asked", ["lukasz", "WISNIEWSKI%20%C5%82ukasz", "wi%C5%9Bniewski,%20luk", "52"])
def test_a_candidate_is_found_on_the_list_and_on_the_leaderboard(client: Client, asked: str) -> None:
    for candidate_id, name in ((52, "Łukasz Wiśniewski"), (66, "Björk Einarsdóttir"), (52_000, "Éva Nagy")):
        start(client, candidate_id, candidate_name=name)
    listed = client.get(f"/api/admin/jobs/1/candidates?q={asked}").json
    ranked = client.get(f"{RANKING}?q={asked}&offset=0").json
    for found in (listed, ranked):
        assert ([item["candidate_id"] for item in found["items"]], found["total"]) == ([52], 1)
    by_name = client.get(f"{RANKING}?sort=candidate_name").json["items"]
    assert [item["candidate_id"] for item in by_name] == [66, 52_000, 52]


def test_a_job_is_found_by_title_place_and_number(client: Client) -> None:
    titles = {item["id"]: item["title"] for item in client.get("/api/admin/jobs").json["items"]}
    for asked, job_id in (("backend%20BERLIN", 1), ("job%202", 2), ("Lisb%C3%B3n", 3)):
        found = client.get(f"/api/admin/jobs?q={asked}").json["items"]
        assert [item["title"] for item in found] == [titles[job_id]]
    assert client.get("/api/admin/jobs?q=nowhere").json["items"] == []


def test_people_are_found_across_all_jobs_by_name_id_and_address(client: Client) -> None:
    people = ((5200, 1, "Łukasz Wiśniewski"), (5200, 3, "Łukasz Wiśniewski"), (6600, 2, "Björk Einarsdóttir"))
    for candidate_id, job_id, name in people:
        start(
            client, candidate_id, job_id=job_id, candidate_name=name, candidate_email=f"P{candidate_id}@Example.com",
            share_interview=True,
        )
    for asked, expected in (
        ("lukasz", [(5200, 3), (5200, 1)]), ("WISNIEWSKI%20%C5%82uk", [(5200, 3), (5200, 1)]), ("bjoerk", [(6600, 2)]),
        ("p6600@example.com", [(6600, 2)]), ("6600", [(6600, 2)]), ("%22Bj%C3%B6rk%22,%20einars", [(6600, 2)]),
        ("bjork%20lukasz", []), ("%25", []), ("example.com", []), ("%28%29", []),
    ):
        answer = client.get(f"/api/candidates?q={asked}").json["items"]
        found = [item for item in answer if item["session_id"]]
        assert [(item["candidate_id"], item["job_id"]) for item in found] == expected, asked
        assert answer[: len(found)] == found
        assert {item["status"] for item in found} <= {"invited"}
    assert client.get("/api/candidates?q=").status == client.get("/api/candidates").status == 400
    assert len(client.get("/api/candidates?q=lukasz&limit=1").json["items"]) == 1


def test_uninvited_candidates_are_found_if_the_source_can_be_searched(
    make_app: MakeApp, client: Client, tmp_path: Path
) -> None:
    listed = client.get("/api/admin/jobs/2/candidates").json["items"]
    word = listed[0]["candidate_name"].split()[0]
    answer = client.get(f"/api/candidates?q={word}").json
    own = [item for item in answer["items"] if (item["candidate_id"], item["job_id"]) == (listed[0]["candidate_id"], 2)]
    assert [(item["session_id"], item["status"], bool(item["job_title"])) for item in own] == [(None, None, True)]
    assert answer["covers_uninvited"]
    start(client, listed[0]["candidate_id"], job_id=2, candidate_name="Somebody Else")
    again = client.get(f"/api/candidates?q={word}").json["items"]
    assert (listed[0]["candidate_id"], 2) not in [(item["candidate_id"], item["job_id"]) for item in again]

    path = tmp_path / "source.sqlite3"
    write_source(path, {7: ("Renée O'Neil", "r@example.com"), 8: ("Ren Two", None), 9: ("", None)}, job_id=5)
    other = Client(make_app(TENER_INTERVIEW_SOURCE_DB_PATH=path))
    for asked, expected in (
        ("renee", [7]), ("ren", [8, 7]), ("r@example.com", [7]), ("candidate", [9]), ("8", [8]),
        ("R@EXAMPLE.COM%20oneil", [7]), ("example", []), ("@", []), ("r@example", []), ("r@example.com%20two", []),
    ):
        answer = other.get(f"/api/candidates?q={asked}").json
        assert [item["candidate_id"] for item in answer["items"]] == expected, asked
        assert {item["job_title"] for item in answer["items"]} <= {"Backend engineer"}
    for asked in ("example.com", "%40", "jane.doe@example"):
        assert client.get(f"/api/candidates?q={asked}").json["items"] == [], asked
    path.unlink()
    gone = other.get("/api/candidates?q=ren").json
    assert (gone["items"], gone["covers_uninvited"]) == ([], False)


def test_search_results_show_the_job_title_before_its_page_was_opened(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "source.sqlite3"
    write_source(path, {7: ("Renée O'Neil", None)}, job_id=5)
    app = make_app(TENER_INTERVIEW_SOURCE_DB_PATH=path)
    client, reviewer = signed_in(app, Role.RECRUITER), signed_in(app, Role.REVIEWER, job_ids=[5])
    started = start(client, 7, job_id=5, candidate_name="Renée O'Neil")
    score(client, started["session_id"])
    for asking in (client, reviewer):
        titles = [item["job_title"] for item in asking.get("/api/candidates?q=renee").json["items"]]
        assert titles == ["Backend engineer"]


def test_a_reviewer_finds_finished_interviews_of_assigned_jobs(make_app: MakeApp) -> None:
    app = make_app()
    recruiter, reviewer = signed_in(app, Role.RECRUITER), signed_in(app, Role.REVIEWER, job_ids=[2])
    sessions = {
        job_id: start(
            recruiter, 42, job_id=job_id, candidate_name="Jane Doe", candidate_email="jane@example.com",
            share_interview=True,
        )["session_id"]
        for job_id in (1, 2)
    }
    found = [reviewer.get("/api/candidates?q=jane").json]
    for session_id in sessions.values():
        score(recruiter, session_id)
    found += [reviewer.get(f"/api/candidates?q={asked}").json for asked in ("jane", "42", "doe", "42%20jane", "43")]
    found += [reviewer.get("/api/candidates?q=jane@example.com").json]
    assert [[item["session_id"] for item in answer["items"]] for answer in found] == [[], *[[sessions[2]]] * 4, [], []]
    assert {item["status"] for answer in found for item in answer["items"]} == {None}
    assert not any(answer["covers_uninvited"] for answer in found)
