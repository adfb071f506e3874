"""Searching by API: the same rule for candidates, jobs and the leaderboard."""

from __future__ import annotations

import pytest

from fakes.client import Client
from fakes.front_door import start

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
