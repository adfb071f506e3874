"""The demo catalogue is believable, varied and complete."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from tener_interview.errors import Problem
from tener_interview.providers.demo.source import DemoSource


def test_demo_jobs_are_complete_and_newest_first() -> None:
    source = DemoSource()
    jobs = source.jobs(200)
    assert len(jobs) >= 3
    assert [job.created_at for job in jobs] == sorted((job.created_at or "" for job in jobs), reverse=True)
    assert all(len((job.jd_text or "").split(". ")) >= 4 for job in jobs)
    assert all(job.location and job.seniority and job.preferred_languages for job in jobs)
    assert len({job.location for job in jobs}) == len(jobs)
    assert source.jobs(1) == jobs[:1]


def test_demo_job_1_has_the_candidates_of_the_documented_flow() -> None:
    found = DemoSource().candidates_by_id(1, [42, 43, 44, 45, 9999])
    assert set(found) == {42, 43, 44}
    assert found[42].full_name == "Jane Doe"
    assert found[42].email == "jane.doe@example.com"


def test_demo_candidates_are_many_and_different() -> None:
    source = DemoSource()
    by_job = {job.job_id: source.candidates(job.job_id, 500) for job in source.jobs(200)}
    people = {one.candidate_id: one for candidates in by_job.values() for one in candidates}
    names = {one.full_name for one in people.values()}
    assert len(names) == len(people) >= 24
    assert {"李娜", "Олена Шевченко", "José Ángel Núñez"} <= names
    assert any(" " not in name and name.isascii() for name in names)
    assert any("'" in name for name in names)
    assert len({(one.location or "").split(", ")[-1] for one in people.values()}) >= 20
    addresses = [one.email for one in people.values()]
    assert None in addresses
    assert {address.split("@")[1] for address in addresses if address} == {"example.com", "example.org"}
    for candidates in by_job.values():
        scores = [one.match_score for one in candidates if one.match_score is not None]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) == len(scores) >= 5
    assert source.candidates(1, 3) == by_job[1][:3]


def test_every_demo_candidate_is_matched_to_a_job() -> None:
    file = resources.files("tener_interview.providers.demo").joinpath("demo_catalogue.json")
    catalogue = json.loads(file.read_text("utf-8"))
    matched = {candidate_id for matches in catalogue["matches"].values() for candidate_id, _, _ in matches}
    assert matched == {row["id"] for row in catalogue["candidates"]}
    assert set(catalogue["matches"]) == {str(row["id"]) for row in catalogue["jobs"]}


def test_an_unknown_demo_job_has_no_candidates() -> None:
    source = DemoSource()
    assert (source.kind, source.location) == ("demo", "demo catalogue")
    assert source.candidates_by_id(77, [42]) == {}
    with pytest.raises(Problem) as caught:
        source.candidates(77, 10)
    assert caught.value.code == "JOB_NOT_FOUND"
